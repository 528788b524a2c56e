//! Each source predicted by constants fitted to all the others.

use std::collections::{BTreeMap, BTreeSet};

use collector::calibration::record_case::RecordCase;
use shared::stats::Sorted;
use shared::store::constants::Constants;

use crate::estimator::fit::fit;

/// A record and what was predicted for it.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    pub case: &'a RecordCase<'a>,
    /// By constants that were fitted without its source.
    pub predicted: f64,
}

impl Held<'_> {
    /// Predicted over measured, less one.
    pub fn error(&self) -> f64 {
        self.predicted / self.case.measured - 1.0
    }
}

/// All records, in their order.
///
/// # Errors
/// When one of the fits does not converge.
pub fn hold_out<'a>(cases: &'a [RecordCase<'a>]) -> anyhow::Result<Vec<Held<'a>>> {
    let sources: BTreeSet<&str> = cases.iter().map(|case| case.record.source.as_str()).collect();
    let without: BTreeMap<&str, Constants> = std::thread::scope(|scope| {
        let fits: Vec<_> = sources
            .iter()
            .map(|source| {
                scope.spawn(move || {
                    let others: Vec<&RecordCase> = cases.iter().filter(|case| case.record.source != *source).collect();
                    fit(&others, &Constants::PRIOR).map(|constants| (*source, constants))
                })
            })
            .collect();
        fits.into_iter().map(|fit| fit.join().expect("a fit does not panic")).collect::<anyhow::Result<_>>()
    })?;
    let held = cases.iter().map(|case| {
        let constants = &without[case.record.source.as_str()];
        Held { case, predicted: case.predicted(constants).expect("every case has its GPU's rates") }
    });
    Ok(held.collect())
}

/// A quantile of some values, of which there is at least one.
pub fn quantile(values: &[f64], q: f64) -> f64 {
    Sorted::new(values.iter().copied()).quantile(q).expect("at least one value")
}
