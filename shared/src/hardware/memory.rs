//! Whether a model fits, and what is left for keys and values: the memory of each GPU of a replica.
//!
//! An engine takes a share of a GPU's memory, puts weights there, runs the largest batch it will ever run to see what
//! activations take, and gives the rest to keys and values in blocks. The same is computed here, as vLLM 0.32 does it
//! (v1/worker/gpu_worker.py, v1/core/kv_cache_utils.py); formulas and how well they hold: docs/fit.md.

use crate::hardware::machine::Machine;
use crate::hardware::shape::Shape;

/// Bytes of a GiB.
pub const GIB: f64 = (1_u64 << 30) as f64;
/// What vLLM 0.32 takes of the memory unless told otherwise.
pub const DEFAULT_UTILIZATION: f64 = 0.92;
/// Memory outside the engine's own counting: the CUDA context. vLLM logged 0.16 to 0.35 GiB.
const CONTEXT: f64 = 0.35 * GIB;
/// CUDA graphs of the batch sizes that vLLM records. It estimated 0.73 GiB for all, 0.36 GiB for 16 of them.
const GRAPHS: f64 = 0.75 * GIB;
/// Bytes of an activation.
const ACTIVATION: f64 = 2.0;
/// Bytes of a logit while the next token is drawn: 16 bits, then 32, then a probability of 32.
const LOGIT: f64 = 2.0 + 4.0 + 4.0;

/// The shape of a model's attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attention {
    /// Layers.
    pub layers: u64,
    /// KV heads of one layer; as many as attention heads only where none share.
    pub kv_heads: u64,
    /// Numbers in one head.
    pub head_size: u64,
}

impl Attention {
    /// Bytes of KV cache for one token: `2 x layers x KV heads x head size x bytes a number`.
    ///
    /// Source: Kwon et al., Efficient Memory Management for Large Language Model Serving with PagedAttention, section 3,
    /// for KV heads in the place of heads.
    ///
    /// ```
    /// use shared::hardware::memory::Attention;
    /// let llama_3_8b = Attention { layers: 32, kv_heads: 8, head_size: 128 };
    /// assert_eq!(llama_3_8b.kv_bytes_per_token(2), 131_072);
    /// ```
    #[must_use]
    pub fn kv_bytes_per_token(self, bytes_per_number: u64) -> u64 {
        2 * self.layers * self.kv_heads * self.head_size * bytes_per_number
    }
}

/// What an engine takes up at once, which fixes the memory of activations, and in which portions it gives memory away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    /// Tokens of a KV block.
    pub block_tokens: u32,
    /// Most tokens of a step, prompts and answers together.
    pub batched_tokens: u32,
    /// Most sequences of a step.
    pub sequences: u32,
}

impl Batching {
    /// vLLM 0.32's own for this GPU (engine/arg_utils.py): by its memory, and small on an A100.
    #[must_use]
    pub fn of(machine: &Machine) -> Self {
        let gib = machine.memory / GIB;
        let (batched_tokens, sequences) = match machine.capability {
            _ if gib >= 160.0 => (16_384, 1024),
            Some((8, 0)) => (2048, 256),
            _ if gib >= 70.0 => (8192, 1024),
            _ => (2048, 256),
        };
        Self { block_tokens: 16, batched_tokens, sequences }
    }
}

/// A model laid out over the GPUs of one replica.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// Each of its GPUs.
    pub machine: Machine,
    /// The model.
    pub shape: Shape,
    /// Bytes that a weight of a linear layer takes.
    pub bytes_per_weight: f64,
    /// Bytes of a number in the KV cache.
    pub kv_bytes: f64,
    /// GPUs that share each layer.
    pub tensor_parallel: u32,
    /// Groups of layers, one after another.
    pub pipeline_parallel: u32,
    /// Share of a GPU's memory that the engine may take.
    pub utilization: f64,
    /// What it takes up at once.
    pub batching: Batching,
}

/// Bytes of one GPU, by what they hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Memory that the driver shows.
    pub visible: f64,
    /// What the engine may take of it.
    pub usable: f64,
    /// Weights.
    pub weights: f64,
    /// Activations of the largest step.
    pub activations: f64,
    /// The CUDA context and CUDA graphs.
    pub engine: f64,
    /// What is left for keys and values; negative where the rest is too much already.
    pub kv: f64,
}

