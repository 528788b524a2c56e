//! Arguments of `collector cost`, `breakeven`, `bill` and `sensitivity`: the same case, asked four ways.

use clap::{Args, ValueEnum};

use crate::cli::case_args::CaseArgs;

const COST_EXAMPLES: &str = "\
Examples:
  What a million tokens cost at every level of a run, and where a latency target lets it run:
    collector cost --result a5000-bf16 --slo 'ttft:p99<2s'

  With another request than the measured one, and every formula:
    collector cost --input-tokens 500 --output-tokens 200 --explain

docs/cost-model.md explains every number.";

const BREAKEVEN_EXAMPLES: &str = "\
Examples:
  From how many requests a day on does one A5000 cost less than GPT-4o?
    collector breakeven --result a5000-bf16 --slo 'ttft:p99<2s' --api openai/gpt-4o --headroom 1

  The same with a fifth of an engineer:
    collector breakeven --api openai/gpt-4o-mini --engineer-share 0.2

  A replica that somebody quotes, against a price that somebody quotes:
    collector breakeven --gpu-price 5 --throughput 48 --input-tokens 500 --output-tokens 500 --api-price 0.45/0.45

docs/cost-model.md explains every number.";

const BILL_EXAMPLES: &str = "\
Examples:
  A chatbot's month on pods, line by line, beside the same requests on an API:
    collector bill --demand saas-chatbot --storage-gb 50 --engineer-share 0.2

  The same on serverless workers, and on a card of one's own:
    collector bill --demand saas-chatbot --hosting serverless --cold-start 8
    collector bill --demand saas-chatbot --hosting bought --capital 2400 --residual 400

  Ten developers:
    collector bill --demand developers --developers 10

docs/cost-model.md explains every number.";

const SENSITIVITY_EXAMPLES: &str = "\
Examples:
  Which input moves the monthly saving against GPT-4o mini most?
    collector sensitivity --api openai/gpt-4o-mini

  Which moves the break-even, each turned by half?
    collector sensitivity --api openai/gpt-4o --on break-even --by 0.5

docs/cost-model.md explains every number.";

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
    /// What is looked at while each input turns
    #[arg(long, value_enum, default_value_t = OutcomeName::Saving, help_heading = "Sensitivity")]
    pub on: OutcomeName,
    /// How far each input is turned down and up: a share of itself, or so many points where it is a share
    #[arg(long, value_name = "SHARE", default_value_t = 0.2, help_heading = "Sensitivity")]
    pub by: f64,
}

/// What can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomeName {
    /// USD a month that self-hosting saves against the API
    Saving,
    /// USD a month of self-hosting
    Bill,
    /// Requests a day from which self-hosting costs less
    BreakEven,
    /// USD per 1M total tokens, as used
    PerMillion,
}
