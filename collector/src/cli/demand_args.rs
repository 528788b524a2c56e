//! Flags of every verb that takes a demand: how many requests, when, of how many tokens, under which latency target.

use std::path::PathBuf;

use clap::Args;

use shared::date::Date;

/// How many requests are asked for, when, and of how many tokens.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Demand")]
pub struct DemandArgs {
    /// Load a demand: a name of configs/demand such as `saas-chatbot`, a file of that kind, or a CSV of requests per hour
    #[arg(long, value_name = "NAME|FILE")]
    pub demand: Option<String>,
    /// Set the mean requests per day [default: 10000; size and decide need a demand]
    #[arg(long, value_name = "N", conflicts_with_all =
        ["requests_per_month", "requests_per_second", "developers", "users", "count"])]
    pub requests_per_day: Option<f64>,
    /// Set the requests per month of 730 hours
    #[arg(long, value_name = "N", conflicts_with_all = ["requests_per_second", "developers", "users", "count"])]
    pub requests_per_month: Option<f64>,
    /// Set the requests per second in the busiest hour
    #[arg(long, value_name = "N", conflicts_with_all = ["developers", "users", "count"])]
    pub requests_per_second: Option<f64>,
    /// Set the number of developers, each with a coding agent; without --demand, of configs/demand/developers
    #[arg(long, value_name = "N", conflicts_with_all = ["users", "count"])]
    pub developers: Option<f64>,
    /// Set the number of users; without --demand, of configs/demand/consumer-app
    #[arg(long, value_name = "N", conflicts_with = "count")]
    pub users: Option<f64>,
    /// Set the number of users or developers that --demand counts
    #[arg(long, value_name = "N")]
    pub count: Option<f64>,
    /// Set the ratio of the busiest hour to the mean hour, from 1 to 24 [default: the demand's, else 1]
    #[arg(long, value_name = "RATIO")]
    pub peak_to_mean: Option<f64>,
    /// Set the mean input tokens per request [default: the demand's, else the measured run's or ShareGPT's]
    #[arg(long, value_name = "TOKENS")]
    pub input_tokens: Option<f64>,
    /// Set the mean output tokens per request [default: the demand's, else the measured run's or ShareGPT's]
    #[arg(long, value_name = "TOKENS")]
    pub output_tokens: Option<f64>,
    /// Set the input tokens per request that the prefix cache holds [default: the demand's share of the input]
    #[arg(long, value_name = "TOKENS")]
    pub cached_tokens: Option<f64>,
}

impl DemandArgs {
    /// The people given, whatever they are called.
    #[must_use]
    pub fn people(&self) -> Option<f64> {
        self.developers.or(self.users).or(self.count)
    }
}

/// The latency target.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Latency target")]
pub struct TargetArgs {
    /// Set the latency target, such as `ttft:p99<2s,tpot:p99<50ms`, by name (chat, instant, voice, batch), or `any` for none
    /// (default: `ttft:p99<2s` for a measured run, `chat` for size and decide)
    #[arg(long, value_name = "LIMITS")]
    pub slo: Option<String>,
    /// Set the highest fraction of failed requests, from 0 to 1
    #[arg(long, value_name = "FRACTION", default_value_t = 0.0)]
    pub max_failures: f64,
}

/// The price of a rented GPU, and how full it is planned to be.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Hosting")]
pub struct RentArgs {
    /// Set the price of one on-demand GPU in USD per hour [default: the cheapest dated offer for the GPU]
    #[arg(long, value_name = "USD")]
    pub gpu_price: Option<f64>,
    /// Set the planned fraction of a replica's throughput at peak (theta), from 0.05 to 1
    #[arg(long, value_name = "FRACTION", default_value_t = 0.8)]
    pub headroom: f64,
}

/// How the answer is printed, and from which data.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Read models, GPUs, prices and demands from this folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
    /// Use the prices of this day [default: today]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
}
