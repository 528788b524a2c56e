//! What a thousand correct answers cost: a request at full load of each run over its score, task by task.
//!
//! Weighs speed against quality in one number; an index, since a benchmark's own requests are not the scenario's.

use crate::chart::scale::Axis;
use crate::chart::{ChartSpec, Mark, Point, Tone};
use crate::economics::cost::{CorrectAnswer, per_correct_answer};
use crate::explore::answer::{Answer, answer};
use crate::explore::figures::runs::{Role, Shown, shown};
use crate::explore::figures::source_with_prices;
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::explore::tables::task_name;
use crate::format;
use crate::measure::quality::TaskScore;
use crate::units::UsdPerRequest;

/// Answers that a price is told for: of one it could not be read.
const ANSWERS: f64 = 1000.0;

/// One run on one task.
struct Row<'a> {
    shown: Shown<'a>,
    score: &'a TaskScore,
    cost: CorrectAnswer,
}

/// The figure.
///
/// # Errors
/// When no run with scores keeps to the target at a known price.
pub(super) fn draw(library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let runs = shown(library, scenario)?;
    let answers: Vec<(Shown, Answer)> = runs
        .into_iter()
        .filter_map(|shown| {
            let own = Scenario { run: Some(shown.run.entry.id.clone()), ..scenario.question() };
            Some((shown, answer(library, &own).ok()?))
        })
        .collect();
    let mut rows: Vec<Row> = Vec::new();
    // Task by task, so that runs stand beside each other.
    for score in answers.iter().flat_map(|(shown, _)| &shown.run.file.quality) {
        if rows.iter().any(|row| row.score.comparable(score)) {
            continue;
        }
        for (shown, answer) in &answers {
            let own = shown.run.file.quality.iter().find(|own| own.comparable(score));
            let cost =
                own.and_then(|own| Some((own, per_correct_answer(answer.per_request_full, own.score, own.stderr)?)));
            rows.extend(cost.map(|(score, cost)| Row { shown: *shown, score, cost }));
        }
    }
    let Some((_, first)) = answers.first().filter(|_| !rows.is_empty()) else {
        return Err(
            "No run of this model that keeps to the target has scores, so no answer is known to be right.".into()
        );
    };
    let thousand = |usd: UsdPerRequest| format::shown(usd.value() * ANSWERS);
    let ends = |cost: &CorrectAnswer| {
        let (low, high) = cost.interval.unwrap_or((cost.usd, Some(cost.usd)));
        [thousand(low), thousand(high.unwrap_or(cost.usd))]
    };
    let all: Vec<f64> = rows.iter().flat_map(|row| ends(&row.cost)).collect();
    let (low, high) = (all.iter().copied().fold(f64::INFINITY, f64::min), all.iter().copied().fold(0.0, f64::max));
    let label = format!("{} for 1,000 correct answers", format::money_word());
    let name = |row: &Row| format!("{}, {}", short_name(row.score), row.shown.name());
    let mark = |(at, row): (usize, &Row)| {
        let (_, marker, tone) = row.shown.look(Tone::Accent);
        Mark::Interval {
            row: at,
            point: Point {
                x: thousand(row.cost.usd),
                y: at as f64,
                tip: vec![
                    format!("{}, {}", task_name(row.score), row.shown.name()),
                    format!("{} for 1,000 correct answers", format::usd_per_thousand(row.cost.usd)),
                    format!("{} of answers are right", format::percent_of(row.score.score)),
                    row.shown.run.file.evidence.word().into(),
                ],
                opens: (row.shown.role == Role::Chosen).then(|| "per-million-full".into()),
                ..Point::default()
            },
            low: row.cost.interval.map(|interval| thousand(interval.0)),
            // An interval that is open upwards reaches the end of the plot.
            high: row.cost.interval.map(|interval| interval.1.map_or(f64::INFINITY, thousand)),
            value_label: format::usd_per_thousand(row.cost.usd),
            tone,
            marker,
        }
    };
    let title = title(&rows);
    let spoken: Vec<String> =
        rows.iter().map(|row| format!("{} {}", name(row), format::usd_per_thousand(row.cost.usd))).collect();
    Ok(ChartSpec {
        id: "cost-per-correct".into(),
        subtitle: format!(
            "cost of one {} in / {} out request at full load over the score, with 95 % interval; an index, not the \
             cost of the benchmark ({})",
            format::count(first.mix.input),
            format::count(first.mix.output),
            first.evidence
        ),
        source: source_with_prices(library, first),
        alt: format!("{title}. {}", spoken.join("; ")),
        title,
        x: Axis::linear(&label, 0.0, high, format::short_usd),
        y: Axis::categories("", rows.iter().map(name).collect()),
        other_x: Some(Axis::log(&label, low, high, format::short_usd)),
        other_y: None,
        stretches: Vec::new(),
        marks: rows.iter().enumerate().map(mark).collect(),
        rules: Vec::new(),
        callouts: Vec::new(),
        key: Vec::new(),
    })
}

/// `GSM8K (flexible-extract)`, `HellaSwag acc_norm`: what tells the scores of a run apart.
fn short_name(score: &TaskScore) -> String {
    let full = task_name(score);
    let task = full.split(',').next().unwrap_or_default();
    if score.filter == "none" { format!("{task} {}", score.metric) } else { format!("{task} ({})", score.filter) }
}

/// Which run gives the cheapest correct answer, and on how many of the scores.
fn title(rows: &[Row]) -> String {
    let mut tasks: Vec<&TaskScore> = Vec::new();
    for row in rows {
        if !tasks.iter().any(|task| task.comparable(row.score)) {
            tasks.push(row.score);
        }
    }
    let cheapest = |task: &&TaskScore| {
        let same = rows.iter().filter(|row| row.score.comparable(task));
        same.min_by(|a, b| a.cost.usd.value().total_cmp(&b.cost.usd.value())).map(|row| row.shown.name())
    };
    let winners: Vec<String> = tasks.iter().filter_map(cheapest).collect();
    let wins = |name: &String| winners.iter().filter(|winner| *winner == name).count();
    let Some(best) = winners.iter().max_by_key(|name| wins(name)) else { return String::new() };
    match (wins(best), winners.len()) {
        (won, all) if won == all => format!("{best} gives the cheapest correct answer on every score"),
        (won, all) => format!("{best} gives the cheapest correct answer on {won} of {all} scores"),
    }
}
