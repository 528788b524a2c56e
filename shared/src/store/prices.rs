//! Dated prices as they are stored: what an API or a GPU cost, from when to when, and who says so.
//!
//! Records only; picking one for a day and pricing a request with it is `economics::pricing`.

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::units::{Output, Prompt, UsdPerHour, UsdPerMillion};

/// The price of a model on an API over a half-open stretch of time: `from` included, `to` excluded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiPrice {
    /// Who sells it, such as `openai`.
    pub provider: String,
    /// The provider's name for the model, such as `gpt-4o`.
    pub model: String,
    /// For people, such as `GPT-4o`.
    pub name: String,
    /// How it stands to the model one would serve oneself.
    pub baseline: Baseline,
    /// The open model it serves, when its weights are open: the name used in configs/models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_weights: Option<String>,
    /// USD per million prompt tokens.
    pub usd_per_1m_input: UsdPerMillion<Prompt>,
    /// USD per million prompt tokens found in the provider's cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd_per_1m_cached_input: Option<UsdPerMillion<Prompt>>,
    /// USD per million output tokens.
    pub usd_per_1m_output: UsdPerMillion<Output>,
    /// First day the price is known to hold.
    pub from: Date,
    /// First day it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The day the source was last read.
    pub read_on: Date,
    /// Where it stands.
    pub source: String,
}

/// How an API's model stands to the model one would serve oneself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// An open model somebody else hosts: the honest comparison when it is the same model.
    HostedOpenModel,
    /// A small closed model: quality is not compared here.
    Comparable,
    /// A frontier model: quality differs.
    Frontier,
}

/// The price of a GPU over a half-open stretch of time: `from` included, `to` excluded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GpuPrice {
    /// Who rents it out, such as `runpod`.
    pub provider: String,
    /// Name of a file in configs/hardware, such as `rtx-a5000`.
    pub hardware: String,
    /// What kind of offer, such as `on-demand`.
    pub tier: String,
    /// USD for an hour of one GPU.
    pub usd_per_hour: UsdPerHour,
    /// First day the price is known to hold.
    pub from: Date,
    /// First day it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The day the source was last read.
    pub read_on: Date,
    /// Where it stands.
    pub source: String,
}

impl ApiPrice {
    /// `provider/model`, the name links and flags use.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.provider, self.model)
    }
}

/// A price record that is good for some days only.
pub trait Dated {
    /// First day it holds.
    fn from(&self) -> Date;
    /// First day it no longer holds.
    fn to(&self) -> Option<Date>;
    /// The day its source was last read.
    fn read_on(&self) -> Date;

    /// Whether it holds on a day: `from` included, `to` excluded.
    fn holds_on(&self, day: Date) -> bool {
        self.from() <= day && self.to().is_none_or(|to| day < to)
    }
}

impl Dated for ApiPrice {
    fn from(&self) -> Date {
        self.from
    }
    fn to(&self) -> Option<Date> {
        self.to
    }
    fn read_on(&self) -> Date {
        self.read_on
    }
}

impl Dated for GpuPrice {
    fn from(&self) -> Date {
        self.from
    }
    fn to(&self) -> Option<Date> {
        self.to
    }
    fn read_on(&self) -> Date {
        self.read_on
    }
}
