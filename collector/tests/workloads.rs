//! Sweeps of every workload against the simulated server, and the verb `dataset`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use collector::cli::Command;
use collector::cli::dataset::{DatasetArgs, DatasetCommand, FetchArgs, KnownDataset, ShowArgs};
use collector::cli::sweep::SweepArgs;
use collector::cli::workload_args::{DatasetName, WorkloadArgs};
use collector::engine::server::EngineOptions;
use shared::measure::plan::{Arrival, Workload};
use support::{Said, Server, healthy, only_file, run, run_sweep, small_with, sweep_args};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sharegpt").join(name)
}

fn sweep(server: &Server, out: &Path, workload: WorkloadArgs) -> SweepArgs {
    let flags = ["--concurrency", "1,2", "--num-prompts", "20"];
    SweepArgs { workload, ..small_with(server, out, &flags) }
}

#[test]
fn sharegpt_is_counted_by_the_tokenizer_where_the_server_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(EngineOptions { tokenize: false, ..healthy() });
    let workload = WorkloadArgs {
        dataset: Some(DatasetName::Sharegpt),
        dataset_path: Some(fixture("conversations.json")),
        tokenizer: Some(fixture("tokenizer.json")),
        ..WorkloadArgs::default()
    };
    run_sweep(&sweep(&server, folder.path(), workload)).succeeded();
    let file = only_file(folder.path());
    let notes = file.provenance.notes.join("\n");
    assert!(notes.contains("tokenizer.json of SHA-256") && !notes.contains("no /tokenize"), "{notes}");
    assert!(matches!(file.plan.unwrap().workload, Workload::Sharegpt { sha256: Some(_), turns: None, .. }));
}

#[test]
fn shared_beginnings_and_traces_run() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(healthy());
    let shape = WorkloadArgs {
        dataset: Some(DatasetName::SharedPrefix),
        prefixes: Some(2),
        prefix_tokens: Some(40),
        input_tokens: Some(10),
        output_tokens: Some(4),
        ..WorkloadArgs::default()
    };
    let out = folder.path().join("shared");
    run_sweep(&sweep(&server, &out, shape)).succeeded();
    let file = only_file(&out);
    assert_eq!(file.levels[0].completed, 20);
    assert!(matches!(file.plan.unwrap().workload, Workload::SharedPrefix { prefixes: 2, prefix_tokens: 40, .. }));

    let path = folder.path().join("trace.jsonl");
    let lines = (0..20).fold(String::new(), |mut text, n| {
        let _ =
            writeln!(text, "{{\"timestamp\": {n}, \"input_length\": 9, \"output_length\": 3, \"hash_ids\": [{n}]}}");
        text
    });
    std::fs::write(&path, lines).unwrap();
    let trace = WorkloadArgs { dataset: Some(DatasetName::Trace), dataset_path: Some(path), ..WorkloadArgs::default() };
    let out = folder.path().join("trace");
    run_sweep(&sweep(&server, &out, trace.clone())).succeeded();
    assert!(matches!(only_file(&out).plan.unwrap().workload, Workload::Trace { sha256: Some(_), .. }));
    let more = small_with(&server, &out, &["--concurrency", "1,2", "--num-prompts", "21"]);
    run_sweep(&SweepArgs { workload: trace.clone(), ..more })
        .failed_with("a level needs 21 requests, but the trace holds 20");
}

#[test]
fn a_file_with_turns_needs_the_chat_endpoint() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(healthy());
    let path = folder.path().join("talks.jsonl");
    let turn = "{\"prompt\": \"a\", \"output_tokens\": 1}";
    std::fs::write(&path, format!("{{\"turns\": [{turn}, {turn}]}}\n")).unwrap();
    let workload =
        WorkloadArgs { dataset: Some(DatasetName::Jsonl), dataset_path: Some(path), ..WorkloadArgs::default() };
    let one = |endpoint| {
        let flags = ["--endpoint", endpoint, "--concurrency", "1", "--num-prompts", "1", "--warmup", "0"];
        SweepArgs { workload: workload.clone(), ..small_with(&server, &folder.path().join("out"), &flags) }
    };
    let said = run_sweep(&one("completions"));
    said.failed_with("conversations of 2 turns cannot be sent to `--endpoint completions`");
    run_sweep(&one("chat-completions")).succeeded();
    // Both turns were sent, the second behind the first and its answer.
    let level = &only_file(&folder.path().join("out")).levels[0];
    assert_eq!((level.completed, level.output_tokens), (2, 2));
}

