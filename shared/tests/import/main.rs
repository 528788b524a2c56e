//! Files of other tools, recorded or written from their sources: what is read, what is refused, what is exported.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod export;
mod made_up;
mod mutations;
mod reading;
mod refusals;
mod registry;
mod round_trip;
mod sweeps;

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;
use shared::import::{self, FileContents, IMPORTERS, Importer, Sweep};

const VLLM: &str = include_str!("../fixtures/import/vllm-bench-serve-0.32.0.json");
const VLLM_RUST: &str = include_str!("../fixtures/import/vllm-bench-rust.json");
const SGLANG: &str = include_str!("../fixtures/import/sglang-bench-serving.jsonl");
const GUIDELLM: &str = include_str!("../fixtures/import/guidellm-0.8.1.json");
const AIPERF: &str = include_str!("../fixtures/import/aiperf-0.13.0.json");
const INFERENCE_BENCHMARKER: &str = include_str!("../fixtures/import/inference-benchmarker-1.1.0.json");
const INFERENCE_PERF: &str = include_str!("../fixtures/import/inference-perf-stage_0_lifecycle_metrics.json");

/// A recorded or hand-written file of a tool.
struct Fixture {
    importer: &'static dyn Importer,
    name: String,
    text: String,
}

/// Every file in `tests/fixtures/import`; its name starts with the slug of its tool.
#[expect(clippy::disallowed_methods, reason = "a new fixture needs no line of code")]
static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    names.sort();
    let fixture = |name: String| {
        let importer = IMPORTERS.iter().find(|importer| name.starts_with(importer.tool().slug));
        let importer = *importer.unwrap_or_else(|| panic!("the name of `{name}` starts with no tool's slug"));
        Fixture { importer, text: std::fs::read_to_string(folder.join(&name)).unwrap(), name }
    };
    names.into_iter().map(fixture).collect()
});

/// The sweep of each fixture of a load generator.
fn sweeps() -> impl Iterator<Item = (&'static Fixture, Sweep)> {
    FIXTURES.iter().filter_map(|fixture| {
        let levels = read(&fixture.text).unwrap().levels;
        (!levels.is_empty()).then(|| (fixture, Sweep::of(levels).unwrap()))
    })
}

/// Reads a text as the tool that its content names.
fn read(text: &str) -> Result<FileContents, String> {
    let importer = import::importer_of(text).ok_or("of no known tool")?;
    importer.parse("a.json", text).map_err(|error| error.to_string())
}

/// The file with the value at a JSON pointer replaced; `None` takes it out.
fn with(text: &str, pointer: &str, value: Option<Value>) -> String {
    let mut whole: Value = serde_json::from_str(text).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = whole.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(fields), Some(value)) => drop(fields.insert(name.into(), value)),
        (Value::Object(fields), None) => drop(fields.remove(name)),
        (Value::Array(items), Some(value)) => items[name.parse::<usize>().unwrap()] = value,
        (other, _) => panic!("`{pointer}` lies in {other}"),
    }
    whole.to_string()
}
