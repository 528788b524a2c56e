//! The monthly bill of serverless workers as a function of volume, and where it is lower than an API's.
//!
//! The bill bends, so it is sampled finely enough to be straight in between; crossings are then found on the bill itself.

use crate::economics::breakeven::{BreakEven, over};
use crate::economics::demand::Slot;
use crate::economics::serverless::{self, Depths, MonthOfWorkers, Serverless};
use crate::economics::staircase::{Stretch, Tail};
use crate::units::{Fraction, Usd, UsdPerRequest};

/// Volumes at which a serverless bill is sampled at least, to look for crossings.
const SAMPLES: u32 = 64;
/// How far the bill may be from a straight line between two samples, as a share of it, before another is taken …
const STRAIGHT: f64 = 2e-4;
/// … and how often a stretch is halved at most.
const HALVINGS: u32 = 14;
/// Where the bill past a step is taken, as a share of the stretch behind it.
const PAST: f64 = 1e-6;
/// Steps of one slot that are looked at; far out each is small beside the bill.
const MOST_STEPS: usize = 200;

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

    /// USD a month at a volume, in requests a month.
    #[must_use]
    pub fn bill(&self, volume: f64) -> f64 {
        let month = self.month(volume);
        let active = self.terms.active.map_or(0.0, |(_, usd)| usd);
        serverless::bill(self.terms.usd_per_second, month.flex.total())
            + serverless::bill(active, month.active)
            + self.per_request * volume
            + self.fixed
    }

    /// Where it is lower than an API's. `None` when no comparison has a meaning.
    #[must_use]
    pub fn break_even(&self, full_load: UsdPerRequest, api: UsdPerRequest) -> Option<BreakEven> {
        let stretches = self.stretches(api.value())?;
        let mut found = over(stretches.iter().copied(), self.tail()?, full_load, api)?;
        self.sharpen(&mut found, &stretches, api.value());
        Some(found)
    }

    /// What the bill is near at large volumes, where every worker runs all the time. `None` when nothing is served.
    fn tail(&self) -> Option<Tail> {
        let planned = self.headroom.value() * self.depths.fastest()?;
        let month = |workers: u64, usd: f64| serverless::bill(usd, workers as f64 * serverless::SECONDS_PER_MONTH);
        let one = month(1, self.terms.usd_per_second);
        let (kept, spared) = self
            .terms
            .active
            .map_or((0.0, 0.0), |(workers, usd)| (month(workers, usd), month(workers, self.terms.usd_per_second)));
        Some(Tail {
            per_request: self.terms.usd_per_second / planned + self.per_request,
            above: self.fixed + kept + one,
            // A worker that is not full is missing at most itself.
            below: spared + one,
        })
    }

    /// Straight stretches between samples, up to where only the tail counts against an API that asks `api` for a
    /// request. Volumes at which a worker is added are samples, so that no step is smoothed away.
    fn stretches(&self, api: f64) -> Option<Vec<Stretch>> {
        let tail = self.tail()?;
        let gain = (api - tail.per_request).abs().max(tail.per_request / 1000.0);
        let end = (tail.above.max(tail.below) / gain).max(10.0);
        let mut volumes: Vec<f64> =
            (1..=SAMPLES).map(|sample| end.powf(f64::from(sample) / f64::from(SAMPLES))).collect();
        let planned = self.headroom.value() * self.depths.fastest()? * serverless::SECONDS_PER_MONTH;
        let kept = self.terms.active.map_or(0, |(workers, _)| workers);
        for slot in &self.slots {
            let steps = (kept..).map(|workers| workers as f64 * planned / slot.weight);
            volumes.extend(steps.take_while(|volume| *volume < end).take(MOST_STEPS).filter(|volume| *volume > 1.0));
        }
        volumes.sort_by(f64::total_cmp);
        volumes.dedup_by(|next, before| *next - *before < *before * 1e-8);
        let (mut from, mut sampled) = (0.0, Vec::new());
        for to in volumes {
            // Just past a step the bill is the higher one.
            let after = from + (to - from) * PAST;
            self.straighten((from, after, self.bill(after)), (to, self.bill(to)), HALVINGS, &mut sampled);
            from = to;
        }
        Some(sampled)
    }

    /// Adds stretches from a volume to another, halving where the bill bends. The first volume comes with the one just
    /// past it, at which the bill is taken.
    fn straighten(&self, start: (f64, f64, f64), end: (f64, f64), halvings: u32, sampled: &mut Vec<Stretch>) {
        let ((from, after, low), (to, high)) = (start, end);
        let middle = (after + to) / 2.0;
        let bill = self.bill(middle);
        if halvings > 0 && (bill - (low + high) / 2.0).abs() > STRAIGHT * bill {
            self.straighten(start, (middle, bill), halvings - 1, sampled);
            self.straighten((middle, middle, bill), end, halvings - 1, sampled);
            return;
        }
        let per_request = (high - low) / (to - after);
        let fixed = low - per_request * after;
        sampled.push(Stretch { from, to, replicas: self.month(to).most, fixed, per_request });
    }

    /// Moves what was found from the sampled bill to the bill itself.
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
        let dearer = |volume: f64| self.bill(volume) > api * volume;
        let (mut low, mut high) = (around.from + (around.to - around.from) * PAST, around.to);
        let before = dearer(low);
        if before == dearer(high) {
            return volume;
        }
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if dearer(middle) == before { low = middle } else { high = middle }
        }
        high
    }
}
