//! The client's own error on this machine, measured before a sweep at the lowest and the highest level.

use anyhow::Context;

use shared::measure::observations::Certificate;
use shared::store::provenance::Provenance;

use crate::load::selfcheck::{StampingServer, certify};
use crate::printer::Printer;

const TTFT_MS: u64 = 200;
const GAP_MS: u64 = 20;
const OUTPUT_TOKENS: u32 = 64;
const WAVES: u32 = 3;

/// Measures the client's error against a server whose timing is known.
///
/// # Errors
/// When the server cannot be started or does not answer.
pub async fn certificate(
    (lowest, highest): (u32, u32),
    provenance: &Provenance,
    out: &mut Printer,
) -> anyhow::Result<Certificate> {
    let mut checked = vec![lowest, highest];
    checked.dedup();
    let program = std::env::current_exe().context("failed to find this program")?;
    let server = StampingServer::start(&program, TTFT_MS, GAP_MS)?;
    out.talk("selfcheck: takes about ten seconds; skip it with --selfcheck false");
    let mut rows = Vec::new();
    for concurrency in checked {
        let row = certify(server.base_url(), concurrency, WAVES, OUTPUT_TOKENS).await?;
        let (mean, p99) = (row.ttft_mean_error_ms.value(), row.ttft_p99_error_ms.value());
        out.talk(format!("selfcheck: {concurrency} streams: TTFT error {mean:+.3} ms mean, {p99:+.3} ms at p99"));
        rows.push(row);
    }
    Ok(Certificate {
        date: provenance.date,
        tool: provenance.tool.clone(),
        machine: provenance.client.clone().unwrap_or_default(),
        server: format!(
            "a token after {TTFT_MS} ms and one every {GAP_MS} ms, {OUTPUT_TOKENS} a request, on the same machine"
        ),
        rows,
    })
}
