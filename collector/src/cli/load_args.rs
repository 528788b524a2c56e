//! Flags of `sweep` that say when requests are sent and when no more are.

use clap::Args;

/// Arrival process and stop rule: any of the one with any of the other.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Load")]
pub struct LoadArgs {
    /// Closed-loop levels: streams at once, run from the lowest to the highest [default: 1,4,16,32,64]
    #[arg(long, value_name = "N,N,…", value_delimiter = ',')]
    pub concurrency: Option<Vec<u32>>,
    /// Open-loop levels instead: requests per second, sent however many are still in flight
    #[arg(long, value_name = "R,R,…", value_delimiter = ',', conflicts_with = "concurrency")]
    pub request_rate: Option<Vec<f64>>,
    /// How even the gaps of an open loop are: 1 is Poisson, below is burstier, above evener, `inf` equal [default: 1]
    #[arg(long, value_name = "B")]
    pub burstiness: Option<f64>,
    /// One open-loop level whose rate moves evenly from the one to the other, in requests per second
    #[arg(long, value_name = "FROM:TO", conflicts_with_all = ["concurrency", "request_rate"])]
    pub ramp: Option<String>,
    /// Levels that play the dataset's trace so many times faster; only with `--dataset trace` [default: 1]
    #[arg(long, value_name = "X,X,…", value_delimiter = ',', conflicts_with_all = ["concurrency", "request_rate", "ramp"])]
    pub trace_speed: Option<Vec<f64>>,
    /// Requests measured at each level; ten times the highest level or more is better [default: 256]
    ///
    /// With --turns it counts conversations. Where a level ends after a time, it is the most a level may send
    /// [default then: 20 for each stream and at least 1024, what the rate brings in that time and a fifth more, or all lines of a trace].
    #[arg(long, value_name = "N")]
    pub num_prompts: Option<u32>,
    /// Stop sending after so many seconds instead, and wait for what is in flight
    #[arg(long, value_name = "SECONDS")]
    pub duration: Option<f64>,
    /// Requests sent and thrown away before each level [default: as many as the level has streams]
    #[arg(long, value_name = "N")]
    pub warmup: Option<u32>,
    /// Seed of every random choice; the same seed sends the same prompts [default: 0]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Let the model go on past its end mark, so that two models write equally much
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub ignore_eos: Option<bool>,
    /// Sampling temperature [default: the server's]
    #[arg(long, value_name = "T")]
    pub temperature: Option<f64>,
}
