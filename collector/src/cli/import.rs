//! Arguments of `collector import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  Five levels of a sweep of your own, and what they cost at 0.27 USD an hour:
    collector import bench/ --model llama-3.1-8b-instruct --quantization bf16 \\
      --gpu rtx-a5000 --benchmark sharegpt --gpu-price 0.27 \\
      --evidence measured --out my-results

  Somebody else's figures, with their evaluation:
    collector import bench/ --quality eval.json --model llama-3.1-8b-instruct \\
      --quantization awq-int4 --gpu rtx-a5000 --benchmark sharegpt \\
      --evidence published --source https://example.org/run --licence 'MIT, (c) 2026 Somebody'

Each tool's files, with --model, --quantization, --gpu and --evidence for WHAT:
  vllm bench serve, Python or Rust:  collector import openai-infqps-concurrency64-*.json WHAT
  sglang bench_serving:              collector import sglang_1122_1000_sharegpt.jsonl WHAT \\
                                       --date 2026-11-22
  guidellm, a whole sweep in one:    collector import benchmarks.json WHAT
  AIPerf, one file a level:          collector import */profile_export_aiperf.json WHAT
  inference-benchmarker, a sweep:    collector import results/llama_2026-11-22-10-00-00.json WHAT
  inference-perf, one file a stage:  collector import stage_*_lifecycle_metrics.json WHAT \\
                                       --date 2026-11-22 --endpoint completions

Files of different tools never make one result: the same word means another number there.
docs/import.md tells what is read of each tool, and which of its definitions differ.";

/// What to import, and what its files do not say.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportArgs {
    /// Files, or folders of files, of vllm bench serve, sglang bench_serving, guidellm, AIPerf, inference-benchmarker,
    /// inference-perf and lm-evaluation-harness; each is known by its content, and may hold one level or several
    #[arg(value_name = "PATH", required_unless_present = "quality")]
    pub paths: Vec<PathBuf>,

    /// A results file of lm-evaluation-harness; may be given more than once
    #[arg(long, value_name = "FILE")]
    pub quality: Vec<PathBuf>,

    /// Model of configs/models, such as `llama-3.1-8b`
    #[arg(long, value_name = "NAME", aliases = ["model-config", "model-slug"])]
    pub model: String,

    /// How the weights were stored: bf16, awq-int4, fp8, …
    #[arg(long, value_name = "NAME", value_parser = path_part)]
    pub quantization: String,

    /// GPU of configs/hardware, such as `rtx-a5000`
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: String,

    /// GPUs of the replica that was measured
    #[arg(long, value_name = "N", alias = "gpus", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub gpu_count: u32,

    /// The engine that served; by default what the files say, else vllm
    #[arg(long, value_name = "NAME")]
    pub engine: Option<String>,

    /// Its version
    #[arg(long, value_name = "VERSION")]
    pub engine_version: Option<String>,

    /// The kernel that ran the quantised layers, when you know it
    #[arg(long, value_name = "NAME")]
    pub kernel: Option<String>,

    /// The kernel that should have run: leaves a warning in the result when another one did
    #[arg(long, value_name = "NAME")]
    pub kernel_wanted: Option<String>,

    /// Why another kernel ran, for that warning
    #[arg(long, value_name = "TEXT", requires = "kernel_wanted")]
    pub kernel_reason: Option<String>,

    /// Name of the benchmark; part of the result's path; by default the tool's, such as vllm-bench
    #[arg(long, value_name = "NAME", value_parser = path_part)]
    pub benchmark: Option<String>,

    /// Which endpoint was asked; for files that do not say
    #[arg(long, value_enum)]
    pub endpoint: Option<Asked>,

    /// Whether the figures are your own (measured on the hardware named) or somebody else's (published)
    #[arg(long, value_enum)]
    pub evidence: Source,

    /// Where published figures stand
    #[arg(long, value_name = "URL", required_if_eq("evidence", "published"))]
    pub source: Option<String>,

    /// Licence of published figures, with its holder
    #[arg(long, value_name = "TEXT", required_if_eq("evidence", "published"))]
    pub licence: Option<String>,

    /// The day of the run, such as 2026-05-29; by default what the files say
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,

    /// Something a reader should know; may be given more than once
    #[arg(long, value_name = "TEXT")]
    pub note: Vec<String>,

    /// Name of the result file; by default the day of the run
    #[arg(long, value_name = "NAME", value_parser = path_part)]
    pub run_id: Option<String>,

    /// USD for an hour of one GPU; by default the dated price of that hardware in configs/prices
    #[arg(long, value_name = "USD", value_parser = price)]
    pub gpu_price: Option<f64>,

    /// The results folder to write into
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,

    /// Overwrite a result of the same name that says something else
    #[arg(long)]
    pub replace: bool,

    /// Read models, hardware and prices from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,

    /// Print the result file as JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Whose figures they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// Measured by whoever runs this, on the hardware named
    Measured,
    /// Published by somebody else
    Published,
}

/// The endpoint that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Asked {
    /// /v1/completions
    Completions,
    /// /v1/chat/completions
    Chat,
}

/// A name that can be part of a path on every system.
fn path_part(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
    if !text.is_empty() && !text.starts_with('.') && text.chars().all(fits) {
        return Ok(text.into());
    }
    Err("only lower-case letters, digits, `-`, `_` and `.` can be part of the result's path".into())
}

fn price(text: &str) -> Result<f64, String> {
    let price = text.parse().ok().filter(|price: &f64| price.is_finite() && *price >= 0.0);
    price.ok_or_else(|| "a price is a number of USD, 0 or more".into())
}
