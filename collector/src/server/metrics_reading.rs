//! One reading of a server's `/metrics` page.
//!
//! Engines of a data-parallel server are combined. A metric that is missing is absent, never 0.

use std::collections::BTreeMap;

use crate::server::metric_families::{FAMILIES, MetricFamily, MetricKind, Quantity};
use crate::server::prometheus::{MetricSample, samples};

/// Labels of `cache_config_info` that decide how much fits, and how fast.
const CACHE_LABELS: [&str; 7] = [
    "block_size",
    "cache_dtype",
    "enable_prefix_caching",
    "gpu_memory_utilization",
    "kv_cache_max_concurrency",
    "kv_cache_size_tokens",
    "num_gpu_blocks",
];

/// The metrics at one time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MetricsReading {
    plain: BTreeMap<Quantity, f64>,
    timed: BTreeMap<Quantity, HistogramTotals>,
    cache: BTreeMap<String, String>,
}

/// A histogram without its buckets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HistogramTotals {
    /// Sum in seconds.
    pub sum: f64,
    /// Number of observations.
    pub count: f64,
}

impl MetricsReading {
    /// Reads the page's text.
    #[must_use]
    pub fn parse(page: &str) -> Self {
        let page: Vec<MetricSample<'_>> = samples(page).collect();
        let mut reading = Self::default();
        for family in &FAMILIES {
            match family.kind {
                MetricKind::Histogram => {
                    if let Some(timed) = timed(&page, family) {
                        reading.timed.insert(family.quantity, timed);
                    }
                }
                MetricKind::Gauge | MetricKind::Share | MetricKind::Counter => {
                    if let Some(value) = plain(&page, family) {
                        reading.plain.insert(family.quantity, value);
                    }
                }
            }
        }
        if let Some(info) = page.iter().find(|sample| sample.name == "vllm:cache_config_info") {
            let told =
                CACHE_LABELS.iter().filter_map(|label| Some(((*label).to_owned(), info.label(label)?.to_owned())));
            reading.cache = told.filter(|(_, value)| value != "None").collect();
        }
        reading
    }

    /// A gauge or a counter.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        self.plain.get(&quantity).copied()
    }

    /// A gauge or a counter that counts things.
    #[must_use]
    pub fn count(&self, quantity: Quantity) -> Option<u64> {
        self.value(quantity).map(|value| value as u64)
    }

    /// A histogram.
    #[must_use]
    pub fn timed(&self, quantity: Quantity) -> Option<HistogramTotals> {
        self.timed.get(&quantity).copied()
    }

    /// How the KV cache is set up, by vLLM's names.
    #[must_use]
    pub fn cache(&self) -> &BTreeMap<String, String> {
        &self.cache
    }

    /// Whether all quantities are missing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.timed.is_empty()
    }

    /// The families that are missing, in the table's order.
    pub fn missing(&self) -> impl Iterator<Item = &'static MetricFamily> + '_ {
        let has = |quantity| self.plain.contains_key(&quantity) || self.timed.contains_key(&quantity);
        FAMILIES.iter().filter(move |family| !has(family.quantity))
    }
}

