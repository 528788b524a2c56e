//! The page's state: one writable scenario, what was loaded, and everything that follows as memos.
//!
//! Effects here only touch the outside world: they fetch and they write the address.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use shared::explore::answer::answer;
use shared::explore::controls::{self, Id};
use shared::explore::library::{Library, wanted};
use shared::explore::query::{self, Ignored};
use shared::explore::scenario::{ApiChoice, Load, Scenario};
use shared::explore::view_model::{View, derive};
use shared::store::index::Index;
use shared::store::result_file::ResultFile;

use crate::{fetch, location};

/// How long the address waits for the slider to rest; browsers refuse an address that changes at every frame.
const ADDRESS_RESTS: Duration = Duration::from_millis(120);

/// Something that is fetched.
#[derive(Debug, Clone, PartialEq)]
pub enum Fetched<T> {
    /// On its way.
    Pending,
    /// There.
    Ready(T),
    /// Not to be had, with a sentence.
    Failed(String),
}

/// Everything the views share.
#[derive(Debug, Clone, Copy)]
pub struct Store {
    /// The reader's assumptions.
    pub scenario: RwSignal<Scenario>,
    /// Parts of the address that were not understood.
    pub ignored: StoredValue<Vec<Ignored>>,
    /// The index.
    pub index: RwSignal<Fetched<Index>>,
    files: RwSignal<BTreeMap<String, Fetched<ResultFile>>>,
    /// What was loaded; `None` until the index and the chosen run are there or have failed.
    pub library: Memo<Option<Library>>,
    /// The page as text; `None` while loading.
    pub view: Memo<Option<View>>,
    /// Sentences about files that did not come.
    pub missing: Memo<Vec<String>>,
    /// Which explanation is open.
    pub opened: RwSignal<Option<String>>,
}

impl Store {
    /// Reads the address, starts fetching, and keeps the address right.
    #[must_use]
    pub fn start() -> Self {
        let (scenario, ignored) = query::decode(&location::query());
        let scenario = RwSignal::new(scenario);
        let index = RwSignal::new(Fetched::Pending);
        let files = RwSignal::new(BTreeMap::new());
        let library = Memo::new(move |_| library(&index.read(), &files.read(), &scenario.read()));
        let view = Memo::new(move |_| library.read().as_ref().map(|library| derive(library, &scenario.read())));
        let missing = Memo::new(move |_| failures(&files.read()));
        let store = Self {
            scenario,
            ignored: StoredValue::new(ignored),
            index,
            files,
            library,
            view,
            missing,
            opened: RwSignal::new(None),
        };
        store.load();
        store.fetch_what_is_wanted();
        store.keep_the_address();
        store
    }

    /// Fetches the index (again), and after it what failed.
    pub fn load(self) {
        self.index.set(Fetched::Pending);
        self.files.update(|files| files.retain(|_, file| matches!(file, Fetched::Ready(_))));
        spawn_local(async move {
            self.index.set(match fetch::index().await {
                Ok(index) => Fetched::Ready(index),
                Err(why) => Fetched::Failed(why),
            });
        });
    }

    fn fetch_what_is_wanted(self) {
        let paths = Memo::new(move |_| match &*self.index.read() {
            Fetched::Ready(index) => wanted(index, &self.scenario.read()),
            Fetched::Pending | Fetched::Failed(_) => Vec::new(),
        });
        Effect::new(move |_| {
            for path in paths.get() {
                if self.files.with_untracked(|files| files.contains_key(&path)) {
                    continue;
                }
                self.files.update(|files| {
                    files.insert(path.clone(), Fetched::Pending);
                });
                spawn_local(async move {
                    let file = match fetch::result_file(&path).await {
                        Ok(file) => Fetched::Ready(file),
                        Err(why) => Fetched::Failed(why),
                    };
                    self.files.update(|files| {
                        files.insert(path, file);
                    });
                });
            }
        });
    }

    fn keep_the_address(self) {
        let mut write = debounce(ADDRESS_RESTS, |query: String| {
            location::replace_query(&query);
        });
        Effect::new(move |first: Option<()>| {
            let query = query::encode(&self.scenario.read());
            // The address one came with stays as it is until something is changed.
            if first.is_some() {
                write(query);
            }
        });
    }

    /// Sets one control.
    pub fn set(self, id: Id, value: f64) {
        let next = self.library.with_untracked(|library| {
            self.scenario.with_untracked(|scenario| {
                let known = library.as_ref().and_then(|library| answer(library, scenario).ok());
                controls::set(scenario, known.as_ref(), id, value)
            })
        });
        self.scenario.set(next);
    }

    /// Chooses a run; the mix, the price and the level follow it.
    pub fn choose_run(self, id: String) {
        self.scenario.update(|scenario| scenario.run = Some(id));
    }

    /// Chooses a listed API.
    pub fn choose_api(self, id: String) {
        self.scenario.update(|scenario| scenario.api = ApiChoice::Listed(id));
    }

    /// Puts one control back to what follows from the data.
    pub fn release(self, id: Id) {
        self.scenario.update(|scenario| match id {
            Id::GpuPrice => scenario.gpu_price = None,
            Id::InputTokens => scenario.input_tokens = None,
            Id::OutputTokens => scenario.output_tokens = None,
            Id::Utilisation if matches!(scenario.load, Load::Utilisation(_)) => scenario.load = Scenario::default().load,
            _ => {}
        });
    }
}

/// What was loaded, once the chosen run's file has come or failed.
fn library(
    index: &Fetched<Index>,
    files: &BTreeMap<String, Fetched<ResultFile>>,
    scenario: &Scenario,
) -> Option<Library> {
    let Fetched::Ready(index) = index else { return None };
    let first = wanted(index, scenario).into_iter().next();
    if first.is_some_and(|path| matches!(files.get(&path), None | Some(Fetched::Pending))) {
        return None;
    }
    let ready = |(path, file): (&String, &Fetched<ResultFile>)| match file {
        Fetched::Ready(file) => Some((path.clone(), file.clone())),
        Fetched::Pending | Fetched::Failed(_) => None,
    };
    Some(Library { index: index.clone(), files: files.iter().filter_map(ready).collect(), today: location::today() })
}

fn failures(files: &BTreeMap<String, Fetched<ResultFile>>) -> Vec<String> {
    let failed = |file: &Fetched<ResultFile>| match file {
        Fetched::Failed(why) => Some(why.clone()),
        Fetched::Pending | Fetched::Ready(_) => None,
    };
    files.values().filter_map(failed).collect()
}
