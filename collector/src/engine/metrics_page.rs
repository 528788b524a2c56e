//! The simulated server's `/metrics` page: vLLM's names, labels and forms for everything a client may look for.

use std::fmt::Write;

use crate::engine::clockwork::Clockwork;
use crate::engine::timing::Sum;

/// Tokens of a simulated KV-cache block, vLLM's default on a GPU.
const BLOCK_TOKENS: u64 = 16;
/// When its counters came to be; any moment will do, clients skip it.
const CREATED: &str = "1.7e+09";

/// The counters, gauges and histograms in Prometheus' text form.
#[must_use]
pub fn metrics_page(clockwork: &Clockwork, model: &str, kv_capacity_tokens: u64) -> String {
    let (totals, sums, gauges) = (clockwork.totals(), clockwork.sums(), clockwork.gauges());
    let mut page = Page { text: String::new(), labels: format!("engine=\"0\",model_name=\"{model}\"") };
    page.gauge("num_requests_running", gauges.running as f64);
    page.gauge("num_requests_waiting", gauges.waiting as f64);
    page.gauge("kv_cache_usage_perc", gauges.kv_usage);
    page.counter("prefix_cache_queries", totals.prefix_cache_queries);
    page.counter("prefix_cache_hits", 0);
    page.counter("num_preemptions", totals.preemptions);
    page.counter("prompt_tokens", totals.prompt_tokens);
    page.counter("generation_tokens", totals.output_tokens);
    page.finished(&[("stop", 0), ("length", totals.completed), ("abort", totals.aborted), ("error", 0)]);
    page.histogram("time_to_first_token_seconds", sums.ttft);
    page.histogram("inter_token_latency_seconds", sums.itl);
    page.histogram("e2e_request_latency_seconds", sums.e2e);
    page.histogram("request_queue_time_seconds", sums.queue);
    page.histogram("request_prefill_time_seconds", sums.prefill);
    page.histogram("request_decode_time_seconds", sums.decode);
    page.cache_config(kv_capacity_tokens);
    page.text
}

struct Page {
    text: String,
    labels: String,
}

impl Page {
    fn line(&mut self, name: &str, more: &str, value: impl std::fmt::Display) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "vllm:{name}{{{}{more}}} {value}", self.labels);
    }

    fn kind(&mut self, name: &str, kind: &str) {
        let _ = writeln!(self.text, "# TYPE vllm:{name} {kind}");
    }

    fn gauge(&mut self, name: &str, value: f64) {
        self.kind(name, "gauge");
        self.line(name, "", value);
    }

    fn counter(&mut self, name: &str, value: u64) {
        self.kind(&format!("{name}_total"), "counter");
        self.line(&format!("{name}_total"), "", value);
        self.line(&format!("{name}_created"), "", CREATED);
    }

    fn finished(&mut self, reasons: &[(&str, u64)]) {
        self.kind("request_success_total", "counter");
        for (reason, value) in reasons {
            self.line("request_success_total", &format!(",finished_reason=\"{reason}\""), value);
        }
    }

    fn histogram(&mut self, name: &str, sum: Sum) {
        self.kind(name, "histogram");
        self.line(&format!("{name}_bucket"), ",le=\"+Inf\"", sum.count);
        self.line(&format!("{name}_count"), "", sum.count);
        self.line(&format!("{name}_sum"), "", sum.sum);
        self.line(&format!("{name}_created"), "", CREATED);
    }

    fn cache_config(&mut self, kv_capacity_tokens: u64) {
        self.kind("cache_config_info", "gauge");
        let blocks = kv_capacity_tokens / BLOCK_TOKENS;
        let _ = writeln!(
            self.text,
            "vllm:cache_config_info{{block_size=\"{BLOCK_TOKENS}\",cache_dtype=\"auto\",\
             enable_prefix_caching=\"False\",engine=\"0\",gpu_memory_utilization=\"0.92\",\
             kv_cache_size_tokens=\"{kv_capacity_tokens}\",num_gpu_blocks=\"{blocks}\"}} 1"
        );
    }
}
