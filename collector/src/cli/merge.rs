//! Flags and help of `merge`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Example:
  Two machines share the load of one sweep; both are started at the same moment:
    one$ collector sweep --config mine.toml --shard 1/2 --run-id big --out shards
    two$ collector sweep --config mine.toml --shard 2/2 --run-id big --out shards
  Then, with both files on one machine:
    collector merge shards/*/*/*/big-shard-*.json --out results";

/// Join the results of clients that shared one sweep's load
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct MergeArgs {
    /// Results of `sweep --shard`, one of each part
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Folder of the joined result
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Name of the joined run [default: that of the first file, without its part]
    #[arg(long, value_name = "ID")]
    pub run_id: Option<String>,
    /// Print the joined result file instead of the table
    #[arg(long)]
    pub json: bool,
}
