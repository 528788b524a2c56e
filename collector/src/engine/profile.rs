//! How fast a simulated server is: a roofline of the hardware's bandwidth and the model's bytes, nothing finer.

/// Share of its nominal bandwidth that a decode step reaches.
const BANDWIDTH_SHARE: f64 = 0.80;
/// Share of its nominal matrix throughput that a prefill reaches.
const COMPUTE_SHARE: f64 = 0.55;
/// vLLM's share of memory, and what activations and graphs take of it.
const MEMORY_SHARE: f64 = 0.92;
const ACTIVATION_BYTES: f64 = 1.5e9;

/// A GPU, as its data sheet has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hardware {
    /// Name of a file in configs/hardware.
    pub slug: &'static str,
    /// For people.
    pub name: &'static str,
    /// Memory in bytes.
    pub memory_bytes: f64,
    /// Memory bandwidth in bytes per second.
    pub bandwidth: f64,
    /// Dense 16-bit matrix operations per second.
    pub flops: f64,
}

/// NVIDIA RTX A5000: 24 GB at 768 GB/s, 111 TFLOPS dense.
pub const RTX_A5000: Hardware =
    Hardware { slug: "rtx-a5000", name: "RTX A5000", memory_bytes: 24e9, bandwidth: 768e9, flops: 111e12 };
/// NVIDIA A100 with 80 GB: 2,039 GB/s, 312 TFLOPS dense.
pub const A100_80GB: Hardware =
    Hardware { slug: "a100-80gb", name: "A100 80GB", memory_bytes: 80e9, bandwidth: 2039e9, flops: 312e12 };
/// NVIDIA H100 SXM: 80 GB at 3,350 GB/s, 989 TFLOPS dense.
pub const H100_SXM: Hardware =
    Hardware { slug: "h100-sxm", name: "H100 SXM", memory_bytes: 80e9, bandwidth: 3350e9, flops: 989e12 };

/// A model in one quantisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    /// Name of a file in configs/models, without quantisation.
    pub slug: &'static str,
    /// For people.
    pub name: &'static str,
    /// `bf16`, `awq-int4`, …
    pub quantization: &'static str,
    /// Parameters.
    pub parameters: f64,
    /// Bytes of its weights.
    pub weight_bytes: f64,
    /// Bytes of key and value for one token.
    pub kv_bytes_per_token: f64,
}

/// Llama 3.1 8B Instruct in BF16. KV: 32 layers, 8 heads of 128, two of two bytes.
pub const LLAMA_8B_BF16: Model = Model {
    slug: "llama-3.1-8b-instruct",
    name: "Llama 3.1 8B Instruct",
    quantization: "bf16",
    parameters: 8.03e9,
    weight_bytes: 16.06e9,
    kv_bytes_per_token: 131_072.0,
};
/// The same with four-bit AWQ weights.
pub const LLAMA_8B_AWQ: Model = Model { quantization: "awq-int4", weight_bytes: 5.73e9, ..LLAMA_8B_BF16 };

/// What the scheduler needs to know.
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
    /// Tokens whose key and value fit.
    pub kv_capacity_tokens: u64,
    /// Most sequences in a step.
    pub max_num_seqs: usize,
    /// Most tokens in a step.
    pub max_num_batched_tokens: u64,
}

impl Profile {
    /// The roofline of a model on a GPU, with vLLM's usual limits.
    #[must_use]
    pub fn of(hardware: &Hardware, model: &Model) -> Self {
        let bandwidth = hardware.bandwidth * BANDWIDTH_SHARE;
        let left = hardware.memory_bytes * MEMORY_SHARE - model.weight_bytes - ACTIVATION_BYTES;
        Self {
            step_base_s: 0.0015 + model.weight_bytes / bandwidth,
            step_per_sequence_s: 60e-6,
            step_per_kv_token_s: model.kv_bytes_per_token / bandwidth,
            prefill_tokens_per_s: hardware.flops * COMPUTE_SHARE / (2.0 * model.parameters),
            kv_capacity_tokens: (left / model.kv_bytes_per_token).max(0.0) as u64,
            max_num_seqs: 256,
            max_num_batched_tokens: 2048,
        }
    }

    /// As fast as the machine allows, for tests.
    #[must_use]
    pub fn instant() -> Self {
        Self {
            step_base_s: 0.0,
            step_per_sequence_s: 0.0,
            step_per_kv_token_s: 0.0,
            prefill_tokens_per_s: f64::INFINITY,
            ..Self::of(&RTX_A5000, &LLAMA_8B_BF16)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_stream_reads_the_weights_once_a_token() {
        let bf16 = Profile::of(&RTX_A5000, &LLAMA_8B_BF16);
        let awq = Profile::of(&RTX_A5000, &LLAMA_8B_AWQ);
        assert!((0.024..0.032).contains(&bf16.step_base_s), "{}", bf16.step_base_s);
        assert!(awq.step_base_s < bf16.step_base_s / 2.0);
        assert!(awq.kv_capacity_tokens > 3 * bf16.kv_capacity_tokens);
        assert!((20_000..60_000).contains(&bf16.kv_capacity_tokens), "{}", bf16.kv_capacity_tokens);
        assert!(
            Profile::of(&H100_SXM, &LLAMA_8B_BF16).step_base_s < Profile::of(&A100_80GB, &LLAMA_8B_BF16).step_base_s
        );
    }
}
