//! What to run, what came back of one request, what a level of a sweep amounts to, and quality.
//!
//! Metrics are pure functions of timestamps that somebody else took.

#[cfg(feature = "observations")]
pub mod attainment;
#[cfg(feature = "observations")]
pub mod conduct;
pub mod distribution;
pub mod knee;
pub mod latency;
#[cfg(test)]
mod made_up;
#[cfg(feature = "observations")]
pub mod objectives;
#[cfg(feature = "observations")]
pub mod observations;
#[cfg(feature = "observations")]
pub mod observe;
pub mod pareto;
pub mod plan;
pub mod quality;
pub mod record;
#[cfg(feature = "observations")]
pub mod repeats;
#[cfg(feature = "observations")]
pub mod runs;
#[cfg(feature = "observations")]
pub mod server_side;
#[cfg(feature = "observations")]
pub mod steady;
pub mod summary;
#[cfg(feature = "observations")]
pub mod telemetry;
#[cfg(feature = "observations")]
pub mod turns;
