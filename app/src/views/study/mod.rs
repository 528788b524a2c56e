//! What the first program leaves out: every other view, the arithmetic behind numbers, data, files and saving.

mod assumptions;
mod cost;
mod decide;
mod explain;
mod fill;
mod hardware;
mod method;
mod performance;
mod quality;
mod runs;
mod save;
mod sensitivity;
mod tables;
mod tools;
mod user_files;

use leptos::prelude::*;
use shared::explore::figures::{Figure, figure};
use shared::explore::query;
use shared::explore::scenario::View;
use wasm_bindgen::JsValue;
use web_sys::CssStyleSheet;

use crate::history::RESTS;
use crate::location;
use crate::said::Said;
use crate::store::Store;
use crate::theme::Theming;
use crate::views::figure::FigureView;
use crate::views::live;
use crate::views::study::cost::Cost;
use crate::views::study::decide::Decide;
use crate::views::study::explain::ExplainDialog;
use crate::views::study::fill::{Around, fill_what_is_open};
use crate::views::study::hardware::{Facts, Hardware};
use crate::views::study::method::Method;
use crate::views::study::performance::Performance;
use crate::views::study::quality::Quality;
use crate::views::study::runs::Runs;
use crate::views::study::sensitivity::Sensitivity;
use crate::views::study::user_files::Files;
use crate::wire::{Word, tell};

/// The second program's part of the page.
#[component]
pub fn Study() -> impl IntoView {
    dress();
    let store = Store::start(query::decode(&location::query()).0);
    let theming = Theming::told();
    provide_context(store);
    provide_context(theming);
    let said = Said::of(store, Vec::new());
    provide_context(said);
    fill_what_is_open(Around { store, said, theming });
    provide_context(Files::listen(store));
    provide_context(Facts::default());
    let view = Memo::new(move |_| store.scenario.read().view);
    // A link to a figure was followed before there was one.
    set_timeout(show_what_is_linked, RESTS);
    // Once everything below listens.
    Effect::new(|_| tell(Word::Ready, ""));
    view! {
        {live(move || match view.get() {
            View::Cost => view! { <Cost/> }.into_any(),
            View::Performance => view! { <Performance/> }.into_any(),
            View::Quality => view! { <Quality/> }.into_any(),
            View::Sensitivity => view! { <Sensitivity/> }.into_any(),
            View::Decide => view! { <Decide/> }.into_any(),
            View::Hardware => view! { <Hardware/> }.into_any(),
            View::Runs => view! { <Runs/> }.into_any(),
            View::Method => view! { <Method/> }.into_any(),
        })}
        <ExplainDialog/>
    }
}

/// A figure of the catalogue.
fn drawn(which: Figure) -> AnyView {
    view! { <FigureView id=which.id() draw=move |library, scenario| figure(which, library, scenario)/> }.into_any()
}

/// A view under its heading.
fn framed(id: &'static str, heading: &'static str, content: AnyView) -> AnyView {
    let title = format!("{id}-title");
    view! {
        <section class="view" aria-labelledby=title.clone()>
            <h2 id=title.clone()>{heading}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// Brings the figure into sight that the address names.
fn show_what_is_linked() {
    let hash = window().location().hash().unwrap_or_default();
    if let Some(linked) = document().get_element_by_id(hash.trim_start_matches('#')) {
        linked.scroll_into_view();
    }
}

/// Adds the style of what only this program shows, which is no part of the first load. A constructed sheet, because the
/// page's policy allows no style that is written into it later.
fn dress() {
    let add = || -> Result<(), JsValue> {
        let sheet = CssStyleSheet::new()?;
        sheet.replace_sync(include_str!("../../../study.css"))?;
        let document = JsValue::from(document());
        let sheets = js_sys::Reflect::get(&document, &"adoptedStyleSheets".into())?;
        let sheets = js_sys::Array::from(&sheets);
        sheets.push(&sheet);
        js_sys::Reflect::set(&document, &"adoptedStyleSheets".into(), &sheets).map(drop)
    };
    // A browser without them shows the same content plainly.
    let _ = add();
}
