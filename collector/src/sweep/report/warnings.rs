//! The warnings about a level, from its own numbers, and which of them remain when measurements are combined.
//!
//! A `Warning` travels with the result; no number is corrected or discarded.

use shared::measure::observations::{ClientLoad, Gpu, Steadiness};
use shared::measure::plan::Workload;
use shared::measure::summary::Level;
use shared::store::provenance::Warning;
use shared::units::{Fraction, Millis};

/// Share by which the server's count may differ from the client's.
const MISMATCH: f64 = 0.01;
/// Share of prompt tokens that may come from the prefix cache.
const PREFIX_HITS: f64 = 0.01;

/// Share of this machine's processors from which on the client may be what is measured, …
const CLIENT_BUSY: f64 = 0.8;
/// … and mean time, by request, that its bytes may wait to be read by one request in a hundred.
const LATE_MS: f64 = 10.0;

/// A GPU is busy from this percentage of the time on, as its driver counts it, …
const BUSY_PERCENT: f64 = 50.0;
/// … and should then run at this share of its highest clock or more.
const LOW_CLOCK: f64 = 0.8;

/// What is combined into one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combined {
    /// The repeats of a level, one after the other (`--repeats`).
    Repeats,
    /// The parts of a level's load, sent by several clients at the same time (`--shard`, `merge`).
    Shards,
}

/// Whether a warning about one part still holds for the level that the parts are combined into.
///
/// Warnings that are computed from counts and latencies are computed again from the combined numbers. What happened to
/// client, GPU or server during one part no longer shows there, so its warning is kept.
#[must_use]
pub fn outlasts_combination(warning: &Warning, combined: Combined) -> bool {
    match warning {
        Warning::KernelNotUsed { .. }
        | Warning::ClientSaturated { .. }
        | Warning::ClocksLow { .. }
        | Warning::Preemptions { .. } => true,
        // To one of several clients the requests of the others look foreign, and its notes are about its part alone.
        Warning::ForeignTraffic { .. } | Warning::Note { .. } => combined == Combined::Repeats,
        Warning::Failures { .. }
        | Warning::FewWaves { .. }
        | Warning::Drifting { .. }
        | Warning::TokensAssumed { .. }
        | Warning::CountMismatch { .. }
        | Warning::PrefixHits { .. }
        | Warning::Interrupted { .. } => false,
    }
}

/// The level's warnings: first those from its counts, then those from the server's counts and the stream.
#[must_use]
pub fn level_warnings(level: &Level, workload: &Workload) -> Vec<Warning> {
    let concurrency = level.concurrency();
    let mut warnings = Warning::of_level(level);
    if let Some(server) = level.server.and_then(|server| server.output_tokens) {
        let client = level.output_tokens;
        if server.abs_diff(client) as f64 > MISMATCH * client as f64 {
            warnings.push(Warning::CountMismatch { concurrency, client, server });
        }
    }
    if let Some(requests) = foreign(level) {
        warnings.push(Warning::ForeignTraffic { concurrency, requests });
    }
    let steady = level.observed.as_ref().and_then(|observed| observed.steady.as_ref());
    if let Some(drift) = steady.filter(|steady| steady.verdict == Steadiness::Drifting).and_then(|steady| steady.drift)
    {
        warnings.push(Warning::Drifting { concurrency, drift });
    }
    if let Some(share) = prefix_share(level).filter(|share| *share > PREFIX_HITS && !wants_hits(level, workload)) {
        warnings.push(Warning::PrefixHits { concurrency, share });
    }
    if level.exact_tokens.is_some_and(|share| share.value() < 1.0) {
        warnings.push(Warning::TokensAssumed { concurrency });
    }
    if let Some(preemptions) = level.server.and_then(|server| server.preemptions).filter(|count| *count > 0) {
        warnings.push(Warning::Preemptions { concurrency, preemptions });
    }
    let observed = level.observed.as_deref();
    if let Some(server) = observed.and_then(|observed| observed.server.as_ref()).filter(|view| !view.fell.is_empty()) {
        let fell = server.fell.join(", ");
        let text = format!("at {concurrency} streams the server's counters fell, as after a restart: {fell}");
        warnings.push(Warning::Note { text });
    }
    if let Some(client) = observed.and_then(|observed| observed.client.as_ref()).filter(|client| saturated(client)) {
        let busy = client.busy.map_or(0.0, Fraction::value);
        let delay = client.own_delay_ms.p99.unwrap_or(Millis::new(0.0));
        warnings.push(Warning::ClientSaturated { concurrency, busy, delay_ms: delay });
    }
    let gpus = observed.and_then(|observed| observed.gpu.as_ref()).map_or(&[][..], |gpu| &gpu.gpus);
    if let Some(share) = gpus.iter().filter_map(low_clock).min_by(f64::total_cmp) {
        warnings.push(Warning::ClocksLow { concurrency, share });
    }
    warnings
}

/// Whether the client was the bottleneck.
fn saturated(client: &ClientLoad) -> bool {
    let late = client.own_delay_ms.p99.is_some_and(|delay| delay.value() > LATE_MS);
    late || client.busy.is_some_and(|busy| busy.value() > CLIENT_BUSY)
}

/// Requests that were not ours: the most the server had at once beyond what we had in flight, or those it finished
/// beyond what we sent. A request that failed here may have ended well there.
fn foreign(level: &Level) -> Option<u64> {
    let view = level.observed.as_deref().and_then(|observed| observed.server.as_ref());
    let at_once = view.and_then(|view| view.foreign_requests);
    let finished = level.server.and_then(|server| server.completed);
    let finished = finished.map(|there| there.saturating_sub(level.completed + level.failed));
    at_once.max(finished).filter(|requests| *requests > 0)
}

/// Whether prompts that share a beginning are what the workload is about.
fn wants_hits(level: &Level, workload: &Workload) -> bool {
    // A later turn finds the ones before it.
    let several_turns = level.observed.as_deref().is_some_and(|observed| observed.turns.len() > 1);
    several_turns
        || match workload {
            Workload::SharedPrefix { .. } | Workload::Trace { .. } => true,
            Workload::Sharegpt { turns, .. } => turns.is_some_and(|turns| turns > 1),
            Workload::Random { .. } | Workload::Jsonl { .. } | Workload::Named { .. } => false,
        }
}

/// Mean over highest clock of a GPU that was busy and slow.
fn low_clock(gpu: &Gpu) -> Option<f64> {
    let busy = gpu.utilization_percent.is_some_and(|percent| percent.mean >= BUSY_PERCENT);
    let share = gpu.sm_clock_mhz?.mean / gpu.max_sm_clock_mhz.filter(|highest| *highest > 0.0)?;
    (busy && share < LOW_CLOCK).then_some(share)
}

/// Share of prompt tokens from the prefix cache: the server's counter, else what the answers said.
fn prefix_share(level: &Level) -> Option<f64> {
    let hits = level.server.and_then(|server| server.prefix_cache_hits).or(level.cached_prompt_tokens)?;
    (level.prompt_tokens > 0).then(|| hits as f64 / level.prompt_tokens as f64)
}

#[cfg(test)]
#[path = "warnings_tests.rs"]
mod tests;
