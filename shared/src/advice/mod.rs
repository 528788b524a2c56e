//! What follows from memory, time and money together: which quantization, which settings, which and how many GPUs.

pub mod capacity;
pub mod decide;
pub mod engine_settings;
pub mod fitting;
#[cfg(test)]
mod made_up;
pub mod options;
pub mod paid;
pub mod quantization_choice;
pub mod retention;
#[cfg(feature = "observations")]
pub mod search;
pub mod sizing;
#[cfg(feature = "observations")]
pub mod targets;
pub mod text;
pub mod workload;
