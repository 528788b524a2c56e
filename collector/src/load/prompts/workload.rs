//! The prompts of a sweep: where they come from, and which level gets which. No prompt is sent twice.
//!
//! Measured prompts come first, level after level, then the warm-ups; so the first level of a ShareGPT sweep gets
//! exactly the prompts that `vllm bench serve` takes for the same seed and number.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::files::sha256_hex;
use crate::load::prompts::{Conversation, Drawn, PromptRequest, TokenCounter, prompt_file, random_words, sharegpt};
use crate::printer::Hinted;

/// What one level sends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LevelPrompts {
    /// Sent first and thrown away.
    pub warmup: Vec<Conversation>,
    /// Sent and measured.
    pub measured: Vec<Conversation>,
}

/// How many prompts each level needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// For warming up.
    pub warmup: usize,
    /// For measuring.
    pub measured: usize,
}

/// Where prompts come from, as the reader asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Conversations of a ShareGPT file.
    Sharegpt(PathBuf),
    /// Random words.
    Random {
        /// Prompt tokens a request.
        input_tokens: u32,
        /// Output tokens a request.
        output_tokens: u32,
    },
    /// A file of one JSON object a line.
    Jsonl(PathBuf),
}

/// All prompts of a sweep, dealt to its levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompts {
    /// In the order of the levels.
    pub levels: Vec<LevelPrompts>,
    /// SHA-256 of the file they came from.
    pub sha256: Option<String>,
    /// What a reader of the result should know about them.
    pub notes: Vec<String>,
}

/// Draws every prompt the sweep needs and deals them to its levels.
///
/// # Errors
/// When the file cannot be read or understood, or does not hold as many different prompts as are needed.
pub async fn prepare(
    source: &Source,
    needs: &[Need],
    seed: u64,
    counter: &impl TokenCounter,
) -> anyhow::Result<Prompts> {
    let total = needs.iter().map(|need| need.measured + need.warmup).sum();
    let (drawn, sha256) = match source {
        Source::Sharegpt(path) => {
            let text = read(path)?;
            let named = || format!("failed to read ShareGPT file `{}`", path.display());
            let drawn = sharegpt::draw(&text, total, seed, counter).await.with_context(named)?;
            (drawn, Some(sha256_hex(text.as_bytes())))
        }
        Source::Jsonl(path) => {
            let text = read(path)?;
            let named = || format!("failed to read prompt file `{}`", path.display());
            (prompt_file::parse(&text).with_context(named)?, Some(sha256_hex(text.as_bytes())))
        }
        Source::Random { input_tokens, output_tokens } => {
            (random_words::draw(total, *input_tokens, *output_tokens, seed, counter).await, None)
        }
    };
    let Drawn { prompts, mut notes } = drawn;
    let found = prompts.len();
    let mut seen = HashSet::new();
    let mut distinct: Vec<PromptRequest> =
        prompts.into_iter().filter(|request| seen.insert(request.prompt.clone())).collect();
    if distinct.len() < total {
        return Err(too_few(needs, total, distinct.len(), found).into());
    }
    if distinct.len() < found {
        notes.push(format!("{} prompts that repeat an earlier one were left out", found - distinct.len()));
    }
    let n_measured: usize = needs.iter().map(|need| need.measured).sum();
    let mut warmups = distinct.split_off(n_measured).into_iter();
    let mut measured = distinct.into_iter();
    let levels = needs
        .iter()
        .map(|need| LevelPrompts {
            measured: measured.by_ref().take(need.measured).map(Conversation::from).collect(),
            warmup: warmups.by_ref().take(need.warmup).map(Conversation::from).collect(),
        })
        .collect();
    Ok(Prompts { levels, sha256, notes })
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("failed to read prompts from `{}`", path.display()))
}

fn too_few(needs: &[Need], total: usize, distinct: usize, found: usize) -> Hinted {
    let measured: usize = needs.iter().map(|need| need.measured).sum();
    let holds = if distinct == found { "usable prompts" } else { "different usable prompts" };
    Hinted::new(
        format!(
            "the sweep needs {total} different prompts ({} levels: {measured} measured, {} for warming up), \
             but the dataset holds {distinct} {holds}",
            needs.len(),
            total - measured
        ),
        "a prompt sent twice would be answered from the prefix cache; lower --num-prompts, name fewer levels, \
         or use a larger dataset",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::prompts::counters::Words;

    #[tokio::test]
    async fn every_level_gets_its_own_prompts() {
        let needs = [Need { warmup: 1, measured: 20 }, Need { warmup: 4, measured: 20 }];
        let source = Source::Random { input_tokens: 12, output_tokens: 5 };
        let prompts = prepare(&source, &needs, 0, &Words).await.unwrap();
        let all: HashSet<&Conversation> =
            prompts.levels.iter().flat_map(|level| level.measured.iter().chain(&level.warmup)).collect();
        assert_eq!(all.len(), 45);
        assert_eq!((prompts.levels[1].warmup.len(), prompts.levels[1].measured.len()), (4, 20));
        assert!(all.iter().all(|request| request.turns[0].prompt.split_whitespace().count() == 12));
        assert_eq!(prompts, prepare(&source, &needs, 0, &Words).await.unwrap());
        assert_ne!(prompts, prepare(&source, &needs, 1, &Words).await.unwrap());
    }

    #[tokio::test]
    async fn too_small_a_file_says_how_many_are_needed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("few.jsonl");
        let line = "{\"prompt\": \"a\", \"output_tokens\": 1}\n";
        std::fs::write(&path, format!("{line}{line}")).unwrap();
        let error = prepare(&Source::Jsonl(path), &[Need { warmup: 1, measured: 2 }], 0, &Words).await.unwrap_err();
        assert!(error.to_string().contains("needs 3 different prompts"), "{error}");
        assert!(error.to_string().contains("holds 1 different"), "{error}");
    }
}
