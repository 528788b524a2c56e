//! A file of `configs/models`: the shape of a model, with its source.

use serde::Deserialize;

/// A model without its quantisation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// For people, such as `Llama 3.1 8B Instruct`.
    pub name: String,
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
    /// Width of the feed-forward part.
    pub intermediate_size: u32,
    /// Tokens of the vocabulary.
    pub vocabulary: u32,
    /// Longest context it was made for.
    pub max_context_tokens: u32,
    /// Whether input and output embeddings are one matrix.
    pub tied_embeddings: bool,
    /// All parameters.
    pub parameters: u64,
    /// Where the shape stands.
    pub source: String,
}
