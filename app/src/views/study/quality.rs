//! What quantisation takes away: the share of the baseline's score that is kept, task by task.

use leptos::prelude::*;
use shared::explore::figures::{Figure, figure};
use shared::explore::tables;

use crate::views::figure::FigureView;
use crate::views::study::tables::TableView;

/// The view.
#[component]
pub fn Quality() -> impl IntoView {
    view! {
        <section class="view" aria-labelledby="quality-title">
            <h2 id="quality-title">"What quantisation takes away"</h2>
            <div class="figures">
                <FigureView id="quality" draw=|library, scenario| figure(Figure::Quality, library, scenario)/>
                <FigureView id="cost-per-correct" draw=|library, scenario| figure(Figure::CostPerCorrect, library, scenario)/>
            </div>
            <TableView tell=|library, scenario| Some(tables::quality(library, scenario))/>
            <TableView tell=|library, scenario| Some(tables::correct(library, scenario))/>
        </section>
    }
}
