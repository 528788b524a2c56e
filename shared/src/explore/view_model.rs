//! Everything the page says, as text: sentence, controls, tables, notes. Components only arrange it.
//!
//! A pure function of what was loaded and the scenario; figures are beside it in `figures`.

use crate::economics::operating_point::LatencyTarget;
use crate::economics::pricing;
use crate::explore::answer::{Answer, ApiAnswer, NoAnswer, answer};
use crate::explore::controls::{self, Control, Id};
use crate::explore::explain::{self, api_key, api_name, level_cost};
use crate::explore::headline::{self, Span};
use crate::explore::library::Library;
use crate::explore::scenario::{ApiChoice, Scenario};
use crate::format;
use crate::measure::quality::retention;
use crate::store::prices::Baseline;
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
    /// What to doubt about the chosen run.
    pub warnings: Vec<String>,
    /// Levels of the chosen run.
    pub levels: Vec<LevelRow>,
    /// Every API beside self-hosting.
    pub api_rows: Vec<ApiRow>,
    /// Every run of the index.
    pub run_rows: Vec<RunRow>,
    /// Quality retention of the quantised runs.
    pub quality: Vec<QualityRow>,
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

/// A level of the chosen run.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelRow {
    /// Streams at once.
    pub streams: String,
    /// Requests and waves: `256 (4 waves)`.
    pub requests: String,
    /// Total tokens a second.
    pub total_rate: String,
    /// Output tokens a second.
    pub output_rate: String,
    /// TTFT p50.
    pub ttft_p50: String,
    /// TTFT p99.
    pub ttft_p99: String,
    /// TPOT p50.
    pub tpot_p50: String,
    /// TPOT p99.
    pub tpot_p99: String,
    /// USD per 1M total tokens at full load.
    pub cost: String,
    /// Which explanation the cost opens.
    pub opens: String,
    /// Whether it keeps to the target; `None` when it does not say.
    pub holds: Option<bool>,
    /// Whether it is the operating point.
    pub in_use: bool,
}

/// One API beside self-hosting.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiRow {
    /// Its name.
    pub name: String,
    /// How it stands to the model one would serve.
    pub stands_as: String,
    /// `$2.50 / $10.00`
    pub prices: String,
    /// When the price was read; `stale` when long ago.
    pub read: String,
    /// USD per 1M total tokens of the mix.
    pub per_million: String,
    /// USD a month.
    pub monthly: String,
    /// Which explanations the two open.
    pub opens: (String, String),
    /// `from 2,666 requests a day`, `never`.
    pub break_even: String,
    /// Link to the source, when it has an address.
    pub link: Option<String>,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

/// One run of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Model and quantisation.
    pub name: String,
    /// GPUs.
    pub hardware: String,
    /// What it rests on.
    pub evidence: Evidence,
    /// The day it began.
    pub date: String,
    /// Streams of its levels.
    pub levels: String,
    /// Total tokens a second at the best level.
    pub peak: String,
    /// Its raw file, relative to the page.
    pub link: String,
    /// Id for choosing it.
    pub id: String,
    /// Whether it is in use.
    pub chosen: bool,
}

/// Retention of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct QualityRow {
    /// Which quantised model.
    pub run: String,
    /// Task, metric, filter and shots.
    pub task: String,
    /// Baseline score.
    pub baseline: String,
    /// Quantised score.
    pub quantised: String,
    /// `97.0 % (95.4 to 98.7)`
    pub retention: String,
    /// `-2.0 points`
    pub points: String,
    /// `within noise` or `a real drop`.
    pub verdict: String,
}

