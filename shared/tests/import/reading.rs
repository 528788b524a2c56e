//! What each file says, number by number, compared with what stands in it.

use serde_json::{Value, json};
use shared::import::ImportedLevel;
use shared::measure::distribution::Distribution;
use shared::measure::plan::{Arrival, Endpoint, Stop};

use crate::{AIPERF, GUIDELLM, INFERENCE_BENCHMARKER, INFERENCE_PERF, SGLANG, VLLM, VLLM_RUST, read, with};

fn only(text: &str) -> ImportedLevel {
    let mut contents = read(text).unwrap();
    assert_eq!((contents.levels.len(), contents.skipped.len()), (1, 0));
    contents.levels.remove(0)
}

/// Mean, p50 and p99, in milliseconds.
fn times(distribution: &Distribution) -> [f64; 3] {
    let Distribution { mean, p50, p99, .. } = distribution;
    [mean, p50, p99].map(|time| time.unwrap().value())
}

#[track_caller]
fn near(found: [f64; 3], expected: [f64; 3]) {
    for (found, expected) in found.into_iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-9 * expected, "{found} is not {expected}");
    }
}

#[test]
fn vllm_bench_serve_in_python() {
    let run = only(VLLM);
    assert_eq!(run.level.load, Arrival::ClosedLoop { concurrency: 8 });
    assert_eq!((run.level.completed, run.level.prompt_tokens, run.level.output_tokens), (64, 4098, 4096));
    near(times(&run.level.ttft_ms), [352.582455124999, 128.4269770001174, 845.1020489000416]);
    assert!(run.level.steady_state.is_none() && run.notes.is_empty());
}

#[test]
fn vllm_bench_serve_in_rust() {
    let run = only(VLLM_RUST);
    assert_eq!((run.level.completed, run.level.failed), (199, 1));
    let steady = run.level.steady_state.unwrap();
    assert_eq!((steady.from_s.value(), steady.to_s.value()), (0.8, 18.0));
    assert_eq!(steady.output_tokens_per_s, 1.05 * 19900.0 / 20.0);
    // Another threshold is another window than Forge's.
    let other = only(&with(VLLM_RUST, "/steady_state/window/threshold", Some(json!(0.9))));
    assert_eq!(other.level.steady_state, None);
    let turns = with(VLLM_RUST, "/max_concurrency", None);
    let turns = with(&turns, "/multi_turn_concurrency", Some(json!(4)));
    let turns = only(&with(&turns, "/mode", Some(json!("multi_turn"))));
    assert_eq!(turns.level.load, Arrival::ClosedLoop { concurrency: 4 });
    assert_eq!(turns.notes, ["at 4 streams, each stream sent the turns of a conversation one after the other"]);
}

#[test]
fn sglang_writes_infinity_and_no_failures() {
    let contents = read(SGLANG).unwrap();
    let [closed, open] = contents.levels.as_slice() else { panic!("two runs") };
    assert_eq!(closed.level.load, Arrival::ClosedLoop { concurrency: 8 });
    assert_eq!(open.level.load, Arrival::Poisson { rate: 4.0 });
    assert_eq!((open.file.as_str(), open.endpoint), ("a.json (run 2)", Some(Endpoint::ChatCompletions)));
    assert_eq!((open.model.as_deref(), open.engine.as_deref()), (Some("org/model"), Some("sglang")));
    near(times(&closed.level.e2el_ms), [1900.0, 1800.0, 3100.0]);
    assert_eq!(closed.level.itl_ms.max.unwrap().value(), 140.0);
    assert_eq!(closed.notes, ["the files do not count failed requests; run with --output-details to include them"]);
    let first = SGLANG.lines().next().unwrap().replace("Infinity", "\"inf\"");
    let detailed = only(&with(&first, "/errors", Some(json!(["", "timeout", ""]))));
    assert_eq!((detailed.level.failed, detailed.notes.len()), (1, 0));
}

