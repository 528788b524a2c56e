//! The query of `size` and `decide`, resolved: model, GPUs, prices, latency target and workload; and the capacity of every
//! deployment option for it.

use std::path::Path;

use crate::catalogue::Catalogue;
use crate::cli::case_args::ApiUseArgs;
use crate::cli::sizing::{CapacityArgs, ModelArgs};
use crate::printer::Hinted;
use crate::resolve::demand::{self, DemandDefaults};
use crate::resolve::input_error::{refused, share};
use crate::resolve::replica;
use crate::results::scan::Scan;
use shared::advice::capacity::Capacity;
use shared::advice::options::{Infeasible, published};
use shared::advice::search::{CapacityQuery, Search};
use shared::advice::workload::{SHAREGPT, Workload, WorkloadInputs};
use shared::date::Date;
use shared::economics::invalid::within;
use shared::hardware::quantization::Quantization;
use shared::store::catalogue::{Gpu, Model};
use shared::store::estimator::EstimatorFile;
use shared::store::prices::{GpuPrice, Tier};
use shared::units::UsdPerHour;

/// The latency target of `size` and `decide` where none is given.
pub const USUAL_TARGET: &str = "chat";

/// A model of the catalogue, and the quantizations to consider.
#[derive(Debug, Clone)]
pub struct ResolvedModel<'a> {
    /// Name of its file.
    pub slug: &'a str,
    /// The model.
    pub model: &'a Model,
    /// How its weights may be stored.
    pub stored: Vec<Quantization>,
}

/// The model of the flags, in the quantizations given, else in every published one.
///
/// # Errors
/// When the model or a quantization is unknown.
pub fn model<'a>(catalogue: &'a Catalogue, args: &ModelArgs) -> anyhow::Result<ResolvedModel<'a>> {
    let (slug, model) = catalogue.model("--model", &args.model)?;
    let given = args.quantization.iter().map(|word| Catalogue::quantization(word)).collect::<Result<Vec<_>, _>>()?;
    let stored = if given.is_empty() { published(model) } else { given };
    Ok(ResolvedModel { slug, model, stored })
}

/// The GPUs of the flags; all of the catalogue where none is named.
///
/// # Errors
/// When a name is unknown.
pub fn gpus<'a>(catalogue: &'a Catalogue, names: &[String]) -> anyhow::Result<Vec<(&'a str, &'a Gpu)>> {
    if names.is_empty() {
        return Ok(catalogue.hardware.iter().map(|(slug, gpu)| (slug.as_str(), gpu)).collect());
    }
    names.iter().map(|name| catalogue.gpu("--gpu", name)).collect()
}

/// The prices of GPUs: the dated ones, with the one that was given in the place of those of the GPUs named.
///
/// # Errors
/// When a price is given and no GPU, or the price is out of range.
pub fn prices(catalogue: &Catalogue, args: &CapacityArgs, day: Date) -> anyhow::Result<Vec<GpuPrice>> {
    let dated = &catalogue.prices.gpu;
    let Some(usd) = args.rent.gpu_price else { return Ok(dated.clone()) };
    let usd = within("gpu_price", usd, 0.0, 1e5).map_err(refused)?;
    if args.gpu.is_empty() {
        let hint = "name the GPU that costs so much, such as `--gpu rtx-a5000`";
        return Err(Hinted::new("`--gpu-price` needs --gpu", hint).into());
    }
    let named = gpus(catalogue, &args.gpu)?;
    let is_replaced =
        |price: &GpuPrice| price.tier.is_on_demand() && named.iter().any(|(slug, _)| *slug == price.hardware);
    let given = |(slug, _): &(&str, &Gpu)| GpuPrice {
        provider: "given".into(),
        hardware: (*slug).to_owned(),
        tier: Tier::OnDemand,
        usd_per_hour: UsdPerHour::new(usd),
        min_gpus: None,
        from: day,
        to: None,
        read_on: day,
        source: "--gpu-price".into(),
        via: None,
    };
    Ok(dated.iter().filter(|price| !is_replaced(price)).cloned().chain(named.iter().map(given)).collect())
}

