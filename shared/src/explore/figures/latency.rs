//! TTFT, TPOT, ITL and E2EL against concurrency: the median and the statistic the reader looks at, the target, the level
//! in use.
//!
//! The latency axis is logarithmic, because a tail is told as a ratio; the other axis is linear from 0.

use crate::chart::scale::Axis;
use crate::chart::{Callout, ChartSpec, Mark, Point, Rule, RuleAt, Stroke, Tone};
use crate::economics::operating_point::{LatencyTarget, Limit};
use crate::explore::answer::answer;
use crate::explore::explain::metric_key;
use crate::explore::figures::runs::{Role, Shown, concurrency_axes, shown};
use crate::explore::figures::{conditions, quantization, source_line};
use crate::explore::library::{Library, Run};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::latency::{Metric, Statistic};
use crate::measure::summary::Level;
use crate::units::Millis;

/// The figure.
///
/// # Errors
/// When no run is loaded, or it does not hold this latency or this statistic of it.
pub(super) fn latency(metric: Metric, library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let runs = shown(library, scenario)?;
    let (chosen, statistic) = (runs[0], scenario.statistic);
    held(metric, statistic, chosen.run)?;
    let limit = limit(metric, scenario);
    let line = |shown: &Shown, statistic, tone| line(metric, shown, statistic, tone, limit);
    let mut lines: Vec<Mark> = runs[1..].iter().filter_map(|other| line(other, statistic, Tone::Slate(1))).collect();
    if statistic != Statistic::P50 {
        lines.extend(line(&chosen, Statistic::P50, Tone::AccentSoft));
    }
    lines.extend(line(&chosen, statistic, Tone::Accent));
    let values: Vec<f64> = lines.iter().flat_map(heights).collect();
    let most = limit.map(|limit| limit.most);
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(most.map_or(0.0, Millis::value), f64::max);
    let (log_x, linear_x) = concurrency_axes(&runs);
    let title = title(metric, statistic, chosen.run, limit);
    let shown_as = if statistic == Statistic::P50 { "p50".into() } else { format!("p50 and {}", statistic.word()) };
    let all: Vec<Run> = runs.iter().map(|shown| shown.run).collect();
    Ok(ChartSpec {
        id: metric.word().to_lowercase(),
        subtitle: format!("{}; {}, {shown_as}", conditions(chosen.run), meaning(metric)),
        source: source_line(&all),
        alt: format!("{title}. {}", spoken(metric, statistic, chosen.run)),
        title,
        x: log_x,
        y: Axis::log("milliseconds", low, high * 1.1, format::short_count),
        other_x: Some(linear_x),
        other_y: Some(Axis::linear("milliseconds", 0.0, high, format::short_count)),
        stretches: Vec::new(),
        marks: lines,
        rules: limit.map_or(Vec::new(), |limit| {
            vec![Rule {
                at: RuleAt::Y(limit.most.value()),
                label: format!("target {}", format::millis(limit.most)),
                tone: Tone::Slate(0),
                stroke: Stroke::Dashed,
                handle: Some(format!("{}-limit", metric.word().to_lowercase())),
            }]
        }),
        callouts: in_use(metric, statistic, &chosen, library, scenario).into_iter().collect(),
        key: Vec::new(),
    })
}

fn meaning(metric: Metric) -> &'static str {
    match metric {
        Metric::Ttft => "time to first token",
        Metric::Tpot => "time per output token, by request",
        Metric::Itl => "time between two tokens, by token",
        Metric::E2el => "time from sending a request to its last token",
    }
}

/// Whether a run holds a statistic of a latency at any level.
///
/// # Errors
/// A sentence that names those it holds.
pub(super) fn held(metric: Metric, statistic: Statistic, run: Run) -> Result<(), String> {
    let holds = |statistic: Statistic| run.file.levels.iter().any(|level| statistic.of(metric.of(level)).is_some());
    if holds(statistic) {
        return Ok(());
    }
    let known: Vec<&str> = Statistic::ALL.into_iter().filter(|other| holds(*other)).map(Statistic::word).collect();
    let (name, word) = (metric.word(), statistic.word());
    match known.split_last() {
        None => Err(format!("This run does not say its {name}.")),
        Some((only, [])) => Err(format!("This run does not hold the {word} of its {name}; it holds {only} alone.")),
        Some((last, first)) => {
            let first = first.join(", ");
            Err(format!("This run does not hold the {word} of its {name}; it holds {first} and {last}."))
        }
    }
}

/// The limit that the scenario puts on a latency.
fn limit(metric: Metric, scenario: &Scenario) -> Option<Limit> {
    scenario.target().limits.into_iter().find(|limit| limit.metric == metric)
}

