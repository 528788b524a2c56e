//! Settings of vLLM for a choice, each with its reason and where it is documented.

use crate::advice::quantization_choice::{Checkpoint, Known, QuantizationOption, QuantizationQuery, deployment, held};
use crate::format;
use crate::hardware::estimate::{Deployment, Estimator, Lengths, Speculation};
use crate::hardware::memory::{DEFAULT_UTILIZATION, Layout};
use crate::hardware::quantization::{Kernel, KvPrecision, Quantization};

/// The version of vLLM whose flags and defaults these are.
pub const ENGINE_VERSION: &str = "0.32.0";
/// What is worth trying where the usual share of the memory does not suffice.
const HIGHER_UTILIZATION: f64 = 0.95;
/// Drafted tokens that are reckoned with, and how a small drafter's step compares with the model's own.
const DRAFTED: u32 = 3;
const DRAFT_COST: f64 = 0.05;
/// Chances that a drafted token is kept: of a poor match, and of a good one on chat.
const ACCEPTANCE: [f64; 2] = [0.5, 0.8];
/// Times as fast from which on drafting is worth its trouble.
const WORTH_DRAFTING: f64 = 1.1;

const ARGS: &str = "https://docs.vllm.ai/en/v0.32.0/configuration/engine_args/";
const TUNING: &str = "https://docs.vllm.ai/en/v0.32.0/configuration/optimization/";
const KV: &str = "https://docs.vllm.ai/en/v0.32.0/features/quantization/quantized_kvcache/";
const PREFIX: &str = "https://docs.vllm.ai/en/v0.32.0/features/automatic_prefix_caching/";
const SPECULATION: &str = "https://docs.vllm.ai/en/v0.32.0/features/speculative_decoding/";
const ONLINE: &str = "https://docs.vllm.ai/en/stable/features/quantization/online/";
const QUANTIZATION: &str = "https://docs.vllm.ai/en/v0.32.0/features/quantization/";

/// A setting: what to pass, or what to leave out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What it is about, as one reads it: the flag without dashes.
    pub about: &'static str,
    /// Words of the command line; empty where the default is right.
    pub words: Vec<String>,
    /// Why.
    pub reason: String,
    /// Where vLLM documents it.
    pub source: &'static str,
}

/// What decoding ahead would bring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drafting {
    /// Streams at once.
    pub streams: f64,
    /// Times as many tokens a second with drafts that fit badly and well.
    pub gain: (f64, f64),
}

