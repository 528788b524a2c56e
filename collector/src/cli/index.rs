//! Arguments of `collector index`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  After adding a result file:        collector index
  In CI, before publishing the page: collector index --check";

/// Which folder to index.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct IndexArgs {
    /// The results folder; its index.json and catalogue.json are written whole
    #[arg(value_name = "DIR", default_value = "results")]
    pub folder: PathBuf,

    /// Write nothing; fail when what is there is not what would be written
    #[arg(long)]
    pub check: bool,

    /// Read prices, GPUs and models from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
