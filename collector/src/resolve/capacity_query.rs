//! What flags name, looked up: model, GPUs, quantisations, target, demand.

use crate::catalogue::Catalogue;
use crate::cli::sizing::{BusyArgs, ModelArgs};
use crate::printer::Hinted;
use crate::resolve::input_error::{refused, share};
use crate::resolve::replica::target as slo;
use shared::advice::asking::{Asking, Needs, SHAREGPT};
use shared::advice::options::published;
use shared::advice::targets;
use shared::economics::api_bill::ApiUse;
use shared::economics::cost::Mix;
use shared::economics::demand::{Demand, Shape};
use shared::economics::invalid::within;
use shared::economics::operating_point::LatencyTarget;
use shared::hardware::quantization::Quantization;
use shared::store::catalogue::{Gpu, Model};
use shared::store::estimator::EstimatorFile;
use shared::units::{HOURS_PER_DAY, SECONDS_PER_HOUR};

/// A model with the quantisations that are meant.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Name of its file.
    pub slug: &'a str,
    /// The model.
    pub model: &'a Model,
    /// How its weights may be stored.
    pub stored: Vec<Quantization>,
}

/// The model that is meant, and how its weights may be stored.
///
/// # Errors
/// When the catalogue has none of this name, or a quantisation is none.
pub fn model<'a>(catalogue: &'a Catalogue, args: &ModelArgs) -> anyhow::Result<Asked<'a>> {
    let (slug, model) = catalogue.model("--model", &args.model)?;
    let given = args.quantization.iter().map(|word| quantization(word)).collect::<Result<Vec<_>, _>>()?;
    let stored = if given.is_empty() { published(model) } else { given };
    Ok(Asked { slug, model, stored })
}

/// A quantisation by its word.
///
/// # Errors
/// When it is none.
pub fn quantization(word: &str) -> anyhow::Result<Quantization> {
    Quantization::of(word).ok_or_else(|| {
        let words = Quantization::ALL.map(Quantization::word).join(", ");
        Hinted::new(format!("unknown quantization `{word}` (--quantization)"), format!("expected one of {words}"))
            .into()
    })
}

/// The GPUs that are meant; all of them where none is named.
///
/// # Errors
/// When the catalogue has none of a name.
pub fn gpus<'a>(catalogue: &'a Catalogue, names: &[String]) -> anyhow::Result<Vec<(&'a str, &'a Gpu)>> {
    if names.is_empty() {
        return Ok(catalogue.hardware.iter().map(|(slug, gpu)| (slug.as_str(), gpu)).collect());
    }
    names.iter().map(|name| catalogue.gpu("--gpu", name)).collect()
}

/// The fit that estimates rest on.
///
/// # Errors
/// When the configs have none.
pub fn fitted(catalogue: &Catalogue) -> anyhow::Result<&EstimatorFile> {
    let hint = "it is written by `make estimator`; leave --configs out to use the one the program carries";
    catalogue.estimator.as_ref().ok_or_else(|| Hinted::new("the configs have no estimator.toml", hint).into())
}

/// A target, with or without a name.
///
/// # Errors
/// When it is none.
pub fn target(text: &str) -> anyhow::Result<LatencyTarget> {
    slo(targets::meant(text), 0.0)
}

/// What is asked in the busiest hour, and over a month.
///
/// # Errors
/// When a flag or a demand file says something that no demand can be.
pub fn demand(catalogue: &Catalogue, args: &BusyArgs) -> anyhow::Result<Asking> {
    let named = match (args.developers, args.users, &args.demand) {
        (Some(count), ..) => Some(catalogue.demand("developers")?.with_count(count)?),
        (_, Some(count), _) => Some(catalogue.demand("consumer-app")?.with_count(count)?),
        (_, _, Some(name)) => Some(catalogue.demand(name)?),
        _ => None,
    };
    let mix = tokens(args, named.as_ref().map_or(SHAREGPT, |file| file.mix(SHAREGPT)))?;
    let mut demand = match &named {
        Some(file) => file.demand(SHAREGPT).map_err(refused)?,
        None => Demand::flat(0.0),
    };
    if let Some(ratio) = args.peak_to_mean {
        demand.shape = Shape::PeakToMean(within("peak_to_mean", ratio, 1.0, 24.0).map_err(refused)?);
    }
    let peak_to_mean = demand.shape.peak_to_mean();
    let per_second = HOURS_PER_DAY * SECONDS_PER_HOUR;
    if let Some(rate) = args.requests_per_second {
        let rate = within("requests_per_second", rate, 1e-6, 1e7).map_err(refused)?;
        demand.requests_per_day = rate / peak_to_mean * per_second;
    } else if named.is_none() {
        let hint = "give --developers, --users, --requests-per-second or --demand";
        return Err(Hinted::new("nobody says how much is asked", hint).into());
    }
    let heads = named.as_ref().and_then(|file| file.heads());
    let at_once = share("at-once", args.at_once)?;
    share("cached_tokens", mix.cached / mix.input.max(1.0))?;
    let needs = Needs {
        demand,
        mix,
        usage: named.as_ref().map_or(ApiUse::default(), |file| file.api_use()),
        people: heads.map(|heads| (heads.count, heads.who.word().to_owned())),
        agents: args.developers.map(|_| at_once),
        headroom: share("headroom", within("headroom", args.headroom, 0.05, 1.0).map_err(refused)?)?,
        target: target(&args.slo)?,
        assumed: named.as_ref().map(|file| file.assumed.clone()).unwrap_or_default(),
    };
    Ok(needs.asking())
}

/// Flags over the demand's tokens.
fn tokens(args: &BusyArgs, otherwise: Mix) -> anyhow::Result<Mix> {
    let input = within("input_tokens", args.input_tokens.unwrap_or(otherwise.input), 1.0, 1e7).map_err(refused)?;
    let output = within("output_tokens", args.output_tokens.unwrap_or(otherwise.output), 1.0, 1e7).map_err(refused)?;
    let share = if otherwise.input > 0.0 { otherwise.cached / otherwise.input } else { 0.0 };
    let cached = within("cached_tokens", args.cached_tokens.unwrap_or(share * input), 0.0, input).map_err(refused)?;
    Ok(Mix { input, cached, output })
}
