//! Bad input to `sweep`: each with one clear message and an exit that is not 0; and what an interrupt leaves.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use collector::cli::sweep::SweepArgs;
use collector::engine::fault::{Fault, Faults};
use collector::engine::server::EngineOptions;
use shared::hardware::profile::Profile;
use shared::store::provenance::Warning;

use support::{Server, healthy, run_sweep, small, small_with, sweep_args};

#[test]
fn servers_that_cannot_be_measured() {
    let folder = tempfile::tempdir().unwrap();
    let check = |args: SweepArgs, text: &str| {
        run_sweep(&args).failed_with(text);
        assert_eq!(support::paths(folder.path()).len(), 0);
    };
    let server = Server::start(healthy());
    check(small_with(&server, folder.path(), &["--model", "nope"]), "does not serve model `nope`");
    // A port that was just free: nothing listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = format!("http://{free}");
    check(small_with(&server, folder.path(), &["--base-url", &nobody]), &format!("no server answers at `{nobody}`"));

    let dead = Server::start(EngineOptions { status: 500, ..healthy() });
    check(small(&dead, folder.path()), "answered HTTP 500 to `/v1/models`: the engine is dead");

    let slow =
        Server::start(EngineOptions { profile: Profile { step_base_s: 30.0, ..Profile::instant() }, ..healthy() });
    check(small_with(&slow, folder.path(), &["--timeout", "0.2"]), "nothing came within 0.2 s");

    let faults = Some(Faults { fault: Fault::Status(500), after: 0, every: 1 });
    let broken = Server::start(EngineOptions { faults, ..healthy() });
    check(small(&broken, folder.path()), "failed a first request to `/v1/completions`: HTTP 500");
}

#[test]
fn prompts_that_cannot_be_had() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(healthy());
    let check = |dataset: &str, name: &str, content: Option<&str>, text: &str| {
        let path = folder.path().join(name);
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let out = folder.path().join("out");
        let args = small_with(&server, &out, &["--dataset", dataset, "--dataset-path", &path.to_string_lossy()]);
        run_sweep(&args).failed_with(text);
        assert!(!out.exists());
    };
    let line = "{\"prompt\": \"a b c d\", \"output_tokens\": 4}\n";
    check("jsonl", "gone.jsonl", None, "gone.jsonl`");
    check("jsonl", "bad.jsonl", Some(&format!("{line}oops\n")), "line 2 is not");
    check("jsonl", "few.jsonl", Some(line), "needs 85 different prompts");
    check("sharegpt", "bad.json", Some("[\n{\"conversations\": oops}]"), "line 2");
    check("sharegpt", "few.json", Some("[]"), "holds 0 usable prompts");
}

#[test]
fn configs_that_are_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, "num_prompts = 5\nconcurency = [1]\n").unwrap();
    let said = run_sweep(&sweep_args(&["--config", &path.to_string_lossy()]));
    said.failed_with(&format!("sweep config `{}`, line 2: unknown key `concurency`", path.display()));
    let gone = run_sweep(&sweep_args(&["--config", "gone.toml"]));
    gone.failed_with("failed to read sweep config `gone.toml`");
}

#[test]
fn the_key_is_never_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(healthy());
    let said = run_sweep(&small_with(&server, folder.path(), &["--api-key", "sk-very-secret"]));
    said.succeeded();
    let told = format!("{}{}{:?}", said.data, said.talk, support::only_file(folder.path()));
    assert!(!told.contains("very-secret"));
}

/// Starts the program, sends a signal when the first level is on disk, and gives its exit status.
#[cfg(unix)]
fn interrupted(signal: &str, server: &Server, out: &Path) -> Option<i32> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_collector"))
        .args(["sweep", "--base-url", &server.base_url(), "--input-tokens", "8", "--output-tokens", "400"])
        .args(["--concurrency", "1,2", "--num-prompts", "2", "--warmup", "0", "--out"])
        .arg(out)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while support::paths_or_none(out).is_empty() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    Command::new("kill").args([signal, &program.id().to_string()]).status().unwrap();
    program.wait().unwrap().code()
}

#[test]
#[cfg(unix)]
fn a_program_that_is_killed_leaves_a_file_that_says_so() {
    let profile = Profile { step_base_s: 0.0025, ..Profile::instant() };
    let server = Server::start(EngineOptions { profile, ..healthy() });
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(interrupted("-KILL", &server, folder.path()), None);
    let file = support::only_file(folder.path());
    assert_eq!(file.warnings.last(), Some(&Warning::Interrupted { finished: 1, planned: 2 }), "{:?}", file.warnings);
}

#[test]
#[cfg(unix)]
fn an_interrupt_leaves_the_finished_levels_in_a_valid_file() {
    for signal in ["-INT", "-TERM"] {
        let profile = Profile { step_base_s: 0.0025, ..Profile::instant() };
        let server = Server::start(EngineOptions { profile, ..healthy() });
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(interrupted(signal, &server, folder.path()), Some(130));
        let file = support::only_file(folder.path());
        assert_eq!(file.levels.len(), 1);
        assert!(file.warnings.contains(&Warning::Interrupted { finished: 1, planned: 2 }), "{:?}", file.warnings);
    }
}
