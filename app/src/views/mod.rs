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
use crate::views::tables::{ApiTable, LevelTable, Method, QualityTable, RunTable};

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
            <Show when=move || loaded.get() fallback=Loading>
                <Sentence/>
                <Notices/>
                <section id="cost" class="first" aria-label="Cost">
                    <Controls/>
                    <FigureView figure=Figure::MonthlyCost wide=true/>
                </section>
                <section class="figures" id="performance" aria-label="Cost and performance">
                    <FigureView figure=Figure::CostPerMillion/>
                    <FigureView figure=Figure::Throughput/>
                    <FigureView figure=Figure::Ttft/>
                    <FigureView figure=Figure::Tpot/>
                </section>
                <section class="figures" id="quality" aria-label="Quality">
                    <FigureView figure=Figure::Quality/>
                    <QualityTable/>
                </section>
                <LevelTable/>
                <ApiTable/>
                <RunTable/>
                <Method/>
            </Show>
        </main>
        <ExplainDialog/>
    }
}

/// The store every view shares.
fn store() -> Store {
    expect_context::<Store>()
}
