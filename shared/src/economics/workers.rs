//! The monthly bill of serverless workers as a function of volume, and where it is lower than an API's.
//!
//! What one worker bills bends with its load, so it is taken at loads fine enough to be straight in between; crossings
//! are then found on the bill itself.

use crate::economics::breakeven::{BillCurve, BreakEven, Walk, hopeless_before, over};
use crate::economics::demand::Slot;
use crate::economics::serverless::{self, Depths, MonthOfWorkers, Serverless};
use crate::economics::staircase::{Stretch, Tail};
use crate::units::{Fraction, RequestsPerSecond, SECONDS_PER_MONTH, Usd, UsdPerRequest};

/// Loads of one worker are first taken at its planned rate and at halves of halves of it, so often …
const OCTAVES: i32 = 16;
/// … and where what it bills between two is further from a straight line than this share of it, another is taken …
const STRAIGHT: f64 = 2e-4;
/// … and so on, so often at most.
const HALVINGS: u32 = 10;
/// How near both bills are at a crossing, as a share of them.
const EQUAL: f64 = 1e-10;
/// A demand of exactly n planned rates must not need n + 1 workers for a rounding error.
const ROUNDING: f64 = 1e-9;

/// What a serverless bill at any volume takes.
#[derive(Debug, Clone)]
pub struct Workers {
    /// What the platform asks.
    pub terms: Serverless,
    /// Hours that are alike.
    pub slots: Vec<Slot>,
    /// What one worker completes at each depth of its batch.
    pub depths: Depths,
    /// theta.
    pub headroom: Fraction,
    /// USD for each request, on top.
    pub per_request: f64,
    /// USD a month, whatever is asked.
    pub fixed: f64,
}

impl Workers {
    /// Worker-seconds of a month at a volume.
    #[must_use]
    pub fn month(&self, volume: f64) -> MonthOfWorkers {
        serverless::month(volume, &self.slots, &self.depths, self.headroom, &self.terms)
    }

    /// theta q: requests a second that one worker is planned for.
    fn planned(&self) -> f64 {
        self.headroom.value() * self.depths.fastest().unwrap_or(0.0)
    }

    /// Requests a second that the kept workers serve before others start.
    fn kept_rate(&self) -> f64 {
        self.terms.active.map_or(0.0, |(workers, _)| workers as f64 * self.planned())
    }

    /// USD a month of kept workers.
    fn kept(&self) -> f64 {
        self.terms.active.map_or(0.0, |(workers, usd)| serverless::bill(usd, workers as f64 * SECONDS_PER_MONTH))
    }

    /// Worker-seconds billed for each second, of workers that come and go, at a rate of requests.
    fn billed(&self, rate: f64) -> f64 {
        let workers = (rate / self.planned() - ROUNDING).ceil();
        if workers > 1.0 {
            return workers;
        }
        serverless::worker_seconds(RequestsPerSecond::new(rate), &self.depths, self.headroom, &self.terms).total()
    }

    /// What the bill is near, where every worker runs all the time. `None` when nothing is served.
    fn tail(&self) -> Option<Tail> {
        let planned = Some(self.planned()).filter(|planned| *planned > 0.0)?;
        let one = serverless::bill(self.terms.usd_per_second, SECONDS_PER_MONTH);
        let always = self.fixed + self.kept();
        Some(Tail {
            per_request: self.terms.usd_per_second / planned + self.per_request,
            above: always + one,
            // A worker that is not full is missing at most itself; a kept one may stand for one that comes and goes.
            below: self.kept_rate() / planned * one + one - always,
        })
    }

    /// Straight stretches of the bill from a volume on, without end.
    fn stretches_from(&self, volume: f64, curve: &[(f64, f64)]) -> impl Iterator<Item = Stretch> {
        let is_asked = |slot: &&Slot| slot.weight > 0.0;
        let mut climbs: Vec<Climb> =
            self.slots.iter().filter(is_asked).map(|slot| Climb::at(volume, slot, curve, self)).collect();
        let mut from = volume;
        std::iter::from_fn(move || {
            if f64::is_infinite(from) {
                return None;
            }
            let (mut to, mut flex, mut rising, mut most) = (f64::INFINITY, 0.0, 0.0, 0);
            for climb in &mut climbs {
                while climb.end <= from {
                    climb.step(curve, self);
                }
                to = to.min(climb.end);
                flex += climb.slot.share * climb.fixed;
                rising += climb.slot.share * climb.slot.weight * climb.rising;
                most = most.max(climb.workers);
            }
            let kept = self.terms.active.map_or(0, |(workers, _)| workers);
            let stretch = Stretch {
                from,
                to,
                replicas: kept + most,
                fixed: serverless::bill(self.terms.usd_per_second, flex * SECONDS_PER_MONTH) + self.kept() + self.fixed,
                per_request: serverless::bill(self.terms.usd_per_second, rising) + self.per_request,
            };
            from = to;
            Some(stretch)
        })
    }

    /// What one worker bills, as (requests a second, seconds for each second), straight between any two; from nothing
    /// up to its planned rate.
    fn curve(&self) -> Vec<(f64, f64)> {
        let at = |rate: f64| (rate, self.billed(rate));
        let mut curve = vec![(0.0, 0.0)];
        for octave in (0..=OCTAVES).rev() {
            let (start, end) = (*curve.last().unwrap_or(&(0.0, 0.0)), at(self.planned() * 0.5_f64.powi(octave)));
            self.straighten(start, end, HALVINGS, &mut curve);
        }
        curve
    }

