//! A sweep from its settings to its result file: connect, draw prompts, run the levels, keep each one.

pub mod conduct;
pub mod interrupt;
pub mod level_line;
pub mod level_table;
pub mod observer;
pub mod progress;
pub mod recorder;
pub mod run;
pub mod settings;
pub mod sweep_file;
pub mod target;
pub mod telemetry;
pub mod verdict;
