//! A model's shape in what serving it takes: bytes to keep and read, operations a token.

use crate::store::catalogue::Model;

/// A model, in the numbers that memory and time follow from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Layers.
    pub layers: f64,
    /// Width of a layer.
    pub hidden: f64,
    /// Attention heads times their width.
    pub attention_width: f64,
    /// Attention heads of a layer, which the GPUs of a tensor-parallel group share evenly.
    pub attention_heads: u32,
    /// Heads that the cache is kept of; one where keys and values are one compressed vector, which every GPU holds.
    pub kv_heads: u32,
    /// Numbers that the cache keeps of one token, all layers together.
    pub kv_numbers: f64,
    /// Width of the feed-forward part that one token goes through: of all its experts together, where it has several.
    pub feed_forward: f64,
    /// Parameters of the layers that every token goes through.
    pub common: f64,
    /// Parameters of all routed experts.
    pub routed: f64,
    /// Parameters of the output head, read once a step.
    pub head: f64,
    /// Parameters of an input embedding that is a matrix of its own: kept, and read by the row.
    pub embedding: f64,
    /// Routed experts of a layer; 1 where there are none.
    pub experts: f64,
    /// How many of them a token goes through.
    pub experts_per_token: f64,
    /// Layers with routed experts.
    pub expert_layers: f64,
    /// Share of the layers that look back no further than the window.
    pub sliding_share: f64,
    /// That window, in tokens.
    pub window: f64,
    /// Longest context the model was made for.
    pub max_context: u64,
}

impl Shape {
    /// The one of a catalogue entry.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let [layers, hidden] = [model.layers, model.hidden_size].map(f64::from);
        let expert_layers = model.experts.map_or(0, |_| model.layers - model.dense_layers.unwrap_or(0));
        let expert_width = f64::from(model.expert_intermediate_size.unwrap_or(0));
        let experts = f64::from(model.experts.unwrap_or(1));
        // Three matrices an expert: gate, up and down.
        let routed = f64::from(expert_layers) * 3.0 * hidden * expert_width * f64::from(model.experts.unwrap_or(0));
        let linear = model.linear_parameters as f64;
        let head = f64::from(model.vocabulary) * hidden;
        let kept = match model.latent_kv_width {
            Some(width) => f64::from(width),
            None => 2.0 * f64::from(model.kv_heads) * f64::from(model.head_dim),
        };
        Self {
            layers,
            hidden,
            attention_width: f64::from(model.attention_heads) * f64::from(model.head_dim),
            attention_heads: model.attention_heads,
            kv_heads: if model.latent_kv_width.is_some() { 1 } else { model.kv_heads },
            kv_numbers: layers * kept,
            feed_forward: match model.experts_per_token {
                Some(chosen) => f64::from(chosen + model.shared_experts.unwrap_or(0)) * expert_width,
                None => f64::from(model.intermediate_size),
            },
            common: linear - routed,
            routed,
            head,
            embedding: (model.parameters as f64 - linear - head).max(0.0),
            experts,
            experts_per_token: f64::from(model.experts_per_token.unwrap_or(1)),
            expert_layers: f64::from(expert_layers),
            sliding_share: f64::from(model.sliding_window_layers.unwrap_or(0)) / layers,
            window: model.sliding_window_tokens.map_or(f64::INFINITY, f64::from),
            max_context: u64::from(model.max_context_tokens),
        }
    }

    /// Whether tokens choose among experts.
    #[must_use]
    pub fn is_mixture(&self) -> bool {
        self.routed > 0.0
    }

    /// Bytes that all weights take: linear layers quantised, embedding and head at 16 bits.
    #[must_use]
    pub fn weight_bytes(&self, bytes_per_weight: f64) -> f64 {
        (self.common + self.routed) * bytes_per_weight + (self.head + self.embedding) * 2.0
    }

    /// Parameters that work on one token: common ones, its experts, the head.
    #[must_use]
    pub fn active(&self) -> f64 {
        self.common + self.routed * self.experts_per_token / self.experts + self.head
    }

    /// Share of the experts that a step of so many tokens reads, when each token chooses evenly:
    /// `1 - (1 - k/E)^B`.
    #[must_use]
    pub fn experts_read(&self, tokens: f64) -> f64 {
        if self.is_mixture() { 1.0 - (1.0 - self.experts_per_token / self.experts).powf(tokens) } else { 1.0 }
    }

    /// Tokens of a context that a layer reads on average: all of it, or the window where a layer has one.
    #[must_use]
    pub fn context_read(&self, context: f64) -> f64 {
        context * (1.0 - self.sliding_share) + self.sliding_share * context.min(self.window)
    }
}

/// Shapes for tests.
#[cfg(test)]
pub mod made_up {
    use super::*;

    /// Llama 3.1 8B.
    pub const LLAMA_8B: Shape = Shape {
        layers: 32.0,
        hidden: 4096.0,
        attention_width: 4096.0,
        attention_heads: 32,
        kv_heads: 8,
        kv_numbers: 65_536.0,
        feed_forward: 14_336.0,
        common: 6_979_321_856.0,
        routed: 0.0,
        head: 525_336_576.0,
        embedding: 525_336_576.0,
        experts: 1.0,
        experts_per_token: 1.0,
        expert_layers: 0.0,
        sliding_share: 0.0,
        window: f64::INFINITY,
        max_context: 131_072,
    };
    /// Mixtral 8x7B.
    pub const MIXTRAL: Shape = Shape {
        feed_forward: 28_672.0,
        common: 1_343_225_856.0,
        routed: 45_097_156_608.0,
        head: 131_072_000.0,
        embedding: 131_072_000.0,
        experts: 8.0,
        experts_per_token: 2.0,
        expert_layers: 32.0,
        max_context: 32_768,
        ..LLAMA_8B
    };
}

#[cfg(test)]
mod tests {
    use super::made_up::{LLAMA_8B, MIXTRAL};

    #[test]
    fn weights_come_to_what_an_engine_reports() {
        // vLLM logged 14.99 GiB of weights for Llama 3.1 8B in BF16 (issue 10517).
        let gib = LLAMA_8B.weight_bytes(2.0) / 1024_f64.powi(3);
        assert!((gib - 14.96).abs() < 0.01, "{gib}");
    }

    #[test]
    fn a_mixture_reads_more_experts_the_wider_the_step() {
        assert_eq!(LLAMA_8B.experts_read(7.0), 1.0);
        assert_eq!(MIXTRAL.experts_read(1.0), 0.25);
        assert!(MIXTRAL.experts_read(2.0) > 0.25 && MIXTRAL.experts_read(64.0) > 0.99);
        // 12.9 B active, as its makers say.
        assert!((MIXTRAL.active() - 12.75e9).abs() < 0.2e9, "{}", MIXTRAL.active());
    }
}
