//! The first program's page: which parts there are, in which order, and what stands there while they are not.

mod controls;
mod figure;
mod header;
mod plot;
mod presets;
mod sentence;
mod states;
#[cfg(feature = "study")]
pub mod study;

use leptos::prelude::*;
use shared::chart::ChartSpec;
use shared::explore::figures::{self, Figure};
use shared::explore::query;
use shared::explore::scenario::View;
use wasm_bindgen::JsCast;

use crate::history::{History, RESTS};
use crate::location;
use crate::said::Said;
use crate::store::Store;
use crate::theme::chosen;
use crate::views::controls::Controls;
use crate::views::figure::FigureView;
use crate::views::header::Header;
use crate::views::presets::Beside;
use crate::views::sentence::Sentence;
use crate::views::states::{Loading, Notices, StudyState};
use crate::wire::{DROPPED, Word, listen, on_window, tell};

/// A chart, or the reason why there is none; `None` before the results are there.
type Spec = Option<Result<ChartSpec, String>>;

/// The whole page, as far as the first program has it.
#[component]
pub fn Page() -> impl IntoView {
    let (scenario, ignored) = query::decode(&location::query());
    let store = Store::start(scenario);
    let said = Said::of(store, ignored);
    let chosen = chosen();
    provide_context(store);
    provide_context(said);
    provide_context(chosen);
    provide_context(chosen.theming);
    provide_context(History::follow(store));
    // Naming a window takes browsers a millisecond: it waits until a slider rests.
    let mut name = debounce(RESTS, move |()| {
        if let Some(view) = &*said.view.read_untracked() {
            document().set_title(&format!("{} Forge", view.title));
        }
    });
    Effect::new(move |_| {
        said.view.track();
        name(());
    });
    take_dropped_files(store);
    let loaded = Memo::new(move |_| said.view.read().is_some());
    view! {
        <Header/>
        <main id="main">
            {live(move || if loaded.get() { content() } else { view! { <Loading/> }.into_any() })}
        </main>
    }
}

/// Everything that needs measurements.
fn content() -> AnyView {
    let store = store();
    let view = Memo::new(move |_| store.scenario.read().view);
    let is_cost = flag(move || view.get() == View::Cost);
    // What is planned has controls of its own; a list and a text have no use for sliders.
    let is_wide = flag(move || matches!(view.get(), View::Hardware | View::Runs | View::Method));
    bring_the_study(view);
    view! {
        <Sentence/>
        <Beside/>
        <Notices/>
        <div class="desk" class:wide=is_wide>
            <Controls/>
            <div class="stage">
                <section class="figures" aria-label="Cost" class:away=flag(move || !is_cost.get())>
                    <FigureView id=Figure::MonthlyCost.id() draw=figures::monthly_cost/>
                </section>
                <StudyState/>
                <div id="study"></div>
            </div>
        </div>
    }
    .into_any()
}

/// Calls for the second program when another view is opened or the reader comes near what it shows, and tells it where
/// things stand when it is there.
fn bring_the_study(view: Memo<View>) {
    let store = store();
    Effect::new(move |_| {
        if view.get() != View::Cost || !window().location().hash().unwrap_or_default().is_empty() {
            tell(Word::Wanted, "");
        }
    });
    // Nobody scrolls without wanting what is below; once, since a program that did not come is asked for by hand.
    let scrolled = StoredValue::new(false);
    on_window("scroll", move |_| {
        if !scrolled.get_value() {
            scrolled.set_value(true);
            tell(Word::Wanted, "");
        }
    });
    // What is asked of it before it is there is asked again then.
    let asked = StoredValue::new(Some(Vec::<(Word, String)>::new()));
    for word in [Word::Open, Word::Fill, Word::Pick] {
        listen(word, move |detail| {
            tell(Word::Wanted, "");
            asked.update_value(|asked| asked.iter_mut().for_each(|asked| asked.push((word, detail.clone()))));
        });
    }
    listen(Word::Ready, move |_| {
        tell(Word::Scenario, &query::encode(&store.scenario.read_untracked()));
        for (word, detail) in asked.try_update_value(Option::take).flatten().unwrap_or_default() {
            tell(word, &detail);
        }
    });
}

/// Takes files that are dropped on the page, and has the second program read them.
fn take_dropped_files(store: Store) {
    on_window("dragover", |event| event.prevent_default());
    on_window("drop", move |event| {
        event.prevent_default();
        let files = event.unchecked_into::<web_sys::DragEvent>().data_transfer().and_then(|data| data.files());
        let files = files.map(|files| js_sys::Array::from(&files));
        if let Some(files) = files.filter(|files| files.length() > 0) {
            let _ = js_sys::Reflect::set(&window(), &DROPPED.into(), &files);
            tell(Word::Pick, "");
            store.scenario.update(|scenario| scenario.view = View::Runs);
        }
    });
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

/// The page as text.
fn said() -> Said {
    expect_context::<Said>()
}
