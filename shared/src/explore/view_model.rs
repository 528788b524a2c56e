//! Everything the page says, as text: sentence, controls, tables, notes. Components only arrange it.
//!
//! A pure function of what was loaded and the scenario; figures are beside it in `figures`.

use crate::economics::pricing;
use crate::explore::answer::{Answer, answer};
use crate::explore::controls::{self, Control, Id};
use crate::explore::explain::{self, api_key, api_name};
use crate::explore::headline::{self, Span};
use crate::explore::library::Library;
use crate::explore::scenario::{ApiChoice, Scenario};
use crate::explore::tables::{self, Table};
use crate::format;
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
    /// A second line under the sentence: the level, the load, the cost of a million tokens.
    pub detail: Vec<Span>,
    /// Controls, in the order of the panel.
    pub controls: Vec<Control>,
    /// Runs one can choose.
    pub runs: Vec<Choice>,
    /// APIs one can choose, by group.
    pub apis: Vec<(String, Vec<Choice>)>,
    /// Whether the reader has set an own API price.
    pub own_api: bool,
    /// Names in the scenario that nothing in the index has.
    pub unknown: Vec<String>,
    /// What to doubt about the chosen run.
    pub warnings: Vec<String>,
    /// Levels, APIs, runs, quality, in the page's order.
    pub tables: Vec<Table>,
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

/// The page for a scenario.
#[must_use]
pub fn derive(library: &Library, scenario: &Scenario) -> View {
    let outcome = answer(library, scenario);
    let known = outcome.as_ref().ok();
    // Without a level that holds the target, prices and mixes are still known.
    let aside = if known.is_some() { None } else { without_target(library, scenario) };
    let told = known.or(aside.as_ref());
    let ids = [Id::GpuPrice, Id::Demand, Id::Utilisation, Id::TtftLimit, Id::InputTokens, Id::OutputTokens];
    let mut controls: Vec<Control> = ids.map(|id| controls::control(id, scenario, told)).into();
    let own_api = matches!(scenario.api, ApiChoice::Own { .. });
    controls.extend([Id::OwnInput, Id::OwnOutput].map(|id| controls::control(id, scenario, told)));
    controls.extend([Id::Headroom, Id::OutputWeight].map(|id| controls::control(id, scenario, told)));
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
        detail: known.map_or(Vec::new(), detail),
        controls,
        runs: runs(library, scenario),
        apis: apis(library, scenario, known),
        own_api,
        unknown: unknown(library, scenario),
        warnings: run.map_or(Vec::new(), |run| run.file.warnings.iter().map(ToString::to_string).collect()),
        tables: vec![
            tables::quality(library, scenario),
            tables::levels(library, scenario, told),
            tables::apis(library, known),
            tables::runs(library, scenario),
        ],
        run_name: run.map_or(String::new(), |run| run.file.configuration.name()),
        api_note: known.map_or(String::new(), |answer| api_note(library, answer)),
        api_name: known.map_or("an API".into(), |answer| api_name(&answer.api)),
        rehearsals: library.index.results.iter().filter(|entry| entry.evidence == Evidence::Rehearsal).count(),
    }
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
    answer(library, &Scenario { ttft_limit: None, ..scenario.clone() }).ok()
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

/// `That is $1.60 per 1M total tokens as used, $0.0468 at full load: 0.97 % of what 32 streams can do.`
fn detail(answer: &Answer) -> Vec<Span> {
    let text = |words: String| Span::Text(words);
    let money = |value, opens: &str| Span::Money { text: format::usd_per_million(value), opens: opens.into() };
    let busy = format::percent_of(answer.bill.utilisation);
    let mut spans = vec![
        text("That is ".into()),
        money(answer.per_million, "per-million"),
        text(format!(" per 1M total tokens at {busy} utilisation, ")),
        money(answer.per_million_full, "per-million-full"),
        text(format!(" at full load of the {}-stream level", answer.level.concurrency())),
    ];
    spans.push(text(match answer.api.dearer_from() {
        Some(day) => {
            format!(". Break-even with {}: {} requests a day.", api_name(&answer.api), format::significant(day, 3))
        }
        None => format!(". Break-even with {}: {}.", api_name(&answer.api), answer.api.never()),
    }));
    spans
}

fn runs(library: &Library, scenario: &Scenario) -> Vec<Choice> {
    let chosen = library.run(scenario).map(|run| run.entry.path.clone());
    let choice = |entry: &crate::store::index::Entry| Choice {
        id: entry.id.clone(),
        label: format!(
            "{} on {} ({} {})",
            entry.configuration.name(),
            entry.configuration.replica_name(),
            entry.evidence,
            entry.date
        ),
        chosen: chosen.as_ref() == Some(&entry.path),
    };
    library.choices(scenario).map(choice).collect()
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
                "{}: {} / {}, {}",
                record.name,
                format::usd_per_million(record.usd_per_1m_input),
                format::usd_per_million(record.usd_per_1m_output),
                record.read_on
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

/// The explanation behind an id, worked out anew. `None` when nothing is behind it now.
#[must_use]
pub fn explain(library: &Library, scenario: &Scenario, id: &str) -> Option<explain::Explanation> {
    let answer = answer(library, scenario).ok().or_else(|| without_target(library, scenario))?;
    explain::explanation(library, &answer, id)
}
