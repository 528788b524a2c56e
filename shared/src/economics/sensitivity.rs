//! Which input moves the answer most: each one turned down and up on its own, the others as they are.
//!
//! Inputs that a case does not have (the years of a rented pod) have no bar.

use crate::decimal::tidy;
use crate::economics::api_bill::Tariff;
use crate::economics::breakeven::BreakEven;
use crate::economics::demand::Shape;
use crate::economics::hosting::{Hosting, Pods};
use crate::economics::invalid::{Invalid, within};
use crate::economics::model::{Case, evaluate, monthly_bill};
use crate::units::{DAYS_PER_MONTH, Fraction, RequestsPerSecond, TOKENS_PER_PRICE_UNIT, Usd, UsdPerHour, UsdPerKwh};

/// An input that can be turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knob {
    /// Price of one replica on demand, or of a serverless second, or of a machine.
    HostingPrice,
    /// Requests a second that one replica serves.
    Throughput,
    /// Requests a day.
    Demand,
    /// The busiest hour over the mean.
    PeakToMean,
    /// Prompt tokens a request.
    InputTokens,
    /// Output tokens a request.
    OutputTokens,
    /// rho.
    OutputWeight,
    /// theta.
    Headroom,
    /// What is paid every month beside replicas: operations, an engineer, what is paid once.
    FixedCosts,
    /// Price of stored data.
    Storage,
    /// Price of what is sent out.
    Egress,
    /// What a reservation takes off.
    ReservedDiscount,
    /// Work that a spot replica does twice.
    SpotRedo,
    /// Seconds a serverless worker needs to start.
    ColdStart,
    /// Seconds a serverless worker waits.
    IdleTimeout,
    /// Years a bought machine is used.
    Years,
    /// What its capital costs.
    Interest,
    /// What it is sold for.
    Residual,
    /// Price of electricity.
    Electricity,
    /// Room and connection of a bought machine.
    Colocation,
    /// The API's price of input.
    ApiInput,
    /// The API's price of output.
    ApiOutput,
    /// Share of the input that the API's cache holds.
    ApiCached,
    /// Share of the requests that go through the batch API.
    ApiBatch,
    /// Reasoning tokens for each output token.
    ApiReasoning,
}

impl Knob {
    /// Every input, in the order of the model.
    pub const ALL: [Self; 25] = [
        Self::HostingPrice,
        Self::Throughput,
        Self::Demand,
        Self::PeakToMean,
        Self::InputTokens,
        Self::OutputTokens,
        Self::OutputWeight,
        Self::Headroom,
        Self::FixedCosts,
        Self::Storage,
        Self::Egress,
        Self::ReservedDiscount,
        Self::SpotRedo,
        Self::ColdStart,
        Self::IdleTimeout,
        Self::Years,
        Self::Interest,
        Self::Residual,
        Self::Electricity,
        Self::Colocation,
        Self::ApiInput,
        Self::ApiOutput,
        Self::ApiCached,
        Self::ApiBatch,
        Self::ApiReasoning,
    ];

    /// Whether it is a share of something, which is turned by points instead of percent: 0 can be turned up as well.
    #[must_use]
    pub fn is_share(self) -> bool {
        matches!(
            self,
            Self::Headroom
                | Self::ReservedDiscount
                | Self::SpotRedo
                | Self::Interest
                | Self::ApiCached
                | Self::ApiBatch
        )
    }

    /// What it may be turned to within a case.
    fn allowed(self, case: &Case) -> (f64, f64) {
        let (price, capital) = match &case.terms.hosting {
            Hosting::Pods(_) => ((0.0001, 10_000.0), f64::MAX),
            Hosting::Serverless(_) => ((1e-9, 10.0), f64::MAX),
            Hosting::Bought(bought) => ((1.0, 1e9), bought.capital.value()),
        };
        match self {
            Self::HostingPrice => price,
            Self::Demand => (0.001, 1e12),
            Self::Throughput => (1e-9, 1e9),
            Self::InputTokens | Self::OutputTokens => (0.0, 1e8),
            Self::OutputWeight => (0.01, 1000.0),
            Self::ColdStart => (0.0, 36_000.0),
            Self::IdleTimeout => (0.0, 86_400.0),
            Self::ApiReasoning => (0.0, 1000.0),
            Self::Electricity => (0.0, 10.0),
            Self::Colocation => (0.0, 1e7),
            Self::ReservedDiscount => (0.0, 0.99),
            Self::PeakToMean => (1.0, 24.0),
            Self::Headroom => (0.01, 1.0),
            Self::ApiCached => (0.0, tidy(1.0 - case.api_use.written)),
            Self::ApiBatch | Self::Interest => (0.0, 1.0),
            Self::SpotRedo => (0.0, 10.0),
            Self::Years => (0.1, 30.0),
            Self::Residual => (0.0, capital),
            _ => (0.0, f64::MAX),
        }
    }

