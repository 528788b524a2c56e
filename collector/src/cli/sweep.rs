//! Flags and help of `sweep` and `rehearse`. Nothing is resolved here: an absent flag stays absent.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::cli::access_args::AccessArgs;
pub use crate::cli::access_args::{ApiKey, EndpointName};
use crate::cli::load_args::LoadArgs;
use crate::cli::search_args::SearchArgs;
use crate::cli::telemetry_args::TelemetryArgs;
use crate::cli::workload_args::WorkloadArgs;
use shared::hardware::quantization::Quantization;

const SWEEP_EXAMPLES: &str = "\
Examples:
  Print the plan without running it:
    collector sweep --config configs/sweeps/sharegpt-a5000.toml --dry-run

  Try a server with short random prompts (stored as a rehearsal, because no GPU is named):
    collector sweep --dataset random --input-tokens 64 --output-tokens 64 \\
      --concurrency 1,4,8 --num-prompts 64

  Send ShareGPT conversations of up to four turns, each turn after the responses before it:
    collector sweep --dataset sharegpt --turns 4 \\
      --dataset-path ShareGPT_V3_unfiltered_cleaned_split.json

  Measure the effect of the prefix cache with four shared prefixes:
    collector sweep --dataset shared-prefix --prefixes 4 --prefix-tokens 1024 \\
      --input-tokens 128 --output-tokens 64

  Measure an AWQ model on an A5000 with ShareGPT prompts:
    collector sweep --config configs/sweeps/sharegpt-a5000.toml \\
      --dataset-path ShareGPT_V3_unfiltered_cleaned_split.json \\
      --gpu rtx-a5000 --quantization awq-int4 --server-log vllm.log

  Find the highest concurrency that meets latency objectives, and the cost of 1M tokens there:
    collector sweep --find slo --slo 'ttft:p99<2s,tpot:p99<50ms' --gpu-price 0.27 --num-prompts 512

Ctrl-C stops the sweep and keeps finished levels; a second Ctrl-C ends the program at once.
To continue, run the same command with --resume.
Precedence: flag, environment variable, --config, default.
Exit status:
  0    success, even if some requests failed or a search found no level
  1    error, or no request of a level completed
  2    invalid usage
  130  interrupted";

const REHEARSE_EXAMPLES: &str = "\
Examples:
  Create a result to try the page with:
    collector rehearse --out out/rehearsal && collector explore --results out/rehearsal

  Simulate the same model in 4 bits on a larger GPU:
    collector rehearse --gpu h100-sxm --quantization awq-int4

  Simulate any GPU and model of configs/hardware and configs/models:
    collector rehearse --gpu l40s-48gb --gpu-count 2 --model qwen3-32b --quantization fp8

A rehearsal is not a measurement: the simulated server has the speed that the estimator derives
from data sheets.";

/// Measure a running server at several concurrency levels
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = SWEEP_EXAMPLES)]
pub struct SweepArgs {
    /// The connection to the server.
    #[command(flatten)]
    pub access: AccessArgs,
    /// The workload.
    #[command(flatten)]
    pub workload: WorkloadArgs,
    /// The load.
    #[command(flatten)]
    pub load: LoadArgs,

