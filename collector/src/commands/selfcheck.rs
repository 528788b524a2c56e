//! The verb `selfcheck`: the load client's own error on this machine, measured against a server that records what it sends.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;

use crate::cli::selfcheck::SelfcheckArgs;
use crate::engine::stamping::{self, Timing};
use crate::load::file_limit;
use crate::load::selfcheck::{StampingServer, certify};
use crate::printer::Printer;
use crate::results::table::{First, lines};
use crate::runtime::runtime;
use shared::measure::observations::CertifiedLevel;

/// Errors above these fail the check.
const MEAN_ERROR_MS: f64 = 2.0;
const P99_ERROR_MS: f64 = 10.0;
const SIGMA_MS: f64 = 0.5;
/// Connections that the stamping server takes at once.
const MOST_CLIENTS: u32 = 16_000;

/// Checks, or serves.
///
/// # Errors
/// When the server cannot be started or does not answer.
pub fn selfcheck(args: &SelfcheckArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let timing = Timing { first_token: Duration::from_millis(args.ttft_ms), gap: Duration::from_millis(args.gap_ms) };
    if let Some(address) = args.serve {
        // As many as it gives; a client that opens more is refused by the system, and says so.
        let _ = file_limit::allow(MOST_CLIENTS);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(async {
            let listener =
                TcpListener::bind(address).await.with_context(|| format!("failed to serve at `{address}`"))?;
            out.data(format!("http://{}", listener.local_addr()?));
            stamping::serve(listener, timing, Arc::new(Mutex::default())).await;
            Ok(ExitCode::SUCCESS)
        });
    }
    file_limit::allow(args.concurrency.iter().copied().max().unwrap_or(1))?;
    let program = std::env::current_exe().context("failed to find this program")?;
    let server = StampingServer::start(&program, args.ttft_ms, args.gap_ms)?;
    let runtime = runtime()?;
    let mut rows = Vec::new();
    for &concurrency in &args.concurrency {
        out.talk(format!("{concurrency} streams, {} requests", concurrency * args.waves));
        rows.push(runtime.block_on(certify(server.base_url(), concurrency, args.waves, args.output_tokens))?);
    }
    if args.json {
        out.data(serde_json::to_string_pretty(&rows)?);
    } else {
        table(&rows).iter().for_each(|line| out.data(line));
    }
    out.talk(format!(
        "limits: TTFT error {MEAN_ERROR_MS} ms mean and {P99_ERROR_MS} ms at p99; ITL sigma {SIGMA_MS} ms above the sent sigma"
    ));
    Ok(if rows.iter().all(exact) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn exact(row: &CertifiedLevel) -> bool {
    row.failed == 0
        && row.ttft_mean_error_ms.value().abs() <= MEAN_ERROR_MS
        && row.ttft_p99_error_ms.value().abs() <= P99_ERROR_MS
        && row.itl_sigma_ms.value() <= row.itl_sigma_sent_ms.value() + SIGMA_MS
}

fn table(rows: &[CertifiedLevel]) -> Vec<String> {
    let head = [
        "streams",
        "completed",
        "failed",
        "TTFT mean error, ms",
        "TTFT p99 error, ms",
        "ITL sigma, ms",
        "sent ITL sigma, ms",
        "CPU s/1M tokens",
    ];
    let row = |row: &CertifiedLevel| {
        [
            row.concurrency.to_string(),
            row.completed.to_string(),
            row.failed.to_string(),
            format!("{:+.3}", row.ttft_mean_error_ms.value()),
            format!("{:+.3}", row.ttft_p99_error_ms.value()),
            format!("{:.3}", row.itl_sigma_ms.value()),
            format!("{:.3}", row.itl_sigma_sent_ms.value()),
            row.cpu_s_per_million_tokens.map_or("-".into(), |cpu| format!("{cpu:.2}")),
        ]
    };
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(rows.iter().map(row)).collect();
    lines(&rows, First::Right)
}
