//! Dated prices as they are stored: what an API or a GPU cost, from when to when, and who says so.
//!
//! Records only; picking one for a day and pricing a request with it is `economics::pricing`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::units::{Fraction, Output, Prompt, UsdPerHour, UsdPerKwh, UsdPerMillion};

/// The price of a model on an API over a half-open stretch of time: `from` included, `to` excluded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiPrice {
    /// Who sells it, such as `openai`.
    pub provider: String,
    /// For people, such as `OpenAI`; the provider's word where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
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
    /// USD per million prompt tokens that are written into the provider's cache, where that has a price of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd_per_1m_cache_write: Option<UsdPerMillion<Prompt>>,
    /// USD per million output tokens.
    pub usd_per_1m_output: UsdPerMillion<Output>,
    /// USD per million prompt tokens of the batch API, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd_per_1m_batch_input: Option<UsdPerMillion<Prompt>>,
    /// USD per million output tokens of the batch API, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd_per_1m_batch_output: Option<UsdPerMillion<Output>>,
    /// Other prices for long prompts, shortest threshold first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub long_context: Vec<LongContext>,
    /// What the platform adds to each bill, as a share of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_fee: Option<Fraction>,
    /// First day the price is known to hold.
    pub from: Date,
    /// First day it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The day the source was last read.
    pub read_on: Date,
    /// Where it stands.
    pub source: String,
    /// Through whom it was read, when not from the source itself.
    #[cfg(feature = "observations")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

/// Prices of requests whose prompt is longer than a threshold: all of their tokens cost this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongContext {
    /// A prompt must have more tokens than this; one of exactly so many costs the price before.
    pub above_prompt_tokens: u64,
    /// USD per million prompt tokens.
    pub usd_per_1m_input: UsdPerMillion<Prompt>,
    /// USD per million prompt tokens found in the provider's cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd_per_1m_cached_input: Option<UsdPerMillion<Prompt>>,
    /// USD per million prompt tokens that are written into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd_per_1m_cache_write: Option<UsdPerMillion<Prompt>>,
    /// USD per million output tokens.
    pub usd_per_1m_output: UsdPerMillion<Output>,
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
    /// What kind of offer it is.
    pub tier: Tier,
    /// USD for an hour of one GPU.
    pub usd_per_hour: UsdPerHour,
    /// Fewest GPUs one can rent at this price; absent for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_gpus: Option<u32>,
    /// First day the price is known to hold.
    pub from: Date,
    /// First day it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The day the source was last read.
    pub read_on: Date,
    /// Where it stands.
    pub source: String,
    /// Through whom it was read, when not from the source itself.
    #[cfg(feature = "observations")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

/// What kind of offer a GPU price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// By the hour, ended at any time; the provider has one kind of machine room.
    OnDemand,
    /// By the hour, in the provider's own machine rooms.
    Secure,
    /// By the hour, on machines that others lend to the provider.
    Community,
    /// Paid for a term, used or not.
    Reserved,
    /// By the hour; the provider may take it away.
    Spot,
    /// By the second, while a worker starts, runs or waits; none is kept.
    ServerlessFlex,
    /// By the second, for workers that are always kept.
    ServerlessActive,
}

impl Tier {
    /// Its word in files and on screens.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::Secure => "secure",
            Self::Community => "community",
            Self::Reserved => "reserved",
            Self::Spot => "spot",
            Self::ServerlessFlex => "serverless-flex",
            Self::ServerlessActive => "serverless-active",
        }
    }

    /// Whether it is a pod that one can have for an hour and that stays as long as one pays.
    #[must_use]
    pub const fn is_on_demand(self) -> bool {
        matches!(self, Self::OnDemand | Self::Secure | Self::Community)
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The price of electricity somewhere, over a half-open stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElectricityPrice {
    /// Where and for whom, such as `us-industrial`.
    pub region: String,
    /// USD for a kilowatt-hour.
    pub usd_per_kwh: UsdPerKwh,
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

/// The price of keeping data for a month, over a half-open stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoragePrice {
    /// Who rents it out, such as `runpod`.
    pub provider: String,
    /// What kind of storage, such as `network-volume`.
    pub kind: String,
    /// USD for a gigabyte and a month.
    pub usd_per_gb_month: f64,
    /// A volume must be larger than this for the price, in gigabytes; absent for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above_gb: Option<f64>,
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

    /// Who sells it, for people.
    #[must_use]
    pub fn seller(&self) -> &str {
        self.provider_name.as_deref().unwrap_or(&self.provider)
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

/// The same three dates in every record: serde's `flatten` and `deny_unknown_fields` exclude each other.
macro_rules! dated {
    ($($record:ident)*) => {
        $(impl Dated for $record {
            fn from(&self) -> Date {
                self.from
            }
            fn to(&self) -> Option<Date> {
                self.to
            }
            fn read_on(&self) -> Date {
                self.read_on
            }
        })*
    };
}

dated!(ApiPrice GpuPrice ElectricityPrice StoragePrice);
