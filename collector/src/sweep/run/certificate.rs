//! Before a sweep: how exact this client is on this machine, at the narrowest and the widest level.

use anyhow::Context;

use shared::measure::observations::Certificate;
use shared::store::provenance::Provenance;

use crate::load::selfcheck::{StampingServer, certify};
use crate::printer::Printer;

const TTFT_MS: u64 = 200;
const GAP_MS: u64 = 20;
const OUTPUT_TOKENS: u32 = 64;
const WAVES: u32 = 3;

/// Checks the client against a stamping server of its own.
///
/// # Errors
/// When the server cannot be started or does not answer.
pub async fn certificate(
    (narrowest, widest): (u32, u32),
    provenance: &Provenance,
    out: &mut Printer,
) -> anyhow::Result<Certificate> {
    let mut checked = vec![narrowest, widest];
    checked.dedup();
    let program = std::env::current_exe().context("failed to find this program")?;
    let server = StampingServer::start(&program, TTFT_MS, GAP_MS)?;
    out.talk("selfcheck: some ten seconds; leave it out with --selfcheck false");
    let mut rows = Vec::new();
    for concurrency in checked {
        let row = certify(server.base_url(), concurrency, WAVES, OUTPUT_TOKENS).await?;
        let (mean, p99) = (row.ttft_mean_error_ms.value(), row.ttft_p99_error_ms.value());
        out.talk(format!(
            "selfcheck: {concurrency} streams: TTFT off by {mean:+.3} ms in the mean, {p99:+.3} ms at p99"
        ));
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
