//! What both programs of the page hold: one writable scenario and what was loaded. Everything else follows as memos.
//!
//! Effects here only touch the outside world: they fetch, and they tell the other program.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use shared::explore::library::{Library, wanted};
use shared::explore::query;
use shared::explore::scenario::Scenario;
use shared::store::index::{Entry, Index};
use shared::store::result_file::ResultFile;

use crate::wire::{Word, listen, tell};
use crate::{fetch, location};

/// Where the browser keeps the reader's own runs, if the reader wants them kept.
pub const KEPT: &str = "forge-own";

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

/// A run of the reader's own: never sent anywhere, forgotten with the page unless kept in this browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Own {
    /// Its entry beside those of the index.
    pub entry: Entry,
    /// Its result.
    pub file: Arc<ResultFile>,
}

/// Everything the views share.
#[derive(Debug, Clone, Copy)]
pub struct Store {
    /// The reader's assumptions.
    pub scenario: RwSignal<Scenario>,
    /// What of it is answered: all but where the reader is and what they look for in the list.
    pub asked: Memo<Scenario>,
    /// The index.
    pub index: RwSignal<Fetched<Arc<Index>>>,
    files: RwSignal<Vec<(String, Fetched<Arc<ResultFile>>)>>,
    /// The reader's own runs.
    pub own: RwSignal<Vec<Own>>,
    /// Paths of the result files that the scenario shows, the chosen run's first.
    wanted: Memo<Vec<String>>,
    /// What was loaded; `None` until the index and the chosen run are there or have failed.
    pub library: Memo<Option<Arc<Library>>>,
}

impl Store {
    /// Starts fetching for a scenario, and keeps to the other program's.
    #[must_use]
    pub fn start(scenario: Scenario) -> Self {
        let scenario = RwSignal::new(scenario);
        let index = RwSignal::new(Fetched::Pending);
        let files = RwSignal::new(Vec::new());
        let own = RwSignal::new(kept());
        let all = Memo::new_with_compare(move |_| all(&index.read(), &own.read()), anew);
        let asked = Memo::new(move |_| scenario.with(Scenario::asked));
        let wanted =
            Memo::new(move |_| all.read().as_ref().map_or_else(Vec::new, |index| wanted(index, &asked.read())));
        let library = Memo::new_with_compare(
            move |_| {
                let index = all.get()?;
                library(index, &files.read(), &own.read(), &wanted.read())
            },
            anew,
        );
        let store = Self { scenario, asked, index, files, own, wanted, library };
        store.load();
        store.fetch_what_is_wanted();
        store.keep_to_the_other_program();
        store
    }

    /// Fetches the index (again), and after it what failed.
    fn load(self) {
        self.index.set(Fetched::Pending);
        self.files.update(|files| files.retain(|(_, file)| matches!(file, Fetched::Ready(_))));
        spawn_local(async move {
            self.index.set(match fetch::index().await {
                Ok(index) => Fetched::Ready(Arc::new(index)),
                Err(why) => Fetched::Failed(why),
            });
        });
    }

    fn fetch_what_is_wanted(self) {
        Effect::new(move |_| {
            for path in self.wanted.get() {
                self.fetch(path);
            }
        });
    }

    /// Fetches a result file, once; what is the reader's own is there already.
    pub fn fetch(self, path: String) {
        let known = self.files.with_untracked(|files| found(files, &path).is_some());
        if known || self.own.with_untracked(|own| own.iter().any(|run| run.entry.path == path)) {
            return;
        }
        self.files.update(|files| files.push((path.clone(), Fetched::Pending)));
        spawn_local(async move {
            let file = match fetch::result_file(&path).await {
                Ok(file) => Fetched::Ready(Arc::new(file)),
                Err(why) => Fetched::Failed(why),
            };
            self.files.update(|files| {
                files.retain(|(name, _)| *name != path);
                files.push((path, file));
            });
        });
    }

