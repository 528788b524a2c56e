//! Prompts of random words with an asked-for number of tokens, each different from the first word on.

use futures_util::StreamExt;
use futures_util::stream;

use crate::load::prompts::preparation::Preparation;
use crate::load::prompts::vocabulary::{AT_ONCE, GeneratedText, Vocabulary, generator, note_on_lengths};
use crate::load::prompts::{DrawnPrompts, PromptRequest, TokenCounter};

/// Draws so many prompts. Falls short of none.
pub async fn draw(
    count: usize,
    input_tokens: u32,
    output_tokens: u32,
    seed: u64,
    counter: &impl TokenCounter,
    preparation: &Preparation,
) -> DrawnPrompts {
    let vocabulary = Vocabulary::of(counter).await;
    let texts: Vec<GeneratedText> = stream::iter(0..count)
        .map(|number| vocabulary.text(input_tokens, generator(seed, number as u64), counter))
        .buffered(AT_ONCE)
        .inspect(|_| preparation.readies())
        .collect()
        .await;
    let missed = texts.iter().filter(|text| !text.exact).count();
    DrawnPrompts {
        conversations: texts
            .into_iter()
            .map(|text| PromptRequest { prompt: text.text, output_tokens }.into())
            .collect(),
        notes: note_on_lengths(&vocabulary, missed, count).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::prompts::counters::{Marked, Silent};

    #[tokio::test]
    async fn lengths_are_exact_where_somebody_counts() {
        let drawn = draw(50, 64, 9, 7, &Marked, &Preparation::default()).await;
        for conversation in &drawn.conversations {
            assert_eq!(Marked.count(&conversation.turns[0].prompt).await, Some(64));
        }
        assert!(drawn.notes.is_empty(), "{:?}", drawn.notes);
    }

    #[tokio::test]
    async fn without_counts_a_word_is_a_token_and_it_says_so() {
        let drawn = draw(3, 10, 9, 7, &Silent, &Preparation::default()).await;
        let words = drawn.conversations[0].turns[0].prompt.split(' ').count();
        assert_eq!((words, drawn.notes.len()), (10, 1));
    }
}
