//! Serverless workers: billed by the second while they start, run and wait, at the batch depth that the demand really
//! reaches.
//!
//! Requests are taken to arrive at random (Poisson). One worker that serves them side by side is then an M/G/infinity
//! queue: empty for `exp(-N)` of the time at N requests in flight on average. The platform's terms (start, execution
//! and idle time-out billed by the second) are those of RunPod's documentation, serverless/pricing.

use crate::economics::demand::Slot;
use crate::units::{Fraction, RequestsPerSecond, SECONDS_PER_HOUR, SECONDS_PER_MONTH, UsdPerHour};

/// What a platform asks for workers, each of them one whole replica.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Serverless {
    /// S: USD for a second of a worker that comes and goes.
    pub usd_per_second: f64,
    /// Workers that are always kept, and USD for a second of one.
    pub active: Option<(u64, f64)>,
    /// Seconds a worker needs before it serves; billed.
    pub cold_start_s: f64,
    /// Seconds a worker waits for another request before it ends; billed.
    pub idle_timeout_s: f64,
}

/// A share of the time that is none.
const NEGLIGIBLE: f64 = 1e-8;

/// Requests a second that one replica completes at each depth of its batch, as a sweep measured them.
#[derive(Debug, Clone, PartialEq)]
pub struct Depths(Vec<(f64, f64)>);

impl Depths {
    /// Of one depth alone.
    #[must_use]
    pub fn single(depth: f64, rate: f64) -> Self {
        Self(vec![(depth, rate)])
    }

    /// From levels as (streams at once, requests a second). What is not above 0 is left out; of equal depths the
    /// faster one stays. A level with more streams that completes less is left out as well: nobody would run it.
    #[must_use]
    pub fn new(levels: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut levels: Vec<(f64, f64)> =
            levels.into_iter().filter(|(depth, rate)| *depth > 0.0 && *rate > 0.0 && rate.is_finite()).collect();
        levels.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let mut kept: Vec<(f64, f64)> = Vec::new();
        for (depth, rate) in levels {
            if kept.last().is_none_or(|(last, fastest)| depth > *last && rate > *fastest) {
                kept.push((depth, rate));
            }
        }
        Self(kept)
    }

    /// The same depths, every rate times a factor: for another mix of tokens.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        Self(self.0.iter().map(|(depth, rate)| (*depth, rate * factor)).collect())
    }

    /// The same with one more level.
    #[must_use]
    pub fn with(&self, level: (f64, f64)) -> Self {
        Self::new(self.0.iter().copied().chain([level]))
    }

    /// Requests a second at full batch. `None` without a level.
    #[must_use]
    pub fn fastest(&self) -> Option<f64> {
        self.0.last().map(|(_, rate)| *rate)
    }

    /// Streams of the deepest level; 0 without one.
    #[must_use]
    pub fn deepest(&self) -> f64 {
        self.0.last().map_or(0.0, |(depth, _)| *depth)
    }

    /// Requests a second at a depth: linear between measured depths; below the first in proportion, which is the least
    /// it can be, since fewer streams never make each of them slower; beyond the last as the last.
    fn at(&self, depth: f64) -> f64 {
        let above = self.0.partition_point(|(measured, _)| *measured < depth);
        let (low, high) = match (above.checked_sub(1).and_then(|below| self.0.get(below)), self.0.get(above)) {
            (Some(low), Some(high)) => (*low, *high),
            (None, Some(high)) => ((0.0, 0.0), *high),
            (Some(last), None) => return last.1,
            (None, None) => return 0.0,
        };
        low.1 + (depth - low.0) / (high.0 - low.0) * (high.1 - low.1)
    }
}

/// Seconds of workers billed, for each second that passes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WorkerSeconds {
    /// While requests run.
    pub execution: f64,
    /// While workers start.
    pub cold_start: f64,
    /// While workers wait for another request.
    pub idle: f64,
    /// Mean requests in a running worker's batch.
    pub depth: f64,
}