    fn keep_to_the_other_program(self) {
        Effect::new(move |first: Option<()>| {
            let query = query::encode(&self.scenario.read());
            // What a program starts with is not news.
            if first.is_some() {
                tell(Word::Scenario, &query);
            }
        });
        listen(Word::Scenario, move |query| {
            let (told, _) = query::decode(&query);
            if *self.scenario.read_untracked() != told {
                self.scenario.set(told);
            }
        });
        listen(Word::Again, move |_| self.load());
        listen(Word::Own, move |json| self.own.set(own(&json)));
    }

    /// Sentences about files that did not come.
    #[must_use]
    pub fn missing(self) -> Vec<String> {
        let failed = |file: &Fetched<Arc<ResultFile>>| match file {
            Fetched::Failed(why) => Some(why.clone()),
            Fetched::Pending | Fetched::Ready(_) => None,
        };
        self.files.read().iter().filter_map(|(_, file)| failed(file)).collect()
    }

    /// Whether a result file that was asked for has come or failed.
    #[must_use]
    pub fn settled(self, path: &str) -> bool {
        self.file(path).is_some() || matches!(found(&self.files.read(), path), Some(Fetched::Failed(_)))
    }

    /// A result file that has come.
    #[must_use]
    pub fn file(self, path: &str) -> Option<Arc<ResultFile>> {
        let own = self.own.with(|own| own.iter().find(|run| run.entry.path == path).map(|run| run.file.clone()));
        own.or_else(|| match found(&self.files.read(), path)? {
            Fetched::Ready(file) => Some(file.clone()),
            Fetched::Pending | Fetched::Failed(_) => None,
        })
    }

    /// Chooses a run; the mix, the price and the level follow it.
    pub fn choose_run(self, id: String) {
        self.scenario.update(|scenario| scenario.run = Some(id));
    }
}

/// What is computed anew counts as changed: comparing it would cost more than showing it.
pub fn anew<T>(_: Option<&T>, _: Option<&T>) -> bool {
    true
}

/// Runs that this browser keeps for the reader.
fn kept() -> Vec<Own> {
    let storage = window().local_storage().ok().flatten();
    let json = storage.and_then(|storage| storage.get_item(KEPT).ok().flatten());
    json.map_or_else(Vec::new, |json| own(&json))
}

/// The reader's runs from their JSON; none when it is of another version of the page.
fn own(json: &str) -> Vec<Own> {
    js_sys::JSON::parse(json).ok().and_then(|value| fetch::shape(value).ok()).unwrap_or_default()
}

/// The index with the reader's own runs in it.
fn all(index: &Fetched<Arc<Index>>, own: &[Own]) -> Option<Arc<Index>> {
    let Fetched::Ready(index) = index else { return None };
    let mut all = Arc::clone(index);
    if !own.is_empty() {
        Arc::make_mut(&mut all).results.extend(own.iter().map(|run| run.entry.clone()));
    }
    Some(all)
}

/// What was loaded, once the chosen run's file has come or failed.
fn library(
    index: Arc<Index>,
    files: &[(String, Fetched<Arc<ResultFile>>)],
    own: &[Own],
    wanted: &[String],
) -> Option<Arc<Library>> {
    let is_own = |path: &String| own.iter().any(|run| &run.entry.path == path);
    let waits = |path: &String| !is_own(path) && matches!(found(files, path), None | Some(Fetched::Pending));
    if wanted.first().is_some_and(waits) {
        return None;
    }
    let ready = |(path, file): &(String, Fetched<Arc<ResultFile>>)| match file {
        Fetched::Ready(file) => Some((path.clone(), file.clone())),
        Fetched::Pending | Fetched::Failed(_) => None,
    };
    let mut files: Vec<(String, Arc<ResultFile>)> = files.iter().filter_map(ready).collect();
    files.extend(own.iter().map(|run| (run.entry.path.clone(), run.file.clone())));
    Some(Arc::new(Library { index, files, today: location::today() }))
}

fn found<'a>(files: &'a [(String, Fetched<Arc<ResultFile>>)], path: &str) -> Option<&'a Fetched<Arc<ResultFile>>> {
    files.iter().find(|(name, _)| name == path).map(|(_, file)| file)
}
