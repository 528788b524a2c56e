//! The list of results: found by words, ordered, windowed, and fast; and the details of one.

use std::time::Instant;

use shared::explore::library::Library;
use shared::explore::runs::{Haystack, details, list, window};
use shared::store::index::Entry;
use shared::store::provenance::Evidence;

use crate::made_up::library;
use crate::scenario;

fn ids(library: &Library, query: &str) -> Vec<String> {
    let found = list(library, &Haystack::of(&library.index), &scenario(query));
    found.entries.iter().map(|entry| entry.id.clone()).collect()
}

#[test]
fn all_words_must_be_in_an_entry() {
    let library = library();
    assert_eq!(ids(&library, ""), ["awq", "bf16"]);
    assert_eq!(ids(&library, "find=GPU%20awq"), ["awq"]);
    assert_eq!(ids(&library, "find=vllm%20published%20bf16"), ["bf16"]);
    assert!(ids(&library, "find=tiny%20h100").is_empty());
    assert_eq!(ids(&library, "rehearsals=1&of=rehearsal"), ["rehearsed"]);
}

#[test]
fn evidence_is_counted_whether_it_is_filtered_by_or_not() {
    let library = library();
    let found = list(&library, &Haystack::of(&library.index), &scenario("rehearsals=1&of=rehearsal&find=tiny"));
    let counts =
        [(Evidence::Measured, 0), (Evidence::Published, 2), (Evidence::Estimated, 0), (Evidence::Rehearsal, 1)];
    assert_eq!((found.counts, found.shown, found.total, found.words().as_str()), (counts, 1, 3, "1 of 3 results"));
}

#[test]
fn rows_are_ordered_and_told_by_the_window() {
    let mut library = library();
    std::sync::Arc::make_mut(&mut library.index).results[0].concurrency.clear();
    std::sync::Arc::make_mut(&mut library.index).results[0].peak_total_tokens_per_s = None;
    assert_eq!(ids(&library, "sort=-model"), ["bf16", "awq"]);
    // What was not measured stands last both ways.
    assert_eq!(ids(&library, "rehearsals=1&sort=throughput"), ["bf16", "rehearsed", "awq"]);
    assert_eq!(ids(&library, "rehearsals=1&sort=-throughput"), ["rehearsed", "bf16", "awq"]);
    let found = list(&library, &Haystack::of(&library.index), &scenario(""));
    let rows = window(&found, 0, 10);
    assert_eq!((rows[0].streams.as_str(), rows[0].usable, rows[0].in_use), ("no levels", false, false));
    assert_eq!((rows[1].streams.as_str(), rows[1].usable, rows[1].in_use), ("1, 8, 32", true, true));
    assert_eq!(window(&found, 1, 10).len(), 1);
    assert!(window(&found, 7, 10).is_empty());
}

#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
#[test]
fn ten_thousand_are_found_and_ordered_at_once() {
    let mut library = library();
    let one = library.index.results[0].clone();
    let entry = |at: usize| {
        let mut entry = Entry { id: format!("run-{at}"), path: format!("p/{at}.json"), ..one.clone() };
        entry.configuration.model_name = format!("Model {}", at * 7919 % 997);
        entry.configuration.hardware_name = format!("GPU {}", at % 13);
        entry.peak_total_tokens_per_s = Some((at * 31 % 4001) as f64);
        entry
    };
    std::sync::Arc::make_mut(&mut library.index).results = (0..10_000).map(entry).collect();
    let haystack = Haystack::of(&library.index);
    for query in ["", "find=gpu%204&sort=-throughput", "find=model%20awq&sort=hardware", "sort=date"] {
        let began = Instant::now();
        let found = list(&library, &haystack, &scenario(query));
        assert!(found.shown > 100 && window(&found, found.shown / 2, 30).len() == 30);
        // Unoptimised, on a busy machine; optimised it takes a few milliseconds.
        assert!(began.elapsed().as_millis() < 500, "{query}: {:?}", began.elapsed());
    }
}

#[test]
fn details_say_everything_the_file_says() {
    let library = library();
    let entry = &library.index.results[0];
    let titles = |file| details(entry, file).iter().map(|section| section.title).collect::<Vec<_>>();
    assert_eq!(titles(None), ["Configuration", "Evidence", "File"]);
    let expected = [
        "Configuration",
        "Evidence",
        "Levels",
        "Quality (95 % interval)",
        "Where it comes from",
        "What to doubt",
        "File",
    ];
    assert_eq!(titles(Some(&library.files[0].1)), expected);
    let text = include_str!("../../../results/llama-3.1-8b-instruct-awq-int4/rtx-a5000-1gpu/sharegpt/a5000-awq.json");
    let file = shared::store::result_file::ResultFile::parse(text).unwrap();
    let sections = details(&Entry::of(&file, file.path(), "ab".into()), Some(&file));
    let facts = sections.iter().flat_map(|section| &section.facts);
    let said: Vec<String> = facts.map(|fact| format!("{}: {}", fact.name, fact.value)).collect();
    for wanted in
        ["Endpoint: /v1/", "Levels: 1 stream, 4 streams, 16 streams", "Licence: ", "SHA-256: ab", "Source: https://"]
    {
        assert!(said.iter().any(|fact| fact.starts_with(wanted)), "{wanted} in {said:#?}");
    }
}
