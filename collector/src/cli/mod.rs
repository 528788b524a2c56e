//! The command line: verbs, flags and all their help. Resolves and runs nothing.

pub mod access_args;
pub mod bake;
pub mod case_args;
pub mod check;
pub mod dataset;
pub mod economics;
pub mod explore;
pub mod export;
pub mod hardware;
pub mod import;
pub mod index;
pub mod load_args;
pub mod merge;
pub mod prices;
pub mod render;
pub mod search_args;
pub mod selfcheck;
pub mod sizing;
pub mod sweep;
pub mod telemetry_args;
pub mod workload_args;

use clap::{Parser, Subcommand};

/// Benchmark a vLLM server, keep the result, and see what a million tokens cost.
#[derive(Debug, Parser)]
#[command(name = "collector", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "parsed once; a box around arguments would be noise")]
pub enum Command {
    /// Measure a running server at several concurrency levels
    Sweep(sweep::SweepArgs),
    /// Run a sweep against a built-in simulated server; needs no GPU and measures none
    Rehearse(sweep::RehearseArgs),
    /// Measure the load client's own error on this machine
    Selfcheck(selfcheck::SelfcheckArgs),
    /// Turn files of other load generators and of lm-evaluation-harness into a result file
    Import(Box<import::ImportArgs>),
    /// Join the results of several clients that shared the load of one sweep
    Merge(merge::MergeArgs),
    /// Write the levels of a result file in another tool's format
    Export(export::ExportArgs),
    /// Download a dataset of prompts, or see what a file of prompts holds
    Dataset(dataset::DatasetArgs),
    /// What tokens and requests cost at every level of a run, at full load and as used
    Cost(Box<economics::CostArgs>),
    /// From which demand on self-hosting costs less than an API, or that it never does
    Breakeven(Box<economics::BreakevenArgs>),
    /// A month of self-hosting line by line, beside the same requests on APIs
    Bill(Box<economics::BillArgs>),
    /// Which input moves the answer most
    Sensitivity(Box<economics::SensitivityArgs>),
    /// Which GPUs a model fits, how many it takes, and what is left for the KV cache
    Fit(hardware::FitArgs),
    /// Which quantisation to run on a GPU, with which settings, and why
    Advise(hardware::AdviseArgs),
    /// How fast a model would run on a GPU, from their data sheets, with the measured error of such estimates
    Estimate(sizing::EstimateArgs),
    /// Which GPU holds a latency target for a demand, how many it takes and what they cost, the cheapest first
    Size(sizing::SizeArgs),
    /// Serve or call; and if serve, rent, reserve, serverless or buy: with reasons, and what would change the answer
    Decide(sizing::DecideArgs),
    /// See how old prices are and where sources differ, take rows from somebody's list, or ask RunPod for its own
    Prices(prices::PricesArgs),
    /// Write the index over a results folder
    Index(index::IndexArgs),
    /// Check every result file and every config
    Check(check::CheckArgs),
    /// Serve the page with a results folder, on this machine alone unless told otherwise
    Explore(explore::ExploreArgs),
    /// Draw every figure as SVG and PNG, and bring the README's numbers up to date
    Render(render::RenderArgs),
    /// Finish the built page: its answer as static html, its content security policy, its use without a network
    Bake(bake::BakeArgs),
}
