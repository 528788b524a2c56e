//! Arguments of `collector check`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  Before committing a result:  collector check
  With a new price or model:   collector check --configs configs";

/// What to check.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
    /// Results folder
    #[arg(value_name = "DIR", default_value = "results")]
    pub folder: PathBuf,

    /// Folder of configs to check [default: the built-in configs]
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
