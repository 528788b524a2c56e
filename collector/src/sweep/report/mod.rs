//! What a sweep shows: progress while it runs, then its table, details, warnings and what a search found.

pub mod confidence;
pub mod level_details;
pub mod level_table;
pub mod live_view;
pub mod progress;
pub mod progress_view;
pub mod search_result;
pub mod warnings;
