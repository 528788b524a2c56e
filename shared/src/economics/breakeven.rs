//! From which volume on self-hosting costs less than an API: a staircase against a line.
//!
//! There can be several crossings, one a step of the staircase, and there can be none at any volume.

use crate::economics::bill::Replica;
use crate::units::{Usd, UsdPerRequest};

/// More steps than this are not searched; past it the two bills are within a thousandth of each other.
const MOST_STEPS: u64 = 1000;

/// Where self-hosting costs less than an API.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakEven {
    /// u* = c_req / a_req: the utilisation at which a request costs the same on both sides. Above 1: never.
    pub utilisation: f64,
    /// Crossings into the winning side, fewest replicas first.
    pub crossings: Vec<Crossing>,
    /// Stretches of requests a month on which self-hosting costs less; an open end has `None`.
    pub cheaper: Vec<(f64, Option<f64>)>,
}

/// A volume at which both bills are equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// Replicas that serve it.
    pub replicas: u64,
    /// Requests a month.
    pub requests_per_month: f64,
    /// Both bills.
    pub bill: Usd,
}

impl BreakEven {
    /// The lowest volume, in requests a month, from which self-hosting costs less. `None`: never.
    #[must_use]
    pub fn first(&self) -> Option<f64> {
        self.cheaper.first().map(|(from, _)| *from)
    }

    /// The volume past which it stays cheaper. `None`: never, or past the searched range.
    #[must_use]
    pub fn stays_cheaper_past(&self) -> Option<f64> {
        self.cheaper.last().and_then(|(from, to)| to.is_none().then_some(*from))
    }
}

/// Compares pods with an API whose same request costs `api`, plus `fixed` dollars a month on our side.
///
/// For n = 1, 2, …: `D_n = (n*F + fixed) / a_req` is a crossing iff `cap(n-1) < D_n <= cap(n)`.
/// `None` when the API is free or nothing is served, where no comparison has a meaning.
#[must_use]
pub fn break_even(replica: Replica, api: UsdPerRequest, fixed: Usd, peak_to_mean: f64) -> Option<BreakEven> {
    let full_load = replica.full_load_per_month();
    if !(api.value() > 0.0 && full_load > 0.0) {
        return None;
    }
    let monthly = replica.monthly().value();
    let utilisation = monthly / full_load / api.value();
    let capacity = |n: u64| replica.capacity_per_month(n, peak_to_mean);
    let bill = |n: u64| n as f64 * monthly + fixed.value();
    let (mut crossings, mut cheaper) = (Vec::new(), Vec::new());
    let gains_by_step = api.value() * capacity(1) > monthly;
    for n in 1..=MOST_STEPS {
        let crossing = bill(n) / api.value();
        if crossing <= capacity(n - 1) {
            // Cheaper from the first request of this step on. So it stays: each step gains more than it costs.
            if gains_by_step {
                extend_to_the_end(&mut cheaper, capacity(n - 1));
                break;
            }
        } else if crossing <= capacity(n) {
            crossings.push(Crossing { replicas: n, requests_per_month: crossing, bill: Usd::new(bill(n)) });
            cheaper.push((crossing, Some(capacity(n))));
        } else if !gains_by_step {
            break;
        }
    }
    Some(BreakEven { utilisation, crossings, cheaper })
}

/// Opens the last stretch when it reaches `from`, else adds an open one.
fn extend_to_the_end(cheaper: &mut Vec<(f64, Option<f64>)>, from: f64) {
    match cheaper.last_mut() {
        Some((_, to)) if to.is_some_and(|to| to >= from) => *to = None,
        _ => cheaper.push((from, None)),
    }
}

#[cfg(test)]
#[path = "breakeven_tests.rs"]
mod tests;
