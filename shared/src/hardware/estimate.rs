//! How fast a model runs on GPUs, from their data sheets: a roofline of one engine step, and what follows from it.
//!
//! One step reads the weights once and computes one token a sequence, so it takes the longer of reading and computing,
//! then reading keys and values, then what the engine and the exchange among GPUs take by themselves. Sources: Williams
//! et al., Roofline (2009); Pope et al., Efficiently Scaling Transformer Inference (2022), for the bytes and operations;
//! Leviathan et al., Fast Inference from Transformers via Speculative Decoding (2023), for accepted tokens. The constants
//! are fitted to published throughput: docs/estimator.md.

use crate::hardware::machine::Machine;
use crate::hardware::quantization::{Kernel, Quantization};
use crate::hardware::shape::Shape;
use crate::store::constants::Constants;

/// One replica: a model on some GPUs under an engine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deployment {
    /// Each of its GPUs.
    pub machine: Machine,
    /// The model.
    pub shape: Shape,
    /// Bytes that a weight takes in memory.
    pub bytes_per_weight: f64,
    /// How weights are multiplied.
    pub kernel: Kernel,
    /// Bytes of a number in the KV cache.
    pub kv_bytes: f64,
    /// GPUs that share each layer.
    pub tensor_parallel: u32,
    /// Groups of layers, one after another.
    pub pipeline_parallel: u32,
    /// What runs it.
    pub engine: Engine,
    /// Share of the memory that the engine may take.
    pub memory_utilization: f64,
    /// Most sequences in a step.
    pub max_num_seqs: f64,
    /// A smaller model that drafts tokens, if there is one.
    pub speculation: Option<Speculation>,
}

impl Deployment {
    /// A model on so many GPUs that share each layer, under an engine of today as it comes. `None` where it has no kernel.
    #[must_use]
    pub fn usual(machine: Machine, shape: Shape, quantization: Quantization, gpus: u32) -> Option<Self> {
        Some(Self {
            machine,
            shape,
            bytes_per_weight: quantization.bytes_per_weight(),
            kernel: quantization.kernel(&machine)?,
            kv_bytes: 2.0,
            tensor_parallel: gpus.max(1),
            pipeline_parallel: 1,
            engine: Engine::Current,
            memory_utilization: 0.9,
            max_num_seqs: if machine.is_large() { 1024.0 } else { 256.0 },
            speculation: None,
        })
    }
}

/// Engines whose overheads differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// vLLM from 0.11 on, SGLang of that time, and whatever is like them.
    Current,
    /// vLLM from 0.6 to 0.10, and its like.
    Before011,
    /// vLLM before 0.6: scheduling and HTTP in one process.
    Before06,
    /// TensorRT-LLM.
    TensorRt,
}

/// Drafted tokens that the model then checks all at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speculation {
    /// Tokens drafted before each check.
    pub drafted: u32,
    /// Chance that a drafted token is kept.
    pub acceptance: f64,
    /// Time to draft one, as a share of the model's own step.
    pub draft_cost: f64,
}

impl Speculation {
    /// Tokens that a check yields on average: `(1 - a^(k+1)) / (1 - a)`.
    #[must_use]
    pub fn tokens_a_check(self) -> f64 {
        let checked = f64::from(self.drafted) + 1.0;
        if self.acceptance >= 1.0 {
            return checked;
        }
        (1.0 - self.acceptance.powf(checked)) / (1.0 - self.acceptance)
    }
}

/// What a request brings and asks for, on average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lengths {
    /// Prompt tokens.
    pub input: f64,
    /// Output tokens.
    pub output: f64,
    /// Context in mid-answer, averaged over time: long answers stay longer, so it is more than `I + O/2` where lengths vary.
    pub context: f64,
    /// Share of the prompt's work that the prefix cache saves.
    pub cached: f64,
}

impl Lengths {
    /// Every request alike.
    #[must_use]
    pub fn fixed(input: f64, output: f64) -> Self {
        Self { input, output, context: input + output / 2.0, cached: 0.0 }
    }
}

/// Numbers in a steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steady {
    /// Sequences in the batch.
    pub batch: f64,
    /// Output tokens a second.
    pub output_rate: f64,
    /// Mean seconds an output token after the first, prefills of others included.
    pub tpot_s: f64,
    /// Mean seconds to the first token, once a request is taken in.
    pub ttft_s: f64,
}

const GIB: f64 = (1_u64 << 30) as f64;
/// Bandwidth from which on 4-bit integer kernels fall behind.
const FALLING_BEHIND_FROM: f64 = 1.5e12;
/// Exchanges of a layer: after attention and after the feed-forward part.
const EXCHANGES: f64 = 2.0;

