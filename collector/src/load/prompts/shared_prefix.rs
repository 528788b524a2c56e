//! Prompts of random words after one of a few long prefixes, to measure the prefix cache.
//!
//! Every stretch (a level, or its warm-up) has beginnings of its own, so that none finds another's in the cache.

use futures_util::StreamExt;
use futures_util::stream;

use crate::load::prompts::preparation::Preparation;
use crate::load::prompts::vocabulary::{AT_ONCE, GeneratedText, Vocabulary, generator, note_on_lengths};
use crate::load::prompts::{DrawnPrompts, PromptRequest, TokenCounter};

/// Beginnings come from another part of the generator than what follows them.
const BEGINNINGS: u64 = 1 << 40;

/// Number of prefixes, and lengths of such prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedPrefixShape {
    /// Different prefixes in a level.
    pub prefixes: u32,
    /// Tokens of each prefix.
    pub prefix_tokens: u32,
    /// Prompt tokens after the prefix.
    pub input_tokens: u32,
    /// Output tokens per request.
    pub output_tokens: u32,
}

/// Draws prompts for stretches of these lengths, one after the other. The beginnings of a stretch take turns.
pub async fn draw(
    stretches: &[usize],
    shape: SharedPrefixShape,
    seed: u64,
    counter: &impl TokenCounter,
    preparation: &Preparation,
) -> DrawnPrompts {
    let vocabulary = Vocabulary::of(counter).await;
    let prefixes = shape.prefixes.max(1) as usize;
    let beginnings: Vec<GeneratedText> = stream::iter(0..stretches.len() * prefixes)
        .map(|number| vocabulary.text(shape.prefix_tokens, generator(seed, BEGINNINGS + number as u64), counter))
        .buffered(AT_ONCE)
        .collect()
        .await;
    let turns = stretches
        .iter()
        .enumerate()
        .flat_map(|(stretch, count)| (0..*count).map(move |number| stretch * prefixes + number % prefixes));
    let beginnings = &beginnings;
    let vocabulary = &vocabulary;
    let texts: Vec<GeneratedText> = stream::iter(turns.enumerate())
        .map(|(number, beginning)| async move {
            let random = generator(seed, number as u64);
            let beginning = &beginnings[beginning];
            let wanted = shape.prefix_tokens.saturating_add(shape.input_tokens);
            let text = vocabulary.continued(&beginning.text, shape.input_tokens, wanted, random, counter).await;
            GeneratedText { exact: text.exact && beginning.exact, ..text }
        })
        .buffered(AT_ONCE)
        .inspect(|_| preparation.readies())
        .collect()
        .await;
    let missed = texts.iter().filter(|text| !text.exact).count();
    let notes = note_on_lengths(vocabulary, missed, texts.len()).into_iter().collect();
    let request = |text: GeneratedText| PromptRequest { prompt: text.text, output_tokens: shape.output_tokens }.into();
    DrawnPrompts { conversations: texts.into_iter().map(request).collect(), notes }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;
    use crate::load::prompts::counters::{Marked, Silent};
    use crate::load::prompts::tokenizer::LocalTokenizer;

    const SHAPE: SharedPrefixShape =
        SharedPrefixShape { prefixes: 3, prefix_tokens: 24, input_tokens: 12, output_tokens: 5 };

    async fn texts(stretches: &[usize], counter: &impl TokenCounter) -> Vec<String> {
        let drawn = draw(stretches, SHAPE, 1, counter, &Preparation::default()).await;
        drawn.conversations.into_iter().map(|mut it| it.turns.remove(0).prompt).collect()
    }

    /// How often each beginning occurs, told by its first words.
    fn beginnings(texts: &[String]) -> HashMap<String, usize> {
        let mut found = HashMap::new();
        for text in texts {
            let words: Vec<&str> = text.split(' ').take(10).collect();
            *found.entry(words.join(" ")).or_default() += 1;
        }
        found
    }

    #[tokio::test]
    async fn prompts_differ_and_their_beginnings_take_turns() {
        let texts = texts(&[9, 4], &Marked).await;
        assert_eq!(texts.iter().collect::<HashSet<_>>().len(), 13);
        for text in &texts {
            assert_eq!(Marked.count(text).await, Some(36));
        }
        let (first, second) = (beginnings(&texts[..9]), beginnings(&texts[9..]));
        assert_eq!(first.values().copied().collect::<Vec<_>>(), [3, 3, 3]);
        assert_eq!(second.len(), 3);
        // The second stretch has beginnings of its own.
        assert!(first.keys().all(|beginning| !second.contains_key(beginning)));
    }

    #[tokio::test]
    async fn without_counts_a_word_is_a_token() {
        let texts = texts(&[4], &Silent).await;
        assert!(texts.iter().all(|text| text.split(' ').count() == 36));
    }

    #[tokio::test]
    async fn a_real_tokenizer_counts_what_was_asked_for() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/sharegpt/tokenizer.json");
        let tokenizer = LocalTokenizer::read(file.as_ref()).unwrap();
        let shape = SharedPrefixShape { prefix_tokens: 256, ..SHAPE };
        let drawn = draw(&[30], shape, 1, &tokenizer, &Preparation::default()).await;
        assert!(drawn.notes.is_empty(), "{:?}", drawn.notes);
        assert!(drawn.conversations.iter().all(|it| tokenizer.tokens(&it.turns[0].prompt) == Some(268)));
    }
}
