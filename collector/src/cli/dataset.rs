//! Arguments of `collector dataset`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

const FETCH_EXAMPLES: &str = "\
Examples:
  Download ShareGPT to the working folder (673 MB):
    collector dataset fetch sharegpt

  Download from a mirror to another path:
    collector dataset fetch sharegpt --url https://mirror.example.org/sharegpt.json --out data/sharegpt.json

Ctrl-C keeps the partial download; the same command resumes it.";

const SHOW_EXAMPLES: &str = "\
Examples:
  Count the usable prompts and their tokens with your model's tokenizer:
    collector dataset show ShareGPT_V3_unfiltered_cleaned_split.json --tokenizer models/llama-3.1-8b/tokenizer.json";

/// Download a dataset of prompts, or describe a file of prompts
#[derive(Debug, Args)]
pub struct DatasetArgs {
    /// The verb to run.
    #[command(subcommand)]
    pub command: DatasetCommand,
}

/// What to do with a dataset.
#[derive(Debug, Subcommand)]
pub enum DatasetCommand {
    /// Download a dataset; resume an interrupted download
    #[command(after_help = FETCH_EXAMPLES)]
    Fetch(FetchArgs),
    /// Show the number of prompts in a file, the usable ones and their lengths
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ShowArgs),
}

/// What to download, and where to write it.
#[derive(Debug, Clone, Args)]
pub struct FetchArgs {
    /// Dataset to download
    #[arg(value_enum)]
    pub dataset: KnownDataset,
    /// File to write [default: the dataset's file name, in the working folder]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Address to download from [default: Hugging Face]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Required SHA-256 of the file [default: the known one; with --url, the server's, if it sends one]
    #[arg(long, value_name = "HEX", value_parser = sha256)]
    pub sha256: Option<String>,
}

/// The file to describe, and how to count its tokens.
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// ShareGPT file, JSONL file of prompts, or trace; the format is detected
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// The model's `tokenizer.json`, or its folder [default: none; 4 characters count as 1 token]
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
