//! The list of every result, from the index alone: found by words, ordered, and told a window at a time.
//!
//! Made for ten thousand of them: what is compared is worked out once an index, in [`Haystack`].

mod details;

use std::cmp::Ordering;

use crate::explore::explain::RESULTS;
use crate::explore::library::{Library, chosen, is_yours};
use crate::explore::scenario::{Order, Scenario};
use crate::format;
use crate::store::index::{Entry, Index};
use crate::store::provenance::Evidence;

pub use details::{Fact, Section, details};

/// What entries are found and ordered by, in the index' order. Belongs to one index; a changed one needs another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Haystack {
    words: Vec<String>,
    /// Place by model and quantisation among all.
    models: Vec<u32>,
    /// Place by GPU and how many.
    hardware: Vec<u32>,
}

impl Haystack {
    /// Of an index.
    #[must_use]
    pub fn of(index: &Index) -> Self {
        let words = |entry: &Entry| {
            let c = &entry.configuration;
            let yours = if is_yours(entry) { "yours" } else { "" };
            let name = c.name();
            let parts = [&name, &c.model, &c.served_model, &c.hardware, &c.engine, &entry.id].map(String::as_str);
            let replica = c.replica_name();
            let version = c.engine_version.as_deref().unwrap_or("");
            let rest =
                [replica.as_str(), version, entry.evidence.word(), yours, entry.benchmark.as_deref().unwrap_or("")];
            [parts.as_slice(), &rest, &entry.tasks.iter().map(String::as_str).collect::<Vec<_>>()]
                .concat()
                .join(" ")
                .to_lowercase()
        };
        let entries = &index.results;
        let hardware =
            |entry: &Entry| (entry.configuration.hardware_name.to_lowercase(), entry.configuration.gpu_count);
        Self {
            words: entries.iter().map(words).collect(),
            models: places(entries, |entry| entry.configuration.name().to_lowercase()),
            hardware: places(entries, hardware),
        }
    }
}

/// Which place each entry has by a key; equal keys have the same.
fn places<K: Ord>(entries: &[Entry], key: impl Fn(&Entry) -> K) -> Vec<u32> {
    let mut keyed: Vec<(K, usize)> = entries.iter().enumerate().map(|(at, entry)| (key(entry), at)).collect();
    keyed.sort();
    let mut places = vec![0; entries.len()];
    let mut place = 0;
    for (position, (key, at)) in keyed.iter().enumerate() {
        if position > 0 && keyed[position - 1].0 != *key {
            place += 1;
        }
        places[*at] = place;
    }
    places
}

/// The entries that are found, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct RunList<'a> {
    /// Them.
    pub entries: Vec<&'a Entry>,
    /// How many results there are, rehearsals behind their switch among them.
    pub total: usize,
    /// How many are found.
    pub shown: usize,
    /// How many the words find, by evidence, the best first; the evidence that is filtered by does not count here.
    pub counts: [(Evidence, usize); 4],
    chosen: Option<&'a Entry>,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Its name in the scenario.
    pub id: String,
    /// Its path under the results folder.
    pub path: String,
    /// Model and quantisation.
    pub name: String,
    /// GPUs of the replica.
    pub hardware: String,
    /// The engine, with its version.
    pub engine: String,
    /// What its numbers rest on.
    pub evidence: Evidence,
    /// The day.
    pub date: String,
    /// Streams of its levels; how many levels where they are many.
    pub streams: String,
    /// Best throughput, in total tokens a second.
    pub peak: String,
    /// What was evaluated.
    pub tasks: String,
    /// Whether it is the reader's own.
    pub yours: bool,
    /// Whether it is what the page shows.
    pub in_use: bool,
    /// Whether it has levels, so that the page can show it.
    pub usable: bool,
    /// Its raw file; none of the reader's own.
    pub link: Option<String>,
}

