//! Prompts for a trace of which only lengths are known: random words, the same for the same block of the prompt.
//!
//! So the prefix cache finds what it found when the trace was recorded. Every stretch (a level, or its warm-up) has
//! words of its own: the same requests, but nothing that another stretch left in the cache.

use futures_util::StreamExt;
use futures_util::stream;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::load::prompts::preparation::Preparation;
use crate::load::prompts::trace_file::TraceRequest;
use crate::load::prompts::vocabulary::{AT_ONCE, GeneratedText, Vocabulary, note_on_lengths};
use crate::load::prompts::{Conversation, DrawnPrompts, PromptRequest, TokenCounter};

/// Draws prompts for stretches of these lengths, each of which begins at the trace's first request. A stretch that is
/// longer than the trace begins again with other words.
pub async fn draw(
    trace: &[TraceRequest],
    block_tokens: u32,
    stretches: &[usize],
    seed: u64,
    counter: &impl TokenCounter,
    preparation: &Preparation,
) -> DrawnPrompts {
    let vocabulary = &Vocabulary::of(counter).await;
    let places =
        stretches.iter().enumerate().flat_map(|(stretch, count)| (0..*count).map(move |number| (stretch, number)));
    let texts: Vec<(usize, GeneratedText)> = stream::iter(places.filter(|_| !trace.is_empty()))
        .map(|(stretch, number)| async move {
            let line = number % trace.len();
            let round = (number / trace.len()) as u64;
            let words = Words { vocabulary, seed, stretch: stretch as u64, round };
            (line, words.prompt(&trace[line], line as u64, block_tokens, counter).await)
        })
        .buffered(AT_ONCE)
        .inspect(|_| preparation.readies())
        .collect()
        .await;
    let missed = texts.iter().filter(|(_, text)| !text.exact).count();
    let mut notes: Vec<String> = note_on_lengths(vocabulary, missed, texts.len()).into_iter().collect();
    notes.push(format!("one of the trace's hash ids stands for {block_tokens} prompt tokens"));
    let conversations = texts.into_iter().map(|(line, text)| {
        let TraceRequest { at, output_tokens, .. } = trace[line];
        Conversation { at: Some(at), turns: vec![PromptRequest { prompt: text.text, output_tokens }] }
    });
    DrawnPrompts { conversations: conversations.collect(), notes }
}

/// Where the words of a block come from.
struct Words<'a> {
    vocabulary: &'a Vocabulary,
    seed: u64,
    stretch: u64,
    round: u64,
}

/// A block of a prompt.
#[derive(Debug, Clone, Copy)]
enum Block {
    /// One that the trace names.
    Named(u64),
    /// What a request has beyond its named blocks: nobody else has it.
    Own(u64),
}

impl Words<'_> {
    fn of(&self, block: Block) -> ChaCha8Rng {
        let (kind, number) = match block {
            Block::Named(id) => (0, id),
            Block::Own(line) => (1, line),
        };
        let mut key = [0u8; 32];
        for (place, part) in [self.seed, (self.stretch << 8) | kind, self.round, number].into_iter().enumerate() {
            key[place * 8..place * 8 + 8].copy_from_slice(&part.to_le_bytes());
        }
        ChaCha8Rng::from_seed(key)
    }

    async fn prompt(
        &self,
        outline: &TraceRequest,
        line: u64,
        block_tokens: u32,
        counter: &impl TokenCounter,
    ) -> GeneratedText {
        let mut left = outline.input_tokens;
        let mut beginning = String::new();
        let named = outline.blocks.iter().map(|id| Block::Named(*id)).chain([Block::Own(line)]);
        for block in named {
            let tokens = match block {
                Block::Named(_) => left.min(block_tokens),
                Block::Own(_) => left,
            };
            left -= tokens;
            // The start mark belongs to the first block.
            let words = if beginning.is_empty() { tokens.saturating_sub(self.vocabulary.marks()) } else { tokens };
            if left == 0 {
                // Only the last block is corrected: those before it are somebody else's too.
                let random = self.of(block);
                return self.vocabulary.continued(&beginning, words, outline.input_tokens, random, counter).await;
            }
            if !beginning.is_empty() {
                beginning.push(' ');
            }
            beginning += &self.vocabulary.sentence(words as usize, &mut self.of(block));
        }
        GeneratedText { text: beginning, exact: false }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::prompts::counters::{Marked, Silent};
    use crate::load::prompts::tokenizer::LocalTokenizer;

    fn outline(second: u64, input_tokens: u32, blocks: &[u64]) -> TraceRequest {
        let at = Duration::from_secs(second);
        TraceRequest { at, input_tokens, output_tokens: 7, blocks: blocks.to_vec() }
    }

    async fn texts(
        trace: &[TraceRequest],
        stretches: &[usize],
        counter: &impl TokenCounter,
    ) -> (Vec<String>, Vec<String>) {
        let drawn = draw(trace, 8, stretches, 1, counter, &Preparation::default()).await;
        (drawn.conversations.into_iter().map(|mut it| it.turns.remove(0).prompt).collect(), drawn.notes)
    }

    /// Words that both begin with.
    fn shared(a: &str, b: &str) -> usize {
        a.split(' ').zip(b.split(' ')).take_while(|(a, b)| a == b).count()
    }

    #[tokio::test]
    async fn the_same_block_is_the_same_text_and_lengths_are_exact() {
        let trace =
            [outline(0, 20, &[1, 2, 3]), outline(1, 22, &[1, 2, 4]), outline(2, 16, &[1, 5]), outline(3, 9, &[])];
        let (texts, notes) = texts(&trace, &[4], &Marked).await;
        for (text, outline) in texts.iter().zip(&trace) {
            assert_eq!(Marked.count(text).await, Some(outline.input_tokens));
        }
        // Eight tokens a block, one of which is the start mark.
        assert_eq!((shared(&texts[0], &texts[1]), shared(&texts[0], &texts[2])), (15, 7));
        assert_eq!((shared(&texts[0], &texts[3]), notes.len()), (0, 1));
    }

    #[tokio::test]
    async fn what_is_beyond_the_named_blocks_is_the_requests_own() {
        let trace = [outline(0, 24, &[1]), outline(0, 24, &[1])];
        let (texts, _) = texts(&trace, &[2], &Marked).await;
        assert_eq!(shared(&texts[0], &texts[1]), 7);
    }

    #[tokio::test]
    async fn every_stretch_has_words_of_its_own() {
        let trace = [outline(0, 16, &[1, 2]), outline(1, 16, &[1, 3])];
        let (texts, _) = texts(&trace, &[2, 4], &Silent).await;
        assert_eq!(texts.len(), 6);
        assert_eq!((shared(&texts[0], &texts[2]), shared(&texts[2], &texts[4])), (0, 0));
        assert_eq!(shared(&texts[4], &texts[5]), 8);
    }

    #[tokio::test]
    async fn a_real_tokenizer_counts_what_was_asked_for() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/sharegpt/tokenizer.json");
        let tokenizer = LocalTokenizer::read(file.as_ref()).unwrap();
        let trace = [outline(0, 700, &[1, 2]), outline(1, 1300, &[1, 2, 3]), outline(2, 5, &[4])];
        let drawn = draw(&trace, 512, &[3], 1, &tokenizer, &Preparation::default()).await;
        let found: Vec<Option<u32>> =
            drawn.conversations.iter().map(|it| tokenizer.tokens(&it.turns[0].prompt)).collect();
        assert_eq!(found, [Some(700), Some(1300), Some(5)], "{:?}", drawn.notes);
    }
}