/// How a layout fills its GPUs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// What was laid out.
    pub layout: Layout,
    /// The GPU with the fewest blocks: a sequence needs its blocks on every GPU.
    pub narrowest: Share,
    /// KV blocks; 0 where weights and activations leave no room.
    pub blocks: u64,
    /// Bytes that a token takes on one GPU, all its layers together.
    pub kv_per_token: f64,
    /// Groups of layers that keep all of a context.
    full_groups: u64,
    /// Groups of layers that keep a window.
    window_groups: u64,
}

impl Layout {
    /// GPUs of the replica.
    #[must_use]
    pub fn gpus(&self) -> u32 {
        self.tensor_parallel * self.pipeline_parallel
    }

    /// Share of the KV heads that one GPU holds: where there are more GPUs than heads, each holds one all the same.
    fn kv_share(&self) -> f64 {
        let heads = self.shape.kv_heads.max(1);
        f64::from((heads / self.tensor_parallel).max(1)) / f64::from(heads)
    }

    /// Layers of each pipeline stage, as vLLM divides them: what is over goes to the stages before the last one.
    fn stages(&self) -> Vec<f64> {
        let (layers, stages) = (self.shape.layers, self.pipeline_parallel as usize);
        let each = (layers / stages as f64).floor();
        let over = (layers - each * stages as f64) as usize;
        (0..stages)
            .map(|stage| each + if stage + 2 <= stages && stages - stage < over + 2 { 1.0 } else { 0.0 })
            .collect()
    }

    /// Bytes of weights on one GPU of a stage.
    fn weights(&self, stage: usize, layers: f64) -> f64 {
        let shape = &self.shape;
        let gpus = f64::from(self.tensor_parallel);
        let linear = (shape.common + shape.routed) * layers / shape.layers;
        // The projections to keys and values go with the heads, so they are held more than once where heads are.
        let copied = shape.hidden * shape.kv_numbers * layers / shape.layers * (self.kv_share() - 1.0 / gpus);
        let (first, last) = (stage == 0, stage + 1 == self.pipeline_parallel as usize);
        // An embedding that is also the output head is one matrix, unless its two ends are apart.
        let embedding = match (first, last) {
            (true, false) if shape.embedding == 0.0 => shape.head,
            (true, _) => shape.embedding,
            _ => 0.0,
        };
        let head = if last { shape.head } else { 0.0 };
        (linear / gpus + copied) * self.bytes_per_weight + (embedding + head) * 2.0 / gpus
    }

    /// Bytes of activations on one GPU while the largest step runs, or while its tokens are drawn, whichever is more.
    ///
    /// A token has the feed-forward part's two inputs and their product (`3 x width`, which tensor parallelism divides)
    /// and its state three times; with experts it has its state once more for each.
    #[must_use]
    pub fn activations(&self) -> f64 {
        let shape = &self.shape;
        let copies = if shape.is_mixture() { shape.experts_per_token } else { 0.0 };
        let token = 3.0 * shape.feed_forward / f64::from(self.tensor_parallel) + (3.0 + copies) * shape.hidden;
        let step = f64::from(self.batching.batched_tokens) * token * ACTIVATION;
        let vocabulary = shape.head / shape.hidden;
        step.max(f64::from(self.batching.sequences) * vocabulary * LOGIT)
    }

    /// Layers of a group and how many groups keep all of a context and how many a window: layers of two kinds are put
    /// into groups of one size that share a pool of blocks, some padded.
    fn groups(&self) -> (f64, u64, u64) {
        let windows = (self.shape.layers * self.shape.sliding_share).round();
        let full = self.shape.layers - windows;
        if windows < 1.0 {
            return (full, 1, 0);
        }
        if full < 1.0 {
            return (windows, 0, 1);
        }
        let (few, many) = (full.min(windows), full.max(windows));
        let size = if many < few * 1.5 { many } else { few };
        (size, (full / size).ceil() as u64, (windows / size).ceil() as u64)
    }

