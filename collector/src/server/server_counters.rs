//! The server's own counters from its `/metrics` page. A counter that is missing is absent, never 0.

use shared::measure::summary::ServerCounts;

use crate::server::metric_families::Quantity;
use crate::server::metrics_reading::MetricsReading;

/// The counters at one time, summed over engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerCounters {
    /// Requests finished, aborted ones left out.
    pub completed: Option<u64>,
    /// Prompt tokens taken in.
    pub prompt_tokens: Option<u64>,
    /// Output tokens generated.
    pub output_tokens: Option<u64>,
    /// Prompt tokens found in the prefix cache.
    pub prefix_cache_hits: Option<u64>,
    /// Requests stopped for want of KV cache.
    pub preemptions: Option<u64>,
    /// Requests running right now.
    pub running: Option<u64>,
}

impl ServerCounters {
    /// Reads the page's text.
    #[must_use]
    pub fn parse(page: &str) -> Self {
        Self::of(&MetricsReading::parse(page))
    }

    /// The counters of a reading.
    #[must_use]
    pub fn of(reading: &MetricsReading) -> Self {
        Self {
            completed: reading.count(Quantity::Finished),
            prompt_tokens: reading.count(Quantity::PromptTokens),
            output_tokens: reading.count(Quantity::OutputTokens),
            prefix_cache_hits: reading.count(Quantity::PrefixHits),
            preemptions: reading.count(Quantity::Preemptions),
            running: reading.count(Quantity::Running),
        }
    }

    /// The increase of each counter since `earlier`. When a counter fell, the server was restarted, and no increase is
    /// known.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> ServerCounts {
        let pairs = [
            (self.completed, earlier.completed),
            (self.prompt_tokens, earlier.prompt_tokens),
            (self.output_tokens, earlier.output_tokens),
            (self.prefix_cache_hits, earlier.prefix_cache_hits),
            (self.preemptions, earlier.preemptions),
        ];
        let fell = pairs.iter().any(|(now, then)| now.zip(*then).is_some_and(|(now, then)| now < then));
        let differences = pairs.map(|(now, then)| if fell { None } else { now?.checked_sub(then?) });
        let [completed, prompt_tokens, output_tokens, prefix_cache_hits, preemptions] = differences;
        ServerCounts { completed, prompt_tokens, output_tokens, prefix_cache_hits, preemptions }
    }

    /// Whether anything is known at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDED: &str = include_str!("../../tests/fixtures/vllm-0.32.0/metrics.txt");

    #[test]
    fn reads_a_recorded_page() {
        let counters = ServerCounters::parse(RECORDED);
        assert_eq!((counters.completed, counters.prompt_tokens, counters.output_tokens), (Some(4), Some(28), Some(68)));
        assert_eq!((counters.prefix_cache_hits, counters.preemptions), (Some(0), Some(0)));
    }

    #[test]
    fn old_names_engines_and_aborts() {
        let page = "vllm:gpu_prefix_cache_hits_total{engine=\"0\"} 3\nvllm:gpu_prefix_cache_hits_total{engine=\"1\"} 4\n\
                    vllm:request_success_total{finished_reason=\"stop\"} 5\n\
                    vllm:request_success_total{finished_reason=\"length\"} 1e2\n\
                    vllm:request_success_total{finished_reason=\"abort\"} 7\n";
        let counters = ServerCounters::parse(page);
        assert_eq!((counters.prefix_cache_hits, counters.completed), (Some(7), Some(105)));
    }

    #[test]
    fn what_is_missing_is_absent() {
        assert!(ServerCounters::parse("").is_empty());
        assert!(
            ServerCounters::parse("# TYPE vllm:prompt_tokens_created gauge\nvllm:prompt_tokens_created 1.7e9\n")
                .is_empty()
        );
        let now = ServerCounters { output_tokens: Some(9), prompt_tokens: Some(1), ..ServerCounters::default() };
        let then = ServerCounters { output_tokens: Some(4), completed: Some(5), ..ServerCounters::default() };
        let counts = now.since(&then);
        assert_eq!((counts.output_tokens, counts.prompt_tokens, counts.completed), (Some(5), None, None));
    }

    #[test]
    fn where_one_counter_fell_nothing_is_subtracted() {
        let now = ServerCounters { output_tokens: Some(9), prompt_tokens: Some(1), ..ServerCounters::default() };
        let then = ServerCounters { output_tokens: Some(4), prompt_tokens: Some(5), ..ServerCounters::default() };
        let counts = now.since(&then);
        assert_eq!((counts.output_tokens, counts.prompt_tokens), (None, None));
    }
}
