//! A GPU in bytes and operations a second, and what joins several of them.

use crate::store::catalogue::{Gpu, Link};

/// A GPU, in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Machine {
    /// Bytes of memory that an engine can see.
    pub memory: f64,
    /// Bytes a second from memory, nominal.
    pub bandwidth: f64,
    /// Dense 16-bit operations a second; `None` where nobody says.
    pub flops_16: Option<f64>,
    /// Dense 8-bit operations a second, floating point or integers.
    pub flops_8: Option<f64>,
    /// Dense 4-bit operations a second.
    pub flops_4: Option<f64>,
    /// CUDA compute capability; `None` for other makers.
    pub capability: Option<(u32, u32)>,
    /// Whether the link is the host's bus.
    pub on_bus: bool,
    /// Bytes a second over the link, both directions together.
    pub link: f64,
}

const GIB: f64 = (1_u64 << 30) as f64;
const GIGA: f64 = 1e9;
const TERA: f64 = 1e12;
/// What the driver shows of the memory a maker names, where nobody has printed it: 23.6 to 23.7 of 24, 79.1 of 80,
/// 139.8 of 141 GiB.
const VISIBLE: f64 = 0.985;
/// GPUs with more bandwidth than this take vLLM's larger batches by default, as those with 70 GiB and more do.
const LARGE: f64 = 2.2e12;

impl Machine {
    /// The one of a catalogue entry.
    #[must_use]
    pub fn of(gpu: &Gpu) -> Self {
        let tera = |rate: Option<f64>| rate.map(|rate| rate * TERA);
        Self {
            memory: gpu.visible_memory_gib.unwrap_or(gpu.memory_gb * VISIBLE) * GIB,
            bandwidth: gpu.memory_bandwidth_gb_per_s * GIGA,
            flops_16: tera(gpu.bf16_dense_tflops),
            flops_8: tera(gpu.fp8_dense_tflops.or(gpu.int8_dense_tops)),
            flops_4: tera(gpu.fp4_dense_tflops),
            capability: gpu.compute_capability.as_deref().and_then(capability),
            on_bus: gpu.link == Link::Pcie,
            link: gpu.link_gb_per_s * GIGA,
        }
    }

    /// Whether vLLM takes larger batches on it by default.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.bandwidth > LARGE
    }
}

/// `8.6` in parts.
fn capability(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// GPUs for tests: two that differ in everything.
#[cfg(test)]
pub mod made_up {
    use super::*;

    /// Like an RTX A5000.
    pub const A5000: Machine = Machine {
        memory: 23.6 * GIB,
        bandwidth: 768e9,
        flops_16: Some(111.1e12),
        flops_8: Some(222.2e12),
        flops_4: None,
        capability: Some((8, 6)),
        on_bus: true,
        link: 64e9,
    };
    /// Like an H100 SXM.
    pub const H100: Machine = Machine {
        memory: 79.1 * GIB,
        bandwidth: 3350e9,
        flops_16: Some(989e12),
        flops_8: Some(1978e12),
        flops_4: None,
        capability: Some((9, 0)),
        on_bus: false,
        link: 900e9,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capability_is_two_numbers() {
        assert_eq!(capability("8.6"), Some((8, 6)));
        assert_eq!(capability("10.0"), Some((10, 0)));
        assert_eq!(capability("nine"), None);
    }
}
