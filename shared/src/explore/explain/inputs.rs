//! The numbers that go into others, each with where it comes from: a file and its hash, a dated price, or the reader.

use super::{Input, RESULTS};
use crate::date::Date;
use crate::economics::pricing;
use crate::explore::answer::Answer;
use crate::explore::library::{Library, Run, is_yours};
use crate::format;
use crate::store::prices::Dated;
use crate::units::DAYS_PER_MONTH;

/// What a file of the reader's is called where a source is told.
pub(super) const YOUR_FILE: &str = "your own file";

pub(super) fn gpu_input(library: &Library, answer: &Answer) -> Input {
    let (source, link) = match answer.gpu_price {
        Some(record) => {
            let source = price_source(&format!("{} {}", record.provider, record.tier), record, library.today);
            (source, web_link(&record.source))
        }
        None => ("set by you".into(), None),
    };
    Input {
        name: "Price of one replica".into(),
        value: format!("{} USD/h", answer.replica_price.value()),
        source,
        link,
    }
}

pub(super) fn replicas_input(answer: &Answer) -> Input {
    Input {
        name: "Replicas".into(),
        value: format::count(answer.bill.replicas as f64),
        source: format!(
            "demand{} / (planned load {} × {} requests/s), rounded up",
            match answer.demand.shape.peak_to_mean() {
                1.0 => String::new(),
                peak => format!(" × {peak} at the peak"),
            },
            format::percent(answer.replica.headroom),
            format::significant(answer.replica.rate.value(), 4)
        ),
        link: None,
    }
}

pub(super) fn rate_input(answer: &Answer) -> Input {
    let streams = format::streams(answer.level.concurrency());
    let measured = answer.mix == answer.measured_mix;
    let how = if measured { "measured" } else { "scaled from the measured mix, so estimated," };
    Input {
        name: format!("Requests a second at {streams}"),
        value: answer.replica.rate.value().to_string(),
        source: format!("{how} at {streams}; {}", run_source(answer.run)),
        link: file_link(answer.run),
    }
}

pub(super) fn demand_input(answer: &Answer) -> Input {
    let day = answer.demand.requests_per_day;
    Input {
        name: "Requests a month".into(),
        value: format::significant(answer.demand.per_month(), 6),
        source: format!(
            "{} a day × {DAYS_PER_MONTH:.4} days (730 h); {}",
            format::significant(day, 6),
            if answer.pinned { "follows from the utilisation you pinned" } else { "set by you" }
        ),
        link: None,
    }
}

pub(super) fn mix_input(answer: &Answer) -> Input {
    let mix = answer.mix;
    let measured = mix == answer.measured_mix;
    Input {
        name: "Tokens a request".into(),
        value: format!("{} in + {} out", format::significant(mix.input, 4), format::significant(mix.output, 4)),
        source: if measured { format!("mean of the run; {}", run_source(answer.run)) } else { "set by you".into() },
        link: file_link(answer.run).filter(|_| measured),
    }
}

/// `published 2026-05-29, a5000-bf16.json, sha256 1a2b3c4d5e6f`
pub(super) fn run_source(run: Run) -> String {
    let short = run.entry.sha256.get(..12).unwrap_or(&run.entry.sha256);
    let name = if is_yours(run.entry) { YOUR_FILE.into() } else { format!("{}.json", run.entry.id) };
    format!("{} {}, {name}, sha256 {short}", run.entry.evidence, run.entry.date)
}

/// A link to the run's raw file; none to one of the reader's own.
pub(super) fn file_link(run: Run) -> Option<String> {
    (!is_yours(run.entry)).then(|| raw_link(run))
}

/// A number that stands in the run's file.
pub(super) fn file_input(run: Run, name: &str, value: String) -> Input {
    Input { name: name.into(), value, source: run_source(run), link: file_link(run) }
}

/// Where the run's raw file is, relative to the page.
#[must_use]
pub fn raw_link(run: Run) -> String {
    format!("{RESULTS}{}", run.entry.path)
}

pub(super) fn price_source(what: &str, record: &impl Dated, today: Date) -> String {
    format!("{what}, read {} ({})", record.read_on(), age_words(record, today))
}

/// How long ago a price was read: `30 days ago`, `120 days ago, stale`.
#[must_use]
pub fn age_words(record: &impl Dated, today: Date) -> String {
    let (days, stale) = pricing::age(record, today);
    let ago = match days {
        ..=0 => "today".into(),
        1 => "1 day ago".into(),
        days => format!("{days} days ago"),
    };
    format!("{ago}{}", if stale { ", stale" } else { "" })
}

pub(super) fn web_link(source: &str) -> Option<String> {
    source.starts_with("https://").then(|| source.to_owned())
}
