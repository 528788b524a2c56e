//! Arguments of `collector estimate`, `size` and `decide`: a model, the GPUs to serve it on, and the demand.

use std::path::PathBuf;

use clap::Args;

use crate::cli::case_args::{ApiUseArgs, BoughtArgs, ExtraCostArgs, ServerlessArgs};
use crate::cli::demand_args::{DemandArgs, OutputArgs, RentArgs, TargetArgs};

const ESTIMATE_EXAMPLES: &str = "\
Examples:
  Throughput and latency of Llama 3.1 8B with AWQ weights on an A5000, which nobody has published:
    collector estimate --gpu rtx-a5000 --model llama-3.1-8b --quantization awq-int4

  A 70B model on four H100, 1,000 tokens in and 500 out, with a draft model of 70 % acceptance:
    collector estimate --gpu h100-sxm-80gb --gpu-count 4 --model llama-3.3-70b --quantization fp8 \\
      --input-tokens 1000 --output-tokens 500 --draft-tokens 4 --acceptance 0.7

docs/estimator.md explains the method and its measured error.";

const SIZE_EXAMPLES: &str = "\
Examples:
  Which GPU serves eight developers with coding agents for the least money?
    collector size --developers 8 --slo 'ttft:p50<2s,tps:p50>20' --model qwen3-coder-30b

  A chat service of 20 requests per second with the target `instant`:
    collector size --requests-per-second 20 --input-tokens 500 --output-tokens 200 --slo instant \\
      --model llama-3.1-8b

  A demand of configs/demand in one quantization, on two kinds of GPU:
    collector size --demand consumer-app --model llama-3.1-8b --quantization fp8 \\
      --gpu l40s-48gb --gpu h100-sxm-80gb

Named targets: chat (ttft:p99<2s,tpot:p99<200ms) and instant (ttft:p99<450ms,tpot:p99<40ms), the server and
interactive limits of MLPerf Inference 5.0 for Llama 2 70B; voice (ttft:p95<300ms,tpot:p95<100ms), our own choice, for
spoken answers; batch, no limit.

docs/sizing.md explains every number.";

const DECIDE_EXAMPLES: &str = "\
Examples:
  10,000 chats per day on Llama 3.1 8B: self-host or call an API?
    collector decide --demand saas-chatbot --model llama-3.1-8b

  The same with frontier quality required, or with prompts that must stay in-house:
    collector decide --demand saas-chatbot --model llama-3.1-8b --quality frontier
    collector decide --demand saas-chatbot --model llama-3.1-8b --private

  12 requests per second at peak, with 20 % of an engineer and a quote for the machine:
    collector decide --requests-per-second 12 --model llama-3.3-70b --engineer-share 0.2 \\
      --capital 60000

docs/sizing.md explains every number.";

/// Which model, and how its weights are stored.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Model")]
pub struct ModelArgs {
    /// Choose the model, a file of configs/models, such as `llama-3.1-8b` or its Hugging Face repository
    #[arg(long, value_name = "NAME", aliases = ["model-slug", "model-config"])]
    pub model: String,
    /// Set the quantization of the weights, such as bf16, fp8 or awq-int4; repeatable [default: every published one]
    #[arg(long, value_name = "NAME")]
    pub quantization: Vec<String>,
}

