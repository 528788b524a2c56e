//! `vllm bench serve` files: one JSON object is one level; several make a sweep.
//!
//! Lenient on keys it does not know, strict on those it needs. Takes the totals, not the rates the tool derived:
//! Forge derives its own, and refuses a file whose own rate says something else.

use serde_json::Value;

use crate::date::Date;
use crate::import::{ImportError, Object};
use crate::measure::plan::{Arrival, Endpoint, Plan, Stop, Workload};
use crate::measure::summary::{Distribution, Level};
use crate::store::provenance::Warning;
use crate::units::{Millis, Seconds};

/// One run of `vllm bench serve`.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchRun {
    /// The file it stands in, as the caller calls it; with its place where the file holds several.
    pub file: String,
    /// The day it ended, when the file says so.
    pub date: Option<Date>,
    /// The model the server was asked for.
    pub model: String,
    /// Which OpenAI endpoint was asked.
    pub endpoint: Endpoint,
    /// What it measured.
    pub level: Level,
}

/// Runs of one model at different concurrencies.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchSweep {
    /// The day of the first run, when a file says so.
    pub date: Option<Date>,
    /// The model the server was asked for.
    pub model: String,
    /// Which OpenAI endpoint was asked.
    pub endpoint: Endpoint,
    /// The levels, lowest concurrency first; at least one.
    pub levels: Vec<Level>,
}

/// Reads the runs of a file: one JSON object, or several one after the other (`--append-result`).
///
/// # Errors
/// When the text is not JSON, holds no run, lacks a needed field, or contradicts itself.
pub fn parse(file: &str, text: &str) -> Result<Vec<BenchRun>, ImportError> {
    let broken = |why: String| ImportError { file: file.into(), field: None, why };
    let objects: Vec<Value> = serde_json::Deserializer::from_str(text)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| broken(format!("is not JSON: {error}")))?;
    if objects.is_empty() {
        return Err(broken("is empty".into()));
    }
    let several = objects.len() > 1;
    let named = |position: usize| if several { format!("{file} (run {})", position + 1) } else { file.to_owned() };
    objects.iter().enumerate().map(|(position, object)| run(&named(position), object)).collect()
}

/// Puts runs together into the levels of one sweep, lowest concurrency first.
///
/// # Errors
/// When there is no run, when two runs have the same concurrency, or when they differ in model or endpoint.
pub fn combine(mut runs: Vec<BenchRun>) -> Result<BenchSweep, ImportError> {
    runs.sort_by_key(|run| run.level.concurrency());
    for pair in runs.windows(2) {
        let [first, second] = pair else { continue };
        let wrong =
            |field: &str, why: String| Err(ImportError { file: second.file.clone(), field: Some(field.into()), why });
        if first.model != second.model {
            return wrong(
                "model_id",
                format!("is `{}`, but `{}` has `{}`: one sweep is of one model", second.model, first.file, first.model),
            );
        }
        if first.endpoint != second.endpoint {
            let (ours, theirs) = (second.endpoint.path(), first.endpoint.path());
            return wrong("endpoint_type", format!("means {ours}, but that of `{}` means {theirs}", first.file));
        }
        if first.level.concurrency() == second.level.concurrency() {
            let concurrency = second.level.concurrency();
            return wrong("max_concurrency", format!("is {concurrency}, as in `{}`: a level counts once", first.file));
        }
    }
    let date = runs.iter().filter_map(|run| run.date).min();
    let first = runs.first().map(|run| (run.model.clone(), run.endpoint));
    let (model, endpoint) =
        first.ok_or_else(|| ImportError { file: "-".into(), field: None, why: "there is no run to import".into() })?;
    Ok(BenchSweep { date, model, endpoint, levels: runs.into_iter().map(|run| run.level).collect() })
}

impl BenchSweep {
    /// The plan behind the sweep, as far as its files tell; `benchmark` also names the workload.
    #[must_use]
    pub fn plan(&self, benchmark: &str) -> Plan {
        let requests = self.requests().into_iter().max().unwrap_or(0);
        Plan {
            benchmark: benchmark.into(),
            endpoint: self.endpoint,
            workload: Workload::Named { name: benchmark.into() },
            levels: self.levels.iter().map(|level| level.load).collect(),
            stop: Stop::Requests(u32::try_from(requests).unwrap_or(u32::MAX)),
            repeats: None,
            warmup_requests: None,
            seed: None,
            ignore_eos: None,
            temperature: None,
            #[cfg(feature = "observations")]
            conduct: None,
        }
    }