    /// Adds the end of a stretch to the curve, halves before it where the curve bends.
    fn straighten(&self, start: (f64, f64), end: (f64, f64), halvings: u32, curve: &mut Vec<(f64, f64)>) {
        let rate = (start.0 + end.0) / 2.0;
        let middle = (rate, self.billed(rate));
        if halvings > 0 && (middle.1 - (start.1 + end.1) / 2.0).abs() > STRAIGHT * middle.1 {
            self.straighten(start, middle, halvings - 1, curve);
            self.straighten(middle, end, halvings - 1, curve);
        } else {
            curve.push(end);
        }
    }

    /// Moves what was found from the straightened bill to the bill itself.
    fn sharpen(&self, found: &mut BreakEven, stretches: &[Stretch], api: f64) {
        for crossing in &mut found.crossings {
            let sharp = self.equal_near(crossing.requests_per_month, stretches, api);
            for (from, _) in found.cheaper.iter_mut().filter(|(from, _)| *from == crossing.requests_per_month) {
                *from = sharp;
            }
            (crossing.requests_per_month, crossing.bill) = (sharp, Usd::new(api * sharp));
        }
        for end in found.cheaper.iter_mut().filter_map(|(_, end)| end.as_mut()) {
            *end = self.equal_near(*end, stretches, api);
        }
    }

    /// The volume at which both bills are equal within the stretch that holds another; that other where they are not.
    fn equal_near(&self, volume: f64, stretches: &[Stretch], api: f64) -> f64 {
        let around = stretches.get(stretches.partition_point(|stretch| stretch.to < volume));
        // What ends with its stretch ends at a step.
        let Some(around) = around.filter(|around| volume < around.to) else { return volume };
        // The stretch is nearly the bill, so its slope leads from any volume to nearly where both are equal.
        let mut equal = volume;
        for _ in 0..30 {
            let over = self.at(equal) - api * equal;
            if over.abs() <= EQUAL * api * equal {
                return equal;
            }
            equal -= over / (around.per_request - api);
            if !(around.from..around.to).contains(&equal) {
                return volume;
            }
        }
        equal
    }
}

impl BillCurve for Workers {
    fn at(&self, volume: f64) -> f64 {
        let billed =
            |slot: &Slot| slot.share * self.billed(volume * slot.weight / SECONDS_PER_MONTH - self.kept_rate());
        let flex = self.slots.iter().map(billed).sum::<f64>() * SECONDS_PER_MONTH;
        serverless::bill(self.terms.usd_per_second, flex) + self.kept() + self.per_request * volume + self.fixed
    }

    /// The stretches are walked once for all APIs.
    fn break_evens(&self, full_load: UsdPerRequest, apis: &[UsdPerRequest]) -> Vec<Option<BreakEven>> {
        let Some(tail) = self.tail() else { return vec![None; apis.len()] };
        let curve = self.curve();
        let mut walk = Walk::new(self.stretches_from(0.0, &curve));
        let compare = |api: &UsdPerRequest| {
            let mut found = over(&mut walk, tail, full_load, *api)?;
            if found.searched_to.is_none() {
                self.sharpen(&mut found, walk.taken(), api.value());
                return Some(found);
            }
            // It can win only far out. The walk from there is this API's own.
            let mut far = Walk::new(self.stretches_from(hopeless_before(tail, api.value()), &curve));
            let mut found = over(&mut far, tail, full_load, *api)?;
            self.sharpen(&mut found, far.taken(), api.value());
            Some(found)
        };
        apis.iter().map(compare).collect()
    }
}

/// How far up one slot is: what its workers bill as a line in its rate of requests.
#[derive(Debug, Clone)]
struct Climb {
    slot: Slot,
    /// Place on the curve; past it, workers that all run.
    place: usize,
    /// Requests a month up to which it holds.
    end: f64,
    /// Workers that come and go.
    workers: u64,
    /// Worker-seconds for each second …
    fixed: f64,
    /// … and for each request.
    rising: f64,
}

impl Climb {
    /// Nobody asks.
    fn of(slot: &Slot) -> Self {
        Self { slot: *slot, place: 0, end: 0.0, workers: 0, fixed: 0.0, rising: 0.0 }
    }

    /// So far up that its line holds at a volume, or ends there.
    fn at(volume: f64, slot: &Slot, curve: &[(f64, f64)], of: &Workers) -> Self {
        let mut climb = Self::of(slot);
        while climb.end <= volume && climb.place < curve.len() {
            climb.step(curve, of);
        }
        if climb.end <= volume {
            let rate = volume * slot.weight / SECONDS_PER_MONTH - of.kept_rate();
            climb.workers = ((rate / of.planned()) as u64).saturating_sub(1).max(climb.workers);
            climb.step(curve, of);
        }
        climb
    }

    /// On to the next line.
    fn step(&mut self, curve: &[(f64, f64)], of: &Workers) {
        let kept = of.kept_rate();
        let up_to = |rate: f64| (kept + rate) * SECONDS_PER_MONTH / self.slot.weight;
        if self.place == 0 && self.end < up_to(0.0) {
            self.end = up_to(0.0);
            return;
        }
        self.place += 1;
        if let (Some(low), Some(high)) = (curve.get(self.place - 1), curve.get(self.place)) {
            self.rising = (high.1 - low.1) / (high.0 - low.0);
            self.fixed = low.1 - self.rising * (low.0 + kept);
            (self.workers, self.end) = (1, up_to(high.0));
        } else {
            self.workers += 1;
            (self.fixed, self.rising) = (self.workers as f64, 0.0);
            self.end = up_to(self.workers as f64 * of.planned());
        }
    }
}
