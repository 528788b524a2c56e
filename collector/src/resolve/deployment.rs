//! A GPU, a model and a quantization of the catalogue, put together as the estimator takes them.

use crate::catalogue::Catalogue;
use crate::printer::Hinted;
use shared::hardware::estimate::{Deployment, Estimator};
use shared::hardware::machine::Machine;
use shared::hardware::shape::Shape;
use shared::store::constants::Constants;

/// What is wanted, by names of the catalogue and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeploymentQuery<'a> {
    /// A GPU of configs/hardware.
    pub gpu: &'a str,
    /// GPUs that share each layer.
    pub gpu_count: u32,
    /// A model of configs/models.
    pub model: &'a str,
    /// How its weights are stored.
    pub quantization: &'a str,
}

/// What the catalogue has for it.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedDeployment {
    /// The GPU's file, without its ending.
    pub gpu: String,
    /// Its name for people.
    pub gpu_name: String,
    /// The model's file, without its ending.
    pub model: String,
    /// The model's name for people.
    pub model_name: String,
    /// How fast it is.
    pub estimator: Estimator,
}

impl Catalogue {
    /// The estimator's constants: the fitted ones, or those it began with where there is no fit.
    #[must_use]
    pub fn constants(&self) -> Constants {
        self.estimator.as_ref().map_or(Constants::PRIOR, |file| file.constants)
    }
}

/// Finds everything and puts it together.
///
/// # Errors
/// When a name is unknown, the GPU cannot run it, or it does not fit.
pub fn resolve(catalogue: &Catalogue, query: DeploymentQuery<'_>) -> anyhow::Result<ResolvedDeployment> {
    let (slug, gpu) = catalogue.gpu("--gpu", query.gpu)?;
    let (model_slug, model) = catalogue.model("--model", query.model)?;
    let quantization = Catalogue::quantization(query.quantization)?;
    let estimator = Deployment::usual(Machine::of(gpu), Shape::of(model), quantization, query.gpu_count)
        .and_then(|deployment| Estimator::new(deployment, &catalogue.constants()))
        .ok_or_else(|| {
            let cannot = format!("vLLM cannot run {} weights on {}", quantization.name(), gpu.name);
            Hinted::new(cannot, "choose another --quantization or GPU")
        })?;
    if estimator.kv_room() < estimator.kv_per_token() {
        let what = format!("{} in {} does not fit {} x {}", model.name, quantization.name(), query.gpu_count, gpu.name);
        return Err(Hinted::new(what, "choose a larger GPU, a higher --gpu-count, or a smaller --quantization").into());
    }
    let (gpu_name, model_name) = (gpu.name.clone(), model.name.clone());
    Ok(ResolvedDeployment { gpu: slug.to_owned(), gpu_name, model: model_slug.to_owned(), model_name, estimator })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: DeploymentQuery<'_> =
        DeploymentQuery { gpu: "rtx-a5000", gpu_count: 1, model: "llama-3.1-8b-instruct", quantization: "bf16" };

    fn refused(query: DeploymentQuery<'_>) -> String {
        format!("{:#}", resolve(&Catalogue::load(None).unwrap(), query).unwrap_err())
    }

    #[test]
    fn files_and_other_names_are_found() {
        let catalogue = Catalogue::load(None).unwrap();
        let choice = resolve(&catalogue, USUAL).unwrap();
        assert_eq!((choice.gpu_name.as_str(), choice.model_name.as_str()), ("RTX A5000", "Llama 3.1 8B Instruct"));
        let step = choice.estimator.step(1.0, 100.0);
        assert!((0.02..0.035).contains(&step), "{step}");
        for (other, slug) in [("a100-80gb", "a100-sxm-80gb"), ("h100-sxm", "h100-sxm-80gb")] {
            assert_eq!(resolve(&catalogue, DeploymentQuery { gpu: other, ..USUAL }).unwrap().gpu, slug);
        }
        let short = resolve(&catalogue, DeploymentQuery { model: "llama-3.1-8b", ..USUAL }).unwrap();
        assert_eq!(short.model, "llama-3.1-8b-instruct");
    }

    #[test]
    fn what_cannot_run_says_why() {
        assert!(refused(DeploymentQuery { gpu: "rtx-1", ..USUAL }).contains("unknown GPU `rtx-1` (--gpu)"));
        assert!(refused(DeploymentQuery { model: "m", ..USUAL }).contains("unknown model `m` (--model)"));
        assert!(refused(DeploymentQuery { quantization: "int5", ..USUAL }).contains("unknown quantization `int5`"));
        let amd = refused(DeploymentQuery { gpu: "mi300x-192gb", quantization: "awq-int4", ..USUAL });
        assert!(amd.contains("cannot run AWQ INT4 weights on"), "{amd}");
        let large = DeploymentQuery { model: "llama-3.1-70b-instruct", ..USUAL };
        assert!(refused(large).contains("does not fit 1 x RTX A5000"), "{}", refused(large));
        assert!(resolve(&Catalogue::load(None).unwrap(), DeploymentQuery { gpu_count: 8, ..large }).is_ok());
    }
}
