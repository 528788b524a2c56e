//! The whole model in one call: a case in, every number out. What cannot be computed with is refused by name.
//!
//! Numbers only. The page's quick answer, the command line and the tables of the README are views of this.

use crate::economics::api_bill::{ApiUse, Tariff};
use crate::economics::bill::Bill;
use crate::economics::breakeven::BillCurve;
use crate::economics::breakeven::BreakEven;
use crate::economics::cost::{self, Mix, Split, TokenWeights};
use crate::economics::demand::Demand;
use crate::economics::hosting::{Hosting, HostingOption};
use crate::economics::invalid::{Invalid, within};
use crate::economics::replica::full_load_per_month;
use crate::economics::serverless::Depths;
use crate::economics::terms::Terms;
use crate::units::{HOURS_PER_MONTH, RequestsPerSecond, Total, Usd, UsdPerHour, UsdPerMillion, UsdPerRequest};

/// The smallest and largest weight of an output token that is worth showing when it was not fitted.
pub const WEIGHT_BAND: (f64, f64) = (1.0, 10.0);

/// Everything that one evaluation takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Case<H = Hosting> {
    /// What one replica serves.
    pub served: Served,
    /// Tokens of a demanded request.
    pub mix: Mix,
    /// How much work tokens are, relative to each other.
    pub weights: TokenWeights,
    /// Requests wanted.
    pub demand: Demand,
    /// How replicas are paid for, how many there are, and what comes beside.
    pub terms: Terms<H>,
    /// How the same requests would be sent to an API.
    pub api_use: ApiUse,
}

/// What one replica serves, as measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// q: requests a second at the operating point.
    pub rate: RequestsPerSecond,
    /// Tokens of a measured request.
    pub mix: Mix,
    /// What it completes at each depth of its batch, up to the operating point: for serverless workers.
    pub depths: Depths,
    /// q's 95 % interval, where the level was repeated.
    pub interval: Option<(RequestsPerSecond, RequestsPerSecond)>,
}

/// Every number.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// q': requests a second of the demanded mix at full load of one replica.
    pub rate: RequestsPerSecond,
    /// The monthly bill.
    pub bill: Bill,
    /// Costs at full load of one replica.
    pub full_load: FullLoad,
    /// USD of a request, as used: the bill over the requests.
    pub per_request: UsdPerRequest,
    /// USD per million total tokens, as used.
    pub per_million: UsdPerMillion<Total>,
    /// The same requests on each API, in the order they were given.
    pub apis: Vec<Comparison>,
}

/// What tokens and requests cost when a replica never idles, without what is paid beside replicas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FullLoad {
    /// P: an hour of one replica, as paid on average.
    pub price: UsdPerHour,
    /// c_req.
    pub per_request: UsdPerRequest,
    /// c_in, c_hit and c_out.
    pub split: Split,
    /// USD per million total tokens.
    pub per_million: UsdPerMillion<Total>,
}

/// The same requests on an API.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// a_req.
    pub request: UsdPerRequest,
    /// The demand, for a month.
    pub monthly: Usd,
    /// USD per million total tokens of this mix.
    pub per_million: UsdPerMillion<Total>,
    /// Where self-hosting costs less. `None` for a free API.
    pub break_even: Option<BreakEven>,
}

impl<H: HostingOption> Case<H> {
    /// Whether every input is one that can be computed with.
    ///
    /// # Errors
    /// The first that is not, by name, with what it may be.
    pub fn check(&self) -> Result<(), Invalid> {
        within("requests_per_second", self.served.rate.value(), 1e-9, 1e9)?;
        mix("measured_", self.served.mix)?;
        mix("", self.mix)?;
        within("output_weight", self.weights.output_to_prompt, 0.01, 1000.0)?;
        within("cached_weight", self.weights.cached_to_prompt, 0.0, 1.0)?;
        self.demand.checked()?;
        self.terms.hosting.check()?;
        self.terms.fleet.checked()?;
        self.terms.extras.checked()?;
        self.api_use.checked()?;
        Ok(())
    }

    /// q': what one replica serves of the demanded mix, `q w(measured) / w(demanded)`. Measured where both are equal.
    #[must_use]
    pub fn rate(&self) -> RequestsPerSecond {
        self.scaled(self.served.rate)
    }

    fn scaled(&self, rate: RequestsPerSecond) -> RequestsPerSecond {
        if self.mix == self.served.mix {
            return rate;
        }
        cost::rescaled_rate(rate, self.served.mix, self.mix, self.weights).unwrap_or(rate)
    }

    /// The bill as a function of volume.
    #[must_use]
    pub fn curve(&self) -> H::Curve {
        let factor = self.rate().value() / self.served.rate.value();
        self.terms.curve(&self.demand, self.rate(), &self.served.depths.times(factor))
    }

    /// The same case with replicas paid for in another way.
    #[must_use]
    pub fn with_hosting<G>(&self, hosting: G) -> Case<G> {
        let Terms { fleet, extras, .. } = self.terms;
        Case {
            served: self.served.clone(),
            mix: self.mix,
            weights: self.weights,
            demand: self.demand.clone(),
            terms: Terms { hosting, fleet, extras },
            api_use: self.api_use,
        }
    }

