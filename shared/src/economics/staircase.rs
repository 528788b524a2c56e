//! The monthly bill of a fleet as a function of volume: flat (or gently rising) stretches, and a step up where a
//! replica is added.
//!
//! Knows hours, replicas and prices; where a price comes from is `hosting`'s. Break-even walks its stretches.

use crate::economics::demand::Slot;
use crate::units::{HOURS_PER_MONTH, RequestsPerSecond, SECONDS_PER_HOUR};

/// A demand of exactly n capacities must not need n + 1 for a rounding error.
const ROUNDING: f64 = 1e-9;

/// What a fleet costs at any volume.
#[derive(Debug, Clone, PartialEq)]
pub struct Staircase {
    /// Hours that are alike, each with its rate over the mean rate. A fleet that is not scaled has one slot: its peak.
    pub slots: Vec<Slot>,
    /// theta * q' * 3600 * 730: requests a month that one replica is planned for.
    pub capacity: f64,
    /// Replicas that always run.
    pub minimum: u64,
    /// Replicas beyond those that the load needs.
    pub spare: u64,
    /// Replicas paid for all month at `committed_rent`, used or not.
    pub committed: u64,
    /// USD a month of one committed replica.
    pub committed_rent: f64,
    /// USD a month of one other replica that runs all month; part of a month costs its part.
    pub rent: f64,
    /// USD for each request, on top.
    pub per_request: f64,
    /// USD a month, whatever is asked.
    pub fixed: f64,
}

/// A stretch of volumes over which the bill is a straight line: `fixed + per_request * volume`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Requests a month above which it holds.
    pub from: f64,
    /// Requests a month up to which it holds, included.
    pub to: f64,
    /// Replicas paid for in the busiest hour.
    pub replicas: u64,
    /// USD a month that do not depend on volume within it.
    pub fixed: f64,
    /// USD a request.
    pub per_request: f64,
}

/// What the bill is near at any volume: `per_request * volume`, at most `above` more and `below` less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    /// USD a request.
    pub per_request: f64,
    /// USD a month that the bill can be above.
    pub above: f64,
    /// USD a month that the bill can be below; less than 0 where it is always that much above.
    pub below: f64,
}

/// cap(1) before a peak: requests a month that one replica is planned for, `theta * q' * 3600 * 730`.
///
/// ```
/// use shared::economics::staircase::planned_capacity;
/// use shared::units::RequestsPerSecond;
/// assert_eq!(planned_capacity(0.5, RequestsPerSecond::new(1.0)), 1_314_000.0);
/// ```
#[must_use]
pub fn planned_capacity(headroom: f64, rate: RequestsPerSecond) -> f64 {
    headroom * (rate.value() * SECONDS_PER_HOUR * HOURS_PER_MONTH)
}

impl Staircase {
    /// Replicas that run in the hours of a slot: `max(n_min, ceil(lambda / (theta q'))) + n_spare`.
    #[must_use]
    pub fn replicas(&self, volume: f64, slot: Slot) -> u64 {
        let exact = volume * slot.weight / self.capacity;
        ((exact * (1.0 - ROUNDING)).ceil() as u64).max(self.minimum) + self.spare
    }

    /// Replicas in the busiest hour.
    #[must_use]
    pub fn most_replicas(&self, volume: f64) -> u64 {
        self.slots.iter().map(|slot| self.replicas(volume, *slot)).max().unwrap_or(self.minimum + self.spare)
    }

    /// Replicas that run on average, committed ones that idle not counted.
    #[must_use]
    pub fn mean_replicas(&self, volume: f64) -> f64 {
        self.slots.iter().map(|slot| slot.share * self.replicas(volume, *slot) as f64).sum()
    }

    /// Replicas rented beyond the committed ones, on average.
    #[must_use]
    pub fn mean_uncommitted(&self, volume: f64) -> f64 {
        let beyond = |slot: &Slot| self.replicas(volume, *slot).saturating_sub(self.committed) as f64;
        self.slots.iter().map(|slot| slot.share * beyond(slot)).sum()
    }

    /// Replicas paid for on average: the committed ones, and those rented beyond them.
    #[must_use]
    pub fn mean_paid(&self, volume: f64) -> f64 {
        self.committed as f64 + self.mean_uncommitted(volume)
    }

    /// USD a month at a volume, in requests a month.
    #[must_use]
    pub fn bill(&self, volume: f64) -> f64 {
        self.committed as f64 * self.committed_rent
            + self.mean_uncommitted(volume) * self.rent
            + self.per_request * volume
            + self.fixed
    }

