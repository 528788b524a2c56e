//! The catalogue of figures: a view of the data in, a `ChartSpec` out, or the reason why there is no picture.
//!
//! The only bridge between the domain and `chart`. Evidence decides stroke and marker, the same everywhere.

mod cost_per_correct;
mod cost_per_million;
pub mod gallery;
mod heat_map;
mod interactivity;
mod latency;
mod monthly_cost;
mod quality;
mod runs;
mod throughput;
mod tornado;

use crate::chart::{ChartSpec, Fill, Marker, Stroke, Tone};
use crate::explore::answer::{Answer, answer};
use crate::explore::figures::interactivity::Yield;
use crate::explore::headline::no_answer;
use crate::explore::library::{Library, Run};
use crate::explore::scenario::{Scenario, View};
use crate::format;
use crate::measure::latency::Metric;
use crate::store::provenance::Evidence;

/// Every figure there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Figure {
    /// Monthly bills and their crossings against volume.
    MonthlyCost,
    /// Cost of 1M tokens beside the APIs.
    CostPerMillion,
    /// Throughput against concurrency.
    Throughput,
    /// Time to first token against concurrency.
    Ttft,
    /// Time per output token against concurrency.
    Tpot,
    /// Inter-token latency against concurrency.
    Itl,
    /// End-to-end latency against concurrency.
    E2el,
    /// Output tokens a second of a GPU against what a user sees.
    PerGpu,
    /// Tokens for a dollar against what a user sees.
    PerDollar,
    /// Quality retention by task.
    Quality,
    /// Cost of a correct answer, by run and task.
    CostPerCorrect,
    /// Which input moves the saving most.
    Tornado,
    /// Who costs less at other utilisations and GPU prices.
    HeatMap,
}

impl Figure {
    /// All of them, in the page's order.
    pub const ALL: [Self; 13] = [
        Self::MonthlyCost,
        Self::CostPerMillion,
        Self::Throughput,
        Self::Ttft,
        Self::Tpot,
        Self::Itl,
        Self::E2el,
        Self::PerGpu,
        Self::PerDollar,
        Self::Quality,
        Self::CostPerCorrect,
        Self::Tornado,
        Self::HeatMap,
    ];

    /// Stable name: file name, anchor and test id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::MonthlyCost => "monthly-cost",
            Self::CostPerMillion => "cost-per-million",
            Self::Throughput => "throughput",
            Self::Ttft => "ttft",
            Self::Tpot => "tpot",
            Self::Itl => "itl",
            Self::E2el => "e2el",
            Self::PerGpu => "per-gpu",
            Self::PerDollar => "per-dollar",
            Self::Quality => "quality",
            Self::CostPerCorrect => "cost-per-correct",
            Self::Tornado => "tornado",
            Self::HeatMap => "heat-map",
        }
    }

    /// The part of the page it belongs to.
    #[must_use]
    pub const fn view(self) -> View {
        match self {
            Self::MonthlyCost | Self::CostPerMillion => View::Cost,
            Self::Throughput | Self::Ttft | Self::Tpot | Self::Itl | Self::E2el | Self::PerGpu | Self::PerDollar => {
                View::Performance
            }
            Self::Quality | Self::CostPerCorrect => View::Quality,
            Self::Tornado | Self::HeatMap => View::Sensitivity,
        }
    }
}

/// One figure for a scenario.
///
/// # Errors
/// The reason, as a sentence, when it cannot be drawn.
pub fn figure(which: Figure, library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    format::in_currency(scenario.currency.as_ref(), || match which {
        Figure::MonthlyCost => monthly_cost(library, scenario),
        Figure::CostPerMillion => cost_per_million(library, scenario),
        Figure::Throughput => throughput::throughput(library, scenario),
        Figure::Ttft => latency::latency(Metric::Ttft, library, scenario),
        Figure::Tpot => latency::latency(Metric::Tpot, library, scenario),
        Figure::Itl => latency::latency(Metric::Itl, library, scenario),
        Figure::E2el => latency::latency(Metric::E2el, library, scenario),
        Figure::PerGpu => interactivity::interactivity(Yield::PerGpu, library, scenario),
        Figure::PerDollar => interactivity::interactivity(Yield::PerDollar, library, scenario),
        Figure::Quality => quality::quality(library, scenario),
        Figure::CostPerCorrect => cost_per_correct::draw(library, scenario),
        Figure::Tornado => tornado::draw(library, &answered(library, scenario)?, scenario),
        Figure::HeatMap => heat_map::draw(library, &answered(library, scenario)?),
    })
}

