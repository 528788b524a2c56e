//! A sweep from its settings to its result file: connect, draw prompts, run the levels, keep each one.

pub mod access_settings;
pub mod conduct;
pub mod flag;
pub mod interrupt;
pub mod level_line;
pub mod level_table;
pub mod load_settings;
pub mod observer;
pub mod preparation;
pub mod progress;
pub mod recorder;
pub mod run;
pub mod settings;
pub mod sweep_file;
pub mod target;
pub mod telemetry;
pub mod verdict;
pub mod workload_settings;
