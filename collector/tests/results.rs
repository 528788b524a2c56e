//! Result files through the verbs: import, index, check, explore and render, in temporary folders and in-process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod explore;
mod folder;
mod peers;
mod prerender;

use folder::Folder;

/// Flags that every import here needs.
const WHAT: &str = "--model-config llama-3.1-8b-instruct --quantization bf16 --hardware rtx-a5000 --evidence measured";
const PATH: &str = "out/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/mine.json";

/// A made-up `vllm bench serve` file.
fn bench(concurrency: u32, seconds: f64) -> String {
    format!(
        r#"{{"date": "20260301-120000", "endpoint_type": "openai", "model_id": "org/model", "num_prompts": 100,
            "request_rate": "inf", "max_concurrency": {concurrency}, "duration": {seconds}, "completed": 100,
            "total_input_tokens": 20000, "total_output_tokens": 10000, "median_ttft_ms": 40.0, "p99_ttft_ms": 90.0}}"#
    )
}

const EVALUATION: &str = r#"{"results": {"gsm8k": {"exact_match,strict-match": 0.75, "exact_match_stderr,strict-match": 0.01}},
    "n-shot": {"gsm8k": 5}, "n-samples": {"gsm8k": {"effective": 1319}}, "model_name": "org/model"}"#;

/// A folder with two levels, an evaluation, and the result imported from them.
fn imported() -> Folder {
    let folder = Folder::new();
    folder.write("bench/wide.json", &bench(20, 10.0));
    folder.write("bench/narrow.json", &bench(1, 50.0));
    folder.write("eval.json", EVALUATION);
    let said = folder.run(&format!(
        "import bench --quality eval.json {WHAT} --benchmark sharegpt --run-id mine --gpu-price 3.6 --out out"
    ));
    assert!(said.ok, "{}", said.talk);
    folder
}

#[test]
fn the_command_line_is_consistent() {
    <collector::cli::Cli as clap::CommandFactory>::command().debug_assert();
}

#[test]
fn import_index_and_check_agree() {
    let folder = imported();
    assert!(folder.run("index out").ok);
    let said = folder.run("check out");
    assert!(said.ok, "{}{}", said.data, said.talk);
    assert!(folder.run("index out --check").ok);
    let index = folder.json("out/index.json");
    assert_eq!(index["results"][0]["path"], PATH.trim_start_matches("out/"));
    assert_eq!(index["results"][0]["concurrency"], serde_json::json!([1, 20]));
    assert_eq!(index["presets"].as_array().map(Vec::len), Some(6));
    assert_eq!(index["results"][0]["peak_total_tokens_per_s"], 3000.0);
    let file = folder.json(PATH);
    assert_eq!(file["quality"][0]["shots"], 5);
    assert_eq!(file["plan"]["workload"], serde_json::json!({"named": {"name": "sharegpt"}}));
    assert_eq!(file["provenance"]["files"].as_array().unwrap().len(), 3);
    assert!(file["warnings"][0]["few_waves"].is_object(), "{}", file["warnings"]);
}

#[test]
fn import_tells_the_levels_and_the_exact_price_of_the_best() {
    let folder = imported();
    let said = folder.run(&format!("import bench {WHAT} --benchmark sharegpt --gpu-price 3.6 --gpu-count 2 --out two"));
    let lines: Vec<&str> = said.data.lines().collect();
    assert_eq!(lines[0], "Llama 3.1 8B Instruct, BF16 on 2 x RTX A5000, measured");
    assert!(lines[1].starts_with("streams  completed  total tok/s"), "{}", said.data);
    assert_eq!(
        lines[2].split_whitespace().collect::<Vec<_>>(),
        ["1", "100/100", "600.0", "200.0", "40.0", "90.0", "-", "-", "100", "$3.33"]
    );
    // 7.2 USD/h over 3000 tokens/s * 3600 s.
    assert_eq!(lines[4], "level 20: 0.6666666666666666 USD per 1M total tokens at 7.2 USD/h");
    let json = folder.run(&format!("import bench {WHAT} --out json --json"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json.data).unwrap()["id"], "2026-03-01");
}

/// The fixture was written by `vllm bench serve` 0.32.0 against a toy model on a CPU.
#[test]
fn a_real_file_of_vllm_is_imported() {
    let folder = Folder::new();
    folder.write("run.json", include_str!("../../shared/tests/fixtures/import/vllm-bench-serve-0.32.0.json"));
    let said = folder.run(&format!("import run.json {WHAT} --out out"));
    assert!(said.ok, "{}", said.talk);
    assert!(said.data.contains("64/64"), "{}", said.data);
    assert!(said.talk.contains("read on 2026-05-29"), "the price tells where it comes from: {}", said.talk);
}

