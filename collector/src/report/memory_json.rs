//! What `fit` and `advise` say, as JSON: memory in bytes, rates in tokens a second, each with its kind of evidence.

use serde_json::{Value, json};

use crate::resolve::memory::MemoryQuery;
use shared::advice::engine_settings::{ENGINE_VERSION, Setting, flags};
use shared::advice::fitting::Candidate;
use shared::advice::quantization_choice::{
    Checkpoint, Pace, QuantizationOption, QuantizationQuery, Ranking, held, why,
};
use shared::advice::retention::{Kept, Whose};
use shared::hardware::memory::Fit;
use shared::hardware::quantization::Quantization;

/// What was asked, with more fields beside it.
#[must_use]
pub fn heading_json(memory: &MemoryQuery, more: Value) -> Value {
    let mut value = json!({
        "evidence": "estimated",
        "model": memory.model_name,
        "context_tokens": memory.requirement.context,
        "concurrency": memory.requirement.concurrency,
        "kv_cache": memory.requirement.kv.word(),
        "gpu_memory_utilization": memory.requirement.utilization,
        "most_gpus": memory.most,
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}

/// A quantization on GPUs of a kind.
#[must_use]
pub fn candidate_json(memory: &MemoryQuery, candidate: &Candidate) -> Value {
    json!({
        "quantization": candidate.quantization.word(),
        "kernel": candidate.kernel.word(),
        "holds": candidate.holds,
        "fit": candidate.fit.as_ref().map(|fit| fit_json(memory, candidate.quantization, fit)),
    })
}

/// How a layout fills its GPUs.
#[must_use]
pub fn fit_json(memory: &MemoryQuery, one: Quantization, fit: &Fit) -> Value {
    let share = &fit.narrowest;
    json!({
        "quantization": one.word(),
        "gpus": fit.layout.gpus(),
        "tensor_parallel": fit.layout.tensor_parallel,
        "pipeline_parallel": fit.layout.pipeline_parallel,
        "bytes_per_gpu": {
            "visible": share.visible, "usable": share.usable, "weights": share.weights,
            "activations": share.activations, "engine": share.engine, "kv_cache": share.kv,
        },
        "block_tokens": fit.layout.batching.block_tokens,
        "blocks": fit.blocks,
        "kv_bytes_per_token_per_gpu": fit.kv_per_token,
        "kv_cache_tokens": fit.kv_tokens(memory.requirement.context),
        "longest_context_tokens": fit.longest_context(),
        "model_context_tokens": fit.layout.shape.max_context,
        "most_concurrent": fit.most_concurrent(memory.requirement.context),
        "holds": memory.requirement.held_by(fit),
    })
}

/// The advice.
#[must_use]
pub fn answer_json(
    gpu: &str,
    query: &QuantizationQuery,
    ranking: &Ranking,
    chosen: &QuantizationOption,
    settings: &[Setting],
) -> Value {
    json!({
        "evidence": "estimated",
        "gpu": gpu,
        "model": query.model_name,
        "context_tokens": query.requirement.context,
        "concurrency": query.requirement.concurrency,
        "input_tokens": query.input_tokens,
        "output_tokens": query.output_tokens,
        "choices": ranking.choices.iter().map(|choice| choice_json(query, choice)).collect::<Vec<_>>(),
        "too_large": ranking.too_large.iter().map(|one| one.word()).collect::<Vec<_>>(),
        "without_kernel": ranking.without_kernel.iter().map(|one| one.word()).collect::<Vec<_>>(),
        "gguf": ranking.gguf,
        "chosen": chosen.quantization.word(),
        "engine": "vllm",
        "engine_version": ENGINE_VERSION,
        "flags": flags(settings),
        "settings": settings.iter().map(|setting| json!({
            "about": setting.about, "words": setting.words, "reason": setting.reason, "source": setting.source,
        })).collect::<Vec<_>>(),
    })
}

fn choice_json(query: &QuantizationQuery, choice: &QuantizationOption) -> Value {
    let pace = |pace: Option<Pace>| {
        pace.map(|pace| {
            json!({
                "streams": pace.streams, "output_tokens_per_s": pace.output_rate,
                "range_10_to_90_percent": pace.range.map(|(low, high)| [low, high]),
                "tpot_ms": pace.tpot_ms, "ttft_ms": pace.ttft_ms,
            })
        })
    };
    json!({
        "quantization": choice.quantization.word(),
        "kernel": choice.kernel.word(),
        "why": why(choice.quantization, choice.kernel, &choice.fit.layout.machine),
        "holds": choice.holds,
        "gpus": choice.fit.layout.gpus(),
        "tensor_parallel": choice.fit.layout.tensor_parallel,
        "pipeline_parallel": choice.fit.layout.pipeline_parallel,
        "most_concurrent_requests": held(query, &choice.fit),
        "kv_cache_tokens": choice.fit.kv_tokens(query.requirement.context),
        "checkpoint": choice.checkpoint.repository(),
        "quantised_while_loading": matches!(choice.checkpoint, Checkpoint::WhileLoading(_)),
        "quality_kept": choice.kept.as_ref().map(kept_json),
        "alone": pace(choice.alone),
        "loaded": pace(choice.loaded),
    })
}

fn kept_json(kept: &Kept) -> Value {
    let (whose, models) = match &kept.of {
        Whose::Own => ("own", None),
        Whose::Family(models) => ("family_and_size", Some(models)),
        Whose::Size(models) => ("size", Some(models)),
    };
    json!({
        "evidence": "published", "whose": whose, "models": models, "scores": kept.scores, "tasks": kept.tasks,
        "sources": kept.sources, "lowest_percent": kept.lowest, "median_percent": kept.median,
        "highest_percent": kept.highest,
    })
}
