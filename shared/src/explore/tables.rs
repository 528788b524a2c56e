//! The numbers behind the figures as tables: levels, APIs, runs, quality. Every dollar in them can be opened.
//!
//! One shape for all of them, so that one component shows them all.

use crate::economics::operating_point::LatencyTarget;
use crate::economics::pricing;
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::explain::{self, api_key, api_name, level_cost};
use crate::explore::library::{Library, is_baseline};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::quality::{TaskScore, retention};
use crate::measure::summary::Level;
use crate::store::provenance::Evidence;
use crate::units::Millis;

/// A table of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Anchor and test id.
    pub id: &'static str,
    /// Heading.
    pub title: &'static str,
    /// Column headings; the first column names the row.
    pub columns: Vec<&'static str>,
    /// Rows, in order.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Test id.
    pub key: String,
    /// Whether it is what the page uses now.
    pub in_use: bool,
    /// Its cells, as many as the table has columns.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words, set to the left.
    Words(String),
    /// A number with its unit, set to the right.
    Number(String),
    /// A number that breaks the target.
    Broken(String),
    /// A dollar that opens its arithmetic.
    Money {
        /// The dollar as text.
        text: String,
        /// Which explanation it opens.
        opens: String,
    },
    /// A link, away from the page or to a raw file.
    Link {
        /// Its words.
        text: String,
        /// Where it leads.
        to: String,
    },
    /// What numbers rest on, with a date.
    Evidence(Evidence, String),
    /// Chooses a run.
    Choose {
        /// The run's id.
        run: String,
    },
}

/// The chosen run, level by level.
pub(super) fn levels(library: &Library, scenario: &Scenario, answer: Option<&Answer>) -> Table {
    let target = LatencyTarget::p99_ttft(scenario.ttft_limit);
    let time = |value: Option<Millis>| Cell::Number(value.map_or("not measured".into(), format::millis));
    let row = |level: &Level| {
        let held = target.kept_by(level) == Some(true);
        let in_use = held && answer.is_some_and(|answer| answer.level.concurrency() == level.concurrency());
        let cost = answer.and_then(|answer| level_cost(answer.replica_price, level));
        let tail = match (level.ttft_ms.p99, target.kept_by(level)) {
            (Some(tail), Some(false)) => Cell::Broken(format!("{} (over target)", format::millis(tail))),
            (tail, _) => time(tail),
        };
        let opens = format!("level/{}", level.concurrency());
        Row {
            key: opens.clone(),
            in_use,
            cells: vec![
                Cell::Words(format!("{}{}", level.concurrency(), if in_use { " (in use)" } else { "" })),
                Cell::Number(format!(
                    "{} ({} waves)",
                    format::count(level.completed as f64),
                    format::count(level.waves())
                )),
                Cell::Number(format::significant(level.total_rate().value(), 3)),
                Cell::Number(format::significant(level.output_rate().value(), 3)),
                time(level.ttft_ms.p50),
                tail,
                time(level.tpot_ms.p50),
                time(level.tpot_ms.p99),
                match cost {
                    Some(cost) => Cell::Money { text: format::usd_per_million(cost), opens },
                    None => Cell::Number("no price".into()),
                },
            ],
        }
    };
    let levels = library.run(scenario).map_or(&[][..], |run| &run.file.levels);
    Table {
        id: "levels",
        title: "Every measured level",
        columns: vec![
            "Streams",
            "Requests",
            "Total tokens/s",
            "Output tokens/s",
            "TTFT p50",
            "TTFT p99",
            "TPOT p50",
            "TPOT p99",
            "USD per 1M total tokens, full load",
        ],
        rows: levels.iter().map(row).collect(),
    }
}

