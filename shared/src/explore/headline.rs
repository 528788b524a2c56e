//! The answer in one sentence, with the controls inside it; also as plain text for titles and social cards.
//!
//! Says what wins and by how much, or that nothing does. Reads well aloud.

use crate::decimal::tidy;
use crate::economics::pricing::is_same_model;
use crate::explore::answer::{Answer, ApiAnswer, NoAnswer};
use crate::explore::controls::{self, Id};
use crate::explore::explain::{api_key, api_name};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::units::Millis;

/// A piece of the sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Span {
    /// Words.
    Text(String),
    /// A number that can be changed in place.
    Number(Id),
    /// The run, which can be changed in place.
    Run(String),
    /// The chosen API, which can be changed in place.
    Api(String),
    /// A dollar that opens its arithmetic.
    Money {
        /// The dollar as text.
        text: String,
        /// Which explanation it opens.
        opens: String,
    },
    /// A comparison that opens the arithmetic of the other side.
    Verdict {
        /// Its words.
        text: String,
        /// Which explanation it opens.
        opens: String,
    },
}

impl Span {
    /// Its words; none of what is changed in place.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Text(text) | Self::Run(text) | Self::Api(text) => text,
            Self::Money { text, .. } | Self::Verdict { text, .. } => text,
            Self::Number(_) => "",
        }
    }

    /// Which explanation it opens; empty for none.
    #[must_use]
    pub fn opens(&self) -> &str {
        match self {
            Self::Money { opens, .. } | Self::Verdict { opens, .. } => opens,
            Self::Text(_) | Self::Run(_) | Self::Api(_) | Self::Number(_) => "",
        }
    }
}

/// The sentence for an answer.
#[must_use]
pub fn headline(answer: &Answer) -> Vec<Span> {
    let text = |words: &str| Span::Text(words.into());
    let configuration = &answer.run.file.configuration;
    let replicas = match answer.bill.replicas {
        1 => format!(" tokens, one {} at ", configuration.replica_name()),
        n => format!(" tokens, {} × {} at ", format::count(n as f64), configuration.replica_name()),
    };
    let mut spans =
        vec![text("At "), Span::Number(Id::Demand), Span::Text(asked(answer)), Span::Number(Id::InputTokens)];
    spans.extend([text(" in and "), Span::Number(Id::OutputTokens), text(" out")]);
    spans.extend([text(&replicas), Span::Number(Id::GpuPrice), text(" an hour running ")]);
    spans.extend([Span::Run(configuration.name()), text(" cost")]);
    spans.push(text(if answer.bill.replicas == 1 { "s " } else { " " }));
    spans.push(Span::Money { text: format::usd(answer.bill.total), opens: "bill".into() });
    if answer.fixed.value() > 0.0 {
        spans.push(Span::Text(format!(" a month, {} of it beside the GPUs: ", format::usd(answer.fixed))));
    } else {
        spans.push(text(" a month: "));
    }
    spans.extend(comparisons(answer));
    spans.push(Span::Text(format!("{}.", api_terms(answer))));
    spans
}

/// The chosen API first, then the others it is held against; the same model elsewhere only if that was not chosen.
fn comparisons(answer: &Answer) -> Vec<Span> {
    let serves_it =
        |api: &ApiAnswer| api.record.is_some_and(|record| is_same_model(record, &answer.run.file.configuration.model));
    let opens = |api: &ApiAnswer| format!("api/{}", api_key(api));
    let verdict = |api: &ApiAnswer| match api.dearer_from() {
        None if serves_it(api) => "at no volume less than".into(),
        _ => against(answer, api),
    };
    // The chosen one is the first of them.
    let mut others = answer.compared().split_off(1);
    others.retain(|api| !serves_it(api) || !serves_it(&answer.api));
    let mut spans = vec![
        Span::Verdict { text: verdict(&answer.api), opens: opens(&answer.api) },
        Span::Text(" ".into()),
        Span::Api(api_name(&answer.api)),
    ];
    for (position, api) in others.iter().enumerate() {
        let last = position + 1 == others.len();
        spans.push(Span::Text(if last { ", and ".into() } else { ", ".into() }));
        let name = if serves_it(api) { same_model_name(api) } else { api_name(api) };
        spans.push(Span::Verdict { text: format!("{} {name}", verdict(api)), opens: opens(api) });
    }
    spans
}

