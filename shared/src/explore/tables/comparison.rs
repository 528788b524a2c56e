//! This scenario and the one kept beside it, line by line, with the difference in words.

use super::{Cell, Row, Table, in_currency};
use crate::explore::answer::{Answer, NoAnswer, answer};
use crate::explore::explain::{api_key, api_name, level_key, metric_key};
use crate::explore::headline::no_answer;
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::latency::Metric;
use crate::units::{Millis, Usd, UsdPerMillion};

/// One side: its scenario, what follows, and what stands before the ids that open its numbers.
struct Side<'a> {
    scenario: &'a Scenario,
    answer: Result<Answer<'a>, NoAnswer>,
    prefix: &'static str,
}

/// What a side says in a line: its words, the number if it is one, and what it opens.
struct Said {
    text: String,
    number: Option<f64>,
    opens: Option<String>,
}

/// The table; `None` when nothing is kept beside this scenario.
#[must_use]
pub fn comparison(library: &Library, scenario: &Scenario) -> Option<Table> {
    let pinned = scenario.pinned.as_deref()?;
    Some(in_currency(scenario, || {
        let this = Side { scenario, answer: answer(library, scenario), prefix: "" };
        let other = Side { scenario: pinned, answer: answer(library, pinned), prefix: "pinned/" };
        let columns = ["", "This", "Pinned", "This against the pinned one"];
        let mut table = Table::of("comparison", "This scenario and the pinned one", &columns);
        table.rows = LINES.iter().map(|line| row(line, &this, &other)).collect();
        for (name, side) in [("This", &this), ("Pinned", &other)] {
            if let Err(reason) = &side.answer {
                table.note += &format!("{name}: {} ", no_answer(side.scenario, reason));
            }
        }
        table.note = table.note.trim_end().to_owned();
        table
    }))
}

/// A line: its key, its name, what a side says in it, and how a difference is told.
type Line = (&'static str, &'static str, fn(&Side) -> Said, fn(f64) -> String);

const LINES: [Line; 14] = [
    ("run", "Run", run, plain),
    ("gpu-price", "GPU price an hour", gpu_price, money),
    ("demand", "Requests a day", demand, plain),
    ("mix", "Tokens a request", mix, plain),
    ("api", "API", api, plain),
    ("api-monthly", "The API a month", api_monthly, money),
    ("target", "Latency target", target, plain),
    ("replicas", "Replicas", replicas, plain),
    ("monthly", "Self-hosting a month", monthly, money),
    ("per-million", "1M total tokens, as used", per_million, money),
    ("break-even", "Self-hosting costs less", break_even, plain),
    ("level", "Level in use", level, plain),
    ("ttft", "TTFT there", ttft, time),
    ("tpot", "TPOT there", tpot, time),
];

fn row(line: &Line, this: &Side, other: &Side) -> Row {
    let (key, name, says, told) = line;
    let (ours, theirs) = (says(this), says(other));
    let difference = match (ours.number, theirs.number) {
        (Some(ours), Some(theirs)) => difference(ours, theirs, *told),
        _ if ours.text == theirs.text => "the same".into(),
        _ => "another".into(),
    };
    Row {
        key: format!("comparison/{key}"),
        in_use: false,
        cells: vec![Cell::Words((*name).into()), cell(ours, this), cell(theirs, other), Cell::Words(difference)],
    }
}

fn cell(said: Said, side: &Side) -> Cell {
    match said.opens {
        Some(opens) => Cell::opens(said.text, format!("{}{opens}", side.prefix)),
        None => Cell::Words(said.text),
    }
}

/// `$12.00 less (23 %)`, `2.5 times as much`, `the same`.
fn difference(ours: f64, theirs: f64, told: fn(f64) -> String) -> String {
    let by = ours - theirs;
    if by.abs() <= 1e-9 * theirs.abs() {
        return "the same".into();
    }
    let word = if by < 0.0 { "less" } else { "more" };
    let share = match (theirs > 0.0, ours / theirs) {
        (false, _) => String::new(),
        (true, ratio) if ratio >= 2.0 => format!(" ({} times as much)", format::times(ratio)),
        (true, ratio) => format!(" ({})", format::percent_of((ratio - 1.0).abs())),
    };
    format!("{} {word}{share}", told(by.abs()))
}