fn heights(mark: &Mark) -> Vec<f64> {
    match mark {
        Mark::Line { points, .. } => points.iter().map(|point| point.y).collect(),
        _ => Vec::new(),
    }
}

/// One statistic of one run, its levels over the limit in the tone of an alert. `None` when no level says it.
fn line(metric: Metric, shown: &Shown, statistic: Statistic, tone: Tone, limit: Option<Limit>) -> Option<Mark> {
    let run = shown.run;
    let (stroke, marker, tone) = shown.look(tone);
    let point = |level: &Level| {
        let value = statistic.of(metric.of(level))?;
        let over = limit.filter(|limit| limit.statistic == statistic && value > limit.most);
        let over_by =
            over.map_or(String::new(), |limit| format!(", over the target of {}", format::millis(limit.most)));
        Some(Point {
            x: f64::from(level.concurrency()),
            y: value.value(),
            tip: vec![
                format!("{} at {}", shown.name(), format::streams(level.concurrency())),
                format!("{} {} {}{over_by}", statistic.word(), metric.word(), format::millis(value)),
                run.file.evidence.word().into(),
            ],
            tone: over.filter(|_| shown.role == Role::Chosen).map(|_| Tone::Alert),
            opens: (shown.role == Role::Chosen).then(|| opens(metric, level.concurrency(), statistic)),
            ..Point::default()
        })
    };
    let points: Vec<Point> = run.file.levels.iter().filter_map(point).collect();
    let label = shown.label(&format!(" {}", statistic.word()));
    (!points.is_empty()).then_some(Mark::Line { points, label, tone, stroke, marker, width: 2.0 })
}

/// The operating point, named on the line of the statistic.
fn in_use(
    metric: Metric,
    statistic: Statistic,
    chosen: &Shown,
    library: &Library,
    scenario: &Scenario,
) -> Option<Callout> {
    let answer = answer(library, scenario).ok()?;
    let value = statistic.of(metric.of(answer.level))?;
    let streams = answer.level.concurrency();
    Some(Callout {
        point: Point {
            x: f64::from(streams),
            y: value.value(),
            tip: vec![
                "the level in use".into(),
                format!(
                    "{}, {} {} {}",
                    format::streams(streams),
                    statistic.word(),
                    metric.word(),
                    format::millis(value)
                ),
                answer.run.file.evidence.word().into(),
            ],
            opens: Some(opens(metric, streams, statistic)),
            ..Point::default()
        },
        label: format!("in use: {}", format::streams(streams)),
        of: chosen.label(&format!(" {}", statistic.word())),
        tone: Tone::Accent,
    })
}

fn title(metric: Metric, statistic: Statistic, run: Run, limit: Option<Limit>) -> String {
    let (levels, name) = (&run.file.levels, quantization(run));
    let what = format!("{} {}", statistic.word(), metric.word());
    let Some(limit) = limit else {
        let at = |level: &Level| statistic.of(metric.of(level)).map_or("not measured".into(), format::millis);
        return levels.first().zip(levels.last()).map_or(String::new(), |(first, last)| {
            let (few, many) = (first.concurrency(), last.concurrency());
            format!("{name}: {what} goes from {} at {few} to {} at {many} streams", at(first), at(last))
        });
    };
    let target = LatencyTarget { limits: vec![limit], ..LatencyTarget::p99_ttft(None) };
    let most = format::millis(limit.most);
    let holds = levels.iter().rfind(|level| target.kept_by(level) == Some(true));
    match holds {
        Some(_) if levels.iter().all(|level| target.kept_by(level) == Some(true)) => {
            format!("{name}: {what} stays within {most} at every measured level")
        }
        Some(level) => format!("{name}: {what} stays within {most} up to {}", format::streams(level.concurrency())),
        None => format!("{name}: no measured level keeps {what} within {most}"),
    }
}

fn spoken(metric: Metric, statistic: Statistic, run: Run) -> String {
    let level = |level: &Level| {
        let say = |statistic: Statistic| {
            let value = statistic.of(metric.of(level)).map_or("not measured".into(), format::millis);
            format!("{} {value}", statistic.word())
        };
        let both = if statistic == Statistic::P50 { vec![statistic] } else { vec![Statistic::P50, statistic] };
        let both: Vec<String> = both.into_iter().map(say).collect();
        format!("{}: {}", format::streams(level.concurrency()), both.join(", "))
    };
    run.file.levels.iter().map(level).collect::<Vec<_>>().join("; ")
}

/// The explanation of a latency at a level.
fn opens(metric: Metric, streams: u32, statistic: Statistic) -> String {
    format!("{}/{streams}/{}", metric_key(metric), statistic.word())
}
