//! What stands there while there is nothing to show, and what to say when something is missing.

use leptos::prelude::*;
use shared::explore::view_model::doubts_heading;
use wasm_bindgen::JsCast;

use crate::store::Fetched;
use crate::views::{act, live, nothing, said, store};
use crate::wire::{Word, listen, tell};

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
                    <button type="button" on:click=act(|_| tell(Word::Again, ""))>"Try again"</button>
                }.into_any(),
            })}
        </section>
    }
}

/// Files that did not come, and parts of the address that were not understood.
#[component]
pub fn Notices() -> impl IntoView {
    let (store, said) = (store(), said());
    let ignored: Vec<String> =
        said.ignored.get_value().into_iter().map(|part| format!("“{}” {}", part.key, part.reason)).collect();
    let unknown = Memo::new(move |_| said.part(|view| view.unknown.clone()));
    view! {
        {live(move || Some(store.missing()).filter(|missing| !missing.is_empty()).map_or_else(nothing, |missing| view! {
            <div class="notice" role="alert" data-testid="partial">
                <p>"Part of the measurements is missing; what is here is complete in itself."</p>
                <ul>{list(missing)}</ul>
                <button type="button" on:click=act(|_| tell(Word::Again, ""))>"Try again"</button>
            </div>
        }.into_any()))}
        {live(move || {
            let ignored = [ignored.clone(), unknown.get()].concat();
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
    }
}

/// What to doubt about the run; the second program has the words.
#[component]
pub fn Doubts() -> impl IntoView {
    let said = said();
    let count = Memo::new(move |_| said.part(|view| view.doubts));
    live(move || match count.get() {
        0 => nothing(),
        some => view! { <Filled id="doubts" class="doubts" summary=doubts_heading(some)/> }.into_any(),
    })
}

/// Something shut, whose content the second program brings when it is opened.
#[component]
pub fn Filled(
    /// What it is: the second program knows it by this.
    id: &'static str,
    /// Its look.
    class: &'static str,
    /// What stands on it.
    #[prop(into)]
    summary: String,
) -> impl IntoView {
    let opened = move |event: leptos::ev::Event| {
        let place: Option<web_sys::Element> = event.current_target().map(|target| target.unchecked_into());
        if place.is_some_and(|place| place.has_attribute("open")) {
            tell(Word::Fill, id);
        } else {
            tell(Word::Empty, id);
        }
    };
    view! {
        <details class=class data-testid=format!("opens-{id}") on:toggle=act(opened)>
            <summary>{summary}</summary>
            <div id=format!("place-{id}")></div>
        </details>
    }
}

fn list(items: Vec<String>) -> Vec<AnyView> {
    items.into_iter().map(|item| view! { <li>{item}</li> }.into_any()).collect()
}

/// Where the second program stands: what to say while it comes, and when it could not.
#[component]
pub fn StudyState() -> impl IntoView {
    /// Where it stands.
    #[derive(Clone, Copy, PartialEq)]
    enum Stands {
        Away,
        Coming,
        There,
        Missing,
    }
    let stands = RwSignal::new(Stands::Away);
    listen(Word::Wanted, move |_| {
        if stands.get_untracked() != Stands::There {
            stands.set(Stands::Coming);
        }
    });
    listen(Word::Missing, move |_| stands.set(Stands::Missing));
    listen(Word::Ready, move |_| stands.set(Stands::There));
    live(move || match stands.get() {
        Stands::There => nothing(),
        Stands::Away => view! {
            <button type="button" class="more-below" data-testid="more" on:click=act(|_| tell(Word::Wanted, ""))>
                "Show every price and where it comes from"
            </button>
        }
        .into_any(),
        Stands::Coming => {
            view! { <p class="empty" role="status" aria-busy="true">"Loading the rest of the page."</p> }.into_any()
        }
        Stands::Missing => view! {
            <div class="notice" role="alert" data-testid="missing">
                <p>"The rest of the page could not be loaded. What is shown here is complete in itself."</p>
                <button type="button" on:click=act(|_| tell(Word::Wanted, ""))>"Try again"</button>
            </div>
        }
        .into_any(),
    })
}
