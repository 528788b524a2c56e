//! A case of the cost model from flags, results, prices and demand files: resolved once, then only computed with.
//!
//! Also what is told of every case alike: its heading, its notes, its formulas, its link to the page.

pub mod against;
pub mod asked;
pub mod json;
pub mod permalink;
pub mod question;
pub mod refused;
pub mod served;
pub mod terms;
pub mod told;
