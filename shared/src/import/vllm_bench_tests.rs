//! Tests of the `vllm bench serve` importer on made-up files.

use super::*;
use crate::import::sweep::Sweep;
use crate::measure::plan::{Stop, Workload};
use crate::store::provenance::Warning;

/// A made-up run with some fields replaced; an empty text removes the field.
fn file(changes: &[(&str, &str)]) -> String {
    let mut object: serde_json::Map<String, Value> = serde_json::from_str(
        r#"{"date": "20260102-030405", "endpoint_type": "openai-chat", "backend": "openai-chat", "model_id": "org/model",
            "num_prompts": 40, "request_rate": "inf", "max_concurrency": 4, "duration": 10.0, "completed": 38, "failed": 2,
            "total_input_tokens": 3000, "total_output_tokens": 1000, "total_token_throughput": 400.0,
            "a_key_of_tomorrow": [1, 2], "mean_ttft_ms": 50.5, "median_ttft_ms": 40.0, "std_ttft_ms": 5.0,
            "p90_ttft_ms": 70.0, "p99_ttft_ms": 90.0, "p99.9_ttft_ms": 95.0, "mean_tpot_ms": 0.0, "median_tpot_ms": 0.0,
            "std_tpot_ms": 0.0, "p99_tpot_ms": 0.0}"#,
    )
    .unwrap();
    for (key, value) in changes {
        object.remove(*key);
        if !value.is_empty() {
            object.insert((*key).into(), serde_json::from_str(value).unwrap());
        }
    }
    serde_json::to_string(&object).unwrap()
}

fn runs(file: &str, text: &str) -> Vec<ImportedLevel> {
    VllmBench.parse(file, text).unwrap().levels
}

fn read(changes: &[(&str, &str)]) -> ImportedLevel {
    runs("a.json", &file(changes)).remove(0)
}

#[track_caller]
fn refused(changes: &[(&str, &str)], message: &str) {
    assert_eq!(VllmBench.parse("a.json", &file(changes)).unwrap_err().to_string(), message);
}

#[test]
fn a_file_is_a_level() {
    let run = read(&[]);
    assert_eq!((run.model.as_deref(), run.endpoint), (Some("org/model"), Some(Endpoint::ChatCompletions)));
    assert_eq!(run.date.unwrap().to_string(), "2026-01-02");
    let level = run.level;
    assert_eq!((level.concurrency(), level.completed, level.failed), (4, 38, 2));
    assert_eq!((level.prompt_tokens, level.output_tokens, level.duration_s), (3000, 1000, Seconds::new(10.0)));
    assert_eq!(level.total_rate().value(), 400.0);
    let ms = |value| Some(Millis::new(value));
    let ttft = level.ttft_ms;
    assert_eq!((ttft.mean, ttft.p50, ttft.std), (ms(50.5), ms(40.0), ms(5.0)));
    assert_eq!((ttft.p90, ttft.p95, ttft.p99, ttft.count), (ms(70.0), None, ms(90.0), None));
}

#[test]
fn what_was_not_measured_is_absent() {
    let level = read(&[]).level;
    assert!(level.tpot_ms.is_empty(), "zeros come from an empty list");
    assert!(level.e2el_ms.is_empty() && level.cached_prompt_tokens.is_none());
    let nothing = read(&[
        ("completed", "0"),
        ("failed", "40"),
        ("total_input_tokens", "0"),
        ("total_output_tokens", "0"),
        ("total_token_throughput", "0.0"),
        ("mean_ttft_ms", "0.0"),
        ("median_ttft_ms", "0.0"),
        ("std_ttft_ms", "0.0"),
        ("p90_ttft_ms", "0.0"),
        ("p99_ttft_ms", "0.0"),
    ]);
    assert!(nothing.level.ttft_ms.is_empty());
    assert_eq!(nothing.level.mean_input(), None);
}

