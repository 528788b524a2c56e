//! The command line: verbs, flags and all their help. Resolves and runs nothing.

pub mod sweep;

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
    /// Run the same sweep against a built-in simulated server: costs nothing, proves nothing about a GPU
    Rehearse(sweep::RehearseArgs),
}