#[test]
fn open_loops_and_times_are_loads_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(healthy());
    let (url, out) = (server.base_url(), folder.path().join("open"));
    let sweep = |flags: &[&str]| {
        let out = out.to_string_lossy();
        let own = ["--base-url", &url, "--input-tokens", "12", "--output-tokens", "8", "--out", &out];
        run_sweep(&sweep_args(&own.iter().chain(flags).copied().collect::<Vec<_>>()))
    };
    sweep(&["--request-rate", "40,200", "--duration", "0.5", "--run-id", "poisson"]).succeeded();
    let file = only_file(&out);
    let loads: Vec<Arrival> = file.levels.iter().map(|level| level.load).collect();
    assert_eq!(loads, [Arrival::Poisson { rate: 40.0 }, Arrival::Poisson { rate: 200.0 }]);
    assert!((10..40).contains(&file.levels[0].completed), "{}", file.levels[0].completed);
    assert!((60..140).contains(&file.levels[1].completed), "{}", file.levels[1].completed);
    sweep(&["--request-rate", "100", "--burstiness", "inf", "--num-prompts", "30", "--run-id", "even"]).succeeded();
    sweep(&["--ramp", "10:100", "--duration", "0.4", "--run-id", "ramp"]).succeeded();
    let path = folder.path().join("trace.jsonl");
    let line = |n: u32| format!("{{\"timestamp\": {}, \"input_length\": 9, \"output_length\": 3}}\n", n * 40);
    std::fs::write(&path, (0..10).map(line).collect::<String>()).unwrap();
    let trace = ["--dataset", "trace", "--dataset-path", &path.to_string_lossy(), "--num-prompts", "10"];
    sweep(&[&trace[..], &["--trace-speed", "2", "--warmup", "0", "--run-id", "trace"]].concat()).succeeded();
    let level = support::files(&out).into_iter().find(|file| file.id == "trace").unwrap().levels.remove(0);
    assert_eq!((level.load, level.completed), (Arrival::Trace { speed: 2.0 }, 10));
    assert!((0.16..0.6).contains(&level.duration_s.value()), "{:?}", level.duration_s);
}

fn dataset(command: DatasetCommand) -> Said {
    run(Command::Dataset(DatasetArgs { command }))
}

#[test]
fn show_tells_what_a_file_holds() {
    let show = |path, tokenizer| dataset(DatasetCommand::Show(ShowArgs { path, tokenizer }));
    let said = show(fixture("conversations.json"), Some(fixture("tokenizer.json")));
    said.succeeded();
    let first = said.data.lines().next().unwrap_or_default();
    assert!(first.trim().starts_with("160  ShareGPT conversations"), "{}", said.data);
    assert!(said.data.contains("usable by the rules of vllm bench serve"), "{}", said.data);
    show("gone.json".into(), None).failed_with("gone.json");
    let said = show(fixture("conversations.json"), Some("gone".into()));
    said.failed_with("failed to read tokenizer `gone`");
    assert!(said.talk.contains("hint: --tokenizer is a `tokenizer.json`"), "{}", said.talk);
}

#[test]
fn fetch_leaves_the_file_and_says_its_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(healthy());
    let fetch = |url: String, sha256: Option<&str>| {
        let out = Some(folder.path().join("set.json"));
        let sha256 = sha256.map(str::to_owned);
        dataset(DatasetCommand::Fetch(FetchArgs { dataset: KnownDataset::Sharegpt, out, url: Some(url), sha256 }))
    };
    fetch("nowhere".into(), None).failed_with("`--url nowhere` is not an address");
    fetch(format!("{}/nothing", server.base_url()), None).failed_with("answered HTTP 404 to `/nothing`");
    let wrong = "0".repeat(64);
    fetch(format!("{}/v1/models", server.base_url()), Some(&wrong)).failed_with("instead of 000");
    let said = fetch(format!("{}/v1/models", server.base_url()), None);
    said.succeeded();
    assert!(said.talk.contains("not checked") && said.data.trim().ends_with("set.json"), "{}{}", said.talk, said.data);
    let again = fetch(format!("{}/v1/models", server.base_url()), Some(&said.data[..64]));
    again.succeeded();
    assert!(again.talk.contains("there already"), "{}", again.talk);
}