/// The first name of the family that occurs, all its label sets together.
fn plain(page: &[MetricSample<'_>], family: &MetricFamily) -> Option<f64> {
    family.names.iter().find_map(|name| {
        let values: Vec<f64> = page
            .iter()
            .filter(|sample| sample.name == *name && ended_well(sample))
            .map(|sample| sample.value)
            .collect();
        let sum: f64 = values.iter().sum();
        match (values.len(), family.kind) {
            (0, _) => None,
            (engines, MetricKind::Share) => Some(sum / engines as f64),
            (_, MetricKind::Gauge | MetricKind::Counter | MetricKind::Histogram) => Some(sum),
        }
    })
}

/// Finished requests are counted by reason; those that were broken off are not ours to compare.
fn ended_well(sample: &MetricSample<'_>) -> bool {
    !matches!(sample.label("finished_reason"), Some("abort" | "error"))
}

fn timed(page: &[MetricSample<'_>], family: &MetricFamily) -> Option<HistogramTotals> {
    family.names.iter().find_map(|name| {
        let total = |end: &str| {
            let wanted = |sample: &&MetricSample<'_>| sample.name.strip_suffix(end).is_some_and(|start| start == *name);
            page.iter().filter(wanted).map(|sample| sample.value).reduce(|a, b| a + b)
        };
        Some(HistogramTotals { sum: total("_sum")?, count: total("_count")? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDED: &str = include_str!("../../tests/fixtures/vllm-0.32.0/metrics.txt");

    #[test]
    fn a_recorded_page_has_all_that_is_looked_for() {
        let reading = MetricsReading::parse(RECORDED);
        assert_eq!(reading.missing().map(MetricFamily::word).collect::<Vec<_>>(), Vec::<&str>::new());
        assert_eq!((reading.count(Quantity::Finished), reading.count(Quantity::PrefixQueries)), (Some(4), Some(28)));
        let ttft = reading.timed(Quantity::Ttft).unwrap();
        assert_eq!((ttft.sum, ttft.count), (0.542_371_749_877_929_7, 4.0));
        assert_eq!(reading.cache().get("block_size").map(String::as_str), Some("128"));
        assert_eq!(reading.cache().get("kv_cache_size_tokens").map(String::as_str), Some("524288"));
    }

    #[test]
    fn old_names_are_read_and_engines_taken_together() {
        let page = "vllm:gpu_cache_usage_perc{engine=\"0\"} 0.2\nvllm:gpu_cache_usage_perc{engine=\"1\"} 0.4\n\
                    vllm:num_requests_running{engine=\"0\"} 3\nvllm:num_requests_running{engine=\"1\"} 4\n\
                    vllm:time_per_output_token_seconds_sum{engine=\"0\"} 1.5\n\
                    vllm:time_per_output_token_seconds_count{engine=\"0\"} 30\n\
                    vllm:time_per_output_token_seconds_sum{engine=\"1\"} 0.5\n\
                    vllm:time_per_output_token_seconds_count{engine=\"1\"} 10\n\
                    vllm:time_to_first_token_seconds_created 1.7e9\nvllm:prompt_tokens_created 1.7e9\n";
        let reading = MetricsReading::parse(page);
        assert!((reading.value(Quantity::KvCacheUsage).unwrap() - 0.3).abs() < 1e-12);
        assert_eq!(reading.value(Quantity::Running), Some(7.0));
        assert_eq!(reading.timed(Quantity::Itl), Some(HistogramTotals { sum: 2.0, count: 40.0 }));
        assert_eq!((reading.timed(Quantity::Ttft), reading.value(Quantity::PromptTokens)), (None, None));
        let missing: Vec<&str> = reading.missing().map(MetricFamily::word).collect();
        assert!(missing.contains(&"time_to_first_token_seconds") && missing.contains(&"num_requests_waiting"));
        assert_eq!(missing.len(), 13 - 3, "{missing:?}");
    }

    #[test]
    fn the_newest_name_wins_and_another_engine_is_understood() {
        let both = "vllm:kv_cache_usage_perc 0.5\nvllm:gpu_cache_usage_perc 0.9\n";
        assert_eq!(MetricsReading::parse(both).value(Quantity::KvCacheUsage), Some(0.5));
        let sglang = "sglang:num_running_reqs{tp_rank=\"0\"} 2\nsglang:token_usage 0.25\n";
        let reading = MetricsReading::parse(sglang);
        assert_eq!((reading.count(Quantity::Running), reading.value(Quantity::KvCacheUsage)), (Some(2), Some(0.25)));
        assert!(MetricsReading::parse("# nothing\n").is_empty());
    }
}
