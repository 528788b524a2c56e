//! What stands there while there is nothing to show, and what to say when something is missing.

use leptos::prelude::*;

use crate::store::Fetched;
use crate::views::store;

/// While loading, and when loading failed.
#[component]
pub fn Loading() -> impl IntoView {
    let store = store();
    let failed = Memo::new(move |_| match &*store.index.read() {
        Fetched::Failed(why) => Some(why.clone()),
        Fetched::Pending | Fetched::Ready(_) => None,
    });
    view! {
        <section class="answer">
            {move || match failed.get() {
                None => view! {
                    <h1 class="waiting" data-testid="loading" aria-busy="true">"Loading the measurements."</h1>
                }.into_any(),
                Some(why) => view! {
                    <h1 data-testid="failed">"The measurements could not be loaded."</h1>
                    <p role="alert">{why}" Check the connection, or whether the server has a results folder."</p>
                    <button type="button" on:click=move |_| store.load()>"Try again"</button>
                }.into_any(),
            }}
        </section>
    }
}

/// Files that did not come, parts of the address that were not understood, and what to doubt about the run.
#[component]
pub fn Notices() -> impl IntoView {
    let store = store();
    let ignored = store.ignored.get_value();
    let warnings = Memo::new(move |_| store.view.read().as_ref().map_or(Vec::new(), |view| view.warnings.clone()));
    view! {
        <Show when=move || !store.missing.read().is_empty()>
            <div class="notice" role="alert" data-testid="partial">
                <p>"Part of the measurements is missing; what is here is complete in itself."</p>
                <ul>{move || store.missing.get().into_iter().map(|why| view! { <li>{why}</li> }).collect_view()}</ul>
                <button type="button" on:click=move |_| store.load()>"Try again"</button>
            </div>
        </Show>
        {(!ignored.is_empty()).then(|| view! {
            <div class="notice" role="status" data-testid="ignored">
                <p>"Part of the link was not understood and is left out:"</p>
                <ul>{ignored.into_iter().map(|part| view! { <li><code>{part.key}</code>" "{part.reason}</li> }).collect_view()}</ul>
            </div>
        })}
        <Show when=move || !warnings.read().is_empty()>
            <details class="notice doubts" data-testid="warnings">
                <summary>{move || match warnings.read().len() {
                    1 => "One thing to know about this run".to_owned(),
                    several => format!("{several} things to know about this run"),
                }}</summary>
                <ul>{move || warnings.get().into_iter().map(|warning| view! { <li>{warning}</li> }).collect_view()}</ul>
            </details>
        </Show>
    }
}
