//! `vllm bench serve` files, of the Python client and of the Rust one: one JSON object is one level.
//!
//! Lenient on keys it does not know, strict on those it needs. Takes the totals, not the rates the tool derived:
//! Forge derives its own, and refuses a file whose own rate says something else.

use serde_json::Value;

use crate::date::Date;
use crate::import::arrival::{gamma, limit_note, unlimited};
use crate::import::object::{Object, measured};
use crate::import::{FileContents, FirstValue, ImportError, ImportedLevel, Importer, Tool};
use crate::measure::distribution::Distribution;
use crate::measure::plan::{Arrival, Endpoint, Stop};
use crate::measure::summary::{Level, SteadyState};
use crate::store::provenance::Evidence;
use crate::units::{Millis, RequestsPerSecond, Seconds};

/// The share of its streams from which Forge calls a level steady.
const STEADY: f64 = 0.95;

static TOOL: Tool = Tool {
    name: "vllm bench serve",
    slug: "vllm-bench",
    example: "openai-infqps-concurrency64-*.json",
    definitions: &[
        ("ttft_ms", "ends at the first event that carries a choice, even an empty one"),
        ("tpot_ms", "(E2EL - TTFT) / (output tokens - 1) by request, with the tool's own E2EL and TTFT"),
        ("itl_ms", "a value an event, not a token: an event that brings several tokens counts once"),
        ("e2el_ms", "ends at the last event that carries a choice, the empty one that ends an answer included"),
        ("steady_state", "of the Rust client: tokens are spread over the events of their request"),
    ],
};

/// Reads the files of `vllm bench serve`, of the Python client and of the Rust client.
pub struct VllmBench;

impl Importer for VllmBench {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn recognizes(&self, first: &FirstValue) -> bool {
        first.has("model_id") && first.has("total_output_tokens")
    }

    fn parse(&self, file: &str, text: &str) -> Result<FileContents, ImportError> {
        FileContents::of_each(file, text, run)
    }
}

fn run(file: &str, value: &Value) -> Result<ImportedLevel, ImportError> {
    let object = Object::of(file, value)?;
    let load = load(&object)?;
    Ok(ImportedLevel {
        date: object.find_text("date").and_then(date),
        model: Some(object.text("model_id")?.into()),
        endpoint: Some(endpoint(&object)?),
        // What `collector export` wrote says what it was; see `export::vllm_bench`.
        evidence: evidence(&object)?,
        exported_definitions: object.find_text("forge_definitions").map(str::to_owned),
        stop: stop(&object),
        notes: notes(&object, load)?,
        ..ImportedLevel::of(file, &TOOL, level(&object, load)?)
    })
}

/// The day in `20260529-033010`.
fn date(text: &str) -> Option<Date> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    Date::new(i32::try_from(number(0..4)?).ok()?, number(4..6)?, number(6..8)?)
}

/// The number of requests it was given. Of several turns it may count conversations; in what `collector export` wrote
/// it is what was sent, whatever the rule.
fn stop(object: &Object) -> Option<Stop> {
    let other = object.find_text("mode") == Some("multi_turn") || object.get("forge_evidence").is_some();
    let prompts = object.get("num_prompts").filter(|_| !other)?.as_u64()?;
    u32::try_from(prompts).ok().filter(|prompts| *prompts > 0).map(Stop::Requests)
}

fn evidence(object: &Object) -> Result<Option<Evidence>, ImportError> {
    const FIELD: &str = "forge_evidence";
    let said = object.get(FIELD).map(|_| object.text(FIELD)).transpose()?;
    said.map(|word| word.parse().map_err(|why: String| object.wrong(FIELD, why))).transpose()
}

fn endpoint(object: &Object) -> Result<Endpoint, ImportError> {
    // Files before 2025 say only `backend`.
    let field = if object.get("endpoint_type").is_some() { "endpoint_type" } else { "backend" };
    match object.text(field)? {
        "openai" | "vllm" => Ok(Endpoint::Completions),
        "openai-chat" => Ok(Endpoint::ChatCompletions),
        other => Err(object.wrong(field, format!("is `{other}`; expected `openai`, `vllm` or `openai-chat`"))),
    }
}

/// The field that holds the limit on streams: conversations at once where they have several turns.
fn limit(object: &Object) -> &'static str {
    match object.get("max_concurrency") {
        None if object.get("multi_turn_concurrency").is_some() => "multi_turn_concurrency",
        _ => "max_concurrency",
    }
}

fn load(object: &Object) -> Result<Arrival, ImportError> {
    if object.get("ramp_up_strategy").is_some() {
        return ramp(object);
    }
    if object.get("request_rate").is_some_and(|rate| rate.as_str() != Some("inf")) {
        return at_a_rate(object);
    }
    let field = limit(object);
    if object.get(field).is_none() {
        return Err(unlimited(object, field));
    }
    Ok(Arrival::ClosedLoop { concurrency: object.streams(field)? })
}

