//! The address follows the scenario, and the browser's history is the way back: undo is one step of it.

use std::time::Duration;

use leptos::prelude::*;

use shared::explore::query;
use shared::explore::scenario::Scenario;

use crate::location;
use crate::store::Store;
use crate::wire::on_window;

/// How long address and title wait for a slider to rest: one move is one step back.
pub const RESTS: Duration = Duration::from_millis(250);

/// The way back.
#[derive(Debug, Clone, Copy)]
pub struct History {
    /// How many steps there are to go back.
    pub steps: RwSignal<f64>,
}

impl History {
    /// Keeps the address to the scenario, and the scenario to the address when the reader goes back or forth.
    #[must_use]
    pub fn follow(store: Store) -> Self {
        let steps = RwSignal::new(location::steps());
        // As the scenario was when the address was last right: what differs only in its spelling is no step.
        let written = StoredValue::new(query::encode(&store.scenario.read_untracked()));
        let mut write = debounce(RESTS, move |()| {
            let query = query::encode(&store.scenario.read_untracked());
            if written.with_value(|written| *written != query) {
                location::push_query(&query);
                written.set_value(query);
                steps.set(location::steps());
            }
        });
        Effect::new(move |first: Option<()>| {
            store.scenario.track();
            // The address one came with stays as it is until something is changed.
            if first.is_some() {
                write(());
            }
        });
        on_window("popstate", move |_| {
            let (scenario, _) = query::decode(&location::query());
            written.set_value(query::encode(&scenario));
            steps.set(location::steps());
            store.scenario.set(scenario);
        });
        Self { steps }
    }

    /// Takes the last change back.
    pub fn undo(self) {
        if self.steps.get_untracked() > 0.0 {
            location::back();
        }
    }

    /// All assumptions as they were at first; the reader stays where they are.
    pub fn reset(self, store: Store) {
        store.scenario.update(|scenario| {
            *scenario = Scenario {
                view: scenario.view,
                currency: scenario.currency.clone(),
                rehearsals: scenario.rehearsals,
                ..Scenario::default()
            };
        });
    }
}
