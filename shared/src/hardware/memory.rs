//! Memory that a model's tokens take: the KV cache.
//!
//! Keys and values are kept of KV heads, not of attention heads: with grouped-query attention there are several times
//! fewer of them.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kv_cache_is_of_kv_heads_not_of_attention_heads() {
        // V11: Llama-3-8B in bf16. With its 32 attention heads it would come out four times too big.
        let model = Attention { layers: 32, kv_heads: 8, head_size: 128 };
        assert_eq!(model.kv_bytes_per_token(2), 131_072);
        assert_eq!(16 * 4096 * model.kv_bytes_per_token(2), 8 << 30);
        let as_if_none_were_shared = Attention { kv_heads: 32, ..model };
        assert_eq!(as_if_none_were_shared.kv_bytes_per_token(2), 4 * 131_072);
    }
}
