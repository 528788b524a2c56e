//! What quantisation takes away: the share of the baseline's score that is kept, task by task.

use leptos::prelude::*;
use shared::explore::figures::Figure;
use shared::explore::tables;

use crate::views::study::tables::TableView;
use crate::views::study::{drawn, framed};

/// The view.
#[component]
pub fn Quality() -> impl IntoView {
    let content = view! {
        <div class="figures">{drawn(Figure::Quality)} {drawn(Figure::CostPerCorrect)}</div>
        <TableView tell=|library, scenario| Some(tables::quality(library, scenario))/>
        <TableView tell=|library, scenario| Some(tables::correct(library, scenario))/>
    };
    framed("quality", "What quantisation takes away", content.into_any())
}
