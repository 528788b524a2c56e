//! Files of other load generators, recorded and written from their sources: what is read, what is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod mutations;
mod reading;
mod refusals;
mod round_trip;
mod sweeps;

use serde_json::Value;
use shared::import::{self, FileContents, Kind, Tool};

const VLLM: &str = include_str!("../fixtures/import/vllm-bench-serve-0.32.0.json");
const VLLM_RUST: &str = include_str!("../fixtures/import/vllm-rust-bench.json");
const SGLANG: &str = include_str!("../fixtures/import/sglang-bench-serving.jsonl");
const GUIDELLM: &str = include_str!("../fixtures/import/guidellm-0.8.1.json");
const AIPERF: &str = include_str!("../fixtures/import/aiperf-0.13.0.json");
const INFERENCE_BENCHMARKER: &str = include_str!("../fixtures/import/inference-benchmarker-1.1.0.json");
const INFERENCE_PERF: &str = include_str!("../fixtures/import/inference-perf-stage_0_lifecycle_metrics.json");

/// Every file with the tool that it is to be known as.
const FILES: [(Tool, &str); 7] = [
    (Tool::VllmBench, VLLM),
    (Tool::VllmBench, VLLM_RUST),
    (Tool::SglangBench, SGLANG),
    (Tool::Guidellm, GUIDELLM),
    (Tool::Aiperf, AIPERF),
    (Tool::InferenceBenchmarker, INFERENCE_BENCHMARKER),
    (Tool::InferencePerf, INFERENCE_PERF),
];

/// Reads a text as the tool that its content names.
fn read(text: &str) -> Result<FileContents, String> {
    let Some(Kind::Load(tool)) = Kind::of(text) else { return Err("of no load generator".into()) };
    import::parse(tool, "a.json", text).map_err(|error| error.to_string())
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
