//! Self-host, call the API, or too close to say: the one rule by which the command line and the page decide.
//!
//! Numbers only; words are `explore`'s. What would flip a decision is `flips`'.

use crate::economics::api_bill::Tariff;
use crate::economics::cost::TokenWeights;
use crate::economics::hosting::HostingOption;
use crate::economics::invalid::Invalid;
use crate::economics::model::{Case, Comparison, Evaluation, WEIGHT_BAND, monthly_saving};

/// Bills that differ by less than this share of the larger one are too close to say: prices and throughput vary by more
/// from one week to the next.
pub const TOO_CLOSE: f64 = 0.1;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Serve the model yourself.
    SelfHost,
    /// Call the API.
    CallApi,
    /// The numbers do not say.
    TooClose,
}

/// What to do, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// What to do.
    pub verdict: Verdict,
    /// USD a month that self-hosting saves; less than 0 where it costs more.
    pub saving: f64,
    /// Whether the two bills differ by less than [`TOO_CLOSE`].
    pub near: bool,
    /// What that saving may be, where something about it is uncertain.
    pub range: Option<SavingRange>,
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

/// Decides between self-hosting and an API. `evaluation` is the case's, `api` what the API of this tariff asks.
///
/// # Errors
/// When the case cannot be computed with.
pub fn decide<H: HostingOption>(
    case: &Case<H>,
    evaluation: &Evaluation,
    tariff: &Tariff,
    api: &Comparison,
) -> Result<Decision, Invalid> {
    let (own, api) = (evaluation.bill.total().value(), api.monthly.value());
    let saving = api - own;
    let range = range(case, tariff, saving)?;
    let near = is_near(own, api);
    let verdict = match range {
        _ if near => Verdict::TooClose,
        Some(range) if range.low.is_none_or(|low| low <= 0.0) && range.high >= 0.0 => Verdict::TooClose,
        _ if api > own => Verdict::SelfHost,
        _ => Verdict::CallApi,
    };
    Ok(Decision { verdict, saving, near, range })
}

/// Whether two bills differ by less than [`TOO_CLOSE`] of the larger one.
#[must_use]
pub fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() < TOO_CLOSE * one.max(other)
}

/// What the saving may be within q's interval, and with other weights where the mix was not measured.
fn range<H: HostingOption>(case: &Case<H>, tariff: &Tariff, saving: f64) -> Result<Option<SavingRange>, Invalid> {
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
        let saving = monthly_saving(other, tariff)?;
        (low, high) = (low.min(saving), high.max(saving));
    }
    let from_repeats = case.served.interval.is_some();
    let low = if open { None } else { Some(low) };
    Ok((!cases.is_empty() || open).then_some(SavingRange { low, high, from_repeats, from_weights }))
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
