//! How wide a level is: its streams, or how many an open loop is likely to have.

use shared::measure::plan::Arrival;

/// Connections opened ahead, and width of the warm-up: a closed loop's streams; for an open loop what some two seconds
/// of it bring.
#[must_use]
pub fn streams(load: Arrival) -> u32 {
    const AHEAD_S: f64 = 2.0;
    const FEWEST: f64 = 4.0;
    load.concurrency().unwrap_or_else(|| (load.rate().unwrap_or(1.0) * AHEAD_S).max(FEWEST).ceil() as u32)
}
