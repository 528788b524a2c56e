//! The page's state: one writable scenario, what was loaded, and everything that follows as memos.
//!
//! Effects here only touch the outside world: they fetch and they write the address.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use shared::explore::answer::answer;
use shared::explore::controls::{self, Id};
use shared::explore::library::{Library, wanted};
use shared::explore::query::{self, Ignored};
use shared::explore::scenario::{ApiChoice, Scenario};
use shared::explore::view_model::{View, derive};
use shared::store::index::Index;
use shared::store::result_file::ResultFile;

use crate::{fetch, location};

/// How long the address waits for the slider to rest; browsers refuse an address that changes at every frame.
const ADDRESS_RESTS: Duration = Duration::from_millis(120);

/// Something that is fetched.
#[derive(Debug)]
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
    files: RwSignal<Vec<(String, Fetched<ResultFile>)>>,
    /// Paths of the result files that the scenario shows, the chosen run's first.
    wanted: Memo<Vec<String>>,
    /// What was loaded; `None` until the index and the chosen run are there or have failed.
    pub library: Memo<Option<Arc<Library>>>,
    /// The page as text; `None` while loading.
    pub view: Memo<Option<Arc<View>>>,
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
        let files = RwSignal::new(Vec::new());
        let wanted = Memo::new(move |_| match &*index.read() {
            Fetched::Ready(index) => wanted(index, &scenario.read()),
            Fetched::Pending | Fetched::Failed(_) => Vec::new(),
        });
        let library = Memo::new_with_compare(move |_| library(&index.read(), &files.read(), &wanted.read()), anew);
        let view = Memo::new_with_compare(
            move |_| library.read().as_ref().map(|library| Arc::new(derive(library, &scenario.read()))),
            anew,
        );
        let store = Self {
            scenario,
            ignored: StoredValue::new(ignored),
            index,
            files,
            wanted,
            library,
            view,
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
        self.files.update(|files| files.retain(|(_, file)| matches!(file, Fetched::Ready(_))));
        spawn_local(async move {
            self.index.set(match fetch::index().await {
                Ok(index) => Fetched::Ready(index),
                Err(why) => Fetched::Failed(why),
            });
        });
    }

    fn fetch_what_is_wanted(self) {
        Effect::new(move |_| {
            for path in self.wanted.get() {
                if self.files.with_untracked(|files| found(files, &path).is_some()) {
                    continue;
                }
                self.files.update(|files| files.push((path.clone(), Fetched::Pending)));
                spawn_local(async move {
                    let file = match fetch::result_file(&path).await {
                        Ok(file) => Fetched::Ready(file),
                        Err(why) => Fetched::Failed(why),
                    };
                    self.files.update(|files| {
                        files.retain(|(name, _)| *name != path);
                        files.push((path, file));
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

    /// Sentences about files that did not come.
    #[must_use]
    pub fn missing(self) -> Vec<String> {
        let failed = |file: &Fetched<ResultFile>| match file {
            Fetched::Failed(why) => Some(why.clone()),
            Fetched::Pending | Fetched::Ready(_) => None,
        };
        self.files.read().iter().filter_map(|(_, file)| failed(file)).collect()
    }

    /// A part of the page's text; its default while loading.
    pub fn part<T: Default>(self, part: impl Fn(&View) -> T) -> T {
        self.view.read().as_ref().map_or_else(T::default, |view| part(view))
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
}

/// What is computed anew counts as changed: comparing it would cost more than showing it.
fn anew<T>(_: Option<&T>, _: Option<&T>) -> bool {
    true
}

/// What was loaded, once the chosen run's file has come or failed.
fn library(index: &Fetched<Index>, files: &[(String, Fetched<ResultFile>)], wanted: &[String]) -> Option<Arc<Library>> {
    let Fetched::Ready(index) = index else { return None };
    if wanted.first().is_some_and(|path| matches!(found(files, path), None | Some(Fetched::Pending))) {
        return None;
    }
    let ready = |(path, file): &(String, Fetched<ResultFile>)| match file {
        Fetched::Ready(file) => Some((path.clone(), file.clone())),
        Fetched::Pending | Fetched::Failed(_) => None,
    };
    let files = files.iter().filter_map(ready).collect();
    Some(Arc::new(Library { index: index.clone(), files, today: location::today() }))
}

fn found<'a>(files: &'a [(String, Fetched<ResultFile>)], path: &str) -> Option<&'a Fetched<ResultFile>> {
    files.iter().find(|(name, _)| name == path).map(|(_, file)| file)
}
