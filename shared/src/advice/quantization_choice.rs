//! Which quantization of a model to run on a GPU: what is fast there, what it keeps, what room it leaves, and in which order.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::advice::fitting::{Candidate, MemoryRequirement, candidate, runnable};
use crate::advice::retention::{Kept, kept};
use crate::hardware::estimate::{Deployment, Engine, Estimator, Lengths};
use crate::hardware::machine::Machine;
use crate::hardware::memory::Fit;
use crate::hardware::placement::COUNTS;
use crate::hardware::quantization::{Kernel, Quantization};
use crate::store::catalogue::{Gpu, Model, Retention};
use crate::store::constants::Constants;
use crate::store::estimator::EstimatorFile;

/// How many times as many tokens a second a step down in bits (16, 8, 4) must bring to be put first: less is not worth a
/// loss in quality that nobody has measured for one's own task.
pub const WORTH_A_STEP: f64 = 1.1;

/// What is asked: a model on a GPU, under a load.
#[derive(Debug, Clone, Copy)]
pub struct QuantizationQuery<'a> {
    /// The GPU.
    pub gpu: &'a Gpu,
    /// Name of the model's file.
    pub model_name: &'a str,
    /// The model.
    pub model: &'a Model,
    /// What memory has to hold.
    pub requirement: MemoryRequirement,
    /// Mean prompt tokens of a request.
    pub input_tokens: f64,
    /// Mean output tokens of a request.
    pub output_tokens: f64,
    /// Most GPUs there may be.
    pub most_gpus: u32,
}

/// What is known without measuring.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// All models, for scores of similar ones.
    pub models: &'a BTreeMap<String, Model>,
    /// Published scores.
    pub retention: &'a [Retention],
    /// The fitted estimator, where there is one.
    pub estimator: Option<&'a EstimatorFile>,
}

impl Known<'_> {
    /// The fitted constants, or what they were before the fit.
    #[must_use]
    pub fn constants(&self) -> &Constants {
        self.estimator.map_or(&Constants::PRIOR, |file| &file.constants)
    }
}

/// Where the weights come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checkpoint {
    /// A repository that has them in this precision.
    Published(String),
    /// The 16-bit repository, quantised by the engine while it loads.
    WhileLoading(String),
    /// Nobody is known to publish them: quantise by oneself.
    Unknown,
}

impl Checkpoint {
    /// The repository an engine is given, where there is one.
    #[must_use]
    pub fn repository(&self) -> Option<&str> {
        match self {
            Self::Published(repository) | Self::WhileLoading(repository) => Some(repository),
            Self::Unknown => None,
        }
    }
}

/// What an estimate says at a number of streams.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Streams at once.
    pub streams: f64,
    /// Output tokens a second of the replica.
    pub output_rate: f64,
    /// Where measured rates of such records lay, 10th to 90th percentile; `None` where the estimator was not fitted.
    pub range: Option<(f64, f64)>,
    /// Milliseconds an output token.
    pub tpot_ms: f64,
    /// Milliseconds to the first token, once taken in.
    pub ttft_ms: f64,
}

impl Pace {
    /// How far measured rates lay from such estimates, in percent: `-14 to +38 %`. `None` where nobody has held them together.
    #[must_use]
    pub fn band(&self) -> Option<String> {
        let percent = |rate: f64| format!("{:+.0}", (rate / self.output_rate - 1.0) * 100.0);
        self.range.map(|(low, high)| format!("{} to {} %", percent(low), percent(high)))
    }
}

/// One way to run the model there.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantizationOption {
    /// How weights are stored.
    pub quantization: Quantization,
    /// How they are multiplied.
    pub kernel: Kernel,
    /// How it fills its GPUs.
    pub fit: Fit,
    /// The fewest GPUs that would do.
    pub fewest_gpus: u32,
    /// Whether it holds all that is wanted.
    pub holds: bool,
    /// Where weights come from.
    pub checkpoint: Checkpoint,
    /// Whether the model was published so.
    pub native: bool,
    /// What is published of its quality; `None` for the baseline, and where nothing is.
    pub kept: Option<Kept>,
    /// One stream alone; `None` where the GPU's rates are not known.
    pub alone: Option<Pace>,
    /// As many streams as are wanted and held.
    pub loaded: Option<Pace>,
}

impl QuantizationOption {
    /// Whether nothing of the published weights is lost.
    #[must_use]
    pub fn is_as_published(&self) -> bool {
        self.native || self.quantization == Quantization::Bf16
    }
}

/// All ways to run the model there, the best first, and those that do not fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// What fits.
    pub choices: Vec<QuantizationOption>,
    /// What does not, on as many GPUs as there may be.
    pub too_large: Vec<Quantization>,
    /// What no kernel of vLLM's runs there.
    pub without_kernel: Vec<Quantization>,
    /// A repository of GGUF files, for llama.cpp.
    pub gguf: Option<String>,
}