/// Gaps are gamma distributed; `burstiness` is the shape, and an infinite one makes them equal.
fn at_a_rate(object: &Object) -> Result<Arrival, ImportError> {
    let rate = object.positive("request_rate", "requests/s")?;
    if object.find_text("burstiness") == Some("inf") {
        return Ok(Arrival::Constant { rate });
    }
    // Files of versions without the flag have none: their arrivals were Poisson.
    gamma(rate, object, "burstiness")
}

fn ramp(object: &Object) -> Result<Arrival, ImportError> {
    match object.text("ramp_up_strategy")? {
        "linear" => Ok(Arrival::Ramp {
            from: object.number("ramp_up_start_rps")?.unwrap_or(0.0),
            to: object.positive("ramp_up_end_rps", "requests/s")?,
        }),
        other => {
            let why = format!("is `{other}`; expected `linear`");
            Err(object.wrong("ramp_up_strategy", why))
        }
    }
}

fn level(object: &Object, load: Arrival) -> Result<Level, ImportError> {
    let duration = object.positive("duration", "s")?;
    let completed = object.count("completed")?;
    let level = Level {
        duration_s: Seconds::new(duration),
        completed,
        failed: failed(object, completed)?,
        prompt_tokens: object.count("total_input_tokens")?,
        output_tokens: object.count("total_output_tokens")?,
        ttft_ms: distribution(object, "ttft")?,
        tpot_ms: distribution(object, "tpot")?,
        itl_ms: distribution(object, "itl")?,
        e2el_ms: distribution(object, "e2el")?,
        steady_state: steady_state(object)?,
        ..Level::of(load)
    };
    object.agrees("total_token_throughput", level.total_rate().value(), "tokens over `duration` are")?;
    object.agrees("output_throughput", level.output_rate().value(), "output tokens over `duration` are")?;
    // Where conversations have several turns, some clients count conversations there.
    if object.find_text("mode") != Some("multi_turn") {
        object.agrees("request_throughput", level.request_rate().value(), "`completed` over `duration` is")?;
    }
    Ok(level)
}

fn failed(object: &Object, completed: u64) -> Result<u64, ImportError> {
    let Some(failed) = object.maybe_count("failed")? else {
        // Files of older versions have no `failed`.
        let sent = object.count("num_prompts")?;
        let why = || object.wrong("completed", format!("is {completed}, more than `num_prompts`"));
        return sent.checked_sub(completed).ok_or_else(why);
    };
    match object.get("failed_requests").and_then(Value::as_array).map(Vec::len) {
        Some(listed) if listed as u64 != failed => {
            Err(object.wrong("failed", format!("is {failed}, but `failed_requests` lists {listed}")))
        }
        _ => Ok(failed),
    }
}

/// One metric's times.
fn distribution(object: &Object, metric: &str) -> Result<Distribution, ImportError> {
    let time = |name: &str| object.number(&format!("{name}_{metric}_ms")).map(|number| number.map(Millis::new));
    Ok(measured(Distribution {
        mean: time("mean")?,
        std: time("std")?,
        min: time("p0")?,
        p50: time("median")?.or(time("p50")?),
        p90: time("p90")?,
        p95: time("p95")?,
        p99: time("p99")?,
        max: time("p100")?,
        ..Distribution::default()
    }))
}

/// The Rust client's window, where it was cut as Forge cuts its own.
fn steady_state(object: &Object) -> Result<Option<SteadyState>, ImportError> {
    let Some(steady) = object.child("steady_state")? else { return Ok(None) };
    let window = steady.object("window")?;
    if window.number("threshold")?.is_none_or(|threshold| (threshold - STEADY).abs() > 1e-9) {
        return Ok(None);
    }
    let number = |from: &Object, field: &str| from.number(field)?.ok_or_else(|| from.wrong(field, "is missing"));
    Ok(Some(SteadyState {
        from_s: Seconds::new(number(&window, "start_s")?),
        to_s: Seconds::new(number(&window, "end_s")?),
        output_tokens_per_s: number(&steady, "output_throughput")?,
        requests_per_s: RequestsPerSecond::new(number(&steady, "request_throughput")?),
    }))
}

fn notes(object: &Object, load: Arrival) -> Result<Vec<String>, ImportError> {
    let mut notes = Vec::new();
    notes.extend(limit_note(load, object.maybe_count("max_concurrency")?));
    if object.find_text("mode") == Some("multi_turn") {
        notes.push(format!("at {load}, each stream sent the turns of a conversation one after the other"));
    }
    if let Some(warning) = object.find_text("steady_state.window.warning") {
        notes.push(format!("the steady state at {load}: {warning}"));
    }
    Ok(notes)
}

#[cfg(test)]
#[path = "vllm_bench_tests.rs"]
mod tests;
