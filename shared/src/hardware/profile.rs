//! How fast an engine's steps are and what limits them: what a scheduler needs to know.

use crate::hardware::estimate::Estimator;

/// Tokens in a step by vLLM's default, and on large GPUs.
const BATCHED_TOKENS: u64 = 2048;
const BATCHED_TOKENS_LARGE: u64 = 8192;

/// An engine's speed and limits. A step lasts what its linear terms say and, where there is one, its estimator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// Seconds every step takes for itself.
    pub step_base_s: f64,
    /// Seconds a step takes for every sequence in it.
    pub step_per_sequence_s: f64,
    /// Seconds to read the key and value of one token.
    pub step_per_kv_token_s: f64,
    /// Prompt tokens per second.
    pub prefill_tokens_per_s: f64,
    /// What a roofline adds to these.
    pub estimator: Option<Estimator>,
    /// Seconds from a request's sending until it is queued: HTTP, tokenising. A live server's is its own.
    pub outside_s: f64,
    /// Tokens whose key and value fit.
    pub kv_capacity_tokens: u64,
    /// Most sequences in a step.
    pub max_num_seqs: usize,
    /// Most tokens in a step.
    pub max_num_batched_tokens: u64,
}

/// What one step computes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Work {
    /// Sequences that get their next token.
    decodes: u32,
    /// Tokens whose keys and values these read.
    held: f64,
    /// Chunks of prompts.
    chunks: u32,
    /// Their tokens.
    tokens: u64,
    /// What the estimator says they take.
    roofline_s: f64,
}

impl Work {
    /// So many sequences that each get one token and read so many together.
    pub(crate) fn decoding(decodes: u32, held: f64) -> Self {
        Self { decodes, held, ..Self::default() }
    }

    /// One more sequence gets a token.
    pub(crate) fn decode(&mut self, profile: &Profile, context: u64) {
        self.decodes += 1;
        self.held += profile.reads(context);
    }

    /// So many tokens of a prompt, behind those that are there.
    pub(crate) fn prefill(&mut self, profile: &Profile, tokens: u64, before: u64) {
        self.chunks += 1;
        self.tokens += tokens;
        self.roofline_s += profile.estimator.map_or(0.0, |roofline| roofline.prefill(tokens as f64, before as f64));
    }

    /// Whether there is nothing to do.
    pub(crate) fn is_none(&self) -> bool {
        self.decodes + self.chunks == 0
    }
}

impl Profile {
    /// The one of an estimated deployment, with vLLM's usual limits. Memory is counted as if every layer kept all tokens.
    #[must_use]
    pub fn of(estimator: Estimator) -> Self {
        let deployment = estimator.deployment();
        let large = deployment.machine.is_large();
        Self {
            estimator: Some(estimator),
            outside_s: estimator.outside_s(),
            kv_capacity_tokens: (estimator.kv_room() / estimator.kv_per_token()).max(0.0) as u64,
            max_num_seqs: deployment.max_num_seqs as usize,
            max_num_batched_tokens: if large { BATCHED_TOKENS_LARGE } else { BATCHED_TOKENS },
            ..Self::instant()
        }
    }

    /// Steps that take no time, within the limits of a GPU with 24 GB that serves an 8B model: for tests.
    #[must_use]
    pub fn instant() -> Self {
        Self {
            step_base_s: 0.0,
            step_per_sequence_s: 0.0,
            step_per_kv_token_s: 0.0,
            prefill_tokens_per_s: f64::INFINITY,
            estimator: None,
            outside_s: 0.0,
            kv_capacity_tokens: 34_000,
            max_num_seqs: 256,
            max_num_batched_tokens: BATCHED_TOKENS,
        }
    }

    /// Seconds for one token of each of so many sequences that hold so many tokens together.
    #[must_use]
    pub fn decode_s(&self, sequences: u32, held: f64) -> f64 {
        self.step_s(&Work::decoding(sequences, held))
    }