/// AIPerf writes a line a request beside its result.
#[test]
fn a_tools_folder_is_imported_without_its_other_files() {
    let folder = Folder::new();
    let result = include_str!("../../shared/tests/fixtures/import/aiperf-0.13.0.json");
    folder.write("out/profile_export_aiperf.json", result);
    folder.write("out/profile_export.jsonl", "{\"ttft\": 1.5, \"itl\": NaN}\n{\"ttft\": Infinity}\n");
    let said = folder.run(&format!("import out {WHAT} --out results"));
    assert!(said.ok, "{}", said.talk);
    assert!(
        said.talk.contains("skipped: `out/profile_export.jsonl`: not a result file of a supported tool"),
        "{}",
        said.talk
    );
    folder.write("out/cut.jsonl", "{\"ttft\": 1.5}\n{\"ttft\": 1.");
    let said = folder.run(&format!("import out {WHAT} --out results"));
    assert!(!said.ok && said.talk.contains("`out/cut.jsonl`: is not JSON"), "{}", said.talk);
}

#[test]
fn import_says_what_is_wrong() {
    let folder = imported();
    folder.write("again/wide.json", &bench(20, 11.0));
    folder.write("other/eval.json", &EVALUATION.replace("org/model", "org/else"));
    folder.write("other/nothing.json", "{}");
    let cases = [
        ("import bench/no.json", "failed to read `bench/no.json`"),
        (
            "import bench again/wide.json",
            "`again/wide.json`: has the level 20 streams, which `bench/wide.json` has too",
        ),
        (
            "import bench --quality other/eval.json",
            "`other/eval.json`: is an evaluation of `org/else`, but the other files are of `org/model`",
        ),
        (
            "import other/nothing.json",
            "`other/nothing.json` is not a result file of vllm bench serve, sglang bench_serving, guidellm, AIPerf, \
             inference-benchmarker, inference-perf or lm-evaluation-harness",
        ),
        ("import eval.json", "the files do not say on which day they ran\nhint: add --date"),
        (
            "import again --benchmark sharegpt --run-id mine",
            "hint: choose another name with --run-id, or overwrite it with --replace",
        ),
    ];
    let before = folder.read(PATH);
    for (command, message) in cases {
        let said = folder.run(&format!("{command} {WHAT} --out out"));
        assert!(!said.ok && said.talk.contains(message), "{command}: {}", said.talk);
    }
    assert_eq!(folder.read(PATH), before);
    let said =
        folder.run("import bench --model-config llama-3.1-8b-instruct --quantization bf16 --hardware h900 --evidence measured --out out");
    assert!(said.talk.contains("unknown GPU `h900` (--gpu)\nhint: expected one of a10-24gb, "), "{}", said.talk);
}

#[test]
fn a_newer_schema_names_both_versions() {
    let folder = imported();
    folder.write(PATH, &folder.read(PATH).replace("\"schema\": 1", "\"schema\": 7"));
    let said = folder.run("check out");
    assert!(!said.ok);
    assert_eq!(said.data, format!("{PATH}: schema: schema 7 is newer than this build understands (1)\n"));
    let said = folder.run("index out");
    assert!(!said.ok && said.talk.contains("schema 7 is newer than this build understands (1)"), "{}", said.talk);
}

#[test]
fn check_has_a_line_for_each_problem() {
    let folder = imported();
    let text = folder.read(PATH);
    let place = PATH.trim_start_matches("out/");
    folder.write("out/elsewhere/mine.json", &text);
    folder.write("out/named.json", &text);
    folder.write("out/broken.json", "{\"schema\": 1, \"colour\": 2}");
    folder.write("out/value.json", &text.replace("\"duration_s\": 50.0", "\"duration_s\": 0.0"));
    let said = folder.run("check out");
    assert!(!said.ok);
    let lines: Vec<&str> = said.data.lines().collect();
    assert_eq!(lines.len(), 4, "{}", said.data);
    assert!(lines[0].starts_with("out/broken.json: shape: unknown field `colour`"), "{}", lines[0]);
    assert_eq!(lines[1], format!("out/elsewhere/mine.json: path: by its content the file belongs at `{place}`"));
    assert_eq!(lines[2], "out/named.json: id: is `mine`, but the file is named otherwise");
    assert_eq!(lines[3], "out/value.json: levels[0].duration_s: must be above 0");
}

