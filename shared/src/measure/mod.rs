//! What to run, what came back of one request, what a level of a sweep amounts to, and quality.
//!
//! Metrics are pure functions of timestamps that somebody else took.

pub mod distribution;
#[cfg(feature = "observations")]
pub mod observations;
pub mod plan;
pub mod quality;
pub mod record;
#[cfg(feature = "observations")]
pub mod server_side;
pub mod summary;
#[cfg(feature = "observations")]
pub mod telemetry;
