//! One level that a load generator measured, with the information of its file.

use crate::date::Date;
use crate::import::tool::Tool;
use crate::measure::plan::{Endpoint, Stop};
use crate::measure::summary::Level;
use crate::store::provenance::Evidence;

/// One level of a file. What the file does not say is absent.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedLevel {
    /// The file, as the caller names it; with the position if the file has several levels.
    pub file: String,
    /// The tool that wrote it.
    pub tool: &'static Tool,
    /// The tool's version.
    pub version: Option<String>,
    /// The date of the run.
    pub date: Option<Date>,
    /// The model named in the requests.
    pub model: Option<String>,
    /// The OpenAI endpoint.
    pub endpoint: Option<Endpoint>,
    /// The serving engine.
    pub engine: Option<String>,
    /// The stop rule.
    pub stop: Option<Stop>,
    /// The seed of random choices.
    pub seed: Option<u64>,
    /// The measured numbers.
    pub level: Level,
    /// The evidence, if the file was exported from a result.
    pub evidence: Option<Evidence>,
    /// The definitions of the numbers, if the file was exported from a result of another tool.
    pub exported_definitions: Option<String>,
    /// Notes for the reader that have no field.
    pub notes: Vec<String>,
}

impl ImportedLevel {
    /// A level with its measured numbers only.
    #[must_use]
    pub fn of(file: &str, tool: &'static Tool, level: Level) -> Self {
        Self {
            file: file.into(),
            tool,
            version: None,
            date: None,
            model: None,
            endpoint: None,
            engine: None,
            stop: None,
            seed: None,
            level,
            evidence: None,
            exported_definitions: None,
            notes: Vec::new(),
        }
    }
}

/// The day at the start of `2026-11-22T06:04:26Z`.
pub(super) fn day(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

/// The day of a time in seconds since 1970, if it lies in a year of four digits.
pub(super) fn day_of_seconds(seconds: f64) -> Option<Date> {
    let last = Date::new(9999, 12, 31)?;
    let date = Date::from_unix_seconds((seconds as i64).clamp(0, (last.days() + 1) * 86_400));
    (seconds > 0.0 && date <= last).then_some(date)
}
