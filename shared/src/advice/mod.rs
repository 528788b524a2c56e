//! What follows from memory, time and money together: which quantisation, which settings, which and how many GPUs.

pub mod asking;
pub mod decide;
pub mod engine_settings;
pub mod fitting;
#[cfg(test)]
mod made_up;
pub mod options;
pub mod outlook;
pub mod paid;
pub mod quantisation;
pub mod retention;
#[cfg(feature = "observations")]
pub mod search;
pub mod sizing;
#[cfg(feature = "observations")]
pub mod targets;
pub mod told;
