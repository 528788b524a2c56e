//! The browser explorer: signals and HTML around what `shared` says. Computes and formats nothing itself.

pub mod canvas;
pub mod fetch;
pub mod location;
pub mod store;
pub mod theme;
pub mod views;

use leptos::mount::mount_to;
use leptos::prelude::document;
use wasm_bindgen::JsCast;

/// Puts the explorer into the element with the id `app`.
pub fn start() {
    console_error_panic_hook::set_once();
    let place = document().get_element_by_id("app").and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(place) = place {
        mount_to(place, views::Page).forget();
    }
}