/// Monthly bills and their crossings against volume. A function of its own, so that a program that draws no more links
/// no more.
///
/// # Errors
/// As [`figure`].
pub fn monthly_cost(library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let drawn = || {
        let pinned = pinned(library, scenario);
        Ok(monthly_cost::draw(library, &answered(library, scenario)?, pinned.as_ref()))
    };
    format::in_currency(scenario.currency.as_ref(), drawn)
}

/// Cost of 1M tokens beside the APIs, on its own as [`monthly_cost`].
///
/// # Errors
/// As [`figure`].
pub fn cost_per_million(library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let drawn = || {
        let pinned = pinned(library, scenario);
        Ok(cost_per_million::draw(library, &answered(library, scenario)?, pinned.as_ref()))
    };
    format::in_currency(scenario.currency.as_ref(), drawn)
}

fn answered<'a>(library: &'a Library, scenario: &Scenario) -> Result<Answer<'a>, String> {
    answer(library, scenario).map_err(|reason| no_answer(scenario, &reason))
}

/// What follows from the pinned scenario, if there is one and it has an answer.
fn pinned<'a>(library: &'a Library, scenario: &Scenario) -> Option<Answer<'a>> {
    answer(library, scenario.pinned.as_deref()?).ok()
}

/// How evidence looks: measured is solid and filled, published solid and hollow, estimated dashed, rehearsal dotted and grey.
fn marks(evidence: Evidence, tone: Tone) -> (Stroke, Marker, Tone) {
    match evidence {
        Evidence::Measured => (Stroke::Solid, Marker::Filled, tone),
        Evidence::Published => (Stroke::Solid, Marker::Hollow, tone),
        Evidence::Estimated => (Stroke::Dashed, Marker::None, tone),
        Evidence::Rehearsal => (Stroke::Dotted, Marker::Hollow, Tone::Slate(2)),
    }
}

/// How evidence fills a bar, as it fills markers: measured is filled, published hollow, the rest hatched.
fn filling(evidence: Evidence) -> Fill {
    match evidence {
        Evidence::Measured => Fill::Solid,
        Evidence::Published => Fill::Outline,
        Evidence::Estimated | Evidence::Rehearsal => Fill::Hatched,
    }
}

fn quantization(run: Run) -> String {
    run.file.configuration.quantization.to_ascii_uppercase()
}

/// `Llama 3.1 8B Instruct on RTX A5000, ShareGPT`.
fn conditions(run: Run) -> String {
    let configuration = &run.file.configuration;
    let benchmark = run.entry.benchmark.as_deref().unwrap_or("quality");
    let benchmark = if benchmark == "sharegpt" { "ShareGPT" } else { benchmark };
    format!("{} on {}, {benchmark}", configuration.model_name, configuration.replica_name())
}

/// `Source: published 2026-05-29, github.com/…`, for the runs of a figure.
fn source_line(runs: &[Run]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for run in runs {
        let place = match &run.file.provenance.source_url {
            Some(url) => short_url(url),
            None => run.file.provenance.tool.clone(),
        };
        let part = format!("{} {}, {place}", run.file.evidence, run.entry.date);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    format!("Source: {}", parts.join("; "))
}

/// An address without its scheme and without what comes after the repository.
fn short_url(url: &str) -> String {
    let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    bare.split('/').take(3).collect::<Vec<_>>().join("/")
}

/// The source line of a figure with prices in it.
fn source_with_prices(library: &Library, answer: &Answer) -> String {
    let read = library.index.api_prices.iter().map(|price| price.read_on).max();
    let prices = read.map_or(String::new(), |read| format!("; API list prices read {read}"));
    let gpu = match answer.gpu_price {
        Some(record) => format!("; GPU price {} {}", record.provider, record.read_on),
        None => "; GPU price set by the reader".into(),
    };
    format!("{}{gpu}{prices}", source_line(&[answer.run]))
}
