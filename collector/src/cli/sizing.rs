//! Arguments of `collector estimate` and `collector size`: which model on which GPUs, and what is asked of them.

use std::path::PathBuf;

use clap::Args;

use shared::date::Date;

const ESTIMATE_EXAMPLES: &str = "\
Examples:
  What would Llama 3.1 8B with AWQ weights do on an A5000? Nobody has published it:
    collector estimate --gpu rtx-a5000 --model llama-3.1-8b --quantization awq-int4

  A 70B model on four H100, 1,000 tokens in and 500 out, with a draft model that is right seven times in ten:
    collector estimate --gpu h100-sxm-80gb --gpu-count 4 --model llama-3.3-70b --quantization fp8 \\
      --input-tokens 1000 --output-tokens 500 --draft-tokens 4 --acceptance 0.7

docs/estimator.md says how it is done and how far it is off.";

const SIZE_EXAMPLES: &str = "\
Examples:
  Which GPU serves eight developers with coding agents for the least money?
    collector size --developers 8 --slo 'ttft:p50<2s,tps:p50>20' --model qwen3-coder-30b

  A chat service at 20 requests a second that is to feel instant:
    collector size --requests-per-second 20 --input-tokens 500 --output-tokens 200 --slo instant --model llama-3.1-8b

  A demand of configs/demand, with weights in one precision, on two kinds of GPU:
    collector size --demand consumer-app --model llama-3.1-8b --quantization fp8 --gpu l40s-48gb --gpu h100-sxm-80gb

Targets with a name: chat (ttft:p99<2s,tpot:p99<200ms) and instant (ttft:p99<450ms,tpot:p99<40ms), the server and
interactive limits of MLPerf Inference 5.0 for Llama 2 70B; voice (ttft:p95<300ms,tpot:p95<100ms), our own choice, for
an answer that is spoken; batch, no limit.

docs/sizing.md explains every number.";

const DECIDE_EXAMPLES: &str = "\
Examples:
  10,000 chats a day on Llama 3.1 8B: serve or call?
    collector decide --demand saas-chatbot --model llama-3.1-8b

  The same where answers must be those of a frontier model, or where prompts may not leave:
    collector decide --demand saas-chatbot --model llama-3.1-8b --quality frontier
    collector decide --demand saas-chatbot --model llama-3.1-8b --private

  A million requests a day, with a fifth of an engineer and a quote for the machine:
    collector decide --requests-per-second 12 --model llama-3.3-70b --engineer-share 0.2 --buy-price 60000

docs/sizing.md explains every number.";

/// Which model, and how its weights are stored.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Model")]
pub struct ModelArgs {
    /// Model of configs/models, such as `llama-3.1-8b` or its Hugging Face repository
    #[arg(long, value_name = "NAME", aliases = ["model-slug", "model-config"])]
    pub model: String,
    /// How its weights are stored, such as bf16, fp8 or awq-int4; may be given more than once [default: every way in which
    /// they were published]
    #[arg(long, value_name = "WORD")]
    pub quantization: Vec<String>,
}

/// How the answer is told.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct AnswerArgs {
    /// Print JSON for programs instead of text for people
    #[arg(long)]
    pub json: bool,
    /// Read models, GPUs, prices and demands from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
    /// The day whose prices are used [default: today]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
}

