//! One level of a sweep: counts, totals, throughput, latency distributions, and what to doubt about it.
//!
//! `summarise` turns records into a level; imported levels are built from what their file says. A field that was
//! not measured is absent, not 0.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::measure::distribution::{Distribution, Percentile};
#[cfg(feature = "observations")]
use crate::measure::observations::Observations;
use crate::measure::plan::Arrival;
use crate::measure::record::{FailureKind, Instant, Outcome, RequestRecord};
use crate::units::{Fraction, Output, Prompt, RequestsPerSecond, Seconds, Tokens, TokensPerSecond, Total};

/// One level of a sweep, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// How requests arrived.
    pub load: Arrival,
    /// From the first send to the last end, ramp-up and drain included.
    pub duration_s: Seconds,
    /// Requests that completed.
    pub completed: u64,
    /// Requests that failed.
    pub failed: u64,
    /// Failures by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failures: BTreeMap<FailureKind, u64>,
    /// Prompt tokens of completed requests.
    pub prompt_tokens: u64,
    /// Prompt tokens served from the prefix cache, where the server says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_prompt_tokens: Option<u64>,
    /// Output tokens of completed requests.
    pub output_tokens: u64,
    /// Time to first token.
    #[serde(default, skip_serializing_if = "Distribution::is_empty")]
    pub ttft_ms: Distribution,
    /// Time per output token, by request.
    #[serde(default, skip_serializing_if = "Distribution::is_empty")]
    pub tpot_ms: Distribution,
    /// Inter-token latency, by token.
    #[serde(default, skip_serializing_if = "Distribution::is_empty")]
    pub itl_ms: Distribution,
    /// End-to-end latency.
    #[serde(default, skip_serializing_if = "Distribution::is_empty")]
    pub e2el_ms: Distribution,
    /// The part of the run with the level's full number of streams, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steady_state: Option<SteadyState>,
    /// Share of events whose tokens were counted by the server itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact_tokens: Option<Fraction>,
    /// What the server's own counters said over the level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerCounts>,
    /// Everything else that was seen: how sure the numbers are and what client, server and GPU did meanwhile.
    #[cfg(feature = "observations")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Box<Observations>>,
}

/// What the server counted between the start and the end of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerCounts {
    /// Requests it finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<u64>,
    /// Prompt tokens it took in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<u64>,
    /// Output tokens it generated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Prompt tokens it found in its prefix cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_cache_hits: Option<u64>,
    /// Requests it had to stop and restart for want of KV cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preemptions: Option<u64>,
}

/// Numbers over the steady state: at least 95 % of the streams in flight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SteadyState {
    /// Seconds after the level's start at which it began.
    pub from_s: Seconds,
    /// Seconds after the level's start at which it ended.
    pub to_s: Seconds,
    /// Output tokens that arrived within, per second.
    pub output_tokens_per_s: f64,
    /// Requests that ended within, per second.
    pub requests_per_s: RequestsPerSecond,
}

impl Level {
    /// A level of which nothing is known but its load.
    #[must_use]
    pub fn of(load: Arrival) -> Self {
        Self {
            load,
            duration_s: Seconds::new(0.0),
            completed: 0,
            failed: 0,
            failures: BTreeMap::new(),
            prompt_tokens: 0,
            cached_prompt_tokens: None,
            output_tokens: 0,
            ttft_ms: Distribution::default(),
            tpot_ms: Distribution::default(),
            itl_ms: Distribution::default(),
            e2el_ms: Distribution::default(),
            steady_state: None,
            exact_tokens: None,
            server: None,
            #[cfg(feature = "observations")]
            observed: None,
        }
    }

    /// Streams at once: those of a closed loop; in an open loop the mean number in flight, at least 1
    /// (Little's law: completed requests per second x mean E2EL).
    #[must_use]
    pub fn concurrency(&self) -> u32 {
        self.load.concurrency().unwrap_or_else(|| {
            let seconds = self.e2el_ms.mean.map_or(0.0, |mean| mean.value() / 1000.0);
            (self.request_rate().value() * seconds).round().max(1.0) as u32
        })
    }

    /// Output tokens generated per second: O / T.
    #[must_use]
    pub fn output_rate(&self) -> TokensPerSecond<Output> {
        TokensPerSecond::new(self.output_tokens as f64 / self.duration_s.value())
    }

