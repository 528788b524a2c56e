//! A file of `configs/hardware`: what a GPU is made of, with its source.

use serde::Deserialize;

use shared::date::Date;

/// One GPU.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hardware {
    /// For people, such as `RTX A5000`.
    pub name: String,
    /// The maker's name of the generation.
    pub architecture: String,
    /// CUDA compute capability; absent for other makers.
    pub compute_capability: Option<String>,
    /// Memory, in GB of the maker's counting.
    pub memory_gb: f64,
    /// Memory bandwidth.
    pub memory_bandwidth_gb_per_s: f64,
    /// Dense FP16 and BF16 rate, where it is known.
    pub bf16_dense_tflops: Option<f64>,
    /// Dense FP8 rate; absent when it has none or it is not known.
    pub fp8_dense_tflops: Option<f64>,
    /// Dense INT8 rate, where it is known.
    pub int8_dense_tops: Option<f64>,
    /// Highest board power.
    pub tdp_w: Option<u32>,
    /// How it is connected.
    pub bus: Option<String>,
    /// The day it was announced.
    pub release_date: Option<Date>,
    /// Where the facts stand.
    pub source: String,
}
