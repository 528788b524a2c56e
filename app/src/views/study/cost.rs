//! What stands below the first screen: two scenarios side by side, what tokens and requests cost, every API.

use leptos::prelude::*;
use shared::explore::figures::Figure;
use shared::explore::tables;

use crate::views::study::drawn;
use crate::views::study::tables::TableView;

/// The view.
#[component]
pub fn Cost() -> impl IntoView {
    view! {
        <TableView tell=tables::comparison/>
        <div class="figures">{drawn(Figure::CostPerMillion)}</div>
        <TableView tell=|library, scenario| Some(tables::cost(library, scenario))/>
        <TableView tell=|library, scenario| Some(tables::apis(library, scenario)) folded=true/>
    }
}
