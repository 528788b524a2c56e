//! Arguments of `collector export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  Each level as a file of `vllm bench serve`, for the plots and scripts that read those:
    collector export --format vllm out/mine/tiny-bf16/rtx-a5000-1gpu/sharegpt/2026-11-22.json --out exported

What was not measured is left out, and what the format has no place for is told. docs/import.md lists both.";

/// What to export, as what, and where to.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ExportArgs {
    /// The result file
    #[arg(value_name = "RESULT.json")]
    pub result: PathBuf,

    /// The format to write
    #[arg(long, value_enum)]
    pub format: Format,

    /// The folder to write into; it is made when it is not there
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,

    /// Overwrite files of the same names that say something else
    #[arg(long)]
    pub replace: bool,
}

/// A format that levels can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The JSON that `vllm bench serve` (Python) saves, one file a level
    Vllm,
}
