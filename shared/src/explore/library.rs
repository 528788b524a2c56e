//! What was loaded: the index, the result files that came, and what did not.
//!
//! Loading itself is the app's or the collector's; here is only what is there and which run is meant.

use std::sync::Arc;

use crate::date::Date;
use crate::explore::scenario::Scenario;
use crate::store::index::{Entry, Index};
use crate::store::provenance::Evidence;
use crate::store::result_file::ResultFile;

/// Where the reader's own files stand among the paths. Nothing is to be fetched from there.
pub const YOURS: &str = "yours/";

/// What stands where a file of the reader's does not say.
pub const UNKNOWN: &str = "unknown";

/// Whether a run is the reader's own.
#[must_use]
pub fn is_yours(entry: &Entry) -> bool {
    entry.path.starts_with(YOURS)
}

/// The entry of a run of the reader's, at its path: `yours/<SHA-256>.json`.
#[must_use]
pub fn own_entry(path: &str, file: &ResultFile) -> Entry {
    let bare = path.strip_prefix(YOURS).unwrap_or(path);
    let hash = bare.strip_suffix(".json").unwrap_or(bare);
    let id = format!("yours-{}", hash.get(..10).unwrap_or(hash));
    Entry { id, ..Entry::of(file, path.into(), hash.into()) }
}

/// Everything that was loaded. Index and files are shared, not copied, when another file comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    /// The index.
    pub index: Arc<Index>,
    /// Result files by their path under the results folder.
    pub files: Vec<(String, Arc<ResultFile>)>,
    /// Today.
    pub today: Date,
}

/// A run: its entry in the index and its file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run<'a> {
    /// Its entry.
    pub entry: &'a Entry,
    /// Its file.
    pub file: &'a ResultFile,
}

impl Library {
    /// Of what was read, in one piece.
    #[must_use]
    pub fn new(index: Index, files: Vec<(String, ResultFile)>, today: Date) -> Self {
        let files = files.into_iter().map(|(path, file)| (path, Arc::new(file))).collect();
        Self { index: Arc::new(index), files, today }
    }

    /// Entries with levels that may be shown: rehearsals only when the reader wants them.
    pub fn choices<'a>(&'a self, scenario: &Scenario) -> impl Iterator<Item = &'a Entry> {
        shown(&self.index, scenario)
    }

    /// The run the scenario means, or the first one. `None` when there is none, or its file did not come.
    #[must_use]
    pub fn run(&self, scenario: &Scenario) -> Option<Run<'_>> {
        let entry = chosen(&self.index, scenario)?;
        Some(Run { entry, file: self.file(&entry.path)? })
    }

    fn file(&self, path: &str) -> Option<&ResultFile> {
        self.files.iter().find(|(name, _)| name == path).map(|(_, file)| &**file)
    }

    /// Loaded runs of the same model on the same replica, the chosen one first.
    #[must_use]
    pub fn siblings(&self, scenario: &Scenario) -> Vec<Run<'_>> {
        let paths = siblings(&self.index, scenario);
        let run = |path: &String| {
            let entry = self.index.results.iter().find(|entry| &entry.path == path)?;
            Some(Run { entry, file: self.file(path)? })
        };
        paths.iter().filter_map(run).collect()
    }

    /// The run of the pinned scenario, if that is another one and its file came.
    #[must_use]
    pub fn pinned_run(&self, scenario: &Scenario) -> Option<Run<'_>> {
        let pinned = self.run(scenario.pinned.as_deref()?)?;
        let is_chosen = chosen(&self.index, scenario).is_some_and(|entry| entry.path == pinned.entry.path);
        (!is_chosen).then_some(pinned)
    }

    /// Every loaded run of a model that may be shown, on whatever hardware.
    pub fn of_model<'a>(&'a self, model: &'a str, scenario: &Scenario) -> impl Iterator<Item = Run<'a>> {
        let of_model = shown(&self.index, scenario).filter(move |entry| entry.configuration.model == model);
        of_model.filter_map(|entry| Some(Run { entry, file: self.file(&entry.path)? }))
    }
}

fn shown<'a>(index: &'a Index, scenario: &Scenario) -> impl Iterator<Item = &'a Entry> {
    let rehearsals = scenario.rehearsals;
    index
        .results
        .iter()
        .filter(move |entry| !entry.concurrency.is_empty() && (rehearsals || entry.evidence != Evidence::Rehearsal))
}

/// The entry the scenario means, or the first one, whether its file came or not.
#[must_use]
pub fn chosen<'a>(index: &'a Index, scenario: &Scenario) -> Option<&'a Entry> {
    let named = scenario.run.as_ref().and_then(|run| shown(index, scenario).find(|entry| &entry.id == run));
    // A real run before a rehearsal, and an unquantised one before others: they are told against it.
    let real = |entry: &&Entry| entry.evidence != Evidence::Rehearsal;
    let first = |wanted: &dyn Fn(&&Entry) -> bool| shown(index, scenario).find(|entry| wanted(entry));
    named
        .or_else(|| first(&|entry| real(entry) && is_baseline(entry)))
        .or_else(|| first(&real))
        .or_else(|| shown(index, scenario).next())
}

/// Whether a run's weights are not quantised, so that others can be compared with it.
#[must_use]
pub fn is_baseline(entry: &Entry) -> bool {
    matches!(entry.configuration.quantization.as_str(), "bf16" | "fp16")
}

/// Paths of the files the page needs for a scenario, the chosen run's first: it, the other runs of the same model on
/// the same replica, and the pinned scenario's run.
#[must_use]
pub fn wanted(index: &Index, scenario: &Scenario) -> Vec<String> {
    let mut paths = siblings(index, scenario);
    let pinned = scenario.pinned.as_deref().and_then(|pinned| chosen(index, pinned));
    paths.extend(pinned.map(|entry| entry.path.clone()).filter(|path| !paths.contains(path)));
    paths
}

/// Paths of the chosen run and of the other runs of the same model on the same replica.
fn siblings(index: &Index, scenario: &Scenario) -> Vec<String> {
    let Some(chosen) = chosen(index, scenario) else { return Vec::new() };
    let same = |entry: &Entry| {
        let (a, b) = (&entry.configuration, &chosen.configuration);
        a.model == b.model && a.hardware == b.hardware && a.gpu_count == b.gpu_count
    };
    // Of two runs that do not say what they ran on, nobody knows whether it was the same.
    let known = chosen.configuration.hardware != UNKNOWN;
    let siblings = shown(index, scenario).filter(|entry| known && same(entry) && entry.path != chosen.path);
    std::iter::once(chosen).chain(siblings).map(|entry| entry.path.clone()).collect()
}