/// Arguments of `collector estimate`.
#[derive(Debug, Args)]
#[command(after_help = ESTIMATE_EXAMPLES)]
pub struct EstimateArgs {
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
    /// GPU of configs/hardware, such as `rtx-a5000`
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: String,
    /// GPUs of one replica, which share each layer [default: as few as hold the weights]
    #[arg(long, alias = "gpus", value_name = "N")]
    pub gpu_count: Option<u32>,
    /// Streams at once, one level each
    #[arg(long, value_name = "N,N", value_delimiter = ',', default_values_t = [1, 4, 16, 32, 64])]
    pub concurrency: Vec<u32>,
    /// Requests of each level; few of them leave the last ones running alone, as in a benchmark
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub requests: usize,
    /// Mean input tokens; with neither, lengths as in ShareGPT
    #[arg(long, value_name = "TOKENS")]
    pub input_tokens: Option<f64>,
    /// Mean output tokens
    #[arg(long, value_name = "TOKENS")]
    pub output_tokens: Option<f64>,
    /// Share of the input that the prefix cache holds
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub cached: f64,
    /// Tokens that a draft model proposes before each check
    #[arg(long, value_name = "N", requires = "acceptance")]
    pub draft_tokens: Option<u32>,
    /// Chance that a proposed token is kept, from 0 to 1
    #[arg(long, value_name = "SHARE", requires = "draft_tokens")]
    pub acceptance: Option<f64>,
    /// Time to draft a token, as a share of a step of the model
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    pub draft_cost: f64,
    /// The results folder: what was measured is shown beside
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// How the answer is told.
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// What is asked in the busiest hour.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Demand")]
pub struct BusyArgs {
    /// Developers with a coding agent each, all at work in the busiest hour; tokens and calls as in configs/demand/developers
    #[arg(long, value_name = "N", conflicts_with_all = ["users", "requests_per_second", "demand"])]
    pub developers: Option<f64>,
    /// Users; tokens and requests as in configs/demand/consumer-app
    #[arg(long, value_name = "N", conflicts_with_all = ["requests_per_second", "demand"])]
    pub users: Option<f64>,
    /// Requests a second in the busiest hour
    #[arg(long, value_name = "N", conflicts_with = "demand")]
    pub requests_per_second: Option<f64>,
    /// One of configs/demand, such as `saas-chatbot`, or a file of that kind
    #[arg(long, value_name = "NAME|FILE")]
    pub demand: Option<String>,
    /// Share of the developers whose agents wait for an answer at the same moment in the busiest hour
    #[arg(long, value_name = "SHARE", default_value_t = 1.0, requires = "developers")]
    pub at_once: f64,
    /// Mean input tokens a request [default: the demand's, else ShareGPT's 221]
    #[arg(long, value_name = "TOKENS")]
    pub input_tokens: Option<f64>,
    /// Mean output tokens a request [default: the demand's, else ShareGPT's 199]
    #[arg(long, value_name = "TOKENS")]
    pub output_tokens: Option<f64>,
    /// Of the input tokens, those in the prefix cache [default: the demand's, else 0]
    #[arg(long, value_name = "TOKENS")]
    pub cached_tokens: Option<f64>,
    /// The busiest hour over the mean hour, from 1 to 24 [default: the demand's, else 1]
    #[arg(long, value_name = "RATIO")]
    pub peak_to_mean: Option<f64>,
    /// Latency target, such as `ttft:p50<2s,tps:p50>20`, or one with a name: chat, instant, voice, batch
    #[arg(long, value_name = "LIMITS", default_value = "chat")]
    pub slo: String,
    /// theta: share of a replica's rate that is planned for
    #[arg(long, value_name = "SHARE", default_value_t = 0.8)]
    pub headroom: f64,
}

/// Arguments of `collector size`.
#[derive(Debug, Args)]
#[command(after_help = SIZE_EXAMPLES)]
pub struct SizeArgs {
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
    /// What is asked.
    #[command(flatten)]
    pub busy: BusyArgs,
    /// GPU of configs/hardware to consider, such as `rtx-a5000`; repeatable [default: all]
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: Vec<String>,
    /// The results folder: a run of the same model on the same GPU with requests of similar length says more than an estimate
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// How the answer is told.
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// How good answers must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum QualityName {
    /// The open model is good enough
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
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
    /// What is asked.
    #[command(flatten)]
    pub busy: BusyArgs,
    /// How good answers must be
    #[arg(long, value_enum, default_value_t = QualityName::Open, help_heading = "Conditions")]
    pub quality: QualityName,
    /// Prompts may not leave for somebody else's API
    #[arg(long, help_heading = "Conditions")]
    pub private: bool,
    /// Share of one engineer's time that a model of one's own takes, as in 0.2
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, help_heading = "Conditions")]
    pub engineer_share: f64,
    /// What that engineer costs a year, USD
    #[arg(long, value_name = "USD", default_value_t = 180_000.0, help_heading = "Conditions")]
    pub engineer_salary: f64,
    /// What a reservation for a term takes off the price by the hour
    #[arg(long, value_name = "SHARE", default_value_t = 0.4, help_heading = "Conditions")]
    pub reserved_discount: f64,
    /// What one replica costs to buy, with its share of server and network [default: the list price of its GPUs, where one
    /// is known; the server comes on top]
    #[arg(long, value_name = "USD", help_heading = "Conditions")]
    pub buy_price: Option<f64>,
    /// GPU of configs/hardware to consider, such as `rtx-a5000`; repeatable [default: all]
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: Vec<String>,
    /// The results folder
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// How the answer is told.
    #[command(flatten)]
    pub answer: AnswerArgs,
}
