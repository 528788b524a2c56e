//! What to doubt about a level, from its own numbers.
//!
//! Each doubt is a `Warning` that travels with the result; nothing is corrected or thrown away.

use shared::measure::observations::Steadiness;
use shared::measure::summary::Level;
use shared::store::provenance::Warning;

/// Share by which the server's count may differ from the client's.
const MISMATCH: f64 = 0.01;
/// Share of prompt tokens that may come from the prefix cache.
const PREFIX_HITS: f64 = 0.01;

/// The level's doubts: those its counts alone give, then those the server's counts and the stream give.
#[must_use]
pub fn doubts(level: &Level) -> Vec<Warning> {
    let concurrency = level.concurrency();
    let mut doubts = Warning::of_level(level);
    if let Some(server) = level.server.and_then(|server| server.output_tokens) {
        let client = level.output_tokens;
        if server.abs_diff(client) as f64 > MISMATCH * client as f64 {
            doubts.push(Warning::CountMismatch { concurrency, client, server });
        }
    }
    let steady = level.observed.as_ref().and_then(|observed| observed.steady.as_ref());
    if let Some(drift) = steady.filter(|steady| steady.verdict == Steadiness::Drifting).and_then(|steady| steady.drift)
    {
        doubts.push(Warning::Drifting { concurrency, drift });
    }
    if let Some(share) = prefix_share(level).filter(|share| *share > PREFIX_HITS) {
        doubts.push(Warning::PrefixHits { concurrency, share });
    }
    if level.exact_tokens.is_some_and(|share| share.value() < 1.0) {
        doubts.push(Warning::TokensAssumed { concurrency });
    }
    doubts
}

/// Share of prompt tokens from the prefix cache: the server's counter, else what the answers said.
fn prefix_share(level: &Level) -> Option<f64> {
    let hits = level.server.and_then(|server| server.prefix_cache_hits).or(level.cached_prompt_tokens)?;
    (level.prompt_tokens > 0).then(|| hits as f64 / level.prompt_tokens as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::measure::plan::Arrival;
    use shared::measure::summary::{ServerCounts, summarise};
    use shared::units::{Fraction, Seconds};

    fn level(completed: u64, server: Option<ServerCounts>) -> Level {
        let empty = summarise(Arrival::ClosedLoop { concurrency: 4 }, &[]);
        Level {
            duration_s: Seconds::new(1.0),
            completed,
            prompt_tokens: 1000,
            output_tokens: 1000,
            exact_tokens: Some(Fraction::ONE),
            server,
            ..empty
        }
    }

    fn counts(output: u64, hits: u64) -> Option<ServerCounts> {
        let (completed, prompt_tokens, preemptions) = (None, None, None);
        Some(ServerCounts {
            completed,
            prompt_tokens,
            preemptions,
            output_tokens: Some(output),
            prefix_cache_hits: Some(hits),
        })
    }

    #[test]
    fn a_clean_level_has_none() {
        assert_eq!(doubts(&level(40, counts(1010, 10))), []);
        assert_eq!(doubts(&level(40, None)), []);
    }

    #[test]
    fn each_doubt_is_found() {
        let doubtful = Level { failed: 2, exact_tokens: Fraction::new(0.5).ok(), ..level(14, counts(1011, 11)) };
        let kinds: Vec<String> = doubts(&doubtful).iter().map(ToString::to_string).collect();
        for (kind, word) in kinds.iter().zip(["failed", "4 waves", "server counted 1011", "1.1 %", "one per event"]) {
            assert!(kind.contains(word), "{kind}");
        }
        assert_eq!(kinds.len(), 5);
    }
}
