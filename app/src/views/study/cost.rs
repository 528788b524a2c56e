//! What stands below the first screen: two scenarios side by side, what tokens and requests cost, every API.

use leptos::prelude::*;
use shared::explore::{figures, tables};

use crate::views::figure::FigureView;
use crate::views::study::tables::TableView;

/// The view.
#[component]
pub fn Cost() -> impl IntoView {
    view! {
        <TableView tell=tables::comparison/>
        <div class="figures">
            <FigureView id="cost-per-million" draw=figures::cost_per_million/>
        </div>
        <TableView tell=|library, scenario| Some(tables::cost(library, scenario))/>
        <TableView tell=|library, scenario| Some(tables::apis(library, scenario)) folded=true/>
    }
}
