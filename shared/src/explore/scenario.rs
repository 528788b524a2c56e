//! The reader's assumptions: the one writable value of the page, and what its address says.
//!
//! What is `None` follows the data: the run's own mix, the hardware's dated price, the first run.

use crate::economics::api_bill::ApiUse;
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
    /// Highest p99 TTFT.
    pub ttft_limit: Option<Millis>,
    /// rho: work of an output token relative to a prompt token.
    pub output_weight: f64,
    /// theta: share of a replica's capacity that is planned for.
    pub headroom: Fraction,
    /// Whether rehearsals are shown.
    pub rehearsals: bool,
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
        }
    }
}
