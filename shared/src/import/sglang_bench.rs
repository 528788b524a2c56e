//! SGLang's `bench_serving` files: JSON Lines, one object is one level.
//!
//! They name neither the day nor the model (unless the server told its own), and count failures only with details.

use serde_json::Value;

use crate::import::arrival::{limit_note, unlimited};
use crate::import::object::{Object, measured};
use crate::import::{FileContents, FirstValue, ImportError, ImportedLevel, Importer, Tool};
use crate::measure::distribution::Distribution;
use crate::measure::plan::{Arrival, Endpoint};
use crate::measure::summary::Level;
use crate::units::{Millis, Seconds};

static TOOL: Tool = Tool {
    name: "sglang bench_serving",
    slug: "sglang-bench",
    example: "sglang_1122_1000_sharegpt.jsonl --date 2026-11-22",
    definitions: &[
        ("output_tokens", "as the server reports them; where it does not, as many as were asked for"),
        ("tpot_ms", "(E2EL - TTFT) / (output tokens - 1) by request, with the tool's own E2EL and TTFT"),
        ("itl_ms", "a value an event; some versions divide it by the tokens the event brings"),
        ("e2el_ms", "ends at the last event that brings text"),
    ],
};

/// Reads the files of SGLang's `bench_serving`.
pub struct SglangBench;

impl Importer for SglangBench {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn recognizes(&self, first: &FirstValue) -> bool {
        first.has("mean_e2e_latency_ms") && first.has("total_output_tokens")
    }

    fn parse(&self, file: &str, text: &str) -> Result<FileContents, ImportError> {
        FileContents::of_each(file, text, run)
    }
}

fn run(file: &str, value: &Value) -> Result<ImportedLevel, ImportError> {
    let object = Object::of(file, value)?;
    let load = load(&object)?;
    let mut run = ImportedLevel::of(file, &TOOL, level(&object, load)?);
    let backend = object.text("backend")?;
    let (endpoint, native) = match backend {
        "sglang" | "sglang-native" => (Endpoint::Completions, true),
        "sglang-oai" | "vllm" | "lmdeploy" => (Endpoint::Completions, false),
        "sglang-oai-chat" | "vllm-chat" | "lmdeploy-chat" => (Endpoint::ChatCompletions, false),
        other => {
            let why = format!("is `{other}`; expected a backend of sglang, vllm or lmdeploy");
            return Err(object.wrong("backend", why));
        }
    };
    run.endpoint = Some(endpoint);
    run.engine = backend.split('-').next().map(str::to_owned);
    let told = ["server_info.served_model_name", "server_info.model_path"];
    run.model = told.iter().find_map(|path| object.find_text(path)).map(str::to_owned);
    if native {
        run.notes.push("requests went to SGLang's `/generate`; stored as /v1/completions".into());
    }
    if object.get("errors").is_none() {
        run.notes.push("the files do not count failed requests; run with --output-details to include them".into());
    }
    run.notes.extend(limit_note(load, object.maybe_count("max_concurrency")?));
    Ok(run)
}

fn load(object: &Object) -> Result<Arrival, ImportError> {
    match object.get("request_rate").map(|rate| rate.as_str()) {
        None | Some(Some("inf")) if object.get("max_concurrency").is_none() => {
            Err(unlimited(object, "max_concurrency"))
        }
        None | Some(Some("inf")) => Ok(Arrival::ClosedLoop { concurrency: object.streams("max_concurrency")? }),
        Some(Some("trace")) => {
            let why = "is `trace`: the file does not give the speed at which the trace was replayed";
            Err(object.wrong("request_rate", why))
        }
        Some(_) => Ok(Arrival::Poisson { rate: object.positive("request_rate", "requests/s")? }),
    }
}

fn level(object: &Object, load: Arrival) -> Result<Level, ImportError> {
    let failed = object.get("errors").and_then(Value::as_array).map_or(0, |errors| {
        errors.iter().filter(|error| error.as_str().is_some_and(|text| !text.is_empty())).count() as u64
    });
    let level = Level {
        duration_s: Seconds::new(object.positive("duration", "s")?),
        completed: object.count("completed")?,
        failed,
        prompt_tokens: object.count("total_input_tokens")?,
        output_tokens: object.count("total_output_tokens")?,
        ttft_ms: distribution(object, "ttft")?,
        tpot_ms: distribution(object, "tpot")?,
        itl_ms: distribution(object, "itl")?,
        e2el_ms: distribution(object, "e2e_latency")?,
        ..Level::of(load)
    };
    object.agrees("total_throughput", level.total_rate().value(), "tokens over `duration` are")?;
    object.agrees("output_throughput", level.output_rate().value(), "output tokens over `duration` are")?;
    object.agrees("request_throughput", level.request_rate().value(), "`completed` over `duration` is")?;
    Ok(level)
}

/// One metric's times.
fn distribution(object: &Object, metric: &str) -> Result<Distribution, ImportError> {
    let time = |name: &str| object.number(&format!("{name}_{metric}_ms")).map(|number| number.map(Millis::new));
    Ok(measured(Distribution {
        mean: time("mean")?,
        std: time("std")?,
        p50: time("median")?,
        p90: time("p90")?,
        p95: time("p95")?,
        p99: time("p99")?,
        max: time("max")?,
        ..Distribution::default()
    }))
}