    /// The same case with another measured rate, its depths in proportion: for the ends of an interval.
    #[must_use]
    pub fn at_rate(&self, rate: RequestsPerSecond) -> Self {
        let factor = rate.value() / self.served.rate.value();
        let served = Served { rate, depths: self.served.depths.times(factor), ..self.served.clone() };
        Self { served, ..self.clone() }
    }
}

fn mix(measured: &'static str, mix: Mix) -> Result<(), Invalid> {
    let name = |demanded: &'static str, of_run: &'static str| if measured.is_empty() { demanded } else { of_run };
    within(name("input_tokens", "measured_input_tokens"), mix.input, 0.0, 1e8)?;
    within(name("output_tokens", "measured_output_tokens"), mix.output, 0.0, 1e8)?;
    within(name("cached_tokens", "measured_cached_tokens"), mix.cached, 0.0, mix.input)?;
    within(name("tokens_per_request", "measured_tokens_per_request"), mix.total(), 1e-3, 2e8)?;
    Ok(())
}

/// Works everything out.
///
/// ```
/// use shared::economics::api_bill::{ApiUse, Tariff};
/// use shared::economics::terms::Terms;
/// use shared::economics::cost::{Mix, TokenWeights};
/// use shared::economics::demand::Demand;
/// use shared::economics::hosting::{Extras, Fleet, Hosting, Pods};
/// use shared::economics::model::{Case, Served, evaluate};
/// use shared::economics::serverless::Depths;
/// use shared::units::{RequestsPerSecond, UsdPerHour, UsdPerMillion};
/// let (rate, mix) = (RequestsPerSecond::new(4.0), Mix { input: 215.0, cached: 0.0, output: 189.0 });
/// let case = Case {
///     served: Served { rate, mix, depths: Depths::new([(32.0, 4.0)]), interval: None },
///     mix,
///     weights: TokenWeights::default(),
///     demand: Demand::flat(10_000.0),
///     terms: Terms {
///         hosting: Hosting::Pods(Pods::on_demand(UsdPerHour::new(0.27))),
///         fleet: Fleet::default(),
///         extras: Extras::default(),
///     },
///     api_use: ApiUse::default(),
/// };
/// let evaluation = evaluate(&case, &[Tariff::plain(UsdPerMillion::new(2.5), UsdPerMillion::new(10.0))])?;
/// assert!((evaluation.bill.total().value() - 197.1).abs() < 1e-9);
/// assert!(evaluation.apis[0].break_even.as_ref().is_some_and(|found| found.utilisation < 0.01));
/// # Ok::<(), shared::economics::invalid::Invalid>(())
/// ```
///
/// # Errors
/// When an input is none, is not a number or is absurd: the field, and what it may be.
pub fn evaluate<H: HostingOption>(case: &Case<H>, apis: &[Tariff]) -> Result<Evaluation, Invalid> {
    case.check()?;
    let (rate, volume) = (case.rate(), case.demand.per_month());
    let curve = case.curve();
    let bill = case.terms.bill(&case.demand, rate, &curve);
    let total = bill.total();
    let full_load = full_load(case, rate, &bill)?;
    let per_request = UsdPerRequest::new(total.value() / volume);
    let million =
        |request: UsdPerRequest| cost::per_million_of_request(request, case.mix).unwrap_or(UsdPerMillion::new(0.0));
    let requests: Vec<UsdPerRequest> = apis.iter().map(|tariff| tariff.request(case.mix, case.api_use)).collect();
    let break_evens = curve.break_evens(full_load.per_request, &requests);
    let compare = |(request, break_even): (UsdPerRequest, Option<BreakEven>)| Comparison {
        request,
        monthly: Usd::new(request.value() * volume),
        per_million: million(request),
        break_even,
    };
    Ok(Evaluation {
        rate,
        full_load,
        per_request,
        per_million: million(per_request),
        apis: requests.into_iter().zip(break_evens).map(compare).collect(),
        bill,
    })
}

/// The bill alone, for who needs no more of it.
///
/// # Errors
/// As [`evaluate`].
pub fn monthly_bill<H: HostingOption>(case: &Case<H>) -> Result<Bill, Invalid> {
    case.check()?;
    Ok(case.terms.bill(&case.demand, case.rate(), &case.curve()))
}

/// USD a month that self-hosting saves against an API; less than 0 where it costs more.
///
/// # Errors
/// As [`evaluate`].
pub fn monthly_saving<H: HostingOption>(case: &Case<H>, tariff: &Tariff) -> Result<f64, Invalid> {
    let bill = monthly_bill(case)?.total();
    Ok(tariff.request(case.mix, case.api_use).value() * case.demand.per_month() - bill.value())
}

/// What a replica that never idles costs: the part of the bill that is for replicas, over as many of them. Machines one
/// owns draw full power then; serverless workers run all the time.
fn full_load<H: HostingOption>(case: &Case<H>, rate: RequestsPerSecond, bill: &Bill) -> Result<FullLoad, Invalid> {
    let price = case.terms.hourly_at_full_load(bill);
    within("replica_price", price.value(), 1e-9, 1e9)?;
    let compute = price.value() * HOURS_PER_MONTH / full_load_per_month(rate);
    let per_request = UsdPerRequest::new(compute + case.terms.extras.egress_per_request());
    let per_million = cost::per_million_of_request(per_request, case.mix).unwrap_or(UsdPerMillion::new(0.0));
    let split = cost::split_request(per_request, case.mix, case.weights);
    Ok(FullLoad { price, per_request, split, per_million })
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
