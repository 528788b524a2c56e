//! Arguments of `collector fit` and `advise`: a model, a GPU, and what is asked of them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const FIT_EXAMPLES: &str = "\
Examples:
  What an A5000 holds of Llama 3.1 8B in AWQ, GPU by GPU in GiB:
    collector fit --model llama-3.1-8b-instruct --gpu rtx-a5000 --quantization awq-int4

  All that an H100 can run of a 70B, for 32 requests of 8,192 tokens, and how many H100 each takes:
    collector fit --model llama-3.3-70b-instruct --gpu h100-sxm-80gb --concurrency 32

  Every GPU for that, in FP8 with an 8-bit cache, the narrowest first:
    collector fit --model llama-3.3-70b-instruct --quantization fp8 --kv-cache fp8 --concurrency 32

Nothing is run: all numbers are estimated from shapes. docs/fit.md has the formulas, and how well they hold.";

const ADVISE_EXAMPLES: &str = "\
Examples:
  Which quantization of Llama 3.1 8B on an A5000, and with which settings?
    collector advise --model llama-3.1-8b-instruct --gpu rtx-a5000

  For 64 chats of 800 tokens in and 200 out that share a system prompt of 300, as a server config:
    collector advise --model llama-3.1-8b-instruct --gpu rtx-a5000 --concurrency 64 --context 4096 \\
      --input-tokens 800 --output-tokens 200 --prefix-tokens 300 --write configs/servers/chat-awq.toml

  The settings of another quantization than the first:
    collector advise --model qwen3-32b --gpu l40s-48gb --gpu-count 2 --quantization fp8

Nothing is run: rates are estimated, and what quantising keeps is published by others. docs/fit.md tells how.";

/// What both verbs ask of.
#[derive(Debug, Args)]
pub struct MemoryArgs {
    /// Model of configs/models, such as `llama-3.1-8b`
    #[arg(long, value_name = "NAME", aliases = ["model-slug", "model-config"])]
    pub model: String,

    /// How keys and values are stored
    #[arg(long, value_name = "PRECISION", value_enum, default_value_t = KvCacheName::Bf16)]
    pub kv_cache: KvCacheName,

    /// Tokens of a sequence, prompt and answer together [default: 8192, or the model's own if that is less]
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u64).range(1..))]
    pub context: Option<u64>,

    /// Sequences that have to hold at once [default: one has to, and the most that do are shown]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub concurrency: Option<u64>,

    /// Most GPUs of one replica [default: 8; the fewest that hold it are taken]
    #[arg(long, alias = "gpus", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub gpu_count: Option<u32>,

    /// Share of a GPU's memory that the engine takes
    #[arg(long, value_name = "SHARE", default_value_t = shared::hardware::memory::DEFAULT_UTILIZATION)]
    pub gpu_memory_utilization: f64,

    /// Read models and GPUs from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,

    /// Print everything as JSON, memory in bytes
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `collector fit`.
#[derive(Debug, Args)]
#[command(after_help = FIT_EXAMPLES)]
pub struct FitArgs {
    /// What is asked.
    #[command(flatten)]
    pub memory: MemoryArgs,

    /// GPU of configs/hardware, such as `rtx-a5000` [default: all of them, in a table]
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: Option<String>,

    /// How weights are stored: bf16, fp8, int8, awq-int4, gptq-int4, nvfp4, mxfp4 [default: all that the GPU runs]
    #[arg(long, value_name = "NAME")]
    pub quantization: Option<String>,

    /// GPUs that share each layer [default: as many as it takes]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub tensor_parallel: Option<u32>,

    /// Groups of layers, one after another [default: as many as it takes]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub pipeline_parallel: Option<u32>,
}

/// Arguments of `collector advise`.
#[derive(Debug, Args)]
#[command(after_help = ADVISE_EXAMPLES)]
pub struct AdviseArgs {
    /// What is asked.
    #[command(flatten)]
    pub memory: MemoryArgs,

    /// GPU of configs/hardware, such as `rtx-a5000`
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: String,

    /// Settings for this quantization instead of the one that comes first
    #[arg(long, value_name = "NAME")]
    pub quantization: Option<String>,

    /// Mean prompt tokens of a request [default: three quarters of the context]
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(1..))]
    pub input_tokens: Option<u32>,

    /// Mean output tokens of a request [default: a quarter of the context]
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(1..))]
    pub output_tokens: Option<u32>,

    /// Tokens that all prompts begin with, such as a system prompt
    #[arg(long, value_name = "TOKENS", default_value_t = 0)]
    pub prefix_tokens: u32,

    /// Write the settings as a server config to this file; there must be none of its name
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// How keys and values are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KvCacheName {
    /// 16 bits, as the model computes
    #[value(alias = "auto")]
    Bf16,
    /// 8-bit floats
    Fp8,
}
