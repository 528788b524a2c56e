//! Arguments of `collector dataset`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

const FETCH_EXAMPLES: &str = "\
Examples:
  The usual file, into the working folder (673 MB):
    collector dataset fetch sharegpt

  From a mirror, to another place:
    collector dataset fetch sharegpt --url https://mirror.example.org/sharegpt.json --out data/sharegpt.json

Ctrl-C keeps what has arrived; the same command goes on from there.";

const SHOW_EXAMPLES: &str = "\
Examples:
  How long its prompts are for your model, and how many of them a sweep can use:
    collector dataset show ShareGPT_V3_unfiltered_cleaned_split.json --tokenizer models/llama-3.1-8b/tokenizer.json";

/// Download a dataset of prompts, or see what a file of prompts holds
#[derive(Debug, Args)]
pub struct DatasetArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: DatasetCommand,
}

/// What to do with a dataset.
#[derive(Debug, Subcommand)]
pub enum DatasetCommand {
    /// Download a dataset, on a machine with internet; goes on where it was broken off
    #[command(after_help = FETCH_EXAMPLES)]
    Fetch(FetchArgs),
    /// Tell how many prompts a file holds, how many are usable, and how long they are
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ShowArgs),
}

/// What to download, and to where.
#[derive(Debug, Clone, Args)]
pub struct FetchArgs {
    /// The dataset
    #[arg(value_enum)]
    pub dataset: KnownDataset,
    /// Where to put it [default: its own name, in the working folder]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Where to get it instead of from Hugging Face
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// SHA-256 that the file must have [default: that of the known file; with --url, what the server says, if it does]
    #[arg(long, value_name = "HEX", value_parser = sha256)]
    pub sha256: Option<String>,
}

/// A file to look into, and how to count.
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// A ShareGPT file, a jsonl file of prompts, or a trace; each is known by its content
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// The model's `tokenizer.json`, or its folder [default: 4 characters are taken for a token]
    #[arg(long, value_name = "PATH", env = "FORGE_TOKENIZER")]
    pub tokenizer: Option<PathBuf>,
}

/// Datasets that can be downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KnownDataset {
    /// ShareGPT_V3_unfiltered_cleaned_split.json, the file that vLLM's benchmarks use
    Sharegpt,
}

fn sha256(text: &str) -> Result<String, String> {
    if text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err("a SHA-256 is 64 hexadecimal digits".into())
}