    /// What makes the sweep less than it looks.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings: Vec<Warning> = self.levels.iter().flat_map(Warning::of_level).collect();
        let requests = self.requests();
        if requests.iter().any(|count| *count != requests[0]) {
            let each: Vec<String> = self
                .levels
                .iter()
                .zip(&requests)
                .map(|(level, count)| format!("{count} at {}", level.concurrency()))
                .collect();
            let text = format!("levels sent different numbers of requests: {} streams", each.join(", "));
            warnings.push(Warning::Note { text });
        }
        warnings
    }

    fn requests(&self) -> Vec<u64> {
        self.levels.iter().map(|level| level.completed + level.failed).collect()
    }
}

fn run(file: &str, value: &Value) -> Result<BenchRun, ImportError> {
    let Value::Object(fields) = value else {
        return Err(ImportError { file: file.into(), field: None, why: "is not a JSON object".into() });
    };
    let object = Object { file, fields };
    Ok(BenchRun {
        file: file.into(),
        date: object.get("date").and_then(Value::as_str).and_then(date),
        model: object.text("model_id")?.into(),
        endpoint: endpoint(&object)?,
        level: level(&object)?,
    })
}

/// The day in `20260529-033010`.
fn date(text: &str) -> Option<Date> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    Date::new(number(0..4)? as i32, number(4..6)?, number(6..8)?)
}

fn endpoint(object: &Object) -> Result<Endpoint, ImportError> {
    // Files before 2025 say only `backend`.
    let field = if object.get("endpoint_type").is_some() { "endpoint_type" } else { "backend" };
    match object.text(field)? {
        "openai" | "vllm" => Ok(Endpoint::Completions),
        "openai-chat" => Ok(Endpoint::ChatCompletions),
        other => Err(object.wrong(field, format!("is `{other}`; only `openai`, `vllm` and `openai-chat` are known"))),
    }
}

fn concurrency(object: &Object) -> Result<u32, ImportError> {
    const FIELD: &str = "max_concurrency";
    if object.get(FIELD).is_none() {
        let why =
            "is null: the run had no limit on streams, so it is no level of a sweep (run it with --max-concurrency)";
        return Err(object.wrong(FIELD, why));
    }
    let count = object.count(FIELD)?;
    let concurrency = u32::try_from(count).ok().filter(|concurrency| *concurrency > 0);
    concurrency.ok_or_else(|| object.wrong(FIELD, format!("is {count}, not a number of streams")))
}

fn level(object: &Object) -> Result<Level, ImportError> {
    let concurrency = concurrency(object)?;
    if let Some(rate) = object.get("request_rate").filter(|rate| rate.as_str() != Some("inf")) {
        let why = format!("is `{rate}`: requests arrived at a rate; only runs at a fixed concurrency are levels");
        return Err(object.wrong("request_rate", why));
    }
    let duration = object.needed("duration").and_then(|_| object.number("duration"))?.unwrap_or(0.0);
    if duration <= 0.0 {
        return Err(object.wrong("duration", format!("is `{duration}` s; it must be above 0")));
    }
    let completed = object.count("completed")?;
    // Files of older versions have no `failed`.
    let failed = match object.get("failed") {
        Some(_) => object.count("failed")?,
        None => object
            .count("num_prompts")?
            .checked_sub(completed)
            .ok_or_else(|| object.wrong("completed", format!("is {completed}, more than `num_prompts`")))?,
    };
    let level = Level {
        duration_s: Seconds::new(duration),
        completed,
        failed,
        prompt_tokens: object.count("total_input_tokens")?,
        output_tokens: object.count("total_output_tokens")?,
        ttft_ms: distribution(object, "ttft")?,
        tpot_ms: distribution(object, "tpot")?,
        itl_ms: distribution(object, "itl")?,
        e2el_ms: distribution(object, "e2el")?,
        ..Level::of(Arrival::ClosedLoop { concurrency })
    };
    let ours = level.total_rate().value();
    match object.number("total_token_throughput")? {
        Some(theirs) if (theirs - ours).abs() > 0.01 * ours => {
            let why = format!("is {theirs}, but tokens over `duration` are {ours}");
            Err(object.wrong("total_token_throughput", why))
        }
        _ => Ok(level),
    }
}

/// One metric's times. The tool writes 0 for an empty list, so all zeros mean that nothing was measured.
fn distribution(object: &Object, metric: &str) -> Result<Distribution, ImportError> {
    let time = |name: &str| object.number(&format!("{name}_{metric}_ms")).map(|number| number.map(Millis::new));
    let distribution = Distribution {
        mean: time("mean")?,
        std: time("std")?,
        p50: time("median")?.or(time("p50")?),
        p90: time("p90")?,
        p95: time("p95")?,
        p99: time("p99")?,
        ..Distribution::default()
    };
    let Distribution { mean, p50, p90, p95, p99, .. } = distribution;
    let measured = [mean, p50, p90, p95, p99].into_iter().flatten().any(|time| time.value() > 0.0);
    Ok(if measured { distribution } else { Distribution::default() })
}

#[cfg(test)]
#[path = "vllm_bench_tests.rs"]
mod tests;
