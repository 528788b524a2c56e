//! AIPerf's `profile_export_aiperf.json`: one file is one level.
//!
//! Its `inter_token_latency` is what Forge calls TPOT; it has nothing that Forge calls ITL.

use serde_json::Value;

use crate::import::arrival::{gamma, limit_note};
use crate::import::imported_level::day;
use crate::import::object::{MAX_COUNT, Object, measured, value};
use crate::import::{FileContents, FirstValue, ImportError, ImportedLevel, Importer, Tool};
use crate::measure::distribution::Distribution;
use crate::measure::plan::{Arrival, Endpoint, Stop};
use crate::measure::summary::Level;
use crate::units::{MILLIS_PER_SECOND, Millis, Seconds};

static TOOL: Tool = Tool {
    name: "AIPerf",
    slug: "aiperf",
    example: "*/profile_export_aiperf.json",
    definitions: &[
        ("prompt_tokens", "as the server reports them for all requests, else as AIPerf's own tokenizer counts"),
        ("output_tokens", "as the server reports them for all requests, else as AIPerf's own tokenizer counts"),
        (
            "tpot_ms",
            "AIPerf's `inter_token_latency`: (request latency - TTFT) / (output tokens - 1) by request, each \
             request counting once",
        ),
        ("e2el_ms", "ends at the last event that brings text"),
        ("std", "of a sample (n - 1), not of the population"),
    ],
};

/// Reads AIPerf's files.
pub struct Aiperf;

impl Importer for Aiperf {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn recognizes(&self, first: &FirstValue) -> bool {
        first.has("aiperf_version") || (first.has("input_config") && first.has("request_count"))
    }

    fn parse(&self, file: &str, text: &str) -> Result<FileContents, ImportError> {
        let value = value(file, text)?;
        let top = Object::of(file, &value)?;
        let phase = Phase::of(&top)?;
        let mut run = ImportedLevel::of(file, &TOOL, level(&top, phase.load)?);
        run.version = top.find_text("aiperf_version").map(str::to_owned);
        run.date = top.find_text("start_time").and_then(day);
        run.seed = top.find("run_info.random_seed").and_then(Value::as_u64);
        run.stop = phase.stop;
        // Files of the first versions name models and load elsewhere.
        let models = [top.find("input_config.models.items"), top.find("input_config.endpoint.model_names")];
        run.model = models.into_iter().flatten().find_map(|list| {
            let first = list.get(0)?;
            first.as_str().or_else(|| first.get("name")?.as_str()).map(str::to_owned)
        });
        run.endpoint = match top.find_text("input_config.endpoint.type") {
            Some("completions") => Some(Endpoint::Completions),
            Some("chat") => Some(Endpoint::ChatCompletions),
            _ => None,
        };
        let load = phase.load;
        run.notes.extend(limit_note(load, phase.streams));
        if let Some(prefills) = phase.prefills {
            run.notes.push(format!("at {load}, at most {prefills} requests were in prefill at the same time"));
        }
        if phase.ramped {
            run.notes.push(format!("the load of {load} was ramped up, and the duration includes the ramp"));
        }
        if top.get("was_cancelled").is_some_and(|value| value == true) {
            run.notes.push(format!("the run at {load} was cancelled before its end"));
        }
        Ok(FileContents { levels: vec![run], ..FileContents::default() })
    }
}

/// The phase that was measured.
struct Phase {
    load: Arrival,
    streams: Option<u64>,
    prefills: Option<u64>,
    stop: Option<Stop>,
    ramped: bool,
}

