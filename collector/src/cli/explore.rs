//! Arguments of `collector explore`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  The published results:                collector explore
  Your own, beside a rehearsal:         collector explore --results my-results --also out/rehearsal
  From a pod, through an ssh tunnel:    ssh -L 8080:127.0.0.1:8080 POD collector explore";

/// What to serve, and to whom.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ExploreArgs {
    /// The built page
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,

    /// The results folder; it needs no index, one is made on the fly
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,

    /// Another results folder to show beside it, such as a rehearsal; may be given more than once
    #[arg(long, value_name = "DIR")]
    pub also: Vec<PathBuf>,

    /// The port; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,

    /// The address to listen on; another than 127.0.0.1 lets other machines in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,

    /// Open the page in the browser
    #[arg(long)]
    pub open: bool,

    /// Read prices from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