/// Every API with the same requests.
pub(super) fn apis(library: &Library, answer: Option<&Answer>) -> Table {
    let row = |answer: &Answer, api: &ApiAnswer| {
        let model = &answer.run.file.configuration.model;
        let stands = api.record.map_or("your price", |record| pricing::stands_as(record, model));
        let read = api.record.map_or(Cell::Words("set by you".into()), |record| {
            let stale = if pricing::age(record, library.today).1 { ", stale" } else { "" };
            let text = format!("{}{stale}", record.read_on);
            let web = record.source.starts_with("https://");
            if web { Cell::Link { text, to: record.source.clone() } } else { Cell::Words(text) }
        });
        let key = api_key(api);
        let money = |text: String, kind: &str| Cell::Money { text, opens: format!("{kind}/{key}") };
        Row {
            in_use: key == api_key(&answer.api),
            cells: vec![
                Cell::Words(api_name(api)),
                Cell::Words(stands.into()),
                Cell::Number(format!(
                    "{} / {}",
                    format::usd_per_million(api.prices.input),
                    format::usd_per_million(api.prices.output)
                )),
                read,
                money(format::usd_per_million(api.per_million), "api-million"),
                money(format::usd(api.monthly), "api"),
                Cell::Words(break_even_words(api)),
            ],
            key,
        }
    };
    let rows = |answer: &Answer| {
        let own = answer.api.record.is_none().then_some(&answer.api);
        own.into_iter().chain(&answer.apis).map(|api| row(answer, api)).collect()
    };
    Table {
        id: "apis",
        title: "The same requests on an API",
        columns: vec![
            "Model",
            "Stands as",
            "Input / output per 1M",
            "Price read",
            "USD per 1M total tokens",
            "USD a month",
            "Self-hosting costs less",
        ],
        rows: answer.map_or(Vec::new(), rows),
    }
}

/// `from 2,670 requests a day`, `never at this target`.
fn break_even_words(api: &ApiAnswer) -> String {
    api.dearer_from().map_or_else(|| api.never(), |day| format!("from {} requests a day", format::significant(day, 3)))
}

/// Every run that may be shown.
pub(super) fn runs(library: &Library, scenario: &Scenario) -> Table {
    let chosen = library.run(scenario).map(|run| &run.entry.path);
    let row = |entry: &crate::store::index::Entry| {
        let in_use = chosen == Some(&entry.path);
        let streams: Vec<String> = entry.concurrency.iter().map(ToString::to_string).collect();
        let peak = entry.peak_total_tokens_per_s;
        Row {
            key: entry.id.clone(),
            in_use,
            cells: vec![
                Cell::Words(entry.configuration.name()),
                Cell::Words(entry.configuration.replica_name()),
                Cell::Evidence(entry.evidence, entry.date.to_string()),
                Cell::Number(streams.join(", ")),
                Cell::Number(peak.map_or("not measured".into(), |rate| format::significant(rate, 3))),
                Cell::Link { text: "raw file".into(), to: format!("{}{}", explain::RESULTS, entry.path) },
                if in_use { Cell::Words("in use".into()) } else { Cell::Choose { run: entry.id.clone() } },
            ],
        }
    };
    Table {
        id: "runs",
        title: "Runs",
        columns: vec!["Model", "Hardware", "Evidence", "Streams", "Peak total tokens/s", "File", "Choice"],
        rows: library.choices(scenario).map(row).collect(),
    }
}

/// Quality retention of the quantised runs, task by task.
pub(super) fn quality(library: &Library, scenario: &Scenario) -> Table {
    let runs = library.siblings(scenario);
    let mut rows = Vec::new();
    if let Some(baseline) = runs.iter().find(|run| is_baseline(run.entry)) {
        for run in runs.iter().filter(|run| !is_baseline(run.entry)) {
            for kept in retention(&baseline.file.quality, &run.file.quality) {
                let percent = |ratio: f64| format::significant(ratio * 100.0, 3);
                let interval = kept.interval.map(|(low, high)| format!(" ({} to {})", percent(low), percent(high)));
                let verdict = match kept.within_noise() {
                    Some(true) => "within noise",
                    Some(false) if kept.ratio < 1.0 => "lower, beyond noise",
                    Some(false) => "higher, beyond noise",
                    None => "no interval",
                };
                let task = task_name(&kept.baseline);
                rows.push(Row {
                    key: format!("{} {task}", run.entry.id),
                    in_use: false,
                    cells: vec![
                        Cell::Words(format!("{} · {task}", run.file.configuration.quantization.to_ascii_uppercase())),
                        Cell::Number(format::percent_of(kept.baseline.score)),
                        Cell::Number(format::percent_of(kept.quantised.score)),
                        Cell::Number(format!("{}{}", format::percent_of(kept.ratio), interval.unwrap_or_default())),
                        Cell::Number(format!("{:+.1} points", kept.points())),
                        Cell::Words(verdict.into()),
                    ],
                });
            }
        }
    }
    Table {
        id: "retention",
        title: "Quality, task by task",
        columns: vec!["Task", "Baseline", "Quantised", "Retention (95 %)", "Difference", "Verdict"],
        rows,
    }
}

/// `MMLU, 5-shot acc` or `GSM8K, 5-shot exact_match (strict-match)`.
#[must_use]
pub fn task_name(score: &TaskScore) -> String {
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
