//! Flags and help of `merge`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Example:
  Share one sweep between two machines; start both commands at the same time:
    machine 1$ collector sweep --config mine.toml --shard 1/2 --run-id big --out shards
    machine 2$ collector sweep --config mine.toml --shard 2/2 --run-id big --out shards
  Then copy both files to one machine and join them:
    collector merge shards/*/*/*/big-shard-*.json --out results";

/// Join the results of several clients that shared the load of one sweep
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct MergeArgs {
    /// Result files of `sweep --shard`, one for each part
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Output folder of the joined result, such as `results`
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Name of the joined run and of its file [default: the name of the parts]
    #[arg(long, value_name = "ID")]
    pub run_id: Option<String>,
    /// Print the joined result file instead of the table
    #[arg(long)]
    pub json: bool,
}
