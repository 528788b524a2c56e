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
    /// Results folder; its index.json and catalogue.json are replaced
    #[arg(value_name = "DIR", default_value = "results")]
    pub folder: PathBuf,

    /// Write nothing; fail when the index or the catalogue is out of date
    #[arg(long)]
    pub check: bool,

    /// Folder to read prices, GPUs and models from [default: the built-in configs]
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