/// The deployment with its constants put in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimator {
    deployment: Deployment,
    constants: Constants,
    /// Bytes a second that weights reach, on all GPUs of a group.
    weight_rate: f64,
    kv_rate: f64,
    /// Operations a second that products reach.
    compute: f64,
    step_s: f64,
    sequence_s: f64,
    exchange_s: f64,
    exchange_rate: f64,
    /// Bytes of a weight that a step moves.
    moved_per_weight: f64,
}

impl Estimator {
    /// Puts constants into a deployment. `None` where the GPU's rates are not known.
    #[must_use]
    pub fn new(deployment: Deployment, constants: &Constants) -> Option<Self> {
        let (c, machine) = (constants, &deployment.machine);
        let gpus = f64::from(deployment.tensor_parallel);
        let falling = (FALLING_BEHIND_FROM / machine.bandwidth).min(1.0).powf(c.falling_behind_4);
        let (bandwidth, compute) = match deployment.kernel {
            Kernel::Dense16 => (c.bandwidth_16, machine.flops_16? * c.compute_16),
            Kernel::Dense8 => (c.bandwidth_8, machine.flops_8? * c.compute_8),
            Kernel::Unpack8 => (c.bandwidth_8, machine.flops_16? * c.compute_unpacked),
            Kernel::Unpack4 => (c.bandwidth_4 * falling, machine.flops_16? * c.compute_unpacked),
            Kernel::Dequantise4 => (c.bandwidth_dequantise, machine.flops_16? * c.compute_unpacked),
            Kernel::Dense4 => (c.bandwidth_fp4, machine.flops_4.or(machine.flops_16)? * c.compute_fp4),
            Kernel::Mxfp4 => (c.bandwidth_mxfp4, machine.flops_16? * c.compute_mxfp4),
        };
        let experts = if deployment.shape.is_mixture() { c.compute_experts } else { 1.0 };
        let times = if deployment.engine == Engine::Before06 { c.overhead_before_0_6 } else { 1.0 };
        let (step_s, sequence_s) = match deployment.engine {
            Engine::TensorRt => (c.step_tensorrt_s, c.sequence_tensorrt_s),
            Engine::Current => (c.step_s, c.sequence_s),
            Engine::Before011 | Engine::Before06 => (c.step_s, c.sequence_before_0_11_s),
        };
        let (exchange_s, share) =
            if machine.on_bus { (c.exchange_on_bus_s, c.bus_share) } else { (c.exchange_s, c.link_share) };
        let written = if deployment.kernel == Kernel::Dequantise4 { 2.0 + 2.0 } else { 0.0 };
        Some(Self {
            deployment,
            constants: *constants,
            weight_rate: gpus * machine.bandwidth * bandwidth,
            kv_rate: gpus * machine.bandwidth * c.bandwidth_kv,
            compute: gpus * compute * experts,
            step_s: step_s * times,
            sequence_s: sequence_s * times,
            exchange_s: exchange_s * times * gpus.log2(),
            exchange_rate: machine.link * share,
            moved_per_weight: deployment.bytes_per_weight + written,
        })
    }

    /// The deployment.
    #[must_use]
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// The constants.
    #[must_use]
    pub fn constants(&self) -> &Constants {
        &self.constants
    }

    /// Bytes of key and value for one token.
    #[must_use]
    pub fn kv_per_token(&self) -> f64 {
        self.deployment.shape.kv_numbers * self.deployment.kv_bytes
    }

    /// Bytes of weights that a step of so many tokens reads.
    fn read(&self, tokens: f64) -> f64 {
        let shape = &self.deployment.shape;
        (shape.common + shape.routed * shape.experts_read(tokens)) * self.moved_per_weight + shape.head * 2.0
    }

    /// Seconds that the exchanges of a step of so many tokens take. Each sends `2 (n-1)/n` of the activations.
    fn exchange(&self, tokens: f64) -> f64 {
        let gpus = f64::from(self.deployment.tensor_parallel);
        if gpus < 2.0 {
            return 0.0;
        }
        let shape = &self.deployment.shape;
        let bytes = tokens * shape.hidden * 2.0 * 2.0 * (gpus - 1.0) / gpus;
        EXCHANGES * shape.layers * (self.exchange_s + bytes / self.exchange_rate)
    }

    /// Seconds of work, reading and computing overlapped, for a step of so many tokens.
    fn work(&self, tokens: f64) -> f64 {
        let reading = self.read(tokens) / self.weight_rate;
        let computing = 2.0 * tokens * self.deployment.shape.active() / self.compute;
        (reading.powi(3) + computing.powi(3)).cbrt()
    }

    /// Seconds for one output token of each of `batch` sequences that hold `held` tokens of context together.
    #[must_use]
    pub fn step(&self, batch: f64, held: f64) -> f64 {
        let Some(speculation) = self.deployment.speculation else { return self.plain_step(batch, 1.0, held) };
        let drafted = f64::from(speculation.drafted);
        let drafting = drafted * speculation.draft_cost * self.plain_step(batch, 1.0, held);
        (self.plain_step(batch, drafted + 1.0, held) + drafting) / speculation.tokens_a_check()
    }

