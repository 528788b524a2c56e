//! Replays recorded command lines and permalinks: what worked once works, and gives the same numbers.
//!
//! `invocations.json` and `permalinks.json` hold what was recorded. A test fails when a number moves by more than 1e-9 of
//! itself. It does not compare wording: texts may be improved.
//!
//! To add an entry, leave its numbers `null` and run the tests once with `REPLAY_RECORD=1`, which fills in what is `null` and
//! changes nothing else. A number that changes on purpose is set to `null` by hand first, with the reason in the commit.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod page;
mod program;
mod recording;

use recording::Recording;
use serde_json::{Value, json};

#[test]
fn invocations_that_worked_before_work_and_give_the_same_numbers() {
    let program = program::Program::new();
    let mut recording = Recording::open("invocations.json");
    recording.replay("command", 40, |entry| {
        let outcome = program.run(entry["command"].as_str().unwrap());
        let mut found = json!({ "exit": outcome.exit });
        if let Some(expected) = entry["numbers"].as_object() {
            let output = outcome.document();
            let number = |pointer: &String| (pointer.clone(), output.pointer(pointer).cloned().unwrap_or(Value::Null));
            found["numbers"] = expected.keys().map(number).collect();
        }
        if let Some(expected) = entry["shows"].as_array() {
            let shown = expected.iter().filter(|text| outcome.text().contains(text.as_str().unwrap()));
            found["shows"] = shown.cloned().collect();
        }
        found
    });
}

#[test]
fn permalinks_that_worked_before_work_and_give_the_same_numbers() {
    let page = page::Page::load();
    let mut recording = Recording::open("permalinks.json");
    recording.replay("query", 40, |entry| json!({ "page": page.numbers(entry["query"].as_str().unwrap()) }));
}
