//! Arguments of `collector explore`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  Published results:                    collector explore
  Your results beside a rehearsal:      collector explore --results my-results --also out/rehearsal
  On a pod, through an SSH tunnel:      ssh -L 8080:127.0.0.1:8080 POD collector explore";

/// What to serve, and at which address.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ExploreArgs {
    /// Folder of the built page
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,

    /// Results folder; its index is computed on each start
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,

    /// Additional results folder, such as a rehearsal; repeat for several
    #[arg(long, value_name = "DIR")]
    pub also: Vec<PathBuf>,

    /// Port to listen on; 0 chooses a free port
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,

    /// Address to listen on; any other than 127.0.0.1 is reachable from other machines
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,

    /// Open the page in the default browser
    #[arg(long)]
    pub open: bool,

    /// Folder to read prices from [default: the built-in configs]
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
