//! The prompts of a sweep: drawn from their source and divided among the levels. No prompt is sent twice.
//!
//! Measured prompts come first, level after level, then the warm-ups; so the first level of a ShareGPT sweep gets
//! exactly the prompts that `vllm bench serve` takes for the same seed and number.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use crate::load::prompts::dataset_file::read;
pub use crate::load::prompts::level_prompts::{LevelPrompts, PromptCount, PromptsNeeded};
use crate::load::prompts::level_prompts::{PromptShare, deal, share, stretches};
use crate::load::prompts::preparation::Preparation;
use crate::load::prompts::shared_prefix::SharedPrefixShape;
use crate::load::prompts::sharegpt::ShareGptSelection;
use crate::load::prompts::trace_file::Trace;
use crate::load::prompts::{
    Conversation, DrawnPrompts, TokenCounter, prompt_file, random_words, shared_prefix, sharegpt, sharegpt_file, trace,
    trace_file,
};

/// Where prompts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptSource {
    /// Conversations of a ShareGPT file.
    Sharegpt {
        /// The file.
        path: PathBuf,
        /// Most turns of a conversation that are sent.
        turns: u32,
        /// Output tokens per request; absent means as many as the recorded response has.
        output_tokens: Option<u32>,
        /// Whether conversations are shuffled before they are chosen.
        shuffle: bool,
    },
    /// Random words.
    Random {
        /// Prompt tokens a request.
        input_tokens: u32,
        /// Output tokens a request.
        output_tokens: u32,
    },
    /// Random words after shared prefixes.
    SharedPrefix(SharedPrefixShape),
    /// A file of one JSON object a line.
    Jsonl(PathBuf),
    /// A recorded trace.
    Trace {
        /// The file.
        path: PathBuf,
        /// Prompt tokens that one hash id stands for.
        block_tokens: u32,
    },
}

/// All prompts of a sweep, divided among its levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompts {
    /// In the order of the levels.
    pub levels: Vec<LevelPrompts>,
    /// SHA-256 of the file they came from.
    pub sha256: Option<String>,
    /// Notes for the result file.
    pub notes: Vec<String>,
}

impl Prompts {
    /// Turns of the longest conversation.
    #[must_use]
    pub fn most_turns(&self) -> usize {
        let all = self.levels.iter().flat_map(|level| level.measured.iter().chain(&level.warmup));
        all.map(|conversation| conversation.turns.len()).max().unwrap_or(0)
    }
}

/// Draws the prompts that the sweep needs and divides them among its levels.
///
/// # Errors
/// When the file cannot be read or understood, or does not hold as many different prompts as are needed.
pub async fn prepare(
    source: &PromptSource,
    needs: &[PromptsNeeded],
    seed: u64,
    counter: &impl TokenCounter,
    preparation: &Arc<Preparation>,
) -> anyhow::Result<Prompts> {
    let whole: Vec<PromptShare> = needs.iter().map(PromptsNeeded::whole).collect();
    let stretches = stretches(&whole);
    let total = stretches.iter().sum();
    preparation.wants(total);
    let (drawn, sha256) = match source {
        PromptSource::Sharegpt { path, turns, output_tokens, shuffle } => {
            let choice = ShareGptSelection {
                wanted: total,
                seed,
                shuffle: *shuffle,
                turns: *turns,
                output_tokens: *output_tokens,
            };
            let most = 2 * *turns as usize;
            let parsed = read(path, preparation, move |reader| Ok(sharegpt_file::parse(reader, most)?)).await;
            let (found, hash) = parsed.with_context(|| named("ShareGPT", path))?;
            (sharegpt::choose(found.kept, &choice, counter, preparation).await, Some(hash))
        }
        PromptSource::Jsonl(path) => {
            let parsed = read(path, preparation, |reader| prompt_file::parse(reader)).await;
            let (drawn, hash) = parsed.with_context(|| named("prompt", path))?;
            (drawn, Some(hash))
        }
        PromptSource::Random { input_tokens, output_tokens } => {
            (random_words::draw(total, *input_tokens, *output_tokens, seed, counter, preparation).await, None)
        }
        PromptSource::SharedPrefix(shape) => {
            (shared_prefix::draw(&stretches, *shape, seed, counter, preparation).await, None)
        }
        PromptSource::Trace { path, block_tokens } => {
            let parsed = read(path, preparation, |reader| trace_file::parse(reader)).await;
            let (trace, hash) = parsed.with_context(|| named("trace", path))?;
            let prompts = replayed(trace, needs, *block_tokens, seed, counter, preparation).await?;
            return Ok(Prompts { sha256: Some(hash), ..prompts });
        }
    };
    let DrawnPrompts { conversations, mut notes } = drawn;
    let found = conversations.len();
    let mut seen = HashSet::new();
    let distinct: Vec<Conversation> =
        conversations.into_iter().filter(|it| seen.insert(it.turns[0].prompt.clone())).collect();
    let (shares, short) = share(needs, distinct.len(), found)?;
    notes.extend(short);
    if distinct.len() < found {
        notes.push(format!("{} prompts that repeat an earlier one were left out", found - distinct.len()));
    }
    Ok(Prompts { levels: deal(&shares, distinct), sha256, notes })
}

/// A trace's requests, those it repeats included: what the cache found then it shall find now.
async fn replayed(
    trace: Trace,
    needs: &[PromptsNeeded],
    block_tokens: u32,
    seed: u64,
    counter: &impl TokenCounter,
    preparation: &Preparation,
) -> anyhow::Result<Prompts> {
    let (shares, mut notes, drawn) = match trace {
        Trace::Outlines(lines) => {
            let (shares, notes) = PromptShare::of_a_trace(needs, lines.len())?;
            let drawn = trace::draw(&lines, block_tokens, &stretches(&shares), seed, counter, preparation).await;
            (shares, notes, drawn)
        }
        Trace::Prompts(lines) => {
            let (shares, notes) = share(needs, lines.len(), lines.len())?;
            let with_time = |(at, request)| Conversation { at: Some(at), turns: vec![request] };
            let conversations = lines.into_iter().map(with_time).collect();
            (shares, notes, DrawnPrompts { conversations, notes: Vec::new() })
        }
    };
    let levels = deal(&shares, drawn.conversations);
    notes.extend(drawn.notes);
    let repeated: usize = levels.iter().map(repeated).sum();
    if repeated > 0 {
        notes.push(format!(
            "requests of the trace that repeat an earlier one of their level, as it was recorded: {repeated}"
        ));
    }
    Ok(Prompts { levels, sha256: None, notes })
}

/// Requests of a level that were sent before in it, word for word.
fn repeated(level: &LevelPrompts) -> usize {
    let mut seen = HashSet::new();
    level.measured.iter().filter(|it| !seen.insert(&it.turns[0].prompt)).count()
}

fn named(kind: &str, path: &Path) -> String {
    format!("failed to read {kind} file `{}`", path.display())
}

#[cfg(test)]
#[path = "workload_tests.rs"]
mod tests;
