//! Prompts from a ShareGPT file, chosen as `vllm bench serve` 0.32 chooses them for the same seed.
//!
//! Unlike it, never repeats a prompt when there are too few. Lengths come from the server's own tokenizer.

use std::collections::HashSet;

use futures_util::StreamExt;
use futures_util::stream;
use serde::Deserialize;

use crate::load::prompts::mt19937::Mt19937;
use crate::load::prompts::{Drawn, PromptRequest, TokenCounter};

/// Conversations whose lengths are asked for at once.
const AT_ONCE: usize = 16;
/// The rule of thumb where the server does not count.
const CHARS_PER_TOKEN: usize = 4;

#[derive(Deserialize)]
struct Conversation {
    #[serde(default)]
    conversations: Option<Vec<Turn>>,
}

#[derive(Deserialize)]
struct Turn {
    value: Option<String>,
}

/// Chooses so many prompts, fewer when the file has no more.
///
/// # Errors
/// When the text is not a JSON list of conversations.
pub async fn draw(text: &str, wanted: usize, seed: u64, counter: &impl TokenCounter) -> anyhow::Result<Drawn> {
    let entries: Vec<Conversation> = serde_json::from_str(text)?;
    let mut pairs: Vec<(String, String)> = entries.into_iter().filter_map(first_two_turns).collect();
    Mt19937::seeded(seed).shuffle(&mut pairs);
    let asked = counter.count("a").await.is_some();
    let mut lengths = stream::iter(pairs)
        .map(|(prompt, completion)| async move {
            let (input, output) = (length(counter, &prompt, asked).await, length(counter, &completion, asked).await);
            (prompt, input, output)
        })
        .buffered(AT_ONCE);
    let (mut prompts, mut seen, mut unknown, mut repeated) = (Vec::new(), HashSet::new(), 0usize, 0usize);
    while prompts.len() < wanted {
        let Some((prompt, input, output)) = lengths.next().await else { break };
        let (Some(input), Some(output)) = (input, output) else {
            unknown += 1;
            continue;
        };
        if !fits(input, output) {
            continue;
        }
        if seen.insert(prompt.clone()) {
            prompts.push(PromptRequest { prompt, output_tokens: output });
        } else {
            repeated += 1;
        }
    }
    let mut notes = Vec::new();
    if !asked {
        notes.push("the server has no /tokenize, so ShareGPT lengths were taken as 4 characters a token".to_owned());
    }
    if repeated > 0 {
        notes.push(format!("{repeated} ShareGPT prompts that repeat an earlier one were passed over"));
    }
    if unknown > 0 {
        notes.push(format!("{unknown} ShareGPT conversations that the server would not tokenize were left out"));
    }
    Ok(Drawn { prompts, notes })
}

/// The first two turns, whoever said them.
fn first_two_turns(entry: Conversation) -> Option<(String, String)> {
    let mut turns = entry.conversations?.into_iter();
    Some((turns.next()?.value?, turns.next()?.value?))
}

async fn length(counter: &impl TokenCounter, text: &str, asked: bool) -> Option<u32> {
    if asked {
        return counter.count(text).await;
    }
    u32::try_from(text.chars().count().div_ceil(CHARS_PER_TOKEN)).ok()
}

/// vLLM's `is_valid_sequence`.
fn fits(input: u32, output: u32) -> bool {
    input >= 4 && output >= 4 && input <= 1024 && input + output <= 2048
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::prompts::counters::{Silent, Words};

    /// Ten conversations, the n-th of which begins with its number.
    fn ten() -> String {
        let entries: Vec<String> = (0..10)
            .map(|n| {
                format!(
                    "{{\"id\":\"{n}\",\"conversations\":[{{\"from\":\"gpt\",\"value\":\"{n} b c d\"}},{{\"from\":\"x\",\"value\":\"e f g h i\"}}]}}"
                )
            })
            .collect();
        format!(
            "[{}, {{\"conversations\":[{{\"from\":\"human\",\"value\":\"alone\"}}]}}, {{\"id\":\"none\"}}]",
            entries.join(",")
        )
    }

    #[tokio::test]
    async fn order_is_that_of_pythons_shuffle() {
        let drawn = draw(&ten(), 10, 0, &Words).await.unwrap();
        let order: Vec<&str> = drawn.prompts.iter().map(|request| &request.prompt[..1]).collect();
        assert_eq!(order, ["7", "8", "1", "5", "3", "4", "2", "0", "9", "6"]);
        assert!(drawn.prompts.iter().all(|request| request.output_tokens == 5) && drawn.notes.is_empty());
    }

    #[tokio::test]
    async fn stops_when_it_has_enough_and_never_repeats() {
        assert_eq!(draw(&ten(), 3, 0, &Words).await.unwrap().prompts.len(), 3);
        assert_eq!(draw(&ten(), 50, 0, &Words).await.unwrap().prompts.len(), 10);
    }

    #[tokio::test]
    async fn a_repeated_prompt_is_passed_over_and_another_taken() {
        let text = ten().replace("\"1 b c d\"", "\"8 b c d\"");
        let drawn = draw(&text, 3, 0, &Words).await.unwrap();
        let order: Vec<&str> = drawn.prompts.iter().map(|request| &request.prompt[..1]).collect();
        assert_eq!((order, drawn.notes.len()), (vec!["7", "8", "5"], 1));
    }

    #[tokio::test]
    async fn without_a_tokenizer_it_estimates_and_says_so() {
        let drawn = draw(&ten(), 3, 0, &Silent).await.unwrap();
        // "e f g h i" is nine characters: three tokens by the rule of thumb, so too short.
        assert_eq!((drawn.prompts.len(), drawn.notes.len()), (0, 1));
    }

    #[test]
    fn the_length_rules() {
        let cases = [((4, 4), true), ((3, 9), false), ((9, 3), false), ((1025, 9), false), ((1024, 1024), true)];
        for ((input, output), expected) in cases {
            assert_eq!(fits(input, output), expected, "{input} {output}");
        }
        assert!(!fits(1000, 1049));
    }

    #[tokio::test]
    async fn broken_json_names_its_line() {
        let error = draw("[\n{\"conversations\": [}\n]", 1, 0, &Words).await.unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}
