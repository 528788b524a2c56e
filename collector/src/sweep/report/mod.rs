//! What a sweep shows: progress while it runs, then the table, the lines below it, warnings and what a search found.

pub mod level_details;
pub mod level_table;
pub mod live_view;
pub mod preparation_line;
pub mod progress;
pub mod progress_view;
pub mod search_result;
pub mod warnings;