/// Ranks the quantizations of a model on a GPU.
///
/// First what holds all that is wanted, then what has weights somewhere, then by estimated output tokens a second and GPU
/// under that load, where each step down in bits must bring [`WORTH_A_STEP`] times as many. Of equals, the more exact.
#[must_use]
pub fn rank(query: &QuantizationQuery, known: &Known) -> Ranking {
    let runnable = runnable(query.gpu, query.model);
    let candidates: Vec<Candidate> = runnable
        .iter()
        .filter_map(|(one, _)| candidate(query.gpu, query.model, *one, &query.requirement, query.most_gpus))
        .collect();
    let mut choices: Vec<QuantizationOption> = candidates.iter().filter_map(|one| choice(query, known, one)).collect();
    choices.sort_by(better);
    let fits = |one: Quantization| choices.iter().any(|choice| choice.quantization == one);
    let runs = |one: Quantization| runnable.iter().any(|(its, _)| *its == one);
    let offered = |one: &Quantization| repository(query.model, *one).is_some();
    let left = |without: bool| {
        let all = Quantization::ALL.into_iter().filter(|one| *one != Quantization::GgufQ4 && !fits(*one));
        all.filter(move |one| runs(*one) != without)
    };
    Ranking {
        too_large: left(false).collect(),
        without_kernel: left(true).filter(offered).collect(),
        gguf: repository(query.model, Quantization::GgufQ4),
        choices,
    }
}

fn better(one: &QuantizationOption, other: &QuantizationOption) -> Ordering {
    let worth = |choice: &QuantizationOption| {
        let gpus = f64::from(choice.fit.layout.gpus());
        choice.loaded.map_or(0.0, |pace| pace.output_rate / gpus / WORTH_A_STEP.powi(steps(choice.quantization)))
    };
    let lacks = |choice: &QuantizationOption| (!choice.holds, choice.checkpoint == Checkpoint::Unknown);
    lacks(one)
        .cmp(&lacks(other))
        .then(worth(other).total_cmp(&worth(one)))
        .then(one.quantization.cmp(&other.quantization))
}

/// Steps down from 16 bits.
const fn steps(quantization: Quantization) -> i32 {
    match quantization {
        Quantization::Bf16 => 0,
        Quantization::Fp8 | Quantization::Int8 => 1,
        _ => 2,
    }
}

fn choice(query: &QuantizationQuery, known: &Known, candidate: &Candidate) -> Option<QuantizationOption> {
    let fewest = candidate.fit?;
    let one = candidate.quantization;
    let fit = most_for_a_gpu(query, known, candidate.kernel, fewest);
    let streams = streams(query, &fit);
    let kept = match one {
        Quantization::Bf16 => None,
        one => kept(known.retention, known.models, query.model_name, one.word()),
    };
    Some(QuantizationOption {
        quantization: one,
        kernel: candidate.kernel,
        fewest_gpus: fewest.layout.gpus(),
        holds: candidate.holds,
        native: repository(query.model, one).is_some_and(|its| its == query.model.hugging_face),
        checkpoint: checkpoint(query.model, one, candidate.kernel),
        kept,
        alone: pace(query, known, candidate.kernel, &fit, 1.0),
        loaded: pace(query, known, candidate.kernel, &fit, streams),
        fit,
    })
}

/// Mean prompt and output tokens of a request: as given, and of what is not given three quarters of the context and one.
#[must_use]
pub fn request(context: u64, input: Option<u32>, output: Option<u32>) -> (f64, f64) {
    let context = context as f64;
    let prompt = input.map_or_else(|| (context * 0.75).floor(), f64::from);
    match (input, output) {
        (_, Some(output)) if input.is_none() => ((context - f64::from(output)).max(1.0).min(prompt), f64::from(output)),
        (_, Some(output)) => (prompt, f64::from(output)),
        _ => (prompt, (context * 0.25).floor().min((context - prompt).max(1.0)).max(1.0)),
    }
}

/// The layout to take: the fewest GPUs, unless more of them make [`WORTH_A_STEP`] times as much each. Where weights
/// fill the memory, twice the GPUs have many times the room for requests. Where the load is given, the fewest do.
fn most_for_a_gpu(query: &QuantizationQuery, known: &Known, kernel: Kernel, fewest: Fit) -> Fit {
    if query.requirement.concurrency.is_some() {
        return fewest;
    }
    let each = |fit: &Fit| {
        let pace = pace(query, known, kernel, fit, streams(query, fit))?;
        Some(pace.output_rate / f64::from(fit.layout.gpus()))
    };
    let larger = COUNTS.into_iter().filter(|gpus| (fewest.layout.gpus() + 1..=query.most_gpus).contains(gpus));
    larger.filter_map(|gpus| Some(fewest.layout.on(gpus)?.fit())).fold(fewest, |best, fit| {
        match (each(&best), each(&fit)) {
            (Some(one), Some(other)) if other > WORTH_A_STEP * one => fit,
            _ => best,
        }
    })
}

