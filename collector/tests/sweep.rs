//! The whole verb `sweep` against the simulated server: what is kept, what is counted, what is said.

mod support;

use collector::catalogue::Catalogue;
use collector::engine::fault::{Fault, Faults};
use collector::engine::server::EngineOptions;
use collector::resolve::deployment::{self, DeploymentQuery};
use shared::hardware::profile::Profile;

use shared::measure::record::FailureKind;
use shared::store::provenance::{Evidence, Warning};
use support::{Said, Server, healthy, run_rehearse, run_sweep, small, small_with, sweep_args};

#[test]
fn totals_equal_what_the_server_counted() {
    for endpoint in ["completions", "chat-completions"] {
        let server = Server::start(healthy());
        let folder = tempfile::tempdir().unwrap();
        let said = run_sweep(&small_with(&server, folder.path(), &["--endpoint", endpoint]));
        said.succeeded();
        let file = support::only_file(folder.path());
        assert_eq!(file.levels.len(), 3);
        for level in &file.levels {
            let counted = level.server.unwrap();
            assert_eq!((level.completed, level.failed, level.output_tokens), (24, 0, 24 * 8));
            assert_eq!(counted.completed, Some(level.completed));
            assert_eq!(counted.prompt_tokens, Some(level.prompt_tokens));
            assert_eq!(counted.output_tokens, Some(level.output_tokens));
            assert_eq!(level.exact_tokens.map(|share| share.value()), Some(1.0));
            assert!(level.ttft_ms.hdr_us_base64.is_some() && level.e2el_ms.p99.is_some());
        }
        // 24 requests a level, a warm-up as wide as each, and the first request that asks whether all is well.
        assert_eq!(server.totals().completed, 3 * 24 + 1 + 4 + 8 + 1);
    }
}

#[test]
fn the_table_has_a_row_for_each_level_and_the_file_is_named() {
    let server = Server::start(healthy());
    let folder = tempfile::tempdir().unwrap();
    let said = run_sweep(&small(&server, folder.path()));
    assert_eq!(said.data.lines().count(), 2 + 3, "{}", said.data);
    assert!(said.talk.contains("next: collector explore --results"), "{}", said.talk);
    let file = support::only_file(folder.path());
    assert!(said.talk.contains(&format!("{}.json", file.id)), "{}", said.talk);
    assert_eq!((file.evidence, file.configuration.hardware.as_str()), (Evidence::Rehearsal, "unknown"));
    assert!(file.warnings.contains(&Warning::FewWaves { concurrency: 8, waves: 3.0 }), "{:?}", file.warnings);
}

#[test]
fn failures_are_counted_by_kind() {
    let cases = [
        (Fault::Status(500), FailureKind::ServerError),
        (Fault::Status(503), FailureKind::NotAdmitted),
        (Fault::Status(429), FailureKind::RateLimited),
        (Fault::Status(400), FailureKind::ClientError),
        (Fault::Truncate, FailureKind::Truncated),
        (Fault::Break, FailureKind::Broken),
        (Fault::InStream, FailureKind::InStream),
        (Fault::Garbage, FailureKind::Malformed),
        (Fault::Stall, FailureKind::IdleTimeout),
    ];
    for (fault, kind) in cases {
        let faults = Some(Faults { fault, after: 1, every: 3 });
        let server = Server::start(EngineOptions { faults, ..healthy() });
        let folder = tempfile::tempdir().unwrap();
        let args = small_with(&server, folder.path(), &["--concurrency", "4", "--idle-timeout", "0.3"]);
        run_sweep(&args).succeeded();
        let level = &support::only_file(folder.path()).levels[0];
        assert_eq!((level.completed, level.failed), (16, 8), "{kind:?}");
        assert_eq!(level.failures.get(&kind), Some(&8), "{:?}", level.failures);
    }
}

#[test]
fn a_level_without_a_success_stops_the_sweep_and_keeps_the_others() {
    // The first level takes 1 + 1 + 24 requests; everything after fails.
    let faults = Some(Faults { fault: Fault::Status(500), after: 26, every: 1 });
    let server = Server::start(EngineOptions { faults, ..healthy() });
    let folder = tempfile::tempdir().unwrap();
    let said = run_sweep(&small(&server, folder.path()));
    said.failed_with("no request completed at 4 streams; most failed with HTTP 5xx: HTTP 500: refused on purpose");
    let file = support::only_file(folder.path());
    assert_eq!(file.levels.len(), 1);
    assert!(file.warnings.contains(&Warning::Interrupted { finished: 1, planned: 3 }));
}

#[test]
fn a_server_that_counts_less_is_measured_with_a_warning() {
    let server = Server::start(EngineOptions { continuous_usage: false, tokenize: false, ..healthy() });
    let folder = tempfile::tempdir().unwrap();
    let said = run_sweep(&small_with(&server, folder.path(), &["--concurrency", "2"]));
    said.succeeded();
    let file = support::only_file(folder.path());
    assert!(file.warnings.contains(&Warning::TokensAssumed { concurrency: 2 }), "{:?}", file.warnings);
    let notes = file.provenance.notes.join("; ");
    assert!(notes.contains("continuous_usage_stats") && notes.contains("no /tokenize"), "{notes}");
    assert_eq!(file.levels[0].output_tokens, 24 * 8);
}

