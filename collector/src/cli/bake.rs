//! Arguments of `collector bake`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  What `make page` does last:       collector bake
  A page built somewhere else:      collector bake --dist site --results site/results";

/// Which page to finish, and with which answer.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct BakeArgs {
    /// The built page; it is changed in place, once
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,

    /// The results folder the page was built with
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,

    /// Read prices from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