/// Settings for a choice, in the order in which one decides them. `prefix_tokens` are those that all prompts share.
#[must_use]
pub fn settings(
    query: &QuantizationQuery,
    known: &Known,
    choice: &QuantizationOption,
    prefix_tokens: u32,
) -> Vec<Setting> {
    vec![
        precision(choice),
        quantization(choice),
        context(query, choice),
        sequences(query, choice),
        utilization(query, choice),
        tensor_parallel(query, choice),
        pipeline_parallel(choice),
        kv_cache(query, choice),
        prefixes(query, prefix_tokens),
        speculation(query, known, choice),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn setting(about: &'static str, words: &[&str], reason: String, source: &'static str) -> Option<Setting> {
    Some(Setting { about, words: words.iter().map(|word| (*word).to_owned()).collect(), reason, source })
}

fn tokens(count: u64) -> String {
    format::count(count as f64)
}

fn precision(choice: &QuantizationOption) -> Option<Setting> {
    let reason = "as published; `auto` would take what the checkpoint says, which some give as 32 bits".to_owned();
    let whole = choice.quantization == Quantization::Bf16;
    whole.then(|| setting("dtype", &["--dtype", "bfloat16"], reason, ARGS)).flatten()
}

/// The checkpoint says how it is quantised.
fn quantization(choice: &QuantizationOption) -> Option<Setting> {
    match (choice.quantization, &choice.checkpoint) {
        (Quantization::Bf16, _) => None,
        (_, Checkpoint::WhileLoading(_)) => {
            let reason = "no checkpoint is known, so vLLM quantises the 16-bit one while it loads, channel by channel (plain `fp8` is refused)";
            setting("quantization", &["--quantization", "fp8_per_channel"], reason.into(), ONLINE)
        }
        (Quantization::AwqInt4 | Quantization::GptqInt4, _) if pins_marlin(choice) => {
            let reason = "no --quantization: the checkpoint says it, and on older vLLM `--quantization awq` forced the first, slow kernel. \
                          This pins Marlin; a sweep flags a run whose log names another kernel";
            setting("linear-backend", &["--linear-backend", "marlin"], reason.into(), QUANTIZATION)
        }
        _ => setting("quantization", &[], "the checkpoint says how it is quantised".into(), QUANTIZATION),
    }
}

/// On Hopper vLLM prefers Machete, which is as fast or faster.
fn pins_marlin(choice: &QuantizationOption) -> bool {
    choice.kernel == Kernel::Unpack4 && choice.fit.layout.machine.capability.is_some_and(|its| its.0 == 8)
}

fn context(query: &QuantizationQuery, choice: &QuantizationOption) -> Option<Setting> {
    let own = choice.fit.layout.shape.max_context;
    let longest = choice.fit.longest_context();
    let served = query.requirement.context.min(longest).max(1);
    let held = match longest {
        _ if longest < query.requirement.context => {
            format!("all that the KV cache holds of the {} asked for", tokens(query.requirement.context))
        }
        _ if longest < own => {
            format!("maximum context of the model: {}, of the KV cache: {}", tokens(own), tokens(longest))
        }
        _ => format!("maximum context of the model: {}", tokens(own)),
    };
    let reason = format!("{held}; vLLM starts only if one sequence of this length fits, and refuses longer ones");
    setting("max-model-len", &["--max-model-len", &served.to_string()], reason, ARGS)
}

fn sequences(query: &QuantizationQuery, choice: &QuantizationOption) -> Option<Setting> {
    let usual = u64::from(choice.fit.layout.batching.sequences);
    let held = held(query, &choice.fit);
    let request = tokens(query.requirement.request_tokens());
    let reason = if held >= usual {
        format!("vLLM's own limit here: the cache would hold {} requests of {request} tokens", tokens(held))
    } else {
        format!(
            "the cache holds so many requests of {request} tokens; more would be preempted and computed again \
             (vLLM's own limit is {})",
            tokens(usual)
        )
    };
    setting("max-num-seqs", &["--max-num-seqs", &held.clamp(1, usual).to_string()], reason, TUNING)
}

/// The usual share, or a higher one where only that holds what is wanted.
fn utilization(query: &QuantizationQuery, choice: &QuantizationOption) -> Option<Setting> {
    let fit = &choice.fit;
    let higher = Layout { utilization: HIGHER_UTILIZATION, ..fit.layout }.fit();
    let more = higher.kv_tokens(query.requirement.context).saturating_sub(fit.kv_tokens(query.requirement.context));
    let share = fit.layout.utilization;
    if !choice.holds && query.requirement.held_by(&higher) && share < HIGHER_UTILIZATION {
        let reason = format!(
            "{share} does not hold what is asked, this does: {} tokens more. Lower it if start-up runs out of memory",
            tokens(more)
        );
        let words = ["--gpu-memory-utilization", &HIGHER_UTILIZATION.to_string()];
        return setting("gpu-memory-utilization", &words, reason, ARGS);
    }
    let left = format::gib(fit.narrowest.visible - fit.narrowest.usable);
    let whose = if share == DEFAULT_UTILIZATION { "vLLM's default" } else { "as asked" };
    let reason = format!(
        "{whose}; leaves {left} GiB a GPU for what vLLM does not count. {HIGHER_UTILIZATION} would hold {} tokens more",
        tokens(more)
    );
    setting("gpu-memory-utilization", &["--gpu-memory-utilization", &share.to_string()], reason, ARGS)
}

fn tensor_parallel(query: &QuantizationQuery, choice: &QuantizationOption) -> Option<Setting> {
    let count = choice.fit.layout.tensor_parallel;
    let link = if choice.fit.layout.machine.on_bus { ", over the host's bus here" } else { "" };
    if choice.fit.layout.gpus() == 1 {
        let reason =
            format!("one GPU holds it; more would answer faster, but each exchanges its part in every layer{link}");
        return setting("tensor-parallel-size", &[], reason, TUNING);
    }
    let what = match query.requirement.concurrency {
        Some(requirement) if choice.holds => {
            format!("{} requests of {} tokens", tokens(requirement), tokens(query.requirement.request_tokens()))
        }
        _ => format!("a sequence of {} tokens", tokens(query.requirement.context)),
    };
    let gpus = choice.fit.layout.gpus();
    let reason = if gpus > choice.fewest_gpus {
        format!(
            "{} would hold {what}, but weights leave them little room: {gpus} make more tokens a second each{link}",
            choice.fewest_gpus
        )
    } else {
        format!("the fewest that hold {what}; more only for latency, since GPUs exchange in every layer{link}")
    };
    let words = ["--tensor-parallel-size".to_owned(), count.to_string()];
    Some(Setting { about: "tensor-parallel-size", words: words.into(), reason, source: TUNING })
}

fn pipeline_parallel(choice: &QuantizationOption) -> Option<Setting> {
    let layout = &choice.fit.layout;
    let words = ["--pipeline-parallel-size".to_owned(), layout.pipeline_parallel.to_string()];
    let reason = format!(
        "{} attention heads do not divide among {} GPUs, so layers are put in stages",
        layout.shape.attention_heads,
        layout.gpus()
    );
    (layout.pipeline_parallel > 1).then_some(Setting {
        about: "pipeline-parallel-size",
        words: words.into(),
        reason,
        source: TUNING,
    })
}

/// Eight bits where they are asked for; where sixteen do not hold what is wanted but eight would, that is said.
fn kv_cache(query: &QuantizationQuery, choice: &QuantizationOption) -> Option<Setting> {
    let fit = &choice.fit;
    let since = |version: (u32, u32)| fit.layout.machine.capability.is_none_or(|its| its >= version);
    let attention = if since((9, 0)) {
        "attention reads them as they are"
    } else if since((8, 9)) {
        "vLLM takes FlashInfer or Triton for attention then"
    } else {
        "on this GPU only FlashInfer reads them, unpacked at every step"
    };
    if query.requirement.kv == KvPrecision::Fp8 {
        let reason = format!(
            "twice the tokens in the same memory; {attention}. Without scales from a calibration, check quality"
        );
        return setting("kv-cache-dtype", &["--kv-cache-dtype", "fp8"], reason, KV);
    }
    let halved = Layout { kv_bytes: KvPrecision::Fp8.bytes(), ..fit.layout }.fit();
    let reason = if choice.holds {
        "16 bits hold what is asked, and nothing is lost".to_owned()
    } else if query.requirement.held_by(&halved) {
        format!("16 bits do not hold what is asked; fp8 would ({attention}): ask with --kv-cache fp8")
    } else {
        format!("16 bits; fp8 would hold {} tokens, still too few", tokens(halved.kv_tokens(query.requirement.context)))
    };
    setting("kv-cache-dtype", &[], reason, KV)
}

fn prefixes(query: &QuantizationQuery, shared: u32) -> Option<Setting> {
    if shared == 0 {
        let reason = "nothing shared was named (--prefix-tokens): it would save nothing, and make a benchmark with repeated prompts look cheap";
        return setting("enable-prefix-caching", &["--no-enable-prefix-caching"], reason.into(), PREFIX);
    }
    let saved = (f64::from(shared) / query.input_tokens).min(1.0);
    let reason = format!(
        "prompts share {} tokens: after the first, {} of a prompt's work is saved; generating is no faster",
        format::count(f64::from(shared)),
        format::percent_of(saved)
    );
    setting("enable-prefix-caching", &["--enable-prefix-caching"], reason, PREFIX)
}

/// What a drafter of three tokens brings to one stream, and under the load. `None` where the GPU's rates are not known.
#[must_use]
pub fn drafting(query: &QuantizationQuery, known: &Known, choice: &QuantizationOption) -> Option<[Drafting; 2]> {
    let plain = deployment(choice.kernel, &choice.fit);
    let lengths = Lengths::fixed(query.input_tokens, query.output_tokens);
    let rate = |speculation: Option<Speculation>, streams: f64| {
        let estimator = Estimator::new(Deployment { speculation, ..plain }, known.constants())?;
        Some(estimator.at(streams, &lengths).output_rate)
    };
    let at = |streams: f64| {
        let [bad, good] = ACCEPTANCE.map(|acceptance| {
            let speculation = Speculation { drafted: DRAFTED, acceptance, draft_cost: DRAFT_COST };
            Some(rate(Some(speculation), streams)? / rate(None, streams)?)
        });
        Some(Drafting { streams, gain: (bad?, good?) })
    };
    Some([at(1.0)?, at(choice.loaded?.streams)?])
}

fn speculation(query: &QuantizationQuery, known: &Known, choice: &QuantizationOption) -> Option<Setting> {
    let [alone, loaded] = drafting(query, known, choice)?;
    let range = |drafting: Drafting| {
        format!("{} to {} times as fast", format::times(drafting.gain.0), format::times(drafting.gain.1))
    };
    let advice = match (loaded.gain.0 >= WORTH_DRAFTING, alone.gain.0 >= WORTH_DRAFTING) {
        (true, _) => "worth a try, under this load too",
        (_, true) => "not under this load: it pays at few streams, while reading the weights is what takes time",
        _ => "not here: checking drafts takes more time than it saves",
    };
    let under = if loaded.streams > 1.0 {
        format!(", {} at {}", range(loaded), format::count(loaded.streams))
    } else {
        String::new()
    };
    let [poor, fine] = ACCEPTANCE.map(format::percent_of);
    let reason = format!(
        "{advice}. Estimated for {DRAFTED} drafted tokens of which {poor} to {fine} are kept: one stream {}{under}. It needs a drafter made for this model (--speculative-config)",
        range(alone)
    );
    setting("speculative-config", &[], reason, SPECULATION)
}

/// Words of the command line of all settings, in order.
#[must_use]
pub fn flags(settings: &[Setting]) -> Vec<String> {
    settings.iter().flat_map(|setting| setting.words.clone()).collect()
}

#[cfg(test)]
#[path = "engine_settings_tests.rs"]
mod tests;
