//! What an importer is: a tool, how its files are recognized, and how they are read.

use serde_json::Value;

use crate::import::error::ImportError;
use crate::import::file_contents::FileContents;
use crate::import::object;

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

/// A tool that writes benchmark or evaluation results.
#[derive(Debug, PartialEq, Eq)]
pub struct Tool {
    /// Name in text and in result files, such as `vllm bench serve`.
    pub name: &'static str,
    /// Name in paths, such as `vllm-bench`: the default name of the benchmark, and the start of the fixtures' names.
    pub slug: &'static str,
    /// Arguments of `collector import` that read such a file: its usual name, and the flags for what it does not say.
    pub example: &'static str,
    /// Metric and definition where it differs from Forge's, in the order of a level's fields.
    pub definitions: &'static [(&'static str, &'static str)],
}

impl Tool {
    /// Its name with a version, where there is one.
    #[must_use]
    pub fn with_version(&self, version: Option<&str>) -> String {
        match version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.into(),
        }
    }
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
