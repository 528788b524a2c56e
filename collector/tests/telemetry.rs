//! What server and GPUs say while a sweep runs: the simulated server's metrics end to end, and a made-up nvidia-smi.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use collector::cli::sweep::SweepArgs;
use collector::engine::server::{Engine, EngineOptions};
use shared::hardware::profile::Profile;
use shared::measure::observations::{GpuTelemetry, ServerView};
use shared::measure::summary::Level;
use shared::store::provenance::Warning;
use support::{Server, only_file, run_sweep, small_with};

/// Some 25 ms a step.
fn real() -> Profile {
    Profile { step_base_s: 0.025, step_per_sequence_s: 60e-6, prefill_tokens_per_s: 3800.0, ..Profile::instant() }
}

fn slow(profile: Profile) -> EngineOptions {
    EngineOptions::healthy(profile, "tiny")
}

/// One level of `streams` for about `waves` x 32 steps.
fn one_level(server: &Server, out: &Path, streams: u32, waves: u32) -> SweepArgs {
    let (requests, streams) = ((streams * waves).to_string(), streams.to_string());
    small_with(server, out, &["--concurrency", &streams, "--num-prompts", &requests, "--output-tokens", "32"])
}

fn view(level: &Level) -> &ServerView {
    level.observed.as_ref().unwrap().server.as_ref().unwrap()
}

#[test]
fn the_servers_own_view_stands_beside_the_clients() {
    let server = Server::start(EngineOptions { developer: true, ..slow(real()) });
    let folder = tempfile::tempdir().unwrap();
    let said = run_sweep(&one_level(&server, folder.path(), 4, 3));
    said.succeeded();
    let file = only_file(folder.path());
    let (level, seen) = (&file.levels[0], view(&file.levels[0]));
    assert!(seen.samples >= 2 && seen.unanswered == 0, "{seen:?}");
    assert_eq!((seen.missing.len(), seen.fell.len(), seen.foreign_requests), (0, 0, Some(0)), "{seen:?}");
    let running = seen.running.unwrap();
    assert!(running.max <= 4.0 && running.mean > 2.0, "{running:?}");
    assert!(seen.kv_cache_usage.unwrap().max > 0.0 && seen.waiting.unwrap().max <= 4.0);
    assert_eq!(seen.prefix_hit_rate.map(|share| share.value()), Some(0.0));
    for (server, client) in [
        (seen.mean_ttft_ms, level.ttft_ms.mean),
        (seen.mean_itl_ms, level.itl_ms.mean),
        (seen.mean_e2el_ms, level.e2el_ms.mean),
    ] {
        let (server, client) = (server.unwrap().value(), client.unwrap().value());
        assert!(server > 0.0 && (client / server - 1.0).abs() < 0.5, "{server} {client}");
    }
    assert!(seen.mean_queue_ms.unwrap() <= seen.mean_ttft_ms.unwrap());
    assert_eq!(seen.prefix_cache_emptied, Some(true));
    assert!(file.provenance.notes.iter().any(|note| note.contains("prefix cache is emptied")));
    let config = &file.provenance.server_config;
    for (key, value) in [("block_size", "16"), ("max_model_len", "4096"), ("dtype", "bfloat16"), ("model_root", "tiny")]
    {
        assert_eq!(config.get(key).map(String::as_str), Some(value), "{config:?}");
    }
    assert!(config.contains_key("max_num_seqs") && !config.contains_key("quantization"), "{config:?}");
    assert!(said.talk.contains("KV cache up to") && said.talk.contains("mean queue"), "{}", said.talk);
    assert!(!file.warnings.iter().any(|warning| matches!(warning, Warning::ForeignTraffic { .. })));
}

#[test]
fn somebody_elses_requests_are_noticed() {
    let server = Server::start(slow(real()));
    let folder = tempfile::tempdir().unwrap();
    server.occupy(3, 4000);
    run_sweep(&one_level(&server, folder.path(), 2, 3)).succeeded();
    let file = only_file(folder.path());
    assert_eq!(view(&file.levels[0]).foreign_requests, Some(3));
    assert!(file.warnings.contains(&Warning::ForeignTraffic { concurrency: 2, requests: 3 }), "{:?}", file.warnings);
    // Nothing was offered, so nothing is said of it.
    assert_eq!(view(&file.levels[0]).prefix_cache_emptied, None);
}

#[test]
fn a_queue_and_a_full_cache_show() {
    let narrow = Profile { max_num_seqs: 4, kv_capacity_tokens: 120, ..real() };
    let server = Server::start(slow(narrow));
    let folder = tempfile::tempdir().unwrap();
    run_sweep(&one_level(&server, folder.path(), 8, 2)).succeeded();
    let file = only_file(folder.path());
    let seen = view(&file.levels[0]);
    assert!(seen.waiting.unwrap().max >= 1.0 && seen.mean_queue_ms.unwrap().value() > 20.0, "{seen:?}");
    assert_eq!(seen.foreign_requests, Some(0));
    let full = |warning: &Warning| matches!(warning, Warning::Preemptions { concurrency: 8, preemptions: 1.. });
    assert!(file.warnings.iter().any(full), "{:?}", file.warnings);
}

