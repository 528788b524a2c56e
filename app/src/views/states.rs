//! What stands there while there is nothing to show, and what to say when something is missing.

use leptos::prelude::*;

use crate::store::Fetched;
use crate::views::{act, live, nothing, store};

/// While loading, and when loading failed.
#[component]
pub fn Loading() -> impl IntoView {
    let store = store();
    let failed = move || match &*store.index.read() {
        Fetched::Failed(why) => Some(why.clone()),
        Fetched::Pending | Fetched::Ready(_) => None,
    };
    view! {
        <section class="answer">
            {live(move || match failed() {
                None => view! {
                    <h1 class="waiting" data-testid="loading" aria-busy="true">"Loading the measurements."</h1>
                }.into_any(),
                Some(why) => view! {
                    <h1 data-testid="failed">"The measurements could not be loaded."</h1>
                    <p role="alert">{why}" Check the connection, or whether the server has a results folder."</p>
                    <button type="button" on:click=act(move |_| store.load())>"Try again"</button>
                }.into_any(),
            })}
        </section>
    }
}

/// Files that did not come, parts of the address that were not understood, and what to doubt about the run.
#[component]
pub fn Notices() -> impl IntoView {
    let store = store();
    let ignored: Vec<String> =
        store.ignored.get_value().into_iter().map(|part| format!("“{}” {}", part.key, part.reason)).collect();
    let list =
        |items: Vec<String>| items.into_iter().map(|item| view! { <li>{item}</li> }.into_any()).collect::<Vec<_>>();
    view! {
        {live(move || Some(store.missing()).filter(|missing| !missing.is_empty()).map_or_else(nothing, |missing| view! {
            <div class="notice" role="alert" data-testid="partial">
                <p>"Part of the measurements is missing; what is here is complete in itself."</p>
                <ul>{list(missing)}</ul>
                <button type="button" on:click=act(move |_| store.load())>"Try again"</button>
            </div>
        }.into_any()))}
        {live(move || {
            let ignored = [ignored.clone(), store.part(|view| view.unknown.clone())].concat();
            if ignored.is_empty() {
                return nothing();
            }
            view! {
                <div class="notice" role="status" data-testid="ignored">
                    <p>"Part of the link was not understood and is left out:"</p>
                    <ul>{list(ignored)}</ul>
                </div>
            }
            .into_any()
        })}
        {live(move || Some(store.part(|view| view.warnings.clone())).filter(|warnings| !warnings.is_empty()).map_or_else(nothing, |warnings| view! {
            <details class="notice doubts" data-testid="warnings">
                <summary>{match warnings.len() {
                    1 => "One thing to know about this run".to_owned(),
                    several => format!("{several} things to know about this run"),
                }}</summary>
                <ul>{list(warnings)}</ul>
            </details>
        }.into_any()))}
    }
}
