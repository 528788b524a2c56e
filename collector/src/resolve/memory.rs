//! What `fit` and `advise` are asked, resolved: the catalogue's entries, what memory has to hold, and refusals by flag.

use crate::catalogue::Catalogue;
use crate::cli::hardware::{KvCacheName, MemoryArgs};
use crate::printer::Hinted;
use shared::advice::fitting::{MOST_GPUS, MemoryRequirement, USUAL_CONTEXT, layout, runnable};
use shared::format;
use shared::hardware::memory::{Fit, Layout};
use shared::hardware::placement::Indivisible;
use shared::hardware::quantization::{KvPrecision, Quantization};
use shared::store::catalogue::{Gpu, Model};

/// A question about memory, resolved.
pub struct MemoryQuery<'a> {
    /// Name of the model's file.
    pub model_name: &'a str,
    /// The model.
    pub model: &'a Model,
    /// What memory has to hold.
    pub requirement: MemoryRequirement,
    /// Most GPUs of a replica.
    pub most: u32,
    /// Whether somebody said how many GPUs there are.
    pub counted: bool,
}

/// Resolves what both verbs ask.
///
/// # Errors
/// When the model is unknown, the context is longer than its own, or the share of the memory is none.
pub fn resolve<'a>(catalogue: &'a Catalogue, args: &MemoryArgs) -> anyhow::Result<MemoryQuery<'a>> {
    let (model_name, model) = catalogue.model("--model", &args.model)?;
    let own = u64::from(model.max_context_tokens);
    let context = args.context.unwrap_or(USUAL_CONTEXT.min(own));
    if context > own {
        let message = format!("`--context {context}` exceeds the maximum context of {}", model.name);
        let hint = format!("maximum context: {} tokens; give --context {own} or less", format::count(own as f64));
        return Err(Hinted::new(message, hint).into());
    }
    let share = args.gpu_memory_utilization;
    if !(share > 0.0 && share <= 1.0) {
        let message = format!("`--gpu-memory-utilization {share}` is out of range");
        return Err(Hinted::new(message, "expected more than 0 and at most 1, such as 0.92").into());
    }
    let kv = match args.kv_cache {
        KvCacheName::Bf16 => KvPrecision::Bf16,
        KvCacheName::Fp8 => KvPrecision::Fp8,
    };
    let requirement =
        MemoryRequirement { kv, context, concurrency: args.concurrency, request: None, utilization: share };
    let (most, counted) = (args.gpu_count.unwrap_or(MOST_GPUS), args.gpu_count.is_some());
    Ok(MemoryQuery { model_name, model, requirement, most, counted })
}

/// A quantization that vLLM runs, by its word.
///
/// # Errors
/// When it is none, or one that vLLM leaves to others.
pub fn quantization(word: &str) -> anyhow::Result<Quantization> {
    match Catalogue::quantization(word)? {
        Quantization::GgufQ4 => {
            let message = format!("`--quantization {word}` is not for vLLM");
            let hint = "GGUF files are llama.cpp's; vLLM reads them only through a plugin (vllm-gguf-plugin)";
            Err(Hinted::new(message, hint).into())
        }
        one => Ok(one),
    }
}

impl MemoryQuery<'_> {
    /// How the model lies on a GPU in a quantization.
    ///
    /// # Errors
    /// When no kernel of vLLM's runs that there.
    pub fn layout(&self, gpu: &Gpu, quantization: Quantization) -> anyhow::Result<Layout> {
        layout(gpu, self.model, quantization, &self.requirement).ok_or_else(|| {
            let words: Vec<&str> = runnable(gpu, self.model).iter().map(|(one, _)| one.word()).collect();
            let message = format!("`--quantization {}` does not run on {}", quantization.word(), gpu.name);
            Hinted::new(message, format!("vLLM has kernels there for {}", words.join(", "))).into()
        })
    }

    /// The refusal of a layout that so many GPUs cannot hold at all, with the number that could.
    #[must_use]
    pub fn too_large(&self, gpu: &Gpu, layout: Layout, gpus: u32) -> anyhow::Error {
        let needed = layout.fewest(u32::MAX, Fit::has_room).map(|fit| fit.layout.gpus());
        let weights = format::gib(layout.shape.weight_bytes(layout.bytes_per_weight));
        let message =
            format!("{} is larger than {gpus} {}: its weights alone are {weights} GiB", self.model.name, gpu.name);
        let hint = match needed {
            Some(needed) => {
                format!("it needs at least {needed} of them (--gpu-count {needed}), or fewer bits (--quantization)")
            }
            None => "16 of them do not fit it either; use fewer bits (--quantization) or a larger GPU".to_owned(),
        };
        Hinted::new(message, hint).into()
    }
}

/// The error for GPUs among which a model does not divide.
#[must_use]
pub fn indivisible(why: &Indivisible) -> anyhow::Error {
    let (message, hint) = match why {
        Indivisible::Heads { tensor_parallel, attention_heads, kv_heads, possible } => {
            let counts: Vec<String> = possible.iter().map(ToString::to_string).collect();
            let heads = format!("{attention_heads} attention heads over {kv_heads} KV heads");
            let message = format!("`--tensor-parallel {tensor_parallel}` does not divide the model's {heads}");
            (message, format!("expected one of {}; use --pipeline-parallel for more GPUs", counts.join(", ")))
        }
        Indivisible::Layers { pipeline_parallel, layers } => {
            let message = format!("`--pipeline-parallel {pipeline_parallel}` is more than the model's {layers} layers");
            (message, "each stage needs at least one layer".to_owned())
        }
        Indivisible::Nothing => ("no GPU given".to_owned(), "give --gpu-count 1 or more".to_owned()),
    };
    Hinted::new(message, hint).into()
}