    /// A step in which each sequence has so many tokens computed.
    fn plain_step(&self, batch: f64, tokens: f64, held: f64) -> f64 {
        let shape = &self.deployment.shape;
        let stages = f64::from(self.deployment.pipeline_parallel);
        let (batch, held) = (batch / stages, held / stages);
        let stage = (self.work(batch * tokens)
            + held * self.kv_per_token() / self.kv_rate
            + self.exchange(batch * tokens)
            + self.constants.expert_layer_s * shape.expert_layers)
            / stages
            + self.step_s
            + batch * self.sequence_s;
        if stages > 1.0 { stage * stages / self.constants.pipeline_overlap } else { stage }
    }

    /// Seconds that one prompt adds to a step: its products, and attention over `before` tokens already there.
    #[must_use]
    pub fn prefill(&self, tokens: f64, before: f64) -> f64 {
        let shape = &self.deployment.shape;
        let products = 2.0 * (shape.active() - shape.head) * tokens;
        let attention = 2.0 * shape.layers * shape.attention_width * tokens * (tokens + 2.0 * before);
        (products + attention) / self.compute + self.exchange(tokens) - self.exchange(0.0)
    }

    /// Seconds for a prompt alone: never less than reading the weights.
    #[must_use]
    pub fn prefill_alone(&self, lengths: &Lengths) -> f64 {
        self.prompts_alone(self.prompt(lengths), lengths.input)
    }

    /// Seconds of a step without any output token: prompts of so many tokens, whose prefills add up to so much.
    #[must_use]
    pub fn prompts_alone(&self, prefill_s: f64, tokens: f64) -> f64 {
        let reading = self.read(tokens.min(64.0)) / self.weight_rate;
        let overhead =
            self.step_s + self.exchange(0.0) + self.constants.expert_layer_s * self.deployment.shape.expert_layers;
        prefill_s.max(reading) + overhead
    }

    /// Seconds that a request spends outside the engine.
    #[must_use]
    pub fn outside_s(&self) -> f64 {
        if self.deployment.engine == Engine::TensorRt { 0.0 } else { self.constants.request_s }
    }

    /// Seconds of prefill that a request brings.
    fn prompt(&self, lengths: &Lengths) -> f64 {
        self.prefill(lengths.input, 0.0) * (1.0 - lengths.cached)
    }

    /// Bytes that are left for keys and values on all GPUs of the replica; negative where the weights do not fit.
    #[must_use]
    pub fn kv_room(&self) -> f64 {
        let deployment = &self.deployment;
        let gpus = f64::from(deployment.tensor_parallel * deployment.pipeline_parallel);
        let own = self.constants.activation_gib * GIB;
        gpus * (deployment.memory_utilization * deployment.machine.memory - own)
            - deployment.shape.weight_bytes(deployment.bytes_per_weight)
    }

    /// Sequences of this context that memory and the engine's limit allow at once; 0 where not one fits.
    #[must_use]
    pub fn batch_limit(&self, context: f64) -> f64 {
        let one = self.deployment.shape.context_read(context) * self.kv_per_token();
        (self.kv_room() / one).max(0.0).min(self.deployment.max_num_seqs)
    }

    /// The steady state with so many sequences in the batch.
    #[must_use]
    pub fn at(&self, batch: f64, lengths: &Lengths) -> Steady {
        let held = batch * self.deployment.shape.context_read(lengths.context);
        let step = self.step(batch, held);
        // Every step a batch of B finishes B/O answers and takes in as many prompts, which all others wait for.
        let tpot_s = step + (batch - 1.0).max(0.0) / lengths.output * self.prompt(lengths);
        let waiting = if batch > 1.0 { step / 2.0 } else { 0.0 };
        let ttft_s = self.prefill_alone(lengths) + waiting + self.outside_s();
        let output_rate = batch * lengths.output / (ttft_s + (lengths.output - 1.0).max(0.0) * tpot_s);
        Steady { batch, output_rate, tpot_s, ttft_s }
    }

    /// The steady state of `streams` at once, each sending again when its answer has ended; more than fit wait.
    #[must_use]
    pub fn closed(&self, streams: f64, lengths: &Lengths) -> Steady {
        self.at(streams.min(self.batch_limit(lengths.context)), lengths)
    }

    /// The batch that a rate of requests keeps up by Little's law, `B = rate x time in service`, at most what fits.
    #[must_use]
    pub fn open_batch(&self, requests_per_s: f64, lengths: &Lengths) -> f64 {
        let limit = self.batch_limit(lengths.context);
        let mut batch = limit.min(1.0);
        for _ in 0..40 {
            let now = self.at(batch, lengths);
            let served = self.prefill_alone(lengths) + self.constants.request_s + lengths.output * now.tpot_s;
            batch = (0.5 * (batch + requests_per_s * served)).min(limit).max(limit.min(0.2));
        }
        batch
    }
}
