//! Results of Hugging Face's inference-benchmarker: one file holds a sweep with its warm-up.
//!
//! It counts tokens itself and drops what is in flight at the end, which its numbers do not show.

use crate::import::file_contents::place;
use crate::import::imported_level::day;
use crate::import::object::{Object, measured, value};
use crate::import::{FileContents, FirstValue, ImportError, ImportedLevel, Importer, Tool};
use crate::measure::distribution::Distribution;
use crate::measure::plan::{Arrival, Endpoint, Stop};
use crate::measure::summary::Level;
use crate::units::{MILLIS_PER_SECOND, Millis, Seconds};

static TOOL: Tool = Tool {
    name: "inference-benchmarker",
    slug: "inference-benchmarker",
    example: "results/llama_2026-11-22-10-00-00.json",
    definitions: &[
        ("completed", "requests still in flight when the time is up are thrown away"),
        ("duration_s", "from the start of the request that ended first to the end of the one that ended last"),
        ("prompt_tokens", "counted by the tool's own tokenizer, without the server's chat template"),
        ("output_tokens", "counted by the tool's own tokenizer, event by event"),
        (
            "tpot_ms",
            "the tool's `inter_token_latency_ms`: the sum of an answer's gaps / (output tokens - 1) by request; an \
             answer that came in one event counts as 0, where Forge has no TPOT of it",
        ),
        ("e2el_ms", "ends at the end mark `[DONE]`"),
        ("load", "the rate asked for; requests beyond `max_vus` streams are never sent"),
    ],
};

/// Reads the files of Hugging Face's inference-benchmarker.
pub struct InferenceBenchmarker;

impl Importer for InferenceBenchmarker {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn recognizes(&self, first: &FirstValue) -> bool {
        first.has("config") && first.first_item_has("results", "executor_type")
    }

    fn parse(&self, file: &str, text: &str) -> Result<FileContents, ImportError> {
        let value = value(file, text)?;
        let top = Object::of(file, &value)?;
        let results = top.list("results")?;
        let mut contents = FileContents::default();
        for (position, result) in results.iter().enumerate() {
            let id = result.text("id")?;
            if id == "warmup" {
                contents.skipped.push(format!("`{id}` of `{file}`: a warm-up is not a level"));
                continue;
            }
            let mut run = run(&top, result)?;
            run.file = place(file, "result", position, results.len());
            contents.levels.push(run);
        }
        Ok(contents)
    }
}

fn run(top: &Object, result: &Object) -> Result<ImportedLevel, ImportError> {
    let config = result.object("config")?;
    let load = match result.text("executor_type")? {
        "ConstantVUs" => Arrival::ClosedLoop { concurrency: config.streams("max_vus")? },
        "ConstantArrivalRate" => Arrival::Constant { rate: config.positive("rate", "requests/s")? },
        other => {
            let why = format!("is `{other}`; expected `ConstantVUs` or `ConstantArrivalRate`");
            return Err(result.wrong("executor_type", why));
        }
    };
    let mut run = ImportedLevel::of(result.file, &TOOL, level(result, load)?);
    run.date = top.find_text("start_time").and_then(day);
    run.model = top.find_text("config.model_name").map(str::to_owned);
    // The tool knows no other endpoint.
    run.endpoint = Some(Endpoint::ChatCompletions);
    run.stop = config.number("duration_secs")?.filter(|seconds| *seconds > 0.0).map(Stop::Duration);
    Ok(run)
}

fn level(result: &Object, load: Arrival) -> Result<Level, ImportError> {
    let (completed, failed) = (result.count("successful_requests")?, result.count("failed_requests")?);
    if let Some(total) = result.maybe_count("total_requests")?
        && total != completed + failed
    {
        let why = format!("is {total}, but {completed} succeeded and {failed} failed");
        return Err(result.wrong("total_requests", why));
    }
    let level = Level {
        duration_s: Seconds::new(result.positive("duration_ms", "ms")? / MILLIS_PER_SECOND),
        completed,
        failed,
        prompt_tokens: result.count("total_tokens_sent")?,
        output_tokens: result.count("total_tokens")?,
        ttft_ms: distribution(result, "time_to_first_token_ms")?,
        tpot_ms: distribution(result, "inter_token_latency_ms")?,
        e2el_ms: distribution(result, "e2e_latency_ms")?,
        ..Level::of(load)
    };
    result.agrees("token_throughput_secs", level.output_rate().value(), "`total_tokens` over `duration_ms` are")?;
    result.agrees("request_rate", level.request_rate().value(), "`successful_requests` over `duration_ms` are")?;
    Ok(level)
}

/// One metric's times.
fn distribution(result: &Object, metric: &str) -> Result<Distribution, ImportError> {
    let Some(block) = result.child(metric)? else { return Ok(Distribution::default()) };
    let time = |name: &str| block.number(name).map(|number| number.map(Millis::new));
    Ok(measured(Distribution {
        mean: time("avg")?,
        p50: time("p50")?,
        p90: time("p90")?,
        p95: time("p95")?,
        p99: time("p99")?,
        ..Distribution::default()
    }))
}
