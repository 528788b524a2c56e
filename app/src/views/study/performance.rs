//! Throughput and latency: what the hardware serves, how long requests take, and what that leaves for a dollar.

use leptos::prelude::*;
use shared::economics::operating_point::Statistic;
use shared::explore::figures::Figure;
use shared::explore::tables;

use crate::views::study::tables::TableView;
use crate::views::study::{drawn, framed};
use crate::views::{act, flag, store};

/// The view.
#[component]
pub fn Performance() -> impl IntoView {
    let pairs = [Figure::Ttft, Figure::Tpot, Figure::Itl, Figure::E2el, Figure::PerGpu, Figure::PerDollar];
    let content = view! {
        <Percentile/>
        <div class="figures">{drawn(Figure::Throughput)}</div>
        <div class="figures pairs">{Vec::from(pairs.map(drawn))}</div>
        <TableView tell=|library, scenario| Some(tables::levels(library, scenario))/>
    };
    framed("performance", "What it serves, and how long requests take", content.into_any())
}

/// Which value of a latency is shown and judged.
#[component]
fn Percentile() -> impl IntoView {
    // Percentiles first, as they are asked for.
    let mut all = Statistic::ALL;
    all.rotate_left(1);
    let store = store();
    let choose = move |event| {
        let word = event_target_value(&event);
        if let Some(statistic) = Statistic::ALL.into_iter().find(|statistic| statistic.word() == word) {
            store.scenario.update(|scenario| scenario.statistic = statistic);
        }
    };
    let option = move |statistic: Statistic| {
        let words = if statistic == Statistic::P50 { "p50, the median" } else { statistic.word() };
        let chosen = flag(move || store.scenario.read().statistic == statistic);
        view! { <option value=statistic.word() prop:selected=chosen>{words}</option> }.into_any()
    };
    view! {
        <p class="filters">
            <label>
                "Latencies shown, and judged against the target: "
                <select data-testid="percentile" on:change=act(choose)>{Vec::from(all.map(option))}</select>
            </label>
        </p>
    }
}
