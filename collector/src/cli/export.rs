//! Arguments of `collector export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  Write each level as a file of `vllm bench serve`, for plots and scripts that read those files:
    collector export --format vllm out/mine/tiny-bf16/rtx-a5000-1gpu/sharegpt/2026-11-22.json --out exported

Values that were not measured are omitted. Values that the format cannot express are named. docs/import.md lists both.";

/// The result to export, the format, and the folder.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ExportArgs {
    /// Result file to export
    #[arg(value_name = "RESULT.json")]
    pub result: PathBuf,

    /// Format to write
    #[arg(long, value_enum)]
    pub format: Format,

    /// Folder to write to; created if it does not exist
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,

    /// Overwrite different files of the same names
    #[arg(long)]
    pub replace: bool,
}

/// A format that levels can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// JSON as saved by `vllm bench serve` (Python), one file per level
    Vllm,
}
