//! Which assumption matters: each one turned on its own, and the two that matter most against each other.

use leptos::prelude::*;
use shared::explore::figures::Figure;

use crate::views::study::{drawn, framed};

/// The view.
#[component]
pub fn Sensitivity() -> impl IntoView {
    let content = view! { <div class="figures">{drawn(Figure::Tornado)} {drawn(Figure::HeatMap)}</div> };
    framed("sensitivity", "Which assumption matters", content.into_any())
}
