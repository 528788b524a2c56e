//! GPUs and models for tests, as their files have them.

use std::collections::BTreeMap;

use serde_json::json;

use crate::advice::fitting::MemoryRequirement;
use crate::advice::quantization_choice::{Known, QuantizationQuery};
use crate::hardware::memory::DEFAULT_UTILIZATION;
use crate::hardware::quantization::KvPrecision;
use crate::store::catalogue::{Gpu, Link, Model, Retention};

/// A GPU by compute capability, memory, and dense rates in 16 and 8 bits.
pub fn gpu(name: &str, capability: Option<&str>, gb: f64, bandwidth: f64, tflops: (f64, Option<f64>)) -> Gpu {
    let mut value = json!({
        "name": name, "maker": "M", "architecture": "A", "memory_gb": gb, "memory_bandwidth_gb_per_s": bandwidth,
        "bf16_dense_tflops": tflops.0, "int8_dense_tops": tflops.0 * 2.0, "link": "pcie", "link_gb_per_s": 64.0,
        "source": "s",
    });
    if let Some(capability) = capability {
        value["compute_capability"] = capability.into();
    }
    if let Some(rate) = tflops.1 {
        value["fp8_dense_tflops"] = rate.into();
    }
    serde_json::from_value(value).unwrap()
}

pub fn a5000() -> Gpu {
    gpu("RTX A5000", Some("8.6"), 24.0, 768.0, (111.1, None))
}

pub fn h100() -> Gpu {
    let bus = gpu("H100", Some("9.0"), 80.0, 3350.0, (989.0, Some(1978.0)));
    Gpu { link: Link::Nvlink, link_gb_per_s: 900.0, ..bus }
}

pub fn mi300x() -> Gpu {
    gpu("MI300X", None, 192.0, 5300.0, (1307.0, Some(2615.0)))
}

/// Llama 3.1 8B or 70B, with a checkpoint in each quantization named.
pub fn llama(large: bool, variants: &[&str]) -> Model {
    let (layers, hidden, heads, width, parameters, linear) = if large {
        (80, 8192, 64, 28_672, 70_553_706_496_u64, 68_452_360_192_u64)
    } else {
        (32, 4096, 32, 14_336, 8_029_995_008, 6_979_321_856)
    };
    let variants: Vec<_> = variants
        .iter()
        .map(|one| json!({ "quantization": one, "repository": format!("r/{one}"), "source": "s" }))
        .collect();
    serde_json::from_value(json!({
        "name": "Llama", "hugging_face": "meta/llama", "licence": "l", "layers": layers, "hidden_size": hidden,
        "attention_heads": heads, "kv_heads": 8, "head_dim": 128, "intermediate_size": width, "vocabulary": 128_256,
        "max_context_tokens": 131_072, "tied_embeddings": false, "parameters": parameters, "linear_parameters": linear,
        "source": "s", "variant": variants,
    }))
    .unwrap()
}

/// One published score.
pub fn score(model: &str, quantization: &str, task: &str, percent: f64) -> Retention {
    serde_json::from_value(json!({
        "model": model, "quantization": quantization, "task": task, "retention_percent": percent, "source": "s",
    }))
    .unwrap()
}

/// Sixteen-bit keys and values, nothing at once.
pub fn requirement(context: u64) -> MemoryRequirement {
    MemoryRequirement {
        kv: KvPrecision::Bf16,
        context,
        concurrency: None,
        request: None,
        utilization: DEFAULT_UTILIZATION,
    }
}

/// So many requests of 800 tokens and 200 at once; as many as hold where none are given.
pub fn query<'a>(gpu: &'a Gpu, model: &'a Model, concurrency: Option<u64>) -> QuantizationQuery<'a> {
    let requirement = MemoryRequirement { concurrency, request: Some(1000), ..requirement(4096) };
    QuantizationQuery {
        gpu,
        model_name: "llama",
        model,
        requirement,
        input_tokens: 800.0,
        output_tokens: 200.0,
        most_gpus: 8,
    }
}

/// The same with requests that fill the context.
pub fn asked_long<'a>(gpu: &'a Gpu, model: &'a Model, concurrency: Option<u64>) -> QuantizationQuery<'a> {
    let short = query(gpu, model, concurrency);
    QuantizationQuery {
        requirement: MemoryRequirement { request: None, ..short.requirement },
        input_tokens: 3072.0,
        output_tokens: 1024.0,
        ..short
    }
}

/// Nothing but the constants before the fit.
pub fn knowing(models: &BTreeMap<String, Model>) -> Known<'_> {
    Known { models, retention: &[], estimator: None }
}
