//! What is asked of replicas and of APIs: demand files and flags, flags first.

use crate::catalogue::Catalogue;
use crate::catalogue::demand::{DemandFile, Heads};
use crate::cli::case_args::{ApiArgs, CaseArgs};
use crate::printer::Hinted;
use crate::resolve::input_error::{refused, share};
use crate::resolve::replica::Replica;
use shared::economics::api_bill::ApiUse;
use shared::economics::cost::Mix;
use shared::economics::demand::{Demand, Shape};
use shared::economics::invalid::within;
use shared::economics::replica::full_load_per_month;
use shared::units::{DAYS_PER_MONTH, Fraction, RequestsPerSecond};

/// Requests a day where nobody says.
const REQUESTS_PER_DAY: f64 = 10_000.0;

/// What is asked.
pub struct Asked {
    /// Requests, and when.
    pub demand: Demand,
    /// Tokens of one.
    pub mix: Mix,
    /// How an API would be used.
    pub usage: ApiUse,
    /// The demand file it comes from.
    pub file: Option<DemandFile>,
    /// Users or developers.
    pub heads: Option<Heads>,
    /// The share that utilisation was pinned to.
    pub pinned: Option<Fraction>,
}

/// Resolves what is asked. `rate` gives what a replica serves of a mix.
///
/// # Errors
/// When a demand file is wrong, or flags contradict it.
pub fn resolve(
    args: &CaseArgs,
    replica: &Replica,
    catalogue: &Catalogue,
    rate: impl Fn(Mix) -> RequestsPerSecond,
) -> anyhow::Result<Asked> {
    let given = &args.demand;
    let file = given.demand.as_ref().map(|name| catalogue.demand(name)).transpose()?;
    let file = match (file, given.count) {
        (Some(file), Some(count)) => Some(file.with_count(count)?),
        (None, Some(_)) => {
            let hint = "give --demand developers, or another demand that counts users or developers";
            return Err(Hinted::new("`--count` says how many, and nobody says of what", hint).into());
        }
        (file, None) => file,
    };
    let measured = replica.served.mix;
    let mix = mix(args, file.as_ref().map_or(measured, |file| file.mix(measured)));
    let from_file = file.as_ref().map(|file| file.demand(measured).map_err(refused)).transpose()?;
    let mut demand = from_file.unwrap_or_else(|| Demand::flat(REQUESTS_PER_DAY));
    if let Some(month) = given.requests_per_month {
        within("requests_per_month", month, 0.001 * DAYS_PER_MONTH, 1e12 * DAYS_PER_MONTH).map_err(refused)?;
    }
    if let Some(per_day) = given.requests_per_day.or(given.requests_per_month.map(|month| month / DAYS_PER_MONTH)) {
        demand.requests_per_day = per_day;
    }
    if let Some(ratio) = given.peak_to_mean {
        demand.shape = Shape::PeakToMean(ratio);
    }
    let pinned = match given.utilisation {
        Some(value) => Some(share("utilisation", within("utilisation", value, 0.0001, 1.0).map_err(refused)?)?),
        None => None,
    };
    if let Some(pinned) = pinned {
        demand.requests_per_day = pinned.value() * full_load_per_month(rate(mix)) / DAYS_PER_MONTH;
    }
    let usage = usage(&args.api, file.as_ref().map_or(ApiUse::default(), DemandFile::api_use));
    let heads = file.as_ref().and_then(DemandFile::heads);
    Ok(Asked { demand, mix, usage, heads, pinned, file })
}

/// Flags over the file, the file over the run. A cache of our own that is not spoken of holds the same share as measured.
fn mix(args: &CaseArgs, otherwise: Mix) -> Mix {
    let given = &args.demand;
    let input = given.input_tokens.unwrap_or(otherwise.input);
    let share = if otherwise.input > 0.0 { otherwise.cached / otherwise.input } else { 0.0 };
    let cached = if input == otherwise.input { otherwise.cached } else { share * input };
    Mix {
        input,
        cached: given.cached_tokens.unwrap_or(cached),
        output: given.output_tokens.unwrap_or(otherwise.output),
    }
}

fn usage(args: &ApiArgs, otherwise: ApiUse) -> ApiUse {
    ApiUse {
        cached: args.api_cached.unwrap_or(otherwise.cached),
        written: args.api_cache_written.unwrap_or(otherwise.written),
        reasoning: args.api_reasoning.unwrap_or(otherwise.reasoning),
        batch: args.api_batch.unwrap_or(otherwise.batch),
    }
}
