//! How many GPUs, and how a model is divided among them.

use crate::hardware::memory::{Fit, Layout};
use crate::hardware::shape::Shape;

/// GPUs of one machine that are looked at: what is rented.
pub const COUNTS: [u32; 5] = [1, 2, 4, 8, 16];

/// Why a model cannot be divided so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Indivisible {
    /// Attention heads, or the KV heads they share, are not a multiple of the GPUs.
    Heads {
        /// GPUs that were to share a layer.
        tensor_parallel: u32,
        /// Attention heads of a layer.
        attention_heads: u32,
        /// KV heads of a layer.
        kv_heads: u32,
        /// Numbers of GPUs, up to sixteen, among which they can be shared.
        possible: Vec<u32>,
    },
    /// There are more stages than layers.
    Layers {
        /// Stages.
        pipeline_parallel: u32,
        /// Layers.
        layers: u32,
    },
    /// There are no GPUs at all.
    Nothing,
}

impl Shape {
    /// Whether so many GPUs can share a layer: each has as many attention heads as the next, and KV heads are either
    /// divided or held several times.
    #[must_use]
    pub fn divides_among(&self, gpus: u32) -> bool {
        let kv = self.kv_heads.max(1);
        gpus > 0 && self.attention_heads.is_multiple_of(gpus) && (kv.is_multiple_of(gpus) || gpus.is_multiple_of(kv))
    }
}

impl Layout {
    /// The layout, if the model can be divided so.
    ///
    /// # Errors
    /// When heads do not divide, or stages outnumber layers.
    pub fn checked(self) -> Result<Self, Indivisible> {
        let shape = &self.shape;
        if self.gpus() == 0 {
            return Err(Indivisible::Nothing);
        }
        if !shape.divides_among(self.tensor_parallel) {
            return Err(Indivisible::Heads {
                tensor_parallel: self.tensor_parallel,
                attention_heads: shape.attention_heads,
                kv_heads: shape.kv_heads,
                possible: (1..=16).filter(|gpus| shape.divides_among(*gpus)).collect(),
            });
        }
        if f64::from(self.pipeline_parallel) > shape.layers {
            let layers = shape.layers as u32;
            return Err(Indivisible::Layers { pipeline_parallel: self.pipeline_parallel, layers });
        }
        Ok(self)
    }

    /// This layout on exactly so many GPUs: as much tensor parallelism as heads allow, stages for the rest. `None` where
    /// that does not come out even.
    #[must_use]
    pub fn on(self, gpus: u32) -> Option<Self> {
        let shared =
            (1..=gpus).rev().find(|shared| gpus.is_multiple_of(*shared) && self.shape.divides_among(*shared))?;
        Self { tensor_parallel: shared, pipeline_parallel: gpus / shared, ..self }.checked().ok()
    }

    /// The fewest GPUs, of 1, 2, 4, 8 and 16 and no more than `most`, on which `enough` holds.
    #[must_use]
    pub fn fewest(self, most: u32, enough: impl Fn(&Fit) -> bool) -> Option<Fit> {
        let counts = COUNTS.into_iter().filter(|count| *count <= most);
        counts.filter_map(|count| self.on(count)).map(|layout| layout.fit()).find(enough)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::machine::made_up::{A5000, H100};
    use crate::hardware::memory::{Batching, DEFAULT_UTILIZATION};
    use crate::hardware::shape::made_up::LLAMA_8B;

    fn layout(tensor_parallel: u32, pipeline_parallel: u32) -> Layout {
        Layout {
            machine: A5000,
            shape: LLAMA_8B,
            bytes_per_weight: 2.0,
            kv_bytes: 2.0,
            tensor_parallel,
            pipeline_parallel,
            utilization: DEFAULT_UTILIZATION,
            batching: Batching::of(&A5000),
        }
    }

    #[test]
    fn gpus_that_do_not_divide_the_heads_are_refused_with_those_that_do() {
        let Err(Indivisible::Heads { tensor_parallel, attention_heads, possible, .. }) = layout(3, 1).checked() else {
            panic!("32 heads went onto 3 GPUs");
        };
        assert_eq!((tensor_parallel, attention_heads, possible), (3, 32, vec![1, 2, 4, 8, 16]));
        assert_eq!(layout(1, 33).checked(), Err(Indivisible::Layers { pipeline_parallel: 33, layers: 32 }));
        assert_eq!(layout(0, 1).checked(), Err(Indivisible::Nothing));
        assert!(layout(16, 2).checked().is_ok());
    }

    #[test]
    fn what_heads_do_not_allow_goes_into_stages() {
        // Qwen2.5 7B: 28 heads that share 4.
        let qwen = Layout { shape: Shape { attention_heads: 28, kv_heads: 4, ..LLAMA_8B }, ..layout(1, 1) };
        let on = |gpus| qwen.on(gpus).map(|it| (it.tensor_parallel, it.pipeline_parallel));
        assert_eq!([on(1), on(4), on(8)], [Some((1, 1)), Some((4, 1)), Some((4, 2))]);
        assert_eq!([on(3), on(0)], [Some((1, 3)), None]);
    }

    #[test]
    fn no_more_gpus_are_taken_than_it_needs() {
        let ten_times = Shape { common: 70e9, ..LLAMA_8B };
        let large = Layout { machine: H100, shape: ten_times, batching: Batching::of(&H100), ..layout(1, 1) };
        assert_eq!(layout(1, 1).fewest(8, Fit::has_room).map(|fit| fit.layout.gpus()), Some(1));
        assert_eq!(large.fewest(8, Fit::has_room).map(|fit| fit.layout.gpus()), Some(2));
        assert_eq!(large.fewest(1, Fit::has_room), None);
    }
}
