//! Arguments of `collector check`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  Before committing a result:  collector check
  A new price or model, too:   collector check --configs configs";

/// What to check.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
    /// The results folder
    #[arg(value_name = "DIR", default_value = "results")]
    pub folder: PathBuf,

    /// Check the configs in this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
