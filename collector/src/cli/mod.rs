//! The command line: verbs, flags and all their help. Resolves and runs nothing.

pub mod access_args;
pub mod case_args;
pub mod check;
pub mod dataset;
pub mod demand_args;
pub mod economics;
pub mod explore;
pub mod export;
mod groups;
pub mod hardware;
pub mod import;
pub mod index;
pub mod load_args;
pub mod merge;
pub mod prerender;
pub mod prices;
pub mod render;
pub mod search_args;
pub mod selfcheck;
pub mod sizing;
pub mod sweep;
pub mod telemetry_args;
pub mod workload_args;

use clap::{Parser, Subcommand};

/// Measure language model servers and compare the cost of self-hosting with APIs
#[derive(Debug, Parser)]
#[command(name = "collector", version, propagate_version = true)]
#[command(help_template = groups::help_template(), after_help = groups::EXAMPLES)]
pub struct Cli {
    /// The verb to run.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measure a running server at several concurrency levels
    Sweep(sweep::SweepArgs),
    /// Run a sweep against a built-in simulated server; measures no GPU
    Rehearse(sweep::RehearseArgs),
    /// Measure the timing error of this client on this machine
    Selfcheck(selfcheck::SelfcheckArgs),
    /// Convert benchmark files of other tools to a result file
    Import(Box<import::ImportArgs>),
    /// Merge the results of clients that shared the load of one sweep
    Merge(merge::MergeArgs),
    /// Convert the levels of a result file to another tool's format
    Export(export::ExportArgs),
    /// Download a dataset of prompts, or describe a file of prompts
    Dataset(dataset::DatasetArgs),
    /// Compute the cost of tokens and requests at each level of a run
    Cost(Box<economics::CostArgs>),
    /// Find the demand from which self-hosting costs less than an API
    Breakeven(Box<economics::BreakevenArgs>),
    /// Itemize a month of self-hosting, beside the same month on APIs
    Bill(Box<economics::BillArgs>),
    /// Rank the inputs by how much they change the monthly cost
    Sensitivity(Box<economics::SensitivityArgs>),
    /// Find the GPUs that fit a model, and the KV cache they leave
    Fit(hardware::FitArgs),
    /// Recommend a quantization and engine settings for a GPU
    Advise(hardware::AdviseArgs),
    /// Estimate the speed of a model on a GPU, with the estimation error
    Estimate(sizing::EstimateArgs),
    /// Find the cheapest GPUs that meet a latency target at a demand
    Size(sizing::SizeArgs),
    /// Decide between API and self-hosting: which option and why
    Decide(sizing::DecideArgs),
    /// Check the age of prices, compare sources, import price lists
    Prices(prices::PricesArgs),
    /// Write the index of a results folder
    Index(index::IndexArgs),
    /// Check every result file and config file
    Check(check::CheckArgs),
    /// Serve the page with a results folder, on this machine by default
    Explore(explore::ExploreArgs),
    /// Draw every figure as SVG and PNG; update the numbers in README
    Render(render::RenderArgs),
    /// Finish the built page: the default answer as static HTML, its policy, its use without a network
    #[command(hide = true, alias = "bake")]
    Prerender(prerender::PrerenderArgs),
}
