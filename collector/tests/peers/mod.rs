//! Files of other load generators through `import` and `export`, as a user would call them.

use crate::WHAT;
use crate::folder::Folder;

const GUIDELLM: &str = include_str!("../../../shared/tests/fixtures/import/guidellm-0.8.1.json");
const AIPERF: &str = include_str!("../../../shared/tests/fixtures/import/aiperf-0.13.0.json");
const SGLANG: &str = include_str!("../../../shared/tests/fixtures/import/sglang-bench-serving.jsonl");
const BENCHMARKER: &str = include_str!("../../../shared/tests/fixtures/import/inference-benchmarker-1.1.0.json");
const PERF: &str = include_str!("../../../shared/tests/fixtures/import/inference-perf-stage_0_lifecycle_metrics.json");

const PLACE: &str = "out/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu";

/// One folder a tool.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("guidellm/benchmarks.json", GUIDELLM);
    folder.write("aiperf/profile_export_aiperf.json", AIPERF);
    folder.write("aiperf/inputs.json", r#"{"data": []}"#);
    folder.write("aiperf/profile_export.jsonl", "{\"metadata\": {}}");
    folder.write("sglang/run.jsonl", SGLANG);
    folder.write("benchmarker/results.json", BENCHMARKER);
    folder.write("perf/stage_0_lifecycle_metrics.json", PERF);
    folder
}

#[test]
fn every_tools_folder_becomes_a_result_that_passes_the_check() {
    let folder = folder();
    let cases = [
        ("import guidellm", "guidellm/2026-11-22.json", "guidellm 0.8.1"),
        ("import aiperf", "aiperf/2026-11-22.json", "AIPerf 0.13.0"),
        ("import sglang --date 2026-11-20", "sglang-bench/2026-11-20.json", "sglang bench_serving"),
        ("import benchmarker", "inference-benchmarker/2026-11-20.json", "inference-benchmarker"),
        ("import perf --date 2026-11-20 --endpoint chat", "inference-perf/2026-11-20.json", "inference-perf"),
    ];
    for (command, path, tool) in cases {
        let said = folder.run(&format!("{command} {WHAT} --out out"));
        assert!(said.ok, "{command}: {}", said.talk);
        let file = folder.json(&format!("{PLACE}/{path}"));
        assert_eq!(file["provenance"]["tool"], tool);
        assert!(!file["definitions"].as_array().unwrap().is_empty());
    }
    assert!(folder.run("index out").ok);
    let said = folder.run("check out");
    assert!(said.ok, "{}{}", said.data, said.talk);
    let sglang = folder.json(&format!("{PLACE}/sglang-bench/2026-11-20.json"));
    assert_eq!(
        (&sglang["configuration"]["engine"], &sglang["configuration"]["served_model"]),
        (&"sglang".into(), &"org/model".into())
    );
    let note = sglang["provenance"]["notes"][0].as_str().unwrap();
    assert!(note.starts_with("the files do not give a stop rule"), "{note}");
    let guidellm = folder.json(&format!("{PLACE}/guidellm/2026-11-22.json"));
    assert!(guidellm["provenance"]["notes"].is_null(), "its number of requests is in the file");
}

#[test]
fn import_tells_definitions_and_what_it_left_out() {
    let folder = folder();
    let said = folder.run(&format!("import guidellm {WHAT} --out out"));
    let line = said.talk.lines().find(|line| line.starts_with("tpot_ms by guidellm: ")).unwrap();
    assert!(line.contains("`time_per_output_token_ms` includes TTFT and is left out"), "{line}");
    let said = folder.run(&format!("import benchmarker {WHAT} --out out"));
    assert!(
        said.talk.contains("skipped: `warmup` of `benchmarker/results.json`: a warm-up is not a level"),
        "{}",
        said.talk
    );
    assert!(said.data.lines().nth(2).unwrap().starts_with("3.2/s constant"), "{}", said.data);
    let said = folder.run(&format!("import aiperf {WHAT} --out out"));
    for other in ["aiperf/inputs.json", "aiperf/profile_export.jsonl"] {
        assert!(
            said.talk.contains(&format!("skipped: `{other}`: not a result file of a supported tool")),
            "{}",
            said.talk
        );
    }
}

#[test]
fn what_a_file_does_not_say_is_asked_for_and_tools_are_not_mixed() {
    let folder = folder();
    let refused = |command: &str, message: &str| {
        let said = folder.run(&format!("{command} {WHAT} --out out"));
        assert!(!said.ok && said.talk.contains(message), "{command}: {}", said.talk);
    };
    refused(
        "import perf --date 2026-11-20",
        "error: the files of inference-perf do not say which endpoint was used\n\
         hint: add --endpoint completions or --endpoint chat",
    );
    refused(
        "import aiperf --endpoint chat",
        "error: `--endpoint` is /v1/chat/completions, but the files say /v1/completions\nhint: omit --endpoint",
    );
    refused(
        "import guidellm aiperf",
        "metrics of the same name have different definitions\nhint: import them into separate results",
    );
    folder.write("cut/benchmarks.json", &GUIDELLM[..3000]);
    refused("import cut", "`cut/benchmarks.json`: is not JSON");
    folder.write("none/config.json", "{}");
    refused("import none", "no level in the files: `none/config.json`: not a result file of a supported tool");
}

#[test]
fn what_is_exported_is_imported_as_it_was() {
    let folder = folder();
    assert!(folder.run(&format!("import benchmarker {WHAT} --out out")).ok);
    let result = format!("{PLACE}/inference-benchmarker/2026-11-20.json");
    let export = format!("export {result} --format vllm --out exported");
    let said = folder.run(&export);
    assert!(said.ok, "{}", said.talk);
    let names: Vec<&str> = said.data.lines().collect();
    assert_eq!(
        names,
        [
            "exported/openai-chat-3.2qps-model-20261120-000000.json",
            "exported/openai-chat-9.6qps-model-20261120-000000.json",
            "exported/openai-chat-infqps-concurrency128-model-20261120-000000.json"
        ]
    );
    assert_eq!(said.talk, "not expressible in this format: warnings\nwrote 3 levels\n");
    assert!(folder.run(&format!("import exported {WHAT} --out again")).ok);
    let again = folder.json(&format!("{PLACE}/vllm-bench/2026-11-20.json").replace("out/", "again/"));
    assert_eq!(again["levels"], folder.json(&result)["levels"]);

    let published = WHAT.replace("measured", "published --source https://example.org --licence CC0");
    let said = folder.run(&format!("import exported {published} --out again"));
    assert!(
        said.talk.contains("exported from a result with evidence `measured`, but `--evidence` is `published`\nhint: "),
        "{}",
        said.talk
    );

    assert!(folder.run(&export).ok, "the same once more");
    folder.write(names[1], "{}");
    let said = folder.run(&export);
    assert!(said.talk.contains("hint: use another folder with --out, or overwrite it with --replace"), "{}", said.talk);
    assert!(folder.run(&format!("{export} --replace")).ok);
    folder.write("eval.json", crate::EVALUATION);
    assert!(folder.run(&format!("import --quality eval.json {WHAT} --date 2026-01-01 --out out")).ok);
    let said = folder.run(&format!("export {PLACE}/quality/2026-01-01.json --format vllm --out exported"));
    assert!(!said.ok && said.talk.contains("has no level that this format can express\nhint: "), "{}", said.talk);
}
