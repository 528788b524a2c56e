//! Which GPUs a model fits, and how many it takes: every quantization on one GPU, or one on every GPU.

use std::cmp::Ordering;

use crate::hardware::machine::Machine;
use crate::hardware::memory::{Batching, Fit, Layout};
use crate::hardware::quantization::{Kernel, KvPrecision, Quantization};
use crate::hardware::shape::Shape;
use crate::store::catalogue::{Gpu, Model};

/// GPUs of the largest machine that is looked at, where nobody says how many there are.
pub const MOST_GPUS: u32 = 8;
/// Context that is asked of, where nobody says which.
pub const USUAL_CONTEXT: u64 = 8192;

/// What the memory has to hold, and how it is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemoryRequirement {
    /// Precision of keys and values.
    pub kv: KvPrecision,
    /// Tokens of a sequence, prompt and answer.
    pub context: u64,
    /// Sequences at once; one where nobody says.
    pub concurrency: Option<u64>,
    /// Tokens that each of those has, where that is less than the context: only the longest has so many.
    pub request: Option<u64>,
    /// Share of a GPU's memory that the engine may take.
    pub utilization: f64,
}

impl MemoryRequirement {
    /// Tokens of the sequences that are at work at once.
    #[must_use]
    pub fn request_tokens(&self) -> u64 {
        self.request.map_or(self.context, |tokens| tokens.clamp(1, self.context))
    }

    /// Whether all that is wanted is held: one sequence of the whole context, and as many as are wanted.
    #[must_use]
    pub fn held_by(&self, fit: &Fit) -> bool {
        let all = fit.most_concurrent(self.request_tokens()) >= self.concurrency.unwrap_or(1).max(1);
        all && fit.most_concurrent(self.context) >= 1
    }
}

/// A model in a quantization on GPUs of a kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// How weights are stored.
    pub quantization: Quantization,
    /// How they are multiplied there.
    pub kernel: Kernel,
    /// The fewest GPUs that hold what is wanted; where none do, the fewest that hold one sequence, or the weights.
    pub fit: Option<Fit>,
    /// Whether it holds all that is wanted.
    pub holds: bool,
}

/// How a model lies on one GPU of a kind. `None` where no kernel of vLLM's runs the quantization there.
#[must_use]
pub fn layout(gpu: &Gpu, model: &Model, quantization: Quantization, requirement: &MemoryRequirement) -> Option<Layout> {
    let machine = Machine::of(gpu);
    quantization.kernel(&machine)?;
    Some(Layout {
        machine,
        shape: Shape::of(model),
        bytes_per_weight: quantization.bytes_per_weight(),
        kv_bytes: requirement.kv.bytes(),
        tensor_parallel: 1,
        pipeline_parallel: 1,
        utilization: requirement.utilization,
        batching: Batching::of(&machine),
    })
}

/// The quantizations that vLLM can run of a model on a GPU, the most exact first.
///
/// GGUF is not among them: vLLM has given it to a plugin, and llama.cpp is another engine. MXFP4 is only for models that
/// were published in it.
#[must_use]
pub fn runnable(gpu: &Gpu, model: &Model) -> Vec<(Quantization, Kernel)> {
    let machine = Machine::of(gpu);
    let published = |one: Quantization| model.variants.iter().any(|variant| variant.quantization == one.word());
    let all = Quantization::ALL.into_iter();
    all.filter(|one| *one != Quantization::GgufQ4 && (*one != Quantization::Mxfp4 || published(*one)))
        .filter_map(|one| Some((one, one.kernel(&machine)?)))
        .collect()
}

/// A model in a quantization on as few GPUs of a kind as hold what is wanted, `most` at the most.
#[must_use]
pub fn candidate(
    gpu: &Gpu,
    model: &Model,
    quantization: Quantization,
    requirement: &MemoryRequirement,
    most: u32,
) -> Option<Candidate> {
    let layout = layout(gpu, model, quantization, requirement)?;
    let kernel = quantization.kernel(&layout.machine)?;
    let all = layout.fewest(most, |fit| requirement.held_by(fit));
    let one = || layout.fewest(most, |fit| fit.most_concurrent(requirement.context) >= 1);
    let weights = || layout.fewest(most, Fit::has_room);
    Some(Candidate { quantization, kernel, holds: all.is_some(), fit: all.or_else(one).or_else(weights) })
}

/// Every GPU with what it takes of them, the narrowest first: by the room that is left, and last those that do not hold it.
#[must_use]
pub fn on_every_gpu<'a>(
    gpus: impl Iterator<Item = (&'a str, &'a Gpu)>,
    model: &Model,
    quantization: Quantization,
    requirement: &MemoryRequirement,
    most: u32,
) -> Vec<(&'a str, &'a Gpu, Option<Candidate>)> {
    let candidate = |(key, gpu): (&'a str, &'a Gpu)| (key, gpu, candidate(gpu, model, quantization, requirement, most));
    let mut rows: Vec<_> = gpus.map(candidate).collect();
    rows.sort_by(|(_, a, one), (_, b, other)| narrower(one.as_ref(), other.as_ref()).then(a.name.cmp(&b.name)));
    rows
}

/// What holds it before what does not, then by GPUs, then by room.
fn narrower(one: Option<&Candidate>, other: Option<&Candidate>) -> Ordering {
    let rank = |candidate: Option<&Candidate>| match candidate {
        Some(candidate) if candidate.holds => 0,
        Some(Candidate { fit: Some(_), .. }) => 1,
        Some(_) => 2,
        None => 3,
    };
    let room = |candidate: Option<&Candidate>| {
        let fit = candidate.and_then(|it| it.fit.as_ref());
        fit.map_or(0.0, |fit| f64::from(fit.layout.gpus()) * fit.narrowest.kv)
    };
    rank(one).cmp(&rank(other)).then(room(one).total_cmp(&room(other)))
}

#[cfg(test)]
#[path = "fitting_tests.rs"]
mod tests;
