//! The deployment options of a model in the catalogue: GPU, tensor-parallel size, quantization.

use crate::hardware::band::kind;
use crate::hardware::estimate::{Deployment, Estimator};
use crate::hardware::machine::Machine;
use crate::hardware::quantization::Quantization;
use crate::hardware::shape::Shape;
use crate::store::catalogue::{Gpu, Link, Model};
use crate::store::estimator::{Band, EstimatorFile};

/// GPUs that one replica may be spread over.
pub const GROUPS: [u32; 4] = [1, 2, 4, 8];

/// One deployment option of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeploymentOption<'a> {
    /// Name of the GPU's file.
    pub slug: &'a str,
    /// The GPU.
    pub gpu: &'a Gpu,
    /// GPUs of one replica.
    pub gpus: u32,
    /// How the weights are stored.
    pub quantization: Quantization,
    /// How fast it is estimated to be.
    pub estimator: Estimator,
    /// How far such estimates were off.
    pub band: Option<&'a Band>,
}

/// Why a GPU has no deployment option for a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Infeasible {
    /// Its weights do not fit eight of them.
    TooSmall,
    /// One context does not fit beside the weights, even on eight of them.
    NoRoomForContext,
    /// It has no kernel for the weights as they are stored.
    NoKernel,
    /// Its rates are not known, so nothing can be said of its speed.
    RatesUnknown,
}

impl Infeasible {
    /// In words that follow the GPU's name.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TooSmall => "the weights do not fit, even on eight",
            Self::NoRoomForContext => "one context does not fit beside the weights, even on eight",
            Self::NoKernel => "no kernel for these weights",
            Self::RatesUnknown => "no estimate: its rates are not known",
        }
    }
}

/// The quantizations somebody has published a model's weights in, and the one it came in.
#[must_use]
pub fn published(model: &Model) -> Vec<Quantization> {
    let of = |one: &Quantization| model.variants.iter().any(|variant| variant.quantization == one.word());
    // A model that came in MXFP4 or FP8 has no 16-bit weights to serve.
    let native = model.variants.iter().find(|variant| variant.repository == model.hugging_face);
    let own = native.and_then(|variant| Quantization::of(&variant.quantization)).unwrap_or(Quantization::Bf16);
    Quantization::ALL.into_iter().filter(|one| *one == own || (of(one) && *one != Quantization::GgufQ4)).collect()
}

/// The deployment options of a model on one GPU with contexts of so many tokens, or why there is none.
///
/// # Errors
/// When no quantization of `stored` on any number of GPUs fits the weights and one context.
pub fn deployment_options<'a>(
    slug: &'a str,
    gpu: &'a Gpu,
    model: &Model,
    stored: &[Quantization],
    context: f64,
    fitted: &'a EstimatorFile,
) -> Result<Vec<DeploymentOption<'a>>, Infeasible> {
    let (machine, shape) = (Machine::of(gpu), Shape::of(model));
    let mut why = Infeasible::NoKernel;
    let mut found = Vec::new();
    for quantization in stored {
        for gpus in groups(gpu, model) {
            let Some(deployment) = Deployment::usual(machine, shape, *quantization, gpus) else { continue };
            let Some(estimator) = Estimator::new(deployment, &fitted.constants) else {
                why = Infeasible::RatesUnknown;
                continue;
            };
            if estimator.batch_limit(context) < 1.0 {
                why = if estimator.kv_room() > 0.0 { Infeasible::NoRoomForContext } else { Infeasible::TooSmall };
                continue;
            }
            let band = fitted.band(&machine, deployment.kernel);
            found.push(DeploymentOption { slug, gpu, gpus, quantization: *quantization, estimator, band });
        }
    }
    if found.is_empty() { Err(why) } else { Ok(found) }
}

/// Groups of GPUs that can share this model's layers: each gets as many attention heads. Cards on the host's bus are
/// rented by the machine of eight as well.
fn groups(gpu: &Gpu, model: &Model) -> impl Iterator<Item = u32> {
    let heads = model.attention_heads;
    // A bridge joins two.
    let most = if gpu.link == Link::Nvlink && gpu.name.contains("NVL") { 2 } else { 8 };
    GROUPS.into_iter().filter(move |gpus| heads.is_multiple_of(*gpus) && *gpus <= most)
}

impl DeploymentOption<'_> {
    /// `2 x RTX A5000`, or the GPU's name alone.
    #[must_use]
    pub fn name(&self) -> String {
        if self.gpus > 1 { format!("{} x {}", self.gpus, self.gpu.name) } else { self.gpu.name.clone() }
    }

    /// The kind of GPU that its band is of.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        kind(&self.estimator.deployment().machine)
    }
}
