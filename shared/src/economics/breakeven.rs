//! From which volume on self-hosting costs less than an API: stretches of a bill against a line.
//!
//! There can be several crossings, one a step of the staircase, and there can be none at any volume. A crossing is
//! never beyond what the fleet of its step can serve.

use crate::economics::staircase::{Staircase, Stretch, Tail};
use crate::units::{Usd, UsdPerRequest};

/// More stretches than this are not searched. A fleet's are searched from where it can win at all, so that no more are
/// needed unless both bills run side by side.
const MOST_STRETCHES: usize = 50_000;
/// Requests a month below which nothing is asked.
const LEAST: f64 = 0.01;
/// Room for rounding where volumes are passed over, as a share of them.
const NEAR: f64 = 1e-6;

/// Where self-hosting costs less than an API.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakEven {
    /// u* = c_req / a_req: the utilisation from which a replica alone costs less. Above 1: never, where every replica
    /// costs the same. What is paid beside replicas, idle hours and headroom are not in it.
    pub utilisation: f64,
    /// Crossings into the winning side, fewest replicas first.
    pub crossings: Vec<Crossing>,
    /// Stretches of requests a month on which self-hosting costs less; an open end has `None`.
    pub cheaper: Vec<(f64, Option<f64>)>,
    /// Requests a month up to which was searched, where the two bills run too close together to tell what follows.
    pub searched_to: Option<f64>,
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

    /// Whether it is known that self-hosting costs less at no volume.
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.cheaper.is_empty() && self.searched_to.is_none()
    }

    /// The volume past which it costs more for good, where it costs less before.
    #[must_use]
    pub fn dearer_past(&self) -> Option<f64> {
        self.cheaper.last().and_then(|(_, to)| *to).filter(|_| self.searched_to.is_none())
    }
}

/// Compares a fleet with an API whose same request costs `api`; `full_load` is c_req, a request at full load.
///
/// For n = 1, 2, …: `D_n = (n*F + fixed) / a_req` is a crossing iff `cap(n-1) < D_n <= cap(n)`.
/// `None` when the API is free or nothing is served, where no comparison has a meaning.
///
/// ```
/// use shared::economics::breakeven::break_even;
/// use shared::economics::cost::per_request;
/// use shared::economics::replica::Replica;
/// use shared::units::{Fraction, RequestsPerSecond, Usd, UsdPerHour, UsdPerRequest};
/// let (price, rate) = (UsdPerHour::new(1.0), RequestsPerSecond::new(1.0));
/// let replica = Replica { price, rate, headroom: Fraction::ONE };
/// let (stairs, full_load) = (replica.staircase(1.0, Usd::new(0.0)), per_request(price, rate).unwrap());
/// // 730 USD a month against a tenth of a cent a request: 730,000 requests a month of the 2,628,000 it serves.
/// let found = break_even(&stairs, full_load, UsdPerRequest::new(0.001)).unwrap();
/// assert!((found.first().unwrap() - 730_000.0).abs() < 1e-6);
/// // Against a price below that of a request at full load: never.
/// let found = break_even(&stairs, full_load, UsdPerRequest::new(0.0002)).unwrap();
/// assert_eq!(found.first(), None);
/// ```
#[must_use]
pub fn break_even(stairs: &Staircase, full_load: UsdPerRequest, api: UsdPerRequest) -> Option<BreakEven> {
    break_evens(stairs, full_load, &[api]).pop().flatten()
}

/// The same with several APIs, in their order: the fleet's stretches are walked once for all of them.
#[must_use]
pub fn break_evens(stairs: &Staircase, full_load: UsdPerRequest, apis: &[UsdPerRequest]) -> Vec<Option<BreakEven>> {
    if !(stairs.capacity > 0.0 && stairs.capacity.is_finite()) {
        return vec![None; apis.len()];
    }
    let (mut walk, tail) = (Walk::new(stairs.stretches()), stairs.tail());
    let compare = |api: &UsdPerRequest| {
        let found = over(&mut walk, tail, full_load, *api)?;
        if found.searched_to.is_none() {
            return Some(found);
        }
        // Large fixed costs: it can win only far out. The walk from there is this API's own.
        let from = hopeless_before(tail, api.value());
        over(&mut Walk::new(stairs.stretches_from(from)), tail, full_load, *api)
    };
    apis.iter().map(compare).collect()
}

/// A bill as a function of volume, in requests a month.
pub trait BillCurve {
    /// USD a month at a volume.
    fn at(&self, volume: f64) -> f64;

    /// Where it is lower than each API's, in their order; `full_load` is c_req. `None` where no comparison has a meaning.
    fn break_evens(&self, full_load: UsdPerRequest, apis: &[UsdPerRequest]) -> Vec<Option<BreakEven>>;
}

impl BillCurve for Staircase {
    fn at(&self, volume: f64) -> f64 {
        self.bill(volume)
    }