    /// What the bill is near.
    #[must_use]
    pub fn tail(&self) -> Tail {
        let load: f64 = self.slots.iter().map(|slot| slot.share * slot.weight).sum();
        let committed = self.committed as f64;
        let always = self.fixed + committed * self.committed_rent;
        Tail {
            per_request: load * self.rent / self.capacity + self.per_request,
            above: always + self.rent * (1 + self.spare + self.minimum) as f64,
            // Committed replicas may stand for as many that the load needs; spare ones never do.
            below: (committed - self.spare as f64) * self.rent - always,
        }
    }

    /// Its stretches from no demand on, without end.
    #[must_use]
    pub fn stretches(&self) -> Stretches<'_> {
        self.stretches_from(0.0)
    }

    /// Its stretches from a volume on, without end.
    #[must_use]
    pub fn stretches_from(&self, volume: f64) -> Stretches<'_> {
        let climb = |slot: &Slot| {
            let needs = ((volume * slot.weight / self.capacity).floor() as u64).max(self.minimum);
            Climb { slot: *slot, needs, end: self.end(*slot, needs) }
        };
        let climbs: Vec<Climb> = self.slots.iter().map(climb).collect();
        let beyond = |climb: &Climb| (climb.needs + self.spare).saturating_sub(self.committed) as f64;
        Stretches {
            staircase: self,
            from: volume,
            rented: climbs.iter().map(|climb| climb.slot.share * beyond(climb)).sum(),
            most: climbs.iter().map(|climb| climb.needs + self.spare).max().unwrap_or(0),
            climbs,
        }
    }

    /// Requests a month up to which so many replicas serve a slot's load.
    fn end(&self, slot: Slot, needs: u64) -> f64 {
        if slot.weight > 0.0 { needs as f64 * self.capacity / slot.weight } else { f64::INFINITY }
    }
}

/// Walks the stretches of a [`Staircase`].
#[derive(Debug, Clone)]
pub struct Stretches<'a> {
    staircase: &'a Staircase,
    climbs: Vec<Climb>,
    from: f64,
    /// Replicas rented beyond the committed ones, on average.
    rented: f64,
    /// Replicas in the busiest hour.
    most: u64,
}

/// How far up one slot is.
#[derive(Debug, Clone, Copy)]
struct Climb {
    slot: Slot,
    /// Replicas that its load needs, without spares.
    needs: u64,
    /// Requests a month up to which they serve it.
    end: f64,
}

