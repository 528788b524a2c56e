//! What was loaded: the index, the result files that came, and what did not.
//!
//! Loading itself is the app's or the collector's; here is only what is there and which run is meant.

use crate::date::Date;
use crate::explore::scenario::Scenario;
use crate::store::index::{Entry, Index};
use crate::store::provenance::Evidence;
use crate::store::result_file::ResultFile;

/// Everything that was loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    /// The index.
    pub index: Index,
    /// Result files by their path under the results folder.
    pub files: Vec<(String, ResultFile)>,
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
        self.files.iter().find(|(name, _)| name == path).map(|(_, file)| file)
    }

    /// Loaded runs of the same model on the same replica, the chosen one first.
    #[must_use]
    pub fn siblings(&self, scenario: &Scenario) -> Vec<Run<'_>> {
        let paths = wanted(&self.index, scenario);
        let run = |path: &String| {
            let entry = self.index.results.iter().find(|entry| &entry.path == path)?;
            Some(Run { entry, file: self.file(path)? })
        };
        paths.iter().filter_map(run).collect()
    }
}

fn shown<'a>(index: &'a Index, scenario: &Scenario) -> impl Iterator<Item = &'a Entry> {
    let rehearsals = scenario.rehearsals;
    index
        .results
        .iter()
        .filter(move |entry| !entry.concurrency.is_empty() && (rehearsals || entry.evidence != Evidence::Rehearsal))
}

fn chosen<'a>(index: &'a Index, scenario: &Scenario) -> Option<&'a Entry> {
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

/// Paths of the files the page needs for a scenario, the chosen run's first: it and the other runs of the same
/// model on the same replica.
#[must_use]
pub fn wanted(index: &Index, scenario: &Scenario) -> Vec<String> {
    let Some(chosen) = chosen(index, scenario) else { return Vec::new() };
    let of = |entry: &Entry| {
        let c = &entry.configuration;
        (c.model.clone(), c.hardware.clone(), c.gpu_count)
    };
    let siblings = shown(index, scenario).filter(|entry| of(entry) == of(chosen) && entry.path != chosen.path);
    std::iter::once(chosen).chain(siblings).map(|entry| entry.path.clone()).collect()
}
