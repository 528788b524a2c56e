//! The reader's assumptions, what follows from them, and how it is said: sentence, controls, explanations, figures.
//!
//! Plain functions of what was loaded and the scenario; no signals, no HTML, no drawing.

pub mod answer;
pub mod case;
pub mod controls;
pub mod decide;
pub mod decided;
pub mod derivation;
pub mod explain;
pub mod figures;
#[cfg(feature = "observations")]
pub mod hardware;
pub mod headline;
pub mod knobs;
pub mod library;
pub mod presets;
pub mod provenance;
pub mod query;
pub mod reasons;
pub mod runs;
pub mod scenario;
pub mod tables;
pub mod user_files;
pub mod verdict;
pub mod view_model;