    /// Prompt and output tokens per second: (I + O) / T.
    #[must_use]
    pub fn total_rate(&self) -> TokensPerSecond<Total> {
        let total = Tokens::<Prompt>::new(self.prompt_tokens) + Tokens::<Output>::new(self.output_tokens);
        TokensPerSecond::new(total.count() as f64 / self.duration_s.value())
    }

    /// Completed requests per second: R / T.
    #[must_use]
    pub fn request_rate(&self) -> RequestsPerSecond {
        RequestsPerSecond::new(self.completed as f64 / self.duration_s.value())
    }

    /// Mean prompt tokens a request: I / R. `None` when nothing completed.
    #[must_use]
    pub fn mean_input(&self) -> Option<f64> {
        (self.completed > 0).then(|| self.prompt_tokens as f64 / self.completed as f64)
    }

    /// Mean output tokens a request: O / R. `None` when nothing completed.
    #[must_use]
    pub fn mean_output(&self) -> Option<f64> {
        (self.completed > 0).then(|| self.output_tokens as f64 / self.completed as f64)
    }

    /// How many times the level's streams were filled: requests / concurrency.
    #[must_use]
    pub fn waves(&self) -> f64 {
        (self.completed + self.failed) as f64 / f64::from(self.concurrency().max(1))
    }
}

/// What a level's records amount to: counts, totals and latencies. `observe::level` tells the rest.
#[must_use]
pub fn summarise(load: Arrival, records: &[RequestRecord]) -> Level {
    let first = records.iter().map(|record| record.sent).min().unwrap_or(Instant(0));
    let last = records.iter().map(|record| record.ended).max().unwrap_or(Instant(0));
    let done: Vec<&RequestRecord> = records.iter().filter(|record| record.completed()).collect();
    let mut failures = BTreeMap::new();
    for record in records {
        if let Outcome::Failed { kind, .. } = record.outcome {
            *failures.entry(kind).or_insert(0) += 1;
        }
    }
    let events: usize = done.iter().map(|record| record.events.len()).sum();
    let exact: usize = done.iter().filter(|record| record.exact_tokens).map(|record| record.events.len()).sum();
    let cached: Option<Vec<u64>> = done.iter().map(|record| record.cached_tokens).collect();
    Level {
        load,
        duration_s: last.since(first),
        completed: done.len() as u64,
        failed: (records.len() - done.len()) as u64,
        failures,
        prompt_tokens: done.iter().filter_map(|record| record.prompt_tokens).sum(),
        cached_prompt_tokens: cached.filter(|counts| !counts.is_empty()).map(|counts| counts.iter().sum()),
        output_tokens: done.iter().map(|record| record.output_count()).sum(),
        ttft_ms: Distribution::of(done.iter().filter_map(|record| record.ttft())),
        tpot_ms: Distribution::of(done.iter().filter_map(|record| record.tpot())),
        itl_ms: Distribution::of(done.iter().flat_map(|record| record.inter_token_latencies())),
        e2el_ms: Distribution::of(done.iter().filter_map(|record| record.e2el())),
        exact_tokens: (events > 0).then(|| Fraction::new(exact as f64 / events as f64).unwrap_or(Fraction::ONE)),
        ..Level::of(load)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::made_up::failed;
    use crate::units::Millis;

    fn request(sent_ms: u64, tokens: u32) -> RequestRecord {
        crate::measure::made_up::request(sent_ms, 100, tokens, 10)
    }

    #[test]
    fn counts_only_what_completed() {
        let level = summarise(Arrival::ClosedLoop { concurrency: 2 }, &[request(0, 11), request(0, 11), failed(50)]);
        assert_eq!((level.completed, level.failed, level.failures[&FailureKind::ServerError]), (2, 1, 1));
        assert_eq!((level.prompt_tokens, level.output_tokens), (14, 22));
        assert_eq!(level.duration_s, Seconds::new(0.2));
        assert_eq!(level.output_rate().value(), 110.0);
        assert_eq!((level.ttft_ms.p50, level.tpot_ms.p99), (Some(Millis::new(100.0)), Some(Millis::new(10.0))));
        assert_eq!(level.itl_ms.count, Some(20));
        assert_eq!(level.waves(), 1.5);
        assert_eq!(level.cached_prompt_tokens, None);
    }

    #[test]
    fn nothing_completed_measures_nothing() {
        let level = summarise(Arrival::ClosedLoop { concurrency: 4 }, &[failed(0)]);
        assert!(level.ttft_ms.is_empty() && level.steady_state.is_none());
        assert_eq!((level.mean_input(), level.exact_tokens), (None, None));
    }
}