#[test]
fn guidellm_has_its_itl_as_tpot_and_never_its_tpot() {
    let run = only(GUIDELLM);
    let level = &run.level;
    assert_eq!((run.version.as_deref(), run.model.as_deref()), (Some("0.8.1"), Some("tiny-llama")));
    assert_eq!((run.date.unwrap().to_string().as_str(), run.seed), ("2026-11-22", Some(42)));
    assert_eq!((run.endpoint, run.stop), (Some(Endpoint::ChatCompletions), Some(Stop::Requests(768))));
    assert_eq!(level.load, Arrival::ClosedLoop { concurrency: 256 });
    assert_eq!((level.completed, level.failed, level.prompt_tokens, level.output_tokens), (768, 0, 67982, 76800));
    let file: Value = serde_json::from_str(GUIDELLM).unwrap();
    let metrics = &file["benchmarks"][0]["metrics"];
    let block = |name: &str| &metrics[name]["successful"];
    let stands = |name: &str, scale: f64| {
        let block = block(name);
        [&block["mean"], &block["median"], &block["percentiles"]["p99"]].map(|value| value.as_f64().unwrap() * scale)
    };
    near(times(&level.ttft_ms), stands("time_to_first_token_ms", 1.0));
    near(times(&level.tpot_ms), stands("inter_token_latency_ms", 1.0));
    near(times(&level.e2el_ms), stands("request_latency", 1000.0));
    assert!(level.itl_ms.is_empty(), "guidellm has no latency by token");
    assert_eq!((level.ttft_ms.count, level.tpot_ms.count), (Some(768), None), "TPOT is weighted by tokens");
    let own = block("time_per_output_token_ms")["mean"].as_f64().unwrap();
    assert!((own - level.tpot_ms.mean.unwrap().value()).abs() > 2.0, "they differ by TTFT over tokens");
    assert!(run.notes[0].starts_with("guidellm at 256 streams: p95 root dispatch delay was 0.835s"), "{:?}", run.notes);
}

#[test]
fn a_guidellm_sweep_is_several_levels() {
    let mut file: Value = serde_json::from_str(GUIDELLM).unwrap();
    let one = file["benchmarks"][0].clone();
    let strategies = [
        json!({"type_": "synchronous"}),
        json!({"type_": "throughput", "max_concurrency": null}),
        json!({"type_": "throughput", "max_concurrency": 512}),
        json!({"type_": "constant", "rate": 2.5}),
        json!({"type_": "poisson", "rate": 5.5}),
        json!({"type_": "replay"}),
    ];
    file["benchmarks"] = strategies
        .into_iter()
        .map(|strategy| {
            let mut benchmark = one.clone();
            benchmark["config"]["strategy"] = strategy;
            benchmark
        })
        .collect();
    let contents = read(&file.to_string()).unwrap();
    let loads: Vec<String> = contents.levels.iter().map(|run| run.level.load.to_string()).collect();
    assert_eq!(loads, ["1 stream", "512 streams", "2.5/s constant", "5.5/s Poisson"]);
    assert_eq!(
        contents.skipped,
        [
            "benchmark 2 of `a.json`: `throughput` without a concurrency limit is not a level",
            "benchmark 6 of `a.json`: strategy `replay` is not supported"
        ]
    );
    assert_eq!(contents.levels[1].file, "a.json (benchmark 3)");
}

#[test]
fn what_guidellm_cut_off_is_told() {
    let cut = with(GUIDELLM, "/benchmarks/0/metrics/request_totals/incomplete", Some(json!(5)));
    let run = only(&with(&cut, "/benchmarks/0/metrics/request_totals/total", Some(json!(773))));
    assert_eq!((run.level.completed, run.level.failed), (768, 0));
    assert_eq!(run.notes[0], "at 256 streams, 5 requests were cancelled at the end; they are not counted");
}

#[test]
fn aiperf_has_its_itl_as_tpot() {
    let run = only(AIPERF);
    let level = &run.level;
    assert_eq!((run.version.as_deref(), run.model.as_deref()), (Some("0.13.0"), Some("tiny-llama")));
    assert_eq!((run.date.unwrap().to_string().as_str(), run.endpoint), ("2026-11-22", Some(Endpoint::Completions)));
    assert_eq!((level.load, run.stop), (Arrival::ClosedLoop { concurrency: 256 }, Some(Stop::Requests(768))));
    // The server's own count of prompt tokens, not AIPerf's 49152.
    assert_eq!((level.completed, level.prompt_tokens, level.output_tokens), (768, 46391, 76800));
    near(times(&level.tpot_ms), [20.880180557554713, 20.89524461111111, 22.502880659898988]);
    near(times(&level.e2el_ms), [2304.7962740638022, 2299.0251964999998, 2445.06622786]);
    assert!(level.itl_ms.is_empty());
    assert_eq!(level.duration_s.value(), 7.78072576);
}