    /// Bytes that a block takes on one GPU of a stage with so many layers.
    fn block(&self, layers: f64) -> f64 {
        let (group, ..) = self.groups();
        let layer = self.shape.kv_numbers / self.shape.layers * self.kv_bytes * self.kv_share();
        (group * layers / self.shape.layers).ceil() * layer * f64::from(self.batching.block_tokens)
    }

    /// Fills the GPUs.
    #[must_use]
    pub fn fit(&self) -> Fit {
        self.filled(None)
    }

    /// Fills GPUs on which so many bytes are given to keys and values, whatever else takes; as `--kv-cache-memory-bytes`.
    #[must_use]
    pub fn with_room(&self, bytes: f64) -> Fit {
        self.filled(Some(bytes))
    }

    fn filled(&self, given: Option<f64>) -> Fit {
        let usable = self.machine.memory * self.utilization;
        let (activations, engine) = (self.activations(), CONTEXT + GRAPHS);
        let share = |weights: f64| {
            let kv = given.unwrap_or(usable - weights - activations - engine);
            Share { visible: self.machine.memory, usable, weights, activations, engine, kv }
        };
        let stages = self.stages().into_iter().enumerate().map(|(stage, layers)| {
            let share = share(self.weights(stage, layers));
            (share, (share.kv / self.block(layers)).max(0.0).floor() as u64)
        });
        let fewer = |one: (Share, u64), other: (Share, u64)| {
            if (other.1, other.0.kv) < (one.1, one.0.kv) { other } else { one }
        };
        let (narrowest, blocks) = stages.reduce(fewer).unwrap_or((share(0.0), 0));
        let (_, full_groups, window_groups) = self.groups();
        let kv_per_token = self.shape.kv_numbers * self.kv_bytes * self.kv_share() / f64::from(self.pipeline_parallel);
        Fit { layout: *self, narrowest, blocks, kv_per_token, full_groups, window_groups }
    }
}

impl Fit {
    /// Whether the weights and the activations leave room for anything.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.blocks > 0
    }

    /// Blocks that a sequence of so many tokens may take.
    ///
    /// Layers with a window keep it and what is in flight behind it: a batch for every stage and one that is scheduled
    /// meanwhile. One block more, since a window need not begin where a block does.
    fn blocks_of(&self, context: u64) -> u64 {
        let batches = u64::from(self.layout.pipeline_parallel) + 1;
        self.blocks_in_flight(context, batches * u64::from(self.layout.batching.batched_tokens))
    }

    fn blocks_in_flight(&self, context: u64, in_flight: u64) -> u64 {
        let block = u64::from(self.layout.batching.block_tokens.max(1));
        let whole = context.div_ceil(block);
        if self.window_groups == 0 {
            return self.full_groups * whole;
        }
        let window = (self.layout.shape.window as u64).saturating_sub(1) + in_flight;
        self.full_groups * whole + self.window_groups * (window.min(context).div_ceil(block) + 1)
    }

    /// Sequences of so many tokens that hold their keys and values at once, a fraction included, as vLLM logs it.
    #[must_use]
    pub fn concurrent(&self, context: u64) -> f64 {
        self.blocks as f64 / self.blocks_of(context.max(1)) as f64
    }

    /// Whole sequences of so many tokens that hold at once.
    #[must_use]
    pub fn most_concurrent(&self, context: u64) -> u64 {
        self.blocks / self.blocks_of(context.max(1))
    }

    /// Tokens that the cache holds when sequences are so long: what vLLM calls its KV cache's size.
    #[must_use]
    pub fn kv_tokens(&self, context: u64) -> u64 {
        (self.concurrent(context) * context as f64).floor() as u64
    }

    /// The longest context of one sequence alone that holds, at most the model's own.
    #[must_use]
    pub fn longest_context(&self) -> u64 {
        let (mut holds, mut beyond) = (0, self.layout.shape.max_context + 1);
        while beyond - holds > 1 {
            let tried = holds + (beyond - holds) / 2;
            if self.blocks_of(tried) <= self.blocks { holds = tried } else { beyond = tried }
        }
        holds
    }

    /// The longest context of so many sequences at once, at most the model's own.
    #[must_use]
    pub fn longest_context_of(&self, sequences: u64) -> u64 {
        let each = Self { blocks: self.blocks / sequences.max(1), ..*self };
        each.longest_context()
    }
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