fn plain(value: f64) -> String {
    format::significant(value, 3)
}

fn money(value: f64) -> String {
    format::usd(Usd::new(value))
}

fn time(value: f64) -> String {
    format::millis(Millis::new(value))
}

fn words(text: impl Into<String>) -> Said {
    Said { text: text.into(), number: None, opens: None }
}

/// What an answer says, or that there is none.
fn of(side: &Side, says: impl FnOnce(&Answer) -> Said) -> Said {
    side.answer.as_ref().map_or_else(|_| words("no answer"), says)
}

fn opened(text: String, number: f64, opens: impl Into<String>) -> Said {
    Said { text, number: Some(number), opens: Some(opens.into()) }
}

fn run(side: &Side) -> Said {
    of(side, |answer| {
        let c = &answer.run.file.configuration;
        words(format!("{} on {} ({})", c.name(), c.replica_name(), answer.run.entry.evidence))
    })
}

fn gpu_price(side: &Side) -> Said {
    of(side, |answer| {
        let price = answer.replica_price;
        opened(format::usd_per_hour(price), price.value(), "gpu-price")
    })
}

fn demand(side: &Side) -> Said {
    of(side, |answer| {
        let day = answer.demand.requests_per_day;
        Said { text: format::significant(day, 4), number: Some(day), opens: None }
    })
}

fn mix(side: &Side) -> Said {
    of(side, |answer| {
        words(format!("{} in, {} out", format::amount(answer.mix.input), format::amount(answer.mix.output)))
    })
}

fn api(side: &Side) -> Said {
    of(side, |answer| words(api_name(&answer.api)))
}

fn api_monthly(side: &Side) -> Said {
    of(side, |answer| {
        let monthly = answer.api.monthly;
        opened(format::usd(monthly), monthly.value(), format!("api/{}", api_key(&answer.api)))
    })
}

fn target(side: &Side) -> Said {
    let which = side.scenario.statistic.word();
    let limits = [("TTFT", side.scenario.ttft_limit), ("TPOT", side.scenario.tpot_limit)];
    let limits =
        limits.into_iter().filter_map(|(name, most)| Some(format!("{which} {name} ≤ {}", format::millis(most?))));
    let limits: Vec<String> = limits.collect();
    words(if limits.is_empty() { "any latency".into() } else { limits.join(", ") })
}

fn replicas(side: &Side) -> Said {
    of(side, |answer| opened(format::count(answer.bill.replicas as f64), answer.bill.replicas as f64, "replicas"))
}

fn monthly(side: &Side) -> Said {
    of(side, |answer| opened(format::usd(answer.bill.total), answer.bill.total.value(), "bill"))
}

fn per_million(side: &Side) -> Said {
    of(side, |answer| {
        let cost: UsdPerMillion<_> = answer.per_million;
        opened(format::usd_per_million(cost), cost.value(), "per-million")
    })
}

fn break_even(side: &Side) -> Said {
    of(side, |answer| Said {
        text: answer.api.cheaper_words(),
        number: answer.api.dearer_from(),
        opens: answer.api.break_even.as_ref().map(|_| format!("break-even/{}", api_key(&answer.api))),
    })
}

fn level(side: &Side) -> Said {
    of(side, |answer| words(answer.level.load.to_string()))
}

fn ttft(side: &Side) -> Said {
    latency(side, Metric::Ttft)
}

fn tpot(side: &Side) -> Said {
    latency(side, Metric::Tpot)
}

fn latency(side: &Side, metric: Metric) -> Said {
    let which = side.scenario.statistic;
    of(side, |answer| match which.of(metric.of(answer.level)) {
        Some(time) => opened(
            format!("{} {}", which.word(), format::millis(time)),
            time.value(),
            format!("{}/{}/{}", metric_key(metric), level_key(answer.level), which.word()),
        ),
        None => words("not measured"),
    })
}
