//! Light or dark: the reader's choice, else the system's; remembered in this browser only.

use leptos::ev;
use leptos::prelude::*;

const KEY: &str = "forge-theme";

/// What the reader wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// As the system has it.
    Auto,
    /// Dark words on white.
    Light,
    /// Light words on near black.
    Dark,
}

impl Choice {
    /// The next one of the three.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Auto => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::Auto,
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The choice, and whether the page is dark now.
#[derive(Debug, Clone, Copy)]
pub struct Theming {
    /// What the reader wants.
    pub choice: RwSignal<Choice>,
    /// Whether the page is dark now.
    pub dark: Memo<bool>,
}

/// Follows the choice and the system, and marks the document.
#[must_use]
pub fn theming() -> Theming {
    let storage = || window().local_storage().ok().flatten();
    let remembered = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    let choice = RwSignal::new(match remembered.as_deref() {
        Some("light") => Choice::Light,
        Some("dark") => Choice::Dark,
        _ => Choice::Auto,
    });
    let query = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
    let system = RwSignal::new(query.as_ref().is_some_and(web_sys::MediaQueryList::matches));
    if let Some(query) = query {
        let changed = query.clone();
        let listener = wasm_bindgen::closure::Closure::<dyn Fn()>::new(move || system.set(changed.matches()));
        let _ = query.add_event_listener_with_callback(
            ev::EventDescriptor::name(&ev::change).as_ref(),
            wasm_bindgen::JsCast::unchecked_ref(listener.as_ref()),
        );
        listener.forget();
    }
    let dark = Memo::new(move |_| match choice.get() {
        Choice::Auto => system.get(),
        Choice::Light => false,
        Choice::Dark => true,
    });
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", if dark.get() { "dark" } else { "light" });
        }
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, choice.get().word());
        }
    });
    Theming { choice, dark }
}
