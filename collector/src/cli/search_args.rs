//! Flags of `sweep` and `rehearse` on how sure, how far and in how many parts. Nothing is resolved here.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// Repeats, objectives, search, taking up again, and sharing the load between clients.
#[derive(Debug, Clone, Default, Args)]
pub struct SearchArgs {
    /// Run each level so often, each time with prompts of its own, and say how sure its numbers are [default: 1]
    #[arg(long, value_name = "N", help_heading = "Certainty and search")]
    pub repeats: Option<u32>,
    /// Objectives each level is held against, such as `ttft:p99<2s,tpot:p99<50ms`; also itl and e2el, p50 to p99 and
    /// mean, us to s
    #[arg(long, value_name = "LIMITS", help_heading = "Certainty and search")]
    pub slo: Option<String>,
    /// Choose levels as it goes, instead of --concurrency, and price the one that is found
    #[arg(long, value_enum, help_heading = "Certainty and search")]
    pub find: Option<FindName>,
    /// Most streams that a search tries [default: 256, or --num-prompts where that is less]
    #[arg(long, value_name = "N", help_heading = "Certainty and search")]
    pub max_concurrency: Option<u32>,
    /// Price of one GPU an hour, for the price of what is found [default: the dated price of --gpu, if known]
    #[arg(long, value_name = "USD", help_heading = "Certainty and search")]
    pub gpu_price: Option<f64>,

    /// Go on with an interrupted result: FILE, or the one that --run-id names; its finished levels are kept
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub resume: Option<Option<PathBuf>>,
    /// Send only one part of N of the load, such as `1/2`: every second prompt on half of the streams. Start the
    /// other parts at the same moment on other machines and join the results with `collector merge`
    #[arg(long, value_name = "I/N", help_heading = "Load")]
    pub shard: Option<String>,
}

/// What a sweep can search for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindName {
    /// The level from which on more streams bring little
    Knee,
    /// The most streams that still meet --slo
    Slo,
}
