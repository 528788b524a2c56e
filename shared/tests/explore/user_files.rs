//! The reader's own files: every tool's recorded file as a run, broken ones with a sentence, cut ones without a panic.

use proptest::prelude::*;
use proptest::sample::Index;
use shared::explore::library::Library;
use shared::explore::query::decode;
use shared::explore::user_files::{
    FileProblem, RunNames, UserRun, add, from_json, is_yours, missing_fields, read, to_json, with_names,
};
use shared::explore::view_model::derive;
use shared::store::provenance::Evidence;

use crate::made_up::library;

const VLLM: &str = include_str!("../fixtures/import/vllm-bench-serve-0.32.0.json");
const SGLANG: &str = include_str!("../fixtures/import/sglang-bench-serving.jsonl");
const GUIDELLM: &str = include_str!("../fixtures/import/guidellm-0.8.1.json");
const AIPERF: &str = include_str!("../fixtures/import/aiperf-0.13.0.json");
const BENCHMARKER: &str = include_str!("../fixtures/import/inference-benchmarker-1.1.0.json");
const PERF: &str = include_str!("../fixtures/import/inference-perf-stage_0_lifecycle_metrics.json");
const EVAL: &str = r#"{"results": {"gsm8k": {"exact_match,strict-match": 0.7, "exact_match_stderr,strict-match": 0.01}},
    "n-shot": {"gsm8k": 5}, "model_name": "org/model", "lm_eval_version": "0.4.12"}"#;
const FORGE: &str = include_str!("../../../results/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json");

const ALL: [(&str, &str); 8] = [
    ("vllm.json", VLLM),
    ("sglang.jsonl", SGLANG),
    ("guidellm.json", GUIDELLM),
    ("aiperf.json", AIPERF),
    ("benchmarker.json", BENCHMARKER),
    ("stage_0.json", PERF),
    ("eval.json", EVAL),
    ("forge.json", FORGE),
];

fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn read_all(given: &[(&str, &str)]) -> Vec<Result<UserRun, FileProblem>> {
    read(&files(given), "2026-11-22".parse().expect("a date"))
}

fn one(name: &str, text: &str) -> UserRun {
    let mut read = read_all(&[(name, text)]);
    assert_eq!(read.len(), 1);
    read.remove(0).expect("a run")
}

fn problem(text: &str) -> FileProblem {
    read_all(&[("a.json", text)]).remove(0).expect_err("what is wrong")
}

#[test]
fn every_tools_recorded_file_is_a_run() {
    for (name, text) in ALL {
        let run = one(name, text);
        assert!(is_yours(&run.entry) && run.entry.id.starts_with("yours-"), "{name}");
        assert_eq!(run.entry.sha256.len(), 64, "{name}");
        assert_eq!(run.file.levels.is_empty(), name == "eval.json", "{name}");
        let kept = from_json(&run.entry.path, &to_json(&run)).unwrap();
        assert_eq!(kept, run, "{name}");
    }
}

#[test]
fn what_a_file_does_not_say_is_unknown_until_it_is_named() {
    let run = one("vllm.json", VLLM);
    let c = &run.file.configuration;
    assert_eq!((c.quantization.as_str(), c.hardware.as_str(), c.engine.as_str()), ("unknown", "unknown", "unknown"));
    assert_eq!(run.entry.evidence, Evidence::Measured);
    assert_eq!(missing_fields(&run), ["hardware", "quantisation", "engine"]);
    let names = RunNames {
        model: Some(("tiny".into(), "Tiny 1B".into())),
        hardware: Some(("gpu-one".into(), "GPU One".into())),
        gpu_count: Some(2),
        quantization: Some(" BF16 ".into()),
        engine: Some("vLLM".into()),
    };
    let told = with_names(&run, &names);
    assert_eq!(told.file.configuration.name(), "Tiny 1B, BF16");
    assert_eq!(told.file.configuration.replica_name(), "2 x GPU One");
    assert_eq!((told.entry.id.clone(), told.entry.path.clone()), (run.entry.id.clone(), run.entry.path.clone()));
    assert!(missing_fields(&told).is_empty());
    assert_eq!(told.entry.configuration, told.file.configuration);
}

#[test]
fn a_file_that_names_nothing_says_so() {
    let run = one("stage_0.json", PERF);
    assert_eq!(run.file.configuration.model, "unknown");
    assert_eq!(run.file.provenance.date.to_string(), "2026-11-22");
    assert!(run.file.plan.is_none());
    let notes = run.notes.join("\n");
    assert!(notes.contains("on which day") && notes.contains("which endpoint"), "{notes}");
    assert!(notes.contains("how many GPUs") && notes.contains("inference-perf"), "{notes}");
}

#[test]
fn files_of_one_model_are_the_levels_of_one_run_with_its_scores() {
    let more = VLLM.replace("\"max_concurrency\": 8", "\"max_concurrency\": 16");
    assert_ne!(more, VLLM);
    let model = one("a.json", VLLM).file.configuration.served_model;
    let eval = EVAL.replace("org/model", &model);
    let mut found = read_all(&[("16.json", &more), ("eval.json", &eval), ("8.json", VLLM), ("sglang.jsonl", SGLANG)]);
    assert_eq!(found.len(), 2);
    let run = found.remove(0).unwrap();
    assert_eq!((run.file.levels.len(), run.file.quality.len()), (2, 1));
    assert_eq!(run.file.provenance.files.len(), 3);
    assert_eq!(run.tool, "vllm bench serve; lm-evaluation-harness 0.4.12");
    let other = EVAL.replace("org/model", "org/other");
    assert_eq!(read_all(&[("a.json", VLLM), ("eval.json", &other)]).len(), 2);
}