#[test]
fn older_files_say_less() {
    let run = read(&[("failed", ""), ("endpoint_type", ""), ("backend", r#""vllm""#), ("date", "")]);
    assert_eq!((run.level.failed, run.endpoint, run.date), (2, Some(Endpoint::Completions), None));
    refused(&[("failed", ""), ("num_prompts", "")], "`a.json`: `num_prompts` is missing");
}

#[test]
fn a_needed_field_that_is_wrong_is_named_with_its_value() {
    refused(&[("duration", "")], "`a.json`: `duration` is missing");
    refused(&[("duration", "0")], "`a.json`: `duration` is `0` s; expected more than 0");
    refused(&[("completed", "-1")], "`a.json`: `completed` is `-1`; expected an integer of 0 or more");
    refused(
        &[("total_input_tokens", r#""many""#)],
        "`a.json`: `total_input_tokens` is `\"many\"`; expected an integer of 0 or more",
    );
    refused(&[("p99_ttft_ms", r#""slow""#)], "`a.json`: `p99_ttft_ms` is `\"slow\"`; expected a number of 0 or more");
    refused(
        &[("max_concurrency", "null")],
        "`a.json`: `max_concurrency` is null: the run had no concurrency limit, so it is not a level of a sweep; run it with \
         --max-concurrency",
    );
    refused(&[("max_concurrency", "0")], "`a.json`: `max_concurrency` is 0; expected 1 or more streams");
    refused(
        &[("endpoint_type", r#""tgi""#)],
        "`a.json`: `endpoint_type` is `tgi`; expected `openai`, `vllm` or `openai-chat`",
    );
    refused(
        &[("total_token_throughput", "4000.0")],
        "`a.json`: `total_token_throughput` is 4000, but tokens over `duration` are 400",
    );
}

#[test]
fn a_text_that_is_no_run_is_refused() {
    let message = |text: &str| VllmBench.parse("a.json", text).unwrap_err().to_string();
    assert_eq!(message(""), "`a.json`: is empty");
    assert_eq!(message("[1]"), "`a.json`: is not a JSON object");
    assert!(message("{\"a\": ").starts_with("`a.json`: is not JSON: EOF"));
}

#[test]
fn a_file_may_hold_several_runs() {
    let text = format!("{}\n{}\n", file(&[("max_concurrency", "16")]), file(&[]));
    let sweep = Sweep::of(runs("all.json", &text)).unwrap();
    assert_eq!(sweep.levels.iter().map(Level::concurrency).collect::<Vec<_>>(), [4, 16]);
    let broken = format!("{}\n{}", file(&[]), file(&[("duration", "")]));
    assert_eq!(
        VllmBench.parse("all.json", &broken).unwrap_err().to_string(),
        "`all.json (run 2)`: `duration` is missing"
    );
}

#[test]
fn runs_that_do_not_belong_together_are_refused() {
    let run = |name: &str, changes: &[(&str, &str)]| runs(name, &file(changes)).remove(0);
    let message =
        |changes: &[(&str, &str)]| Sweep::of(vec![run("a.json", &[]), run("b.json", changes)]).unwrap_err().to_string();
    assert_eq!(message(&[]), "`b.json`: has the level 4 streams, which `a.json` has too");
    assert_eq!(
        message(&[("max_concurrency", "8"), ("model_id", r#""org/other""#)]),
        "`b.json`: is of model `org/other`, but `a.json` is of `org/model`"
    );
    assert_eq!(
        message(&[("max_concurrency", "8"), ("endpoint_type", r#""openai""#)]),
        "`b.json`: used /v1/completions, but `a.json` used /v1/chat/completions"
    );
    assert!(Sweep::of(Vec::new()).is_err());
}

#[test]
fn a_sweep_knows_its_plan_and_what_to_doubt() {
    let wide = file(&[("max_concurrency", "16"), ("failed", "0"), ("completed", "40"), ("total_token_throughput", "")]);
    let text = file(&[("failed", "0"), ("completed", "40")]) + &wide;
    let sweep = Sweep::of(runs("a.json", &text)).unwrap();
    let plan = sweep.plan("sharegpt", Endpoint::Completions);
    assert_eq!((plan.stop, plan.workload), (Stop::Requests(40), Workload::Named { name: "sharegpt".into() }));
    assert_eq!(sweep.warnings(), [Warning::FewWaves { concurrency: 16, waves: 2.5 }]);

    let uneven = Sweep::of(runs("a.json", &(file(&[]) + &file(&[("max_concurrency", "2"), ("failed", "0")]))));
    let texts: Vec<String> = uneven.unwrap().warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "2 requests failed at 4 streams; throughput counts only those that completed",
            "levels sent different numbers of requests: 38 at 2, 40 at 4 streams"
        ]
    );
}

#[test]
fn requests_at_a_rate_are_a_level_too() {
    let load = |changes: &[(&str, &str)]| read(changes).level.load;
    let rate = 3.5;
    assert_eq!(load(&[("request_rate", "3.5"), ("max_concurrency", "null")]), Arrival::Poisson { rate });
    assert_eq!(load(&[("request_rate", "3.5"), ("burstiness", "1.0")]), Arrival::Poisson { rate });
    assert_eq!(load(&[("request_rate", "3.5"), ("burstiness", "0.5")]), Arrival::Gamma { rate, burstiness: 0.5 });
    assert_eq!(load(&[("request_rate", "3.5"), ("burstiness", "\"inf\"")]), Arrival::Constant { rate });
    let ramp = [("ramp_up_strategy", "\"linear\""), ("ramp_up_start_rps", "1"), ("ramp_up_end_rps", "10")];
    assert_eq!(load(&ramp), Arrival::Ramp { from: 1.0, to: 10.0 });
    let capped = read(&[("request_rate", "3.5")]);
    assert_eq!(
        capped.notes,
        ["at 3.5/s Poisson, the client limited concurrency to 4 streams; further requests waited in the client"]
    );
    refused(&[("request_rate", "0")], "`a.json`: `request_rate` is `0` requests/s; expected more than 0");
    refused(&[("request_rate", "\"fast\"")], "`a.json`: `request_rate` is `\"fast\"`; expected a number of 0 or more");
    refused(
        &[("ramp_up_strategy", "\"exponential\"")],
        "`a.json`: `ramp_up_strategy` is `exponential`; expected `linear`",
    );
}

#[test]
fn contradictions_are_refused() {
    refused(
        &[("output_throughput", "90.0")],
        "`a.json`: `output_throughput` is 90, but output tokens over `duration` are 100",
    );
    refused(
        &[("request_throughput", "4.0")],
        "`a.json`: `request_throughput` is 4, but `completed` over `duration` is 3.8",
    );
    refused(&[("failed_requests", "[{}]")], "`a.json`: `failed` is 2, but `failed_requests` lists 1");
}

#[test]
fn what_forge_exported_keeps_its_evidence_and_its_definitions() {
    let exported = [("forge_evidence", "\"rehearsal\""), ("forge_definitions", "\"itl: a value a token\"")];
    let sweep = Sweep::of(vec![read(&exported)]).unwrap();
    assert_eq!(sweep.evidence, Some(Evidence::Rehearsal));
    let words: Vec<String> = sweep.definitions().into_iter().map(|definition| definition.words).collect();
    assert_eq!(words, ["itl: a value a token"]);
    let mixed = vec![read(&[]), read(&[exported[0], ("max_concurrency", "8")])];
    assert_eq!(
        Sweep::of(mixed).unwrap_err().to_string(),
        "`a.json`: was not exported from the same kind of result as `a.json`"
    );
    refused(
        &[("forge_evidence", "\"hearsay\"")],
        "`a.json`: `forge_evidence` `hearsay` is no kind of evidence; it is one of measured, published, estimated, rehearsal",
    );
}
