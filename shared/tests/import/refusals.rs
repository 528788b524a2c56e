//! Files that contradict themselves, lack what is needed, or cannot be levels: refused by name.

use serde_json::{Value, json};

use crate::{AIPERF, GUIDELLM, INFERENCE_BENCHMARKER, INFERENCE_PERF, SGLANG, read, with};

#[track_caller]
fn refused(text: &str, pointer: &str, value: Option<Value>, message: &str) {
    assert_eq!(read(&with(text, pointer, value)).unwrap_err(), message);
}

#[test]
fn guidellm() {
    let at = |field: &str| format!("/benchmarks/0/{field}");
    refused(
        GUIDELLM,
        &at("metrics/request_totals/successful"),
        Some(json!(700)),
        "`a.json`: `benchmarks[0].metrics.request_totals.total` is 768, but its parts add up to 700",
    );
    let message = read(&with(GUIDELLM, &at("metrics/output_token_count/successful/total_sum"), Some(json!(80_000))));
    assert!(message.unwrap_err().starts_with(
        "`a.json`: `benchmarks[0].metrics.output_tokens_per_second.successful.mean` is 8853.569332832813, but output \
             tokens over `duration` are 9222.4"
    ));
    refused(
        GUIDELLM,
        &at("metrics/output_token_count"),
        None,
        "`a.json`: `benchmarks[0].metrics.output_token_count.successful` is missing",
    );
    refused(
        GUIDELLM,
        &at("config/strategy/streams"),
        Some(json!(0)),
        "`a.json`: `benchmarks[0].config.strategy.streams` is 0; expected 1 or more streams",
    );
    refused(
        GUIDELLM,
        &at("duration"),
        Some(json!(0.0)),
        "`a.json`: `benchmarks[0].duration` is `0` s; expected more than 0",
    );
}

#[test]
fn aiperf() {
    refused(
        AIPERF,
        "/request_throughput/avg",
        Some(json!(90.0)),
        "`a.json`: `request_throughput.avg` is 90, but requests over `benchmark_duration` are 98.70544518458905",
    );
    refused(AIPERF, "/benchmark_duration", None, "`a.json`: `benchmark_duration` is missing");
    refused(
        AIPERF,
        "/time_to_first_token/unit",
        Some(json!("fortnights")),
        "`a.json`: `time_to_first_token.unit` is `fortnights`; expected `ms`, `s`, `sec`, `seconds` or `us`",
    );
    refused(
        AIPERF,
        "/input_config/phases/0/type",
        Some(json!("fixed_schedule")),
        "`a.json`: `input_config.phases[0].type` is `fixed_schedule`; expected `concurrency`, `poisson`, `gamma` or \
         `constant`",
    );
    refused(
        AIPERF,
        "/input_config/phases",
        Some(json!([{"kind": "warmup"}])),
        "`a.json`: `input_config.phases` has no measured phase",
    );
}

#[test]
fn aiperf_without_a_load() {
    let check = |config: Value, message: &str| {
        let found = read(&with(AIPERF, "/input_config", Some(config))).unwrap_err();
        assert_eq!(found, format!("`a.json`: `input_config.{message}"));
    };
    let missing = "is missing, and there is no request rate, so the load is unknown";
    check(json!({"loadgen": {}}), &format!("loadgen.concurrency` {missing}"));
    check(json!({"phases": [{"type": "concurrency"}]}), &format!("phases[0].concurrency` {missing}"));
    check(
        json!({"loadgen": {"prefill_concurrency": 4}}),
        &format!("loadgen.concurrency` {missing}; `prefill_concurrency` limits prefills only"),
    );
    let own = "is set: requests followed a schedule, which is not a level of a sweep";
    check(json!({"loadgen": {"user_centric_rate": 2.0}}), &format!("loadgen.user_centric_rate` {own}"));
    check(
        json!({"loadgen": {"concurrency": 8}, "input": {"fixed_schedule": true}}),
        &format!("input.fixed_schedule` {own}"),
    );
    check(
        json!({"loadgen": {"request_rate": 4.0, "arrival_pattern": "waves"}}),
        "loadgen.arrival_pattern` is `waves`; expected `poisson`, `gamma` or `constant`",
    );
}

#[test]
fn inference_benchmarker() {
    refused(
        INFERENCE_BENCHMARKER,
        "/results/1/total_requests",
        Some(json!(1500)),
        "`a.json`: `results[1].total_requests` is 1500, but 1400 succeeded and 3 failed",
    );
    refused(
        INFERENCE_BENCHMARKER,
        "/results/2/token_throughput_secs",
        Some(json!(-1.0)),
        "`a.json`: `results[2].token_throughput_secs` is `-1.0`; expected a number of 0 or more",
    );
    refused(INFERENCE_BENCHMARKER, "/results/2/config/rate", None, "`a.json`: `results[2].config.rate` is missing");
}

#[test]
fn inference_perf() {
    refused(
        INFERENCE_PERF,
        "/load_summary/count",
        Some(json!(300)),
        "`a.json`: `load_summary.count` is 300, but 300 succeeded and 2 failed",
    );
    refused(
        INFERENCE_PERF,
        "/successes/throughput/input_tokens_per_sec",
        Some(json!(1000.0)),
        "`a.json`: `successes.throughput.input_tokens_per_sec` is 1000, but prompt tokens over the time are 1152",
    );
    refused(
        INFERENCE_PERF,
        "/successes/throughput/output_tokens_per_sec",
        Some(json!(1.0)),
        "`a.json`: `successes.throughput.output_tokens_per_sec` is 1, but output tokens over the time are 962.4",
    );
}

#[test]
fn sglang() {
    let line = SGLANG.lines().next().unwrap().replace("Infinity", "\"inf\"");
    refused(
        &line,
        "/max_concurrency",
        None,
        "`a.json`: `max_concurrency` is null: the run had no concurrency limit, so it is not a level of a sweep; run it with \
         --max-concurrency",
    );
    refused(
        &line,
        "/request_rate",
        Some(json!("trace")),
        "`a.json`: `request_rate` is `trace`: the file does not give the speed at which the trace was replayed",
    );
    refused(
        &line,
        "/backend",
        Some(json!("truss")),
        "`a.json`: `backend` is `truss`; expected a backend of sglang, vllm or lmdeploy",
    );
    refused(
        &line,
        "/total_throughput",
        Some(json!(1.0)),
        "`a.json`: `total_throughput` is 1, but tokens over `duration` are 1680",
    );
}
