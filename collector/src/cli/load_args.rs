//! Flags of `sweep` for the load: levels, arrival process, warm-up, and when a level stops sending.

use clap::Args;

/// The load of each level. Any arrival process goes with any stop rule.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Load")]
pub struct LoadArgs {
    /// Closed-loop levels: concurrent requests, run in ascending order [default: 1,4,16,32,64]
    #[arg(long, value_name = "N,N,…", value_delimiter = ',')]
    pub concurrency: Option<Vec<u32>>,
    /// Open-loop levels: requests per second, sent independently of requests in flight, such as `0.5,2,8`
    #[arg(long, value_name = "R,R,…", value_delimiter = ',', conflicts_with = "concurrency")]
    pub request_rate: Option<Vec<f64>>,
    /// Burstiness of --request-rate: 1 is Poisson, less than 1 more bursty, greater than 1 more regular than Poisson,
    /// `inf` constant gaps [default: 1]
    #[arg(long, value_name = "B")]
    pub burstiness: Option<f64>,
    /// One open-loop level whose rate changes linearly from FROM to TO requests per second, such as `1:20`
    #[arg(long, value_name = "FROM:TO", conflicts_with_all = ["concurrency", "request_rate"])]
    pub ramp: Option<String>,
    /// Levels that replay a trace at X times its recorded speed, such as `1,2,4`; needs `--dataset trace` [default: 1]
    #[arg(long, value_name = "X,X,…", value_delimiter = ',', conflicts_with_all = ["concurrency", "request_rate", "ramp"])]
    pub trace_speed: Option<Vec<f64>>,
    /// Number of measured requests per level; at least ten times the highest concurrency is recommended [default: 256]
    ///
    /// With --turns, the number of conversations. With --duration, the most that a level may send [default then: 20 for
    /// each concurrent request and at least 1024; for an open loop, 1.2 times the rate times the duration; for a trace,
    /// all of it].
    #[arg(long, value_name = "N")]
    pub num_prompts: Option<u32>,
    /// Stop sending after this many seconds instead, and wait for the requests in flight
    #[arg(long, value_name = "SECONDS")]
    pub duration: Option<f64>,
    /// Number of warm-up requests before each level, not measured [default: the level's concurrency]
    #[arg(long, value_name = "N")]
    pub warmup: Option<u32>,
    /// Random seed; the same seed sends the same prompts [default: 0]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Ignore the end-of-sequence token, so that every response has the requested number of tokens [default: false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub ignore_eos: Option<bool>,
    /// Sampling temperature [default: that of the server]
    #[arg(long, value_name = "T")]
    pub temperature: Option<f64>,
}
