//! Where a sweep's prompts come from, and which endpoint they go to. Reads no dataset.

use std::path::Path;

use shared::measure::plan::{Endpoint, Workload};

use crate::cli::sweep::EndpointName;
use crate::cli::workload_args::DatasetName;
use crate::load::prompts::shared_prefix::SharedPrefixShape;
use crate::load::prompts::workload::PromptSource;
use crate::printer::Hinted;
use crate::sweep::settings::flag_value::at_least_one;
use crate::sweep::settings::sweep_file::SweepFile;

/// Prompt tokens of a block in Mooncake's traces.
const BLOCK_TOKENS: u32 = 512;

/// The source; `file` then holds the keys of its dataset alone, defaults filled in.
///
/// # Errors
/// When the dataset needs a file and none is given, a number is 0, or a setting belongs to another dataset.
pub fn source(file: &mut SweepFile) -> anyhow::Result<PromptSource> {
    let dataset = *file.dataset.get_or_insert(DatasetName::Random);
    let number = |flag: &str, value: Option<u32>, default: u32| at_least_one(flag, value.unwrap_or(default));
    let turns = number("turns", file.turns, 1)?;
    if turns > 1 && dataset != DatasetName::Sharegpt {
        let hint = "a jsonl file sets its turns itself; the other datasets have single prompts";
        return Err(Hinted::new(format!("`--turns {turns}` needs --dataset sharegpt"), hint).into());
    }
    let path = |name: &str, hint: &str| {
        let missing = || Hinted::new(format!("`--dataset {name}` needs --dataset-path"), hint);
        file.dataset_path.clone().ok_or_else(missing)
    };
    let source = match dataset {
        DatasetName::Random => PromptSource::Random {
            input_tokens: number("input-tokens", file.input_tokens, 512)?,
            output_tokens: number("output-tokens", file.output_tokens, 128)?,
        },
        DatasetName::SharedPrefix => PromptSource::SharedPrefix(SharedPrefixShape {
            prefixes: number("prefixes", file.prefixes, 4)?,
            prefix_tokens: number("prefix-tokens", file.prefix_tokens, 1024)?,
            input_tokens: number("input-tokens", file.input_tokens, 128)?,
            output_tokens: number("output-tokens", file.output_tokens, 64)?,
        }),
        DatasetName::Sharegpt => PromptSource::Sharegpt {
            path: path("sharegpt", "download the usual file with `collector dataset fetch sharegpt`")?,
            turns,
            output_tokens: file.output_tokens.map(|tokens| at_least_one("output-tokens", tokens)).transpose()?,
            shuffle: !file.disable_shuffle.unwrap_or(false),
        },
        DatasetName::Jsonl => PromptSource::Jsonl(path(
            "jsonl",
            "expected a file with `{\"prompt\": \"…\", \"output_tokens\": 128}` on each line",
        )?),
        DatasetName::Trace => PromptSource::Trace {
            path: path(
                "trace",
                "expected a file with `{\"timestamp\": 0, \"input_length\": 600, \"output_length\": 50, \"hash_ids\": [0, 1]}` \
                 on each line",
            )?,
            block_tokens: number("trace-block-tokens", file.trace_block_tokens, BLOCK_TOKENS)?,
        },
    };
    write_keys(&source, file);
    Ok(source)
}

