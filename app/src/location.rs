//! The page's address: the query it was opened with, and the one it shows.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// The query of the address, with its `?`; empty when there is none.
#[must_use]
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Shows another query without a new entry in the history. An empty one leaves no `?`.
pub fn replace_query(query: &str) {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    let address = format!("{path}{mark}{query}{}", location.hash().unwrap_or_default());
    if let Ok(history) = window().history() {
        // A browser may refuse (a sandboxed frame): the page then works, only its address stays behind.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// The whole address, for sharing.
#[must_use]
pub fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// Today, by the reader's clock in UTC.
#[must_use]
pub fn today() -> shared::date::Date {
    let seconds = js_sys::Date::now() / shared::units::MILLIS_PER_SECOND;
    shared::date::Date::from_unix_seconds(seconds as i64)
}
