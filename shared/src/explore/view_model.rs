//! Everything the page says, as text: sentence, controls, tables, notes. Components only arrange it.
//!
//! A pure function of what was loaded and the scenario; figures are beside it in `figures`.

use crate::economics::pricing;
use crate::explore::answer::{Answer, answer};
use crate::explore::controls::{self, Control, Id};
use crate::explore::explain::{api_key, api_name};
use crate::explore::headline::{self, Span};
use crate::explore::library::Library;
use crate::explore::presets;
use crate::explore::reasons;
use crate::explore::scenario::{ApiChoice, Scenario};
use crate::format;
use crate::store::index::{Entry, Preset};
use crate::store::provenance::Evidence;

/// The page as text.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The sentence, or why there is none.
    pub headline: Result<Vec<Span>, String>,
    /// The sentence as plain text, for the title.
    pub title: String,
    /// What the answer rests on, with its date: `PUBLISHED 2026-05-29`.
    pub badge: Option<(Evidence, String)>,
    /// What the evidence word means here.
    pub badge_note: String,
    /// What is asked.
    pub question: String,
    /// What to do, in a few words; empty when there is no answer.
    pub verdict: String,
    /// Why, each in a sentence.
    pub reasons: Vec<Vec<Span>>,
    /// Controls, in the order of the panel.
    pub controls: Vec<Control>,
    /// Demands to start from.
    pub presets: Vec<Choice>,
    /// Runs one can choose.
    pub runs: Vec<Choice>,
    /// APIs one can choose, by group.
    pub apis: Vec<(String, Vec<Choice>)>,
    /// Whether the reader has set an own API price.
    pub own_api: bool,
    /// Names in the scenario that nothing in the index has.
    pub unknown: Vec<String>,
    /// How many things there are to doubt about the chosen run.
    pub doubts: usize,
    /// Name of the chosen run's model and quantisation.
    pub run_name: String,
    /// Name of the chosen API.
    pub api_name: String,
    /// What its price counts, and when it was read.
    pub api_note: String,
    /// How many rehearsals are behind their switch.
    pub rehearsals: usize,
}

/// An entry of a list to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its id in the scenario.
    pub id: String,
    /// Its words.
    pub label: String,
    /// Whether it is the one in use.
    pub chosen: bool,
}

/// What to doubt about the chosen run, each in a sentence.
#[must_use]
pub fn doubts(library: &Library, scenario: &Scenario) -> Vec<String> {
    let run = library.run(scenario);
    run.map_or(Vec::new(), |run| run.file.warnings.iter().map(ToString::to_string).collect())
}

/// `2 things to know about this run`.
#[must_use]
pub fn doubts_heading(count: usize) -> String {
    match count {
        1 => "One thing to know about this run".into(),
        several => format!("{several} things to know about this run"),
    }
}

/// The page for a scenario, with money in the reader's currency; prices one types stay in USD.
#[must_use]
pub fn derive(library: &Library, scenario: &Scenario) -> View {
    format::in_currency(scenario.currency.as_ref(), || view(library, scenario))
}

fn view(library: &Library, scenario: &Scenario) -> View {
    let outcome = answer(library, scenario);
    let known = outcome.as_ref().ok();
    // Without a level that holds the target, prices and mixes are still known.
    let aside = if known.is_some() { None } else { without_target(library, scenario) };
    let told = known.or(aside.as_ref());
    // What one types is in USD, as prices are listed.
    let controls = format::in_currency(None, || Id::ALL.map(|id| controls::control(id, scenario, told)).to_vec());
    let own_api = matches!(scenario.api, ApiChoice::Own { .. });
    let run = library.run(scenario);
    let spans = outcome.as_ref().map(|answer| headline::headline(answer));
    let title = match (&spans, known) {
        (Ok(spans), Some(answer)) => headline::plain(spans, scenario, answer),
        _ => outcome.as_ref().err().map_or(String::new(), |reason| headline::no_answer(scenario, reason)),
    };
    View {
        headline: spans.map_err(|reason| headline::no_answer(scenario, reason)),
        title,
        badge: known.map(|answer| (answer.evidence, badge(answer))),
        badge_note: known.map_or(String::new(), badge_note),
        question: reasons::question(known),
        verdict: known.map_or(String::new(), reasons::verdict),
        reasons: known.map_or(Vec::new(), |answer| reasons::reasons(scenario, answer)),
        controls,
        presets: starts(library, scenario, told),
        runs: runs(library, scenario),
        apis: apis(library, scenario, known),
        own_api,
        unknown: unknown(library, scenario),
        doubts: run.map_or(0, |run| run.entry.doubts),
        run_name: run.map_or(String::new(), |run| run.file.configuration.name()),
        api_note: known.map_or(String::new(), |answer| api_note(library, answer)),
        api_name: known.map_or("an API".into(), |answer| api_name(&answer.api)),
        rehearsals: library.index.results.iter().filter(|entry| entry.evidence == Evidence::Rehearsal).count(),
    }
}