    /// Seconds that a step of this work lasts.
    pub(crate) fn step_s(&self, work: &Work) -> f64 {
        let linear = self.step_base_s
            + self.step_per_sequence_s * f64::from(work.decodes + work.chunks)
            + self.step_per_kv_token_s * work.held
            + work.tokens as f64 / self.prefill_tokens_per_s;
        let Some(roofline) = self.estimator else { return linear };
        linear
            + match work.decodes {
                0 => roofline.prompts_alone(work.roofline_s, work.tokens as f64),
                decodes => roofline.step(f64::from(decodes), work.held) + work.roofline_s,
            }
    }

    /// Tokens that attention reads of a context: a sliding window reads no further than it is wide.
    pub(crate) fn reads(&self, context: u64) -> f64 {
        let context = context as f64;
        self.estimator.map_or(context, |roofline| roofline.deployment().shape.context_read(context))
    }

    /// Further tokens for which what a context reads grows evenly: up to the window, or for ever behind it.
    pub(crate) fn even_for(&self, context: u64) -> u64 {
        let window = self.estimator.map_or(f64::INFINITY, |roofline| roofline.deployment().shape.window);
        // No window is an infinite one, which saturates.
        (window as u64).checked_sub(context).filter(|left| *left > 0).unwrap_or(u64::MAX)
    }
}

/// Profiles for tests.
#[cfg(test)]
pub mod made_up {
    use super::*;

    /// An 8B model at 16 bits on a GPU of the size of an A5000, roughly.
    #[must_use]
    pub fn modest() -> Profile {
        Profile {
            step_base_s: 0.027,
            step_per_sequence_s: 60e-6,
            step_per_kv_token_s: 2e-7,
            prefill_tokens_per_s: 3800.0,
            ..Profile::instant()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::estimate::Deployment;
    use crate::hardware::machine::made_up::{A5000, H100};
    use crate::hardware::quantization::Quantization;
    use crate::hardware::shape::Shape;
    use crate::hardware::shape::made_up::LLAMA_8B;
    use crate::store::constants::Constants;

    fn profile(shape: Shape, quantization: Quantization) -> Profile {
        let deployment = Deployment::usual(A5000, shape, quantization, 1).unwrap();
        Profile::of(Estimator::new(deployment, &Constants::PRIOR).unwrap())
    }

    #[test]
    fn a_single_stream_reads_the_weights_once_a_token() {
        let (wide, narrow) = (profile(LLAMA_8B, Quantization::Bf16), profile(LLAMA_8B, Quantization::AwqInt4));
        assert!((0.024..0.032).contains(&wide.decode_s(1, 100.0)), "{}", wide.decode_s(1, 100.0));
        assert!(narrow.decode_s(1, 100.0) < wide.decode_s(1, 100.0) / 2.0);
        assert!(narrow.kv_capacity_tokens > 2 * wide.kv_capacity_tokens);
        assert!((20_000..60_000).contains(&wide.kv_capacity_tokens), "{}", wide.kv_capacity_tokens);
        assert_eq!((wide.max_num_seqs, wide.max_num_batched_tokens), (256, 2048));
        let large = Deployment::usual(H100, LLAMA_8B, Quantization::Bf16, 1).unwrap();
        let large = Profile::of(Estimator::new(large, &Constants::PRIOR).unwrap());
        assert_eq!((large.max_num_seqs, large.max_num_batched_tokens), (1024, 8192));
    }

    #[test]
    fn a_prompt_alone_lasts_as_the_estimator_says() {
        let profile = profile(LLAMA_8B, Quantization::Bf16);
        let mut work = Work::default();
        work.prefill(&profile, 600, 0);
        let lengths = crate::hardware::estimate::Lengths::fixed(600.0, 1.0);
        assert_eq!(profile.step_s(&work), profile.estimator.unwrap().prefill_alone(&lengths));
        let beside = Work { decodes: 1, held: 50.0, ..work };
        assert!(profile.step_s(&beside) > profile.step_s(&work));
    }

    #[test]
    fn a_window_ends_the_even_growth() {
        let sliding = profile(Shape { sliding_share: 0.5, window: 128.0, ..LLAMA_8B }, Quantization::Bf16);
        assert_eq!([1, 127, 128, 500].map(|context| sliding.even_for(context)), [127, 1, u64::MAX, u64::MAX]);
        assert_eq!(sliding.reads(200), 164.0);
        assert!(Profile::instant().even_for(7) > 1 << 60);
    }
}
