//! How weights are stored, and by which kind of kernel a GPU multiplies them.

use crate::hardware::machine::Machine;

/// How a model's weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantization {
    /// 16 bits a weight, as most models are published.
    Bf16,
    /// 8-bit floating point, weights and activations.
    Fp8,
    /// 8-bit integers, weights and activations (W8A8).
    Int8,
    /// 4-bit integers by activation-aware rounding (AWQ), groups of 128.
    AwqInt4,
    /// 4-bit integers by GPTQ, groups of 128.
    GptqInt4,
    /// 4-bit floating point in blocks of 16 with an FP8 scale.
    Nvfp4,
    /// 4-bit floating point in blocks of 32 with an 8-bit scale.
    Mxfp4,
    /// llama.cpp's four-bit blocks, as of Q4_K_M.
    GgufQ4,
}

/// What a weight costs to read and which units multiply it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// 16-bit weights on 16-bit tensor cores.
    Dense16,
    /// 8-bit weights on 8-bit tensor cores.
    Dense8,
    /// 8-bit weights, unpacked to 16 bits on the way (Marlin).
    Unpack8,
    /// 4-bit weights, unpacked to 16 bits on the way (Marlin).
    Unpack4,
    /// 4-bit weights on 4-bit tensor cores.
    Dense4,
    /// MXFP4 experts, the rest 16 bits.
    Mxfp4,
    /// 4-bit weights written out as 16-bit ones at every step, as vLLM's and SGLang's first AWQ paths do.
    Dequantise4,
}

/// How keys and values are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KvPrecision {
    /// As the model computes: 16 bits.
    Bf16,
    /// 8-bit floating point.
    Fp8,
}

impl KvPrecision {
    /// Bytes of a number.
    #[must_use]
    pub const fn bytes(self) -> f64 {
        match self {
            Self::Bf16 => 2.0,
            Self::Fp8 => 1.0,
        }
    }

    /// Its word in files and flags.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bf16 => "bf16",
            Self::Fp8 => "fp8",
        }
    }
}

impl Quantization {
    /// All of them, the most exact first.
    pub const ALL: [Self; 8] =
        [Self::Bf16, Self::Fp8, Self::Int8, Self::AwqInt4, Self::GptqInt4, Self::Nvfp4, Self::Mxfp4, Self::GgufQ4];

    /// Its word in files, flags and links.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bf16 => "bf16",
            Self::Fp8 => "fp8",
            Self::Int8 => "int8",
            Self::AwqInt4 => "awq-int4",
            Self::GptqInt4 => "gptq-int4",
            Self::Nvfp4 => "nvfp4",
            Self::Mxfp4 => "mxfp4",
            Self::GgufQ4 => "gguf-q4",
        }
    }

    /// For people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bf16 => "BF16",
            Self::Fp8 => "FP8",
            Self::Int8 => "INT8",
            Self::AwqInt4 => "AWQ INT4",
            Self::GptqInt4 => "GPTQ INT4",
            Self::Nvfp4 => "NVFP4",
            Self::Mxfp4 => "MXFP4",
            Self::GgufQ4 => "GGUF Q4",
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// Bytes that a weight of a linear layer takes, scales and zero points of its group included.
    ///
    /// INT4 in groups of 128: 4 bits, a 16-bit scale and a 4-bit zero point shared by 128, rounded up to 4.25 bits.
    /// NVFP4: 4 bits and an 8-bit scale by 16. MXFP4: 4 bits and an 8-bit scale by 32. Q4_K_M: 4.85 bits on average
    /// (llama.cpp, tools/quantize/README.md).
    #[must_use]
    pub const fn bytes_per_weight(self) -> f64 {
        match self {
            Self::Bf16 => 2.0,
            Self::Fp8 | Self::Int8 => 1.0,
            Self::AwqInt4 | Self::GptqInt4 | Self::Mxfp4 => 0.531_25,
            Self::Nvfp4 => 0.5625,
            Self::GgufQ4 => 0.606,
        }
    }

    /// The kernel vLLM takes on this GPU; `None` where it has none.
    ///
    /// Source: vLLM's documentation, features/quantization, "Supported hardware": FP8 on tensor cores from Ada on and
    /// through Marlin on Ampere; AWQ and GPTQ through Marlin from Ampere on; INT8 from Turing to Hopper; NVFP4 on
    /// Blackwell's tensor cores and through Marlin from Ampere on; MXFP4 on AMD as well (platforms/rocm.py).
    #[must_use]
    pub fn kernel(self, machine: &Machine) -> Option<Kernel> {
        let since = |major: u32, minor: u32| machine.capability.is_some_and(|its| its >= (major, minor));
        let nvidia = machine.capability.is_some();
        let kernel = match self {
            Self::Bf16 if !nvidia || since(8, 0) => Kernel::Dense16,
            Self::Fp8 if machine.flops_8.is_some() && (!nvidia || since(8, 9)) => Kernel::Dense8,
            Self::Fp8 if since(8, 0) => Kernel::Unpack8,
            Self::Int8 if since(7, 5) && !since(10, 0) => Kernel::Dense8,
            Self::AwqInt4 | Self::GptqInt4 | Self::GgufQ4 if since(8, 0) => Kernel::Unpack4,
            Self::Nvfp4 if machine.flops_4.is_some() => Kernel::Dense4,
            Self::Nvfp4 if since(8, 0) => Kernel::Unpack4,
            Self::Mxfp4 if !nvidia || since(8, 0) => Kernel::Mxfp4,
            _ => return None,
        };
        Some(kernel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::machine::made_up::{A5000, H100};

    #[test]
    fn each_word_reads_back() {
        for one in Quantization::ALL {
            assert_eq!(Quantization::of(one.word()), Some(one));
        }
        assert_eq!(Quantization::of("int5"), None);
    }

    #[test]
    fn a_gpu_multiplies_with_what_it_has() {
        assert_eq!(Quantization::Fp8.kernel(&A5000), Some(Kernel::Unpack8));
        assert_eq!(Quantization::Fp8.kernel(&H100), Some(Kernel::Dense8));
        assert_eq!(Quantization::AwqInt4.kernel(&A5000), Some(Kernel::Unpack4));
        assert_eq!(Quantization::Nvfp4.kernel(&H100), Some(Kernel::Unpack4));
        let blackwell = Machine { capability: Some((12, 0)), ..H100 };
        assert_eq!(Quantization::Int8.kernel(&blackwell), None);
        let amd = Machine { capability: None, ..H100 };
        assert_eq!((Quantization::Fp8.kernel(&amd), Quantization::AwqInt4.kernel(&amd)), (Some(Kernel::Dense8), None));
    }
}