impl WorkerSeconds {
    /// All that is billed.
    #[must_use]
    pub fn total(self) -> f64 {
        self.execution + self.cold_start + self.idle
    }
}

/// Worker-seconds a second at a rate of requests that one worker serves alone.
///
/// The depth d of its batch and its running share x answer each other: `x = lambda / q(d)` and `x = 1 - exp(-x d)`.
/// Sparse requests run alone (d = 1), dense ones side by side. With measured depths that do not reach far enough the
/// last one is taken.
fn one_worker(rate: f64, depths: &Depths, terms: &Serverless) -> WorkerSeconds {
    let Some((deepest, _)) = depths.0.last().copied() else { return WorkerSeconds::default() };
    let depth = batch_depth(rate, depths, deepest.max(1.0));
    let running = (rate / depths.at(depth)).min(1.0 - 1e-12);
    // A cycle: nobody asks for 1/lambda, the worker starts, and is up until nobody asked for the time-out, which takes
    // (exp(lambda * timeout) / (1 - x) - 1)/lambda on average. All of that but the first is billed.
    let (starting, waiting) = (rate * terms.cold_start_s, rate * terms.idle_timeout_s);
    // Divided through by the exponential, which is too large for a number where the worker never ends.
    let ends = (1.0 - running) * (-waiting).exp();
    let up = running - (1.0 - running) * (-waiting).exp_m1();
    let cycle = 1.0 + starting * ends;
    let (cold_start, is_up) = (starting * ends / cycle, up / cycle);
    // Once it is up it runs and waits in the proportion in which it would without starting.
    let cold_start = if cold_start < NEGLIGIBLE { 0.0 } else { cold_start };
    let execution = if up > 0.0 { is_up * (running / up).min(1.0) } else { is_up };
    let idle = is_up - execution;
    WorkerSeconds { execution, cold_start, idle: if idle < NEGLIGIBLE { 0.0 } else { idle }, depth }
}

/// The depth d with `lambda / q(d) = 1 - exp(-d lambda / q(d))`, by the Illinois method; `deepest` where it is not reached.
fn batch_depth(rate: f64, depths: &Depths, deepest: f64) -> f64 {
    // Falls with depth: fewer seconds are needed and more requests are in flight.
    let missing = |depth: f64| {
        let share = rate / depths.at(depth);
        share + (-share * depth).exp_m1()
    };
    let (mut low, mut high) = ((1.0, missing(1.0)), (deepest, missing(deepest)));
    if high.1 >= 0.0 {
        return deepest;
    }
    let mut moved_low = None;
    while high.0 - low.0 > 1e-12 * high.0 {
        let guess = low.0 + (high.0 - low.0) * low.1 / (low.1 - high.1);
        let value = missing(guess);
        if guess <= low.0 || guess >= high.0 || value.abs() < 1e-15 {
            return guess.clamp(low.0, high.0);
        }
        let is_low = value > 0.0;
        // The end that stays twice in a row counts half, or it would stay for ever.
        let stays = if moved_low == Some(is_low) { 0.5 } else { 1.0 };
        if is_low {
            (low, high.1) = ((guess, value), high.1 * stays);
        } else {
            (high, low.1) = ((guess, value), low.1 * stays);
        }
        moved_low = Some(is_low);
    }
    high.0
}