/// Sets the keys of a dataset's source and clears those of the others.
fn write_keys(source: &PromptSource, file: &mut SweepFile) {
    let path = file.dataset_path.take();
    (file.input_tokens, file.output_tokens, file.prefixes, file.prefix_tokens) = (None, None, None, None);
    (file.turns, file.disable_shuffle, file.trace_block_tokens) = (None, None, None);
    match source {
        PromptSource::Random { input_tokens, output_tokens } => {
            (file.input_tokens, file.output_tokens) = (Some(*input_tokens), Some(*output_tokens));
        }
        PromptSource::SharedPrefix(SharedPrefixShape { prefixes, prefix_tokens, input_tokens, output_tokens }) => {
            (file.prefixes, file.prefix_tokens) = (Some(*prefixes), Some(*prefix_tokens));
            (file.input_tokens, file.output_tokens) = (Some(*input_tokens), Some(*output_tokens));
        }
        PromptSource::Sharegpt { turns, output_tokens, shuffle, .. } => {
            (file.dataset_path, file.output_tokens) = (path, *output_tokens);
            file.turns = (*turns > 1).then_some(*turns);
            file.disable_shuffle = (!shuffle).then_some(true);
        }
        PromptSource::Jsonl(_) => file.dataset_path = path,
        PromptSource::Trace { block_tokens, .. } => {
            (file.dataset_path, file.trace_block_tokens) = (path, Some(*block_tokens));
        }
    }
}

/// The endpoint that `file` names, else the one that can carry what is sent; `file` then names it.
///
/// # Errors
/// When conversations of several turns would go to an endpoint without turns.
pub fn endpoint(file: &mut SweepFile, source: &PromptSource) -> anyhow::Result<Endpoint> {
    let turns = match source {
        PromptSource::Sharegpt { turns, .. } => *turns as usize,
        PromptSource::Random { .. }
        | PromptSource::SharedPrefix(_)
        | PromptSource::Jsonl(_)
        | PromptSource::Trace { .. } => 1,
    };
    let default = if turns > 1 { EndpointName::ChatCompletions } else { EndpointName::Completions };
    let endpoint = match file.endpoint.get_or_insert(default) {
        EndpointName::ChatCompletions => Endpoint::ChatCompletions,
        EndpointName::Completions => Endpoint::Completions,
    };
    check_turns(endpoint, turns)?;
    Ok(endpoint)
}

/// Checks that an endpoint can carry conversations of so many turns.
///
/// # Errors
/// When it cannot.
pub fn check_turns(endpoint: Endpoint, turns: usize) -> Result<(), Hinted> {
    match endpoint {
        Endpoint::Completions if turns > 1 => Err(Hinted::new(
            format!("conversations of {turns} turns cannot be sent to `--endpoint completions`, which has no turns"),
            "use --endpoint chat-completions, or send single prompts",
        )),
        Endpoint::Completions | Endpoint::ChatCompletions => Ok(()),
    }
}

/// The source as it is stored, and the benchmark's default name. The hash of a file is known once it is read.
#[must_use]
pub fn stored(source: &PromptSource) -> (Workload, String) {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match source {
        PromptSource::Sharegpt { path, turns, .. } => {
            let benchmark = if *turns > 1 { format!("sharegpt-{turns}-turns") } else { "sharegpt".into() };
            (Workload::Sharegpt { file: name(path), sha256: None, turns: (*turns > 1).then_some(*turns) }, benchmark)
        }
        PromptSource::Jsonl(path) => (Workload::Jsonl { file: name(path), sha256: None }, "jsonl".into()),
        PromptSource::Trace { path, .. } => (Workload::Trace { file: name(path), sha256: None }, "trace".into()),
        PromptSource::Random { input_tokens, output_tokens } => (
            Workload::Random { input_tokens: *input_tokens, output_tokens: *output_tokens },
            format!("random-{input_tokens}-{output_tokens}"),
        ),
        PromptSource::SharedPrefix(SharedPrefixShape { prefixes, prefix_tokens, input_tokens, output_tokens }) => (
            Workload::SharedPrefix {
                prefixes: *prefixes,
                prefix_tokens: *prefix_tokens,
                input_tokens: *input_tokens,
                output_tokens: *output_tokens,
            },
            format!("shared-prefix-{prefixes}x{prefix_tokens}-{input_tokens}-{output_tokens}"),
        ),
    }
}

#[cfg(test)]
#[path = "prompt_source_tests.rs"]
mod tests;
