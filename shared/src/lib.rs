//! Every model both halves of Forge use: units, statistics, results, cost, figures.
//!
//! Pure: no IO, no clock, no environment, no async. What a function needs, it is given.

pub mod advice;
pub mod chart;
pub mod date;
pub mod decimal;
pub mod economics;
pub mod explore;
#[cfg(feature = "observations")]
pub mod export;
pub mod format;
pub mod hardware;
pub mod import;
pub mod measure;
pub mod stats;
pub mod store;
pub mod units;
