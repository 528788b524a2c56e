//! The same ShareGPT file, seed and real server for `vllm bench serve` and for this collector: do they count the same?

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde_json::{Value, json};

use crate::bench_load::process;

const REQUESTS: &str = "48";
const STREAMS: &str = "2";
/// Runs of each, taken in turn.
const RUNS: usize = 5;

/// What one run counted and measured.
#[derive(Clone, Copy)]
pub struct Counted {
    /// Requests completed.
    pub completed: u64,
    /// Prompt tokens.
    pub prompt_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// Median TTFT in milliseconds.
    pub ttft_p50: f64,
    /// Median TPOT in milliseconds.
    pub tpot_p50: f64,
}

/// The runs of both, in the order they were taken.
pub struct Comparison {
    /// This collector's.
    pub ours: Vec<Counted>,
    /// `vllm bench serve`'s.
    pub theirs: Vec<Counted>,
}

/// Runs both in turn, several times.
pub fn compare(program: &Path, url: &str, scratch: &Path) -> anyhow::Result<Comparison> {
    let vllm = std::env::var_os("FORGE_BENCH_VLLM").context("FORGE_BENCH_VLLM names no `vllm`")?;
    let dataset = match std::env::var_os("FORGE_BENCH_SHAREGPT") {
        Some(path) => PathBuf::from(path),
        None => made_up(scratch)?,
    };
    let mut found = Comparison { ours: Vec::new(), theirs: Vec::new() };
    for run in 0..RUNS {
        let folder = tempfile::tempdir_in(scratch)?;
        let mut ours = Command::new(program);
        ours.args(["sweep", "--json", "--ignore-eos", "--warmup", "0", "--base-url", url, "--dataset", "sharegpt"])
            .args(["--num-prompts", REQUESTS, "--concurrency", STREAMS, "--seed", "0", "--dataset-path"])
            .arg(&dataset)
            .arg("--out")
            .arg(folder.path().join("out"));
        let mut theirs = Command::new(&vllm);
        theirs
            .args(["bench", "serve", "--backend", "openai", "--endpoint", "/v1/completions", "--base-url", url])
            .args(["--dataset-name", "sharegpt", "--num-prompts", REQUESTS, "--max-concurrency", STREAMS])
            .args(["--seed", "0", "--ignore-eos", "--disable-tqdm", "--save-result"])
            .args(["--result-filename", "result.json", "--tokenizer"])
            .arg(crate::bench_load::tools::tokenizer()?)
            .arg("--model")
            .arg(model(url)?)
            .arg("--dataset-path")
            .arg(&dataset)
            .arg("--result-dir")
            .arg(folder.path());
        // Whoever runs first changes from run to run.
        for ours_is_next in [run % 2 == 0, run % 2 != 0] {
            if ours_is_next {
                let said: Value = serde_json::from_str(&process::run(&mut ours)?.stdout)?;
                let keys = ["/completed", "/prompt_tokens", "/output_tokens", "/ttft_ms/p50", "/tpot_ms/p50"];
                found.ours.push(counted(&said, keys.map(|key| format!("/levels/0{key}")))?);
            } else {
                process::run(&mut theirs)?;
                let said = serde_json::from_str(&std::fs::read_to_string(folder.path().join("result.json"))?)?;
                let keys =
                    ["completed", "total_input_tokens", "total_output_tokens", "median_ttft_ms", "median_tpot_ms"];
                found.theirs.push(counted(&said, keys.map(|key| format!("/{key}")))?);
            }
        }
    }
    Ok(found)
}

fn counted(said: &Value, keys: [String; 5]) -> anyhow::Result<Counted> {
    let value = |key: &String| said.pointer(key).with_context(|| format!("there is no {key}"));
    let count = |key: &String| anyhow::Ok(value(key)?.as_u64().unwrap_or(0));
    let number = |key: &String| anyhow::Ok(value(key)?.as_f64().unwrap_or(f64::NAN));
    let [completed, prompt_tokens, output_tokens, ttft, tpot] = &keys;
    Ok(Counted {
        completed: count(completed)?,
        prompt_tokens: count(prompt_tokens)?,
        output_tokens: count(output_tokens)?,
        ttft_p50: number(ttft)?,
        tpot_p50: number(tpot)?,
    })
}

fn model(url: &str) -> anyhow::Result<String> {
    let models: Value = serde_json::from_str(&crate::bench_load::fetch(url, "/v1/models")?)?;
    let name = models.pointer("/data/0/id").and_then(Value::as_str);
    Ok(name.with_context(|| format!("`{url}` serves no model"))?.to_owned())
}

/// Conversations of made-up words in ShareGPT's form, of many lengths.
fn made_up(folder: &Path) -> anyhow::Result<PathBuf> {
    let words = |seed: usize, count: usize| {
        let word = |n: usize| ["river", "stone", "window", "seven", "paper", "cloud", "engine", "north"][n % 8];
        (0..count).map(|n| word(seed * 31 + n * n + n / 3)).collect::<Vec<_>>().join(" ")
    };
    let conversation = |n: usize| {
        let turn = |from: &str, text: String| json!({"from": from, "value": text});
        let prompt = format!("{n} {}", words(n, 4 + n * 7 % 60));
        json!({"id": n.to_string(), "conversations": [turn("human", prompt), turn("gpt", words(n + 1, 4 + n * 5 % 30))]})
    };
    let path = folder.join("made-up-sharegpt.json");
    std::fs::write(&path, serde_json::to_string(&(0..400).map(conversation).collect::<Vec<_>>())?)?;
    Ok(path)
}
