//! The page: which parts there are, in which order, and what stands there while they are not.

mod controls;
mod explain;
mod figure;
mod header;
mod sentence;
mod states;
mod tables;

use leptos::prelude::*;
use shared::explore::figures::Figure;

use crate::store::Store;
use crate::theme::theming;
use crate::views::controls::Controls;
use crate::views::explain::ExplainDialog;
use crate::views::figure::FigureView;
use crate::views::header::Header;
use crate::views::sentence::Sentence;
use crate::views::states::{Loading, Notices};
use crate::views::tables::{Method, RehearsalSwitch, TableView};

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let store = Store::start();
    provide_context(store);
    provide_context(theming());
    Effect::new(move |_| {
        if let Some(view) = &*store.view.read() {
            document().set_title(&format!("{} Forge", view.title));
        }
    });
    let loaded = Memo::new(move |_| store.view.read().is_some());
    view! {
        <Header/>
        <main>
            {live(move || if loaded.get() { content() } else { view! { <Loading/> }.into_any() })}
        </main>
        <ExplainDialog/>
    }
}

/// Everything that needs measurements.
fn content() -> AnyView {
    view! {
        <Sentence/>
        <Notices/>
        <section id="cost" class="first" aria-label="Cost">
            <Controls/>
            <FigureView figure=Figure::MonthlyCost/>
        </section>
        <section class="figures" aria-label="Cost, performance and quality">
            <FigureView figure=Figure::CostPerMillion/>
            <FigureView figure=Figure::Throughput/>
            <FigureView figure=Figure::Ttft/>
            <FigureView figure=Figure::Tpot/>
            <FigureView figure=Figure::Quality/>
        </section>
        <TableView place=0/>
        <TableView place=1/>
        <TableView place=2/>
        <TableView place=3/>
        <RehearsalSwitch/>
        <Method/>
    }
    .into_any()
}

/// A part of the page that follows signals. One type for all of them keeps the program small.
fn live(part: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let part: Box<dyn Fn() -> AnyView + Send> = Box::new(part);
    (move || part()).into_any()
}

/// What an event does. One type for all handlers of a kind of event keeps the program small.
fn act<E: 'static>(handler: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handler)
}

/// A text that follows signals.
fn text(part: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(part)
}

/// A flag that follows signals.
fn flag(part: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(part)
}

/// Nothing, where there could be something.
fn nothing() -> AnyView {
    ().into_any()
}

/// The store every view shares.
fn store() -> Store {
    expect_context::<Store>()
}
