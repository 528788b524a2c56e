//! The estimator against what others measured, and what follows for a demand: flags looked up, every GPU's outlook, prices.

pub mod asked;
pub mod case;
pub mod choice;
pub mod deciding;
pub mod fleet_json;
pub mod outlooks;
