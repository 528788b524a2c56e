//! What a model takes of a GPU.

pub mod memory;
