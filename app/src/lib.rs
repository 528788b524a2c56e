//! The browser explorer: signals and HTML around what `shared` says. Computes and formats nothing itself.
//!
//! Two programs: `app` answers and is all that the first load needs; `study` holds the rest and comes when it is wanted.

pub mod canvas;
pub mod fetch;
pub mod history;
pub mod location;
pub mod said;
pub mod store;
pub mod theme;
pub mod views;
pub mod wire;

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Puts the answer into the element with the id `app`.
pub fn start() {
    put("app", || views::Page().into_any());
}

#[cfg(feature = "study")]
/// Puts everything else into the element with the id `study`.
pub fn start_study() {
    put("study", || views::study::Study().into_any());
}

fn put(id: &str, what: fn() -> AnyView) {
    let place = document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(place) = place {
        mount_to(place, what).forget();
    }
}
