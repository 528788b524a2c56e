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
    /// The results folder; its index.json is written whole
    #[arg(value_name = "DIR", default_value = "results")]
    pub folder: PathBuf,

    /// Write nothing; fail when the index that is there is not the one that would be written
    #[arg(long)]
    pub check: bool,

    /// Read prices from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
