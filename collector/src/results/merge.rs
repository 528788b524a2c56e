//! Shards of one sweep joined into the result of the whole: what each client counted, as if one had counted it all.
//!
//! Counts, sums, means, deviations and extremes are exact; percentiles come from the added histograms. What the server
//! and the GPU said is left out, because each client saw all of it, and so are steady states.

use std::collections::BTreeMap;

use shared::measure::conduct::{Conduct, Shard};
use shared::measure::distribution::Distribution;
use shared::measure::objectives::{Metric, Objectives, Statistic};
use shared::measure::observations::{Goodput, Observations};
use shared::measure::plan::Arrival;
use shared::measure::summary::Level;
use shared::units::{Fraction, Millis, RequestsPerSecond, Seconds};

use crate::load::histogram::Merged;

/// A level of all shards, and how much their windows overlapped.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// The level.
    pub level: Level,
    /// Time in which all shards ran, over the time in which any did.
    pub overlap: f64,
}

/// The parts that a plan's load was shared into, one of each.
///
/// # Errors
/// When they are not those of one number of shards, or one is there twice or not at all.
pub fn complete(shards: &[Shard]) -> Result<(), String> {
    let of = shards.first().map_or(0, |shard| shard.of);
    if let Some(other) = shards.iter().find(|shard| shard.of != of) {
        return Err(format!("one is a part of {of}, another of {}", other.of));
    }
    for index in 1..=of {
        match shards.iter().filter(|shard| shard.index == index).count() {
            0 => return Err(format!("part {index} of {of} is missing")),
            1 => {}
            _ => return Err(format!("part {index} of {of} is there more than once")),
        }
    }
    Ok(())
}

/// What the plan of the whole says, from what a shard's says.
#[must_use]
pub fn of_whole(conduct: Option<&Conduct>) -> Option<Box<Conduct>> {
    let whole = Conduct { shard: None, ..conduct.cloned().unwrap_or_default() };
    (whole != Conduct::default()).then(|| Box::new(whole))
}

/// Joins one level of every shard. `None` when one does not say when it began, or there is none.
#[must_use]
pub fn level(load: Arrival, parts: &[&Level]) -> Option<Joined> {
    let windows: Vec<(f64, f64)> = parts.iter().map(|part| window(part)).collect::<Option<_>>()?;
    let began = windows.iter().map(|window| window.0).min_by(f64::total_cmp)?;
    let union = union(&windows);
    let all_from = windows.iter().map(|window| window.0).fold(f64::MIN, f64::max);
    let all_to = windows.iter().map(|window| window.1).fold(f64::MAX, f64::min);
    let sum = |of: fn(&Level) -> u64| parts.iter().map(|part| of(part)).sum::<u64>();
    let cached: Option<Vec<u64>> = parts.iter().map(|part| part.cached_prompt_tokens).collect();
    let mut failures = BTreeMap::new();
    for (kind, count) in parts.iter().flat_map(|part| &part.failures) {
        *failures.entry(*kind).or_insert(0) += count;
    }
    let (completed, failed) = (sum(|part| part.completed), sum(|part| part.failed));
    let mut level = Level {
        duration_s: Seconds::new(union),
        completed,
        failed,
        failures,
        prompt_tokens: sum(|part| part.prompt_tokens),
        cached_prompt_tokens: cached.map(|counts| counts.iter().sum()),
        output_tokens: sum(|part| part.output_tokens),
        ttft_ms: distribution(parts, |part| &part.ttft_ms),
        tpot_ms: distribution(parts, |part| &part.tpot_ms),
        itl_ms: distribution(parts, |part| &part.itl_ms),
        e2el_ms: distribution(parts, |part| &part.e2el_ms),
        exact_tokens: exact(parts),
        ..Level::of(load)
    };
    let goodput = goodput(&level, parts);
    let began_unix_ms = Some((began * 1000.0).round() as u64);
    level.observed = Some(Box::new(Observations { began_unix_ms, goodput, ..Observations::default() }));
    Some(Joined { level, overlap: ((all_to - all_from) / union).clamp(0.0, 1.0) })
}

/// Seconds since 1970 from which and to which a shard's level ran.
fn window(part: &Level) -> Option<(f64, f64)> {
    let began = part.observed.as_ref()?.began_unix_ms? as f64 / 1000.0;
    Some((began, began + part.duration_s.value()))
}

/// Time in which any window ran.
fn union(windows: &[(f64, f64)]) -> f64 {
    let mut windows = windows.to_vec();
    windows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut length, mut end) = (0.0, f64::MIN);
    for (from, to) in windows {
        length += (to - from.max(end)).max(0.0);
        end = end.max(to);
    }
    length
}

