//! Result files in other tools' formats: value in, text out.
//!
//! Writes no disk. What a format cannot express is named, never bent into something else.

pub mod vllm_bench;

/// What a result becomes in another format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// The files, in the order of the levels.
    pub files: Vec<ExportedFile>,
    /// Levels that the format cannot express, each with the reason.
    pub skipped: Vec<String>,
    /// What the result holds and the format has no place for.
    pub not_expressible: Vec<&'static str>,
}

/// One file in another format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name, without a folder.
    pub name: String,
    /// Its text.
    pub text: String,
}
