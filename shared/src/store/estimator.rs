//! What the estimator was fitted to be, and how far it was off: `configs/estimator.toml`, written by the fit.

use serde::{Deserialize, Serialize};

use crate::store::constants::Constants;

/// The fit, with its measured error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EstimatorFile {
    /// Records it was fitted to.
    pub records: u32,
    /// Sources they are from.
    pub sources: u32,
    /// Its constants.
    pub constants: Constants,
    /// Errors by kind of GPU and kernel, each record predicted without its own source.
    #[serde(rename = "band")]
    pub bands: Vec<Band>,
}

/// How far published output rates lay from what was predicted without their source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Which GPUs, such as `ampere-bus`; `any`.
    pub gpus: String,
    /// Which kernel, such as `unpack-4`; `any`.
    pub kernel: String,
    /// Records.
    pub records: u32,
    /// Sources they are from.
    pub sources: u32,
    /// Median of the absolute error, as a share of what was measured.
    pub median: f64,
    /// Its 90th percentile.
    pub p90: f64,
    /// Measured over predicted: the 10th percentile.
    pub low: f64,
    /// Measured over predicted: the 90th percentile.
    pub high: f64,
}
