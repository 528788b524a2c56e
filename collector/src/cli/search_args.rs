//! Flags of `sweep` and `rehearse` for repeats, latency objectives, level search, resuming and shards.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// Repeats, latency objectives, level search, resuming, and sharing the load between clients.
#[derive(Debug, Clone, Default, Args)]
pub struct SearchArgs {
    /// Repeat each level N times with different prompts and report 95 % confidence intervals [default: 1]
    #[arg(long, value_name = "N", help_heading = "Repeats and level search")]
    pub repeats: Option<u32>,
    /// Latency objectives of each level, such as `ttft:p99<2s,tpot:p99<50ms`
    ///
    /// Metrics are ttft, tpot, itl and e2el; statistics are p50, p90, p95, p99 and mean; units are us, ms and s.
    #[arg(long, value_name = "LIMITS", help_heading = "Repeats and level search")]
    pub slo: Option<String>,
    /// Choose concurrency levels adaptively, instead of listing them, and report the cost at the level found
    #[arg(long, value_enum, help_heading = "Repeats and level search")]
    pub find: Option<FindName>,
    /// Highest concurrency that --find tries [default: 256, or --num-prompts if that is less]
    #[arg(long, value_name = "N", help_heading = "Repeats and level search")]
    pub max_concurrency: Option<u32>,
    /// Price of one GPU in USD per hour, for the cost at the level found [default: the catalogue's price of --gpu]
    #[arg(long, value_name = "USD", help_heading = "Repeats and level search")]
    pub gpu_price: Option<f64>,

    /// Resume an interrupted run from FILE, or from the result of --run-id; finished levels are kept
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub resume: Option<Option<PathBuf>>,
    /// Send part I of N of the load, such as `1/2`, to share it between machines
    ///
    /// A part is every N-th prompt at an N-th of the concurrency or rate. Start all parts at the same time and join their
    /// results with `collector merge`.
    #[arg(long, value_name = "I/N", help_heading = "Load")]
    pub shard: Option<String>,
}

/// Levels that a sweep can search for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindName {
    /// The knee: the level above which more concurrency adds little throughput
    Knee,
    /// The highest concurrency that meets --slo
    Slo,
}
