//! What one file of another tool holds: levels, evaluations, and what was skipped.

use serde_json::Value;

use crate::import::error::ImportError;
use crate::import::evaluation::Evaluation;
use crate::import::imported_level::ImportedLevel;
use crate::import::object::values;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileContents {
    /// Its levels, in the order of the file.
    pub levels: Vec<ImportedLevel>,
    /// Its evaluations.
    pub evaluations: Vec<Evaluation>,
    /// What is in the file and is not a level, each with the reason.
    pub skipped: Vec<String>,
}

impl FileContents {
    /// The contents of a file in which each JSON object is a level.
    pub(super) fn of_each(
        file: &str,
        text: &str,
        level: fn(&str, &Value) -> Result<ImportedLevel, ImportError>,
    ) -> Result<Self, ImportError> {
        let values = values(file, text)?;
        let level = |(position, value)| level(&place(file, "run", position, values.len()), value);
        Ok(Self { levels: values.iter().enumerate().map(level).collect::<Result<_, _>>()?, ..Self::default() })
    }

    /// Whether there is neither a level nor an evaluation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.evaluations.is_empty()
    }

    /// Adds the contents of another file.
    pub fn append(&mut self, mut other: Self) {
        self.levels.append(&mut other.levels);
        self.evaluations.append(&mut other.evaluations);
        self.skipped.append(&mut other.skipped);
    }
}

/// `a.json`, or `a.json (run 2)` when the file holds several.
pub(super) fn place(file: &str, what: &str, position: usize, of: usize) -> String {
    if of > 1 { format!("{file} ({what} {})", position + 1) } else { file.to_owned() }
}
