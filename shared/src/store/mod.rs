//! The only stored shapes: a result file, where it came from, dated prices, and the index over them.

pub mod catalogue;
pub mod constants;
pub mod definition;
pub mod estimator;
pub mod hash;
pub mod index;
pub mod lookup;
pub mod prices;
pub mod provenance;
pub mod result_file;
