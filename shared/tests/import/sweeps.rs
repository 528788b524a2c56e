//! Runs put together: what belongs together, how tools define their numbers, what to doubt.

use serde_json::json;
use shared::import::error::Remedy;
use shared::import::{ImportedLevel, Sweep};
use shared::measure::plan::{Arrival, Endpoint, Stop};

use crate::{AIPERF, GUIDELLM, INFERENCE_BENCHMARKER, INFERENCE_PERF, SGLANG, VLLM, read, sweeps, with};

fn runs(text: &str) -> Vec<ImportedLevel> {
    read(text).unwrap().levels
}

#[test]
fn different_tools_make_no_sweep() {
    let mut both = runs(VLLM);
    both.extend(runs(GUIDELLM));
    let error = Sweep::of(both).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`a.json`: was written by guidellm, but `a.json` by vllm bench serve: metrics of the same name have different \
         definitions"
    );
    assert_eq!(error.remedy, Some(Remedy::ImportSeparately));
}

#[test]
fn streams_and_rates_that_have_no_order_are_refused() {
    let line = SGLANG.lines().nth(1).unwrap();
    let clash = SGLANG.lines().next().unwrap().replace("Infinity", "8.0").replace("\"max_concurrency\": 8", "\"x\": 8");
    assert!(Sweep::of(runs(&format!("{line}\n{clash}"))).is_ok());
    let streams = SGLANG.lines().next().unwrap();
    let error = Sweep::of(runs(&format!("{streams}\n{clash}"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`a.json (run 2)`: has the level 8/s Poisson, which cannot be ordered relative to 8 streams of `a.json (run 1)`"
    );
}

#[test]
fn each_number_that_means_something_else_is_defined() {
    let words = |text: &str| -> Vec<String> {
        let sweep = Sweep::of(runs(text)).unwrap();
        sweep.definitions().iter().map(|definition| format!("{} {}", definition.tool, definition.metric)).collect()
    };
    assert_eq!(
        words(VLLM),
        ["ttft_ms", "tpot_ms", "itl_ms", "e2el_ms"].map(|metric| format!("vllm bench serve {metric}"))
    );
    assert_eq!(
        words(GUIDELLM),
        ["duration_s", "ttft_ms", "tpot_ms", "e2el_ms", "percentiles"].map(|metric| format!("guidellm {metric}"))
    );
    assert!(words(AIPERF).contains(&"AIPerf std".to_owned()));
    let spread = Sweep::of(runs(GUIDELLM)).unwrap().definitions();
    assert!(spread[2].words.contains("`time_per_output_token_ms` includes TTFT and is left out"));
    // Nothing is said of what is not there: inference-benchmarker has no ITL of Forge's kind.
    assert!(words(INFERENCE_BENCHMARKER).iter().all(|word| !word.ends_with(" itl_ms") && !word.ends_with(" std")));
    assert!(words(INFERENCE_PERF).contains(&"inference-perf itl_ms".to_owned()));
}

#[test]
fn a_rate_that_was_not_kept_up_is_doubted() {
    let sweep = Sweep::of(runs(INFERENCE_BENCHMARKER)).unwrap();
    let loads: Vec<String> = sweep.levels.iter().map(|level| level.load.to_string()).collect();
    assert_eq!(loads, ["3.2/s constant", "9.6/s constant", "128 streams"]);
    let texts: Vec<String> = sweep.warnings().iter().map(ToString::to_string).collect();
    assert!(texts.contains(&"at 9.6/s constant, only 8.42 requests per second completed".to_owned()), "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("closed-loop and open-loop levels")), "{texts:?}");
}

#[test]
fn a_stop_rule_is_what_the_files_say_or_is_told_to_be_missing() {
    let told = |runs: Vec<ImportedLevel>| {
        let sweep = Sweep::of(runs).unwrap();
        let stop = sweep.plan("bench", Endpoint::Completions).stop;
        let uneven = sweep.warnings().iter().any(|warning| warning.to_string().starts_with("levels sent different"));
        (stop, sweep.notes_on_plan(), uneven)
    };
    let at = |text: &str, completed: u64, concurrency: u32| {
        let mut run = runs(text).remove(0);
        (run.level.completed, run.level.load) = (completed, Arrival::ClosedLoop { concurrency });
        run
    };
    assert_eq!(told(vec![at(GUIDELLM, 768, 8), at(GUIDELLM, 760, 16)]), (Stop::Requests(768), None, true));
    let timed = json!({"max_seconds": {"type_": "max_duration", "max_duration": 30, "current_index": 0}});
    let older = with(GUIDELLM, "/benchmarks/0/config/constraints", Some(timed));
    assert_eq!(told(vec![at(&older, 768, 8), at(&older, 900, 16)]), (Stop::Duration(30.0), None, false));
    let newer = json!({"max_duration": {"args": {"kind": "max_duration", "seconds": [12.5]}}});
    let newer = with(GUIDELLM, "/benchmarks/0/config/constraints", Some(newer));
    assert_eq!(told(runs(&newer)), (Stop::Duration(12.5), None, false));
    let silent = with(GUIDELLM, "/benchmarks/0/config/constraints", Some(json!({})));
    let note = "the files do not give a stop rule; the plan has the largest number of requests sent at one level";
    let expected = (Stop::Requests(900), Some(note.to_owned()), false);
    assert_eq!(told(vec![at(&silent, 768, 8), at(&silent, 900, 16)]), expected);
    assert_eq!(told(vec![at(&older, 768, 8), at(GUIDELLM, 900, 16)]), expected);
    let fewer = with(AIPERF, "/input_config/phases/0/requests", Some(json!(100)));
    let (stop, note, uneven) = told(vec![at(AIPERF, 768, 8), at(&fewer, 100, 1)]);
    assert_eq!((stop, note.is_some(), uneven), (Stop::Requests(768), true, true));
}

#[test]
fn a_sweep_says_what_all_its_files_say() {
    let other = with(AIPERF, "/input_config/phases/0/concurrency", Some(json!(8)));
    let other = with(&other, "/aiperf_version", Some(json!("0.14.0")));
    let sweep = Sweep::of(runs(AIPERF).into_iter().chain(runs(&other)).collect()).unwrap();
    assert_eq!((sweep.version, sweep.model.as_deref()), (None, Some("tiny-llama")));
    for (fixture, sweep) in sweeps() {
        assert_eq!(sweep.tool, fixture.importer.tool());
        assert!(!sweep.definitions().is_empty());
    }
}
