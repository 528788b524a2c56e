//! The capacity of every deployment option for a workload, with given or dated prices and the runs of a results folder.

use std::path::Path;

use crate::catalogue::Catalogue;
use crate::printer::Hinted;
use crate::resolve::capacity_query::{ResolvedModel, fitted};
use crate::results::scan::Scan;
use shared::advice::capacity::Capacity;
use shared::advice::options::Infeasible;
use shared::advice::search::{CapacityQuery, Search};
use shared::advice::workload::Workload;
use shared::date::Date;
use shared::store::catalogue::Gpu;
use shared::store::prices::GpuPrice;

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
