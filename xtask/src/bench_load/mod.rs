//! Load generators against a server that writes down what it really sent: whose numbers are right, and at what cost.
//!
//! `make bench-load` runs it. Forge's collector always runs; `vllm bench serve`, guidellm and AIPerf run beside it where
//! FORGE_BENCH_VLLM, FORGE_BENCH_GUIDELLM and FORGE_BENCH_AIPERF name their programs (and FORGE_BENCH_TOKENIZER a
//! tokenizer's folder, which they cannot do without). With FORGE_BENCH_SERVER, the address of a real vLLM, it also
//! compares what both count for the same ShareGPT sample.
#![expect(clippy::print_stdout, reason = "a benchmark talks while it runs")]

mod process;
mod report;
mod same_sample;
mod tools;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use serde_json::Value;

use collector::load::selfcheck::StampingServer;
use report::{Report, Row};
use tools::{Load, Tool};

const TTFT_MS: u64 = 200;
const GAP_MS: u64 = 20;
const OUTPUT_TOKENS: u32 = 64;
const WAVES: u32 = 4;
const LEVELS: [u32; 2] = [256, 1000];
/// Streams and gap of the level that only has to complete.
const MANY: (u32, u64) = (4000, 100);

/// Runs every load generator there is, and writes and prints the report.
///
/// # Errors
/// When the collector is not built for release, it fails, or the report cannot be written or has a failed claim.
pub fn run(out: &Path) -> anyhow::Result<()> {
    let program = collector_program()?;
    // The peers' clients need as many files as ours; they inherit the limit.
    collector::load::file_limit::allow(2 * MANY.0)?;
    let tools = tools::installed(&program);
    let scratch = tempfile::tempdir()?;
    let server = StampingServer::start(&program, TTFT_MS, GAP_MS)?;
    let mut report = Report::default();
    for tool in &tools {
        let idle = Load { concurrency: 1, requests: 1, output_tokens: 2 };
        // Twice: a program's very first start also fills the system's caches.
        let start = measure(tool, &server, idle, scratch.path())
            .and_then(|_| measure(tool, &server, idle, scratch.path()))
            .with_context(|| format!("{} failed its first run", tool.name()));
        let start = match start {
            Ok(row) => row,
            Err(error) => {
                println!("{}: left out: {error:#}", tool.name());
                report.left_out.push(format!("{}: {error:#}", tool.name()));
                continue;
            }
        };
        for concurrency in LEVELS {
            let load = Load { concurrency, requests: concurrency * WAVES, output_tokens: OUTPUT_TOKENS };
            println!("{}, {concurrency} streams", tool.name());
            match measure(tool, &server, load, scratch.path()) {
                Ok(row) => report.rows.push(Row { start_cpu_s: start.cpu_s, ..row }),
                Err(error) => report.left_out.push(format!("{} at {concurrency} streams: {error:#}", tool.name())),
            }
        }
        report.starts.push((tool.name().to_owned(), start.to_first_request_ms));
    }
    let (concurrency, gap) = MANY;
    let many = StampingServer::start(&program, TTFT_MS, gap)?;
    let load = Load { concurrency, requests: concurrency * 2, output_tokens: 32 };
    println!("{}, {concurrency} streams", tools[0].name());
    report.many = Some(measure(&tools[0], &many, load, scratch.path())?);
    if let Ok(url) = std::env::var("FORGE_BENCH_SERVER") {
        println!("the same ShareGPT sample at {url}");
        report.same = Some(same_sample::compare(&program, &url, scratch.path())?);
    }
    std::fs::write(out, report.to_markdown()).with_context(|| format!("failed to write `{}`", out.display()))?;
    println!("{}", report.to_markdown());
    println!("written to {}", out.display());
    report.verdict()
}

/// The release build of the collector, beside this program.
fn collector_program() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().context("this program lies in no folder")?;
    let program = folder.join(format!("collector{}", std::env::consts::EXE_SUFFIX));
    anyhow::ensure!(program.exists(), "`{}` is missing; run `make bench-load`", program.display());
    Ok(program)
}

/// Runs a tool; one that fails is run once more, because peers of several processes do not always come up.
fn measure(tool: &Tool, server: &StampingServer, load: Load, scratch: &Path) -> anyhow::Result<Row> {
    once(tool, server, load, scratch).or_else(|_| once(tool, server, load, scratch))
}

/// Runs a tool once and puts its numbers beside what the server wrote down.
fn once(tool: &Tool, server: &StampingServer, load: Load, scratch: &Path) -> anyhow::Result<Row> {
    fetch(server.base_url(), "/truth/forget")?;
    let folder = tempfile::tempdir_in(scratch)?;
    let began = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros() as f64;
    let usage = process::run(&mut tool.command(server.base_url(), load, folder.path())?)?;
    let said = tool.read(folder.path(), &usage)?;
    let truth: Value = serde_json::from_str(&fetch(server.base_url(), "/truth")?)?;
    let number = |path: &str| truth.pointer(path).and_then(Value::as_f64).unwrap_or(f64::NAN);
    Ok(Row {
        tool: tool.name().to_owned(),
        concurrency: load.concurrency,
        requests: load.requests,
        said,
        true_ttft_mean: number("/ttft_ms/mean"),
        true_ttft_p99: number("/ttft_ms/p99"),
        true_itl_sigma: number("/itl_ms/std"),
        tokens: number("/tokens"),
        cpu_s: usage.cpu_s,
        start_cpu_s: 0.0,
        memory_mib: usage.memory_mib,
        wall_s: usage.wall_s,
        to_first_request_ms: (number("/first_received_unix_us") - began) / 1000.0,
    })
}

/// A plain GET on loopback.
fn fetch(base_url: &str, path: &str) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let url = format!("{base_url}{path}");
    let client = reqwest::Client::builder().no_proxy().build()?;
    Ok(runtime.block_on(async { client.get(url).send().await?.error_for_status()?.text().await })?)
}