#[test]
fn warmup_nought_sends_only_what_is_measured() {
    let server = Server::start(healthy());
    let folder = tempfile::tempdir().unwrap();
    run_sweep(&small_with(&server, folder.path(), &["--warmup", "0"])).succeeded();
    assert_eq!(server.totals().completed, 3 * 24 + 1);
}

#[test]
fn a_measured_result_names_its_hardware_and_is_not_overwritten() {
    let server = Server::start(healthy());
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("vllm.log");
    std::fs::write(&log, "INFO Using MarlinLinearKernel for AutoAWQMarlinLinearMethod\n").unwrap();
    let out = folder.path().join("results");
    let log_path = log.to_string_lossy();
    let named = |run_id| {
        let flags =
            ["--hardware", "rtx-a5000", "--quantization", "awq-int4", "--selfcheck", "false", "--run-id", run_id];
        small_with(&server, &out, &[&flags[..], &["--server-log", &log_path]].concat())
    };
    run_sweep(&named("one")).succeeded();
    let file = support::only_file(&out);
    assert_eq!((file.evidence, file.configuration.hardware_name.as_str()), (Evidence::Measured, "RTX A5000"));
    assert_eq!(file.configuration.kernel.as_deref(), Some("MarlinLinearKernel"));
    run_sweep(&named("one")).failed_with("is not overwritten");

    std::fs::write(&log, "INFO nothing of the kind\n").unwrap();
    run_sweep(&named("two")).succeeded();
    let files = support::files(&out);
    assert!(files.iter().any(|file| matches!(file.warnings.first(), Some(Warning::KernelNotUsed { .. }))));
}

#[test]
fn json_is_the_result_file() {
    let server = Server::start(healthy());
    let folder = tempfile::tempdir().unwrap();
    let Said { data, .. } = run_sweep(&small_with(&server, folder.path(), &["--json"]));
    assert_eq!(shared::store::result_file::ResultFile::parse(&data).unwrap(), support::only_file(folder.path()));
}

#[test]
fn a_dry_run_asks_nobody_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let flags = ["--base-url", "http://127.0.0.1:1", "--api-key", "secret", "--dry-run", "--out"];
    let said = run_sweep(&sweep_args(&[&flags[..], &[&out.to_string_lossy()]].concat()));
    said.succeeded();
    assert!(said.data.contains("5 levels, 1280 requests measured, 117 for warming up"), "{}", said.data);
    assert!(said.data.contains("concurrency = [1, 4, 16, 32, 64]") && !said.data.contains("secret"), "{}", said.data);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_rehearsal_is_one_and_its_clock_is_the_simulations() {
    let folder = tempfile::tempdir().unwrap();
    let said = run_rehearse(folder.path(), vec![1, 8], 16);
    said.succeeded();
    let file = support::only_file(folder.path());
    assert_eq!(
        (file.evidence, file.configuration.hardware_name.as_str()),
        (Evidence::Rehearsal, "simulated RTX A5000")
    );
    let wanted =
        DeploymentQuery { gpu: "rtx-a5000", gpu_count: 1, model: "llama-3.1-8b-instruct", quantization: "bf16" };
    let step_ms =
        deployment::resolve(&Catalogue::load(None).unwrap(), wanted).unwrap().estimator.step(1.0, 220.0) * 1000.0;
    let tpot = file.levels[0].tpot_ms.p50.unwrap().value();
    assert!(tpot > 0.8 * step_ms, "{tpot} {step_ms}");
}

#[test]
fn a_server_that_dies_leaves_the_level_with_its_failures() {
    let profile = Profile { step_base_s: 0.004, ..Profile::instant() };
    let server = Server::start(EngineOptions { profile, ..healthy() });
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--concurrency", "4,8", "--num-prompts", "200", "--warmup", "0", "--timeout", "5"];
    let args = small_with(&server, folder.path(), &flags);
    let sweep = std::thread::spawn(move || run_sweep(&args));
    while server.totals().completed < 40 {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    drop(server);
    sweep.join().unwrap().failed_with("no request completed at 8 streams");
    let file = support::only_file(folder.path());
    let level = &file.levels[0];
    assert!(level.completed >= 36 && level.failed > 0, "{} {}", level.completed, level.failed);
    assert_eq!(level.completed + level.failed, 200);
    assert_eq!(level.failures.values().sum::<u64>(), level.failed);
    assert!(level.failures.contains_key(&FailureKind::Connect), "{:?}", level.failures);
    assert!(file.warnings.contains(&Warning::Interrupted { finished: 1, planned: 2 }), "{:?}", file.warnings);
}
