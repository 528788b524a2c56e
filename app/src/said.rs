//! What the first program adds to the store: the page as text, and what moving a control does.

use std::sync::Arc;

use leptos::prelude::*;

use shared::explore::answer::{answer, told};
use shared::explore::controls::{self, Id};
use shared::explore::library::Library;
use shared::explore::presets::choose;
use shared::explore::query::Ignored;
use shared::explore::scenario::{ApiChoice, Scenario};
use shared::explore::view_model::{View, derive};

use crate::store::{Store, anew};

/// The page as text.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    store: Store,
    /// The text; `None` while loading.
    pub view: Memo<Option<Arc<View>>>,
    /// Parts of the address that were not understood.
    pub ignored: StoredValue<Vec<Ignored>>,
}

impl Said {
    /// Follows the store.
    #[must_use]
    pub fn of(store: Store, ignored: Vec<Ignored>) -> Self {
        // While another run is on its way the last text stays: without one the whole page would be taken down.
        let view = Memo::new_with_compare(
            move |last: Option<&Option<Arc<View>>>| {
                let text = |library: &Arc<Library>| Arc::new(derive(library, &store.asked.read()));
                store.library.read().as_ref().map(text).or_else(|| last?.clone())
            },
            anew,
        );
        Self { store, view, ignored: StoredValue::new(ignored) }
    }

    /// The scenario the text is about.
    #[must_use]
    pub fn scenario(self) -> RwSignal<Scenario> {
        self.store.scenario
    }

    /// A part of the text; its default while loading.
    pub fn part<T: Default>(self, part: impl Fn(&View) -> T) -> T {
        self.view.read().as_ref().map_or_else(T::default, |view| part(view))
    }

    /// Sets one control.
    pub fn set(self, id: Id, value: f64) {
        let store = self.store;
        let next = store.library.with_untracked(|library| {
            store.scenario.with_untracked(|scenario| {
                // Only the other one of two prices asks for the answer: the chosen API's stands there.
                let asks = matches!(id, Id::OwnInput | Id::OwnOutput);
                let known = library.as_ref().filter(|_| asks).and_then(|library| answer(library, scenario).ok());
                controls::set(scenario, known.as_ref(), id, value)
            })
        });
        store.scenario.set(next);
    }

    /// Starts from a demand.
    pub fn start_from(self, id: &str) {
        let next = self.store.library.with_untracked(|library| {
            let library = library.as_ref()?;
            let preset = library.index.presets.iter().find(|preset| preset.id == id)?;
            let scenario = self.store.scenario.read_untracked();
            Some(choose(&scenario, preset, told(library, &scenario)?.measured_mix))
        });
        if let Some(next) = next {
            self.store.scenario.set(next);
        }
    }

    /// Chooses a listed API.
    pub fn choose_api(self, id: String) {
        self.store.scenario.update(|scenario| scenario.api = ApiChoice::Listed(id));
    }
}
