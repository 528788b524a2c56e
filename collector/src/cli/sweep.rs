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
  See what would run, without running it:
    collector sweep --config configs/sweeps/sharegpt-a5000.toml --dry-run

  Try a server with short random prompts (kept apart from results, because no hardware is named):
    collector sweep --dataset random --input-tokens 64 --output-tokens 64 --concurrency 1,4,8 --num-prompts 64

  Send ShareGPT conversations of up to four turns, each behind the answers before it:
    collector sweep --dataset sharegpt --dataset-path ShareGPT_V3_unfiltered_cleaned_split.json --turns 4

  See what the prefix cache saves when prompts share four long beginnings:
    collector sweep --dataset shared-prefix --prefixes 4 --prefix-tokens 1024 --input-tokens 128 --output-tokens 64

  Measure an AWQ model on an A5000 with ShareGPT prompts:
    collector sweep --config configs/sweeps/sharegpt-a5000.toml \\
      --dataset-path ShareGPT_V3_unfiltered_cleaned_split.json \\
      --gpu rtx-a5000 --quantization awq-int4 --server-log vllm.log

  Find the most streams that keep a promise, and what a million tokens cost there:
    collector sweep --find slo --slo 'ttft:p99<2s,tpot:p99<50ms' --gpu-price 0.27 --num-prompts 512

Ctrl-C stops the sweep and keeps the levels that are finished; a second one leaves at once.
`--resume` with the same flags goes on with it.
Exit status: 0 done, also where requests failed (the result says so) or a search found nothing; 1 failed, also when not
one request of a level completed; 2 wrong usage; 130 interrupted.
Flags win over the environment, that over --config, that over defaults.";

const REHEARSE_EXAMPLES: &str = "\
Examples:
  Fill the page with something to look at:
    collector rehearse --out out/rehearsal && collector explore --results out/rehearsal

  The same model in four bits, on a larger GPU:
    collector rehearse --gpu h100-sxm --quantization awq-int4

  Any GPU and model of configs/hardware and configs/models:
    collector rehearse --gpu l40s-48gb --gpu-count 2 --model qwen3-32b --quantization fp8

Nothing it prints is a result: the server is as fast as the estimator takes it to be from data sheets.";

/// Measure a running server at several concurrency levels
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = SWEEP_EXAMPLES)]
pub struct SweepArgs {
    /// How to reach the server.
    #[command(flatten)]
    pub access: AccessArgs,
    /// What is sent.
    #[command(flatten)]
    pub workload: WorkloadArgs,
    /// When requests are sent.
    #[command(flatten)]
    pub load: LoadArgs,

    /// GPU of the server, of configs/hardware or a name of its own, such as `rtx-a5000`; needed for a measured result
    #[arg(
        long = "gpu",
        alias = "hardware",
        value_name = "NAME",
        env = "FORGE_HARDWARE",
        help_heading = "What is measured"
    )]
    pub hardware: Option<String>,
    /// The hardware's name for people, such as `RTX A5000` [default: from --gpu]
    #[arg(long, value_name = "NAME", env = "FORGE_HARDWARE_NAME", help_heading = "What is measured")]
    pub hardware_name: Option<String>,
    /// GPUs that the server uses [default: 1]
    #[arg(long, alias = "gpus", value_name = "N", env = "FORGE_GPU_COUNT", help_heading = "What is measured")]
    pub gpu_count: Option<u32>,
    /// Quantisation, such as `bf16` or `awq-int4` [default: from the model's name, else `unspecified`]
    #[arg(long, value_name = "SLUG", env = "FORGE_QUANTIZATION", help_heading = "What is measured")]
    pub quantization: Option<String>,
    /// Model without its quantisation, such as `llama-3.1-8b-instruct` [default: from the model's name]
    #[arg(
        long,
        value_name = "SLUG",
        alias = "model-config",
        env = "FORGE_MODEL_SLUG",
        help_heading = "What is measured"
    )]
    pub model_slug: Option<String>,
    /// The model's name for people, such as `Llama 3.1 8B Instruct` [default: the name served]
    #[arg(long, value_name = "NAME", env = "FORGE_MODEL_NAME", help_heading = "What is measured")]
    pub model_name: Option<String>,
    /// What the result may claim [default: measured with --gpu, else rehearsal]
    #[arg(long, value_enum, help_heading = "What is measured")]
    pub evidence: Option<EvidenceName>,

    /// What is watched beside the load.
    #[command(flatten)]
    pub telemetry: TelemetryArgs,

    /// Show first how exact this client is here, some ten seconds, and keep it with the result [default: for a measured
    /// result]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL", help_heading = "Output")]
    pub selfcheck: Option<bool>,
    /// Folder of results [default: results, or out/rehearsal for a rehearsal]
    #[arg(long, value_name = "DIR", env = "FORGE_OUT", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Name of the run and of its file [default: date, hardware, quantisation, time]
    #[arg(long, value_name = "ID", help_heading = "Output")]
    pub run_id: Option<String>,
    /// Sweep file with any of these settings, keys spelt with underscores; see configs/sweeps
    #[arg(long, value_name = "FILE", env = "FORGE_SWEEP", help_heading = "Output")]
    pub config: Option<PathBuf>,
    /// Print the resolved plan as a sweep file and stop
    #[arg(long, help_heading = "Output")]
    pub dry_run: bool,
    /// Print the result file instead of the table
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Repeats, objectives, search, resuming, shards.
    #[command(flatten)]
    pub search: SearchArgs,
}

/// Run the same sweep against a built-in simulated server
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = REHEARSE_EXAMPLES)]
pub struct RehearseArgs {
    /// GPU of configs/hardware to simulate [default: rtx-a5000]
    #[arg(long = "gpu", alias = "hardware", value_name = "NAME")]
    pub hardware: Option<String>,
    /// GPUs that share the model [default: 1]
    #[arg(long, alias = "gpus", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub gpu_count: Option<u32>,
    /// Model of configs/models to simulate [default: llama-3.1-8b-instruct]
    #[arg(long, value_name = "NAME", aliases = ["model-slug", "model-config"])]
    pub model: Option<String>,
    /// How its weights are stored [default: bf16]
    #[arg(long, value_name = "WORD", value_parser = Quantization::ALL.map(Quantization::word))]
    pub quantization: Option<String>,
    /// Levels: streams at once [default: 1,4,16,32,64]
    #[arg(long, value_name = "N,N,…", value_delimiter = ',')]
    pub concurrency: Option<Vec<u32>>,
    /// Requests at each level [default: 128]
    #[arg(long, value_name = "N")]
    pub num_prompts: Option<u32>,
    /// Prompt tokens of a request [default: 220]
    #[arg(long, value_name = "N")]
    pub input_tokens: Option<u32>,
    /// Output tokens of a request [default: 32]
    #[arg(long, value_name = "N")]
    pub output_tokens: Option<u32>,
    /// Endpoint to send prompts to [default: completions]
    #[arg(long, value_enum)]
    pub endpoint: Option<EndpointName>,
    /// Seed of every random choice [default: 0]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Folder of the result; one named `results` is refused [default: out/rehearsal]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Name of the run and of its file [default: date, hardware, quantisation, time]
    #[arg(long, value_name = "ID")]
    pub run_id: Option<String>,
    /// Print the resolved plan and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Print the result file instead of the table
    #[arg(long)]
    pub json: bool,

    /// Repeats, objectives, search, resuming, shards.
    #[command(flatten)]
    pub search: SearchArgs,
}

/// Kinds of evidence a sweep can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceName {
    /// Measured on the hardware it names
    Measured,
    /// A trial, never shown as a result
    Rehearsal,
}