impl Phase {
    fn of(top: &Object) -> Result<Self, ImportError> {
        let config = top.object("input_config")?;
        own_schedule(&config)?;
        if let Some(generator) = config.child("loadgen")? {
            return Self::of_first_versions(&generator);
        }
        let is_measured = |phase: &Object| {
            let kind = phase.find_text("kind").or_else(|| phase.find_text("name"));
            kind != Some("warmup")
        };
        let mut phases: Vec<Object> = config.list("phases")?.into_iter().filter(is_measured).collect();
        let Some(phase) = phases.pop() else { return Err(config.wrong("phases", "has no measured phase")) };
        if !phases.is_empty() {
            let why =
                format!("has {} measured phases, and the numbers cover all of them; expected one", phases.len() + 1);
            return Err(config.wrong("phases", why));
        }
        let rate = || phase.positive("rate", "requests/s");
        let load = match phase.text("type")? {
            "concurrency" => given_streams(&phase)?,
            "poisson" => Arrival::Poisson { rate: rate()? },
            "constant" => Arrival::Constant { rate: rate()? },
            "gamma" => gamma(rate()?, &phase, "smoothness")?,
            other => {
                let why = format!("is `{other}`; expected `concurrency`, `poisson`, `gamma` or `constant`");
                return Err(phase.wrong("type", why));
            }
        };
        Ok(Self {
            load,
            streams: phase.maybe_count("concurrency")?,
            prefills: phase.maybe_count("prefill_concurrency")?,
            stop: stop(&phase, "requests", "duration"),
            ramped: phase.get("concurrency_ramp").is_some() || phase.get("rate_ramp").is_some(),
        })
    }

    fn of_first_versions(generator: &Object) -> Result<Self, ImportError> {
        let streams = generator.maybe_count("concurrency")?;
        let load = match generator.get("request_rate") {
            None => given_streams(generator)?,
            Some(_) => {
                let rate = generator.positive("request_rate", "requests/s")?;
                // The name that newer versions use comes first.
                let field =
                    ["arrival_pattern", "request_rate_mode"].into_iter().find(|field| generator.get(field).is_some());
                let field = field.unwrap_or("arrival_pattern");
                match generator.find_text(field) {
                    None if generator.get(field).is_some() => {
                        return Err(generator.wrong(field, "is not a text"));
                    }
                    None | Some("poisson") => Arrival::Poisson { rate },
                    Some("constant") => Arrival::Constant { rate },
                    Some("gamma") => gamma(rate, generator, "arrival_smoothness")?,
                    Some(other) => {
                        let why = format!("is `{other}`; expected `poisson`, `gamma` or `constant`");
                        return Err(generator.wrong(field, why));
                    }
                }
            }
        };
        Ok(Self {
            load,
            streams,
            prefills: generator.maybe_count("prefill_concurrency")?,
            stop: stop(generator, "request_count", "benchmark_duration"),
            ramped: false,
        })
    }
}

/// Refuses a run whose requests came at times of their own: whatever else is given was only a limit there.
fn own_schedule(config: &Object) -> Result<(), ImportError> {
    const ON: &str = "is set: requests followed a schedule, which is not a level of a sweep";
    let groups = ["loadgen", "input"].map(|name| config.child(name)).into_iter().collect::<Result<Vec<_>, _>>()?;
    let phases = config.list("phases")?;
    for part in std::iter::once(config).chain(groups.iter().flatten()).chain(&phases) {
        let set = |field: &&str| part.get(field).is_some_and(|value| *value != false && *value != 0);
        if let Some(field) = ["fixed_schedule", "user_centric_rate"].into_iter().find(set) {
            return Err(part.wrong(field, ON));
        }
    }
    Ok(())
}

/// Streams that the file names; a limit on prefills alone does not say how many there were.
fn given_streams(phase: &Object) -> Result<Arrival, ImportError> {
    if phase.get("concurrency").is_some() {
        return Ok(Arrival::ClosedLoop { concurrency: phase.streams("concurrency")? });
    }
    let why = "is missing, and there is no request rate, so the load is unknown";
    if phase.get("prefill_concurrency").is_some() {
        return Err(phase.wrong("concurrency", format!("{why}; `prefill_concurrency` limits prefills only")));
    }
    Err(phase.wrong("concurrency", why))
}

fn stop(phase: &Object, requests: &str, duration: &str) -> Option<Stop> {
    let requests = phase.get(requests).and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
    let duration = phase.get(duration).and_then(Value::as_f64).filter(|seconds| *seconds > 0.0);
    requests.map(Stop::Requests).or_else(|| duration.map(Stop::Duration))
}

