//! Latency targets as one writes them: by a name, or by their limits.

use crate::economics::operating_point::{LatencyTarget, Limit};
use crate::measure::objectives::{Objective, Objectives};

/// Targets with a name. The first two are MLPerf Inference 5.0's server and interactive limits for Llama 2 70B; `voice` is
/// our choice: people answer each other within 200 ms (Stivers et al. 2009), and speak two to three words a second.
pub const NAMED: [(&str, &str); 4] = [
    ("chat", "ttft:p99<2s,tpot:p99<200ms"),
    ("instant", "ttft:p99<450ms,tpot:p99<40ms"),
    ("voice", "ttft:p95<300ms,tpot:p95<100ms"),
    ("batch", "any"),
];

/// The limits of a target such as `ttft:p99<2s`; none for `any`.
///
/// # Errors
/// When it is none.
pub fn limits(written: &str) -> Result<Vec<Limit>, String> {
    if written == "any" {
        return Ok(Vec::new());
    }
    let limit = |one: &Objective| Limit { metric: one.metric, statistic: one.statistic, most: one.limit() };
    written.parse::<Objectives>().map(|all| all.each().iter().map(limit).collect()).map_err(|why| why.to_string())
}

/// A target, with or without a name, that no failed request keeps.
///
/// # Errors
/// When it is none.
pub fn target(text: &str) -> Result<LatencyTarget, String> {
    Ok(LatencyTarget { limits: limits(meant(text))?, ..LatencyTarget::p99_ttft(None) })
}

/// The limits that a name stands for; any other text as it is.
#[must_use]
pub fn meant(text: &str) -> &str {
    NAMED.iter().find(|(name, _)| *name == text).map_or(text, |(_, limits)| limits)
}

/// How the target reads: with its limits, where it has a name.
#[must_use]
pub fn words(text: &str) -> String {
    match (text, meant(text)) {
        ("any", _) => "no limit".into(),
        (name, "any") => format!("{name}: no limit"),
        (name, limits) if name != limits => format!("{name}: {limits}"),
        (limits, _) => limits.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_target_and_says_its_limits() {
        for (name, written) in NAMED {
            assert_eq!(target(name).unwrap(), target(written).unwrap());
        }
        assert_eq!(words("instant"), "instant: ttft:p99<450ms,tpot:p99<40ms");
        assert_eq!((words("batch"), words("any")), ("batch: no limit".into(), "no limit".into()));
        assert_eq!(words("ttft:p50<2s"), "ttft:p50<2s");
        assert!(target("soon").is_err());
    }

    #[test]
    fn tokens_a_second_are_a_limit_on_the_time_of_one() {
        let limits = target("ttft:p50<2s,tps:p50>20").unwrap().limits;
        assert_eq!(limits.iter().map(|limit| limit.most.value()).collect::<Vec<_>>(), [2000.0, 50.0]);
    }
}