/// Finds and orders the entries of a library under a scenario. `haystack` must be of its index.
#[must_use]
pub fn list<'a>(library: &'a Library, haystack: &Haystack, scenario: &Scenario) -> RunList<'a> {
    let entries = &library.index.results;
    let wanted = &scenario.list;
    let find = wanted.find.to_lowercase();
    let words: Vec<&str> = find.split_whitespace().collect();
    let mut counts = Evidence::ALL.map(|evidence| (evidence, 0));
    let mut found: Vec<usize> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let hidden = entry.evidence == Evidence::Rehearsal && !scenario.rehearsals;
        let text = haystack.words.get(at).map_or("", String::as_str);
        if hidden || !words.iter().all(|word| text.contains(word)) {
            continue;
        }
        counts.iter_mut().filter(|(evidence, _)| *evidence == entry.evidence).for_each(|(_, count)| *count += 1);
        if wanted.evidence.is_none_or(|evidence| evidence == entry.evidence) {
            found.push(at);
        }
    }
    let place = |places: &[u32], at: usize| places.get(at).copied().unwrap_or(0);
    let peak = |at: usize| entries[at].peak_total_tokens_per_s;
    let by = |a: usize, b: usize| match wanted.order {
        Order::Model => place(&haystack.models, a).cmp(&place(&haystack.models, b)),
        Order::Hardware => place(&haystack.hardware, a).cmp(&place(&haystack.hardware, b)),
        Order::Evidence => entries[a].evidence.cmp(&entries[b].evidence),
        Order::Date => entries[a].date.cmp(&entries[b].date),
        Order::Throughput => peak(a).unwrap_or(0.0).total_cmp(&peak(b).unwrap_or(0.0)),
    };
    let directed = |order: Ordering| if wanted.descending { order.reverse() } else { order };
    // What was not measured stands last, whichever way the others are turned.
    let last = |at: usize| wanted.order == Order::Throughput && peak(at).is_none();
    let ties = |a: usize, b: usize| place(&haystack.models, a).cmp(&place(&haystack.models, b)).then(a.cmp(&b));
    found.sort_unstable_by(|a, b| last(*a).cmp(&last(*b)).then(directed(by(*a, *b))).then_with(|| ties(*a, *b)));
    RunList {
        total: entries.len(),
        shown: found.len(),
        entries: found.into_iter().map(|at| &entries[at]).collect(),
        counts,
        chosen: chosen(&library.index, scenario),
    }
}

/// The rows of a list from one on, as many as there are up to `count`.
#[must_use]
pub fn window(list: &RunList, from: usize, count: usize) -> Vec<RunRow> {
    list.entries.iter().skip(from).take(count).map(|entry| row(entry, list.chosen)).collect()
}

/// Streams are told one by one up to so many.
const FEW: usize = 8;

fn row(entry: &Entry, chosen: Option<&Entry>) -> RunRow {
    let c = &entry.configuration;
    let streams: Vec<String> = entry.concurrency.iter().map(ToString::to_string).collect();
    let streams = match (streams.as_slice(), streams.len()) {
        ([], _) => "no levels".into(),
        (some, count) if count <= FEW => some.join(", "),
        ([first, .., last], count) => format!("{first} to {last}, {count} levels"),
        ([only], _) => only.clone(),
    };
    let peak = entry.peak_total_tokens_per_s;
    RunRow {
        id: entry.id.clone(),
        path: entry.path.clone(),
        name: c.name(),
        hardware: c.replica_name(),
        engine: c.engine_version.as_ref().map_or(c.engine.clone(), |version| format!("{} {version}", c.engine)),
        evidence: entry.evidence,
        date: entry.date.to_string(),
        streams,
        peak: peak.map_or("not measured".into(), |rate| format::significant(rate, 3)),
        tasks: entry.tasks.join(", "),
        yours: is_yours(entry),
        in_use: chosen.is_some_and(|chosen| chosen.path == entry.path),
        usable: !entry.concurrency.is_empty(),
        link: (!is_yours(entry)).then(|| format!("{RESULTS}{}", entry.path)),
    }
}

impl RunList<'_> {
    /// `12 of 345 results`, or what to do when none is found.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.shown, self.total) {
            (_, 0) => {
                "There is no result yet. Drop files of your own, or measure a server with `collector sweep`.".into()
            }
            (0, total) => format!(
                "None of {} results has all of these words. Take one away, or show rehearsals.",
                format::count(total as f64)
            ),
            (shown, total) => format!("{} of {} results", format::count(shown as f64), format::count(total as f64)),
        }
    }
}
