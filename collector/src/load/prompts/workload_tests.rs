//! Every source, dealt to levels: nobody gets what another has, and what is short is said.

use std::fmt::Write as _;
use std::time::Duration;

use super::*;
use crate::load::prompts::counters::Words;

const EXACT: [PromptsNeeded; 2] = [
    PromptsNeeded { warmup: 1, measured: PromptCount::Exactly(20) },
    PromptsNeeded { warmup: 4, measured: PromptCount::Exactly(20) },
];

async fn prepared(source: &PromptSource, needs: &[PromptsNeeded], seed: u64) -> anyhow::Result<Prompts> {
    prepare(source, needs, seed, &Words, &Arc::default()).await
}

/// A file of these lines that lasts as long as the folder.
fn file(lines: impl IntoIterator<Item = String>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prompts.jsonl");
    let text = lines.into_iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    });
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn all(prompts: &Prompts) -> Vec<&Conversation> {
    prompts.levels.iter().flat_map(|level| level.measured.iter().chain(&level.warmup)).collect()
}

#[tokio::test]
async fn every_level_gets_its_own_prompts() {
    let shape = SharedPrefixShape { prefixes: 3, prefix_tokens: 8, input_tokens: 12, output_tokens: 5 };
    for (source, words) in
        [(PromptSource::Random { input_tokens: 12, output_tokens: 5 }, 12), (PromptSource::SharedPrefix(shape), 20)]
    {
        let prompts = prepared(&source, &EXACT, 0).await.unwrap();
        let all = all(&prompts);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 45);
        assert_eq!((prompts.levels[1].warmup.len(), prompts.levels[1].measured.len()), (4, 20));
        assert!(all.iter().all(|it| it.turns[0].prompt.split_whitespace().count() == words));
        assert_eq!(prompts, prepared(&source, &EXACT, 0).await.unwrap());
        assert_ne!(prompts, prepared(&source, &EXACT, 1).await.unwrap());
    }
}

#[tokio::test]
async fn too_small_a_file_says_how_many_are_needed() {
    let line = "{\"prompt\": \"a\", \"output_tokens\": 1}".to_owned();
    let (_folder, path) = file([line.clone(), line]);
    let needs = [PromptsNeeded { warmup: 1, measured: PromptCount::Exactly(2) }];
    let error = prepared(&PromptSource::Jsonl(path), &needs, 0).await.unwrap_err();
    assert!(error.to_string().contains("needs 3 different prompts"), "{error}");
    assert!(error.to_string().contains("holds 1 different"), "{error}");
}

#[tokio::test]
async fn where_fewer_will_do_a_small_file_is_enough() {
    let (_folder, path) = file((0..15).map(|n| format!("{{\"prompt\": \"{n}\", \"output_tokens\": 1}}")));
    let needs = EXACT.map(|need| PromptsNeeded { measured: PromptCount::AtMost(20), ..need });
    let prompts = prepared(&PromptSource::Jsonl(path), &needs, 0).await.unwrap();
    assert_eq!((prompts.levels[0].measured.len(), prompts.levels[1].measured.len()), (5, 5));
    assert_eq!(all(&prompts).into_iter().collect::<HashSet<_>>().len(), 15);
    assert_eq!(prompts.notes.len(), 1);
}

#[tokio::test]
async fn a_trace_of_lengths_is_played_from_its_start_at_every_level() {
    let line = |n: u32| format!("{{\"timestamp\": {}, \"input_length\": 12, \"output_length\": {n}}}", 500 + n * 100);
    let (_folder, path) = file((0..20).map(line));
    let source = PromptSource::Trace { path, block_tokens: 512 };
    let prompts = prepared(&source, &EXACT, 0).await.unwrap();
    for level in &prompts.levels {
        let times: Vec<u128> = level.measured.iter().map(|it| it.at.unwrap().as_millis()).collect();
        assert_eq!(times, (0..20).map(|n| n * 100).collect::<Vec<u128>>());
        assert!(level.warmup.iter().all(|it| it.at.is_none()));
    }
    assert_eq!(all(&prompts).into_iter().map(|it| &it.turns[0].prompt).collect::<HashSet<_>>().len(), 45);
    assert!(prompts.sha256.is_some());
}

#[tokio::test]
async fn a_repetition_in_a_trace_is_kept_and_told() {
    let line =
        |n: u32| format!("{{\"timestamp\": {n}, \"input_length\": 16, \"output_length\": 1, \"hash_ids\": [1, 2]}}");
    let (_folder, path) = file((0..2).map(line));
    let needs = [PromptsNeeded { warmup: 0, measured: PromptCount::Exactly(2) }];
    let prompts = prepared(&PromptSource::Trace { path, block_tokens: 8 }, &needs, 0).await.unwrap();
    let level = &prompts.levels[0];
    assert_eq!(level.measured[0].turns, level.measured[1].turns);
    assert!(prompts.notes.iter().any(|note| note.ends_with("as it was recorded: 1")), "{:?}", prompts.notes);
}

#[tokio::test]
async fn a_trace_of_prompts_goes_on_where_the_level_before_ended() {
    let line = |n: u32| format!("{{\"timestamp\": {}, \"prompt\": \"{n}\", \"output_tokens\": 4}}", n * 100);
    let (_folder, path) = file((0..6).map(line));
    let needs = [PromptsNeeded { warmup: 1, measured: PromptCount::Exactly(2) }; 2];
    let prompts = prepared(&PromptSource::Trace { path, block_tokens: 512 }, &needs, 0).await.unwrap();
    let level = &prompts.levels[1];
    assert_eq!((&*level.measured[0].turns[0].prompt, level.measured[0].at), ("2", Some(Duration::ZERO)));
    assert_eq!(level.measured[1].at, Some(Duration::from_millis(100)));
    assert_eq!((&*level.warmup[0].turns[0].prompt, level.warmup[0].at), ("5", None));
}

#[tokio::test]
async fn conversations_keep_their_turns() {
    let turn = "{\"prompt\": \"a\", \"output_tokens\": 1}";
    let (_folder, path) = file([format!("{{\"turns\": [{turn}, {turn}]}}")]);
    let needs = [PromptsNeeded { warmup: 0, measured: PromptCount::Exactly(1) }];
    let prompts = prepared(&PromptSource::Jsonl(path), &needs, 0).await.unwrap();
    assert_eq!((prompts.most_turns(), prompts.levels[0].measured.len()), (2, 1));
}
