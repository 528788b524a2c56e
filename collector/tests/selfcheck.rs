//! The program against its own stamping server, and the certificate in a result file.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::process::{Command, Output};

use shared::measure::observations::CertifiedLevel;
use support::{Server, healthy, only_file};

fn collector(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_collector")).args(args).output().unwrap()
}

#[test]
fn every_token_that_was_sent_arrives_and_errors_are_said() {
    let out = collector(&[
        "selfcheck",
        "--json",
        "--concurrency",
        "1,8",
        "--waves",
        "2",
        "--output-tokens",
        "8",
        "--ttft-ms",
        "30",
        "--gap-ms",
        "5",
    ]);
    let rows: Vec<CertifiedLevel> = serde_json::from_slice(&out.stdout).unwrap();
    let counted: Vec<_> = rows.iter().map(|row| (row.concurrency, row.completed, row.failed, row.tokens)).collect();
    assert_eq!(counted, [(1, 2, 0, 16), (8, 16, 0, 128)]);
    assert!(rows.iter().all(|row| row.ttft_mean_error_ms.value().is_finite()));
}

#[test]
fn a_measured_result_carries_its_clients_certificate() {
    let server = Server::start(healthy());
    let folder = tempfile::tempdir().unwrap();
    let (url, path) = (server.base_url(), folder.path().join("kept"));
    let sweep = [
        "sweep",
        "--base-url",
        &url,
        "--out",
        &path.to_string_lossy(),
        "--hardware",
        "rtx-a5000",
        "--concurrency",
        "2",
        "--num-prompts",
        "4",
        "--input-tokens",
        "8",
        "--output-tokens",
        "4",
        "--gpu-telemetry",
        "off",
    ]
    .map(str::to_owned);
    let out = collector(&sweep.each_ref().map(String::as_str));
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let file = only_file(&path);
    let certificate = file.certificate.unwrap();
    assert_eq!(certificate.rows.iter().map(|row| (row.concurrency, row.completed)).collect::<Vec<_>>(), [(2, 6)]);
    let client = file.levels[0].observed.as_ref().unwrap().client.as_ref().unwrap();
    assert!(client.busy.is_some() || !cfg!(unix));
    assert_eq!(client.kernel_timestamps, cfg!(target_os = "linux"));
}
