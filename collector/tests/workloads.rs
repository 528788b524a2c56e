//! Sweeps of every workload against the simulated server, and the verb `dataset`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use collector::cli::Command;
use collector::cli::dataset::{DatasetArgs, DatasetCommand, FetchArgs, KnownDataset, ShowArgs};
use collector::cli::sweep::{EndpointName, SweepArgs};
use collector::cli::workload_args::{DatasetName, WorkloadArgs};
use collector::engine::server::EngineOptions;
use shared::measure::plan::Workload;
use support::{Said, Server, healthy, only_file, run, run_sweep, small};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sharegpt").join(name)
}

fn sweep(server: &Server, out: &Path, workload: WorkloadArgs) -> SweepArgs {
    SweepArgs { workload, concurrency: Some(vec![1, 2]), num_prompts: Some(20), ..small(server, out) }
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
    let more = SweepArgs { num_prompts: Some(21), ..sweep(&server, &out, trace) };
    run_sweep(&more).failed_with("a level needs 21 requests, but the trace holds 20");
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
    let one = |endpoint| SweepArgs {
        endpoint: Some(endpoint),
        concurrency: Some(vec![1]),
        num_prompts: Some(1),
        warmup: Some(0),
        ..sweep(&server, &folder.path().join("out"), workload.clone())
    };
    let said = run_sweep(&one(EndpointName::Completions));
    said.failed_with("conversations of 2 turns cannot be sent to `--endpoint completions`");
    run_sweep(&one(EndpointName::ChatCompletions)).succeeded();
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
