//! What is known of GPUs and models without measuring: one file each under `configs/`, one list for the page.
//!
//! Every fact has its source. A field that is not known is absent, never 0.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::store::estimator::EstimatorFile;

/// GPUs and models, by the names of their files, and what quantising costs in quality.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Version of this shape.
    pub schema: u32,
    /// GPUs.
    pub gpus: BTreeMap<String, Gpu>,
    /// Models without their quantisation.
    pub models: BTreeMap<String, Model>,
    /// Scores of quantised models against their baselines.
    pub retention: Vec<Retention>,
    /// What estimates of speed rest on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimator: Option<EstimatorFile>,
    /// What each of several people asks for: the demands that count them, by the names of their files.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<String, PerPerson>,
}

/// What one of several people asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerPerson {
    /// The word for one of them, such as `developer`.
    pub who: String,
    /// Mean requests a day, over all days.
    pub requests_per_day: f64,
    /// Prompt tokens a request; absent where the demand does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<f64>,
    /// Of these, tokens that a prefix cache of one's own holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_input_tokens: Option<f64>,
    /// Output tokens a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<f64>,
    /// The busiest hour's rate over the mean rate.
    pub peak_to_mean: f64,
    /// Who says so.
    pub source: String,
    /// Keys whose numbers the demand's author chose rather than found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<String>,
}

/// The catalogue schema that this build reads and writes.
pub const SCHEMA: u32 = 1;

/// One GPU, as its maker and its measurers describe it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gpu {
    /// For people, such as `RTX A5000`.
    pub name: String,
    /// Names that it is also found by; none of them names another entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Who makes it, such as `NVIDIA`.
    pub maker: String,
    /// The maker's name of the generation.
    pub architecture: String,
    /// CUDA compute capability; absent for other makers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute_capability: Option<String>,
    /// Memory, in GB of the maker's counting.
    pub memory_gb: f64,
    /// Memory that the driver shows, in GiB, where somebody has printed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_memory_gib: Option<f64>,
    /// Memory bandwidth.
    pub memory_bandwidth_gb_per_s: f64,
    /// Dense FP16 and BF16 rate, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bf16_dense_tflops: Option<f64>,
    /// Dense FP8 rate; absent when it has none or it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fp8_dense_tflops: Option<f64>,
    /// Dense INT8 rate, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub int8_dense_tops: Option<f64>,
    /// Dense FP4 rate; absent when it has none or it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fp4_dense_tflops: Option<f64>,
    /// Highest board power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tdp_w: Option<u32>,
    /// How it is connected to its host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// What joins several of them in one machine.
    pub link: Link,
    /// Bytes a second over that link, both directions together, in GB.
    pub link_gb_per_s: f64,
    /// The day it was announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_date: Option<Date>,
    /// USD it was listed at when it came out, where a source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_price_usd: Option<f64>,
    /// Where that price stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_price_source: Option<String>,
    /// RunPod's name of it; absent where RunPod has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runpod_id: Option<String>,
    /// Where the facts stand.
    pub source: String,
    /// Where the dense rates stand, or how they follow from others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tensor_source: Option<String>,
}

/// What joins the GPUs of one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// The host's bus.
    Pcie,
    /// NVIDIA's own link.
    Nvlink,
    /// AMD's own link.
    InfinityFabric,
}

/// A model without its quantisation: its shape, from which memory and work follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// For people, such as `Llama 3.1 8B Instruct`.
    pub name: String,
    /// Names that it is also found by; none of them names another entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its repository on Hugging Face.
    pub hugging_face: String,
    /// Licence of its weights.
    pub licence: String,
    /// Transformer layers.
    pub layers: u32,
    /// Width of a layer.
    pub hidden_size: u32,
    /// Attention heads of a layer.
    pub attention_heads: u32,
    /// Key and value heads of a layer: what the KV cache holds.
    pub kv_heads: u32,
    /// Width of a head.
    pub head_dim: u32,
    /// Width of the feed-forward part of a layer without experts.
    pub intermediate_size: u32,
    /// Tokens of the vocabulary.
    pub vocabulary: u32,
    /// Longest context it was made for.
    pub max_context_tokens: u32,
    /// Whether input and output embeddings are one matrix.
    pub tied_embeddings: bool,
    /// All parameters.
    pub parameters: u64,
    /// Parameters of the layers, without input and output embeddings.
    pub linear_parameters: u64,
    /// Parameters that one token uses, where that is not all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_parameters: Option<u64>,
    /// Routed experts of a layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experts: Option<u32>,
    /// Of these, how many a token goes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experts_per_token: Option<u32>,
    /// Width of an expert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expert_intermediate_size: Option<u32>,
    /// Experts that every token goes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_experts: Option<u32>,
    /// Layers at the start that have no experts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dense_layers: Option<u32>,
    /// How far back a layer with a sliding window looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sliding_window_tokens: Option<u32>,
    /// How many layers have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sliding_window_layers: Option<u32>,
    /// Numbers kept for a token in a layer, where keys and values are one compressed vector (MLA).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latent_kv_width: Option<u32>,
    /// `false`: the shape agrees with the name's size, but its config was not seen.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub verified: bool,
    /// Where the shape stands.
    pub source: String,
    /// Repositories of its weights in other precisions.
    #[serde(default, rename = "variant", skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
}

/// The weights of a model in one quantisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// `bf16`, `awq-int4`, …
    pub quantization: String,
    /// Its repository on Hugging Face.
    pub repository: String,
    /// Where that was seen.
    pub source: String,
}

/// One published score of a quantised model against its 16-bit baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Name of a file in configs/models.
    pub model: String,
    /// `fp8`, `awq-int4`, …
    pub quantization: String,
    /// How it was quantised, as the source has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The evaluation task.
    pub task: String,
    /// Examples given in the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shots: Option<u32>,
    /// The task's metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// Score of the quantised model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Score of the baseline in the same source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_score: Option<f64>,
    /// The first in percent of the second.
    pub retention_percent: f64,
    /// Where it stands.
    pub source: String,
    /// When it was published, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Licence of the source, where it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

fn yes() -> bool {
    true
}

/// For serde, which asks with a reference.
fn is_yes(verified: &bool) -> bool {
    *verified
}

impl Catalogue {
    /// Reads a catalogue.
    ///
    /// # Errors
    /// When the text is not a catalogue of the schema this build reads.
    pub fn parse(text: &str) -> Result<Self, String> {
        let read: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if read.schema != SCHEMA {
            return Err(format!("schema {} is not the one this build understands ({SCHEMA})", read.schema));
        }
        Ok(read)
    }

    /// The catalogue's text: JSON with a final newline.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
