//! guidellm's `benchmarks.json`: one file holds a sweep, one benchmark is one level.
//!
//! Read by what stands in it, not by its version, which stays the same while fields come and go. Its TPOT includes
//! TTFT and is never taken; its `inter_token_latency_ms` is what Forge calls TPOT.

use crate::import::file_contents::place;
use crate::import::imported_level::day_of_seconds;
use crate::import::object::{Object, measured, value};
use crate::import::{FileContents, FirstValue, ImportError, ImportedLevel, Importer, Tool};
use crate::measure::distribution::Distribution;
use crate::measure::plan::{Arrival, Endpoint, Stop};
use crate::measure::summary::Level;
use crate::units::{Millis, Seconds};

static TOOL: Tool = Tool {
    name: "guidellm",
    slug: "guidellm",
    example: "benchmarks.json",
    definitions: &[
        ("duration_s", "the measured window alone, from its first request's start to its last one's end"),
        ("ttft_ms", "taken by the calendar clock, from the request's start to its first token"),
        (
            "tpot_ms",
            "guidellm's `inter_token_latency_ms`: (last token - first token) / (output tokens - 1) by request, each \
             request weighing its output tokens - 1; its `time_per_output_token_ms` includes TTFT and is left out",
        ),
        ("e2el_ms", "ends when the stream ends"),
        ("percentiles", "nearest rank, not interpolated"),
    ],
};

/// Reads guidellm's files.
pub struct Guidellm;

impl Importer for Guidellm {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn recognizes(&self, first: &FirstValue) -> bool {
        first.has("benchmarks") && (first.has("metadata") || first.first_item_has("benchmarks", "metrics"))
    }

    fn parse(&self, file: &str, text: &str) -> Result<FileContents, ImportError> {
        let value = value(file, text)?;
        let top = Object::of(file, &value)?;
        let benchmarks = top.list("benchmarks")?;
        let mut contents = FileContents::default();
        for (position, benchmark) in benchmarks.iter().enumerate() {
            match load(benchmark)? {
                Ok(load) => {
                    let mut run = run(&top, benchmark, load)?;
                    run.file = place(file, "benchmark", position, benchmarks.len());
                    contents.levels.push(run);
                }
                Err(why) => contents.skipped.push(format!("benchmark {} of `{file}`: {why}", position + 1)),
            }
        }
        Ok(contents)
    }
}

/// How requests arrived, or why that makes no level.
fn load(benchmark: &Object) -> Result<Result<Arrival, String>, ImportError> {
    // Versions before 0.4 call it `args`.
    let field = if benchmark.get("config").is_some() { "config" } else { "args" };
    let strategy = benchmark.object(field)?.object("strategy")?;
    let load = match strategy.text("type_")? {
        "synchronous" => Arrival::ClosedLoop { concurrency: 1 },
        "concurrent" => Arrival::ClosedLoop { concurrency: strategy.streams("streams")? },
        "throughput" if strategy.get("max_concurrency").is_some() => {
            Arrival::ClosedLoop { concurrency: strategy.streams("max_concurrency")? }
        }
        "throughput" => return Ok(Err("`throughput` without a concurrency limit is not a level".into())),
        "constant" => Arrival::Constant { rate: strategy.positive("rate", "requests/s")? },
        "poisson" => Arrival::Poisson { rate: strategy.positive("rate", "requests/s")? },
        other => return Ok(Err(format!("strategy `{other}` is not supported"))),
    };
    Ok(Ok(load))
}

fn run(top: &Object, benchmark: &Object, load: Arrival) -> Result<ImportedLevel, ImportError> {
    let (level, incomplete) = level(benchmark, load)?;
    let backend = |field: &str| {
        let own = benchmark.find_text(&format!("config.backend.{field}"));
        let of_all = || top.find_text(&format!("config.spec.backend.{field}"));
        own.or_else(of_all).or_else(|| top.find_text(&format!("config.backend.{field}")))
    };
    let mut run = ImportedLevel::of(benchmark.file, &TOOL, level);
    run.version = top.find_text("metadata.guidellm_version").map(str::to_owned);
    run.date = benchmark.number("start_time")?.and_then(day_of_seconds);
    run.model = backend("model").map(str::to_owned);
    run.endpoint = backend("request_format").and_then(endpoint);
    run.seed = top.find("config.spec.seed.value").and_then(serde_json::Value::as_u64);
    run.stop = stop(benchmark);
    if incomplete > 0 {
        run.notes.push(format!("at {load}, {incomplete} requests were cancelled at the end; they are not counted"));
    }
    if benchmark.find("config.strategy.rampup_duration").and_then(serde_json::Value::as_f64).is_some_and(|s| s > 0.0) {
        run.notes.push(format!("at {load}, streams started one after the other, and the duration includes this ramp"));
    }
    let said = benchmark.list("warnings")?;
    run.notes.extend(
        said.iter().filter_map(|warning| Some(format!("guidellm at {load}: {}", warning.find_text("message")?))),
    );
    Ok(run)
}

