//! Quality retention by task: quantised over baseline, each with its 95 % interval.
//!
//! A task under two filters is two rows: the filter can decide whether quality fell.

use crate::chart::scale::Axis;
use crate::chart::{ChartSpec, Mark, Point, Rule, RuleAt, Stroke, Tone};
use crate::explore::figures::{marks, quantization, source_line};
use crate::explore::library::{Library, Run, is_baseline};
use crate::explore::scenario::Scenario;
use crate::explore::tables::task_name;
use crate::format;
use crate::measure::quality::{Retention, retention};

/// The figure.
///
/// # Errors
/// When there is no baseline, or no quantised run with the same tasks.
pub(super) fn quality(library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let runs = library.siblings(scenario);
    let baseline = *runs
        .iter()
        .find(|run| is_baseline(run.entry) && !run.file.quality.is_empty())
        .ok_or("No unquantised run of this model has quality scores, so there is nothing to compare with.")?;
    let rows: Vec<(Run, Retention)> = runs
        .iter()
        .filter(|run| !is_baseline(run.entry))
        .flat_map(|run| retention(&baseline.file.quality, &run.file.quality).into_iter().map(|kept| (*run, kept)))
        .collect();
    if rows.is_empty() {
        return Err("No quantised run of this model has scores on the same tasks.".into());
    }
    let ends = |kept: &Retention| {
        [kept.ratio, kept.interval.map_or(kept.ratio, |i| i.0), kept.interval.map_or(kept.ratio, |i| i.1)]
    };
    let all: Vec<f64> = rows.iter().flat_map(|(_, kept)| ends(kept)).map(|ratio| ratio * 100.0).collect();
    let low = all.iter().copied().fold(100.0, f64::min);
    let high = all.iter().copied().fold(100.0, f64::max);
    let several = rows.iter().any(|(run, _)| run.entry.path != rows[0].0.entry.path);
    let name = |(run, kept): &(Run, Retention)| {
        let task = task_name(&kept.baseline);
        if several { format!("{} {task}", quantization(*run)) } else { task }
    };
    let title = title(&rows);
    let alt: Vec<String> =
        rows.iter().map(|row| format!("{} {}", name(row), format::percent_of(row.1.ratio))).collect();
    Ok(ChartSpec {
        id: "quality".into(),
        subtitle: format!(
            "{}, score as a share of {}'s, with 95 % interval ({})",
            baseline.file.configuration.model_name,
            quantization(baseline),
            rows[0].0.file.evidence
        ),
        source: source_line(&runs),
        alt: format!("{title}. {}", alt.join("; ")),
        title,
        x: Axis::linear("per cent of the baseline's score", (low / 2.0).floor() * 2.0, high, |v| format!("{v} %")),
        y: Axis::categories("", rows.iter().map(name).collect()),
        other_x: None,
        other_y: None,
        stretches: Vec::new(),
        marks: rows.iter().enumerate().map(|(row, (run, kept))| mark(row, *run, kept)).collect(),
        rules: vec![Rule {
            at: RuleAt::X(100.0),
            label: format!("{} baseline", quantization(baseline)),
            tone: Tone::Slate(1),
            stroke: Stroke::Dashed,
            handle: None,
        }],
        callouts: Vec::new(),
        key: Vec::new(),
    })
}

fn mark(row: usize, run: Run, kept: &Retention) -> Mark {
    let (_, marker, tone) = marks(run.file.evidence, Tone::Accent);
    let interval = kept.interval.map_or("no interval".into(), |(low, high)| {
        format!("95 %: {} to {}", format::percent_of(low), format::percent_of(high))
    });
    Mark::Interval {
        row,
        point: Point {
            x: kept.ratio * 100.0,
            y: row as f64,
            tip: vec![
                task_name(&kept.baseline),
                format!(
                    "{} keeps {} ({:+.1} points)",
                    quantization(run),
                    format::percent_of(kept.ratio),
                    kept.points()
                ),
                interval,
                run.file.evidence.word().into(),
            ],
            ..Point::default()
        },
        low: kept.interval.map(|interval| interval.0 * 100.0),
        high: kept.interval.map(|interval| interval.1 * 100.0),
        value_label: format::percent_of(kept.ratio),
        tone,
        marker,
    }
}

fn title(rows: &[(Run, Retention)]) -> String {
    // A score of 0 has no interval, and is lost all the same.
    let is_lost = |kept: &Retention| kept.ratio <= 0.0 || (kept.ratio < 1.0 && kept.within_noise() == Some(false));
    let lost = rows.iter().filter(|(_, kept)| is_lost(kept)).count();
    let name = quantization(rows[0].0);
    match lost {
        0 => format!("{name}: no drop in quality beyond noise"),
        1 => format!("{name} loses quality beyond noise on one of {} scores", rows.len()),
        lost => format!("{name} loses quality beyond noise on {lost} of {} scores", rows.len()),
    }
}
