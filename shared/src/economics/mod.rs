//! What a token costs: rates and prices in, dollars out. Every formula stands here once.
//!
//! Symbols as in docs/cost-model.md. Nothing here formats a number or knows where a rate was measured.

pub mod bill;
pub mod breakeven;
pub mod cost;
pub mod operating_point;
pub mod pricing;
