//! Levels as the files that `vllm bench serve`, the Python client, writes: one JSON object a level.
//!
//! What was not measured is left out, where that tool would write 0. Text under `forge_…` keys, which stand where the
//! tool puts its own `--metadata`, says what kind of evidence the numbers are and how they are defined.

use serde_json::{Map, Value, json};

use crate::date::Date;
use crate::export::{Exported, ExportedFile};
use crate::measure::distribution::Distribution;
use crate::measure::plan::{Arrival, Endpoint};
use crate::measure::summary::Level;
use crate::store::result_file::ResultFile;

/// Where Forge's own numbers differ from those that `vllm bench serve` puts under the same keys.
const FORGE: &str = "ttft: ends at the first event that brings a token; tpot: from first to last token / (output tokens - \
                     1); itl: a value a token, not an event; e2el: ends at the last token";

/// The tool whose definitions need no telling here.
const VLLM: &str = "vllm bench serve";

/// Every level of a result as a file of its own.
#[must_use]
pub fn levels(result: &ResultFile) -> Exported {
    let mut exported = Exported { not_expressible: not_expressible(result), ..Exported::default() };
    for level in &result.levels {
        match load(level.load) {
            Some(load) => exported.files.push(ExportedFile {
                name: name(result, level, &load),
                text: format!("{}\n", Value::Object(object(result, level, load))),
            }),
            None => exported.skipped.push(format!("{}: it followed a recorded trace", level.load)),
        }
    }
    exported
}

/// The keys that say how requests arrived; `None` where the format has none for it.
fn load(load: Arrival) -> Option<Map<String, Value>> {
    let keys = match load {
        Arrival::ClosedLoop { concurrency } => {
            json!({"request_rate": "inf", "burstiness": 1.0, "max_concurrency": concurrency})
        }
        Arrival::Poisson { rate } => json!({"request_rate": rate, "burstiness": 1.0, "max_concurrency": null}),
        Arrival::Gamma { rate, burstiness } => {
            json!({"request_rate": rate, "burstiness": burstiness, "max_concurrency": null})
        }
        Arrival::Constant { rate } => json!({"request_rate": rate, "burstiness": "inf", "max_concurrency": null}),
        Arrival::Ramp { from, to } => json!({
            "request_rate": "inf", "burstiness": "inf", "max_concurrency": null,
            "ramp_up_strategy": "linear", "ramp_up_start_rps": from, "ramp_up_end_rps": to
        }),
        Arrival::Trace { .. } => return None,
    };
    keys.as_object().cloned()
}

fn object(result: &ResultFile, level: &Level, load: Map<String, Value>) -> Map<String, Value> {
    let mut object = load;
    let mut put = |key: &str, value: Value| drop(object.insert(key.into(), value));
    put("date", json!(stamp(result, level)));
    if let Some(backend) = backend(result) {
        put("endpoint_type", json!(backend));
        put("backend", json!(backend));
    }
    put("label", Value::Null);
    put("model_id", json!(result.configuration.served_model));
    put("num_prompts", json!(level.completed + level.failed));
    put("duration", json!(level.duration_s.value()));
    put("completed", json!(level.completed));
    put("failed", json!(level.failed));
    put("total_input_tokens", json!(level.prompt_tokens));
    put("total_output_tokens", json!(level.output_tokens));
    put("request_throughput", json!(level.request_rate().value()));
    put("output_throughput", json!(level.output_rate().value()));
    put("total_token_throughput", json!(level.total_rate().value()));
    if let Some(goodput) = level.observed.as_ref().and_then(|observed| observed.goodput.as_ref()) {
        put("request_goodput", json!(goodput.requests_per_s.value()));
    }
    put("forge_result", json!(result.id));
    put("forge_evidence", json!(result.evidence.word()));
    // Published figures go nowhere without their source and licence.
    let provenance = &result.provenance;
    for (key, text) in [("forge_source", &provenance.source_url), ("forge_licence", &provenance.licence)] {
        if let Some(text) = text {
            put(key, json!(text));
        }
    }
    if let Some(words) = definitions(result) {
        put("forge_definitions", json!(words));
    }
    let metrics =
        [("ttft", &level.ttft_ms), ("tpot", &level.tpot_ms), ("itl", &level.itl_ms), ("e2el", &level.e2el_ms)];
    for (metric, distribution) in metrics {
        times(metric, distribution, &mut put);
    }
    object
}

