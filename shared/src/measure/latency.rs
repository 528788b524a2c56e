//! Which latency, and which of its values: the words that objectives and targets are made of.

use crate::measure::distribution::Distribution;
use crate::measure::summary::Level;
use crate::units::Millis;

/// The latencies that are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Time to first token.
    Ttft,
    /// Time per output token.
    Tpot,
    /// Inter-token latency.
    Itl,
    /// End-to-end latency.
    E2el,
}

/// What a limit is put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// The arithmetic mean.
    Mean,
    /// Half of the requests.
    P50,
    /// 90 % of them.
    P90,
    /// 95 % of them.
    P95,
    /// 99 % of them.
    P99,
}

impl Metric {
    /// Its word on screens.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ttft => "TTFT",
            Self::Tpot => "TPOT",
            Self::Itl => "ITL",
            Self::E2el => "E2EL",
        }
    }

    /// Its distribution at a level.
    #[must_use]
    pub fn of(self, level: &Level) -> &Distribution {
        match self {
            Self::Ttft => &level.ttft_ms,
            Self::Tpot => &level.tpot_ms,
            Self::Itl => &level.itl_ms,
            Self::E2el => &level.e2el_ms,
        }
    }
}

impl Statistic {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Mean, Self::P50, Self::P90, Self::P95, Self::P99];

    /// The share of requests that must keep the limit; for a mean none may fail, so all of them.
    #[must_use]
    pub fn share(self) -> f64 {
        match self {
            Self::Mean => 1.0,
            Self::P50 => 0.5,
            Self::P90 => 0.9,
            Self::P95 => 0.95,
            Self::P99 => 0.99,
        }
    }

    /// Its word on screens.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::P99 => "p99",
        }
    }

    /// Its value in a distribution, if that is known.
    #[must_use]
    pub fn of(self, distribution: &Distribution) -> Option<Millis> {
        match self {
            Self::Mean => distribution.mean,
            Self::P50 => distribution.p50,
            Self::P90 => distribution.p90,
            Self::P95 => distribution.p95,
            Self::P99 => distribution.p99,
        }
    }
}
