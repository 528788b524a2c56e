//! A distribution of times: count, mean, spread, percentiles, and the histogram that any other percentile comes from.

use serde::{Deserialize, Serialize};

use crate::stats::Sorted;
use crate::stats::counted::Counted;
use crate::units::Millis;

/// A distribution of times in milliseconds: as much of it as is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distribution {
    /// Samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Arithmetic mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<Millis>,
    /// Population standard deviation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub std: Option<Millis>,
    /// Lowest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Millis>,
    /// Median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50: Option<Millis>,
    /// 90th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p90: Option<Millis>,
    /// 95th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95: Option<Millis>,
    /// 99th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99: Option<Millis>,
    /// Highest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Millis>,
    /// HdrHistogram of microseconds, V2 deflate, base64: any percentile can be had from it, shards can be merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hdr_us_base64: Option<String>,
}

/// A percentile that every distribution may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Percentile {
    /// Median.
    P50,
    /// 90th.
    P90,
    /// 95th.
    P95,
    /// 99th.
    P99,
}

impl Distribution {
    /// The distribution of these samples; empty for none.
    #[must_use]
    pub fn of(samples: impl IntoIterator<Item = Millis>) -> Self {
        let sorted = Sorted::new(samples.into_iter().map(Millis::value));
        let quantile = |q| sorted.quantile(q).map(Millis::new);
        if sorted.count() == 0 {
            return Self::default();
        }
        Self {
            count: Some(sorted.count() as u64),
            mean: sorted.mean().map(Millis::new),
            std: sorted.standard_deviation().map(Millis::new),
            min: quantile(0.0),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
            max: quantile(1.0),
            hdr_us_base64: None,
        }
    }

    /// The distribution of samples that occurred so many times each, in milliseconds; empty for none.
    #[must_use]
    pub fn counted(samples: Vec<(f64, u64)>) -> Self {
        let counted = Counted::new(samples);
        let quantile = |q| counted.quantile(q).map(Millis::new);
        if counted.count() == 0 {
            return Self::default();
        }
        Self {
            count: Some(counted.count()),
            mean: counted.mean().map(Millis::new),
            std: counted.standard_deviation().map(Millis::new),
            min: quantile(0.0),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
            max: quantile(1.0),
            hdr_us_base64: None,
        }
    }

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// One of its percentiles, if it is known.
    #[must_use]
    pub fn percentile(&self, percentile: Percentile) -> Option<Millis> {
        match percentile {
            Percentile::P50 => self.p50,
            Percentile::P90 => self.p90,
            Percentile::P95 => self.p95,
            Percentile::P99 => self.p99,
        }
    }
}
