//! The demand: demand files and flags, flags first. The one place where the shared flags become requests and tokens.

use crate::catalogue::Catalogue;
use crate::catalogue::demand::{DemandFile, Heads};
use crate::cli::case_args::ApiUseArgs;
use crate::cli::demand_args::DemandArgs;
use crate::printer::Hinted;
use crate::resolve::input_error::refused;
use shared::economics::api_bill::ApiUse;
use shared::economics::cost::Mix;
use shared::economics::demand::{Demand, Shape};
use shared::economics::invalid::within;
use shared::units::{DAYS_PER_MONTH, HOURS_PER_DAY, SECONDS_PER_HOUR};

/// What a demand is taken to be where neither flags nor a file set it.
#[derive(Debug, Clone, Copy)]
pub struct DemandDefaults {
    /// Tokens of a request.
    pub mix: Mix,
    /// Mean requests per day; `None` where a demand must be given.
    pub requests_per_day: Option<f64>,
}

/// A resolved demand.
#[derive(Debug, Clone)]
pub struct ResolvedDemand {
    /// Requests, and when.
    pub demand: Demand,
    /// Tokens of a request.
    pub mix: Mix,
    /// How an API would be used.
    pub usage: ApiUse,
    /// The demand file it comes from.
    pub file: Option<DemandFile>,
    /// Users or developers, where the demand counts them.
    pub heads: Option<Heads>,
}

/// Resolves the demand.
///
/// # Errors
/// When no demand is given and there is no default, a demand file is wrong, or a flag is out of range.
pub fn resolve(
    catalogue: &Catalogue,
    args: &DemandArgs,
    api_use: Option<&ApiUseArgs>,
    defaults: DemandDefaults,
) -> anyhow::Result<ResolvedDemand> {
    let file = file(catalogue, args)?;
    let mix = file.as_ref().map_or(defaults.mix, |file| file.mix(defaults.mix));
    let mix = mix.with(args.input_tokens, args.cached_tokens, args.output_tokens);
    let mut demand = match &file {
        Some(file) => file.demand(defaults.mix).map_err(refused)?,
        None => Demand::flat(defaults.requests_per_day.unwrap_or(0.0)),
    };
    if let Some(ratio) = args.peak_to_mean {
        demand.shape = Shape::PeakToMean(within("peak_to_mean", ratio, 1.0, 24.0).map_err(refused)?);
    }
    match requests_per_day(args, demand.shape.peak_to_mean())? {
        Some(per_day) => demand.requests_per_day = per_day,
        None if file.is_none() && defaults.requests_per_day.is_none() => {
            let hint = "add --demand, --developers, --users, --requests-per-second or --requests-per-day";
            return Err(Hinted::new("no demand given", hint).into());
        }
        None => {}
    }
    let usage = usage(api_use, file.as_ref().map_or(ApiUse::default(), DemandFile::api_use));
    let heads = file.as_ref().and_then(DemandFile::heads);
    Ok(ResolvedDemand { demand, mix, usage, heads, file })
}

/// The demand file of the flags, of as many people as they say.
fn file(catalogue: &Catalogue, args: &DemandArgs) -> anyhow::Result<Option<DemandFile>> {
    let implied = args.developers.map(|_| "developers").or(args.users.map(|_| "consumer-app"));
    let file = args.demand.as_deref().or(implied).map(|name| catalogue.demand(name)).transpose()?;
    match (file, args.people()) {
        (Some(file), Some(count)) => Ok(Some(file.with_count(count)?)),
        (None, Some(_)) => {
            let hint = "add --demand developers, or another demand that counts users or developers";
            Err(Hinted::new("`--count` needs a demand that counts people", hint).into())
        }
        (file, None) => Ok(file),
    }
}

/// The mean requests per day of the flags, if they set any.
fn requests_per_day(args: &DemandArgs, peak_to_mean: f64) -> anyhow::Result<Option<f64>> {
    if let Some(month) = args.requests_per_month {
        within("requests_per_month", month, 0.001 * DAYS_PER_MONTH, 1e12 * DAYS_PER_MONTH).map_err(refused)?;
        return Ok(Some(month / DAYS_PER_MONTH));
    }
    if let Some(peak) = args.requests_per_second {
        let peak = within("requests_per_second", peak, 1e-6, 1e7).map_err(refused)?;
        return Ok(Some(peak / peak_to_mean * (HOURS_PER_DAY * SECONDS_PER_HOUR)));
    }
    Ok(args.requests_per_day)
}

fn usage(args: Option<&ApiUseArgs>, otherwise: ApiUse) -> ApiUse {
    let Some(args) = args else { return otherwise };
    ApiUse {
        cached: args.api_cached.unwrap_or(otherwise.cached),
        written: args.api_cache_written.unwrap_or(otherwise.written),
        reasoning: args.api_reasoning.unwrap_or(otherwise.reasoning),
        batch: args.api_batch.unwrap_or(otherwise.batch),
    }
}