/// The page for a scenario.
#[must_use]
pub fn derive(library: &Library, scenario: &Scenario) -> View {
    let outcome = answer(library, scenario);
    let known = outcome.as_ref().ok();
    let ids = [Id::GpuPrice, Id::Demand, Id::Utilisation, Id::TtftLimit, Id::InputTokens, Id::OutputTokens];
    let mut controls: Vec<Control> = ids.map(|id| controls::control(id, scenario, known)).into();
    let own_api = matches!(scenario.api, ApiChoice::Own { .. });
    controls.extend([Id::OwnInput, Id::OwnOutput].map(|id| controls::control(id, scenario, known)));
    controls.extend([Id::Headroom, Id::OutputWeight].map(|id| controls::control(id, scenario, known)));
    let run = library.run(scenario);
    let spans = outcome.as_ref().map(|answer| headline::headline(scenario, answer));
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
        warnings: run.map_or(Vec::new(), |run| run.file.warnings.iter().map(ToString::to_string).collect()),
        levels: levels(library, scenario, known),
        api_rows: known.map_or(Vec::new(), |answer| api_rows(library, answer)),
        run_rows: run_rows(library, scenario),
        quality: quality(library, scenario),
        rehearsals: library.index.results.iter().filter(|entry| entry.evidence == Evidence::Rehearsal).count(),
    }
}

fn badge(answer: &Answer) -> String {
    format!("{} {}", answer.evidence.word().to_uppercase(), answer.run.entry.date)
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
    let first = answer.api.break_even.as_ref().and_then(|break_even| break_even.first());
    let day = |requests: f64| format::significant(requests / crate::units::DAYS_PER_MONTH, 3);
    spans.push(text(match first {
        Some(first) => format!(". Break-even with {}: {} requests a day.", api_name(&answer.api), day(first)),
        None => format!(". Break-even with {}: never at this target.", api_name(&answer.api)),
    }));
    spans
}

