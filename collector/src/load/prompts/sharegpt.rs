//! Prompts from ShareGPT conversations, chosen as `vllm bench serve` 0.32 chooses them for the same seed.
//!
//! Unlike it, never repeats a prompt when there are too few, and can send more than a conversation's first turn.

use std::collections::HashSet;

use futures_util::StreamExt;
use futures_util::stream;

use crate::load::prompts::mt19937::Mt19937;
use crate::load::prompts::preparation::Preparation;
use crate::load::prompts::sharegpt_file::RecordedTurn;
use crate::load::prompts::{Conversation, DrawnPrompts, PromptRequest, TokenCounter};

/// Conversations whose lengths are asked for at once.
const AT_ONCE: usize = 16;
/// The rule of thumb where nobody counts.
const CHARS_PER_TOKEN: usize = 4;
/// Prompts and recorded answers of one conversation together; turns that would go past it are left out.
const MOST_TOKENS: u32 = 4096;

/// Which conversations to select from a ShareGPT file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareGptSelection {
    /// Number of conversations.
    pub wanted: usize,
    /// Seed of the shuffle.
    pub seed: u64,
    /// Whether they are shuffled; else they come in the file's order.
    pub shuffle: bool,
    /// Most turns of each that are sent.
    pub turns: u32,
    /// Output tokens per request; absent means as many as the recorded response has.
    pub output_tokens: Option<u32>,
}

/// What became of a conversation.
enum Verdict {
    Fits(Conversation),
    Unfit,
    Uncounted,
}

/// Chooses so many conversations, fewer when there are no more. Counts no further than it must.
pub async fn choose(
    mut entries: Vec<Vec<RecordedTurn>>,
    choice: &ShareGptSelection,
    counter: &impl TokenCounter,
    preparation: &Preparation,
) -> DrawnPrompts {
    if choice.shuffle {
        Mt19937::seeded(choice.seed).shuffle(&mut entries);
    }
    let counted = counter.count("a").await.is_some();
    let mut verdicts = stream::iter(entries).map(|entry| judge(entry, choice, counter, counted)).buffered(AT_ONCE);
    let (mut conversations, mut seen, mut unknown, mut repeated) = (Vec::new(), HashSet::new(), 0usize, 0usize);
    while conversations.len() < choice.wanted {
        let Some(verdict) = verdicts.next().await else { break };
        preparation.considers();
        match verdict {
            Verdict::Uncounted => unknown += 1,
            Verdict::Unfit => {}
            Verdict::Fits(conversation) if !seen.insert(conversation.turns[0].prompt.clone()) => repeated += 1,
            Verdict::Fits(conversation) => {
                conversations.push(conversation);
                preparation.readies();
            }
        }
    }
    let mut notes = Vec::new();
    if !counted {
        notes.push(format!(
            "the server has no /tokenize and no --tokenizer was given, so ShareGPT lengths were taken as \
             {CHARS_PER_TOKEN} characters a token"
        ));
    }
    if repeated > 0 {
        notes.push(format!("{repeated} ShareGPT prompts that repeat an earlier one were passed over"));
    }
    if unknown > 0 {
        notes.push(format!("{unknown} ShareGPT conversations that could not be tokenized were left out"));
    }
    if choice.turns > 1 {
        let turns: usize = conversations.iter().map(|conversation| conversation.turns.len()).sum();
        notes.push(format!("{} ShareGPT conversations have {turns} turns together", conversations.len()));
    }
    if let Some(tokens) = choice.output_tokens {
        notes.push(format!("every answer was asked to have {tokens} tokens, whatever the recorded one has"));
    }
    if !choice.shuffle {
        notes.push("ShareGPT conversations were taken in the file's order, not shuffled".to_owned());
    }
    DrawnPrompts { conversations, notes }
}

/// Makes a conversation's turns into requests, as far as they fit.
async fn judge(
    entry: Vec<RecordedTurn>,
    choice: &ShareGptSelection,
    counter: &impl TokenCounter,
    counted: bool,
) -> Verdict {
    let many = choice.turns > 1;
    let mut requests: Vec<PromptRequest> = Vec::new();
    let mut total = 0u32;
    for turn in entry.chunks_exact(2).take(choice.turns as usize) {
        let [said, answered] = turn else { break };
        // vLLM does not look at who speaks, and sends one turn only. With more, answers must be the model's own.
        if many && (!said.human || answered.human) {
            break;
        }
        let Some(input) = length(counter, &said.text, counted).await else { return uncounted(requests) };
        let first = requests.is_empty();
        // The answer's length cannot save a prompt that does not fit; most of a file's text is in answers.
        if if first { !prompt_fits(input) } else { input == 0 } {
            break;
        }
        let output = match choice.output_tokens {
            Some(tokens) => tokens,
            None => match length(counter, &answered.text, counted).await {
                Some(output) => output,
                None => return uncounted(requests),
            },
        };
        total = total.saturating_add(input).saturating_add(output);
        let answer_fits = choice.output_tokens.is_some() || output >= if first { MIN_TOKENS } else { 1 };
        if !answer_fits || total > if first { MOST_FIRST_TURN } else { MOST_TOKENS } {
            break;
        }
        requests.push(PromptRequest { prompt: said.text.to_string(), output_tokens: output });
    }
    if requests.is_empty() { Verdict::Unfit } else { Verdict::Fits(Conversation { at: None, turns: requests }) }
}

/// A turn that cannot be counted ends a conversation, or keeps it from beginning.
fn uncounted(requests: Vec<PromptRequest>) -> Verdict {
    if requests.is_empty() { Verdict::Uncounted } else { Verdict::Fits(Conversation { at: None, turns: requests }) }
}

/// Tokens of a text, by the rule of thumb where nobody counts.
pub async fn length(counter: &impl TokenCounter, text: &str, counted: bool) -> Option<u32> {
    if counted {
        return counter.count(text).await;
    }
    u32::try_from(text.chars().count().div_ceil(CHARS_PER_TOKEN)).ok()
}

// vLLM's `is_valid_sequence`.
const MIN_TOKENS: u32 = 4;
const MOST_PROMPT: u32 = 1024;
const MOST_FIRST_TURN: u32 = 2048;

fn prompt_fits(input: u32) -> bool {
    (MIN_TOKENS..=MOST_PROMPT).contains(&input)
}

#[cfg(test)]
#[path = "sharegpt_tests.rs"]
mod tests;