fn starts(library: &Library, scenario: &Scenario, answer: Option<&Answer>) -> Vec<Choice> {
    let all = &library.index.presets;
    let chosen = answer.and_then(|answer| presets::chosen(scenario, all, answer.measured_mix));
    let start = |preset: &Preset| Choice {
        id: preset.id.clone(),
        label: presets::label(preset),
        chosen: chosen == Some(&preset.id),
    };
    all.iter().map(start).collect()
}

/// `in / out per 1M; list price, read 2026-11-22`.
fn api_note(library: &Library, answer: &Answer) -> String {
    let from = answer.api.record.map_or("your price".into(), |record| {
        let stale = if pricing::age(record, library.today).1 { ", stale" } else { "" };
        format!("list price, read {}{stale}", record.read_on)
    });
    format!("in / out per 1M; {from}")
}

/// The answer that would hold if any latency did.
fn without_target<'a>(library: &'a Library, scenario: &Scenario) -> Option<Answer<'a>> {
    answer(library, &scenario.without_target()).ok()
}

fn unknown(library: &Library, scenario: &Scenario) -> Vec<String> {
    let mut unknown = Vec::new();
    if let Some(run) = &scenario.run
        && !library.choices(scenario).any(|entry| &entry.id == run)
    {
        unknown.push(format!("run “{run}” is not among the runs shown; another one stands in for it"));
    }
    if let ApiChoice::Listed(id) = &scenario.api
        && !pricing::api_prices(&library.index.api_prices, library.today).iter().any(|record| &record.id() == id)
    {
        unknown.push(format!("api “{id}” has no price today; another one stands in for it"));
    }
    unknown
}

fn badge(answer: &Answer) -> String {
    format!("{} {}", answer.evidence.word().to_ascii_uppercase(), answer.run.entry.date)
}

fn badge_note(answer: &Answer) -> String {
    let run = answer.run.file;
    let source = run.provenance.source_url.as_ref().map_or(String::new(), |url| format!(" Source: {url}."));
    let licence = run.provenance.licence.as_ref().map_or(String::new(), |licence| format!(" Licence: {licence}."));
    let estimated = if answer.evidence == Evidence::Estimated {
        format!(" The rate is scaled to your token mix from a {} run.", run.evidence)
    } else {
        String::new()
    };
    format!("{}{estimated}{source}{licence}", answer.evidence.meaning())
}

/// Runs listed in the sentence at most; the list of all of them is a view of its own.
const LISTED: usize = 60;

/// The first runs there are, and the chosen one.
fn runs(library: &Library, scenario: &Scenario) -> Vec<Choice> {
    let chosen = library.run(scenario).map(|run| run.entry);
    let is_chosen = |entry: &Entry| chosen.is_some_and(|chosen| chosen.path == entry.path);
    let choice = |entry: &Entry| Choice {
        id: entry.id.clone(),
        label: format!(
            "{} on {} ({} {})",
            entry.configuration.name(),
            entry.configuration.replica_name(),
            entry.evidence,
            entry.date
        ),
        chosen: is_chosen(entry),
    };
    let mut listed: Vec<Choice> = library.choices(scenario).take(LISTED).map(choice).collect();
    if !listed.iter().any(|listed| listed.chosen) {
        listed.extend(chosen.map(choice));
    }
    listed
}

fn apis(library: &Library, scenario: &Scenario, answer: Option<&Answer>) -> Vec<(String, Vec<Choice>)> {
    let model = library.run(scenario).map_or(String::new(), |run| run.file.configuration.model.clone());
    let chosen = match &scenario.api {
        ApiChoice::Own { .. } => None,
        ApiChoice::Listed(id) => Some(answer.map_or(id.clone(), |answer| api_key(&answer.api))),
    };
    let mut groups: Vec<(String, Vec<Choice>)> = Vec::new();
    let today = pricing::api_prices(&library.index.api_prices, library.today);
    for record in today {
        let group = capitalised(pricing::stands_as(record, &model));
        let choice = Choice {
            id: record.id(),
            label: format!(
                "{}: {} / {}",
                record.name,
                format::usd_per_million(record.usd_per_1m_input),
                format::usd_per_million(record.usd_per_1m_output)
            ),
            chosen: chosen.as_deref() == Some(&record.id()),
        };
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, choices)) => choices.push(choice),
            None => groups.push((group, vec![choice])),
        }
    }
    groups
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}
