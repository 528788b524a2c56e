//! A sweep from its settings to its result file: connect, draw prompts, run the levels, keep each one.

pub mod access_settings;
pub mod certainty;
pub mod conduct;
pub mod course;
pub mod finding;
pub mod flag;
pub mod interrupt;
pub mod level_line;
pub mod level_runs;
pub mod level_table;
pub mod live;
pub mod load_settings;
pub mod observer;
pub mod preparation;
pub mod progress;
pub mod recorder;
pub mod resume;
pub mod run;
pub mod search_settings;
pub mod seen;
pub mod settings;
pub mod sweep_file;
pub mod target;
pub mod telemetry;
pub mod verdict;
pub mod workload_settings;
