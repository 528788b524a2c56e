//! A sweep from its settings to its result file: connect, draw prompts, run the levels, keep each one.

pub mod dry_run;
pub mod report;
pub mod run;
pub mod settings;
