//! What the server and the GPUs said of themselves while a level ran, as it is stored.
//!
//! A field that was not observed is absent, not 0.

use serde::{Deserialize, Serialize};

use crate::measure::distribution::Distribution;
use crate::units::{Fraction, Millis};

/// What the server said about itself while the level ran, sampled about once a second.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerView {
    /// Samples taken.
    pub samples: u32,
    /// Samples that the server did not answer in time.
    #[serde(skip_serializing_if = "is_zero")]
    pub unanswered: u32,
    /// Whether its prefix cache was emptied before the level; absent where it offers no such thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_cache_emptied: Option<bool>,
    /// Sequences in the batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<Gauge>,
    /// Requests in the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Gauge>,
    /// Share of the KV cache in use, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kv_cache_usage: Option<Gauge>,
    /// Share of looked-up prompt tokens that the prefix cache held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_hit_rate: Option<Fraction>,
    /// Mean time in the queue, by the server's histogram.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_queue_ms: Option<Millis>,
    /// Mean TTFT, by the server's histogram.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_ttft_ms: Option<Millis>,
    /// Mean inter-token latency, by the server's histogram (by output event).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_itl_ms: Option<Millis>,
    /// Mean E2EL, by the server's histogram.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_e2el_ms: Option<Millis>,
    /// By request, where the server offers it: time in the queue.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub queue_ms: Distribution,
    /// By request, where the server offers it: the client's TTFT minus the server's queue and first token.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub client_minus_server_ms: Distribution,
    /// Most requests it had at once beyond those the client had in flight: somebody else's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign_requests: Option<u64>,
    /// What was looked for on the metrics page and is not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Counters that fell over the level, as they do when the server starts anew; what they count is left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fell: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A value that goes up and down, over the samples of a level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gauge {
    /// Mean over the samples.
    pub mean: f64,
    /// Lowest.
    pub min: f64,
    /// Highest.
    pub max: f64,
}

impl Gauge {
    /// Over samples; `None` for none.
    #[must_use]
    pub fn over(samples: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut count = 0.0;
        let mut gauge = Self { mean: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY };
        for sample in samples {
            count += 1.0;
            gauge.mean += (sample - gauge.mean) / count;
            gauge.min = gauge.min.min(sample);
            gauge.max = gauge.max.max(sample);
        }
        (count > 0.0).then_some(gauge)
    }
}

/// What the GPUs said while the level ran.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GpuTelemetry {
    /// Where it comes from: `nvidia-smi`.
    pub source: String,
    /// Samples taken of each GPU; of the one with the fewest where they differ.
    pub samples: u32,
    /// The GPUs, in the order of their index.
    pub gpus: Vec<Gpu>,
    /// Energy of these GPUs over the level, in joules: mean power x time. Absent when fewer samples came than one in
    /// two seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_j: Option<f64>,
    /// Joules per output token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joules_per_output_token: Option<f64>,
}

/// One GPU over a level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gpu {
    /// Its index.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Driver version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Power in watts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power_w: Option<Gauge>,
    /// Power limit in watts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power_limit_w: Option<f64>,
    /// Streaming-multiprocessor clock in MHz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sm_clock_mhz: Option<Gauge>,
    /// Memory clock in MHz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_clock_mhz: Option<Gauge>,
    /// Highest streaming-multiprocessor clock in MHz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sm_clock_mhz: Option<f64>,
    /// Memory in use in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_used_mib: Option<Gauge>,
    /// Memory in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_total_mib: Option<f64>,
    /// Busy share in percent, as the driver counts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utilization_percent: Option<Gauge>,
    /// Temperature in degrees Celsius.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature_c: Option<Gauge>,
}