#[test]
fn what_is_left_out_is_told() {
    let notes = one("benchmarker.json", BENCHMARKER).notes.join("\n");
    assert!(notes.contains("skipped: `warmup` of `benchmarker.json`: a warm-up is not a level"), "{notes}");
    let eval = EVAL.replace("\"gsm8k\": {", "\"prose\": {\"word_perplexity,none\": 11.5}, \"gsm8k\": {");
    let notes = one("eval.json", &eval).notes.join("\n");
    assert!(notes.contains("skipped: `prose word_perplexity,none` is not a score"), "{notes}");
}

#[test]
fn the_same_level_twice_is_told() {
    let read = read_all(&[("a.json", VLLM), ("b.json", VLLM)]);
    let found = read[0].as_ref().unwrap_err();
    assert_eq!(found.file, "b.json");
    assert!(found.message.contains("has the level 8 streams, which `a.json` has too"), "{}", found.message);
    assert!(found.remedy.contains("each drop"), "{}", found.remedy);
}

#[test]
fn what_is_wrong_is_one_sentence_with_file_field_and_value() {
    let says = |text: &str, what: &str| assert_eq!(problem(text).message, what);
    says("", "`a.json`: is empty.");
    says("{\"a\": 1,", "`a.json`: is not JSON: EOF while parsing an object at line 1 column 8.");
    assert!(problem("{}").message.starts_with("`a.json` is not a result file of Forge, vllm bench serve, sglang"));
    assert!(problem("[1, 2]").message.contains("is not a result file of Forge"));
    let without = VLLM.replace("\"duration\"", "\"length\"");
    says(&without, "`a.json`: `duration` is missing.");
    let newer = FORGE.replacen("\"schema\": 1", "\"schema\": 9", 1);
    says(&newer, "`a.json`: schema 9 is newer than this build understands (1).");
    assert!(problem(&newer).remedy.starts_with("Reload the page"));
    says(
        &FORGE.replacen("\"completed\": ", "\"completed\": -", 1),
        "`a.json`: `levels[0].completed`: invalid value: integer `-256`, expected u64.",
    );
    says(
        &FORGE.replacen("\"model_name\"", "\"modelname\"", 1),
        "`a.json`: unknown field `modelname`, expected one of `model`, `model_name`, `served_model`, `quantization`, \
         `hardware`, `hardware_name`, `gpu_count`, `engine`, `engine_version`, `kernel` in `configuration`.",
    );
    says(&FORGE.replacen("\"evidence\"", "\"proof\"", 1).replacen("\"schema\": 1,", "", 1), {
        "`a.json`: there is no `schema` field, so this is not a Forge result file."
    });
    let index = include_str!("../../../results/index.json");
    says(index, "`a.json` is the index of a results folder, not a result.");
    let contradicts = VLLM.replacen("\"completed\": ", "\"completed\": 9", 1);
    let found = problem(&contradicts);
    assert!(found.message.contains("but"), "{}", found.message);
}

#[test]
fn a_rehearsal_stays_behind_its_switch_and_a_published_export_is_refused() {
    let exported = |evidence: &str| VLLM.replacen('{', &format!("{{\"forge_evidence\": \"{evidence}\", "), 1);
    let run = one("a.json", &exported("rehearsal"));
    assert_eq!(run.entry.evidence, Evidence::Rehearsal);
    assert!(run.notes[0].contains("Show rehearsals"));
    let found = problem(&exported("published"));
    assert!(found.remedy.contains("Forge result file itself"), "{found:?}");
}

#[test]
fn a_run_of_ones_own_answers_like_any_other() {
    let mut library: Library = library();
    let run = one("vllm.json", VLLM);
    add(&mut library, &run);
    add(&mut library, &run);
    assert_eq!(library.files.len(), 4);
    let query = format!("run={}&ttft=any", run.entry.id);
    let title = derive(&library, &decode(&query).0).title;
    assert!(title.starts_with("Nobody in the catalogue says what this hardware costs"), "{title}");
    let title = derive(&library, &decode(&format!("{query}&gpu=0.5")).0).title;
    assert!(title.contains("one unknown GPU at $0.5 an hour running"), "{title}");
    // Nothing of others changes.
    assert_eq!(derive(&library, &decode("").0).title, derive(&crate::made_up::library(), &decode("").0).title);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn a_file_cut_anywhere_is_told_and_never_panics(cut in any::<Index>()) {
        for (name, text) in ALL {
            let mut at = cut.index(text.trim_end().len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            for read in read_all(&[(name, &text[..at])]) {
                // The lines of a JSON Lines file are whole by themselves.
                match read {
                    Ok(run) => prop_assert!(name == "sglang.jsonl" && !run.file.levels.is_empty()),
                    Err(problem) => {
                        prop_assert!(problem.message.contains(name) && problem.message.ends_with('.'), "{problem:?}");
                        prop_assert!(!problem.remedy.is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn a_result_with_anything_in_it_is_told_and_never_panics(at in any::<Index>(), with in "[0-9a-z\"{}\\[\\],:-]{1,6}") {
        let mut place = at.index(FORGE.len());
        while !FORGE.is_char_boundary(place) {
            place -= 1;
        }
        let _ = read_all(&[("a.json", &format!("{}{with}{}", &FORGE[..place], &FORGE[place..]))]);
    }
}