fn level(top: &Object, load: Arrival) -> Result<Level, ImportError> {
    let duration = top.object("benchmark_duration")?;
    let seconds = duration.positive("avg", "s")? * scale(&duration)? / MILLIS_PER_SECOND;
    let completed = top.object("request_count")?.count("avg")?;
    let own = (tokens(top, "total_isl", "input_sequence_length")?, tokens(top, "total_osl", "output_sequence_length")?);
    let count = |reported: Option<u64>, own: Option<u64>, field: &str| {
        reported.or(own).ok_or_else(|| top.wrong(field, "is missing"))
    };
    let level = Level {
        duration_s: Seconds::new(seconds),
        completed,
        failed: failed(top)?,
        prompt_tokens: count(reported(top, "usage_prompt_tokens", completed)?, own.0, "total_isl")?,
        output_tokens: count(reported(top, "usage_completion_tokens", completed)?, own.1, "total_osl")?,
        ttft_ms: distribution(top, "time_to_first_token")?,
        tpot_ms: distribution(top, "inter_token_latency")?,
        e2el_ms: distribution(top, "request_latency")?,
        ..Level::of(load)
    };
    let agrees = |metric: &str, ours: f64, counted: &str| match top.child(metric)? {
        Some(block) => block.agrees("avg", ours, counted),
        None => Ok(()),
    };
    agrees("request_throughput", level.request_rate().value(), "requests over `benchmark_duration` are")?;
    // AIPerf's own rates are of the tokens it counted itself.
    if let Some(output) = own.1 {
        let rate = output as f64 / seconds;
        agrees("output_token_throughput", rate, "`total_osl` over `benchmark_duration` is")?;
        if let Some(prompt) = own.0 {
            let rate = (prompt + output) as f64 / seconds;
            agrees("total_token_throughput", rate, "`total_isl` and `total_osl` over `benchmark_duration` are")?;
        }
    }
    Ok(level)
}

fn failed(top: &Object) -> Result<u64, ImportError> {
    if let Some(errors) = top.child("error_request_count")? {
        return errors.count("avg");
    }
    let errors = top.list("error_summary")?;
    errors.iter().try_fold(0_u64, |sum, error| Ok(sum.saturating_add(error.count("count")?).min(MAX_COUNT)))
}

/// Tokens as AIPerf's own tokenizer counts them: the total, or the sum over requests.
fn tokens(top: &Object, total: &str, by_request: &str) -> Result<Option<u64>, ImportError> {
    if let Some(total) = top.child(total)? {
        return total.count("avg").map(Some);
    }
    top.child(by_request)?.map_or(Ok(None), |block| block.maybe_count("sum"))
}

/// Tokens as the server reports them, when it did so for every request.
fn reported(top: &Object, by_request: &str, completed: u64) -> Result<Option<u64>, ImportError> {
    let Some(block) = top.child(by_request)? else { return Ok(None) };
    let whole = block.maybe_count("count")? == Some(completed);
    if whole { block.maybe_count("sum") } else { Ok(None) }
}

/// One metric's times.
fn distribution(top: &Object, metric: &str) -> Result<Distribution, ImportError> {
    let Some(block) = top.child(metric)? else { return Ok(Distribution::default()) };
    let scale = scale(&block)?;
    let time = |name: &str| block.number(name).map(|number| number.map(|value| Millis::new(value * scale)));
    Ok(measured(Distribution {
        count: block.maybe_count("count")?,
        mean: time("avg")?,
        std: time("std")?,
        min: time("min")?,
        p50: time("p50")?,
        p90: time("p90")?,
        p95: time("p95")?,
        p99: time("p99")?,
        max: time("max")?,
        hdr_us_base64: None,
    }))
}

/// Milliseconds in a block's unit.
fn scale(block: &Object) -> Result<f64, ImportError> {
    match block.text("unit")? {
        "ms" => Ok(1.0),
        "s" | "sec" | "seconds" => Ok(MILLIS_PER_SECOND),
        "us" => Ok(1.0 / MILLIS_PER_SECOND),
        other => Err(block.wrong("unit", format!("is `{other}`; expected `ms`, `s`, `sec`, `seconds` or `us`"))),
    }
}