fn runs(library: &Library, scenario: &Scenario) -> Vec<Choice> {
    let chosen = library.run(scenario).map(|run| run.entry.path.clone());
    let choice = |entry: &crate::store::index::Entry| Choice {
        id: entry.id.clone(),
        label: format!("{} on {} ({} {})", entry.configuration.name(), entry.configuration.replica_name(), entry.evidence, entry.date),
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
    let today = pricing::on_day(&library.index.api_prices, library.today);
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
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn levels(library: &Library, scenario: &Scenario, answer: Option<&Answer>) -> Vec<LevelRow> {
    let Some(run) = library.run(scenario) else { return Vec::new() };
    let target = LatencyTarget::p99_ttft(scenario.ttft_limit);
    let time = |value: Option<crate::units::Millis>| value.map_or("not measured".into(), format::millis);
    let row = |level: &crate::measure::summary::Level| LevelRow {
        streams: level.concurrency().to_string(),
        requests: format!("{} ({} waves)", format::count(level.completed as f64), format::count(level.waves())),
        total_rate: format::significant(level.total_rate().value(), 3),
        output_rate: format::significant(level.output_rate().value(), 3),
        ttft_p50: time(level.ttft_ms.p50),
        ttft_p99: time(level.ttft_ms.p99),
        tpot_p50: time(level.tpot_ms.p50),
        tpot_p99: time(level.tpot_ms.p99),
        cost: answer
            .and_then(|answer| level_cost(answer.replica_price, level))
            .map_or("no price".into(), format::usd_per_million),
        opens: format!("level/{}", level.concurrency()),
        holds: target.kept_by(level),
        in_use: answer.is_some_and(|answer| answer.level.concurrency() == level.concurrency()),
    };
    run.file.levels.iter().map(row).collect()
}

fn api_rows(library: &Library, answer: &Answer) -> Vec<ApiRow> {
    let model = &answer.run.file.configuration.model;
    let own = answer.api.record.is_none().then_some(&answer.api);
    let row = |api: &ApiAnswer| ApiRow {
        name: api_name(api),
        stands_as: api.record.map_or("your price", |record| pricing::stands_as(record, model)).into(),
        prices: format!(
            "{} / {}",
            format::usd_per_million(api.prices.input),
            format::usd_per_million(api.prices.output)
        ),
        read: api.record.map_or("set by you".into(), |record| {
            let (_, stale) = pricing::age(record, library.today);
            format!("{}{}", record.read_on, if stale { ", stale" } else { "" })
        }),
        per_million: format::usd_per_million(api.per_million),
        monthly: format::usd(api.monthly),
        opens: (format!("api-million/{}", api_key(api)), format!("api/{}", api_key(api))),
        break_even: break_even_words(api),
        link: api.record.map(|record| record.source.clone()).filter(|source| source.starts_with("https://")),
        chosen: api_key(api) == api_key(&answer.api),
    };
    own.into_iter().chain(&answer.apis).map(row).collect()
}

/// `from 2,670 requests a day`, `never at this target`.
fn break_even_words(api: &ApiAnswer) -> String {
    let first = api.break_even.as_ref().and_then(|break_even| break_even.first());
    first.map_or("never at this target".into(), |first| {
        format!("from {} requests a day", format::significant(first / crate::units::DAYS_PER_MONTH, 3))
    })
}

fn run_rows(library: &Library, scenario: &Scenario) -> Vec<RunRow> {
    let chosen = library.run(scenario).map(|run| run.entry.path.clone());
    let row = |entry: &crate::store::index::Entry| RunRow {
        name: entry.configuration.name(),
        hardware: entry.configuration.replica_name(),
        evidence: entry.evidence,
        date: entry.date.to_string(),
        levels: entry.concurrency.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        peak: entry.peak_total_tokens_per_s.map_or("not measured".into(), |rate| format::significant(rate, 3)),
        link: format!("results/{}", entry.path),
        id: entry.id.clone(),
        chosen: chosen.as_ref() == Some(&entry.path),
    };
    library.choices(scenario).map(row).collect()
}

fn quality(library: &Library, scenario: &Scenario) -> Vec<QualityRow> {
    let runs = library.siblings(scenario);
    let Some(baseline) = runs.iter().find(|run| super::library::is_baseline(run.entry)) else { return Vec::new() };
    let quantised = runs.iter().filter(|run| !super::library::is_baseline(run.entry));
    let rows = quantised.flat_map(|run| {
        retention(&baseline.file.quality, &run.file.quality).into_iter().map(|kept| QualityRow {
            run: run.file.configuration.quantization.to_uppercase(),
            task: task_name(&kept.baseline),
            baseline: format::percent_of(kept.baseline.score),
            quantised: format::percent_of(kept.quantised.score),
            retention: match kept.interval {
                Some((low, high)) => format!(
                    "{} ({} to {})",
                    format::percent_of(kept.ratio),
                    format::significant(low * 100.0, 3),
                    format::significant(high * 100.0, 3)
                ),
                None => format::percent_of(kept.ratio),
            },
            points: format!("{:+.1} points", kept.points()),
            verdict: match kept.within_noise() {
                Some(true) => "within noise".into(),
                Some(false) if kept.ratio < 1.0 => "lower, beyond noise".into(),
                Some(false) => "higher, beyond noise".into(),
                None => "no interval".into(),
            },
        })
    });
    rows.collect()
}

/// `MMLU, 5-shot acc` or `GSM8K, 5-shot exact_match (strict-match)`.
#[must_use]
pub fn task_name(score: &crate::measure::quality::TaskScore) -> String {
    let name = match score.task.as_str() {
        "mmlu" => "MMLU",
        "gsm8k" => "GSM8K",
        "hellaswag" => "HellaSwag",
        other => other,
    };
    let shots = score.shots.map_or(String::new(), |shots| format!("{shots}-shot "));
    let filter = if score.filter == "none" { String::new() } else { format!(" ({})", score.filter) };
    format!("{name}, {shots}{}{filter}", score.metric)
}

/// The explanation behind an id, worked out anew. `None` when nothing is behind it now.
#[must_use]
pub fn explain(library: &Library, scenario: &Scenario, id: &str) -> Option<explain::Explanation> {
    let answer = answer(library, scenario).ok()?;
    explain::explanation(library, &answer, id)
}

/// Whether the answer is missing because a level, not the data, fails the target.
#[must_use]
pub fn target_not_held(library: &Library, scenario: &Scenario) -> bool {
    matches!(answer(library, scenario), Err(NoAnswer::TargetNotHeld { .. }))
}

/// How a record's baseline group is told apart in the figures.
#[must_use]
pub fn is_frontier(api: &ApiAnswer) -> bool {
    api.record.is_some_and(|record| record.baseline == Baseline::Frontier)
}
