//! Arguments of `collector prices`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::access_args::ApiKey;
use shared::date::Date;
use shared::units::Fraction;

const CHECK_EXAMPLES: &str = "\
Examples:
  How old every price is, and where sources differ:
    collector prices check

  Before a release, with the files of the working folder; fails when a price is stale or in dispute:
    collector prices check --configs configs --strict

Sources that differ are shown side by side; none of them is chosen here. docs/prices.md tells what a row means.";

const IMPORT_EXAMPLES: &str = "\
Examples:
  Two models of litellm's list, which is model_prices_and_context_window.json in its repository:
    collector prices import litellm prices.json --model gpt-4o --model 'claude-*-5'

  One of OpenRouter's, saved from https://openrouter.ai/api/v1/models, into a file of its own:
    collector prices import openrouter models.json --model llama-3.1-8b --out rows.toml

How a model stands to one's own (`baseline`) is guessed from its name: look at it before the rows go into
configs/prices, and name the open model it serves (`open_weights`).";

const FETCH_EXAMPLES: &str = "\
Examples:
  What RunPod asks today, and what differs from the rows there are:
    RUNPOD_API_KEY=… collector prices fetch --out rows.toml

A key that may only read is enough. The machine needs a way to the internet.";

/// See how old prices are, take rows from lists, or ask RunPod
#[derive(Debug, Args)]
pub struct PricesArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: PricesCommand,
}

/// What to do with prices.
#[derive(Debug, Subcommand)]
pub enum PricesCommand {
    /// List every price with its age, sources that differ, and offers that ended; fails when a row is wrong
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Turn models of litellm's or OpenRouter's list into rows
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// Ask RunPod what its GPUs cost today, and turn the answer into rows
    #[command(after_help = FETCH_EXAMPLES)]
    Fetch(FetchArgs),
}

/// Which prices to look at, and on which day.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Read prices from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,

    /// The day to look from [default: today]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,

    /// Fail as well when a price is stale or sources differ
    #[arg(long)]
    pub strict: bool,

    /// Print everything as JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

/// Whose list, which models of it, and where the rows go.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Whose list it is
    #[arg(value_enum)]
    pub list: List,

    /// The list's file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// A part of a model's name, or with `*` and `?` the whole; may be given more than once
    #[arg(long, value_name = "PATTERN")]
    pub model: Vec<String>,

    /// The day the list was read; rows hold from then on [default: today]
    #[arg(long, value_name = "DATE")]
    pub read_on: Option<Date>,

    /// What to name as the source [default: the page that the list names, else the list]
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,

    /// What the platform adds to a bill, as a share of it [default: of OpenRouter 0.055, for credits paid by card]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub platform_fee: Option<f64>,

    /// Write the rows to this file instead of to stdout; there must be none of its name
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A list of prices that somebody keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum List {
    /// litellm's model_prices_and_context_window.json
    Litellm,
    /// The answer of OpenRouter's /api/v1/models
    Openrouter,
}

/// Whom to ask, with which key, and where the rows go.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Address of the API
    #[arg(long, value_name = "URL", default_value = "https://api.runpod.io")]
    pub url: String,

    /// RunPod's key; never stored, never printed
    #[arg(long, value_name = "KEY", env = "RUNPOD_API_KEY", hide_env_values = true)]
    pub api_key: Option<ApiKey>,

    /// Compare with the prices of this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,

    /// The day the rows are of [default: today]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,

    /// Write the rows to this file instead of to stdout; there must be none of its name
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().and_then(|share| Fraction::new(share).ok());
    share.map(Fraction::value).ok_or_else(|| "a share is a number from 0 to 1, such as 0.055".into())
}
