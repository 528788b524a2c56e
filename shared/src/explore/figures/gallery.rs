//! Every figure of a results folder under the default assumptions: the gallery that documents and embeds show.
//!
//! The page draws the same figures for the reader's own assumptions.

use crate::chart::ChartSpec;
use crate::date::Date;
use crate::explore::figures::{Figure, figure};
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::store::index::Index;
use crate::store::result_file::ResultFile;

/// Every figure that can be drawn, in the page's order.
#[must_use]
pub fn gallery(index: &Index, files: &[(String, ResultFile)], today: Date) -> Vec<ChartSpec> {
    let library = Library::new(index.clone(), files.to_vec(), today);
    Figure::ALL.iter().filter_map(|which| figure(*which, &library, &Scenario::default()).ok()).collect()
}
