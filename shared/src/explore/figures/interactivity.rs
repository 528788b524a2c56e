//! What a user sees against what a GPU, or a dollar, makes of it: every measured level a point, the Pareto front behind.
//!
//! Interactivity is 1000 / TPOT: the tokens a second at which an answer appears to the one who reads it.

use crate::chart::scale::Axis;
use crate::chart::{ChartSpec, Mark, Marker, Point, Rule, RuleAt, Stroke, Tone};
use crate::economics::cost;
use crate::explore::answer::replica_price;
use crate::explore::figures::latency::held;
use crate::explore::figures::runs::{Role, Shown, of_model, waves};
use crate::explore::figures::source_line;
use crate::explore::library::{Library, Run};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::latency::{Metric, Statistic};
use crate::measure::pareto;
use crate::measure::summary::Level;
use crate::units::{Fraction, MILLIS_PER_SECOND, TOKENS_PER_PRICE_UNIT};

/// What the vertical axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Yield {
    /// Output tokens a second of one GPU.
    PerGpu,
    /// Total tokens for a dollar, at full load.
    PerDollar,
}

/// A measured level of a run as both axes see it.
#[derive(Clone, Copy)]
struct Seen<'a> {
    shown: Shown<'a>,
    level: &'a Level,
    /// Tokens a second a user sees.
    user: f64,
    /// What comes of it.
    made: f64,
}

/// The figure.
///
/// # Errors
/// When no run is loaded, the chosen one does not hold TPOT, or nobody says what its hardware costs.
pub(super) fn interactivity(of: Yield, library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let runs = of_model(library, scenario)?;
    let chosen = runs[0];
    // The median stands in for a statistic that no run holds, and the subtitle says which it is.
    let statistic = match held(Metric::Tpot, scenario.statistic, chosen.run) {
        Ok(()) => scenario.statistic,
        Err(why) => held(Metric::Tpot, Statistic::P50, chosen.run).map(|()| Statistic::P50).map_err(|_| why)?,
    };
    let seen: Vec<Vec<Seen>> = runs.iter().map(|run| levels(of, *run, statistic, library, scenario)).collect();
    if seen[0].is_empty() {
        return Err("Nobody says what this run's hardware costs. Set a GPU price.".into());
    }
    let mut marks: Vec<Mark> = seen.iter().skip(1).filter(|seen| !seen.is_empty()).map(|seen| line(of, seen)).collect();
    marks.insert(0, front(&seen.concat()));
    marks.push(line(of, &seen[0]));
    let fastest = seen.iter().flatten().map(|seen| seen.user);
    let made = || seen.iter().flatten().map(|seen| seen.made).filter(|made| *made > 0.0);
    let (slow, fast) = (fastest.clone().fold(f64::INFINITY, f64::min), fastest.fold(0.0, f64::max));
    let (least, most) = (made().fold(f64::INFINITY, f64::min), made().fold(0.0, f64::max));
    let title = title(of, &seen[0]);
    let words = match of {
        Yield::PerGpu => "output tokens a second per GPU".into(),
        Yield::PerDollar => format!("total tokens per {} at full load", format::money_word()),
    };
    let user = format!("tokens a second a user sees (1000 / {} TPOT)", statistic.word());
    let all: Vec<Run> = runs.iter().map(|shown| shown.run).collect();
    let model = &chosen.run.file.configuration.model_name;
    Ok(ChartSpec {
        id: match of {
            Yield::PerGpu => "per-gpu".into(),
            Yield::PerDollar => "per-dollar".into(),
        },
        subtitle: format!("{model}; each point is a level with its streams; up and right is better"),
        source: source_line(&all),
        alt: format!("{title}. {}", spoken(&seen[0])),
        title,
        x: Axis::linear(&user, 0.0, fast, format::short_count),
        y: Axis::linear(&words, 0.0, most, format::short_count),
        other_x: Some(Axis::log(&user, slow, fast, format::short_count)),
        other_y: Some(Axis::log(&words, least, most, format::short_count)),
        stretches: Vec::new(),
        marks,
        rules: scenario.tpot_limit.map_or(Vec::new(), |limit| {
            let least = MILLIS_PER_SECOND / limit.value();
            vec![Rule {
                at: RuleAt::X(least),
                label: format!("at least {}", format::significant(least, 3)),
                tone: Tone::Slate(0),
                stroke: Stroke::Dashed,
                handle: Some("interactivity".into()),
            }]
        }),
        callouts: Vec::new(),
        key: Vec::new(),
    })
}

