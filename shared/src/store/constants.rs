//! The estimator's constants: what no data sheet says and measurements must.
//!
//! Each has a value from the literature to begin with and how far it may plausibly lie from it; the fit moves it as far
//! as published throughput asks (`make estimator`, docs/estimator.md).

use serde::{Deserialize, Serialize};

/// What a constant is before anything was fitted, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// Its field.
    pub name: &'static str,
    /// The value to begin with.
    pub value: f64,
    /// Standard deviation of its logarithm.
    pub spread: f64,
    /// What it is.
    pub about: &'static str,
}

macro_rules! constants {
    ($($(#[doc = $about:literal])+ $name:ident = $value:literal within $spread:literal;)+) => {
        /// All constants.
        #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Constants {
            $($(#[doc = $about])+ pub $name: f64,)+
        }

        /// How many there are.
        pub const COUNT: usize = [$($value),+].len();

        /// Each with its value before the fit.
        pub const PRIORS: [Prior; COUNT] = [
            $(Prior { name: stringify!($name), value: $value, spread: $spread, about: concat!($($about),+) }),+
        ];

        impl Constants {
            /// The values before the fit.
            pub const PRIOR: Self = Self { $($name: $value),+ };

            /// As a list, in the order of [`PRIORS`].
            #[must_use]
            pub fn to_array(&self) -> [f64; COUNT] {
                [$(self.$name),+]
            }

            /// From such a list.
            #[must_use]
            pub fn from_array(values: [f64; COUNT]) -> Self {
                let [$($name),+] = values;
                Self { $($name),+ }
            }
        }
    };
}

// Priors: shares of the nominal bandwidth and rate as NVIDIA's published GEMM tables have them (0.68 to 0.85 for streaming
// weights, 0.69 to 0.84 for dense 16-bit products, 0.57 for FP8 on H100); overheads as vLLM's own write-ups describe them.
constants! {
    /// Share of the memory bandwidth that reading 16-bit weights reaches
    bandwidth_16 = 0.83 within 0.05;
    /// Share for 8-bit weights
    bandwidth_8 = 0.80 within 0.05;
    /// Share for 4-bit integer weights
    bandwidth_4 = 0.80 within 0.05;
    /// Share for 4-bit floating-point weights on 4-bit tensor cores
    bandwidth_fp4 = 0.75 within 0.1;
    /// Share for MXFP4 weights
    bandwidth_mxfp4 = 0.70 within 0.1;
    /// Share where 4-bit weights are written out as 16-bit ones at every step
    bandwidth_dequantise = 0.80 within 0.35;
    /// Power by which 4-bit integer kernels fall behind above 1.5 TB/s
    falling_behind_4 = 0.5 within 0.7;
    /// Share for keys and values
    bandwidth_kv = 0.60 within 0.35;
    /// Share of the dense 16-bit rate that products reach
    compute_16 = 0.70 within 0.1;
    /// Share of the dense 8-bit rate
    compute_8 = 0.57 within 0.1;
    /// Share of the dense 16-bit rate where weights are unpacked on the way
    compute_unpacked = 0.62 within 0.1;
    /// Share of the dense 4-bit rate
    compute_fp4 = 0.40 within 0.15;
    /// Share of the dense 16-bit rate for MXFP4
    compute_mxfp4 = 0.40 within 0.35;
    /// What is left of the rate where tokens choose among experts
    compute_experts = 0.60 within 0.2;
    /// Seconds of a step beside all work
    step_s = 0.0025 within 0.2;
    /// Seconds of a step for every sequence in it
    sequence_s = 30e-6 within 0.35;
    /// The same before vLLM 0.11 and its like
    sequence_before_0_11_s = 60e-6 within 0.35;
    /// Seconds of a step beside all work, TensorRT-LLM
    step_tensorrt_s = 0.001 within 0.2;
    /// Seconds of a step for every sequence in it, TensorRT-LLM
    sequence_tensorrt_s = 5e-6 within 0.35;
    /// How many times an overhead was what it is, before vLLM 0.6
    overhead_before_0_6 = 2.7 within 0.05;
    /// Seconds for one exchange among two GPUs over their own link
    exchange_s = 10e-6 within 0.25;
    /// Seconds for one exchange among two GPUs over the host's bus
    exchange_on_bus_s = 20e-6 within 0.25;
    /// Share of the bus' rate that exchanges reach
    bus_share = 0.25 within 0.35;
    /// Share of the link's rate that exchanges reach
    link_share = 0.40 within 0.2;
    /// Seconds of a step for every layer with experts
    expert_layer_s = 40e-6 within 0.35;
    /// Seconds that a request spends outside the engine
    request_s = 0.025 within 0.35;
    /// How much faster pipeline stages turn than one after another would
    pipeline_overlap = 0.90 within 0.35;
    /// GiB that activations and graphs take of every GPU
    activation_gib = 1.5 within 0.3;
}