/// The limit it was given, by the names that versions have for it. With a number of requests and a time, the number.
fn stop(benchmark: &Object) -> Option<Stop> {
    let constraints = ["config.constraints", "args.constraints"].into_iter().find_map(|path| benchmark.find(path))?;
    let limit = |kinds: &[&str], keys: &[&str]| {
        let constraint = kinds.iter().find_map(|kind| constraints.get(kind))?;
        let parts = [constraint.get("args"), Some(constraint)];
        let value = parts.into_iter().flatten().find_map(|part| keys.iter().find_map(|key| part.get(key)))?;
        // Several values are one a benchmark, and which one counted is not sure.
        let value = value.as_array().map_or(Some(value), |values| values.first().filter(|_| values.len() == 1))?;
        value.as_f64().filter(|limit| limit.is_finite() && *limit > 0.0)
    };
    let requests = limit(&["max_requests", "max_number"], &["count", "max_num", "max_requests"]);
    let requests = requests.filter(|count| count.fract() == 0.0 && *count <= f64::from(u32::MAX));
    let seconds = || limit(&["max_duration", "max_seconds"], &["seconds", "max_duration", "max_seconds"]);
    requests.map(|count| Stop::Requests(count as u32)).or_else(|| seconds().map(Stop::Duration))
}

/// `/v1/chat/completions`, or `chat_completions` in older files.
fn endpoint(format: &str) -> Option<Endpoint> {
    match format.trim_start_matches("/v1/") {
        "chat/completions" | "chat_completions" => Some(Endpoint::ChatCompletions),
        "completions" | "text_completions" => Some(Endpoint::Completions),
        _ => None,
    }
}

fn level(benchmark: &Object, load: Arrival) -> Result<(Level, u64), ImportError> {
    let metrics = benchmark.object("metrics")?;
    let totals = metrics.object("request_totals")?;
    let (completed, failed) = (totals.count("successful")?, totals.count("errored")?);
    let incomplete = totals.maybe_count("incomplete")?.unwrap_or(0);
    let sum = completed + failed + incomplete;
    if let Some(total) = totals.maybe_count("total")?
        && total != sum
    {
        return Err(totals.wrong("total", format!("is {total}, but its parts add up to {sum}")));
    }
    let level = Level {
        duration_s: Seconds::new(benchmark.positive("duration", "s")?),
        completed,
        failed,
        prompt_tokens: tokens(&metrics, "prompt_token_count", completed)?,
        output_tokens: tokens(&metrics, "output_token_count", completed)?,
        ttft_ms: distribution(&metrics, "time_to_first_token_ms", Millis::new)?,
        // Each request weighs its tokens there, so its count is no count of requests.
        tpot_ms: Distribution { count: None, ..distribution(&metrics, "inter_token_latency_ms", Millis::new)? },
        e2el_ms: distribution(&metrics, "request_latency", |s| Seconds::new(s).to_millis())?,
        ..Level::of(load)
    };
    // With requests outside the measured window, guidellm's rates count part of them.
    let trimmed = |field: &str| Ok(benchmark.number(field)?.is_some_and(|seconds| seconds > 0.0));
    if failed + incomplete == 0 && !trimmed("warmup_duration")? && !trimmed("cooldown_duration")? {
        let over = "over `duration`";
        agrees(&metrics, "requests_per_second", level.request_rate().value(), &format!("requests {over} are"))?;
        agrees(
            &metrics,
            "output_tokens_per_second",
            level.output_rate().value(),
            &format!("output tokens {over} are"),
        )?;
        agrees(&metrics, "tokens_per_second", level.total_rate().value(), &format!("tokens {over} are"))?;
    }
    Ok((level, incomplete))
}

/// What a metric says of successful requests; absent where it was not taken.
fn successful<'a>(metrics: &Object<'a>, metric: &str) -> Result<Option<Object<'a>>, ImportError> {
    metrics.child(metric)?.map_or(Ok(None), |metric| metric.child("successful"))
}

fn tokens(metrics: &Object, metric: &str, completed: u64) -> Result<u64, ImportError> {
    match successful(metrics, metric)? {
        Some(counts) => counts.count("total_sum"),
        None if completed == 0 => Ok(0),
        None => Err(metrics.wrong(&format!("{metric}.successful"), "is missing")),
    }
}

fn agrees(metrics: &Object, metric: &str, ours: f64, counted: &str) -> Result<(), ImportError> {
    successful(metrics, metric)?.map_or(Ok(()), |rate| rate.agrees("mean", ours, counted))
}

/// One metric's times, in the unit that `millis` takes.
fn distribution(metrics: &Object, metric: &str, millis: fn(f64) -> Millis) -> Result<Distribution, ImportError> {
    let Some(block) = successful(metrics, metric)? else { return Ok(Distribution::default()) };
    let percentiles = block.child("percentiles")?;
    let time = |name: &str| block.number(name).map(|number| number.map(millis));
    let percentile = |name: &str| match &percentiles {
        Some(percentiles) => percentiles.number(name).map(|number| number.map(millis)),
        None => Ok(None),
    };
    Ok(measured(Distribution {
        count: block.maybe_count("count")?,
        mean: time("mean")?,
        std: time("std_dev")?,
        min: time("min")?,
        p50: time("median")?.or(percentile("p50")?),
        p90: percentile("p90")?,
        p95: percentile("p95")?,
        p99: percentile("p99")?,
        max: time("max")?,
        hdr_us_base64: None,
    }))
}
