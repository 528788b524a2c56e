//! Words that are worth one token each, and texts of them with an exact number of tokens.
//!
//! Where nobody counts tokens, a word is taken for one.

use futures_util::StreamExt;
use futures_util::stream;
use rand::prelude::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::load::prompts::TokenCounter;

/// Requests to the tokenizer at once.
pub const AT_ONCE: usize = 16;
/// Corrections to a text before it is taken as it is.
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

/// The words to write with.
#[derive(Debug)]
pub struct Vocabulary {
    words: Vec<&'static str>,
    /// Tokens that a text has beyond those of its words, such as a start mark; `None` where nobody counts.
    marks: Option<u32>,
}

/// A generated text, and whether it has the requested number of tokens, as far as they can be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedText {
    /// The text.
    pub text: String,
    /// Whether its length is right.
    pub exact: bool,
}

impl Vocabulary {
    /// The words that add one token to a text, or all of them where nobody counts.
    pub async fn of(counter: &impl TokenCounter) -> Self {
        let all = || WORDS.split_whitespace().collect();
        let Some(alone) = counter.count("the").await else { return Self { words: all(), marks: None } };
        let counts: Vec<(&str, Option<u32>)> = stream::iter(WORDS.split_whitespace())
            .map(|word| async move { (word, counter.count(&format!("the {word}")).await) })
            .buffered(AT_ONCE)
            .collect()
            .await;
        let one: Vec<&str> =
            counts.into_iter().filter(|(_, count)| *count == Some(alone + 1)).map(|(word, _)| word).collect();
        // A vocabulary that splits nearly all of them still gives varied texts from the whole list.
        let words = if one.len() >= 32 { one } else { all() };
        Self { words, marks: Some(alone.saturating_sub(1)) }
    }

    /// Whether somebody counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.marks.is_some()
    }

    /// Tokens that a text has beyond those of its words; 0 where nobody counts.
    #[must_use]
    pub fn marks(&self) -> u32 {
        self.marks.unwrap_or(0)
    }

    /// So many words, at least one.
    #[must_use]
    pub fn sentence(&self, n_words: usize, random: &mut ChaCha8Rng) -> String {
        let drawn: Vec<&str> = (0..n_words.max(1)).filter_map(|_| self.words.choose(random).copied()).collect();
        drawn.join(" ")
    }

    /// A text of so many tokens.
    pub async fn text(&self, wanted: u32, random: ChaCha8Rng, counter: &impl TokenCounter) -> GeneratedText {
        self.continued("", wanted.saturating_sub(self.marks()), wanted, random, counter).await
    }

    /// The given beginning with so many words behind it, fewer or more where that brings the whole to so many tokens.
    pub async fn continued(
        &self,
        beginning: &str,
        words: u32,
        wanted: u32,
        mut random: ChaCha8Rng,
        counter: &impl TokenCounter,
    ) -> GeneratedText {
        let sentence = self.sentence(words as usize, &mut random);
        let text = if beginning.is_empty() { sentence } else { format!("{beginning} {sentence}") };
        self.corrected(text, beginning.len(), wanted, random, counter).await
    }

    /// Adds words or takes some away until the count is right. The first `fixed` bytes stay as they are.
    async fn corrected(
        &self,
        mut text: String,
        fixed: usize,
        wanted: u32,
        mut random: ChaCha8Rng,
        counter: &impl TokenCounter,
    ) -> GeneratedText {
        if !self.counts() {
            return GeneratedText { text, exact: true };
        }
        let shortened = |text: &mut String| {
            let end = text.rfind(' ').filter(|end| *end > fixed);
            end.map(|end| text.truncate(end)).is_some()
        };
        for _ in 0..CORRECTIONS {
            match counter.count(&text).await {
                Some(found) if found == wanted => return GeneratedText { text, exact: true },
                Some(found) if found > wanted => {
                    for _ in 0..(found - wanted).div_ceil(2) {
                        if !shortened(&mut text) {
                            return GeneratedText { text, exact: false };
                        }
                    }
                    // When one word less is too little, another last word may be worth a token less.
                    if random.random_bool(0.25) {
                        shortened(&mut text);
                    }
                }
                Some(found) => {
                    for _ in 0..(wanted - found).div_ceil(2) {
                        text = format!("{text} {}", self.sentence(1, &mut random));
                    }
                }
                None => return GeneratedText { text, exact: false },
            }
        }
        let exact = counter.count(&text).await == Some(wanted);
        GeneratedText { text, exact }
    }
}

/// A generator of its own for every text: the answer to one cannot change another.
#[must_use]
pub fn generator(seed: u64, number: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(number);
    random
}

/// What a reader should know about the lengths of such texts, if anything.
#[must_use]
pub fn note_on_lengths(vocabulary: &Vocabulary, missed: usize, count: usize) -> Option<String> {
    if !vocabulary.counts() {
        return Some(
            "the server has no /tokenize and no --tokenizer was given, so a word was taken for a token".into(),
        );
    }
    (missed > 0).then(|| format!("{missed} of {count} random prompts are not exactly as long as was asked for"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::prompts::counters::{Marked, Silent};

    #[tokio::test]
    async fn a_beginning_stays_and_the_whole_is_exact() {
        let vocabulary = Vocabulary::of(&Marked).await;
        for number in 0..20 {
            let beginning = vocabulary.text(32, generator(3, number), &Marked).await.text;
            let whole = vocabulary.continued(&beginning, 9, 41, generator(4, number), &Marked).await;
            assert!(whole.exact && whole.text.starts_with(&format!("{beginning} ")), "{whole:?}");
            assert_eq!(Marked.count(&whole.text).await, Some(41));
        }
    }

    #[tokio::test]
    async fn a_beginning_that_is_too_long_is_not_cut() {
        let vocabulary = Vocabulary::of(&Marked).await;
        let whole = vocabulary.continued("the the the the", 1, 3, generator(0, 0), &Marked).await;
        assert!(!whole.exact && whole.text.starts_with("the the the the "), "{whole:?}");
    }

    #[tokio::test]
    async fn without_counts_a_word_is_a_token() {
        let vocabulary = Vocabulary::of(&Silent).await;
        let text = vocabulary.text(10, generator(0, 0), &Silent).await;
        assert_eq!((text.text.split(' ').count(), vocabulary.counts(), vocabulary.marks()), (10, false, 0));
    }

    #[test]
    fn there_are_words_enough_to_vary() {
        assert!(WORDS.split_whitespace().count() > 200);
    }
}
