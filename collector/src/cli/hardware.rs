//! Arguments of `collector fit` and `advise`: a model, GPUs, and what their memory must hold.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const FIT_EXAMPLES: &str = "\
Examples:
  How Llama 3.1 8B in AWQ fills an A5000, in GiB per GPU:
    collector fit --model llama-3.1-8b-instruct --gpu rtx-a5000 --quantization awq-int4

  Every quantization of a 70B model on H100s, and the GPUs needed for 32 requests of 8,192 tokens:
    collector fit --model llama-3.3-70b-instruct --gpu h100-sxm-80gb --concurrency 32

  The same in FP8 with an 8-bit KV cache on every GPU, tightest fit first:
    collector fit --model llama-3.3-70b-instruct --quantization fp8 --kv-cache fp8 --concurrency 32

Nothing is run: all values are estimated. docs/fit.md has the formulas and their error.";

const ADVISE_EXAMPLES: &str = "\
Examples:
  Which quantization of Llama 3.1 8B on an A5000, and with which settings?
    collector advise --model llama-3.1-8b-instruct --gpu rtx-a5000

  For 64 chats of 800 tokens in and 200 out that share a system prompt of 300, as a server config:
    collector advise --model llama-3.1-8b-instruct --gpu rtx-a5000 --concurrency 64 --context 4096 \\
      --input-tokens 800 --output-tokens 200 --prefix-tokens 300 --write configs/servers/chat-awq.toml

  The settings of another quantization than the first-ranked one:
    collector advise --model qwen3-32b --gpu l40s-48gb --gpu-count 2 --quantization fp8

Nothing is run: throughput is estimated, quality is published. docs/fit.md explains both.";

/// Flags of both verbs.
#[derive(Debug, Args)]
pub struct MemoryArgs {
    /// Choose the model, a file of configs/models, such as `llama-3.1-8b`
    #[arg(long, value_name = "NAME", aliases = ["model-slug", "model-config"])]
    pub model: String,

    /// Set the precision of the KV cache
    #[arg(long, value_name = "PRECISION", value_enum, default_value_t = KvCacheName::Bf16)]
    pub kv_cache: KvCacheName,

    /// Set the tokens per sequence, input and output together [default: 8192, or the model's maximum if lower]
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u64).range(1..))]
    pub context: Option<u64>,

    /// Set the number of concurrent sequences that must fit [default: 1; the maximum is shown]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub concurrency: Option<u64>,

    /// Set the GPUs available to one replica; the fewest that fit are used [default: 8]
    #[arg(long, alias = "gpus", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub gpu_count: Option<u32>,

    /// Set the fraction of each GPU's memory for the engine, from 0 to 1
    #[arg(long, value_name = "FRACTION", default_value_t = shared::hardware::memory::DEFAULT_UTILIZATION)]
    pub gpu_memory_utilization: f64,

    /// Read models and GPUs from this folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,

    /// Print JSON, with memory in bytes, instead of text
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `collector fit`.
#[derive(Debug, Args)]
#[command(after_help = FIT_EXAMPLES)]
pub struct FitArgs {
    /// Model, GPUs and memory.
    #[command(flatten)]
    pub memory: MemoryArgs,

    /// Choose the GPU, a file of configs/hardware, such as `rtx-a5000` [default: all, in a table]
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: Option<String>,

    /// Set the quantization of the weights: bf16, fp8, int8, awq-int4, gptq-int4, nvfp4 or mxfp4 [default: every one that the
    /// GPU runs]
    #[arg(long, value_name = "NAME")]
    pub quantization: Option<String>,

    /// Set the tensor-parallel size, such as 2 [default: the smallest that fits]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub tensor_parallel: Option<u32>,

    /// Set the pipeline-parallel size, such as 2 [default: the smallest that fits]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub pipeline_parallel: Option<u32>,
}

/// Arguments of `collector advise`.
#[derive(Debug, Args)]
#[command(after_help = ADVISE_EXAMPLES)]
pub struct AdviseArgs {
    /// Model, GPUs and memory.
    #[command(flatten)]
    pub memory: MemoryArgs,

    /// Choose the GPU, a file of configs/hardware, such as `rtx-a5000`
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: String,

    /// Recommend settings for this quantization [default: the first-ranked one]
    #[arg(long, value_name = "NAME")]
    pub quantization: Option<String>,

    /// Set the mean input tokens per request [default: three quarters of --context]
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(1..))]
    pub input_tokens: Option<u32>,

    /// Set the mean output tokens per request [default: a quarter of --context]
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(1..))]
    pub output_tokens: Option<u32>,

    /// Set the tokens of the prefix that all prompts share, such as a system prompt
    #[arg(long, value_name = "TOKENS", default_value_t = 0)]
    pub prefix_tokens: u32,

    /// Write the settings as a server config to this file, which must not exist yet
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// Precision of the KV cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KvCacheName {
    /// 16 bits, as the model computes
    #[value(alias = "auto")]
    Bf16,
    /// 8-bit floats
    Fp8,
}
