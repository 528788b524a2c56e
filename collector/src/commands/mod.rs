//! One file a verb, one function a file. Commands never call commands.

pub mod advise;
pub mod bill;
pub mod breakeven;
pub mod check;
pub mod cost;
pub mod dataset;
pub mod decide;
pub mod estimate;
pub mod explore;
pub mod export;
pub mod fit;
pub mod import;
pub mod index;
pub mod merge;
pub mod prerender;
pub mod prices;
pub mod rehearse;
pub mod render;
pub mod selfcheck;
pub mod sensitivity;
pub mod size;
pub mod sweep;
