//! Which input moves the answer most: each one turned down and up on its own, the others as they are.
//!
//! Inputs that a case does not have (the years of a rented pod) have no bar.

use crate::decimal::tidy;
use crate::economics::api_bill::Tariff;
use crate::economics::breakeven::BreakEven;
use crate::economics::demand::Shape;
use crate::economics::hosting::HostingOption;
use crate::economics::invalid::{Invalid, within};
use crate::economics::model::{Case, evaluate, monthly_bill, monthly_saving};
pub use crate::economics::parameter::Parameter;
use crate::units::{DAYS_PER_MONTH, Fraction, RequestsPerSecond, TOKENS_PER_PRICE_UNIT};

impl Parameter {
    /// What it may be turned to within a case.
    fn allowed(self, case: &Case) -> (f64, f64) {
        if let Some(range) = case.terms.hosting.parameter_range(self) {
            return range;
        }
        match self {
            Self::Demand => (0.001, 1e12),
            Self::Throughput => (1e-9, 1e9),
            Self::InputTokens | Self::OutputTokens => (0.0, 1e8),
            Self::OutputWeight => (0.01, 1000.0),
            Self::ApiReasoning => (0.0, 1000.0),
            Self::PeakToMean => (1.0, 24.0),
            Self::Headroom => (0.01, 1.0),
            Self::ApiCached => (0.0, tidy(1.0 - case.api_use.written)),
            Self::ApiBatch => (0.0, 1.0),
            _ => (0.0, f64::MAX),
        }
    }

    /// Where it stands. `None` when the case does not have it, or it is a price or an amount of 0.
    #[must_use]
    pub fn value(self, case: &Case, tariff: &Tariff) -> Option<f64> {
        let (extras, terms) = (&case.terms.extras, &case.terms);
        let value = match self {
            Self::Throughput => case.served.rate.value(),
            Self::Demand => case.demand.requests_per_day,
            Self::PeakToMean => match case.demand.shape {
                Shape::PeakToMean(ratio) => ratio,
                Shape::Flat | Shape::Hourly(_) => return None,
            },
            Self::InputTokens => case.mix.input,
            Self::OutputTokens => case.mix.output,
            // It only counts where the mix is not the measured one.
            Self::OutputWeight if case.mix == case.served.mix => return None,
            Self::OutputWeight => case.weights.output_to_prompt,
            Self::Headroom => terms.fleet.headroom.value(),
            Self::FixedCosts => extras.fixed_per_month().value(),
            Self::Storage => extras.storage_per_replica(),
            Self::Egress => terms.extras.egress_per_request(),
            Self::ApiInput => tariff.at(case.mix.input).input.value(),
            Self::ApiOutput => tariff.at(case.mix.input).output.value(),
            Self::ApiCached if tariff.at(case.mix.input).cached == tariff.at(case.mix.input).input => return None,
            Self::ApiCached => case.api_use.cached,
            Self::ApiBatch if !tariff.has_batch() => return None,
            Self::ApiBatch => case.api_use.batch,
            Self::ApiReasoning => case.api_use.reasoning,
            of_hosting => terms.hosting.parameter(of_hosting)?,
        };
        (value > 0.0 || self.is_share()).then_some(value)
    }

    /// The same case and prices with it set to another value.
    #[must_use]
    pub fn set(self, case: &Case, tariff: &Tariff, value: f64) -> (Case, Tariff) {
        let (mut case, mut tariff) = (case.clone(), tariff.clone());
        let from = self.value(&case, &tariff).unwrap_or(value);
        let factor = if from > 0.0 { value / from } else { 1.0 };
        let share = |value: f64| Fraction::new(value.clamp(0.0, 1.0)).unwrap_or(Fraction::ONE);
        let extras = &mut case.terms.extras;
        match self {
            Self::Throughput => case = case.at_rate(RequestsPerSecond::new(value)),
            Self::Demand => case.demand.requests_per_day = value,
            Self::PeakToMean => case.demand.shape = Shape::PeakToMean(value),
            Self::InputTokens => {
                case.mix.cached *= factor;
                case.mix.input = value;
            }
            Self::OutputTokens => case.mix.output = value,
            Self::OutputWeight => case.weights.output_to_prompt = value,
            Self::Headroom => case.terms.fleet.headroom = share(value),
            Self::FixedCosts => {
                extras.operations_per_month *= factor;
                extras.engineer_share *= factor;
                extras.one_off *= factor;
            }
            Self::Storage => extras.storage_usd_per_gb_month *= factor,
            Self::Egress => extras.egress_usd_per_gb *= factor,
            Self::ApiInput => tariff = tariff.times(factor, 1.0),
            Self::ApiOutput => tariff = tariff.times(1.0, factor),
            Self::ApiCached => case.api_use.cached = value.clamp(0.0, tidy(1.0 - case.api_use.written)),
            Self::ApiBatch => case.api_use.batch = value.clamp(0.0, 1.0),
            Self::ApiReasoning => case.api_use.reasoning = value,
            of_hosting => case.terms.hosting.set_parameter(of_hosting, value, factor),
        }
        (case, tariff)
    }
}

