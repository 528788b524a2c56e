//! How another tool defines a number that it shares a name with: stored beside imported numbers.

use serde::{Deserialize, Serialize};

/// Where a tool's number differs from Forge's of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The field of the level it is about, such as `tpot_ms`; `std` and `percentiles` are about all distributions.
    pub metric: String,
    /// The tool that took the number.
    pub tool: String,
    /// How the tool defines it.
    pub words: String,
}
