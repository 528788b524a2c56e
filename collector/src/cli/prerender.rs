//! Arguments of `cargo xtask prerender` and of its old name `collector bake`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  Last step of `make page`:         cargo xtask prerender
  A page in another folder:         cargo xtask prerender --dist site --results site/results";

/// The page to finish, and what its answer is computed from.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct PrerenderArgs {
    /// Folder of the built page; it is changed in place, once
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,

    /// Results folder that the page was built with
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,

    /// Read prices from this folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
