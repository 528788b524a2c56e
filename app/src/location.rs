//! The page's address and its history: the query it was opened with, and the one it shows.

use leptos::prelude::window;

/// The query of the address, with its `?`; empty when there is none.
#[must_use]
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Shows another query as a new entry of the history. An empty one leaves no `?`.
pub fn push_query(query: &str) {
    let path = window().location().pathname().unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    if let Ok(history) = window().history() {
        // A browser may refuse (a sandboxed frame): the page then works, only its address stays behind.
        let _ = history.push_state_with_url(&(steps() + 1.0).into(), "", Some(&format!("{path}{mark}{query}")));
    }
}

/// How many entries of the history before this one are the page's own.
#[must_use]
pub fn steps() -> f64 {
    window().history().and_then(|history| history.state()).ok().and_then(|state| state.as_f64()).unwrap_or(0.0)
}

/// Goes back by one entry of the history.
pub fn back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
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
