//! The order, the rules and the turns, on made-up conversations; vLLM's own choice, on a file it was asked about.

use std::path::{Path, PathBuf};

use super::*;
use crate::load::prompts::counters::{Silent, Words};
use crate::load::prompts::sharegpt_file::parse;
use crate::load::prompts::tokenizer::LocalTokenizer;

const TEN: ShareGptSelection = ShareGptSelection { wanted: 10, seed: 0, shuffle: true, turns: 1, output_tokens: None };

/// A conversation of these texts, the human's first.
fn conversation(texts: &[&str]) -> Vec<RecordedTurn> {
    let said = |(at, text): (usize, &&str)| RecordedTurn { human: at % 2 == 0, text: (*text).into() };
    texts.iter().enumerate().map(said).collect()
}

/// Ten conversations, the n-th of which begins with its number.
fn ten() -> Vec<Vec<RecordedTurn>> {
    (0..10).map(|n| conversation(&[&format!("{n} b c d"), "e f g h i"])).collect()
}

async fn drawn(entries: Vec<Vec<RecordedTurn>>, choice: ShareGptSelection) -> DrawnPrompts {
    choose(entries, &choice, &Words, &Preparation::default()).await
}

fn first_letters(drawn: &DrawnPrompts) -> Vec<&str> {
    drawn.conversations.iter().map(|conversation| &conversation.turns[0].prompt[..1]).collect()
}

#[tokio::test]
async fn order_is_that_of_pythons_shuffle() {
    let drawn = drawn(ten(), TEN).await;
    assert_eq!(first_letters(&drawn), ["7", "8", "1", "5", "3", "4", "2", "0", "9", "6"]);
    assert!(drawn.conversations.iter().all(|it| it.turns[0].output_tokens == 5) && drawn.notes.is_empty());
}

#[tokio::test]
async fn order_is_the_files_when_it_is_not_shuffled() {
    let drawn = drawn(ten(), ShareGptSelection { shuffle: false, wanted: 3, ..TEN }).await;
    assert_eq!((first_letters(&drawn), drawn.notes.len()), (vec!["0", "1", "2"], 1));
}

#[tokio::test]
async fn stops_when_it_has_enough_and_never_repeats() {
    assert_eq!(drawn(ten(), ShareGptSelection { wanted: 3, ..TEN }).await.conversations.len(), 3);
    assert_eq!(drawn(ten(), ShareGptSelection { wanted: 50, ..TEN }).await.conversations.len(), 10);
}

#[tokio::test]
async fn a_repeated_prompt_is_passed_over_and_another_taken() {
    let mut entries = ten();
    entries[1] = conversation(&["8 b c d", "e f g h i"]);
    let drawn = drawn(entries, ShareGptSelection { wanted: 3, ..TEN }).await;
    assert_eq!((first_letters(&drawn), drawn.notes.len()), (vec!["7", "8", "5"], 1));
}

#[tokio::test]
async fn without_a_tokenizer_it_estimates_and_says_so() {
    let drawn = choose(ten(), &TEN, &Silent, &Preparation::default()).await;
    // "e f g h i" is nine characters: three tokens by the rule of thumb, so too short.
    assert_eq!((drawn.conversations.len(), drawn.notes.len()), (0, 1));
}

#[tokio::test]
async fn the_length_rules() {
    let check = async |input: usize, output: usize, over: Option<u32>, fits: bool| {
        let entries = vec![conversation(&["a ".repeat(input).trim(), "b ".repeat(output).trim()])];
        let found = drawn(entries, ShareGptSelection { output_tokens: over, ..TEN }).await.conversations.len();
        assert_eq!(found == 1, fits, "{input} {output} {over:?}");
    };
    for ((input, output), fits) in [((4, 4), true), ((3, 9), false), ((9, 3), false), ((1025, 9), false)] {
        check(input, output, None, fits).await;
    }
    check(1024, 1024, None, true).await;
    check(1000, 1049, None, false).await;
    // A length of one's own may be short, and is what counts for the whole.
    check(9, 3, Some(1), true).await;
    check(9, 9000, Some(8), true).await;
    check(1000, 4, Some(1049), false).await;
    check(3, 9, Some(8), false).await;
}

#[tokio::test]
async fn turns_are_the_humans_with_the_lengths_of_the_answers() {
    let entry = || vec![conversation(&["a b c d", "1 2 3 4 5", "go on", "1 2", "more", "1", "and", "1"])];
    let lengths = async |entries, turns| -> Vec<(String, u32)> {
        let drawn = drawn(entries, ShareGptSelection { turns, ..TEN }).await;
        drawn.conversations.into_iter().flat_map(|it| it.turns).map(|it| (it.prompt, it.output_tokens)).collect()
    };
    let all = [("a b c d", 5), ("go on", 2), ("more", 1), ("and", 1)].map(|(text, n)| (text.to_owned(), n));
    assert_eq!(lengths(entry(), 1).await, all[..1]);
    assert_eq!(lengths(entry(), 3).await, all[..3]);
    assert_eq!(lengths(entry(), 9).await, all);
    // Another human in the model's place ends it; a conversation that the model begins is not one.
    let mut entries = entry();
    entries[0][3].human = true;
    assert_eq!(lengths(entries, 9).await, all[..1]);
    let mut entries = entry();
    entries[0][0].human = false;
    assert_eq!(lengths(entries.clone(), 9).await, []);
    assert_eq!(lengths(entries, 1).await, all[..1]);
}

#[tokio::test]
async fn a_conversation_does_not_grow_without_bound() {
    let long = "a ".repeat(1000);
    let entry = conversation(&[&long, &long, &long, &long, &long, &long]);
    let drawn = drawn(vec![entry], ShareGptSelection { turns: 9, ..TEN }).await;
    assert_eq!(drawn.conversations[0].turns.len(), 2);
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sharegpt").join(name)
}

/// `vllm-0.32.0.json` is what vLLM's own `ShareGPTDataset.sample` gave for the two files beside it.
#[tokio::test]
async fn vllm_chooses_the_same() {
    let tokenizer = LocalTokenizer::read(&fixture("tokenizer.json")).unwrap();
    let runs: serde_json::Value = serde_json::from_slice(&std::fs::read(fixture("vllm-0.32.0.json")).unwrap()).unwrap();
    for run in runs.as_array().unwrap() {
        let entries = parse(std::fs::File::open(fixture("conversations.json")).unwrap(), 2).unwrap().kept;
        let choice = ShareGptSelection {
            wanted: run["num_requests"].as_u64().unwrap() as usize,
            seed: run["seed"].as_u64().unwrap(),
            shuffle: !run["disable_shuffle"].as_bool().unwrap(),
            turns: 1,
            output_tokens: run["output_len"].as_u64().map(|tokens| tokens as u32),
        };
        let chosen = choose(entries, &choice, &tokenizer, &Preparation::default()).await.conversations;
        let ours: Vec<(String, u64, u64)> = chosen
            .iter()
            .map(|it| &it.turns[0])
            .map(|it| {
                let prompt_tokens = u64::from(tokenizer.tokens(&it.prompt).unwrap());
                (it.prompt.chars().take(24).collect(), prompt_tokens, u64::from(it.output_tokens))
            })
            .collect();
        let theirs: Vec<(String, u64, u64)> = serde_json::from_value(run["chosen"].clone()).unwrap();
        assert_eq!(ours, theirs, "{choice:?}");
        assert!(ours.len() > 10, "the fixture shows too little");
    }
}
