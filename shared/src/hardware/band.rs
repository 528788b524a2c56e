//! How sure an estimate is: the error that was measured on records like it.

use crate::hardware::machine::Machine;
use crate::hardware::quantization::Kernel;
use crate::store::estimator::{Band, EstimatorFile};

/// Fewer records than this say too little of a kind.
const ENOUGH: u32 = 8;
/// The word for all of a kind.
const ANY: &str = "any";

/// The word of a GPU's kind: its generation, and whether several talk over a link of their own or the host's bus.
#[must_use]
pub fn kind(machine: &Machine) -> &'static str {
    match (machine.capability, machine.on_bus) {
        (Some((8, minor)), true) if minor < 9 => "ampere-bus",
        (Some((8, minor)), false) if minor < 9 => "ampere-link",
        (Some((8, _)), _) => "ada",
        (Some((9, _)), true) => "hopper-bus",
        (Some((9, _)), false) => "hopper-link",
        (Some((major, _)), true) if major >= 10 => "blackwell-bus",
        (Some((major, _)), false) if major >= 10 => "blackwell-link",
        _ => "other",
    }
}

impl Kernel {
    /// Its word in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dense16 => "dense-16",
            Self::Dense8 => "dense-8",
            Self::Unpack8 => "unpack-8",
            Self::Unpack4 => "unpack-4",
            Self::Dense4 => "dense-4",
            Self::Mxfp4 => "mxfp4",
            Self::Dequantise4 => "dequantise-4",
        }
    }
}

impl EstimatorFile {
    /// The narrowest kind with enough records: this GPU's and kernel's, the kernel's, or all there is.
    #[must_use]
    pub fn band(&self, machine: &Machine, kernel: Kernel) -> Option<&Band> {
        let named = |gpus: &str, kernel: &str| {
            let mut bands = self.bands.iter();
            bands.find(|band| band.gpus == gpus && band.kernel == kernel && band.records >= ENOUGH)
        };
        named(kind(machine), kernel.word()).or_else(|| named(ANY, kernel.word())).or_else(|| named(ANY, ANY))
    }
}
