//! At which measured level one may run under a latency target, and what one replica then serves.
//!
//! Picks among measured levels. Between a kept and a failing neighbour it may interpolate, on requests a second and
//! never on dollars; it never goes beyond the measured range.

use crate::economics::cost::Mix;
use crate::economics::model::Served;
use crate::economics::serverless::Depths;
pub use crate::measure::latency::{Metric, Statistic};
use crate::measure::summary::Level;
use crate::units::{Fraction, Millis, RequestsPerSecond};

/// A latency target: limits that a level must keep to, and the share of requests that may fail.
#[derive(Debug, Clone, PartialEq)]
pub struct LatencyTarget {
    /// All of them are to be kept.
    pub limits: Vec<Limit>,
    /// Highest share of failed requests.
    pub failures: Fraction,
}

/// The highest value of a latency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Which latency.
    pub metric: Metric,
    /// Which of its values.
    pub statistic: Statistic,
    /// The highest that keeps it.
    pub most: Millis,
}

impl Limit {
    /// What a level says. `None`: nothing.
    #[must_use]
    pub fn measured(&self, level: &Level) -> Option<Millis> {
        self.statistic.of(self.metric.of(level))
    }
}

impl LatencyTarget {
    /// A target on p99 TTFT alone, with no failure allowed.
    #[must_use]
    pub fn p99_ttft(limit: Option<Millis>) -> Self {
        let failures = Fraction::new(0.0).unwrap_or(Fraction::ONE);
        let limit = limit.map(|most| Limit { metric: Metric::Ttft, statistic: Statistic::P99, most });
        Self { limits: limit.into_iter().collect(), failures }
    }

    /// Whether a level keeps to the target. `None` when the level does not say.
    #[must_use]
    pub fn kept_by(&self, level: &Level) -> Option<bool> {
        let mut kept = level.completed > 0 && failed(level) <= self.failures.value();
        for limit in &self.limits {
            kept &= limit.measured(level)? <= limit.most;
        }
        Some(kept)
    }
}

/// Share of a level's requests that failed.
fn failed(level: &Level) -> f64 {
    level.failed as f64 / (level.completed + level.failed).max(1) as f64
}

/// The level to run at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OperatingPoint<'a> {
    /// The kept level that completes the most requests a second.
    At(&'a Level),
    /// Levels were measured and none keeps to the target.
    NoneHolds,
    /// No level says what the target asks for.
    NotMeasured,
}

/// Picks the operating point: the level with the largest q among those that keep to the target.
#[must_use]
pub fn operating_point<'a>(levels: &'a [Level], target: &LatencyTarget) -> OperatingPoint<'a> {
    let judged: Vec<(&Level, bool)> =
        levels.iter().filter_map(|level| target.kept_by(level).map(|kept| (level, kept))).collect();
    if judged.is_empty() {
        return OperatingPoint::NotMeasured;
    }
    let best = judged.into_iter().filter(|(_, kept)| *kept).map(|(level, _)| level);
    best.max_by(|a, b| rate(a).total_cmp(&rate(b))).map_or(OperatingPoint::NoneHolds, OperatingPoint::At)
}

fn rate(level: &Level) -> f64 {
    level.request_rate().value()
}

/// A point between the operating point and the next faster level, which breaks the target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interpolated<'a> {
    /// The level that keeps to the target.
    pub kept: &'a Level,
    /// The next faster one, which does not.
    pub broken: &'a Level,
    /// How far it lies from the first to the second, from 0 to 1.
    pub share: f64,
    /// Requests a second there.
    pub rate: RequestsPerSecond,
}

/// Where on the way to the next faster level the target is just kept: every limited latency and the share of failures
/// taken as straight lines over requests a second. `None` where no level is faster, or none keeps the target.
#[must_use]
pub fn interpolated<'a>(levels: &'a [Level], target: &LatencyTarget) -> Option<Interpolated<'a>> {
    let OperatingPoint::At(kept) = operating_point(levels, target) else { return None };
    let faster = levels.iter().filter(|level| rate(level) > rate(kept) && target.kept_by(level) == Some(false));
    let broken = faster.min_by(|a, b| rate(a).total_cmp(&rate(b)))?;
    let way = |from: f64, to: f64, most: f64| if to > most { (most - from) / (to - from) } else { 1.0 };
    let mut share = way(failed(kept), failed(broken), target.failures.value());
    for limit in &target.limits {
        let (from, to) = (limit.measured(kept)?.value(), limit.measured(broken)?.value());
        share = share.min(way(from, to, limit.most.value()));
    }
    let reached = rate(kept) + share * (rate(broken) - rate(kept));
    Some(Interpolated { kept, broken, share, rate: RequestsPerSecond::new(reached) })
}

