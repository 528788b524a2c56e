//! Prompts of random words with an asked-for number of tokens, each different from the first word on.
//!
//! Where the server counts tokens the length is made exact, within a bound; else a word is taken for a token.

use futures_util::StreamExt;
use futures_util::stream;
use rand::prelude::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::load::prompts::{Drawn, PromptRequest, TokenCounter};

/// Requests to the tokenizer at once.
const AT_ONCE: usize = 16;
/// Corrections to a prompt before it is taken as it is.
const CORRECTIONS: usize = 12;

/// Common short words: one token each in most vocabularies.
const WORDS: &str = "the of and to in is that for it as was with be by on not he his but at are this have from or had \
    an they which one you were all her she there would their we him been has when who will no more if out so up said \
    what its about than into them can only other time new some could these two may first then do any like my now over \
    such our man me even most made after also did many off before must well back through years where much your way \
    down should because long each just state those people too mr how little good world make very year still see own \
    work men day get here old life both between being under three never know same last another while us might great \
    go come since against right came take used himself few house use place during high without again home around \
    small however found part school every once general upon number does fact city until always day water less public \
    put think almost hand enough far took head yet end form set better told night name group line open white end best \
    keep order field power case room point play key light sound road table plan wind rain book call test data text";

/// Draws so many prompts. Falls short of none.
pub async fn draw(
    count: usize,
    input_tokens: u32,
    output_tokens: u32,
    seed: u64,
    counter: &impl TokenCounter,
) -> Drawn {
    let words = one_token_words(counter).await;
    let exact = words.is_some();
    let words = words.unwrap_or_else(|| WORDS.split_whitespace().collect());
    let prompts: Vec<(String, bool)> = stream::iter(0..count)
        .map(|number| {
            // A generator of its own for every prompt: the answer to one cannot change another.
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(number as u64);
            let words = &words;
            async move {
                if exact {
                    exactly(input_tokens, words, random, counter).await
                } else {
                    (sentence(input_tokens as usize, words, &mut random), true)
                }
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut notes = Vec::new();
    let missed = prompts.iter().filter(|(_, hit)| !hit).count();
    if !exact {
        notes.push("the server has no /tokenize, so a word was taken for a token".to_owned());
    } else if missed > 0 {
        notes.push(format!("{missed} of {count} random prompts are not exactly {input_tokens} tokens long"));
    }
    let prompts = prompts.into_iter().map(|(prompt, _)| PromptRequest { prompt, output_tokens }).collect();
    Drawn { prompts, notes }
}

/// The words that add one token to a text; `None` where the server does not count.
async fn one_token_words(counter: &impl TokenCounter) -> Option<Vec<&'static str>> {
    let alone = counter.count("the").await?;
    let counts: Vec<(&str, Option<u32>)> = stream::iter(WORDS.split_whitespace())
        .map(|word| async move { (word, counter.count(&format!("the {word}")).await) })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let one: Vec<&str> =
        counts.into_iter().filter(|(_, count)| *count == Some(alone + 1)).map(|(word, _)| word).collect();
    // A vocabulary that splits nearly all of them still gives varied prompts from the whole list.
    Some(if one.len() >= 32 { one } else { WORDS.split_whitespace().collect() })
}

fn sentence(n_words: usize, words: &[&str], random: &mut ChaCha8Rng) -> String {
    let drawn: Vec<&str> = (0..n_words.max(1)).filter_map(|_| words.choose(random).copied()).collect();
    drawn.join(" ")
}

/// A sentence corrected until the server counts what was asked for, and whether it does.
async fn exactly(wanted: u32, words: &[&str], mut random: ChaCha8Rng, counter: &impl TokenCounter) -> (String, bool) {
    let mut text = sentence(wanted as usize, words, &mut random);
    for _ in 0..CORRECTIONS {
        match counter.count(&text).await {
            Some(found) if found == wanted => return (text, true),
            Some(found) if found > wanted => {
                for _ in 0..(found - wanted).div_ceil(2) {
                    let Some(end) = text.rfind(' ') else { return (text, false) };
                    text.truncate(end);
                }
                // When one word less is too little, another last word may be worth a token less.
                if random.random_bool(0.25)
                    && let Some(end) = text.rfind(' ')
                {
                    text.truncate(end);
                }
            }
            Some(found) => {
                for _ in 0..(wanted - found).div_ceil(2) {
                    text = format!("{text} {}", sentence(1, words, &mut random));
                }
            }
            None => return (text, false),
        }
    }
    let hit = counter.count(&text).await == Some(wanted);
    (text, hit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::prompts::counters::Silent;

    /// Counts a start mark, a token for a word, and two for words of six letters and more.
    struct Marked;

    impl TokenCounter for Marked {
        async fn count(&self, text: &str) -> Option<u32> {
            Some(1 + text.split_whitespace().map(|word| if word.len() > 5 { 2 } else { 1 }).sum::<u32>())
        }
    }

    #[tokio::test]
    async fn lengths_are_exact_where_the_server_counts() {
        let drawn = draw(50, 64, 9, 7, &Marked).await;
        for request in &drawn.prompts {
            assert_eq!(Marked.count(&request.prompt).await, Some(64));
        }
        assert!(drawn.notes.is_empty(), "{:?}", drawn.notes);
    }

    #[tokio::test]
    async fn without_counts_a_word_is_a_token_and_it_says_so() {
        let drawn = draw(3, 10, 9, 7, &Silent).await;
        assert_eq!((drawn.prompts[0].prompt.split(' ').count(), drawn.notes.len()), (10, 1));
    }

    #[test]
    fn there_are_words_enough_to_vary() {
        assert!(WORDS.split_whitespace().count() > 200);
    }
}
