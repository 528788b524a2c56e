//! Why a file of another tool cannot be used.

use std::fmt;

/// Which file, which field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// The file, as the caller calls it.
    pub file: String,
    /// The field, when one is to blame.
    pub field: Option<String>,
    /// What is wrong, with the value where there is one.
    pub why: String,
    /// What to do about it, when that is not plain from what is wrong.
    pub hint: Option<&'static str>,
}

impl ImportError {
    /// What is wrong with a file as a whole.
    pub fn of(file: impl Into<String>, why: impl Into<String>) -> Self {
        Self { file: file.into(), field: None, why: why.into(), hint: None }
    }

    /// The same, with advice.
    #[must_use]
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
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
