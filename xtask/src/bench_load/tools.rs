//! The load generators: how each is asked for the same load, and where its file says what it measured.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde_json::Value;

use crate::bench_load::process::Usage;

/// The model's name at the stamping server.
const MODEL: &str = collector::engine::stamping::MODEL;
const INPUT_TOKENS: u32 = 32;

/// What every tool is asked to do.
#[derive(Clone, Copy)]
pub struct Load {
    /// Streams at once.
    pub concurrency: u32,
    /// Requests in all.
    pub requests: u32,
    /// Output tokens of each.
    pub output_tokens: u32,
}

/// What a tool says it measured, in milliseconds. `None` where it has no such number.
#[derive(Clone, Copy)]
pub struct Said {
    /// Requests completed.
    pub completed: f64,
    /// Mean TTFT.
    pub ttft_mean: f64,
    /// 99th percentile of TTFT.
    pub ttft_p99: f64,
    /// Standard deviation of the inter-token latency, by token.
    pub itl_sigma: Option<f64>,
}

/// A load generator and its program.
pub enum Tool {
    /// This project's.
    Forge(PathBuf),
    /// `vllm bench serve`.
    Vllm(OsString),
    /// guidellm.
    Guidellm(OsString),
    /// AIPerf.
    Aiperf(OsString),
}

/// Forge's, and those whose programs the environment names.
pub fn installed(program: &Path) -> Vec<Tool> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let peers = [
        named("FORGE_BENCH_VLLM").map(Tool::Vllm),
        named("FORGE_BENCH_GUIDELLM").map(Tool::Guidellm),
        named("FORGE_BENCH_AIPERF").map(Tool::Aiperf),
    ];
    std::iter::once(Tool::Forge(program.to_owned())).chain(peers.into_iter().flatten()).collect()
}

/// The folder of a tokenizer that the peers count with.
pub fn tokenizer() -> anyhow::Result<PathBuf> {
    let folder = std::env::var_os("FORGE_BENCH_TOKENIZER").context("FORGE_BENCH_TOKENIZER names no tokenizer")?;
    Ok(std::fs::canonicalize(&folder)?)
}

impl Tool {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Forge(_) => "Forge collector",
            Self::Vllm(_) => "vllm bench serve",
            Self::Guidellm(_) => "guidellm",
            Self::Aiperf(_) => "AIPerf",
        }
    }

    /// The command that sends this load and writes its file into the folder.
    pub fn command(&self, url: &str, load: Load, folder: &Path) -> anyhow::Result<Command> {
        let Load { concurrency, requests, output_tokens } = load;
        let text = |number: u32| number.to_string();
        let (concurrency, requests, output_tokens) = (text(concurrency), text(requests), text(output_tokens));
        let input_tokens = text(INPUT_TOKENS);
        let mut command = match self {
            Self::Forge(program) => {
                let mut command = Command::new(program);
                command
                    .args(["sweep", "--json", "--warmup", "0", "--ignore-eos", "--base-url", url])
                    .args(["--dataset", "random", "--input-tokens", &input_tokens, "--output-tokens", &output_tokens])
                    .args(["--concurrency", &concurrency, "--num-prompts", &requests, "--out"])
                    .arg(folder.join("out"));
                command
            }
            Self::Vllm(program) => {
                let mut command = Command::new(program);
                command
                    .args(["bench", "serve", "--backend", "openai", "--endpoint", "/v1/completions"])
                    .args(["--base-url", url, "--model", MODEL, "--tokenizer"])
                    .arg(tokenizer()?)
                    .args(["--dataset-name", "random", "--random-input-len", &input_tokens])
                    .args(["--random-output-len", &output_tokens, "--num-prompts", &requests])
                    .args(["--max-concurrency", &concurrency, "--save-result", "--result-filename", "result.json"])
                    .args(["--disable-tqdm", "--result-dir"])
                    .arg(folder);
                command
            }
            Self::Guidellm(program) => {
                let mut command = Command::new(program);
                let backend = format!("kind=openai_http,target={url},model={MODEL},request_format=/v1/completions");
                let tokenizer = format!("kind=huggingface_auto,model={}", tokenizer()?.display());
                let data = format!("kind=synthetic_text,prompt_tokens={input_tokens},output_tokens={output_tokens}");
                command
                    .args(["run", "--disable-console", "--backend", &backend, "--tokenizer", &tokenizer])
                    .args(["--profile", &format!("kind=concurrent,streams={concurrency}")])
                    .args(["--constraint", &format!("kind=max_requests,count={requests}"), "--data", &data])
                    .args(["--output", "kind=json,path=result.json"]);
                command
            }
            Self::Aiperf(program) => {
                // It takes a local tokenizer by a relative path alone.
                let link = folder.join("tokenizer");
                std::os::unix::fs::symlink(tokenizer()?, link)?;
                let mut command = Command::new(program);
                command
                    .args(["profile", "-m", MODEL, "--url", url, "--endpoint-type", "completions", "--streaming"])
                    .args(["--concurrency", &concurrency, "--request-count", &requests, "--isl", &input_tokens])
                    .args(["--osl", &output_tokens, "--tokenizer", "tokenizer", "--ui", "none"])
                    .args(["--artifact-dir", "out"]);
                command
            }
        };
        command.current_dir(folder);
        Ok(command)
    }

    /// What its file says.
    pub fn read(&self, folder: &Path, usage: &Usage) -> anyhow::Result<Said> {
        let file = |name: &str| -> anyhow::Result<Value> {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path).with_context(|| format!("no {}", path.display()))?;
            Ok(serde_json::from_str(&text)?)
        };
        let (value, keys) = match self {
            Self::Forge(_) => (serde_json::from_str(&usage.stdout)?, {
                let level = "/levels/0";
                [
                    format!("{level}/completed"),
                    format!("{level}/ttft_ms/mean"),
                    format!("{level}/ttft_ms/p99"),
                    format!("{level}/itl_ms/std"),
                ]
            }),
            Self::Vllm(_) => (
                file("result.json")?,
                ["/completed", "/mean_ttft_ms", "/p99_ttft_ms", "/std_itl_ms"].map(str::to_owned),
            ),
            Self::Guidellm(_) => (file("result.json")?, {
                let metrics = "/benchmarks/0/metrics";
                let ttft = format!("{metrics}/time_to_first_token_ms/successful");
                [
                    format!("{metrics}/request_totals/successful"),
                    format!("{ttft}/mean"),
                    format!("{ttft}/percentiles/p99"),
                    String::from("/none"),
                ]
            }),
            Self::Aiperf(_) => (file("out/profile_export_aiperf.json")?, {
                [
                    "/request_count/avg",
                    "/time_to_first_token/avg",
                    "/time_to_first_token/p99",
                    "/inter_chunk_latency/std",
                ]
                .map(str::to_owned)
            }),
        };
        let number = |key: &String| value.pointer(key).and_then(Value::as_f64);
        let needed = |key: &String| number(key).with_context(|| format!("its file has no {key}"));
        Ok(Said {
            completed: needed(&keys[0])?,
            ttft_mean: needed(&keys[1])?,
            ttft_p99: needed(&keys[2])?,
            itl_sigma: number(&keys[3]),
        })
    }
}
