//! What was found about a demand, in one sentence: what holds for the least money, and what is next.

use crate::advice::capacity::Row;
use crate::advice::sizing::{Busy, Fleet, SloOutcome};
use crate::advice::text::why_not;
use crate::advice::workload::Workload;
use crate::explore::hardware::plan::Who;
use crate::format;

/// Small numbers in words, as one says them.
const WORDS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// The sentence for a ranking, whose first row is the cheapest that holds.
#[must_use]
pub fn sentence(rows: &[Row], who: Who, workload: &Workload, model: &str) -> String {
    let subject = subject(who, workload);
    let mut holding = rows.iter().filter_map(|row| Some((row, row.fleet?)));
    let Some((first, fleet)) = holding.next() else {
        return format!("No GPU of known price holds this target for {} on {model}.{}", lower(&subject), nearest(rows));
    };
    let each = match (fleet.per_person, workload.requirement.people) {
        (Some(each), Some(people)) if people > 1.0 => format!(", {} each", format::usd(each)),
        _ => String::new(),
    };
    let next = holding.next().map_or(String::new(), |(row, fleet)| {
        format!("; the next is {} for {}", what(row, &fleet), format::usd(fleet.month))
    });
    let verb = if matches!(who, Who::Developers(1.0) | Who::Rate(1.0)) { "needs" } else { "need" };
    format!("{subject} on {model} {verb} {} for {} a month{each}{next}.", what(first, &fleet), format::usd(fleet.month))
}

/// `Eight developers with agents`.
fn subject(who: Who, workload: &Workload) -> String {
    let rate = match workload.requirement.busy {
        Busy::Streams(streams) | Busy::Rate(streams) => streams,
    };
    match who {
        Who::Developers(1.0) => "One developer with an agent".into(),
        Who::Developers(count) => format!("{} developers with agents", upper(&in_words(count))),
        Who::Rate(1.0) => "One request a second".into(),
        Who::Rate(_) => format!("{} requests a second", format::amount(rate)),
        Who::Page => format!("{} requests a second, the page's own peak,", format::significant(rate, 3)),
    }
}

/// `four RTX 4090`, or `two groups of four RTX 4090`.
fn what(row: &Row, fleet: &Fleet) -> String {
    let (option, replicas) = (&row.capacity.option, in_words(fleet.replicas as f64));
    match (fleet.replicas, option.gpus) {
        (_, 1) => format!("{replicas} {}", option.gpu.name),
        (1, gpus) => format!("{} {}", in_words(gpus.into()), option.gpu.name),
        (_, gpus) => format!("{replicas} groups of {} {}", in_words(gpus.into()), option.gpu.name),
    }
}

/// What comes nearest, and what would change it.
fn nearest(rows: &[Row]) -> String {
    let near = rows.iter().find(|row| matches!(row.capacity.outcome, SloOutcome::NeverMet { .. }));
    let near =
        near.map_or(String::new(), |row| format!(" Nearest is {}: {}.", row.capacity.option.name(), why_not(row)));
    format!("{near} Raise the target, ask for fewer tokens, or choose smaller weights.")
}

/// A count as one says it: in words up to twelve.
#[must_use]
pub fn in_words(count: f64) -> String {
    let word = WORDS.iter().enumerate().find(|(place, _)| (*place + 1) as f64 == count);
    word.map_or_else(|| format::count(count), |(_, word)| (*word).to_owned())
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}
