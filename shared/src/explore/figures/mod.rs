//! The catalogue of figures: a view of the data in, a `ChartSpec` out, or the reason why there is no picture.
//!
//! The only bridge between the domain and `chart`. Evidence decides stroke and marker, the same everywhere.

mod cost_per_million;
pub mod gallery;
mod latency;
mod monthly_cost;
mod quality;
mod throughput;

use crate::chart::{ChartSpec, Marker, Stroke, Tone};
use crate::explore::answer::{Answer, answer};
use crate::explore::headline::no_answer;
use crate::explore::library::{Library, Run};
use crate::explore::scenario::Scenario;
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
    /// Quality retention by task.
    Quality,
}

impl Figure {
    /// All of them, in the page's order.
    pub const ALL: [Self; 6] =
        [Self::MonthlyCost, Self::CostPerMillion, Self::Throughput, Self::Ttft, Self::Tpot, Self::Quality];

    /// Stable name: file name, anchor and test id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::MonthlyCost => "monthly-cost",
            Self::CostPerMillion => "cost-per-million",
            Self::Throughput => "throughput",
            Self::Ttft => "ttft",
            Self::Tpot => "tpot",
            Self::Quality => "quality",
        }
    }
}

/// One figure for a scenario.
///
/// # Errors
/// The reason, as a sentence, when it cannot be drawn.
pub fn figure(which: Figure, library: &Library, scenario: &Scenario) -> Result<ChartSpec, String> {
    let known = || answer(library, scenario).map_err(|reason| no_answer(scenario, &reason));
    match which {
        Figure::MonthlyCost => Ok(monthly_cost::monthly_cost(library, &known()?)),
        Figure::CostPerMillion => Ok(cost_per_million::cost_per_million(library, &known()?)),
        Figure::Throughput => throughput::throughput(library, scenario),
        Figure::Ttft => latency::latency(latency::Metric::Ttft, library, scenario),
        Figure::Tpot => latency::latency(latency::Metric::Tpot, library, scenario),
        Figure::Quality => quality::quality(library, scenario),
    }
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

/// `BF16 (published)`, `AWQ-INT4 p99 (published, no Marlin)`.
fn run_label(run: Run, what: &str) -> String {
    let unused = run.file.missed_kernel().map(|wanted| format!(", no {wanted}"));
    format!("{}{what} ({}{})", quantization(run), run.file.evidence, unused.unwrap_or_default())
}

fn quantization(run: Run) -> String {
    run.file.configuration.quantization.to_ascii_uppercase()
}

/// `Llama 3.1 8B Instruct on RTX A5000, ShareGPT`.
fn conditions(run: Run) -> String {
    let configuration = &run.file.configuration;
    let benchmark = run.file.plan.as_ref().map_or("quality", |plan| plan.benchmark.as_str());
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