/// One metric's times; lowest and highest are the percentiles 0 and 100.
fn times(metric: &str, distribution: &Distribution, put: &mut impl FnMut(&str, Value)) {
    let Distribution { mean, std, min, p50, p90, p95, p99, max, .. } = distribution;
    let named = [
        ("mean", mean),
        ("median", p50),
        ("std", std),
        ("p0", min),
        ("p50", p50),
        ("p90", p90),
        ("p95", p95),
        ("p99", p99),
        ("p100", max),
    ];
    for (name, time) in named {
        if let Some(time) = time {
            put(&format!("{name}_{metric}_ms"), json!(time.value()));
        }
    }
}

/// How the numbers are defined, where that is not as the tool itself defines them.
fn definitions(result: &ResultFile) -> Option<String> {
    let by_vllm = result.provenance.tool.starts_with(VLLM);
    match result.definitions.as_slice() {
        // Results that were imported before definitions were kept have none.
        [] if by_vllm => None,
        all if !all.is_empty() && all.iter().all(|definition| definition.tool == VLLM) => None,
        [] => Some(FORGE.into()),
        all => {
            let each = all.iter().map(|definition| format!("{}: {}", definition.metric, definition.words));
            Some(format!("{}; {}", result.provenance.tool, each.collect::<Vec<_>>().join("; ")))
        }
    }
}

/// What the tool calls the endpoint.
fn backend(result: &ResultFile) -> Option<&'static str> {
    result.plan.as_ref().map(|plan| match plan.endpoint {
        Endpoint::Completions => "openai",
        Endpoint::ChatCompletions => "openai-chat",
    })
}

/// `20261122-054450`; midnight where only the day is known.
fn stamp(result: &ResultFile, level: &Level) -> String {
    let began = level.observed.as_ref().and_then(|observed| observed.began_unix_ms);
    let seconds = began.map(|millis| millis / 1000);
    let date =
        seconds.map_or(result.provenance.date, |seconds| Date::from_unix_seconds(i64::try_from(seconds).unwrap_or(0)));
    let of_day = seconds.map_or(0, |seconds| seconds % 86_400);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{}-{hour:02}{minute:02}{second:02}", date.to_string().replace('-', ""))
}

/// The name that the tool would give: `openai-infqps-concurrency8-model-20261122-054450.json`.
fn name(result: &ResultFile, level: &Level, load: &Map<String, Value>) -> String {
    let rate = match load.get("request_rate") {
        Some(Value::String(text)) => text.clone(),
        Some(number) => number.to_string(),
        None => "inf".into(),
    };
    let more = match level.load {
        Arrival::ClosedLoop { concurrency } => format!("-concurrency{concurrency}"),
        Arrival::Ramp { from, to } => format!("-ramp{from}-{to}"),
        _ => String::new(),
    };
    let model = result.configuration.served_model.rsplit('/').find(|part| !part.is_empty()).unwrap_or("model");
    let fits = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' };
    let model: String = model.chars().map(fits).collect();
    format!("{}-{rate}qps{more}-{model}-{}.json", backend(result).unwrap_or("openai"), stamp(result, level))
}

/// What the result holds and this format has no key for.
fn not_expressible(result: &ResultFile) -> Vec<&'static str> {
    let any = |has: fn(&Level) -> bool| result.levels.iter().any(has);
    let counted = |level: &Level| {
        let all = [&level.ttft_ms, &level.tpot_ms, &level.itl_ms, &level.e2el_ms];
        all.into_iter().any(|times| times.count.is_some() || times.hdr_us_base64.is_some())
    };
    let told = [
        (any(|level| !level.failures.is_empty()), "failures by kind"),
        (any(|level| level.cached_prompt_tokens.is_some()), "prompt tokens from the prefix cache"),
        (any(counted), "counts and histograms of latencies"),
        (any(|level| level.steady_state.is_some()), "the steady state"),
        (any(|level| level.exact_tokens.is_some()), "how tokens were counted"),
        (any(|level| level.server.is_some()), "the server's counters"),
        (any(|level| level.observed.is_some()), "what else was observed"),
        (!result.quality.is_empty(), "scores"),
        (!result.warnings.is_empty(), "warnings"),
        (result.found.is_some() || result.certificate.is_some(), "what a search found and the client's certificate"),
    ];
    told.into_iter().filter_map(|(there, what)| there.then_some(what)).collect()
}
