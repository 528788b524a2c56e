//! How the page looks: the reader's choice, else the system's; remembered in this browser only.

use leptos::ev;
use leptos::prelude::*;
use shared::chart::theme::Theme;

use crate::wire::{Word, listen, tell};

const KEY: &str = "forge-theme";

/// What the reader wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// As the system has it.
    Auto,
    /// That and nothing else.
    Always(Look),
}

/// How the page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Dark words on white.
    Light,
    /// Light words on near black.
    Dark,
    /// Black on white, with no tone between.
    Contrast,
}

impl Choice {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Auto, Self::Always(Look::Light), Self::Always(Look::Dark), Self::Always(Look::Contrast)];

    /// Its word, as it is remembered.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always(look) => look.word(),
        }
    }

    /// The choice of a word; the system's for any other.
    #[must_use]
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|choice| choice.word() == word).unwrap_or(Self::Auto)
    }
}

impl Look {
    /// The colours of charts in it.
    #[must_use]
    pub fn theme(self) -> Theme {
        match self {
            Self::Light => Theme::light(),
            Self::Dark => Theme::dark(),
            Self::Contrast => Theme::print(),
        }
    }

    /// Its word, on the document and between the programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }
}

/// How the page looks now, for whoever draws.
#[derive(Debug, Clone, Copy)]
pub struct Theming {
    /// How.
    pub look: Signal<Look>,
}

impl Theming {
    /// Follows what the first program tells.
    #[must_use]
    pub fn told() -> Self {
        let look = RwSignal::new(Look::Light);
        listen(Word::Theme, move |word| {
            if let Choice::Always(told) = Choice::of(&word) {
                look.set(told);
            }
        });
        Self { look: look.into() }
    }
}

/// The reader's choice and what follows.
#[derive(Debug, Clone, Copy)]
pub struct Chosen {
    /// What the reader wants.
    pub choice: RwSignal<Choice>,
    /// What that is now.
    pub theming: Theming,
}

/// A media query of the system as a signal.
fn system(query: &str) -> RwSignal<bool> {
    let query = window().match_media(query).ok().flatten();
    let matches = RwSignal::new(query.as_ref().is_some_and(web_sys::MediaQueryList::matches));
    if let Some(query) = query {
        let changed = query.clone();
        let listener = wasm_bindgen::closure::Closure::<dyn Fn()>::new(move || matches.set(changed.matches()));
        let _ = query.add_event_listener_with_callback(
            ev::EventDescriptor::name(&ev::change).as_ref(),
            wasm_bindgen::JsCast::unchecked_ref(listener.as_ref()),
        );
        listener.forget();
    }
    matches
}

/// Follows the choice and the system, marks the document and tells the other program.
#[must_use]
pub fn chosen() -> Chosen {
    let storage = || window().local_storage().ok().flatten();
    let remembered = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    let choice = RwSignal::new(Choice::of(&remembered.unwrap_or_default()));
    let (dark, contrast) = (system("(prefers-color-scheme: dark)"), system("(prefers-contrast: more)"));
    let look = Memo::new(move |_| match choice.get() {
        Choice::Auto if dark.get() => Look::Dark,
        Choice::Auto if contrast.get() => Look::Contrast,
        Choice::Auto => Look::Light,
        Choice::Always(look) => look,
    });
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", look.get().word());
        }
        tell(Word::Theme, look.get().word());
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, choice.get().word());
        }
    });
    listen(Word::Ready, move |_| tell(Word::Theme, look.get_untracked().word()));
    Chosen { choice, theming: Theming { look: look.into() } }
}
