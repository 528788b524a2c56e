//! One evaluation of a model: scores by task, with what its file says about it.

use crate::date::Date;
use crate::import::tool::Tool;
use crate::measure::quality::TaskScore;

/// One evaluation of a model. What the file does not say is absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The file, as the caller calls it.
    pub file: String,
    /// The tool that wrote it.
    pub tool: &'static Tool,
    /// The tool's version.
    pub version: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The day it began.
    pub date: Option<Date>,
    /// Scores, by task, metric and filter.
    pub scores: Vec<TaskScore>,
    /// `task metric,filter` of values that are no score between 0 and 1, or of which less is better.
    pub skipped: Vec<String>,
}