impl Iterator for Stretches<'_> {
    type Item = Stretch;

    fn next(&mut self) -> Option<Stretch> {
        let stairs = self.staircase;
        if self.from.is_infinite() {
            return None;
        }
        let mut to = f64::INFINITY;
        for climb in &mut self.climbs {
            // The step that ended the stretch before: this slot has one replica more from here on.
            while climb.end <= self.from {
                climb.needs += 1;
                climb.end = stairs.end(climb.slot, climb.needs);
                let replicas = climb.needs + stairs.spare;
                self.rented += if replicas > stairs.committed { climb.slot.share } else { 0.0 };
                self.most = self.most.max(replicas);
            }
            to = to.min(climb.end);
        }
        let fixed = stairs.committed as f64 * stairs.committed_rent + self.rented * stairs.rent + stairs.fixed;
        let replicas = self.most.max(stairs.committed);
        let stretch = Stretch { from: self.from, to, replicas, fixed, per_request: stairs.per_request };
        self.from = to;
        Some(stretch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stairs(slots: Vec<Slot>, minimum: u64, spare: u64, committed: u64) -> Staircase {
        Staircase {
            slots,
            capacity: 1000.0,
            minimum,
            spare,
            committed,
            committed_rent: 60.0,
            rent: 100.0,
            per_request: 0.001,
            fixed: 5.0,
        }
    }

    fn flat() -> Vec<Slot> {
        vec![Slot { weight: 1.0, share: 1.0 }]
    }

    #[test]
    fn a_flat_day_steps_at_each_capacity() {
        let stairs = stairs(flat(), 1, 0, 0);
        let first: Vec<(f64, f64, u64, f64)> =
            stairs.stretches().take(3).map(|part| (part.from, part.to, part.replicas, part.fixed)).collect();
        assert_eq!(first, [(0.0, 1000.0, 1, 105.0), (1000.0, 2000.0, 2, 205.0), (2000.0, 3000.0, 3, 305.0)]);
    }

    #[test]
    fn exactly_full_replicas_need_no_further_one() {
        let stairs = Staircase { capacity: 3.3 * 0.8 * 730.0 * 3600.0, ..stairs(flat(), 1, 0, 0) };
        for n in 1..200u64 {
            assert_eq!(stairs.most_replicas(n as f64 * stairs.capacity), n);
        }
    }

    #[test]
    fn hours_without_load_keep_what_always_runs() {
        let slots = vec![Slot { weight: 0.0, share: 0.5 }, Slot { weight: 2.0, share: 0.5 }];
        // 900 a month at twice the mean rate in half of the hours: two replicas then, one at night.
        let stairs = stairs(slots, 1, 0, 0);
        assert_eq!((stairs.most_replicas(900.0), stairs.mean_replicas(900.0)), (2, 1.5));
        assert!((stairs.bill(900.0) - (150.0 + 0.9 + 5.0)).abs() < 1e-9);
    }

    #[test]
    fn committed_replicas_are_paid_whether_used_or_not() {
        let stairs = stairs(flat(), 1, 0, 3);
        assert!((stairs.bill(10.0) - (180.0 + 0.01 + 5.0)).abs() < 1e-9);
        assert!((stairs.bill(3500.0) - (180.0 + 100.0 + 3.5 + 5.0)).abs() < 1e-9);
    }

    fn slots() -> impl Strategy<Value = Vec<Slot>> {
        proptest::collection::vec(0.0..5.0f64, 1..24).prop_map(|weights| {
            let share = 1.0 / weights.len() as f64;
            weights.into_iter().map(|weight| Slot { weight, share }).collect()
        })
    }

    proptest! {
        /// The stretches say what the bill says, at any volume within them.
        #[test]
        fn stretches_are_the_bill(
            slots in slots(), minimum in 0u64..4, spare in 0u64..3, committed in 0u64..5, within in 0.001..0.999f64,
        ) {
            let stairs = stairs(slots, minimum, spare, committed);
            for part in stairs.stretches().take(60).filter(|part| part.to.is_finite()) {
                let volume = part.from + within * (part.to - part.from);
                // Stretches narrower than rounding are no place to look.
                // A replica counts as full a billionth late, so the middle of a narrower one may lie in the next.
                if part.to - part.from > 4.0 * ROUNDING * part.to + 1e-3 {
                    prop_assert!((part.fixed + part.per_request * volume - stairs.bill(volume)).abs() < 1e-6);
                    prop_assert_eq!(part.replicas, stairs.most_replicas(volume).max(committed));
                }
            }
        }

        /// Walked from anywhere on they are the same.
        #[test]
        fn stretches_can_begin_anywhere(slots in slots(), committed in 0u64..5, volume in 0.0..1e6f64) {
            let stairs = stairs(slots, 1, 1, committed);
            for part in stairs.stretches_from(volume).take(20).filter(|part| part.to.is_finite()) {
                let middle = (part.from + part.to) / 2.0;
                // A replica counts as full a billionth late, so the middle of a narrower one may lie in the next.
                if part.to - part.from > 4.0 * ROUNDING * part.to + 1e-3 {
                    prop_assert!((part.fixed + part.per_request * middle - stairs.bill(middle)).abs() < 1e-6);
                }
            }
        }

        /// I6: the bill never falls as demand grows.
        #[test]
        fn more_demand_never_costs_less(slots in slots(), committed in 0u64..5, a in 0.0..1e6f64, b in 0.0..1e6f64) {
            let stairs = stairs(slots, 1, 0, committed);
            prop_assert!(stairs.bill(a.min(b)) <= stairs.bill(a.max(b)) + 1e-9);
        }

        /// The bill stays within its bounds of the line it is near.
        #[test]
        fn the_tail_bounds_the_bill(slots in slots(), minimum in 0u64..4, committed in 0u64..5, volume in 0.0..1e7f64) {
            let stairs = stairs(slots, minimum, 1, committed);
            let tail = stairs.tail();
            let off = stairs.bill(volume) - tail.per_request * volume;
            // A replica counts as full a billionth late.
            let rounding = 1e-6 + 2.0 * ROUNDING * stairs.bill(volume);
            prop_assert!(off <= tail.above + rounding && off >= -tail.below - rounding, "{off} {tail:?}");
        }
    }
}
