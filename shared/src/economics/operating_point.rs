//! Which measured level one may run at under a latency target.
//!
//! Picks among measured levels; interpolates nothing and never goes beyond the measured range.

use serde::{Deserialize, Serialize};

use crate::measure::summary::{Level, Percentile};
use crate::units::{Fraction, Millis};

/// A latency target: percentiles that a level must keep to, and the share of requests that may fail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LatencyTarget {
    /// Highest TTFT at this percentile.
    pub ttft: Option<(Percentile, Millis)>,
    /// Highest TPOT at this percentile.
    pub tpot: Option<(Percentile, Millis)>,
    /// Highest share of failed requests.
    pub failures: Fraction,
}

impl LatencyTarget {
    /// A target on p99 TTFT alone, with no failure allowed.
    #[must_use]
    pub fn p99_ttft(limit: Option<Millis>) -> Self {
        let failures = Fraction::new(0.0).unwrap_or(Fraction::ONE);
        Self { ttft: limit.map(|limit| (Percentile::P99, limit)), tpot: None, failures }
    }

    /// Whether a level keeps to the target. `None` when the level does not say.
    #[must_use]
    pub fn kept_by(&self, level: &Level) -> Option<bool> {
        let within = |limit: Option<(Percentile, Millis)>, distribution: &crate::measure::summary::Distribution| {
            let Some((percentile, limit)) = limit else { return Some(true) };
            distribution.percentile(percentile).map(|value| value <= limit)
        };
        let requests = level.completed + level.failed;
        let failed = level.failed as f64 / requests.max(1) as f64;
        let latency = within(self.ttft, &level.ttft_ms)? && within(self.tpot, &level.tpot_ms)?;
        Some(latency && failed <= self.failures.value() && level.completed > 0)
    }
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
    let rate = |level: &Level| level.request_rate().value();
    let best = judged.into_iter().filter(|(_, kept)| *kept).map(|(level, _)| level);
    best.max_by(|a, b| rate(a).total_cmp(&rate(b))).map_or(OperatingPoint::NoneHolds, OperatingPoint::At)
}
