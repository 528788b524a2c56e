//! Which assumption matters: each one turned on its own, and the two that matter most against each other.

use leptos::prelude::*;
use shared::explore::figures::{Figure, figure};

use crate::views::figure::FigureView;

/// The view.
#[component]
pub fn Sensitivity() -> impl IntoView {
    view! {
        <section class="view" aria-labelledby="sensitivity-title">
            <h2 id="sensitivity-title">"Which assumption matters"</h2>
            <div class="figures">
                <FigureView id="tornado" draw=|library, scenario| figure(Figure::Tornado, library, scenario)/>
                <FigureView id="heat-map" draw=|library, scenario| figure(Figure::HeatMap, library, scenario)/>
            </div>
        </section>
    }
}