/// The fitted constants that estimates use.
///
/// # Errors
/// When the configs have none.
pub fn fitted(catalogue: &Catalogue) -> anyhow::Result<&EstimatorFile> {
    let hint = "it is written by `make estimator`; leave --configs out to use the built-in one";
    catalogue.estimator.as_ref().ok_or_else(|| Hinted::new("the configs have no estimator.toml", hint).into())
}

/// The latency target as it was written, or the usual one.
#[must_use]
pub fn slo(args: &CapacityArgs) -> &str {
    args.target.slo.as_deref().unwrap_or(USUAL_TARGET)
}

/// The workload of the busiest hour, and of a month.
///
/// # Errors
/// When no demand is given, or a flag or a demand file is out of range.
pub fn workload(catalogue: &Catalogue, args: &CapacityArgs, api_use: Option<&ApiUseArgs>) -> anyhow::Result<Workload> {
    let defaults = DemandDefaults { mix: SHAREGPT, requests_per_day: None };
    let resolved = demand::resolve(catalogue, &args.demand, api_use, defaults)?;
    resolved.demand.checked().map_err(refused)?;
    let mix = resolved.mix;
    within("input_tokens", mix.input, 1.0, 1e7).map_err(refused)?;
    within("output_tokens", mix.output, 1.0, 1e7).map_err(refused)?;
    within("cached_tokens", mix.cached, 0.0, mix.input).map_err(refused)?;
    let at_once = share("at-once", args.at_once)?;
    let inputs = WorkloadInputs {
        demand: resolved.demand,
        mix,
        usage: resolved.usage,
        people: resolved.heads.map(|heads| (heads.count, heads.who.word().to_owned())),
        agents: args.demand.developers.map(|_| at_once),
        headroom: share("headroom", within("headroom", args.rent.headroom, 0.05, 1.0).map_err(refused)?)?,
        target: replica::target(slo(args), args.target.max_failures)?,
        assumed: resolved.file.map(|file| file.assumed).unwrap_or_default(),
    };
    Ok(inputs.workload())
}

/// What was found.
#[derive(Debug)]
pub struct Capacities<'a> {
    /// Every evaluated option, GPU by GPU.
    pub all: Vec<Capacity<'a>>,
    /// GPUs that have none, and why.
    pub none: Vec<((&'a str, &'a Gpu), Infeasible)>,
    /// Where prices are from, in a sentence.
    pub prices: String,
}

/// The runs of a folder; none where there is no folder.
///
/// # Errors
/// When it cannot be read.
pub fn runs(results: &Path) -> anyhow::Result<Scan> {
    if results.is_dir() { Scan::of(&[results]) } else { Ok(Scan::default()) }
}

/// Evaluates every deployment option of a model on these GPUs.
///
/// # Errors
/// When the model takes no such context, or the configs have no fit.
pub fn capacities<'a>(
    catalogue: &'a Catalogue,
    resolved: &ResolvedModel<'a>,
    gpus: &[(&'a str, &'a Gpu)],
    workload: &'a Workload,
    prices: &'a [GpuPrice],
    scan: &'a Scan,
    day: Date,
) -> anyhow::Result<Capacities<'a>> {
    let query = CapacityQuery {
        slug: resolved.slug,
        model: resolved.model,
        stored: resolved.stored.clone(),
        workload,
        fitted: fitted(catalogue)?,
        prices,
        day,
        runs: scan.files.iter().map(|(entry, file)| (entry.path.as_str(), file)).collect(),
    };
    if let Some(message) = query.too_long() {
        let hint = "lower --input-tokens or --output-tokens, or choose another model";
        return Err(Hinted::new(message, hint).into());
    }
    let Search { all, none, .. } = Search::new(query, gpus.iter().copied()).finished();
    let prices = format!("GPU prices: the cheapest dated offers on {day}; see docs/prices.md.");
    Ok(Capacities { all, none, prices })
}