/// What is looked at while an input turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// USD a month that self-hosting saves against the API; less than 0 where it costs more.
    Saving,
    /// USD a month of self-hosting.
    Bill,
    /// Requests a day from which self-hosting costs less.
    BreakEven,
    /// USD per million total tokens, as used.
    PerMillion,
}

impl Outcome {
    /// What comes out. `Ok(None)`: there is none, as of a break-even at no volume.
    ///
    /// # Errors
    /// When an input cannot be computed with.
    pub fn of(self, case: &Case, tariff: &Tariff) -> Result<Option<f64>, Invalid> {
        let bill = || monthly_bill(case).map(|bill| bill.total().value());
        Ok(match self {
            Self::Saving => Some(monthly_saving(case, tariff)?),
            Self::Bill => Some(bill()?),
            Self::PerMillion => Some(bill()? * TOKENS_PER_PRICE_UNIT / (case.demand.per_month() * case.mix.total())),
            // The only one that needs a walk along the whole bill.
            Self::BreakEven => {
                let evaluation = evaluate(case, std::slice::from_ref(tariff))?;
                let found = evaluation.apis.first().and_then(|api| api.break_even.as_ref());
                found.and_then(BreakEven::first).map(|requests| requests / DAYS_PER_MONTH)
            }
        })
    }
}

/// One input turned down and up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Which.
    pub parameter: Parameter,
    /// Where it stands.
    pub base: f64,
    /// Where it was turned to, down and up.
    pub ends: (f64, f64),
    /// What came out there; none where nothing can come out.
    pub outcomes: (Option<f64>, Option<f64>),
}

impl Bar {
    /// How far the outcome moves: infinitely where it vanishes.
    #[must_use]
    pub fn swing(&self) -> f64 {
        match self.outcomes {
            (Some(low), Some(high)) => (high - low).abs(),
            (None, None) => 0.0,
            _ => f64::INFINITY,
        }
    }
}

/// Turns every input of a case down and up by a share (of itself; shares by so many points), the widest bar first.
///
/// An end that the input does not allow is drawn in to the nearest that it does. `share` lies between 0.001 and 0.99.
///
/// # Errors
/// When the case itself cannot be computed with, or `share` lies outside.
pub fn tornado(case: &Case, tariff: &Tariff, outcome: Outcome, share: f64) -> Result<Vec<Bar>, Invalid> {
    within("by", share, 0.001, 0.99)?;
    outcome.of(case, tariff)?;
    let turned = |parameter: Parameter| {
        let base = parameter.value(case, tariff)?;
        let (low, high) = if parameter.is_share() {
            (base - share, base + share)
        } else {
            (base * (1.0 - share), base * (1.0 + share))
        };
        let (least, most) = parameter.allowed(case);
        let (low, high) = (low.max(least), high.min(most));
        let at = |value: f64| {
            let (case, tariff) = parameter.set(case, tariff, value);
            outcome.of(&case, &tariff)
        };
        // An end that is refused says nothing about the input; its bar is left out.
        let outcomes = (at(low).ok()?, at(high).ok()?);
        Some(Bar { parameter, base, ends: (low, high), outcomes })
    };
    let mut bars: Vec<Bar> = Parameter::ALL.into_iter().filter_map(turned).collect();
    bars.sort_by(|a, b| b.swing().total_cmp(&a.swing()));
    Ok(bars)
}

#[cfg(test)]
#[path = "sensitivity_tests.rs"]
mod tests;
