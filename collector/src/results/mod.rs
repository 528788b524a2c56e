//! Result files in folders: reading and writing them, what a whole folder holds, and its numbers as text.

pub mod dir;
pub mod merge;
pub mod numbers;
pub mod scan;
pub mod table;
