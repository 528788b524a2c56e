//! What the view Hardware says: which GPUs hold a demand and what they cost, and what of their memory a model fills.
//!
//! The reader's inputs are a [`plan::Plan`], which the scenario carries as one text.

pub mod fit;
pub mod plan;
mod sentence;
pub mod size;