/// Streams that are in the batch under the load: as many as are wanted and held.
#[must_use]
pub fn streams(query: &QuantizationQuery, fit: &Fit) -> f64 {
    let held = held(query, fit).min(u64::from(fit.layout.batching.sequences));
    query.requirement.concurrency.map_or(held, |requirement| requirement.min(held)).max(1) as f64
}

/// Requests that the cache holds at once: of the mean length, where it is shorter than the context asked of.
#[must_use]
pub fn held(query: &QuantizationQuery, fit: &Fit) -> u64 {
    fit.most_concurrent(query.requirement.request_tokens())
}

/// The replica as the estimator takes it.
#[must_use]
pub fn deployment(kernel: Kernel, fit: &Fit) -> Deployment {
    let layout = &fit.layout;
    Deployment {
        machine: layout.machine,
        shape: layout.shape,
        bytes_per_weight: layout.bytes_per_weight,
        kernel,
        kv_bytes: layout.kv_bytes,
        tensor_parallel: layout.tensor_parallel,
        pipeline_parallel: layout.pipeline_parallel,
        engine: Engine::Current,
        memory_utilization: layout.utilization,
        max_num_seqs: f64::from(layout.batching.sequences),
        speculation: None,
    }
}

fn pace(query: &QuantizationQuery, known: &Known, kernel: Kernel, fit: &Fit, streams: f64) -> Option<Pace> {
    let estimator = Estimator::new(deployment(kernel, fit), known.constants())?;
    let lengths = Lengths::fixed(query.input_tokens, query.output_tokens);
    // Not `closed`: what is held was computed in blocks, GPU by GPU.
    let steady = estimator.at(streams, &lengths);
    let band = known.estimator.and_then(|file| file.band(&fit.layout.machine, kernel));
    Some(Pace {
        streams,
        output_rate: steady.output_rate,
        range: band.map(|band| (steady.output_rate * band.low, steady.output_rate * band.high)),
        tpot_ms: steady.tpot_s * 1000.0,
        ttft_ms: steady.ttft_s * 1000.0,
    })
}

/// A repository of the model's weights in a quantization.
fn repository(model: &Model, quantization: Quantization) -> Option<String> {
    let variants = || model.variants.iter().filter(|variant| variant.quantization == quantization.word());
    let published = variants().next().map(|variant| variant.repository.clone());
    // The model's own repository is the 16-bit one, unless it was published in something narrower.
    let native = model.variants.iter().any(|variant| variant.repository == model.hugging_face);
    published.or_else(|| (quantization == Quantization::Bf16 && !native).then(|| model.hugging_face.clone()))
}

fn checkpoint(model: &Model, quantization: Quantization, kernel: Kernel) -> Checkpoint {
    if let Some(repository) = repository(model, quantization) {
        return Checkpoint::Published(repository);
    }
    match (quantization, kernel, repository(model, Quantization::Bf16)) {
        (Quantization::Fp8, Kernel::Dense8, Some(whole)) => Checkpoint::WhileLoading(whole),
        _ => Checkpoint::Unknown,
    }
}

/// Why a quantization is as fast there as it is, in a sentence.
#[must_use]
pub fn why(quantization: Quantization, kernel: Kernel, machine: &Machine) -> &'static str {
    let hopper = machine.capability.is_some_and(|its| its.0 == 9);
    match (quantization, kernel) {
        (_, Kernel::Dense16) => "the weights as published: nothing is lost, and every step reads two bytes a weight",
        (Quantization::Int8, Kernel::Dense8) => {
            "8-bit integers for weights and activations on tensor cores: half the bytes, up to twice the rate"
        }
        (_, Kernel::Dense8) => {
            "8-bit floats for weights and activations on tensor cores: half the bytes, up to twice the rate"
        }
        (_, Kernel::Unpack8) => {
            "no tensor cores for 8-bit floats here: Marlin unpacks the weights, so memory is halved but no work is saved"
        }
        (Quantization::Nvfp4, Kernel::Unpack4) => {
            "no 4-bit tensor cores here: Marlin unpacks the weights; made for Blackwell"
        }
        (_, Kernel::Unpack4) if hopper => {
            "weights unpacked on the way (Machete or Marlin): a quarter of the bytes, the work of 16 bits"
        }
        (_, Kernel::Unpack4) => "weights unpacked on the way (Marlin): a quarter of the bytes, the work of 16 bits",
        (_, Kernel::Dense4) => {
            "4-bit floats on Blackwell's tensor cores: a quarter of the bytes at four times the rate"
        }
        (_, Kernel::Mxfp4) => "experts in 4-bit floats, as the model was published and trained",
        (_, Kernel::Dequantise4) => "weights written out as 16 bits at every step: an old, slow path",
    }
}

#[cfg(test)]
#[path = "quantization_choice_tests.rs"]
mod tests;