    /// GPU of the server, from configs/hardware or a name of your own, such as `rtx-a5000`; required for a measured result
    #[arg(
        long = "gpu",
        alias = "hardware",
        value_name = "NAME",
        env = "FORGE_HARDWARE",
        help_heading = "System under test"
    )]
    pub hardware: Option<String>,
    /// Display name of the hardware, such as `RTX A5000` [default: derived from --gpu]
    #[arg(long, value_name = "NAME", env = "FORGE_HARDWARE_NAME", help_heading = "System under test")]
    pub hardware_name: Option<String>,
    /// Number of GPUs that the server uses [default: 1]
    #[arg(long, alias = "gpus", value_name = "N", env = "FORGE_GPU_COUNT", help_heading = "System under test")]
    pub gpu_count: Option<u32>,
    /// Quantization of the model, such as `bf16` or `awq-int4` [default: derived from the model's name, else `unspecified`]
    #[arg(long, value_name = "SLUG", env = "FORGE_QUANTIZATION", help_heading = "System under test")]
    pub quantization: Option<String>,
    /// Slug of the model without quantization, such as `llama-3.1-8b-instruct` [default: derived from the model's name]
    #[arg(
        long,
        value_name = "SLUG",
        alias = "model-config",
        env = "FORGE_MODEL_SLUG",
        help_heading = "System under test"
    )]
    pub model_slug: Option<String>,
    /// Display name of the model, such as `Llama 3.1 8B Instruct` [default: the name that the server lists]
    #[arg(long, value_name = "NAME", env = "FORGE_MODEL_NAME", help_heading = "System under test")]
    pub model_name: Option<String>,
    /// Evidence of the result [default: measured with --gpu, else rehearsal]
    #[arg(long, value_enum, help_heading = "System under test")]
    pub evidence: Option<EvidenceName>,

    /// GPU telemetry.
    #[command(flatten)]
    pub telemetry: TelemetryArgs,

    /// Repeats, objectives, level search, resuming, shards.
    #[command(flatten)]
    pub search: SearchArgs,

    /// Measure the client's own error first and store it with the result; takes about ten seconds [default: true for a
    /// measured result]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL", help_heading = "Output")]
    pub selfcheck: Option<bool>,
    /// Output folder [default: results, or out/rehearsal for a rehearsal]
    #[arg(long, value_name = "DIR", env = "FORGE_OUT", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Name of the run and of its file [default: date, hardware, quantization and time]
    #[arg(long, value_name = "ID", help_heading = "Output")]
    pub run_id: Option<String>,
    /// Sweep file (TOML) with any of these settings; keys are flags with underscores; examples are in configs/sweeps
    #[arg(long, value_name = "FILE", env = "FORGE_SWEEP", help_heading = "Output")]
    pub config: Option<PathBuf>,
    /// Print the resolved settings as a sweep file and stop
    #[arg(long, help_heading = "Output")]
    pub dry_run: bool,
    /// Print the result file instead of the table
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// Run a sweep against a built-in simulated server; needs no GPU and measures none
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = REHEARSE_EXAMPLES)]
pub struct RehearseArgs {
    /// GPU to simulate, from configs/hardware [default: rtx-a5000]
    #[arg(long = "gpu", alias = "hardware", value_name = "NAME")]
    pub hardware: Option<String>,
    /// Number of GPUs that share the model [default: 1]
    #[arg(long, alias = "gpus", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub gpu_count: Option<u32>,
    /// Model to simulate, from configs/models [default: llama-3.1-8b-instruct]
    #[arg(long, value_name = "NAME", aliases = ["model-slug", "model-config"])]
    pub model: Option<String>,
    /// Quantization of the weights [default: bf16]
    #[arg(long, value_name = "WORD", value_parser = Quantization::ALL.map(Quantization::word))]
    pub quantization: Option<String>,
    /// Closed-loop levels: concurrent requests [default: 1,4,16,32,64]
    #[arg(long, value_name = "N,N,…", value_delimiter = ',')]
    pub concurrency: Option<Vec<u32>>,
    /// Number of measured requests per level [default: 128]
    #[arg(long, value_name = "N")]
    pub num_prompts: Option<u32>,
    /// Prompt tokens per request [default: 220]
    #[arg(long, value_name = "N")]
    pub input_tokens: Option<u32>,
    /// Output tokens per request [default: 32]
    #[arg(long, value_name = "N")]
    pub output_tokens: Option<u32>,
    /// API endpoint to send requests to [default: completions]
    #[arg(long, value_enum)]
    pub endpoint: Option<EndpointName>,
    /// Random seed [default: 0]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Output folder; must not be named `results` [default: out/rehearsal]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Name of the run and of its file [default: date, hardware, quantization and time]
    #[arg(long, value_name = "ID")]
    pub run_id: Option<String>,
    /// Print the resolved settings as a sweep file and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Print the result file instead of the table
    #[arg(long)]
    pub json: bool,

    /// Repeats, objectives, level search, resuming, shards.
    #[command(flatten)]
    pub search: SearchArgs,
}

/// Evidence of a sweep's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceName {
    /// Measured on the hardware named
    Measured,
    /// A trial; never shown as a measurement
    Rehearsal,
}
