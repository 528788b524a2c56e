//! What a sweep sends, decided: flags over the sweep file over defaults. Reads no dataset.

use std::path::{Path, PathBuf};

use shared::measure::plan::{Arrival, Endpoint, Stop, Warmup, Workload};

use crate::cli::sweep::EndpointName;
use crate::cli::workload_args::{DatasetName, WorkloadArgs};
use crate::load::arrival::streams;
use crate::load::prompts::shared_prefix::Shape;
use crate::load::prompts::workload::{Amount, Need, Source};
use crate::printer::Hinted;
use crate::sweep::settings::flag_value::at_least_one;
use crate::sweep::settings::sweep_file::SweepFile;

/// Prompts for each stream of a level that ends after a time, where none are asked for; and the least for a level.
const PER_STREAM: u32 = 20;
const LEAST: u32 = 1024;
/// More lines than a trace has.
const WHOLE_TRACE: u32 = 10_000_000;
/// Requests drawn for each that a rate brings on average: arrivals are random.
const SPARE: f64 = 1.2;
/// Prompt tokens of a block in Mooncake's traces.
const BLOCK_TOKENS: u32 = 512;

/// The flags, and where one is absent, the file.
#[must_use]
pub fn merged(flags: WorkloadArgs, file: &SweepFile) -> WorkloadArgs {
    let f = file.clone();
    WorkloadArgs {
        dataset: flags.dataset.or(f.dataset),
        dataset_path: flags.dataset_path.or(f.dataset_path),
        tokenizer: flags.tokenizer.or(f.tokenizer),
        input_tokens: flags.input_tokens.or(f.input_tokens),
        output_tokens: flags.output_tokens.or(f.output_tokens),
        turns: flags.turns.or(f.turns),
        disable_shuffle: flags.disable_shuffle.or(f.disable_shuffle),
        prefixes: flags.prefixes.or(f.prefixes),
        prefix_tokens: flags.prefix_tokens.or(f.prefix_tokens),
        trace_block_tokens: flags.trace_block_tokens.or(f.trace_block_tokens),
    }
}

/// Where prompts come from.
///
/// # Errors
/// When a file is needed and none is named, or a number makes no sense.
pub fn source(asked: &WorkloadArgs) -> anyhow::Result<Source> {
    let dataset = asked.dataset.unwrap_or(DatasetName::Random);
    let file = |name: &str, hint: &str| {
        let missing = || Hinted::new(format!("`--dataset {name}` needs --dataset-path"), hint);
        asked.dataset_path.clone().ok_or_else(missing)
    };
    let number = |flag: &str, asked: Option<u32>, default: u32| at_least_one(flag, asked.unwrap_or(default));
    let turns = number("turns", asked.turns, 1)?;
    if turns > 1 && dataset != DatasetName::Sharegpt {
        let hint = "a jsonl file says its turns itself; other datasets have none";
        return Err(Hinted::new(format!("`--turns {turns}` needs --dataset sharegpt"), hint).into());
    }
    Ok(match dataset {
        DatasetName::Random => Source::Random {
            input_tokens: number("input-tokens", asked.input_tokens, 512)?,
            output_tokens: number("output-tokens", asked.output_tokens, 128)?,
        },
        DatasetName::SharedPrefix => Source::SharedPrefix(Shape {
            prefixes: number("prefixes", asked.prefixes, 4)?,
            prefix_tokens: number("prefix-tokens", asked.prefix_tokens, 1024)?,
            input_tokens: number("input-tokens", asked.input_tokens, 128)?,
            output_tokens: number("output-tokens", asked.output_tokens, 64)?,
        }),
        DatasetName::Sharegpt => Source::Sharegpt {
            path: file("sharegpt", "`collector dataset fetch sharegpt` downloads the usual file")?,
            turns,
            output_tokens: asked.output_tokens.map(|tokens| at_least_one("output-tokens", tokens)).transpose()?,
            shuffle: !asked.disable_shuffle.unwrap_or(false),
        },
        DatasetName::Jsonl => {
            Source::Jsonl(file("jsonl", "a file with one `{\"prompt\": \"…\", \"output_tokens\": 128}` on each line")?)
        }
        DatasetName::Trace => Source::Trace {
            path: file(
                "trace",
                "a file with one `{\"timestamp\": 0, \"input_length\": 600, \"output_length\": 50, \"hash_ids\": [0, 1]}` \
                 on each line",
            )?,
            block_tokens: number("trace-block-tokens", asked.trace_block_tokens, BLOCK_TOKENS)?,
        },
    })
}

