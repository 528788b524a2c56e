//! In which words each tool defines the numbers that it shares a name with: said only where it differs from Forge.
//!
//! Forge's own definitions stand in docs/methodology.md.

use crate::import::tool::Tool;
use crate::measure::distribution::Distribution;
use crate::measure::summary::Level;
use crate::store::definition::Definition;

/// The differences that touch a number which these levels have.
#[must_use]
pub fn of(tool: Tool, levels: &[Level]) -> Vec<Definition> {
    let has = |metric: &str| levels.iter().any(|level| stands(level, metric));
    let stored = |(metric, words): &(&str, &str)| Definition {
        metric: (*metric).into(),
        tool: tool.name().into(),
        words: (*words).into(),
    };
    words(tool).iter().filter(|(metric, _)| has(metric)).map(stored).collect()
}

fn stands(level: &Level, metric: &str) -> bool {
    let all = [&level.ttft_ms, &level.tpot_ms, &level.itl_ms, &level.e2el_ms];
    let any = |has: fn(&Distribution) -> bool| all.into_iter().any(has);
    match metric {
        "ttft_ms" => !level.ttft_ms.is_empty(),
        "tpot_ms" => !level.tpot_ms.is_empty(),
        "itl_ms" => !level.itl_ms.is_empty(),
        "e2el_ms" => !level.e2el_ms.is_empty(),
        "steady_state" => level.steady_state.is_some(),
        "std" => any(|distribution| distribution.std.is_some()),
        "percentiles" => any(|distribution| distribution.p50.is_some() || distribution.p99.is_some()),
        "load" => level.load.concurrency().is_none(),
        _ => true,
    }
}

/// Metric and words, in the order of a level's fields.
fn words(tool: Tool) -> &'static [(&'static str, &'static str)] {
    match tool {
        Tool::VllmBench => &[
            ("ttft_ms", "ends at the first event that carries a choice, even an empty one"),
            ("tpot_ms", "(E2EL - TTFT) / (output tokens - 1) by request, with the tool's own E2EL and TTFT"),
            ("itl_ms", "a value an event, not a token: an event that brings several tokens counts once"),
            ("e2el_ms", "ends at the last event that carries a choice, the empty one that ends an answer included"),
            ("steady_state", "of the Rust client: tokens are spread over the events of their request"),
        ],
        Tool::SglangBench => &[
            ("output_tokens", "as the server reports them; where it does not, as many as were asked for"),
            ("tpot_ms", "(E2EL - TTFT) / (output tokens - 1) by request, with the tool's own E2EL and TTFT"),
            ("itl_ms", "a value an event; some versions divide it by the tokens the event brings"),
            ("e2el_ms", "ends at the last event that brings text"),
        ],
        Tool::Guidellm => &[
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
        Tool::Aiperf => &[
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
        Tool::InferenceBenchmarker => &[
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
        Tool::InferencePerf => &[
            ("prompt_tokens", "as the server reports them, else as the tool's own tokenizer counts"),
            ("output_tokens", "as the server reports them, else as the tool's own tokenizer counts"),
            (
                "tpot_ms",
                "(last token - first token) / (output tokens - 1) by request, output tokens as the tool's own tokenizer \
                 counts unless it was told otherwise",
            ),
            (
                "itl_ms",
                "a value a token as the tool's own tokenizer counts; tokens of one event have no time between them",
            ),
            ("e2el_ms", "ends when the answer has been read to its end"),
            ("load", "the rate asked for"),
        ],
    }
}
