//! Flags that say what is sent: the dataset and its shape. Part of `sweep`; an absent flag stays absent.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// What a sweep sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Workload")]
pub struct WorkloadArgs {
    /// Where prompts come from [default: random]
    #[arg(long, value_enum)]
    pub dataset: Option<DatasetName>,
    /// File of prompts, for sharegpt, jsonl and trace
    #[arg(long, value_name = "FILE", env = "FORGE_DATASET_PATH")]
    pub dataset_path: Option<PathBuf>,
    /// The model's `tokenizer.json`, or its folder, to count tokens with [default: the server's /tokenize]
    ///
    /// Give it when the server has no /tokenize, or to spare it the work: choosing 1,000 ShareGPT prompts takes more
    /// than 2,000 counts. The numbers are the same.
    #[arg(long, value_name = "PATH", env = "FORGE_TOKENIZER")]
    pub tokenizer: Option<PathBuf>,
    /// Prompt tokens of a random prompt; behind its beginning, for shared-prefix [default: 512, or 128]
    #[arg(long, value_name = "N")]
    pub input_tokens: Option<u32>,
    /// Output tokens asked for with a random prompt [default: 128, or 64 for shared-prefix]
    ///
    /// With sharegpt: asked for instead of as many as the recorded answer has, as `--sharegpt-output-len` of
    /// `vllm bench serve`.
    #[arg(long, value_name = "N", alias = "output-len")]
    pub output_tokens: Option<u32>,
    /// Turns of each ShareGPT conversation to send, one behind the other's answer [default: 1]
    #[arg(long, value_name = "N")]
    pub turns: Option<u32>,
    /// Take ShareGPT conversations in the file's order instead of shuffling them by the seed
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub disable_shuffle: Option<bool>,
    /// Different beginnings of a level's shared-prefix prompts [default: 4]
    #[arg(long, value_name = "N")]
    pub prefixes: Option<u32>,
    /// Tokens of each beginning [default: 1024]
    #[arg(long, value_name = "N")]
    pub prefix_tokens: Option<u32>,
    /// Prompt tokens that one of a trace's hash_ids stands for: 512 in Mooncake's, 16 in Qwen's [default: 512]
    #[arg(long, value_name = "N")]
    pub trace_block_tokens: Option<u32>,
}

/// Kinds of dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatasetName {
    /// Conversations of a ShareGPT file, chosen as `vllm bench serve` chooses them; `collector dataset fetch` gets it
    Sharegpt,
    /// Random words of an exact length
    Random,
    /// Random words behind one of a few long beginnings, for the prefix cache to find
    SharedPrefix,
    /// A file of your own: `{"prompt": …, "output_tokens": …}` or `{"turns": [those, …]}` on each line
    Jsonl,
    /// A recorded trace: `{"timestamp": ms, "input_length": …, "output_length": …, "hash_ids": […]}` on each line, or
    /// `{"timestamp": ms, "prompt": …, "output_tokens": …}`
    Trace,
}
