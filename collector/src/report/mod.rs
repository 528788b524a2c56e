//! What verbs print of resolved inputs and their results: text for people, JSON for programs.

pub mod cost_json;
pub mod cost_text;
pub mod fleet_json;
pub mod memory_json;
