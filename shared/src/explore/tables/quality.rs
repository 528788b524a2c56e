//! What quantisation takes away, task by task, and what a correct answer costs.

use super::{Cell, Row, Table, in_currency, task_name};
use crate::economics::cost::{CorrectAnswer, per_correct_answer};
use crate::explore::answer::told;
use crate::explore::explain::{of_request, score_key};
use crate::explore::library::{Library, Run, is_baseline};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::quality::{Retention, retention};

/// How much of the unquantised run's scores the others keep.
#[must_use]
pub fn quality(library: &Library, scenario: &Scenario) -> Table {
    let columns = ["Task", "Baseline", "Quantised", "Retention", "95 % interval", "Difference", "Verdict"];
    let mut table = Table::of("retention", "Quality, task by task", &columns);
    let runs = library.siblings(scenario);
    let baseline = runs.iter().find(|run| is_baseline(run.entry) && !run.file.quality.is_empty());
    let Some(baseline) = baseline else {
        table.note = "No unquantised run of this model has quality scores, so there is nothing to compare with.".into();
        return table;
    };
    for run in runs.iter().filter(|run| !is_baseline(run.entry)) {
        let kept = retention(&baseline.file.quality, &run.file.quality);
        if !kept.is_empty() {
            table.groups.push((table.rows.len(), run.file.configuration.quantization.to_ascii_uppercase()));
        }
        table.rows.extend(kept.iter().map(|kept| row(*baseline, *run, kept)));
    }
    table.note = match table.rows.is_empty() {
        true => "No quantised run of this model has scores on the same tasks.".into(),
        false => "A difference is noise when the interval holds 100 %. Points are of a hundred questions.".into(),
    };
    table
}

fn row(baseline: Run, run: Run, kept: &Retention) -> Row {
    let task = task_name(&kept.baseline);
    let percent = |ratio: f64| format::significant(ratio * 100.0, 3);
    let verdict = match kept.within_noise() {
        Some(true) => "within noise",
        Some(false) if kept.ratio < 1.0 => "lower, beyond noise",
        Some(false) => "higher, beyond noise",
        None => "no interval",
    };
    let of = |run: Run, kind: &str, score| format!("{kind}/{}/{}", run.entry.id, score_key(score));
    let opens = |text: String, id: String| Cell::opens(text, id);
    let retention = of(run, "retention", &kept.quantised);
    let interval = match kept.interval {
        Some((low, high)) => opens(format!("{} to {} %", percent(low), percent(high)), retention.clone()),
        None => Cell::Words("not known".into()),
    };
    Row {
        key: format!("{} {task}", run.entry.id),
        in_use: false,
        cells: vec![
            Cell::Words(task),
            opens(format::percent_of(kept.baseline.score), of(baseline, "quality", &kept.baseline)),
            opens(format::percent_of(kept.quantised.score), of(run, "quality", &kept.quantised)),
            opens(format::percent_of(kept.ratio), retention.clone()),
            interval,
            opens(format!("{:+.1} points", kept.points()), retention),
            Cell::Words(verdict.into()),
        ],
    }
}

/// What a thousand correct answers cost, for every score of the chosen run and its siblings.
#[must_use]
pub fn correct(library: &Library, scenario: &Scenario) -> Table {
    in_currency(scenario, || {
        let mut table = Table::of("correct", "Cost of 1,000 correct answers", &["Task", "Score"]);
        let columns = ["As used", "95 % interval", "At full load"];
        table.columns.extend(columns.map(|column| match column {
            "95 % interval" => column.to_owned(),
            other => format!("{}, {}", format::money_word(), other.to_lowercase()),
        }));
        for run in library.siblings(scenario) {
            let of_run = Scenario { run: Some(run.entry.id.clone()), ..scenario.clone() };
            let Some(answer) = told(library, &of_run) else { continue };
            if !run.file.quality.is_empty() {
                table.groups.push((table.rows.len(), run.file.configuration.name()));
            }
            for score in &run.file.quality {
                let task = task_name(score);
                let key = format!("{}/{}", run.entry.id, score_key(score));
                let at = |full| per_correct_answer(of_request(&answer, full), score.score, score.stderr);
                let money = |found: Option<CorrectAnswer>, kind: &str| match found {
                    Some(found) => Cell::money(format::usd_per_thousand(found.usd), format!("{kind}/{key}")),
                    None => Cell::Words("none was correct".into()),
                };
                let interval = match at(false).and_then(|found| found.interval) {
                    Some((low, Some(high))) => {
                        format!("{} to {}", format::usd_per_thousand(low), format::usd_per_thousand(high))
                    }
                    Some((low, None)) => format!("from {}", format::usd_per_thousand(low)),
                    None => "not known".into(),
                };
                table.rows.push(Row {
                    key: key.clone(),
                    in_use: false,
                    cells: vec![
                        Cell::Words(task),
                        Cell::opens(format::percent_of(score.score), format!("quality/{key}")),
                        money(at(false), "correct"),
                        Cell::Number(interval),
                        money(at(true), "correct-full"),
                    ],
                });
            }
        }
        table.note =
            "A request of your mix is taken to be a question of the task. Each run at its own operating point.".into();
        table
    })
}
