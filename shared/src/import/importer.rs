//! What an importer is: how the files of a tool are recognized, and how they are read.

use serde_json::Value;

use crate::import::error::ImportError;
use crate::import::file_contents::FileContents;
use crate::import::object;
use crate::import::tool::Tool;

/// Reads the files of one tool. Each tool has a file with its importer, and a line in [`super::IMPORTERS`].
pub trait Importer: Sync {
    /// The tool whose files it reads.
    fn tool(&self) -> &'static Tool;

    /// Whether a file is one of this tool's. No file is recognized by two importers.
    fn recognizes(&self, first: &FirstValue) -> bool;

    /// Reads a file; `file` is its name in errors.
    ///
    /// # Errors
    /// When the text is not JSON, lacks a required field, or contradicts itself.
    fn parse(&self, file: &str, text: &str) -> Result<FileContents, ImportError>;
}

/// The first JSON value of a file, which is enough to recognize its tool.
pub struct FirstValue(Value);

impl FirstValue {
    /// `None` when the text does not begin with JSON.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        object::first(text).map(Self)
    }

    /// Whether the value is an object with this key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.0.get(key).is_some()
    }

    /// Whether the list under a key starts with an object that has another key.
    #[must_use]
    pub fn first_item_has(&self, list: &str, key: &str) -> bool {
        self.0.get(list).and_then(|list| list.get(0)?.get(key)).is_some()
    }
}