/// ` requests a day of `, with the peak where there is one.
fn asked(answer: &Answer) -> String {
    match answer.demand.shape.peak_to_mean() {
        1.0 => " requests a day of ".into(),
        peak => format!(" requests a day, {} times the mean at the peak, of ", format::times(peak)),
    }
}

/// ` (APIs with 90 % of input cached, 50 % in batches)`, or nothing at list price.
fn api_terms(answer: &Answer) -> String {
    let usage = answer.api_use;
    let mut terms = Vec::new();
    let mut add = |share: f64, words: &str| {
        if share > 0.0 {
            terms.push(format!("{} % {words}", tidy(share * 100.0)));
        }
    };
    add(usage.cached, "of input cached");
    add(usage.written, "of input written to the cache");
    add(usage.batch, "in batches");
    if usage.reasoning > 0.0 {
        terms.push(format!("{} reasoning tokens an output token", usage.reasoning));
    }
    if terms.is_empty() { String::new() } else { format!(" (APIs with {})", terms.join(", ")) }
}

/// `the same model at DeepInfra`.
#[must_use]
pub fn same_model_name(api: &ApiAnswer) -> String {
    api.record.map_or_else(|| api_name(api), |record| format!("the same model at {}", record.seller()))
}

/// `3.8 times less than`, `12 % more than`, `about as much as`.
fn against(answer: &Answer, api: &ApiAnswer) -> String {
    let ratio = answer.bill.total.value() / api.monthly.value();
    let (factor, word) = if ratio < 1.0 { (1.0 / ratio, "less") } else { (ratio, "more") };
    if !factor.is_finite() {
        return "more than".into();
    }
    match factor {
        f if f < 1.03 => "about as much as".into(),
        f if f < 1.5 && word == "more" => format!("{} % more than", format::significant((f - 1.0) * 100.0, 2)),
        f if f < 1.5 => format!("{} % less than", format::significant((1.0 - 1.0 / f) * 100.0, 2)),
        f => format!("{} times {word} than", format::times(f)),
    }
}

/// The sentence when there is no answer: what is the matter and what would change it.
#[must_use]
pub fn no_answer(scenario: &Scenario, reason: &NoAnswer) -> String {
    let which = scenario.statistic.word();
    let limit = |metric: &str, most: Option<Millis>| {
        most.map(|most| format!("{which} {metric} within {}", format::millis(most)))
    };
    let limits = [limit("TTFT", scenario.ttft_limit), limit("TPOT", scenario.tpot_limit)];
    let limits = limits.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    match reason {
        NoAnswer::NoRun if scenario.rehearsals => {
            "There is no run to show yet. Measure a server with `collector sweep`.".into()
        }
        NoAnswer::NoRun => {
            "There is no measured or published run to show. Rehearsals, if there are any, are behind their switch."
                .into()
        }
        NoAnswer::NotLoaded => "The chosen run could not be loaded. Choose another one, or reload the page.".into(),
        NoAnswer::TargetNotHeld { best: Some(best) } => format!(
            "This hardware does not hold the target: no measured level keeps {limits}. The lowest {which} TTFT measured is {}. Raise the target, or choose another run.",
            format::millis(*best)
        ),
        NoAnswer::TargetNotHeld { best: None } => format!("No measured level keeps {limits}."),
        NoAnswer::NotMeasured => format!(
            "This run does not say its {which} TTFT and TPOT, so no level can be judged against the target. Set the \
             target to any, or judge it by another percentile."
        ),
        NoAnswer::NoPrice => "Nobody in the catalogue says what this hardware costs. Set a GPU price.".into(),
    }
}

/// The sentence as plain text.
#[must_use]
pub fn plain(spans: &[Span], scenario: &Scenario, answer: &Answer) -> String {
    let word = |span: &Span| match span {
        Span::Text(text) | Span::Run(text) | Span::Api(text) => text.clone(),
        Span::Money { text, .. } | Span::Verdict { text, .. } => text.clone(),
        Span::Number(id) => {
            let dollar = if *id == Id::GpuPrice { "$" } else { "" };
            format!("{dollar}{}", controls::control(*id, scenario, Some(answer)).inline)
        }
    };
    spans.iter().map(word).collect()
}
