//! Total tokens a second against concurrency, for every loaded run of the model on the hardware.
//!
//! Starts at zero; concurrency is on a log axis with its ticks at the measured levels.

use crate::chart::order::ascending;
use crate::chart::scale::{Axis, Scale, Tick};
use crate::chart::{ChartSpec, Mark, Point, Tone};
use crate::explore::figures::{conditions, marks, quantization, run_label, source_line};
use crate::explore::library::{Library, Run};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::summary::Level;

/// The figure.
///
/// # Errors
/// When no run is loaded.
pub(super) fn throughput(library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let runs = library.siblings(scenario);
    let chosen = *runs.first().ok_or("There is no run to show.")?;
    let total = |level: &Level| level.total_rate().value();
    let mut lines: Vec<Mark> = Vec::new();
    for run in runs.iter().skip(1) {
        lines.push(line(*run, run_label(*run, ""), Tone::Slate(1), "total", total));
    }
    lines.push(line(
        chosen,
        format!("{} output only ({})", quantization(chosen), chosen.file.evidence),
        Tone::AccentSoft,
        "output",
        |level| level.output_rate().value(),
    ));
    lines.push(line(chosen, run_label(chosen, ""), Tone::Accent, "total", total));
    let most = runs.iter().flat_map(|run| &run.file.levels).map(total).fold(1.0, f64::max);
    let title = title(chosen, &runs);
    Ok(ChartSpec {
        id: "throughput".into(),
        subtitle: format!("{}; tokens a second over the whole run", conditions(chosen)),
        source: source_line(&runs),
        alt: format!("{title}. {}", spoken(chosen)),
        title,
        x: concurrency_axis(&runs),
        y: Axis::linear("prompt and output tokens a second", 0.0, most, format::short_count),
        stretches: Vec::new(),
        marks: lines,
        rules: Vec::new(),
        callouts: Vec::new(),
        key: Vec::new(),
    })
}

fn line(run: Run, label: String, tone: Tone, kind: &str, rate: impl Fn(&Level) -> f64) -> Mark {
    let (stroke, marker, tone) = marks(run.file.evidence, tone);
    let point = |level: &Level| Point {
        x: f64::from(level.concurrency()),
        y: rate(level),
        tip: vec![
            format!("{} at {} streams", quantization(run), level.concurrency()),
            format!("{} {kind} tokens/s", format::significant(rate(level), 3)),
            run.file.evidence.word().into(),
        ],
        opens: (kind == "total").then(|| format!("level/{}", level.concurrency())),
    };
    let points = run.file.levels.iter().map(point).collect();
    let width = if tone == Tone::Accent { 2.5 } else { 2.0 };
    Mark::Line { points, label, tone, stroke, marker, width }
}

/// A log axis with a tick at every measured level of these runs.
pub(super) fn concurrency_axis(runs: &[Run]) -> Axis {
    let concurrency = |level: &Level| f64::from(level.concurrency());
    let mut levels: Vec<f64> = runs.iter().flat_map(|run| &run.file.levels).map(concurrency).collect();
    levels = ascending(&levels).into_iter().map(|place| levels[place]).collect();
    levels.dedup();
    let ends = (levels.first().copied().unwrap_or(1.0), levels.last().copied().unwrap_or(1.0));
    Axis {
        label: "requests in flight (log scale)".into(),
        scale: Scale::Log,
        low: ends.0 * 0.85,
        high: ends.1 * 1.15,
        ticks: levels.iter().map(|level| Tick { at: *level, label: level.to_string() }).collect(),
    }
}

fn title(chosen: Run, runs: &[Run]) -> String {
    let Some(peak) = chosen.file.peak() else { return "Nothing was measured".into() };
    let mine = peak.total_rate().value();
    let first = format!(
        "{} serves {} tokens a second at {} streams",
        quantization(chosen),
        format::significant(mine, 3),
        peak.concurrency()
    );
    let other = runs.iter().skip(1).find_map(|run| run.file.peak().map(|level| (run, level.total_rate().value())));
    match other {
        Some((run, theirs)) => {
            let (share, word) =
                if theirs < mine { (1.0 - theirs / mine, "fewer") } else { (theirs / mine - 1.0, "more") };
            format!("{first}, {} {} % {word}", quantization(*run), format::significant(share * 100.0, 2))
        }
        None => first,
    }
}

fn spoken(run: Run) -> String {
    let level = |level: &Level| {
        format!("{} streams {}", level.concurrency(), format::significant(level.total_rate().value(), 3))
    };
    run.file.levels.iter().map(level).collect::<Vec<_>>().join(", ")
}