    fn break_evens(&self, full_load: UsdPerRequest, apis: &[UsdPerRequest]) -> Vec<Option<BreakEven>> {
        break_evens(self, full_load, apis)
    }
}

/// The volume before which the bill is more than an API at this price can gain.
#[must_use]
pub fn hopeless_before(tail: Tail, api: f64) -> f64 {
    let gain = api - tail.per_request;
    if gain > 0.0 { (-tail.below / gain).max(0.0) * (1.0 - NEAR) } else { 0.0 }
}

/// Stretches of one bill, in order and without gaps, each taken once however many APIs it is compared with.
#[derive(Debug, Clone)]
pub struct Walk<I> {
    coming: I,
    taken: Vec<Stretch>,
}

impl<I: Iterator<Item = Stretch>> Walk<I> {
    /// Over these.
    pub fn new(stretches: I) -> Self {
        Self { coming: stretches, taken: Vec::new() }
    }

    /// What was taken so far.
    pub fn taken(&self) -> &[Stretch] {
        &self.taken
    }

    fn take_one(&mut self) -> Option<Stretch> {
        let stretch = if self.taken.len() < MOST_STRETCHES { self.coming.next() } else { None };
        self.taken.extend(stretch);
        stretch
    }

    /// The stretch at a place, if so many are searched.
    fn get(&mut self, at: usize) -> Option<Stretch> {
        self.taken.get(at).copied().or_else(|| self.take_one())
    }

    /// The place of the first stretch that reaches beyond a volume; the last one's when none does.
    fn beyond(&mut self, volume: f64) -> usize {
        while self.taken.last().is_none_or(|last| last.to <= volume) && self.take_one().is_some() {}
        self.taken.partition_point(|stretch| stretch.to <= volume).min(self.taken.len().saturating_sub(1))
    }
}

/// The same over any stretches and what they come near to.
#[must_use]
pub fn over<I: Iterator<Item = Stretch>>(
    walk: &mut Walk<I>,
    tail: Tail,
    full_load: UsdPerRequest,
    api: UsdPerRequest,
) -> Option<BreakEven> {
    let api_request = api.value();
    if !(api_request > 0.0 && api_request.is_finite() && full_load.value().is_finite()) {
        return None;
    }
    // The bill is a line and a bounded rest: past one volume the rest no longer matters …
    let gain = api_request - tail.per_request;
    let rest = if gain > 0.0 { tail.above } else { tail.below };
    let settled = if rest <= 0.0 { 0.0 } else { rest / gain.abs() };
    // … and before another it is more than the API can gain.
    let hopeless = hopeless_before(tail, api_request);
    let mut found = BreakEven {
        utilisation: full_load.value() / api_request,
        crossings: Vec::new(),
        cheaper: Vec::new(),
        searched_to: None,
    };
    if gain <= 0.0 && tail.below <= 0.0 {
        return Some(found);
    }
    let mut reached = 0.0;
    let first = if hopeless > 0.0 { walk.beyond(hopeless) } else { 0 };
    for stretch in (first..).map_while(|at| walk.get(at)) {
        if stretch.from >= settled {
            break;
        }
        look_at(stretch, api_request, &mut found);
        reached = stretch.to;
    }
    if reached < settled {
        found.searched_to = Some(reached);
    } else if gain > 0.0 {
        extend(&mut found.cheaper, reached, None);
    }
    found.cheaper.retain(|(_, to)| to.is_none_or(|to| to > LEAST));
    Some(found)
}

/// Where within one stretch ours is lower, and where both are equal.
fn look_at(stretch: Stretch, api: f64, found: &mut BreakEven) {
    let gain = api - stretch.per_request;
    if gain > 0.0 && gain * stretch.to < stretch.fixed {
        return;
    }
    let equal_at = stretch.fixed / gain;
    let (mut from, mut to) = (stretch.from, stretch.to);
    match gain {
        // From where they are equal on, ours is lower.
        _ if gain > 0.0 && equal_at > from => from = equal_at,
        _ if gain > 0.0 => {}
        // Ours rises faster: it is lower up to where they are equal, if it ever was.
        _ if gain < 0.0 => to = to.min(equal_at),
        _ if stretch.fixed < 0.0 => {}
        _ => return,
    }
    if from > to || (from == to && from == stretch.from) {
        return;
    }
    if from > stretch.from {
        let bill = Usd::new(api * from);
        found.crossings.push(Crossing { replicas: stretch.replicas, requests_per_month: from, bill });
    }
    extend(&mut found.cheaper, from, to.is_finite().then_some(to));
}

/// Adds a stretch, or lengthens the last one when it reaches this one.
fn extend(cheaper: &mut Vec<(f64, Option<f64>)>, from: f64, to: Option<f64>) {
    match cheaper.last_mut() {
        Some((_, end)) if end.is_none_or(|end| end >= from) => *end = to,
        _ => cheaper.push((from, to)),
    }
}

#[cfg(test)]
#[path = "breakeven_tests.rs"]
mod tests;
