//! Arguments of `collector selfcheck`.

use std::net::SocketAddr;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  How exact is this machine as a client?
    collector selfcheck

  At the load you are about to send:
    collector selfcheck --concurrency 512,2048

  Serve the stamping server alone, for another load generator to be checked against:
    collector selfcheck --serve 127.0.0.1:8800
    curl http://127.0.0.1:8800/truth           # what it really sent
    curl http://127.0.0.1:8800/truth/forget    # before the next run

Exits with 1 when a request failed or an error is larger than the limits it prints.";

/// How to check the client.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SelfcheckArgs {
    /// Levels: streams at once
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', default_values_t = [1, 64, 256, 1000],
        value_parser = clap::value_parser!(u32).range(1..))]
    pub concurrency: Vec<u32>,

    /// Requests for each stream of a level
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..))]
    pub waves: u32,

    /// Output tokens of each request
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(2..))]
    pub output_tokens: u32,

    /// Milliseconds from a request to its first token
    #[arg(long, value_name = "MS", default_value_t = 200)]
    pub ttft_ms: u64,

    /// Milliseconds between tokens
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub gap_ms: u64,

    /// Serve the stamping server at this address and check nothing; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    pub serve: Option<SocketAddr>,

    /// Print the certificate as JSON
    #[arg(long)]
    pub json: bool,
}