/// Worker-seconds billed for each second at this rate. Nothing asked or nothing served bills nothing.
///
/// `theta` is the share of a worker's fastest rate that is planned for; above it there are as many workers as that takes,
/// and all of them run.
///
/// ```
/// use shared::economics::serverless::{Depths, Serverless, worker_seconds};
/// use shared::units::{Fraction, RequestsPerSecond};
/// let terms = Serverless { usd_per_second: 0.00019, active: None, cold_start_s: 0.0, idle_timeout_s: 0.0 };
/// // One request every 100 s, of 4 s each: the worker runs 4 % of the time, nearly always with one request.
/// let depths = Depths::new([(1.0, 0.25), (8.0, 1.0)]);
/// let seconds = worker_seconds(RequestsPerSecond::new(0.01), &depths, Fraction::ONE, &terms);
/// assert!((seconds.execution - 0.04).abs() < 0.001 && seconds.depth < 1.05);
/// ```
#[must_use]
pub fn worker_seconds(
    rate: RequestsPerSecond,
    depths: &Depths,
    headroom: Fraction,
    terms: &Serverless,
) -> WorkerSeconds {
    let planned = headroom.value() * depths.fastest().unwrap_or(0.0);
    if rate.value() <= 0.0 || planned <= 0.0 {
        return WorkerSeconds::default();
    }
    let workers = (rate.value() / planned - 1e-9).ceil().max(1.0);
    if workers <= 1.0 {
        return one_worker(rate.value(), depths, terms);
    }
    let each = one_worker(rate.value() / workers, depths, terms);
    WorkerSeconds { execution: workers, cold_start: 0.0, idle: 0.0, depth: each.depth }
}

/// USD of so many seconds of one kind of worker: `S * (execution + cold start + idle)`.
#[must_use]
pub fn bill(usd_per_second: f64, seconds: f64) -> f64 {
    usd_per_second * seconds
}

/// The utilisation above which a pod costs less than serverless: `P / (3600 * S)`. `None` for a free worker.
///
/// ```
/// use shared::economics::serverless::pod_utilisation;
/// use shared::units::UsdPerHour;
/// // An A5000 pod at 0.27 USD/h against 0.00019 USD/s.
/// let share = pod_utilisation(UsdPerHour::new(0.27), 0.00019).unwrap();
/// assert!((share - 0.3947).abs() < 1e-4);
/// ```
#[must_use]
pub fn pod_utilisation(pod: UsdPerHour, usd_per_second: f64) -> Option<f64> {
    (usd_per_second > 0.0).then(|| pod.value() / (SECONDS_PER_HOUR * usd_per_second))
}

/// A month of workers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MonthOfWorkers {
    /// Seconds billed of workers that come and go, by what they did.
    pub flex: WorkerSeconds,
    /// Seconds billed of workers that are always kept.
    pub active: f64,
    /// Most workers at once.
    pub most: u64,
}

/// Worker-seconds of a month at a volume, hour by hour; kept workers serve before others start.
#[must_use]
pub fn month(volume: f64, slots: &[Slot], depths: &Depths, headroom: Fraction, terms: &Serverless) -> MonthOfWorkers {
    let kept = terms.active.map_or(0, |(workers, _)| workers);
    let planned = headroom.value() * depths.fastest().unwrap_or(0.0);
    let mut all = MonthOfWorkers { active: kept as f64 * SECONDS_PER_MONTH, most: kept, ..MonthOfWorkers::default() };
    let mut served = 0.0;
    for slot in slots {
        let rate = volume * slot.weight / SECONDS_PER_MONTH - kept as f64 * planned;
        if rate <= 0.0 {
            continue;
        }
        let seconds = worker_seconds(RequestsPerSecond::new(rate), depths, headroom, terms);
        let time = slot.share * SECONDS_PER_MONTH;
        all.flex.execution += time * seconds.execution;
        all.flex.cold_start += time * seconds.cold_start;
        all.flex.idle += time * seconds.idle;
        // Weighed by requests: how deep the batch is that a request meets.
        all.flex.depth += rate * time * seconds.depth;
        served += rate * time;
        all.most = all.most.max(kept + (rate / planned - 1e-9).ceil().max(1.0) as u64);
    }
    all.flex.depth = if served > 0.0 { all.flex.depth / served } else { 0.0 };
    all
}

#[cfg(test)]
#[path = "serverless_tests.rs"]
mod tests;