/// All samples together.
fn distribution(parts: &[&Level], of: fn(&Level) -> &Distribution) -> Distribution {
    let known: Vec<&Distribution> = parts.iter().map(|part| of(part)).filter(|one| !one.is_empty()).collect();
    let Some(count) = known.iter().map(|one| one.count).sum::<Option<u64>>().filter(|count| *count > 0) else {
        return Distribution::default();
    };
    let weighted = |value: &dyn Fn(&Distribution) -> Option<f64>| {
        let sum: Option<f64> = known.iter().map(|one| Some(value(one)? * one.count? as f64)).sum();
        sum.map(|sum| sum / count as f64)
    };
    let mean = weighted(&|one| Some(one.mean?.value()));
    // The variance of all is the mean of the parts' variances and of their means' squared distances from the whole's.
    let variance =
        mean.and_then(|mean| weighted(&|one| Some(one.std?.value().powi(2) + (one.mean?.value() - mean).powi(2))));
    let extreme = |of: fn(&Distribution) -> Option<Millis>, better: fn(f64, f64) -> f64| {
        let values: Option<Vec<f64>> = known.iter().map(|one| of(one).map(Millis::value)).collect();
        values?.into_iter().reduce(better)
    };
    let (min, max) = (extreme(|one| one.min, f64::min), extreme(|one| one.max, f64::max));
    let texts: Option<Vec<&str>> = known.iter().map(|one| one.hdr_us_base64.as_deref()).collect();
    let merged = texts.and_then(Merged::of);
    let quantile = |q: f64| {
        let value = merged.as_ref()?.quantile(q)?.value();
        Some(Millis::new(value.clamp(min.unwrap_or(value), max.unwrap_or(value))))
    };
    Distribution {
        count: Some(count),
        mean: mean.map(Millis::new),
        std: variance.map(|variance| Millis::new(variance.sqrt())),
        min: min.map(Millis::new),
        p50: quantile(0.5),
        p90: quantile(0.9),
        p95: quantile(0.95),
        p99: quantile(0.99),
        max: max.map(Millis::new),
        hdr_us_base64: merged.as_ref().and_then(Merged::text),
    }
}

/// Share of events whose tokens were counted, each part weighing as its output tokens do.
fn exact(parts: &[&Level]) -> Option<Fraction> {
    let tokens: u64 = parts.iter().map(|part| part.output_tokens).sum();
    let exact: f64 =
        parts.iter().map(|part| Some(part.exact_tokens?.value() * part.output_tokens as f64)).sum::<Option<f64>>()?;
    (tokens > 0).then(|| Fraction::new((exact / tokens as f64).min(1.0)).unwrap_or(Fraction::ONE))
}

/// Good requests add up; whether the whole met its objectives is read from the joined distributions.
fn goodput(level: &Level, parts: &[&Level]) -> Option<Goodput> {
    let of_parts: Vec<&Goodput> =
        parts.iter().map(|part| part.observed.as_ref()?.goodput.as_ref()).collect::<Option<_>>()?;
    let objectives = &of_parts.first()?.objectives;
    let met = met(&objectives.parse().ok()?, level)?;
    let (good, sent) = (of_parts.iter().map(|one| one.good).sum(), of_parts.iter().map(|one| one.sent).sum());
    let requests_per_s = RequestsPerSecond::new(good as f64 / level.duration_s.value());
    Some(Goodput { objectives: objectives.clone(), good, sent, requests_per_s, met })
}

fn met(objectives: &Objectives, level: &Level) -> Option<bool> {
    let sent = (level.completed + level.failed) as f64;
    let mut all = level.completed > 0;
    for objective in objectives.each() {
        let (distribution, by_token) = match objective.metric {
            Metric::Ttft => (&level.ttft_ms, false),
            Metric::Tpot => (&level.tpot_ms, false),
            Metric::Itl => (&level.itl_ms, true),
            Metric::E2el => (&level.e2el_ms, false),
        };
        let wanted = objective.statistic.share();
        let none_missing = level.completed as f64 >= wanted * sent - 1e-9;
        all &= none_missing;
        if distribution.is_empty() {
            continue;
        }
        all &= if objective.statistic == Statistic::Mean {
            distribution.mean? <= objective.limit()
        } else {
            let merged = Merged::of(distribution.hdr_us_base64.as_deref())?;
            let late = merged.count() - merged.at_most(objective.limit());
            let (kept, of) = match by_token {
                true => (merged.count() - late, merged.count() as f64),
                // A request without the value keeps its limit.
                false => (level.completed - late, sent),
            };
            kept as f64 >= wanted * of - 1e-9
        };
    }
    Some(all)
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
