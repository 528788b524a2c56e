//! Arguments of `collector selfcheck`.

use std::net::SocketAddr;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  Measure the error of this machine as a load client:
    collector selfcheck

  Measure it at the concurrency of your next sweep:
    collector selfcheck --concurrency 512,2048

  Start only the reference server, to check another load generator:
    collector selfcheck --serve 127.0.0.1:8800
    curl http://127.0.0.1:8800/truth           # times and tokens that were sent
    curl http://127.0.0.1:8800/truth/forget    # reset before the next run

The reference server is a process of its own that records the time of every token it sends.
Exit status: 0 all errors are within the limits, 1 a request failed or an error exceeds its limit.";

/// Levels, lengths and timing of the check.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SelfcheckArgs {
    /// Levels to check: concurrent requests
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', default_values_t = [1, 64, 256, 1000],
        value_parser = clap::value_parser!(u32).range(1..))]
    pub concurrency: Vec<u32>,

    /// Number of requests per concurrent request of a level
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..))]
    pub waves: u32,

    /// Output tokens per request
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(2..))]
    pub output_tokens: u32,

    /// Time to first token of the reference server, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 200)]
    pub ttft_ms: u64,

    /// Time between tokens of the reference server, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub gap_ms: u64,

    /// Start only the reference server at this address, such as `127.0.0.1:8800`; port 0 chooses a free port
    #[arg(long, value_name = "ADDRESS")]
    pub serve: Option<SocketAddr>,

    /// Print the measured errors as JSON
    #[arg(long)]
    pub json: bool,
}
