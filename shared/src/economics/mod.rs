//! What a token costs: rates and prices in, dollars out. Every formula stands here once.
//!
//! Symbols (P, q, rho, …) are explained where they first stand. Nothing here formats a number or knows where a rate was measured.

pub mod api_bill;
pub mod bill;
pub mod breakeven;
pub mod cost;
pub mod decision;
pub mod demand;
pub mod fleet;
pub mod flips;
pub mod hosting;
pub mod hosting_option;
pub mod invalid;
#[cfg(test)]
pub(crate) mod made_up;
pub mod model;
pub mod operating_point;
pub mod ownership;
pub mod parameter;
pub mod pricing;
pub mod replica;
pub mod sensitivity;
pub mod serverless;
pub mod staircase;
pub mod terms;
pub mod workers;
