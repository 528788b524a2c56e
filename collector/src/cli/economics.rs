//! Arguments of `collector cost`, `breakeven`, `bill` and `sensitivity`: four results of one case.

use clap::{Args, ValueEnum};

use crate::cli::case_args::CaseArgs;

const COST_EXAMPLES: &str = "\
Examples:
  USD per 1M tokens at every level of a run, and at the operating point of a latency target:
    collector cost --result a5000-bf16 --slo 'ttft:p99<2s'

  For another request shape than the measured one, with every formula:
    collector cost --input-tokens 500 --output-tokens 200 --explain

docs/cost-model.md explains every value.";

const BREAKEVEN_EXAMPLES: &str = "\
Examples:
  Break-even of one A5000 against GPT-4o, in requests per day:
    collector breakeven --result a5000-bf16 --slo 'ttft:p99<2s' --api openai/gpt-4o --headroom 1

  Against GPT-4o mini, with 20 % of an engineer:
    collector breakeven --api openai/gpt-4o-mini --engineer-share 0.2

  A quoted replica against a quoted API price:
    collector breakeven --gpu-price 5 --throughput 48 --input-tokens 500 --output-tokens 500 \\
      --api-price 0.45/0.45

docs/cost-model.md explains every value.";

const BILL_EXAMPLES: &str = "\
Examples:
  A chatbot's monthly bill on pods, line by line, and the same requests on APIs:
    collector bill --demand saas-chatbot --storage-gb 50 --engineer-share 0.2

  The same on serverless workers, and on a bought GPU:
    collector bill --demand saas-chatbot --hosting serverless --cold-start 8
    collector bill --demand saas-chatbot --hosting bought --capital 2400 --residual 400

  Ten developers:
    collector bill --demand developers --developers 10

docs/cost-model.md explains every value.";

const SENSITIVITY_EXAMPLES: &str = "\
Examples:
  Sensitivity of the monthly saving against GPT-4o mini to each input:
    collector sensitivity --api openai/gpt-4o-mini

  Sensitivity of the break-even to changes of 50 %:
    collector sensitivity --api openai/gpt-4o --on break-even --by 0.5

docs/cost-model.md explains every value.";

/// Arguments of `collector cost`.
#[derive(Debug, Args)]
#[command(after_help = COST_EXAMPLES, allow_negative_numbers = true)]
pub struct CostArgs {
    /// The case.
    #[command(flatten)]
    pub case: CaseArgs,
}

/// Arguments of `collector breakeven`.
#[derive(Debug, Args)]
#[command(after_help = BREAKEVEN_EXAMPLES, allow_negative_numbers = true)]
pub struct BreakevenArgs {
    /// The case.
    #[command(flatten)]
    pub case: CaseArgs,
}

/// Arguments of `collector bill`.
#[derive(Debug, Args)]
#[command(after_help = BILL_EXAMPLES, allow_negative_numbers = true)]
pub struct BillArgs {
    /// The case.
    #[command(flatten)]
    pub case: CaseArgs,
}

/// Arguments of `collector sensitivity`.
#[derive(Debug, Args)]
#[command(after_help = SENSITIVITY_EXAMPLES, allow_negative_numbers = true)]
pub struct SensitivityArgs {
    /// The case.
    #[command(flatten)]
    pub case: CaseArgs,
    /// Choose the result to analyse
    #[arg(long, value_enum, default_value_t = OutcomeName::Saving, help_heading = "Sensitivity")]
    pub on: OutcomeName,
    /// Set the change of each input, down and up: a fraction of its value, or percentage points of a fraction
    #[arg(long, value_name = "FRACTION", default_value_t = 0.2, help_heading = "Sensitivity")]
    pub by: f64,
}

/// Results of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomeName {
    /// Monthly saving of self-hosting against the API, USD
    Saving,
    /// Monthly bill of self-hosting, USD
    Bill,
    /// Break-even in requests per day
    BreakEven,
    /// USD per 1M total tokens, as used
    PerMillion,
}