#[test]
fn on_request_the_last_event_carries_the_servers_times() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let text = runtime.block_on(async {
        let engine = Engine::start(EngineOptions { per_request_metrics: true, ..slow(real()) }).await.unwrap();
        let body = serde_json::json!({"model": "tiny", "prompt": "a b c", "max_tokens": 5, "stream": true});
        let url = format!("{}/v1/completions", engine.base_url());
        reqwest::Client::new().post(url).json(&body).send().await.unwrap().text().await.unwrap()
    });
    let events: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("data: {")).collect();
    let (last, others) = events.split_last().unwrap();
    assert!(others.iter().all(|event| !event.contains("metrics")), "{text}");
    let last: serde_json::Value = serde_json::from_str(&format!("{{{last}")).unwrap();
    for key in ["time_to_first_token_ms", "generation_time_ms", "queue_time_ms", "mean_itl_ms", "tokens_per_second"] {
        assert!(last["metrics"][key].as_f64().is_some_and(|value| value >= 0.0), "{key}: {last}");
    }
}

/// A sweep of about two seconds by the program itself, with this script as the only nvidia-smi on PATH.
fn sweep_beside(script: &str, more: &[&str]) -> (Output, Option<GpuTelemetry>, Vec<Warning>) {
    let server = Server::start(slow(real()));
    let folder = tempfile::tempdir().unwrap();
    let (programs, out) = (folder.path().join("programs"), folder.path().join("out"));
    std::fs::create_dir(&programs).unwrap();
    let program = programs.join("nvidia-smi");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let said = Command::new(env!("CARGO_BIN_EXE_collector"))
        .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
        .args(["sweep", "--warmup", "0", "--base-url", &server.base_url(), "--out", out.to_str().unwrap()])
        .args(["--concurrency", "2", "--num-prompts", "4", "--input-tokens", "12", "--output-tokens", "24"])
        .args(more)
        .output()
        .unwrap();
    let file = only_file(&out);
    let gpu = file.levels[0].observed.as_ref().and_then(|observed| observed.gpu.clone());
    (said, gpu, file.warnings)
}

/// Two GPUs, of which the second works; a line for each every half second, as nvidia-smi prints them.
const RECORDED: &str = "while :; do
echo '0, NVIDIA H200, 570.86.15, 76.12, 700.00, 345, 3201, 1980, 4, 143771, 0, 27'
echo '1, NVIDIA H200, 570.86.15, 500.00, 700.00, 1386, 3201, 1980, 131072, 143771, 97, [N/A]'
sleep 0.5; done";

#[test]
fn energy_and_clocks_come_from_nvidia_smi() {
    let (said, gpu, warnings) = sweep_beside(RECORDED, &["--electricity-price", "0.30"]);
    let talk = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success(), "{talk}");
    let gpu = gpu.unwrap();
    assert_eq!((gpu.source.as_str(), gpu.gpus.len(), gpu.gpus[0].index), ("nvidia-smi", 1, 1));
    assert!(gpu.samples >= 2, "{gpu:?}");
    assert_eq!(gpu.gpus[0].power_w.map(|power| power.mean), Some(500.0));
    assert_eq!((gpu.gpus[0].temperature_c, gpu.gpus[0].max_sm_clock_mhz), (None, Some(1980.0)));
    let (energy, each) = (gpu.energy_j.unwrap(), gpu.joules_per_output_token.unwrap());
    assert!((energy / each - 4.0 * 24.0).abs() < 1e-6, "{gpu:?}");
    assert!(warnings.contains(&Warning::ClocksLow { concurrency: 2, share: 0.7 }), "{warnings:?}");
    assert!(talk.contains("energy: ") && talk.contains("USD per 1M output tokens at 0.3 USD/kWh"), "{talk}");
}

#[test]
fn an_nvidia_smi_that_fails_disturbs_nothing() {
    for script in ["exec sleep 600", "echo 'NVIDIA-SMI has failed'; printf '\\377\\376'; exit 9", "sleep 20 & exit 1"] {
        let (said, gpu, warnings) = sweep_beside(script, &[]);
        assert!(said.status.success(), "{script}: {}", String::from_utf8_lossy(&said.stderr));
        assert_eq!(gpu, None, "{script}");
        assert!(!warnings.iter().any(|warning| matches!(warning, Warning::ClocksLow { .. })));
    }
}

#[test]
fn telemetry_can_be_left_out() {
    let (said, gpu, _) = sweep_beside(RECORDED, &["--gpu-telemetry", "off"]);
    assert!(said.status.success());
    assert_eq!(gpu, None);
    assert!(!String::from_utf8_lossy(&said.stderr).contains("energy"));
}
