//! What a model takes of a GPU: memory, and time.

pub mod band;
pub mod benchmark;
pub mod estimate;
pub mod machine;
pub mod memory;
pub mod placement;
pub mod profile;
pub mod quantization;
pub mod requests;
pub mod scheduler;
pub mod shape;
pub mod simulate;