#[test]
fn an_index_that_is_missing_or_old_is_a_problem() {
    let folder = imported();
    folder.write(&PATH.replace("out/", "results/"), &folder.read(PATH));
    let said = folder.run("check results");
    assert_eq!(said.data, "results/index.json: file: there is no index\n");
    assert!(said.talk.contains("hint: `collector index results` writes index and catalogue anew"), "{}", said.talk);
    let said = folder.run("check out");
    assert!(said.ok && said.talk.contains("note: the folder has no index"), "{}", said.talk);
    assert!(folder.run("index out").ok);
    let index = folder.read("out/index.json");
    folder.write("out/index.json", &index.replace("\"id\": \"saas-chatbot\"", "\"id\": \"chat\""));
    assert_eq!(folder.run("check out").data, "out/index.json: presets: are not those of the configs\n");
    folder.write("out/index.json", &index);
    let catalogue = folder.read("out/catalogue.json");
    folder.write("out/catalogue.json", &catalogue.replacen("\"memory_gb\": ", "\"memory_gb\": 1", 1));
    assert_eq!(folder.run("check out").data, "out/catalogue.json: content: is not that of the configs\n");
    folder.write("out/catalogue.json", &catalogue);
    assert!(folder.run("check out").ok);
    folder.write(PATH, &folder.read(PATH).replace("\"completed\": 100", "\"completed\": 99"));
    assert_eq!(folder.run("check out").data, "out/index.json: results: are not those of the folder\n");
    let said = folder.run("index out --check");
    assert!(!said.ok && said.talk.contains("hint: `collector index out` writes it anew"), "{}", said.talk);
}

#[test]
fn a_rehearsal_is_no_result() {
    let folder = imported();
    let rehearsed = folder.read(PATH).replace("\"evidence\": \"measured\"", "\"evidence\": \"rehearsal\"");
    folder.write(PATH, &rehearsed);
    assert!(folder.run("index out").ok, "a folder of another name may hold it");
    folder.write(&PATH.replace("out/", "results/"), &rehearsed);
    let said = folder.run("index results");
    assert!(!said.ok && said.talk.contains("evidence: is rehearsal, which is no result"), "{}", said.talk);
}

#[test]
fn an_unknown_key_in_a_config_is_named_with_its_file() {
    let folder = imported();
    folder.write("configs/hardware/mine.toml", "name = \"Mine\"\ncolour = \"red\"\n");
    let said = folder.run("check out --configs configs");
    assert!(!said.ok);
    assert!(said.data.starts_with("configs/hardware/mine.toml: line 2: unknown field `colour`"), "{}", said.data);
    let said = folder.run("index out --configs configs");
    assert!(!said.ok && said.talk.contains("hardware/mine.toml: line 2: unknown field `colour`"), "{}", said.talk);
}

#[test]
fn a_missing_folder_is_one_message_with_a_hint() {
    let folder = Folder::new();
    for command in ["check nowhere", "index nowhere", "render --results nowhere --out figures"] {
        let said = folder.run(command);
        assert!(!said.ok);
        let lines: Vec<&str> = said.talk.lines().collect();
        assert_eq!(lines[0], "error: there is no results folder `nowhere`", "{command}");
        assert!(lines.len() == 2 && lines[1].starts_with("hint: "), "{command}: {}", said.talk);
    }
    assert!(folder.run("check out --configs nowhere").talk.contains("configs folder `nowhere` does not exist\nhint: "));
}

#[test]
fn the_repositorys_own_results_are_sound() {
    let said = Folder::at_repository().run("check results --configs configs");
    assert!(said.ok, "{}{}", said.data, said.talk);
}

#[test]
fn the_repositorys_own_results_hold_the_published_price() {
    let repository = Folder::at_repository();
    let file = repository.read("results/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json");
    let file = shared::store::result_file::ResultFile::parse(&file).unwrap();
    let price = shared::units::UsdPerHour::new(0.27);
    let rate = file.peak().unwrap().total_rate();
    let cost = shared::economics::cost::per_million_total(price, rate, shared::units::Fraction::ONE).unwrap();
    assert_eq!(cost.value().to_string(), "0.034584869629623705");
}

#[test]
fn figures_and_numbers_are_drawn_and_compared() {
    let folder = Folder::new();
    folder.write("README.md", "# Mine\n<!-- numbers:begin -->\n<!-- numbers:end -->\n");
    let results = Folder::at_repository().path("results");
    let render = |flags: &str| folder.run(&format!("render --results {results} --out figures {flags}"));
    let said = render("--readme");
    assert!(said.ok, "{}", said.talk);
    assert!(
        folder.read("README.md").contains("| 2,170 | $0.0346 | $0.0432 | 2.82 s |"),
        "{}",
        folder.read("README.md")
    );
    assert!(folder.read("figures/throughput.svg").starts_with("<svg") && folder.exists("figures/throughput-dark.svg"));
    assert!(folder.exists("figures/throughput.png"));
    assert!(render("--check --readme README.md").ok);
    folder.write("figures/throughput.svg", "<svg/>");
    folder.write("README.md", &folder.read("README.md").replace("2,170", "5,200"));
    let said = render("--check --readme README.md");
    assert!(!said.ok);
    assert_eq!(
        said.data.replace(&folder.path(""), ""),
        "figures/throughput.svg: figure: is not what the results say\nREADME.md: numbers: are not what the results say\n"
    );
    folder.write("README.md", "# Mine\n");
    assert!(render("--readme README.md").talk.contains("hint: put `<!-- numbers:begin -->`"));
}
