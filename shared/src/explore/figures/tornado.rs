//! Which input moves the monthly saving most: each turned down and up on its own, the widest bar first.
//!
//! The turning is `economics::sensitivity`'s; names and values are `explore::knobs`'.

use crate::chart::scale::Axis;
use crate::chart::{ChartSpec, KeyEntry, Mark, Marker, Point, Rule, RuleAt, Stroke, Tone};
use crate::economics::sensitivity::{Bar, Outcome, tornado};
use crate::explore::answer::Answer;
use crate::explore::case::case_of;
use crate::explore::explain::api_name;
use crate::explore::figures::{conditions, filling, source_with_prices};
use crate::explore::knobs;
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::format;
use crate::store::provenance::Evidence;
use crate::units::Usd;

/// How far each input is turned: a share of itself, or so many points where it is a share; and in words.
const TURNED_BY: f64 = 0.2;
const TURNED_BY_WORDS: &str = "20 %";

/// Bars shown; the narrowest are left out.
const MOST_BARS: usize = 9;

/// Share of the widest stretch left free on both sides for the words at the bars.
const ROOM_FOR_WORDS: f64 = 0.4;

/// The figure.
///
/// # Errors
/// When the case cannot be computed with, or nothing moves it.
pub(super) fn draw(library: &Library, answer: &Answer, scenario: &Scenario) -> Result<ChartSpec, String> {
    let (case, tariff) = case_of(answer, scenario);
    let refused = |invalid| format!("This scenario cannot be computed with: {invalid}.");
    let base = Outcome::Saving.of(&case, &tariff).map_err(refused)?.unwrap_or(0.0);
    let mut bars = tornado(&case, &tariff, Outcome::Saving, TURNED_BY).map_err(refused)?;
    bars.retain(|bar| bar.swing() > 0.0);
    bars.truncate(MOST_BARS);
    let ends = bars.iter().flat_map(|bar| [bar.outcomes.0, bar.outcomes.1]).flatten().map(format::shown);
    let shown = format::shown(base);
    let (low, high) = (ends.clone().fold(shown, f64::min), ends.fold(shown, f64::max));
    if bars.is_empty() || high <= low {
        return Err("No input moves the saving here.".into());
    }
    let room = (high - low) * ROOM_FOR_WORDS;
    let (name, title) = (api_name(&answer.api), title(answer, base, &bars));
    let row_name = |bar: &Bar| capitalised(knobs::name(bar.parameter));
    let mark = |(row, bar): (usize, &Bar)| {
        let hosting = &case.terms.hosting;
        let end = |value: f64, outcome: Option<f64>, tone: Tone| Point {
            x: format::shown(outcome.unwrap_or(base)),
            y: row as f64,
            tip: vec![
                format!(
                    "{}: {} for {}",
                    row_name(bar),
                    knobs::value(bar.parameter, value, hosting),
                    knobs::value(bar.parameter, bar.base, hosting)
                ),
                saved(outcome.unwrap_or(base), &name),
                answer.evidence.word().into(),
            ],
            label: knobs::value(bar.parameter, value, hosting),
            tone: Some(tone),
            ..Point::default()
        };
        let down = end(bar.ends.0, bar.outcomes.0, Tone::Slate(2));
        let up = end(bar.ends.1, bar.outcomes.1, Tone::Accent);
        Mark::Bars { row, base: shown, ends: [down, up], fill: filling(answer.evidence) }
    };
    let entry = |label: &str, tone| KeyEntry {
        label: format!("{label} by {TURNED_BY_WORDS}"),
        tone,
        stroke: Stroke::Solid,
        marker: if answer.evidence == Evidence::Published { Marker::HollowSquare } else { Marker::FilledSquare },
    };
    let alt: Vec<String> = bars.iter().map(|bar| spoken(bar, &name)).collect();
    let label = format!("{} a month that self-hosting saves against {name}", format::money_word());
    Ok(ChartSpec {
        id: "tornado".into(),
        subtitle: format!(
            "{}; each input turned on its own, shares by points ({})",
            conditions(answer.run),
            answer.evidence
        ),
        source: source_with_prices(library, answer),
        alt: format!("{title}. {}", alt.join("; ")),
        title,
        // The axis ends with the room for words, not at a round value: both sides need it alike.
        x: Axis { high: high + room, ..Axis::linear(&label, low - room, high + room, short_usd) },
        y: Axis::categories("", bars.iter().map(row_name).collect()),
        other_x: None,
        other_y: None,
        stretches: Vec::new(),
        marks: bars.iter().enumerate().map(mark).collect(),
        rules: vec![rule(0.0, "costs the same".into()), rule(shown, format!("now {}", short_usd(shown)))],
        callouts: Vec::new(),
        key: vec![entry("turned down", Tone::Slate(2)), entry("turned up", Tone::Accent)],
    })
}

fn rule(at: f64, label: String) -> Rule {
    Rule { at: RuleAt::X(at), label, tone: Tone::Slate(0), stroke: Stroke::Dashed, handle: None }
}

/// `-$50`: the sign before the currency.
fn short_usd(value: f64) -> String {
    format!("{}{}", if value < 0.0 { "-" } else { "" }, format::short_usd(value.abs()))
}

/// `saves $541 a month against GPT-4o`, `costs $24.4 a month more than GPT-4o`.
fn saved(saving: f64, name: &str) -> String {
    let usd = format::usd(Usd::new(saving.abs()));
    if saving < 0.0 {
        format!("costs {usd} a month more than {name}")
    } else {
        format!("saves {usd} a month against {name}")
    }
}

fn title(answer: &Answer, base: f64, bars: &[Bar]) -> String {
    let name = api_name(&answer.api);
    let flips = |bar: &&Bar| {
        let ends = [bar.outcomes.0, bar.outcomes.1];
        ends.into_iter().flatten().any(|outcome| (outcome < 0.0) != (base < 0.0))
    };
    let by = TURNED_BY_WORDS;
    let flipping: Vec<&str> = bars.iter().filter(flips).map(|bar| knobs::name(bar.parameter)).collect();
    let first = format!("Self-hosting {}", saved(base, &name));
    match flipping.as_slice() {
        [] => format!("{first}; no input alone turns that around within {by}"),
        [only] => format!("{first}; within {by} only {only} turns that around"),
        [widest, rest @ ..] => {
            format!("{first}; within {by} {widest}, or one of {} others, turns that around", rest.len())
        }
    }
}

fn spoken(bar: &Bar, name: &str) -> String {
    let at = |outcome: Option<f64>| outcome.map_or("nothing".into(), |outcome| saved(outcome, name));
    format!("{}: down {}, up {}", knobs::name(bar.parameter), at(bar.outcomes.0), at(bar.outcomes.1))
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}
