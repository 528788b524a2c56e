//! TTFT and TPOT against concurrency: median and p99 of the chosen run, p99 of the others, the target, the level in use.
//!
//! Both axes are logarithmic: a tail is told as a ratio.

use crate::chart::scale::Axis;
use crate::chart::{Callout, ChartSpec, Mark, Point, Rule, RuleAt, Stroke, Tone};
use crate::economics::operating_point::LatencyTarget;
use crate::explore::answer::answer;
use crate::explore::figures::throughput::concurrency_axis;
use crate::explore::figures::{conditions, marks, quantization, run_label, source_line};
use crate::explore::library::{Library, Run};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::summary::{Distribution, Level, Percentile};
use crate::units::Millis;

/// Which latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Metric {
    /// Time to first token.
    Ttft,
    /// Time per output token.
    Tpot,
}

impl Metric {
    fn name(self) -> &'static str {
        match self {
            Self::Ttft => "TTFT",
            Self::Tpot => "TPOT",
        }
    }

    fn of(self, level: &Level) -> &Distribution {
        match self {
            Self::Ttft => &level.ttft_ms,
            Self::Tpot => &level.tpot_ms,
        }
    }
}

/// The figure.
///
/// # Errors
/// When no run is loaded, or it does not say this latency.
pub(super) fn latency(metric: Metric, library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let runs = library.siblings(scenario);
    let chosen = *runs.first().ok_or("There is no run to show.")?;
    let (p50, p99) = (Percentile::P50, Percentile::P99);
    let mut lines: Vec<Mark> = runs.iter().skip(1).filter_map(|run| line(metric, *run, p99, Tone::Slate(1))).collect();
    lines.extend(line(metric, chosen, p50, Tone::AccentSoft));
    lines.extend(line(metric, chosen, p99, Tone::Accent));
    let values: Vec<f64> = lines.iter().flat_map(heights).collect();
    if values.is_empty() {
        return Err(format!("This run does not say its {}.", metric.name()));
    }
    let limit = scenario.ttft_limit.filter(|_| metric == Metric::Ttft);
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(limit.map_or(0.0, Millis::value), f64::max);
    let title = title(metric, chosen, limit);
    Ok(ChartSpec {
        id: metric.name().to_lowercase(),
        subtitle: match metric {
            Metric::Ttft => format!("{}; time to first token, median and p99", conditions(chosen)),
            Metric::Tpot => format!("{}; time per output token, median and p99", conditions(chosen)),
        },
        source: source_line(&runs),
        alt: format!("{title}. {}", spoken(metric, chosen)),
        title,
        x: concurrency_axis(&runs),
        y: Axis::log("milliseconds", low, high * 1.1, format::short_count),
        stretches: Vec::new(),
        marks: lines,
        rules: limit.map_or(Vec::new(), |limit| {
            vec![Rule {
                at: RuleAt::Y(limit.value()),
                label: format!("target {}", format::millis(limit)),
                tone: Tone::Slate(0),
                stroke: Stroke::Dashed,
                handle: Some("ttft-limit".into()),
            }]
        }),
        callouts: in_use(metric, library, scenario),
        key: Vec::new(),
    })
}

fn heights(mark: &Mark) -> Vec<f64> {
    match mark {
        Mark::Line { points, .. } => points.iter().map(|point| point.y).collect(),
        _ => Vec::new(),
    }
}

/// One percentile of one run. `None` when no level says it.
fn line(metric: Metric, run: Run, percentile: Percentile, tone: Tone) -> Option<Mark> {
    let word = if percentile == Percentile::P50 { "median" } else { "p99" };
    let (stroke, marker, tone) = marks(run.file.evidence, tone);
    let point = |level: &Level| {
        let value = metric.of(level).percentile(percentile)?;
        Some(Point {
            x: f64::from(level.concurrency()),
            y: value.value(),
            tip: vec![
                format!("{} at {} streams", quantization(run), level.concurrency()),
                format!("{word} {} {}", metric.name(), format::millis(value)),
                run.file.evidence.word().into(),
            ],
            opens: None,
        })
    };
    let points: Vec<Point> = run.file.levels.iter().filter_map(point).collect();
    let label = run_label(run, &format!(" {word}"));
    (!points.is_empty()).then_some(Mark::Line { points, label, tone, stroke, marker, width: 2.0 })
}

/// The operating point, named on the p99 line.
fn in_use(metric: Metric, library: &Library, scenario: &Scenario) -> Vec<Callout> {
    let Ok(answer) = answer(library, scenario) else { return Vec::new() };
    let value = metric.of(answer.level).percentile(Percentile::P99);
    let callout = value.map(|value| Callout {
        point: Point {
            x: f64::from(answer.level.concurrency()),
            y: value.value(),
            tip: vec![
                "the level in use".into(),
                format!("{} streams, p99 {} {}", answer.level.concurrency(), metric.name(), format::millis(value)),
                answer.run.file.evidence.word().into(),
            ],
            opens: None,
        },
        label: format!("in use: {} streams", answer.level.concurrency()),
        tone: Tone::Accent,
    });
    callout.into_iter().collect()
}

fn title(metric: Metric, run: Run, limit: Option<Millis>) -> String {
    let (levels, name) = (&run.file.levels, quantization(run));
    let ends = levels.first().zip(levels.last());
    match (metric, limit) {
        (Metric::Ttft, Some(limit)) => {
            let target = LatencyTarget::p99_ttft(Some(limit));
            let holds = levels.iter().rfind(|level| target.kept_by(level) == Some(true));
            let all = levels.iter().all(|level| target.kept_by(level) == Some(true));
            match holds {
                Some(_) if all => {
                    format!("{name}: p99 TTFT stays within {} at every measured level", format::millis(limit))
                }
                Some(level) => {
                    format!(
                        "{name}: p99 TTFT stays within {} up to {} streams",
                        format::millis(limit),
                        level.concurrency()
                    )
                }
                None => format!("{name}: no measured level keeps p99 TTFT within {}", format::millis(limit)),
            }
        }
        (_, _) => {
            let at = |level: &Level| metric.of(level).p99.map_or("not measured".into(), format::millis);
            ends.map_or(String::new(), |(first, last)| {
                format!(
                    "{name}: p99 {} goes from {} at {} to {} at {} streams",
                    metric.name(),
                    at(first),
                    first.concurrency(),
                    at(last),
                    last.concurrency()
                )
            })
        }
    }
}

fn spoken(metric: Metric, run: Run) -> String {
    let level = |level: &Level| {
        let say = |value: Option<Millis>| value.map_or("not measured".into(), format::millis);
        let distribution = metric.of(level);
        format!("{} streams: median {}, p99 {}", level.concurrency(), say(distribution.p50), say(distribution.p99))
    };
    run.file.levels.iter().map(level).collect::<Vec<_>>().join("; ")
}
