//! A file of `configs/prices`: dated rows of prices. Rows of one offer from one source never overlap; other sources may
//! say otherwise, and `collector prices check` shows both.

use serde::Deserialize;

use crate::catalogue::Problem;
use shared::store::prices::{ApiPrice, Dated, ElectricityPrice, GpuPrice, StoragePrice};

/// Rows of prices.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceFile {
    /// API prices.
    #[serde(default)]
    pub api: Vec<ApiPrice>,
    /// GPU prices.
    #[serde(default)]
    pub gpu: Vec<GpuPrice>,
    /// Electricity prices.
    #[serde(default)]
    pub electricity: Vec<ElectricityPrice>,
    /// Storage prices.
    #[serde(default)]
    pub storage: Vec<StoragePrice>,
}

impl PriceFile {
    /// Takes in the rows of another file.
    pub fn extend(&mut self, other: Self) {
        self.api.extend(other.api);
        self.gpu.extend(other.gpu);
        self.electricity.extend(other.electricity);
        self.storage.extend(other.storage);
    }
}

/// Rows of one offer from one source that hold on the same day, and rows that hold on none.
#[must_use]
pub fn overlaps(path: &str, prices: &PriceFile) -> Vec<Problem> {
    let mut found = clashes(path, &prices.api, ApiPrice::id, |price| &price.source);
    found.extend(clashes(path, &prices.gpu, gpu_offer, |price| &price.source));
    found.extend(clashes(path, &prices.electricity, |price| price.region.clone(), |price| &price.source));
    found.extend(clashes(path, &prices.storage, storage_offer, |price| &price.source));
    found
}

/// `runpod/rtx-a5000, secure`: what two rows must share to be about the same offer.
#[must_use]
pub fn gpu_offer(price: &GpuPrice) -> String {
    let gpus = price.min_gpus.filter(|gpus| *gpus > 1).map_or(String::new(), |gpus| format!(", from {gpus} GPUs"));
    format!("{}/{}, {}{gpus}", price.provider, price.hardware, price.tier)
}

/// `runpod network-volume above 1000 GB`.
fn storage_offer(price: &StoragePrice) -> String {
    let above = price.above_gb.map_or(String::new(), |gb| format!(" above {gb} GB"));
    format!("{} {}{above}", price.provider, price.kind)
}

fn clashes<P: Dated>(path: &str, prices: &[P], id: impl Fn(&P) -> String, source: impl Fn(&P) -> &str) -> Vec<Problem> {
    let problem = |price: &P, why: String| Problem { path: path.into(), field: id(price), why };
    let mut found = Vec::new();
    for (position, price) in prices.iter().enumerate() {
        if price.to().is_some_and(|to| to <= price.from()) {
            found.push(problem(price, format!("the row {} holds on no day", stretch(price))));
            continue;
        }
        for other in &prices[position + 1..] {
            let starts_before_end = |a: &P, b: &P| b.to().is_none_or(|to| a.from() < to);
            let same = id(price) == id(other) && source(price) == source(other);
            if same && starts_before_end(price, other) && starts_before_end(other, price) {
                found.push(problem(price, format!("the rows {} and {} overlap", stretch(price), stretch(other))));
            }
        }
    }
    found
}

/// `from 2026-01-01 to 2026-02-01`, or `from 2026-01-01`.
fn stretch(price: &impl Dated) -> String {
    match price.to() {
        Some(to) => format!("from {} to {to}", price.from()),
        None => format!("from {}", price.from()),
    }
}
