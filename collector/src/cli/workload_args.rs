//! Flags of `sweep` for the workload: the dataset and the lengths of its prompts. An absent flag stays absent.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// The workload of a sweep.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Workload")]
pub struct WorkloadArgs {
    /// Source of the prompts [default: random]
    #[arg(long, value_enum)]
    pub dataset: Option<DatasetName>,
    /// File of the dataset, for sharegpt, jsonl and trace
    #[arg(long, value_name = "FILE", env = "FORGE_DATASET_PATH")]
    pub dataset_path: Option<PathBuf>,
    /// Count tokens with this `tokenizer.json`, or the one in this folder [default: with the server's /tokenize]
    ///
    /// Use it when the server has no /tokenize, or to relieve the server: choosing 1,000 ShareGPT prompts takes more than
    /// 2,000 counts. Both give the same numbers.
    #[arg(long, value_name = "PATH", env = "FORGE_TOKENIZER")]
    pub tokenizer: Option<PathBuf>,
    /// Prompt tokens of a random prompt [default: 512]; for shared-prefix, those after the prefix [default: 128]
    #[arg(long, value_name = "N")]
    pub input_tokens: Option<u32>,
    /// Output tokens per request [default: 128; 64 for shared-prefix; the recorded response's for sharegpt]
    ///
    /// For sharegpt it is the same as `--sharegpt-output-len` of `vllm bench serve`.
    #[arg(long, value_name = "N", alias = "output-len")]
    pub output_tokens: Option<u32>,
    /// Turns to send of each ShareGPT conversation, each after the response to the one before [default: 1]
    #[arg(long, value_name = "N")]
    pub turns: Option<u32>,
    /// Use ShareGPT conversations in the order of the file instead of shuffling them [default: false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub disable_shuffle: Option<bool>,
    /// Number of different prefixes per level, for shared-prefix [default: 4]
    #[arg(long, value_name = "N")]
    pub prefixes: Option<u32>,
    /// Tokens of each prefix, for shared-prefix [default: 1024]
    #[arg(long, value_name = "N")]
    pub prefix_tokens: Option<u32>,
    /// Prompt tokens per entry of a trace's hash_ids: 512 in Mooncake's traces, 16 in Qwen's [default: 512]
    #[arg(long, value_name = "N")]
    pub trace_block_tokens: Option<u32>,
}

/// Kinds of dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatasetName {
    /// Conversations of a ShareGPT file, chosen as `vllm bench serve` does; download it with `collector dataset fetch`
    Sharegpt,
    /// Random words with an exact number of tokens
    Random,
    /// Random words after one of a few long prefixes, to measure the prefix cache
    SharedPrefix,
    /// Your own file: `{"prompt": …, "output_tokens": …}` or `{"turns": [{"prompt": …, "output_tokens": …}, …]}` per line
    Jsonl,
    /// A recorded trace: `{"timestamp": ms, "input_length": …, "output_length": …, "hash_ids": […]}` per line, or
    /// `{"timestamp": ms, "prompt": …, "output_tokens": …}`
    Trace,
}
