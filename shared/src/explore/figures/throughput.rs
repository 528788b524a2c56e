//! Total tokens a second against concurrency, for every loaded run of the model on the hardware, with the knee.
//!
//! Starts at zero; concurrency is on a log axis with its ticks at the measured levels.

use crate::chart::scale::Axis;
use crate::chart::{Callout, ChartSpec, Mark, Point, Tone};
use crate::explore::answer::answer;
use crate::explore::figures::runs::{Role, Shown, concurrency_axes, shown, waves};
use crate::explore::figures::{conditions, quantization, source_line};
use crate::explore::library::{Library, Run};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::knee;
use crate::measure::summary::Level;

/// The figure.
///
/// # Errors
/// When no run is loaded.
pub(super) fn throughput(library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let runs = shown(library, scenario)?;
    let chosen = runs[0];
    let total = |level: &Level| level.total_rate().value();
    let mut lines: Vec<Mark> = Vec::new();
    for other in &runs[1..] {
        lines.push(line(other, other.label(""), Tone::Slate(1), "total", total));
    }
    let output = format!("{} output only ({})", chosen.name(), chosen.run.file.evidence);
    lines.push(line(&chosen, output, Tone::AccentSoft, "output", |level| level.output_rate().value()));
    lines.push(line(&chosen, chosen.label(""), Tone::Accent, "total", total));
    let rates = || runs.iter().flat_map(|shown| &shown.run.file.levels).map(total);
    let most = rates().fold(1.0, f64::max);
    let least = chosen.run.file.levels.iter().map(|level| level.output_rate().value());
    let least = rates().chain(least).filter(|rate| *rate > 0.0).fold(most, f64::min);
    let (knee, bend) = knee_of(chosen.run);
    let in_use = answer(library, scenario).ok().map(|answer| answer.level);
    let (log_x, linear_x) = concurrency_axes(&runs);
    let title = title(&chosen, &runs);
    let all: Vec<Run> = runs.iter().map(|shown| shown.run).collect();
    Ok(ChartSpec {
        id: "throughput".into(),
        subtitle: format!("{}; tokens a second over the whole run; {bend}", conditions(chosen.run)),
        source: source_line(&all),
        alt: format!("{title}. {}; {bend}", spoken(chosen.run)),
        title,
        x: log_x,
        y: Axis::linear("prompt and output tokens a second", 0.0, most, format::short_count),
        other_x: Some(linear_x),
        other_y: Some(Axis::log("prompt and output tokens a second", least, most, format::short_count)),
        stretches: Vec::new(),
        marks: lines,
        rules: Vec::new(),
        callouts: named(&chosen, knee, in_use),
        key: Vec::new(),
    })
}

/// The knee of a run, where [`knee::fit`] finds one, and a word on it.
fn knee_of(run: Run<'_>) -> (Option<&Level>, String) {
    let points: Vec<knee::Point> = run.file.levels.iter().map(knee::Point::of).collect();
    let last = run.file.levels.last().map_or(0, Level::concurrency);
    match knee::fit(&points) {
        Ok((at, ..)) => {
            let level = &run.file.levels[at];
            (Some(level), format!("the knee is at {}", format::streams(level.concurrency())))
        }
        Err(_) if knee::still_rising(&points) => (None, format!("still rising at {}: no knee", format::streams(last))),
        Err(_) => (None, "no clear knee".into()),
    }
}

/// The knee and the level in use, named on the line of all tokens; once where they are the same.
fn named(chosen: &Shown, knee: Option<&Level>, in_use: Option<&Level>) -> Vec<Callout> {
    let callout = |level: &Level, words: &str| Callout {
        point: Point {
            x: f64::from(level.concurrency()),
            y: level.total_rate().value(),
            tip: vec![
                format!("{words}: {}", format::streams(level.concurrency())),
                format!("{} total tokens/s", format::significant(level.total_rate().value(), 3)),
                waves(level),
                chosen.run.file.evidence.word().into(),
            ],
            opens: Some(format!("level/{}", level.concurrency())),
            ..Point::default()
        },
        label: format!("{words}: {}", format::streams(level.concurrency())),
        of: chosen.label(""),
        tone: Tone::Accent,
    };
    match (knee, in_use) {
        (Some(knee), Some(used)) if knee.concurrency() == used.concurrency() => {
            vec![callout(knee, "in use, and the knee")]
        }
        (knee, in_use) => {
            let knee = knee.map(|level| callout(level, "knee"));
            in_use.map(|level| callout(level, "in use")).into_iter().chain(knee).collect()
        }
    }
}

fn line(shown: &Shown, label: String, tone: Tone, kind: &str, rate: impl Fn(&Level) -> f64) -> Mark {
    let run = shown.run;
    let (stroke, marker, tone) = shown.look(tone);
    let explained = kind == "total" && shown.role == Role::Chosen;
    let point = |level: &Level| Point {
        x: f64::from(level.concurrency()),
        y: rate(level),
        tip: vec![
            format!("{} at {}", shown.name(), format::streams(level.concurrency())),
            format!("{} {kind} tokens/s", format::significant(rate(level), 3)),
            waves(level),
            run.file.evidence.word().into(),
        ],
        opens: explained.then(|| format!("level/{}", level.concurrency())),
        ..Point::default()
    };
    let points = run.file.levels.iter().map(point).collect();
    let width = if tone == Tone::Accent { 2.5 } else { 2.0 };
    Mark::Line { points, label, tone, stroke, marker, width }
}

fn title(chosen: &Shown, runs: &[Shown]) -> String {
    let Some(peak) = chosen.run.file.peak() else { return "Nothing was measured".into() };
    let mine = peak.total_rate().value();
    let first = format!(
        "{} serves {} tokens a second at {} streams",
        quantization(chosen.run),
        format::significant(mine, 3),
        peak.concurrency()
    );
    let other =
        runs[1..].iter().find_map(|other| other.run.file.peak().map(|level| (other, level.total_rate().value())));
    match other {
        Some((other, theirs)) => {
            let (share, word) =
                if theirs < mine { (1.0 - theirs / mine, "fewer") } else { (theirs / mine - 1.0, "more") };
            format!("{first}, {} {} % {word}", other.name(), format::significant(share * 100.0, 2))
        }
        None => first,
    }
}

fn spoken(run: Run) -> String {
    let level = |level: &Level| {
        format!("{} {}", format::streams(level.concurrency()), format::significant(level.total_rate().value(), 3))
    };
    run.file.levels.iter().map(level).collect::<Vec<_>>().join(", ")
}