#[test]
fn aiperf_of_other_versions_and_other_loads() {
    let newer = with(AIPERF, "/schema_version", Some(json!("1.5")));
    assert_eq!(only(&with(&newer, "/something_new", Some(json!({"unit": "ms"})))), only(AIPERF));
    let phase = |phase: Value| only(&with(AIPERF, "/input_config/phases/0", Some(phase))).level.load;
    assert_eq!(phase(json!({"type": "poisson", "rate": 4.0, "duration": 60.0})), Arrival::Poisson { rate: 4.0 });
    assert_eq!(
        phase(json!({"type": "gamma", "rate": 4.0, "smoothness": 2.0})),
        Arrival::Gamma { rate: 4.0, burstiness: 2.0 }
    );
    let ramped = json!({"type": "constant", "rate": 4.0, "rate_ramp": {"duration": 10.0}});
    let ramped = only(&with(AIPERF, "/input_config/phases/0", Some(ramped)));
    assert_eq!(ramped.notes, ["the load of 4/s constant was ramped up, and the duration includes the ramp"]);
    let first = json!({"endpoint": {"model_names": ["org/model"], "type": "chat"},
        "loadgen": {"request_rate": 4.0, "request_rate_mode": "constant", "concurrency": 64, "request_count": 768}});
    let run = only(&with(AIPERF, "/input_config", Some(first)));
    assert_eq!((run.level.load, run.model.as_deref()), (Arrival::Constant { rate: 4.0 }, Some("org/model")));
    assert_eq!(
        run.notes,
        ["at 4/s constant, the client limited concurrency to 64 streams; further requests waited in the client"]
    );
    // Where some answers came without usage, its sum would be too low.
    let partly = with(AIPERF, "/usage_prompt_tokens/count", Some(json!(700)));
    assert_eq!(only(&partly).level.prompt_tokens, 49152);
}

#[test]
fn aiperf_says_how_requests_arrived_under_two_names() {
    let load = |generator: Value| {
        let config = json!({"endpoint": {"model_names": ["org/model"], "type": "chat"}, "loadgen": generator});
        only(&with(AIPERF, "/input_config", Some(config)))
    };
    let rate = 4.0;
    let constant = load(json!({"request_rate": rate, "arrival_pattern": "constant", "request_rate_mode": "poisson"}));
    assert_eq!(constant.level.load, Arrival::Constant { rate });
    let gamma = json!({"request_rate": rate, "arrival_pattern": "gamma", "arrival_smoothness": 0.5});
    assert_eq!(load(gamma).level.load, Arrival::Gamma { rate, burstiness: 0.5 });
    assert_eq!(load(json!({"request_rate": rate})).level.load, Arrival::Poisson { rate });
    let prefills = load(json!({"concurrency": 8, "prefill_concurrency": 2, "fixed_schedule": false}));
    assert_eq!(prefills.notes, ["at 8 streams, at most 2 requests were in prefill at the same time"]);
}

#[test]
fn inference_benchmarker_leaves_its_warm_up_out() {
    let contents = read(INFERENCE_BENCHMARKER).unwrap();
    assert_eq!(contents.skipped, ["`warmup` of `a.json`: a warm-up is not a level"]);
    let loads: Vec<Arrival> = contents.levels.iter().map(|run| run.level.load).collect();
    assert_eq!(
        loads,
        [Arrival::ClosedLoop { concurrency: 128 }, Arrival::Constant { rate: 3.2 }, Arrival::Constant { rate: 9.6 }]
    );
    let run = &contents.levels[0];
    assert_eq!((run.level.completed, run.level.failed, run.level.output_tokens), (1400, 3, 279_000));
    assert_eq!((run.endpoint, run.stop), (Some(Endpoint::ChatCompletions), Some(Stop::Duration(120.0))));
    near(times(&run.level.tpot_ms), [13.2, 12.0, 24.0]);
    assert!(run.level.itl_ms.is_empty());
}

#[test]
fn inference_perf_counts_in_seconds() {
    let run = only(INFERENCE_PERF);
    let level = &run.level;
    assert_eq!(level.load, Arrival::Constant { rate: 5.0 });
    assert_eq!((level.completed, level.failed, level.prompt_tokens, level.output_tokens), (300, 2, 72_000, 60_150));
    assert_eq!((level.cached_prompt_tokens, level.duration_s.value()), (Some(9600), 62.5));
    near(times(&level.ttft_ms), [73.5, 70.0, 154.0]);
    near(times(&level.itl_ms), [10.605, 10.1, 22.22]);
    assert_eq!((run.model, run.date, run.endpoint), (None, None, None));
    let streams = with(INFERENCE_PERF, "/load_summary/concurrency", Some(json!(12)));
    assert_eq!(only(&streams).level.load, Arrival::ClosedLoop { concurrency: 12 });
}

#[test]
fn older_and_summed_up_files_of_inference_perf() {
    let older = with(INFERENCE_PERF, "/benchmark_time_seconds", None);
    let older = with(&older, "/successes/prompt_tokens", None);
    let older = with(&older, "/successes/prompt_len", Some(json!({"mean": 240.0})));
    let level = only(&with(&older, "/successes/output_tokens", None)).level;
    assert_eq!((level.prompt_tokens, level.output_tokens), (72_000, 60_300));
    assert!((level.duration_s.value() - 62.5).abs() < 1e-9);
    let sum = read(&with(INFERENCE_PERF, "/load_summary/requested_rate", None)).unwrap();
    assert_eq!(sum.skipped, ["`a.json`: this is the summary of all stages; import the files of the stages"]);
}
