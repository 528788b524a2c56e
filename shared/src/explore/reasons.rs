//! The question, its answer in a few words, and two or three reasons, each with its numbers opening.
//!
//! The sentence with the controls in it is `headline`'s; this says what to make of it.

use crate::economics::decision::is_near;
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::explain::{api_key, api_name};
use crate::explore::headline::{Span, same_model_name};
use crate::explore::scenario::Scenario;
use crate::format;

/// `Should you self-host, or pay for GPT-4o?`
#[must_use]
pub fn question(answer: Option<&Answer>) -> String {
    let whom = answer.map_or("an API".into(), |answer| match answer.api.record {
        Some(_) => api_name(&answer.api),
        None => "an API at your price".into(),
    });
    format!("Should you self-host, or pay for {whom}?")
}

/// What to do, in a few words.
#[must_use]
pub fn verdict(answer: &Answer) -> String {
    let ours = answer.bill.total.value();
    let dearer = |api: &ApiAnswer| api.monthly.value() / ours;
    let chosen = dearer(&answer.api);
    let is_less = |times: f64| times < 1.0 && !is_near(times, 1.0);
    let other = answer.same_model().filter(|api| api.record != answer.api.record && is_less(dearer(api)));
    match (chosen, other) {
        (times, _) if is_near(times, 1.0) => "Too close to say.".into(),
        (times, _) if times < 1.0 => "Pay the API: it costs less.".into(),
        (_, Some(api)) => format!("Neither: {} costs less than both.", same_model_name(api)),
        (times, None) if times < 2.0 => "Self-host: it costs less.".into(),
        (times, None) => format!("Self-host: it costs {} times less.", format::times(times)),
    }
}

/// Why: from which volume on, what a million tokens cost, and at which latency.
#[must_use]
pub fn reasons(scenario: &Scenario, answer: &Answer) -> Vec<Vec<Span>> {
    vec![break_even(answer), tokens(answer), latency(scenario, answer)]
}

fn text(words: impl Into<String>) -> Span {
    Span::Text(words.into())
}

fn break_even(answer: &Answer) -> Vec<Span> {
    let name = api_name(&answer.api);
    let opens = format!("break-even/{}", api_key(&answer.api));
    let used = format::percent_of(answer.bill.utilisation);
    let busy = match answer.bill.replicas {
        1 => format!("; the replica is used to {used}."),
        n => format!("; {} replicas are used to {used}.", format::count(n as f64)),
    };
    match answer.api.dearer_from() {
        Some(day) => {
            let from = Span::Verdict { text: format!("{} requests a day", format::significant(day, 3)), opens };
            vec![text(format!("Self-hosting costs less than {name} from ")), from, text(format!(" on{busy}"))]
        }
        None => vec![
            text(format!("Self-hosting costs less than {name} ")),
            Span::Verdict { text: answer.api.never(), opens },
            text(busy),
        ],
    }
}

fn tokens(answer: &Answer) -> Vec<Span> {
    let money = |value, opens: &str| Span::Money { text: format::usd_per_million(value), opens: opens.into() };
    vec![
        text("1M total tokens cost "),
        money(answer.per_million, "per-million"),
        text(" as used, "),
        money(answer.per_million_full, "per-million-full"),
        text(" at full load."),
    ]
}

fn latency(scenario: &Scenario, answer: &Answer) -> Vec<Span> {
    let (streams, which) = (answer.level.concurrency(), scenario.statistic.word());
    let measured = scenario.statistic.of(&answer.level.ttft_ms);
    let mut spans = match measured {
        Some(ttft) => vec![
            text(format!("At {} {which} TTFT is ", format::streams(streams))),
            Span::Verdict { text: format::millis(ttft), opens: format!("ttft/{streams}/{which}") },
        ],
        None => vec![text(format!("The replica runs at {}", format::streams(streams)))],
    };
    let limit = scenario.ttft_limit.filter(|_| measured.is_some());
    spans.push(text(limit.map_or(String::new(), |most| format!(", within {}", format::millis(most)))));
    let stands = answer
        .api
        .record
        .filter(|record| !crate::economics::pricing::is_same_model(record, &answer.run.file.configuration.model));
    spans.push(text(match stands {
        Some(_) => format!("; {} is another model, and quality is not compared here.", api_name(&answer.api)),
        None => ".".into(),
    }));
    spans
}
