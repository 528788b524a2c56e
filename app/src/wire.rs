//! What the page's two programs tell each other, as events on the window: a word and a text.
//!
//! The first program answers; the second, which comes when it is wanted, holds every other view, the arithmetic behind
//! numbers and the reader's own files. Each has its own copy of the scenario, held equal by [`Word::Scenario`].

use leptos::prelude::{on_cleanup, window};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Event};

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The scenario as its query; either to the other.
    Scenario,
    /// What could not be loaded is to be tried again, in both programs.
    Again,
    /// The second program is wanted; heard by the page's script, which fetches it once.
    Wanted,
    /// The second program could not be fetched; told by the page's script.
    Missing,
    /// The second program listens.
    Ready,
    /// The explanation with this id is to be opened.
    Open,
    /// The place of this id is open and wants its content: a figure's tools, more assumptions, what to doubt.
    Fill,
    /// The place of this id is shut.
    Empty,
    /// What the reader has changed about a figure.
    Adjust,
    /// The reader's own runs, as JSON.
    Own,
    /// Files lie at [`DROPPED`].
    Pick,
    /// `dark`, `light` or `contrast`: how the page looks now.
    Theme,
}

impl Word {
    const fn event(self) -> &'static str {
        match self {
            Self::Scenario => "forge:scenario",
            Self::Again => "forge:again",
            Self::Wanted => "forge:wanted",
            Self::Missing => "forge:missing",
            Self::Ready => "forge:ready",
            Self::Open => "forge:open",
            Self::Fill => "forge:fill",
            Self::Empty => "forge:empty",
            Self::Adjust => "forge:adjust",
            Self::Own => "forge:own",
            Self::Pick => "forge:pick",
            Self::Theme => "forge:theme",
        }
    }
}

/// Where on the window files lie that were dropped and not yet taken.
pub const DROPPED: &str = "forgeDropped";

/// Tells whoever listens, the teller too.
pub fn tell(word: Word, detail: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&JsValue::from_str(detail));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(word.event(), &init) {
        let _ = window().dispatch_event(&event);
    }
}

/// Listens for as long as the part of the page lives that asks.
pub fn listen(word: Word, hear: impl Fn(String) + 'static) {
    on_window(word.event(), move |event| {
        hear(event.unchecked_into::<CustomEvent>().detail().as_string().unwrap_or_default());
    });
}

/// Hears any event of the window for as long as the part of the page lives that asks.
pub fn on_window(event: &'static str, hear: impl Fn(Event) + 'static) {
    let heard: Box<dyn Fn(Event)> = Box::new(hear);
    let callback = SendWrapper::new(Closure::wrap(heard));
    let _ = window().add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
    on_cleanup(move || {
        let _ = window().remove_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
    });
}
