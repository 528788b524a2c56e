//! The load client's own error on this machine: the client against a server that records the time of every token it sends.
//!
//! The server is a process of its own, so that its work is not taken for the client's.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::Context;
use serde::Deserialize;
use serde_json::Map;

use shared::measure::distribution::Distribution;
use shared::measure::observations::CertifiedLevel;
use shared::measure::plan::{Arrival, Endpoint, Stop};
use shared::measure::summary::summarise;
use shared::units::{Millis, TOKENS_PER_PRICE_UNIT};

use crate::load::arrival::Pacing;
use crate::load::client_cpu::ClientCpu;
use crate::load::clock::Clock;
use crate::load::driver::{Backend, drive};
use crate::load::openai_client::{Access, OpenAiClient};
use crate::load::prompts::{Conversation, PromptRequest};
use crate::load::request_template::RequestTemplate;

/// Tokens for which a share of the processor is worth stating.
const ENOUGH_TOKENS: u64 = 10_000;

/// The reference server that records what it sends, as a process; ends when dropped.
#[derive(Debug)]
pub struct StampingServer {
    process: Child,
    base_url: String,
}

impl Drop for StampingServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl StampingServer {
    /// Starts it with this program.
    ///
    /// # Errors
    /// When the program cannot be started or does not say where it serves.
    pub fn start(program: &Path, ttft_ms: u64, gap_ms: u64) -> anyhow::Result<Self> {
        let mut process = Command::new(program)
            .args(["selfcheck", "--serve", "127.0.0.1:0", "--ttft-ms", &ttft_ms.to_string()])
            .args(["--gap-ms", &gap_ms.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("failed to start the stamping server `{}`", program.display()))?;
        let stdout = process.stdout.take().context("the stamping server has no output")?;
        let mut server = Self { process, base_url: String::new() };
        BufReader::new(stdout).read_line(&mut server.base_url)?;
        server.base_url.truncate(server.base_url.trim_end().len());
        anyhow::ensure!(server.base_url.starts_with("http://"), "the stamping server did not say where it serves");
        Ok(server)
    }

    /// Its base URL.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

/// What the server recorded.
#[derive(Debug, Deserialize)]
struct Sent {
    tokens: u64,
    ttft_ms: Distribution,
    itl_ms: Distribution,
}

/// Runs one level against a stamping server and compares both records.
///
/// # Errors
/// When the server does not answer, or nothing completes.
pub async fn certify(
    base_url: &str,
    concurrency: u32,
    waves: u32,
    output_tokens: u32,
) -> anyhow::Result<CertifiedLevel> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let ask = async |path: &str| http.get(format!("{base_url}{path}")).send().await?.error_for_status()?.text().await;
    let template = RequestTemplate {
        endpoint: Endpoint::Completions,
        model: crate::engine::stamping::MODEL.to_owned(),
        ignore_eos: false,
        temperature: None,
        continuous_usage: true,
        extra: Map::new(),
    };
    let client = OpenAiClient::new(&Access { base_url: base_url.to_owned(), ..Access::default() }, template)?;
    let client = Arc::new(client);
    let prompts = |count: u32, output_tokens| -> Vec<Conversation> {
        (0..count).map(|n| PromptRequest { prompt: format!("are you there {n}"), output_tokens }.into()).collect()
    };
    client.open(concurrency).await.map_err(|failure| anyhow::anyhow!("{}", failure.message))?;
    let arrival = Arrival::ClosedLoop { concurrency };
    let pacing = |requests| Pacing { arrival, stop: Stop::Requests(requests), seed: 0, part: None };
    drive(&client, prompts(concurrency, 2), pacing(concurrency), Clock::start(), &Arc::default()).await;
    ask("/truth/forget").await?;
    let requests = concurrency * waves;
    let cpu = ClientCpu::start();
    let records =
        drive(&client, prompts(requests, output_tokens), pacing(requests), Clock::start(), &Arc::default()).await;
    let spent = cpu.spent();
    let level = summarise(arrival, &records);
    let sent: Sent = serde_json::from_str(&ask("/truth").await?)?;
    let error = |ours: Option<Millis>, theirs: Option<Millis>| {
        let (ours, theirs) = (ours.context("nothing completed")?, theirs.context("the server sent nothing")?);
        anyhow::Ok(Millis::new(ours.value() - theirs.value()))
    };
    Ok(CertifiedLevel {
        concurrency,
        completed: level.completed,
        failed: level.failed,
        tokens: level.output_tokens,
        ttft_mean_error_ms: error(level.ttft_ms.mean, sent.ttft_ms.mean)?,
        ttft_p99_error_ms: error(level.ttft_ms.p99, sent.ttft_ms.p99)?,
        itl_sigma_ms: level.itl_ms.std.context("nothing completed")?,
        itl_sigma_sent_ms: sent.itl_ms.std.context("the server sent nothing")?,
        cpu_s_per_million_tokens: spent
            .filter(|_| sent.tokens >= ENOUGH_TOKENS)
            .map(|spent| spent.as_secs_f64() * TOKENS_PER_PRICE_UNIT / sent.tokens as f64),
    })
}
