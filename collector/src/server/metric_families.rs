//! The metrics that are read from a server's /metrics page, with every name they have had, newest first.
//!
//! vLLM hides a renamed metric one minor version later and removes it two later. SGLang's names stand where they mean
//! the same.

/// A quantity that a server may report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// Sequences in the batch.
    Running,
    /// Requests in the queue.
    Waiting,
    /// Share of the KV cache in use, 0 to 1.
    KvCacheUsage,
    /// Prompt tokens looked up in the prefix cache.
    PrefixQueries,
    /// Prompt tokens found there.
    PrefixHits,
    /// Prompt tokens taken in.
    PromptTokens,
    /// Output tokens generated.
    OutputTokens,
    /// Requests finished, aborted and failed ones left out.
    Finished,
    /// Requests stopped for want of KV cache.
    Preemptions,
    /// Seconds in the queue.
    QueueTime,
    /// Seconds to the first token.
    Ttft,
    /// Seconds between output events.
    Itl,
    /// Seconds from arrival to the end.
    E2el,
}

/// How the samples of one metric become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// A gauge; the sum over engines.
    Gauge,
    /// A gauge between 0 and 1; the mean over engines.
    Share,
    /// A counter; the sum over engines.
    Counter,
    /// A histogram's `_sum` and `_count`. Buckets are not used: vLLM's smallest for ITL is 10 ms.
    Histogram,
}

/// A quantity and its metrics.
#[derive(Debug, Clone, Copy)]
pub struct MetricFamily {
    /// The quantity.
    pub quantity: Quantity,
    /// How its samples become one number.
    pub kind: MetricKind,
    /// Its metric names, newest first.
    pub names: &'static [&'static str],
}

const fn family(quantity: Quantity, kind: MetricKind, names: &'static [&'static str]) -> MetricFamily {
    MetricFamily { quantity, kind, names }
}

/// All quantities that are read.
pub const FAMILIES: [MetricFamily; 13] = [
    family(Quantity::Running, MetricKind::Gauge, &["vllm:num_requests_running", "sglang:num_running_reqs"]),
    family(Quantity::Waiting, MetricKind::Gauge, &["vllm:num_requests_waiting", "sglang:num_queue_reqs"]),
    family(
        Quantity::KvCacheUsage,
        MetricKind::Share,
        &["vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc", "sglang:token_usage"],
    ),
    family(
        Quantity::PrefixQueries,
        MetricKind::Counter,
        &["vllm:prefix_cache_queries_total", "vllm:gpu_prefix_cache_queries_total"],
    ),
    family(
        Quantity::PrefixHits,
        MetricKind::Counter,
        &["vllm:prefix_cache_hits_total", "vllm:gpu_prefix_cache_hits_total"],
    ),
    family(Quantity::PromptTokens, MetricKind::Counter, &["vllm:prompt_tokens_total", "sglang:prompt_tokens_total"]),
    family(
        Quantity::OutputTokens,
        MetricKind::Counter,
        &["vllm:generation_tokens_total", "sglang:generation_tokens_total"],
    ),
    family(Quantity::Finished, MetricKind::Counter, &["vllm:request_success_total"]),
    family(Quantity::Preemptions, MetricKind::Counter, &["vllm:num_preemptions_total"]),
    family(Quantity::QueueTime, MetricKind::Histogram, &["vllm:request_queue_time_seconds"]),
    family(
        Quantity::Ttft,
        MetricKind::Histogram,
        &["vllm:time_to_first_token_seconds", "sglang:time_to_first_token_seconds"],
    ),
    family(
        Quantity::Itl,
        MetricKind::Histogram,
        &[
            "vllm:inter_token_latency_seconds",
            "vllm:time_per_output_token_seconds",
            "sglang:inter_token_latency_seconds",
        ],
    ),
    family(
        Quantity::E2el,
        MetricKind::Histogram,
        &["vllm:e2e_request_latency_seconds", "sglang:e2e_request_latency_seconds"],
    ),
];

impl MetricFamily {
    /// Its newest name without the engine's prefix.
    #[must_use]
    pub fn word(&self) -> &'static str {
        let newest = self.names.first().copied().unwrap_or_default();
        newest.split_once(':').map_or(newest, |(_, word)| word).trim_end_matches("_total")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_quantity_stands_once_and_each_name_too() {
        for pair in FAMILIES.windows(2) {
            assert!(pair[0].quantity < pair[1].quantity, "{:?}", pair[1].quantity);
        }
        let mut names: Vec<&str> = FAMILIES.iter().flat_map(|family| family.names).copied().collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        assert_eq!(FAMILIES[3].word(), "prefix_cache_queries");
    }
}