/// What one replica serves at a level: its rate, its mix, and what it completes at that depth. `None` when nothing completed.
#[must_use]
pub fn served_at(at: &Level) -> Option<Served> {
    let depths = Depths::single(f64::from(at.concurrency()), rate(at));
    Some(Served { rate: at.request_rate(), mix: Mix::of(at)?, depths, interval: interval(at) })
}

/// The same with what it completes at every depth up to there, which serverless workers depend on.
#[must_use]
pub fn served(levels: &[Level], at: &Level) -> Option<Served> {
    let up_to_it = levels.iter().filter(|level| level.concurrency() <= at.concurrency() && rate(level) <= rate(at));
    let depths = Depths::new(up_to_it.map(|level| (f64::from(level.concurrency()), rate(level))));
    Some(Served { depths, ..served_at(at)? })
}

/// q's 95 % interval: what the repeats of a level say, if it was repeated.
#[cfg(feature = "observations")]
fn interval(level: &Level) -> Option<(RequestsPerSecond, RequestsPerSecond)> {
    let repeats = level.observed.as_ref()?.repeats.as_ref()?;
    let spread = repeats.spreads.iter().find(|spread| spread.figure == "requests_per_s")?;
    let half = spread.half_width_95?;
    // The level's rate is that of all its runs together; the interval is laid around it.
    let around = |end: f64| RequestsPerSecond::new((rate(level) + end).max(0.0));
    Some((around(-half), around(half)))
}

#[cfg(not(feature = "observations"))]
fn interval(_: &Level) -> Option<(RequestsPerSecond, RequestsPerSecond)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::made_up::levels;

    fn two_seconds() -> LatencyTarget {
        LatencyTarget::p99_ttft(Some(Millis::new(2000.0)))
    }

    #[test]
    fn between_two_levels_the_rate_is_interpolated() {
        // p99 TTFT is 1525 ms at 32 streams, 2822 ms at 64: 2 s lies 36.6 % of the way.
        let (levels, target) = (levels(), two_seconds());
        let point = interpolated(&levels, &target).unwrap();
        assert_eq!((point.kept.concurrency(), point.broken.concurrency()), (32, 64));
        assert!((point.share - (2000.0 - 1525.44) / (2821.89 - 1525.44)).abs() < 1e-9);
        assert!(point.rate.value() > 3.957 && point.rate.value() < 5.357);
    }

    #[test]
    fn nothing_is_said_beyond_what_was_measured() {
        let levels = levels();
        assert_eq!(interpolated(&levels, &LatencyTarget::p99_ttft(None)), None);
        assert_eq!(interpolated(&levels, &LatencyTarget::p99_ttft(Some(Millis::new(100.0)))), None);
    }

    #[test]
    fn every_limit_must_be_kept() {
        let mut levels = levels();
        levels[3].e2el_ms.mean = Some(Millis::new(8000.0));
        levels[2].e2el_ms.mean = Some(Millis::new(6000.0));
        let mut target = two_seconds();
        target.limits.push(Limit { metric: Metric::E2el, statistic: Statistic::Mean, most: Millis::new(7000.0) });
        let OperatingPoint::At(level) = operating_point(&levels, &target) else { panic!("level 16 holds both") };
        assert_eq!(level.concurrency(), 16);
        // The other levels do not say: they are neither kept nor broken.
        assert_eq!(target.kept_by(&levels[0]), None);
    }

    #[test]
    fn failures_count_against_a_level() {
        let mut levels = levels();
        levels[3].failed = 3;
        let OperatingPoint::At(level) = operating_point(&levels, &two_seconds()) else { panic!("level 16 holds") };
        assert_eq!(level.concurrency(), 16);
        let allowed = LatencyTarget { failures: Fraction::new(0.02).unwrap(), ..two_seconds() };
        let OperatingPoint::At(level) = operating_point(&levels, &allowed) else { panic!("level 32 holds") };
        assert_eq!(level.concurrency(), 32);
    }

    #[test]
    fn a_replica_serves_what_its_levels_up_to_there_say() {
        let levels = levels();
        let served = served(&levels, &levels[3]).unwrap();
        assert_eq!(served.depths.fastest(), Some(served.rate.value()));
        assert_eq!(served.depths, Depths::new(levels[..4].iter().map(|l| (f64::from(l.concurrency()), rate(l)))));
    }
}
