//! What a file of prompts holds: how many, how many of them a sweep can use, and how long they are.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use futures_util::StreamExt;
use futures_util::stream;

use crate::load::prompts::dataset_file;
use crate::load::prompts::preparation::Preparation;
use crate::load::prompts::sharegpt::{self, ShareGptSelection};
use crate::load::prompts::trace_file::{self, Trace};
use crate::load::prompts::{Conversation, TokenCounter, prompt_file, sharegpt_file};

/// Prompts that are counted at once.
const AT_ONCE: usize = 16;
/// Enough of a file to tell what it is.
const BEGINNING: u64 = 1 << 20;

/// Kinds of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A JSON list.
    Sharegpt,
    /// Lines with time stamps.
    Trace,
    /// Other lines.
    Jsonl,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// What it is.
    pub kind: Kind,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Conversations, or lines.
    pub total: usize,
    /// Those that a sweep can use, each different from the others.
    pub usable: usize,
    /// Tokens of the usable ones' first prompts.
    pub prompt_tokens: Vec<u32>,
    /// Output tokens asked for with them.
    pub output_tokens: Vec<u32>,
    /// What to know about it.
    pub notes: Vec<String>,
}

/// Reads the file and counts.
///
/// # Errors
/// When it cannot be read or is none of the kinds.
pub async fn survey(
    path: &Path,
    counter: &impl TokenCounter,
    preparation: &Arc<Preparation>,
) -> anyhow::Result<Survey> {
    let named = || format!("failed to read `{}`", path.display());
    let kind = kind_of(path).with_context(named)?;
    let mut notes = Vec::new();
    let (total, conversations, sha256) = match kind {
        Kind::Sharegpt => {
            let read = dataset_file::read(path, preparation, |reader| Ok(sharegpt_file::parse(reader, 2)?));
            let (found, sha256) = read.await.with_context(named)?;
            let all = ShareGptSelection { wanted: usize::MAX, seed: 0, shuffle: false, turns: 1, output_tokens: None };
            let drawn = sharegpt::choose(found.kept, &all, counter, preparation).await;
            notes.extend(drawn.notes.into_iter().filter(|note| note.contains("repeat")));
            (found.total, drawn.conversations, sha256)
        }
        Kind::Jsonl => {
            let read = dataset_file::read(path, preparation, |reader| prompt_file::parse(reader));
            let (drawn, sha256) = read.await.with_context(named)?;
            (drawn.conversations.len(), different(drawn.conversations), sha256)
        }
        Kind::Trace => {
            let read = dataset_file::read(path, preparation, |reader| trace_file::parse(reader));
            let (trace, sha256) = read.await.with_context(named)?;
            let lasts = |at: std::time::Duration| format!("the trace lasts {:.1} seconds", at.as_secs_f64());
            match trace {
                Trace::Outlines(lines) => {
                    notes.extend(lines.last().map(|line| lasts(line.at)));
                    return Ok(Survey {
                        kind,
                        sha256,
                        total: lines.len(),
                        usable: lines.len(),
                        prompt_tokens: lines.iter().map(|line| line.input_tokens).collect(),
                        output_tokens: lines.iter().map(|line| line.output_tokens).collect(),
                        notes,
                    });
                }
                Trace::Prompts(lines) => {
                    notes.extend(lines.last().map(|line| lasts(line.0)));
                    let conversations: Vec<Conversation> =
                        lines.into_iter().map(|(_, request)| request.into()).collect();
                    (conversations.len(), conversations, sha256)
                }
            }
        }
    };
    let counted = counter.count("a").await.is_some();
    if !counted {
        notes.push("4 characters were taken for a token; --tokenizer counts them".to_owned());
    }
    let prompt_tokens: Vec<Option<u32>> = stream::iter(&conversations)
        .map(|it| sharegpt::length(counter, &it.turns[0].prompt, counted))
        .buffered(AT_ONCE)
        .collect()
        .await;
    Ok(Survey {
        kind,
        sha256,
        total,
        usable: conversations.len(),
        prompt_tokens: prompt_tokens.into_iter().flatten().collect(),
        output_tokens: conversations.iter().map(|it| it.turns[0].output_tokens).collect(),
        notes,
    })
}

fn different(conversations: Vec<Conversation>) -> Vec<Conversation> {
    let mut seen = std::collections::HashSet::new();
    conversations.into_iter().filter(|it| seen.insert(it.turns[0].prompt.clone())).collect()
}

/// Told by the first line that is not blank.
fn kind_of(path: &Path) -> anyhow::Result<Kind> {
    let mut reader = BufReader::new(File::open(path)?.take(BEGINNING));
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let text = line.trim_ascii();
        match text.first() {
            None => line.clear(),
            Some(b'[') => return Ok(Kind::Sharegpt),
            Some(_) => {
                let value: Option<serde_json::Value> = serde_json::from_slice(text).ok();
                let timed = value.is_some_and(|value| value.get("timestamp").is_some());
                return Ok(if timed { Kind::Trace } else { Kind::Jsonl });
            }
        }
    }
    anyhow::bail!("the file is empty")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::prompts::counters::{Silent, Words};

    async fn surveyed(text: &str, counter: &impl TokenCounter) -> anyhow::Result<Survey> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        survey(file.path(), counter, &Arc::default()).await
    }

    #[tokio::test]
    async fn each_kind_is_known_by_its_content() {
        let turn = |text: &str| format!("{{\"from\": \"human\", \"value\": \"{text}\"}}");
        let conversation = |a: &str, b: &str| format!("{{\"conversations\": [{}, {}]}}", turn(a), turn(b));
        let list = [
            conversation("a b c d", "1 2 3 4 5"),
            conversation("a b", "1 2 3 4"),
            conversation("a b c d", "again and so on"),
            "{\"id\": 4}".to_owned(),
        ];
        let found = surveyed(&format!("\n [{}]", list.join(",")), &Words).await.unwrap();
        assert_eq!((found.kind, found.total, found.usable), (Kind::Sharegpt, 4, 1));
        assert_eq!((found.prompt_tokens, found.output_tokens, found.notes.len()), (vec![4], vec![5], 1));

        let line = "{\"prompt\": \"a b\", \"output_tokens\": 3}\n";
        let found = surveyed(&format!("\n{line}{line}"), &Words).await.unwrap();
        assert_eq!((found.kind, found.total, found.usable), (Kind::Jsonl, 2, 1));

        let line = |ms: u32| format!("{{\"timestamp\": {ms}, \"input_length\": 9, \"output_length\": 3}}\n");
        let found = surveyed(&(line(0) + &line(2500)), &Words).await.unwrap();
        assert_eq!((found.kind, found.prompt_tokens), (Kind::Trace, vec![9, 9]));
        assert_eq!(found.notes, ["the trace lasts 2.5 seconds"]);
    }

    #[tokio::test]
    async fn without_a_tokenizer_it_estimates_and_says_so() {
        let found = surveyed("{\"prompt\": \"12345678\", \"output_tokens\": 3}\n", &Silent).await.unwrap();
        assert_eq!((found.prompt_tokens, found.notes.len()), (vec![2], 1));
    }

    #[tokio::test]
    async fn an_empty_file_is_no_dataset() {
        assert!(format!("{:#}", surveyed(" \n", &Words).await.unwrap_err()).contains("empty"));
    }
}
