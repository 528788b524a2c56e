//! What would flip a decision: inputs, and the values at which self-hosting and the API cost the same.

use crate::economics::api_bill::Tariff;
use crate::economics::model::{Case, Comparison, monthly_saving};
use crate::economics::parameter::Parameter;
use crate::units::DAYS_PER_MONTH;

/// Inputs that a reader would turn to flip the answer, in the order in which they are told when equally near.
const FLIPPING: [Parameter; 7] = [
    Parameter::Demand,
    Parameter::HostingPrice,
    Parameter::Throughput,
    Parameter::ApiOutput,
    Parameter::ApiInput,
    Parameter::FixedCosts,
    Parameter::ApiCached,
];

/// A flip further away than this many times is none worth telling.
const FARTHEST: f64 = 100.0;

/// One input at which both sides cost the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flip {
    /// Which.
    pub parameter: Parameter,
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

/// What would flip the decision between self-hosting and an API, the nearest first. `api` is what it asks.
#[must_use]
pub fn flips(case: &Case, tariff: &Tariff, api: &Comparison) -> Vec<Flip> {
    let flip = |parameter: Parameter| match parameter {
        // Of demand every flip is known: the ends of the stretches on which self-hosting costs less.
        Parameter::Demand => demand_flip(case, api),
        other => nearest_flip(case, tariff, other),
    };
    let mut flips: Vec<Flip> = FLIPPING.into_iter().filter_map(flip).collect();
    flips.sort_by(|a, b| a.factor().total_cmp(&b.factor()));
    flips
}

/// The nearest demand, down or up, at which the other side wins.
fn demand_flip(case: &Case, api: &Comparison) -> Option<Flip> {
    let found = api.break_even.as_ref()?;
    let from = case.demand.requests_per_day;
    let ends = found.cheaper.iter().flat_map(|(start, end)| [Some(*start), *end]).flatten();
    // Where the search ended is no flip.
    let ends = ends.filter(|end| Some(*end) != found.searched_to);
    let flips = ends.map(|month| Flip { parameter: Parameter::Demand, from, to: month / DAYS_PER_MONTH });
    let flips = flips.filter(|flip| flip.to > 0.0 && flip.factor() <= FARTHEST);
    flips.min_by(|a, b| a.factor().total_cmp(&b.factor()))
}

/// The nearest value of an input, down or up, at which the other side wins: looked for in steps of a tenth, so that a
/// narrower window may be stepped over.
fn nearest_flip(case: &Case, tariff: &Tariff, parameter: Parameter) -> Option<Flip> {
    let from = parameter.value(case, tariff).filter(|value| *value > 0.0)?;
    let serves = |value: f64| -> Option<bool> {
        let (case, tariff) = parameter.set(case, tariff, value);
        Some(monthly_saving(&case, &tariff).ok()? > 0.0)
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
    let flips = flips.map(|factor| Flip { parameter, from, to: from * factor });
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
