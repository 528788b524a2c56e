//! Files of prompts: downloading them, and telling what one holds.

pub mod download;
pub mod survey;
