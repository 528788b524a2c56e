//! Throughput and latency: what the hardware serves, how long requests take, and what that leaves for a dollar.

use leptos::prelude::*;
use shared::economics::operating_point::Statistic;
use shared::explore::figures::{Figure, figure};
use shared::explore::tables;

use crate::views::figure::FigureView;
use crate::views::study::tables::TableView;
use crate::views::{act, flag, store};

/// The view.
#[component]
pub fn Performance() -> impl IntoView {
    view! {
        <section class="view" aria-labelledby="performance-title">
            <h2 id="performance-title">"What it serves, and how long requests take"</h2>
            <Percentile/>
            <div class="figures">
                <FigureView id="throughput" draw=|library, scenario| figure(Figure::Throughput, library, scenario)/>
            </div>
            <div class="figures pairs">
                <FigureView id="ttft" draw=|library, scenario| figure(Figure::Ttft, library, scenario)/>
                <FigureView id="tpot" draw=|library, scenario| figure(Figure::Tpot, library, scenario)/>
                <FigureView id="itl" draw=|library, scenario| figure(Figure::Itl, library, scenario)/>
                <FigureView id="e2el" draw=|library, scenario| figure(Figure::E2el, library, scenario)/>
                <FigureView id="per-gpu" draw=|library, scenario| figure(Figure::PerGpu, library, scenario)/>
                <FigureView id="per-dollar" draw=|library, scenario| figure(Figure::PerDollar, library, scenario)/>
            </div>
            <TableView tell=|library, scenario| Some(tables::levels(library, scenario))/>
        </section>
    }
}

/// Which value of a latency is shown and judged.
#[component]
fn Percentile() -> impl IntoView {
    const ALL: [(Statistic, &str); 5] = [
        (Statistic::P50, "p50, the median"),
        (Statistic::P90, "p90"),
        (Statistic::P95, "p95"),
        (Statistic::P99, "p99"),
        (Statistic::Mean, "mean"),
    ];
    let store = store();
    let choose = move |event| {
        let word = event_target_value(&event);
        if let Some((statistic, _)) = ALL.into_iter().find(|(statistic, _)| statistic.word() == word) {
            store.scenario.update(|scenario| scenario.statistic = statistic);
        }
    };
    let option = move |(statistic, words): (Statistic, &'static str)| {
        let chosen = flag(move || store.scenario.read().statistic == statistic);
        view! { <option value=statistic.word() prop:selected=chosen>{words}</option> }.into_any()
    };
    view! {
        <p class="filters">
            <label>
                "Latencies shown, and judged against the target: "
                <select data-testid="percentile" on:change=act(choose)>{Vec::from(ALL.map(option))}</select>
            </label>
        </p>
    }
}
