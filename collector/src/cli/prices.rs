//! Arguments of `collector prices`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::access_args::ApiKey;
use shared::date::Date;
use shared::units::Fraction;

const CHECK_EXAMPLES: &str = "\
Examples:
  Show the age of every price, and sources that differ:
    collector prices check

  Before a release: fail when a price in ./configs is stale or sources differ:
    collector prices check --configs configs --strict

Sources that differ are shown side by side; none is chosen. docs/prices.md explains the columns.";

const IMPORT_EXAMPLES: &str = "\
Examples:
  Two models from litellm's list (model_prices_and_context_window.json in its repository):
    collector prices import litellm prices.json --model gpt-4o --model 'claude-*-5'

  One model from OpenRouter's list, saved from https://openrouter.ai/api/v1/models, to a file:
    collector prices import openrouter models.json --model llama-3.1-8b --out rows.toml

The relation to the self-hosted model (`baseline`) is guessed from the name. Check it before you copy the rows to
configs/prices, and set the open model it serves (`open_weights`).";

const FETCH_EXAMPLES: &str = "\
Examples:
  Fetch RunPod's current prices and compare them with the stored rows:
    RUNPOD_API_KEY=… collector prices fetch --out rows.toml

A read-only key is enough. Needs internet access.";

/// Check the age of prices, compare sources, import price lists
#[derive(Debug, Args)]
pub struct PricesArgs {
    /// The verb to run.
    #[command(subcommand)]
    pub command: PricesCommand,
}

/// The verbs of `collector prices`.
#[derive(Debug, Subcommand)]
pub enum PricesCommand {
    /// List every price with its age, sources that differ and ended offers; fail when a row is invalid
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Convert models of litellm's or OpenRouter's price list to rows
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// Fetch RunPod's current GPU prices as rows
    #[command(after_help = FETCH_EXAMPLES)]
    Fetch(FetchArgs),
}

/// Which prices to check, and on which day.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Folder to read prices from [default: the built-in configs]
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,

    /// Day from which ages are counted [default: today]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,

    /// Also fail when a price is stale or sources differ
    #[arg(long)]
    pub strict: bool,

    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

/// Which price list, which of its models, and where to write the rows.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Format of the price list
    #[arg(value_enum)]
    pub list: List,

    /// File of the price list
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Part of a model's name, or a whole name with `*` and `?`; repeat for several
    #[arg(long, value_name = "PATTERN")]
    pub model: Vec<String>,

    /// Day the list was read, from which the rows are valid [default: today]
    #[arg(long, value_name = "DATE")]
    pub read_on: Option<Date>,

    /// Source to name in the rows [default: the page that the list names, else the list]
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,

    /// Platform fee as a fraction of the bill [default: 0.055 for OpenRouter, for credits paid by card]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub platform_fee: Option<f64>,

    /// File for the rows; must not exist yet [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A public price list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum List {
    /// litellm's model_prices_and_context_window.json
    Litellm,
    /// The response of OpenRouter's /api/v1/models
    Openrouter,
}

/// Which API to ask, with which key, and where to write the rows.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Base URL of the API
    #[arg(long, value_name = "URL", default_value = "https://api.runpod.io")]
    pub url: String,

    /// RunPod API key; never stored or printed
    #[arg(long, value_name = "KEY", env = "RUNPOD_API_KEY", hide_env_values = true)]
    pub api_key: Option<ApiKey>,

    /// Folder of prices to compare with [default: the built-in configs]
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,

    /// Day from which the rows are valid [default: today]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,

    /// File for the rows; must not exist yet [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().and_then(|share| Fraction::new(share).ok());
    share.map(Fraction::value).ok_or_else(|| "a share is a number from 0 to 1, such as 0.055".into())
}
