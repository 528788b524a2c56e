//! Why a file of another tool cannot be used.

use std::fmt;

/// What to do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Copy the file again: it is empty, cut off, or not JSON.
    CopyAgain,
    /// Run the benchmark again with a concurrency limit.
    LimitConcurrency,
    /// Import the files separately: they do not make one result.
    ImportSeparately,
    /// Use the result file from which the file was exported.
    UseResultFile,
}

/// Which file, which field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// The file, as the caller calls it.
    pub file: String,
    /// The field, when one is to blame.
    pub field: Option<String>,
    /// What is wrong, with the value where there is one.
    pub why: String,
    /// What to do about it, when the reason does not say so.
    pub remedy: Option<Remedy>,
}

impl ImportError {
    /// What is wrong with a file as a whole.
    pub fn of(file: impl Into<String>, why: impl Into<String>) -> Self {
        Self { file: file.into(), field: None, why: why.into(), remedy: None }
    }

    /// The same, with a remedy.
    #[must_use]
    pub fn remedy(self, remedy: Remedy) -> Self {
        Self { remedy: Some(remedy), ..self }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "`{}`: `{field}` {}", self.file, self.why),
            None => write!(f, "`{}`: {}", self.file, self.why),
        }
    }
}

impl std::error::Error for ImportError {}
