//! The numbers behind the figures as tables: cost, APIs, levels, quality, two scenarios. Every number can be opened.
//!
//! One shape for all of them, so that one component shows them all. None of them is on the way to the page's first
//! number, so each is worked out when it is asked for.

mod apis;
mod comparison;
mod cost;
mod levels;
mod quality;

use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::quality::TaskScore;

pub use apis::apis;
pub use comparison::comparison;
pub use cost::cost;
pub use levels::levels;
pub use quality::{correct, quality};

/// A table of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Anchor and test id.
    pub id: &'static str,
    /// Heading.
    pub title: &'static str,
    /// Column headings; the first column names the row.
    pub columns: Vec<String>,
    /// Rows, in order.
    pub rows: Vec<Row>,
    /// Headings within: each stands above the row at its place.
    pub groups: Vec<(usize, String)>,
    /// What to say below, or in place of rows when there are none; may be empty.
    pub note: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Test id.
    pub key: String,
    /// Whether it is what the page uses now.
    pub in_use: bool,
    /// Its cells, as many as the table has columns.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words, set to the left.
    Words(String),
    /// A number with its unit, set to the right.
    Number(String),
    /// A number that breaks the target.
    Broken(String),
    /// A dollar that opens its arithmetic.
    Money {
        /// The dollar as text.
        text: String,
        /// Which explanation it opens.
        opens: String,
    },
    /// Another number that opens what is behind it.
    Opens {
        /// The number as text.
        text: String,
        /// Which explanation it opens.
        opens: String,
        /// Whether it breaks the target.
        broken: bool,
    },
    /// A day, and how long ago it was.
    Dated {
        /// The words.
        text: String,
        /// Whether that is too long ago.
        stale: bool,
        /// Where it was read, when that is a link.
        to: Option<String>,
    },
}

impl Table {
    fn of(id: &'static str, title: &'static str, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Self { id, title, columns, rows: Vec::new(), groups: Vec::new(), note: String::new() }
    }
}

impl Cell {
    fn money(text: String, opens: impl Into<String>) -> Self {
        Self::Money { text, opens: opens.into() }
    }

    fn opens(text: String, opens: impl Into<String>) -> Self {
        Self::Opens { text, opens: opens.into(), broken: false }
    }

    /// What it says, as text alone.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Words(text) | Self::Number(text) | Self::Broken(text) => text,
            Self::Money { text, .. } | Self::Opens { text, .. } => text,
            Self::Dated { text, .. } => text,
        }
    }
}

/// Every table of a scenario, in the page's order.
#[must_use]
pub fn all(library: &Library, scenario: &Scenario) -> Vec<Table> {
    let mut tables: Vec<Table> = comparison(library, scenario).into_iter().collect();
    tables.extend([
        cost(library, scenario),
        apis(library, scenario),
        levels(library, scenario),
        quality(library, scenario),
        correct(library, scenario),
    ]);
    tables
}

/// A table told in the reader's currency.
fn in_currency<T>(scenario: &Scenario, tell: impl FnOnce() -> T) -> T {
    format::in_currency(scenario.currency.as_ref(), tell)
}

/// `MMLU, 5-shot acc` or `GSM8K, 5-shot exact_match (strict-match)`.
#[must_use]
pub fn task_name(score: &TaskScore) -> String {
    let name = match score.task.as_str() {
        "mmlu" => "MMLU",
        "gsm8k" => "GSM8K",
        "hellaswag" => "HellaSwag",
        other => other,
    };
    let shots = score.shots.map_or(String::new(), |shots| format!("{shots}-shot "));
    let filter = if score.filter == "none" { String::new() } else { format!(" ({})", score.filter) };
    format!("{name}, {shots}{}{filter}", score.metric)
}
