//! The reader's assumptions: the one writable value of the page, and what its address says.
//!
//! What is `None` follows the data: the run's own mix, the hardware's dated price, the first run.

use crate::economics::api_bill::ApiUse;
use crate::economics::operating_point::{LatencyTarget, Limit, Metric, Statistic};
use crate::format::Currency;
use crate::store::provenance::Evidence;
use crate::units::{Fraction, Millis, Usd, UsdPerHour, UsdPerMillion};

/// Everything a reader can choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Which run is looked at, by its id.
    pub run: Option<String>,
    /// Price of one replica.
    pub gpu_price: Option<UsdPerHour>,
    /// How much is asked of it.
    pub load: Load,
    /// pi: the busiest hour's rate over the mean rate.
    pub peak_to_mean: f64,
    /// What is paid a month beside the replicas: operations, storage and the like.
    pub fixed: Usd,
    /// Prompt tokens a request.
    pub input_tokens: Option<f64>,
    /// Output tokens a request.
    pub output_tokens: Option<f64>,
    /// The API it is compared with.
    pub api: ApiChoice,
    /// How requests would be sent to it.
    pub api_use: ApiUse,
    /// Highest TTFT.
    pub ttft_limit: Option<Millis>,
    /// Highest TPOT.
    pub tpot_limit: Option<Millis>,
    /// Which value of a latency the limits are put on, and figures show.
    pub statistic: Statistic,
    /// rho: work of an output token relative to a prompt token.
    pub output_weight: f64,
    /// theta: share of a replica's capacity that is planned for.
    pub headroom: Fraction,
    /// Whether rehearsals are shown.
    pub rehearsals: bool,
    /// Another scenario, kept beside this one for comparison. It has none itself.
    pub pinned: Option<Box<Scenario>>,
    /// In which currency money is shown; `None` is USD, in which all is computed.
    pub currency: Option<Currency>,
    /// Which part of the page is open.
    pub view: View,
    /// How the list of runs is filtered and ordered.
    pub list: List,
    /// What is planned under Hardware, as `explore::plan` writes it; the page's first program only carries it.
    pub plan: String,
}

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// What it costs, and from when it pays.
    Cost,
    /// Throughput and latency.
    Performance,
    /// What quantisation takes away.
    Quality,
    /// Which assumption matters.
    Sensitivity,
    /// Serve or call.
    Decide,
    /// Which GPUs hold a demand, and what fits them.
    Hardware,
    /// Every result there is.
    Runs,
    /// What the numbers mean.
    Method,
}

impl View {
    /// All of them, in the page's order.
    pub const ALL: [Self; 8] = [
        Self::Cost,
        Self::Performance,
        Self::Quality,
        Self::Sensitivity,
        Self::Decide,
        Self::Hardware,
        Self::Runs,
        Self::Method,
    ];

    /// Its word in the address, in test ids and, with a capital, on the bar.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Performance => "performance",
            Self::Quality => "quality",
            Self::Sensitivity => "sensitivity",
            Self::Decide => "decide",
            Self::Hardware => "hardware",
            Self::Runs => "runs",
            Self::Method => "method",
        }
    }
}

/// How the list of runs is filtered and ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// Words that a run must have in its name, hardware, engine or evidence.
    pub find: String,
    /// The only evidence shown; `None` for all.
    pub evidence: Option<Evidence>,
    /// What it is ordered by.
    pub order: Order,
    /// Whether the highest comes first.
    pub descending: bool,
}

/// What the list of runs is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Model and quantisation.
    #[default]
    Model,
    /// GPU and how many.
    Hardware,
    /// Evidence, the best first.
    Evidence,
    /// The day it was measured.
    Date,
    /// Best throughput.
    Throughput,
}

impl Order {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 5] = [Self::Model, Self::Hardware, Self::Evidence, Self::Date, Self::Throughput];

    /// Its word in the address and in test ids.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Hardware => "hardware",
            Self::Evidence => "evidence",
            Self::Date => "date",
            Self::Throughput => "throughput",
        }
    }
}

impl Scenario {
    /// The latencies that a level must keep to, with no failed request.
    #[must_use]
    pub fn target(&self) -> LatencyTarget {
        let limit = |metric, most: Option<Millis>| most.map(|most| Limit { metric, statistic: self.statistic, most });
        let limits = [limit(Metric::Ttft, self.ttft_limit), limit(Metric::Tpot, self.tpot_limit)];
        LatencyTarget { limits: limits.into_iter().flatten().collect(), ..LatencyTarget::p99_ttft(None) }
    }

    /// The same question asked of any latency.
    #[must_use]
    pub fn without_target(&self) -> Self {
        Self { ttft_limit: None, tpot_limit: None, ..self.clone() }
    }

    /// What the answer depends on: all but what is merely looked at.
    #[must_use]
    pub fn question(&self) -> Self {
        Self { pinned: None, ..self.asked() }
    }

    /// What is asked, and what it is compared with: all but where the reader is, what the list is searched for and what
    /// is planned.
    #[must_use]
    pub fn asked(&self) -> Self {
        Self { view: View::Cost, list: List::default(), plan: String::new(), ..self.clone() }
    }
}

/// How much is asked of the replicas: one fact, told from either end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Load {
    /// So many requests a day; utilisation follows.
    RequestsPerDay(f64),
    /// One replica used to this share; demand follows ("pinned").
    Utilisation(Fraction),
}

/// The API that self-hosting is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiChoice {
    /// A record of the catalogue, by `provider/model`.
    Listed(String),
    /// The reader's own price.
    Own {
        /// USD per million prompt tokens.
        input: UsdPerMillion<crate::units::Prompt>,
        /// USD per million output tokens.
        output: UsdPerMillion<crate::units::Output>,
    },
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            run: None,
            gpu_price: None,
            load: Load::RequestsPerDay(10_000.0),
            peak_to_mean: 1.0,
            fixed: Usd::new(0.0),
            input_tokens: None,
            output_tokens: None,
            api: ApiChoice::Listed("openai/gpt-4o".into()),
            api_use: ApiUse::default(),
            ttft_limit: Some(Millis::new(2000.0)),
            output_weight: 4.0,
            headroom: Fraction::new(0.8).unwrap_or(Fraction::ONE),
            rehearsals: false,
            tpot_limit: None,
            statistic: Statistic::P99,
            pinned: None,
            currency: None,
            view: View::Cost,
            list: List::default(),
            plan: String::new(),
        }
    }
}