/// Arguments of `collector estimate`.
#[derive(Debug, Args)]
#[command(after_help = ESTIMATE_EXAMPLES)]
pub struct EstimateArgs {
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
    /// Choose the GPU, a file of configs/hardware, such as `rtx-a5000`
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: String,
    /// Set the tensor-parallel GPUs of one replica [default: the fewest that fit the weights]
    #[arg(long, alias = "gpus", value_name = "N")]
    pub gpu_count: Option<u32>,
    /// Set the concurrency levels
    #[arg(long, value_name = "N,N", value_delimiter = ',', default_values_t = [1, 4, 16, 32, 64])]
    pub concurrency: Vec<u32>,
    /// Set the number of simulated requests per level; with few, the last ones run alone, as in a benchmark
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub requests: usize,
    /// Set the mean input tokens [default: lengths as in ShareGPT]
    #[arg(long, value_name = "TOKENS")]
    pub input_tokens: Option<f64>,
    /// Set the mean output tokens [default: lengths as in ShareGPT]
    #[arg(long, value_name = "TOKENS")]
    pub output_tokens: Option<f64>,
    /// Set the fraction of the input that the prefix cache holds, from 0 to 1
    #[arg(long, value_name = "FRACTION", default_value_t = 0.0)]
    pub cached: f64,
    /// Set the tokens that a draft model proposes per step [default: no speculative decoding]
    #[arg(long, value_name = "N", requires = "acceptance")]
    pub draft_tokens: Option<u32>,
    /// Set the probability that a proposed token is accepted, from 0 to 1
    #[arg(long, value_name = "FRACTION", requires = "draft_tokens")]
    pub acceptance: Option<f64>,
    /// Set the time to draft a token, as a fraction of a step of the model
    #[arg(long, value_name = "FRACTION", default_value_t = 0.1)]
    pub draft_cost: f64,
    /// Set the results folder; measured runs are shown beside the estimate
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// How the answer is printed.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What `size` and `decide` share: the model, the demand on it, and the GPUs to consider.
#[derive(Debug, Clone, Args)]
pub struct CapacityArgs {
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
    /// The demand.
    #[command(flatten)]
    pub demand: DemandArgs,
    /// Set the fraction of agents with a request in flight at peak, from 0 to 1
    #[arg(long, value_name = "FRACTION", default_value_t = 1.0, requires = "developers", help_heading = "Demand")]
    pub at_once: f64,
    /// The latency target.
    #[command(flatten)]
    pub target: TargetArgs,
    /// The price of a rented GPU.
    #[command(flatten)]
    pub rent: RentArgs,
    /// Choose a GPU to consider, a file of configs/hardware, such as `rtx-a5000`; repeatable [default: all]
    #[arg(long, value_name = "NAME", alias = "hardware", help_heading = "Hosting")]
    pub gpu: Vec<String>,
    /// Set the results folder; measured runs are preferred over estimates
    #[arg(long, value_name = "DIR", default_value = "results", help_heading = "Hosting")]
    pub results: PathBuf,
}

/// Arguments of `collector size`.
#[derive(Debug, Args)]
#[command(after_help = SIZE_EXAMPLES)]
pub struct SizeArgs {
    /// The model, the demand and the GPUs.
    #[command(flatten)]
    pub capacity: CapacityArgs,
    /// How the answer is printed.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// How good answers must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum QualityName {
    /// As good as the open model's
    Open,
    /// As good as a small closed model's
    Comparable,
    /// As good as a frontier model's
    Frontier,
}

/// Arguments of `collector decide`.
#[derive(Debug, Args)]
#[command(after_help = DECIDE_EXAMPLES)]
pub struct DecideArgs {
    /// The model, the demand and the GPUs.
    #[command(flatten)]
    pub capacity: CapacityArgs,
    /// Set the required answer quality
    #[arg(long, value_enum, default_value_t = QualityName::Open, help_heading = "Conditions")]
    pub quality: QualityName,
    /// Rule out APIs: prompts must stay in-house
    #[arg(long, help_heading = "Conditions")]
    pub private: bool,
    /// Set the discount of a reservation, from 0 to 0.99
    #[arg(long, value_name = "FRACTION", default_value_t = 0.4, help_heading = "Hosting")]
    pub reserved_discount: f64,
    /// Serverless workers.
    #[command(flatten)]
    pub serverless: ServerlessArgs,
    /// Bought replicas.
    #[command(flatten)]
    pub bought: BoughtArgs,
    /// Other costs.
    #[command(flatten)]
    pub extras: ExtraCostArgs,
    /// How an API would be used.
    #[command(flatten)]
    pub api_use: ApiUseArgs,
    /// How the answer is printed.
    #[command(flatten)]
    pub output: OutputArgs,
}
