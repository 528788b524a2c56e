//! Serve, call, or too close to say; and what would flip it.
//!
//! Numbers only; the sentence is `explore::verdict`'s.

use crate::economics::api_bill::Tariff;
use crate::economics::cost::TokenWeights;
use crate::economics::invalid::Invalid;
use crate::economics::model::{Case, Evaluation, WEIGHT_BAND, evaluate};
use crate::economics::sensitivity::{Knob, Outcome};
use crate::units::DAYS_PER_MONTH;

/// Bills that differ by less than this share of the larger one are too close to say: prices and throughput vary by more
/// from one week to the next.
pub const TOO_CLOSE: f64 = 0.1;

/// Inputs that a reader would turn to flip the answer, in the order in which they are told when equally near.
const FLIPPING: [Knob; 7] = [
    Knob::Demand,
    Knob::HostingPrice,
    Knob::Throughput,
    Knob::ApiOutput,
    Knob::ApiInput,
    Knob::FixedCosts,
    Knob::ApiCached,
];

/// A flip further away than this many times is none worth telling.
const FARTHEST: f64 = 100.0;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Serve it yourself.
    Serve,
    /// Call the API.
    Call,
    /// The numbers do not say.
    TooClose,
}

/// What to do, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What to do.
    pub verdict: Verdict,
    /// USD a month that self-hosting saves; less than 0 where it costs more.
    pub saving: f64,
    /// Whether the two bills differ by less than [`TOO_CLOSE`].
    pub near: bool,
    /// What that saving may be, where something about it is uncertain.
    pub range: Option<SavingRange>,
    /// What would flip it, the nearest first.
    pub flips: Vec<Flip>,
}

/// How far the saving may be off, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SavingRange {
    /// USD a month, at least; none where the repeats are so far apart that it may be any loss.
    pub low: Option<f64>,
    /// USD a month, at most.
    pub high: f64,
    /// The level was repeated: its 95 % interval is in the range.
    pub from_repeats: bool,
    /// The mix was not measured: output tokens weighing 1 to 10 prompt tokens are in the range.
    pub from_weights: bool,
}

/// One input at which both sides cost the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flip {
    /// Which.
    pub knob: Knob,
    /// Where it stands.
    pub from: f64,
    /// Where it flips.
    pub to: f64,
}

impl Flip {
    /// How far away it is: the larger of both values over the smaller.
    fn factor(&self) -> f64 {
        (self.to / self.from).max(self.from / self.to)
    }
}

/// Decides between self-hosting and one API.
///
/// # Errors
/// When the case cannot be computed with.
pub fn decide(case: &Case, tariff: &Tariff) -> Result<Decision, Invalid> {
    let evaluation = evaluate(case, std::slice::from_ref(tariff))?;
    let own = evaluation.bill.total().value();
    let api = evaluation.apis.first().map_or(0.0, |api| api.monthly.value());
    let saving = api - own;
    let range = range(case, tariff, saving)?;
    let near = saving.abs() < TOO_CLOSE * own.max(api);
    let verdict = match range {
        _ if near => Verdict::TooClose,
        Some(range) if range.low.is_none_or(|low| low <= 0.0) && range.high >= 0.0 => Verdict::TooClose,
        _ if api > own => Verdict::Serve,
        _ => Verdict::Call,
    };
    let flip = |knob: Knob| match knob {
        // Of demand every flip is known: the ends of the stretches on which self-hosting costs less.
        Knob::Demand => demand_flip(case, &evaluation),
        other => nearest_flip(case, tariff, other),
    };
    let mut flips: Vec<Flip> = FLIPPING.into_iter().filter_map(flip).collect();
    flips.sort_by(|a, b| a.factor().total_cmp(&b.factor()));
    Ok(Decision { verdict, saving, near, range, flips })
}

/// What the saving may be within q's interval, and with other weights where the mix was not measured.
fn range(case: &Case, tariff: &Tariff, saving: f64) -> Result<Option<SavingRange>, Invalid> {
    let from_weights = case.mix != case.served.mix;
    let mut cases = Vec::new();
    let mut open = false;
    if let Some((low, high)) = case.served.interval {
        // A rate that may be nothing may cost anything.
        open = low.value() <= 0.0;
        cases.extend([low, high].into_iter().filter(|rate| rate.value() > 0.0).map(|rate| case.at_rate(rate)));
    }
    if from_weights {
        cases.extend([WEIGHT_BAND.0, WEIGHT_BAND.1].map(|output_to_prompt| Case {
            weights: TokenWeights { output_to_prompt, ..case.weights },
            ..case.clone()
        }));
    }
    let (mut low, mut high) = (saving, saving);
    for other in &cases {
        let saving = Outcome::Saving.of(other, tariff)?.unwrap_or(saving);
        (low, high) = (low.min(saving), high.max(saving));
    }
    let from_repeats = case.served.interval.is_some();
    let low = if open { None } else { Some(low) };
    Ok((!cases.is_empty() || open).then_some(SavingRange { low, high, from_repeats, from_weights }))
}

/// The nearest demand, down or up, at which the other side wins.
fn demand_flip(case: &Case, evaluation: &Evaluation) -> Option<Flip> {
    let found = evaluation.apis.first()?.break_even.as_ref()?;
    let from = case.demand.requests_per_day;
    let ends = found.cheaper.iter().flat_map(|(start, end)| [Some(*start), *end]).flatten();
    // Where the search ended is no flip.
    let ends = ends.filter(|end| Some(*end) != found.searched_to);
    let flips = ends.map(|month| Flip { knob: Knob::Demand, from, to: month / DAYS_PER_MONTH });
    let flips = flips.filter(|flip| flip.to > 0.0 && flip.factor() <= FARTHEST);
    flips.min_by(|a, b| a.factor().total_cmp(&b.factor()))
}

/// The nearest value of an input, down or up, at which the other side wins: looked for in steps of a tenth, so that a
/// narrower window may be stepped over.
fn nearest_flip(case: &Case, tariff: &Tariff, knob: Knob) -> Option<Flip> {
    let from = knob.value(case, tariff).filter(|value| *value > 0.0)?;
    let serves = |value: f64| -> Option<bool> {
        let (case, tariff) = knob.set(case, tariff, value);
        Outcome::Saving.of(&case, &tariff).ok()?.map(|saving| saving > 0.0)
    };
    let now = serves(from)?;
    let toward = |step: f64| {
        let (mut same, mut factor) = (1.0, step);
        while (1.0 / FARTHEST..=FARTHEST).contains(&factor) {
            match serves(from * factor) {
                Some(other) if other != now => return Some(between(same, factor, |f| serves(from * f) == Some(now))),
                Some(_) => (same, factor) = (factor, factor * step),
                None => return None,
            }
        }
        None
    };
    let flips = [toward(1.0 / 1.1), toward(1.1)].into_iter().flatten();
    let flips = flips.map(|factor| Flip { knob, from, to: from * factor });
    flips.min_by(|a, b| a.factor().total_cmp(&b.factor()))
}

/// Where something stops being so, between a place where it is and one where it is not.
fn between(mut is: f64, mut is_not: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..50 {
        let middle = (is + is_not) / 2.0;
        if holds(middle) { is = middle } else { is_not = middle }
    }
    is_not
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
