//! A file of `configs/prices`: dated rows of API and GPU prices, of which those of one offer never overlap.

use serde::Deserialize;

use crate::catalogue::Problem;
use shared::store::prices::{ApiPrice, Dated, GpuPrice};

/// Rows of prices.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceFile {
    /// API prices.
    #[serde(default)]
    pub api: Vec<ApiPrice>,
    /// GPU prices.
    #[serde(default)]
    pub gpu: Vec<GpuPrice>,
}

/// Rows of one offer that hold on the same day, and rows that hold on none.
#[must_use]
pub fn overlaps(path: &str, api: &[ApiPrice], gpu: &[GpuPrice]) -> Vec<Problem> {
    let of_gpu = |price: &GpuPrice| format!("{}/{}, {}", price.provider, price.hardware, price.tier);
    let mut found = clashes(path, api, ApiPrice::id);
    found.extend(clashes(path, gpu, of_gpu));
    found
}

fn clashes<P: Dated>(path: &str, prices: &[P], id: impl Fn(&P) -> String) -> Vec<Problem> {
    let problem = |price: &P, why: String| Problem { path: path.into(), field: id(price), why };
    let mut found = Vec::new();
    for (position, price) in prices.iter().enumerate() {
        if price.to().is_some_and(|to| to <= price.from()) {
            found.push(problem(price, format!("the row {} holds on no day", stretch(price))));
            continue;
        }
        for other in &prices[position + 1..] {
            let starts_before_end = |a: &P, b: &P| b.to().is_none_or(|to| a.from() < to);
            if id(price) == id(other) && starts_before_end(price, other) && starts_before_end(other, price) {
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