/// The levels of a run that both axes can show.
fn levels<'a>(
    of: Yield,
    shown: Shown<'a>,
    statistic: Statistic,
    library: &Library,
    scenario: &Scenario,
) -> Vec<Seen<'a>> {
    let price = replica_price(library, shown.run, scenario).ok().map(|(price, _)| price);
    let seen = |level: &'a Level| {
        let user = MILLIS_PER_SECOND / statistic.of(Metric::Tpot.of(level)).filter(|tpot| tpot.value() > 0.0)?.value();
        let made = match of {
            Yield::PerGpu => level.output_rate().value() / f64::from(shown.run.file.configuration.gpu_count.max(1)),
            Yield::PerDollar => {
                let million = cost::per_million_total(price?, level.total_rate(), Fraction::ONE)?;
                TOKENS_PER_PRICE_UNIT / format::shown(million.value())
            }
        };
        Some(Seen { shown, level, user, made })
    };
    shown.run.file.levels.iter().filter_map(seen).collect()
}

/// The Pareto front of all levels, as a broad line behind them.
fn front(all: &[Seen]) -> Mark {
    let places: Vec<(f64, f64)> = all.iter().map(|seen| (seen.user, seen.made)).collect();
    let on =
        pareto::front(&places).into_iter().map(|at| Point { x: places[at].0, y: places[at].1, ..Point::default() });
    Mark::Line {
        points: on.collect(),
        label: "Pareto front".into(),
        tone: Tone::Slate(3),
        stroke: Stroke::Solid,
        marker: Marker::None,
        width: 6.0,
    }
}

fn line(of: Yield, seen: &[Seen]) -> Mark {
    let shown = seen[0].shown;
    let (stroke, marker, tone) = shown.look(Tone::Accent);
    let point = |seen: &Seen| Point {
        x: seen.user,
        y: seen.made,
        tip: vec![
            format!("{} at {}", shown.name(), format::streams(seen.level.concurrency())),
            format!("{} tokens/s a user", format::significant(seen.user, 3)),
            made_words(of, seen.made),
            waves(seen.level),
            shown.run.file.evidence.word().into(),
        ],
        opens: (shown.role == Role::Chosen).then(|| format!("level/{}", seen.level.concurrency())),
        label: seen.level.concurrency().to_string(),
        tone: None,
    };
    let points = seen.iter().map(point).collect();
    Mark::Line { points, label: shown.label(""), tone, stroke, marker, width: 2.0 }
}

fn made_words(of: Yield, made: f64) -> String {
    match of {
        Yield::PerGpu => format!("{} output tokens/s per GPU", format::significant(made, 3)),
        Yield::PerDollar => format!("{} total tokens per {}", format::short_count(made), format::money_word()),
    }
}

fn title(of: Yield, chosen: &[Seen]) -> String {
    let best = chosen.iter().max_by(|a, b| a.made.total_cmp(&b.made));
    let fastest = chosen.iter().max_by(|a, b| a.user.total_cmp(&b.user));
    let Some((best, fastest)) = best.zip(fastest) else { return String::new() };
    let (name, per_user) = (best.shown.name(), |seen: &Seen| format::significant(seen.user, 2));
    let most = match of {
        Yield::PerGpu => format!("{} output tokens a second from a GPU", format::significant(best.made, 3)),
        Yield::PerDollar => format!("{} tokens for a {}", format::short_count(best.made), coin()),
    };
    format!("{name}: {most} leave each user {} a second; alone one sees {}", per_user(best), per_user(fastest))
}

/// What one unit of the shown currency is called.
fn coin() -> String {
    let word = format::money_word();
    if word == "USD" { "dollar".into() } else { word }
}

fn spoken(chosen: &[Seen]) -> String {
    let level = |seen: &Seen| {
        let (user, made) = (format::significant(seen.user, 3), format::short_count(seen.made));
        format!("{}: {user} a user, {made}", format::streams(seen.level.concurrency()))
    };
    chosen.iter().map(level).collect::<Vec<_>>().join("; ")
}
