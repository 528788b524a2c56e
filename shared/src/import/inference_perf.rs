//! inference-perf's `stage_N_lifecycle_metrics.json`: one stage is one level, all its times are in seconds.
//!
//! The file names neither the model, the day nor the endpoint; those stand in the `config.yaml` beside it.

use crate::import::object::{MAX_COUNT, Object, measured, value};
use crate::import::{FileContents, FirstValue, ImportError, ImportedLevel, Importer, Tool};
use crate::measure::distribution::Distribution;
use crate::measure::plan::Arrival;
use crate::measure::summary::Level;
use crate::units::Seconds;

static TOOL: Tool = Tool {
    name: "inference-perf",
    slug: "inference-perf",
    example: "stage_*.json --date 2026-11-22 --endpoint chat",
    definitions: &[
        ("prompt_tokens", "as the server reports them, else as the tool's own tokenizer counts"),
        ("output_tokens", "as the server reports them, else as the tool's own tokenizer counts"),
        (
            "tpot_ms",
            "(last token - first token) / (output tokens - 1) by request, output tokens as the tool's own tokenizer \
             counts unless it was told otherwise",
        ),
        ("itl_ms", "a value a token as the tool's own tokenizer counts; tokens of one event have no time between them"),
        ("e2el_ms", "ends when the answer has been read to its end"),
        ("load", "the rate asked for"),
    ],
};

/// Reads the files of Kubernetes' inference-perf.
pub struct InferencePerf;

impl Importer for InferencePerf {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn recognizes(&self, first: &FirstValue) -> bool {
        first.has("load_summary") && first.has("successes")
    }

    fn parse(&self, file: &str, text: &str) -> Result<FileContents, ImportError> {
        let value = value(file, text)?;
        let top = Object::of(file, &value)?;
        let summary = top.object("load_summary")?;
        let mut contents = FileContents::default();
        if summary.get("requested_rate").is_none() && summary.get("concurrency").is_none() {
            contents
                .skipped
                .push(format!("`{file}`: this is the summary of all stages; import the files of the stages"));
            return Ok(contents);
        }
        // With a number of streams, the rate is only what the tool made of it.
        let load = match summary.get("concurrency") {
            Some(_) => Arrival::ClosedLoop { concurrency: summary.streams("concurrency")? },
            None => Arrival::Constant { rate: summary.positive("requested_rate", "requests/s")? },
        };
        let mut run = ImportedLevel::of(file, &TOOL, level(&top, &summary, load)?);
        if load.concurrency().is_none() {
            run.notes.push("inference-perf's files do not say how requests arrived; a constant rate is assumed".into());
        }
        contents.levels.push(run);
        Ok(contents)
    }
}

fn level(top: &Object, summary: &Object, load: Arrival) -> Result<Level, ImportError> {
    let (successes, failures) = (top.object("successes")?, top.object("failures")?);
    let (completed, failed) = (successes.count("count")?, failures.count("count")?);
    if let Some(count) = summary.maybe_count("count")?
        && count != completed + failed
    {
        let why = format!("is {count}, but {completed} succeeded and {failed} failed");
        return Err(summary.wrong("count", why));
    }
    let throughput = successes.object("throughput")?;
    let seconds = duration(top, &throughput, completed)?;
    let prompt = Tokens::of(&successes, ["prompt_tokens", "prompt_len"], completed)?;
    let output = Tokens::of(&successes, ["output_tokens", "output_len"], completed)?;
    let latency = successes.child("latency")?;
    let distribution = |metric: &str| match &latency {
        Some(latency) => distribution(latency, metric),
        None => Ok(Distribution::default()),
    };
    let level = Level {
        duration_s: Seconds::new(seconds),
        completed,
        failed,
        prompt_tokens: prompt.total,
        cached_prompt_tokens: prompt.cached,
        output_tokens: output.total,
        ttft_ms: distribution("time_to_first_token")?,
        tpot_ms: distribution("time_per_output_token")?,
        itl_ms: distribution("inter_token_latency")?,
        e2el_ms: distribution("request_latency")?,
        ..Level::of(load)
    };
    throughput.agrees("requests_per_sec", level.request_rate().value(), "`successes.count` over the time is")?;
    let prompt_rate = prompt.total as f64 / seconds;
    throughput.agrees("input_tokens_per_sec", prompt_rate, "prompt tokens over the time are")?;
    // The tool's own output rate is of the tokens it counted itself, or of the server's when it was told so.
    let own = successes.child("output_len")?.map_or(Ok(None), |own| own.number("mean"))?;
    let rates = [Some(level.output_rate().value()), own.map(|mean| mean * completed as f64 / seconds)];
    let agrees = |rate: f64| throughput.agrees("output_tokens_per_sec", rate, "output tokens over the time are");
    match rates.into_iter().flatten().any(|rate| agrees(rate).is_ok()) {
        true => Ok(level),
        false => agrees(level.output_rate().value()).map(|()| level),
    }
}

/// Seconds from first send to last end; older files hold only the rate.
fn duration(top: &Object, throughput: &Object, completed: u64) -> Result<f64, ImportError> {
    if top.get("benchmark_time_seconds").is_some() {
        return top.positive("benchmark_time_seconds", "s");
    }
    if completed == 0 {
        return Err(
            top.wrong("benchmark_time_seconds", "is missing, and no request completed, so the duration is unknown")
        );
    }
    Ok(completed as f64 / throughput.positive("requests_per_sec", "requests/s")?)
}

/// Tokens of completed requests on one side.
struct Tokens {
    total: u64,
    cached: Option<u64>,
}

impl Tokens {
    /// The total, or what the mean over requests makes; older files have the second name.
    fn of(successes: &Object, names: [&str; 2], completed: u64) -> Result<Self, ImportError> {
        for name in names {
            let Some(block) = successes.child(name)? else { continue };
            let total = match block.maybe_count("total")? {
                Some(total) => total,
                None => {
                    let mean = block.number("mean")?.ok_or_else(|| block.wrong("mean", "is missing"))?;
                    let total = (mean * completed as f64).round();
                    // As for every other count, more than this is none.
                    if total > MAX_COUNT as f64 {
                        return Err(
                            block.wrong("mean", format!("is {mean}, which is too large for {completed} requests"))
                        );
                    }
                    total as u64
                }
            };
            // The tool writes 0 both for no hit and for a server that does not say.
            let cached = block.maybe_count("cached")?.filter(|cached| *cached > 0);
            return Ok(Self { total, cached });
        }
        if completed == 0 { Ok(Self { total: 0, cached: None }) } else { Err(successes.wrong(names[0], "is missing")) }
    }
}

/// One metric's times, from seconds.
fn distribution(latency: &Object, metric: &str) -> Result<Distribution, ImportError> {
    let Some(block) = latency.child(metric)? else { return Ok(Distribution::default()) };
    let time = |name: &str| block.number(name).map(|number| number.map(|value| Seconds::new(value).to_millis()));
    Ok(measured(Distribution {
        mean: time("mean")?,
        min: time("min")?,
        p50: time("median")?.or(time("p50")?),
        p90: time("p90")?,
        p95: time("p95")?,
        p99: time("p99")?,
        max: time("max")?,
        ..Distribution::default()
    }))
}