    /// Where it stands. `None` when the case does not have it, or it is a price or an amount of 0.
    #[must_use]
    pub fn value(self, case: &Case, tariff: &Tariff) -> Option<f64> {
        let (extras, terms) = (&case.terms.extras, &case.terms);
        let pods = match &terms.hosting {
            Hosting::Pods(pods) => Some(*pods),
            Hosting::Serverless(_) | Hosting::Bought(_) => None,
        };
        let bought = match &terms.hosting {
            Hosting::Bought(bought) => Some(*bought),
            Hosting::Pods(_) | Hosting::Serverless(_) => None,
        };
        let serverless = match &terms.hosting {
            Hosting::Serverless(serverless) => Some(*serverless),
            Hosting::Pods(_) | Hosting::Bought(_) => None,
        };
        let value = match self {
            Self::HostingPrice => match &terms.hosting {
                // What is rented is what is turned: spot where there is spot.
                Hosting::Pods(pods) => pods.spot.map_or(pods.price, |spot| spot.price).value(),
                Hosting::Serverless(terms) => terms.usd_per_second,
                Hosting::Bought(bought) => bought.capital.value(),
            },
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
            Self::Egress => terms.egress_per_request(),
            Self::ReservedDiscount => pods?.reserved?.discount.value(),
            Self::SpotRedo => pods?.spot?.redo,
            Self::ColdStart => serverless?.cold_start_s,
            Self::IdleTimeout => serverless?.idle_timeout_s,
            Self::Years => bought?.years,
            Self::Interest => bought?.interest,
            Self::Residual => bought?.residual.value(),
            Self::Electricity => bought?.electricity.value(),
            Self::Colocation => bought?.colocation_per_month.value(),
            Self::ApiInput => tariff.at(case.mix.input).input.value(),
            Self::ApiOutput => tariff.at(case.mix.input).output.value(),
            Self::ApiCached if tariff.at(case.mix.input).cached == tariff.at(case.mix.input).input => return None,
            Self::ApiCached => case.api_use.cached,
            Self::ApiBatch if !tariff.has_batch() => return None,
            Self::ApiBatch => case.api_use.batch,
            Self::ApiReasoning => case.api_use.reasoning,
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
            Self::HostingPrice => scale_hosting(&mut case.terms.hosting, factor),
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
            Self::ReservedDiscount | Self::SpotRedo => {
                if let Hosting::Pods(Pods { reserved, spot, .. }) = &mut case.terms.hosting {
                    match (self, reserved, spot) {
                        (Self::ReservedDiscount, Some(reserved), _) => reserved.discount = share(value),
                        (Self::SpotRedo, _, Some(spot)) => spot.redo = value.max(0.0),
                        _ => {}
                    }
                }
            }
            Self::ColdStart | Self::IdleTimeout => {
                if let Hosting::Serverless(terms) = &mut case.terms.hosting {
                    let seconds =
                        if self == Self::ColdStart { &mut terms.cold_start_s } else { &mut terms.idle_timeout_s };
                    *seconds = value;
                }
            }
            Self::Years | Self::Interest | Self::Residual | Self::Electricity | Self::Colocation => {
                if let Hosting::Bought(bought) = &mut case.terms.hosting {
                    match self {
                        Self::Years => bought.years = value,
                        Self::Interest => bought.interest = value.max(0.0),
                        Self::Residual => bought.residual = Usd::new(value),
                        Self::Electricity => bought.electricity = UsdPerKwh::new(value),
                        _ => bought.colocation_per_month = Usd::new(value),
                    }
                }
            }
            Self::ApiInput => tariff = tariff.times(factor, 1.0),
            Self::ApiOutput => tariff = tariff.times(1.0, factor),
            Self::ApiCached => case.api_use.cached = value.clamp(0.0, tidy(1.0 - case.api_use.written)),
            Self::ApiBatch => case.api_use.batch = value.clamp(0.0, 1.0),
            Self::ApiReasoning => case.api_use.reasoning = value,
        }
        (case, tariff)
    }
}

fn scale_hosting(hosting: &mut Hosting, factor: f64) {
    match hosting {
        Hosting::Pods(pods) => {
            pods.price = UsdPerHour::new(pods.price.value() * factor);
            if let Some(spot) = &mut pods.spot {
                spot.price = UsdPerHour::new(spot.price.value() * factor);
            }
        }
        Hosting::Serverless(terms) => {
            terms.usd_per_second *= factor;
            terms.active = terms.active.map(|(workers, usd)| (workers, usd * factor));
        }
        Hosting::Bought(bought) => {
            bought.capital = Usd::new(bought.capital.value() * factor);
            bought.residual = Usd::new(bought.residual.value() * factor);
        }
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
        if self == Self::BreakEven {
            let evaluation = evaluate(case, std::slice::from_ref(tariff))?;
            let found = evaluation.apis.first().and_then(|api| api.break_even.as_ref());
            return Ok(found.and_then(BreakEven::first).map(|requests| requests / DAYS_PER_MONTH));
        }
        // The others need no walk along the whole bill.
        let (bill, volume) = (monthly_bill(case)?.total().value(), case.demand.per_month());
        Ok(Some(match self {
            Self::Saving => tariff.request(case.mix, case.api_use).value() * volume - bill,
            Self::PerMillion => bill * TOKENS_PER_PRICE_UNIT / (volume * case.mix.total()),
            Self::Bill | Self::BreakEven => bill,
        }))
    }
}

/// One input turned down and up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Which.
    pub knob: Knob,
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
    let turned = |knob: Knob| {
        let base = knob.value(case, tariff)?;
        let (low, high) =
            if knob.is_share() { (base - share, base + share) } else { (base * (1.0 - share), base * (1.0 + share)) };
        let (least, most) = knob.allowed(case);
        let (low, high) = (low.max(least), high.min(most));
        let at = |value: f64| {
            let (case, tariff) = knob.set(case, tariff, value);
            outcome.of(&case, &tariff)
        };
        // An end that is refused says nothing about the input; its bar is left out.
        let outcomes = (at(low).ok()?, at(high).ok()?);
        Some(Bar { knob, base, ends: (low, high), outcomes })
    };
    let mut bars: Vec<Bar> = Knob::ALL.into_iter().filter_map(turned).collect();
    bars.sort_by(|a, b| b.swing().total_cmp(&a.swing()));
    Ok(bars)
}

#[cfg(test)]
#[path = "sensitivity_tests.rs"]
mod tests;