/// The endpoint: the one asked for, else the one that can carry what is sent.
///
/// # Errors
/// When turns are to be sent to an endpoint that has none.
pub fn endpoint(asked: Option<EndpointName>, source: &Source) -> anyhow::Result<Endpoint> {
    let turns = match source {
        Source::Sharegpt { turns, .. } => *turns as usize,
        Source::Random { .. } | Source::SharedPrefix(_) | Source::Jsonl(_) | Source::Trace { .. } => 1,
    };
    let endpoint = match asked {
        Some(EndpointName::ChatCompletions) => Endpoint::ChatCompletions,
        Some(EndpointName::Completions) => Endpoint::Completions,
        None if turns > 1 => Endpoint::ChatCompletions,
        None => Endpoint::Completions,
    };
    carries(endpoint, turns)?;
    Ok(endpoint)
}

/// Whether an endpoint can carry conversations of so many turns.
///
/// # Errors
/// When it cannot.
pub fn carries(endpoint: Endpoint, turns: usize) -> Result<(), Hinted> {
    match endpoint {
        Endpoint::Completions if turns > 1 => Err(Hinted::new(
            format!("conversations of {turns} turns cannot be sent to `--endpoint completions`, which has no turns"),
            "use --endpoint chat-completions, or send single prompts",
        )),
        Endpoint::Completions | Endpoint::ChatCompletions => Ok(()),
    }
}

/// Prompts that a level needs.
#[must_use]
pub fn need(level: Arrival, stop: Stop, num_prompts: Option<u32>, warmup: Warmup) -> Need {
    let measured = match stop {
        Stop::Requests(requests) => Amount::Exactly(requests as usize),
        Stop::Duration(seconds) => {
            let enough = || match (level.concurrency(), level.rate()) {
                (Some(streams), _) => streams.saturating_mul(PER_STREAM).max(LEAST),
                (None, Some(rate)) => (rate * seconds * SPARE).ceil().max(1.0) as u32,
                // A trace ends by itself.
                (None, None) => WHOLE_TRACE,
            };
            Amount::AtMost(num_prompts.unwrap_or_else(enough) as usize)
        }
    };
    Need { measured, warmup: warmup.requests(streams(level)) as usize }
}

/// The source as it is stored, and the benchmark's name. The file's hash is known once it is read.
#[must_use]
pub fn describe(source: &Source) -> (Workload, String) {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match source {
        Source::Sharegpt { path, turns, .. } => {
            let benchmark = if *turns > 1 { format!("sharegpt-{turns}-turns") } else { "sharegpt".into() };
            (Workload::Sharegpt { file: name(path), sha256: None, turns: (*turns > 1).then_some(*turns) }, benchmark)
        }
        Source::Jsonl(path) => (Workload::Jsonl { file: name(path), sha256: None }, "jsonl".into()),
        Source::Trace { path, .. } => (Workload::Trace { file: name(path), sha256: None }, "trace".into()),
        Source::Random { input_tokens, output_tokens } => (
            Workload::Random { input_tokens: *input_tokens, output_tokens: *output_tokens },
            format!("random-{input_tokens}-{output_tokens}"),
        ),
        Source::SharedPrefix(Shape { prefixes, prefix_tokens, input_tokens, output_tokens }) => (
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

/// The keys of a sweep file that resolve to this source again.
#[must_use]
pub fn keys(source: &Source, tokenizer: Option<&PathBuf>) -> SweepFile {
    let file = SweepFile { tokenizer: tokenizer.cloned(), ..SweepFile::default() };
    match source {
        Source::Random { input_tokens, output_tokens } => SweepFile {
            dataset: Some(DatasetName::Random),
            input_tokens: Some(*input_tokens),
            output_tokens: Some(*output_tokens),
            ..file
        },
        Source::SharedPrefix(Shape { prefixes, prefix_tokens, input_tokens, output_tokens }) => SweepFile {
            dataset: Some(DatasetName::SharedPrefix),
            prefixes: Some(*prefixes),
            prefix_tokens: Some(*prefix_tokens),
            input_tokens: Some(*input_tokens),
            output_tokens: Some(*output_tokens),
            ..file
        },
        Source::Sharegpt { path, turns, output_tokens, shuffle } => SweepFile {
            dataset: Some(DatasetName::Sharegpt),
            dataset_path: Some(path.clone()),
            turns: (*turns > 1).then_some(*turns),
            output_tokens: *output_tokens,
            disable_shuffle: (!shuffle).then_some(true),
            ..file
        },
        Source::Jsonl(path) => {
            SweepFile { dataset: Some(DatasetName::Jsonl), dataset_path: Some(path.clone()), ..file }
        }
        Source::Trace { path, block_tokens } => SweepFile {
            dataset: Some(DatasetName::Trace),
            dataset_path: Some(path.clone()),
            trace_block_tokens: Some(*block_tokens),
            ..file
        },
    }
}

#[cfg(test)]
#[path = "prompt_source_tests.rs"]
mod tests;
