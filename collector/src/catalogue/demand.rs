//! A file of `configs/demand`: how many requests are wanted, of how many tokens, when, and how an API would get them.
//!
//! It says nothing about what serves them. Numbers that its author chose, where no source has any, are in `assumed`.

mod written;

use std::path::Path;

use anyhow::Context;

use crate::catalogue::{Problem, hourly_csv};
use crate::printer::Hinted;
use shared::decimal::tidy;
use shared::economics::api_bill::ApiUse;
use shared::economics::cost::Mix;
use shared::economics::demand::{Demand, Shape};
use shared::economics::invalid::{Invalid, within};
use shared::store::catalogue::PerPerson;
use shared::store::index::Preset;
use shared::units::HOURS_PER_DAY;

/// A demand, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandFile {
    /// For people, such as `SaaS chatbot`.
    pub name: String,
    /// One sentence on what it is.
    pub about: String,
    /// Who says so.
    pub source: String,
    /// Keys whose numbers the file's author chose rather than found.
    pub assumed: Vec<String>,
    volume: Volume,
    tokens: Tokens,
    shape: Shape,
    api: ApiUse,
}

/// How much is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Volume {
    /// Mean requests a day.
    RequestsPerDay(f64),
    /// Mean tokens an hour, prompt and output together.
    TokensPerHour(f64),
    /// As many people, each with their requests.
    PerHead(Heads),
}

/// People, and what each asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heads {
    /// Who they are.
    pub who: Who,
    /// How many.
    pub count: f64,
    /// Mean requests a day of each, over all days.
    pub requests_per_day: f64,
}

/// Whom a demand counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// `users`.
    User,
    /// `developers`.
    Developer,
}

/// Tokens a request, as far as the file says.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tokens {
    input: Option<f64>,
    cached: Option<f64>,
    output: Option<f64>,
}

impl Who {
    /// The word for one of them.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Developer => "developer",
        }
    }

    /// The key that counts them.
    fn key(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Developer => "developers",
        }
    }

    /// The key of what each asks for.
    fn rate_key(self) -> &'static str {
        match self {
            Self::User => "requests_per_user_per_day",
            Self::Developer => "requests_per_developer_per_day",
        }
    }
}

impl DemandFile {
    /// A file on disk: TOML, or a CSV of hourly requests, which is a demand by itself.
    ///
    /// # Errors
    /// When it cannot be read or says something that no demand can be: the first problem, and how many more.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        if path.extension().is_some_and(|extension| extension == "csv") {
            return Self::of_csv(path);
        }
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("failed to read `{shown}`"))?;
        Self::parse(&shown, &text, Some(path.parent().unwrap_or(Path::new("")))).map_err(|problems| {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            let hint = match problems.len().saturating_sub(1) {
                0 => "docs/demand.md lists the keys of a demand".to_owned(),
                more => format!("docs/demand.md lists the keys of a demand; problems beside this one: {more}"),
            };
            anyhow::Error::from(Hinted::new(first, hint)).context("failed to read the demand")
        })
    }

    fn of_csv(path: &Path) -> anyhow::Result<Self> {
        let (requests_per_day, hours) = hourly_csv::read_csv(path)?;
        let count = hours.weights().len();
        Ok(Self {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            about: format!("Requests of {count} hours, repeated."),
            source: path.display().to_string(),
            assumed: Vec::new(),
            volume: Volume::RequestsPerDay(requests_per_day),
            tokens: Tokens { input: None, cached: None, output: None },
            shape: Shape::Hourly(hours),
            api: ApiUse::default(),
        })
    }

    /// A TOML text; `folder` is where its CSV may lie, which only a file on disk can have.
    pub(super) fn parse(path: &str, text: &str, folder: Option<&Path>) -> Result<Self, Vec<Problem>> {
        written::read(path, text, folder)
    }

    /// The demand, of a run that measured requests of this mix. Only a volume in tokens needs the mix, and then only
    /// where the file has no tokens a request.
    ///
    /// # Errors
    /// When the volume in requests is none that can be asked for.
    pub fn demand(&self, measured: Mix) -> Result<Demand, Invalid> {
        let requests_per_day = match self.volume {
            Volume::RequestsPerDay(requests) => requests,
            Volume::TokensPerHour(tokens) => {
                // From the smallest positive number on: an empty request never makes up a volume in tokens.
                let each = within("tokens_per_request", self.mix(measured).total(), f64::MIN_POSITIVE, 1e9)?;
                tokens * HOURS_PER_DAY / each
            }
            Volume::PerHead(heads) => heads.count * heads.requests_per_day,
        };
        let demand = Demand { requests_per_day, shape: self.shape.clone() };
        demand.checked()?;
        Ok(demand)
    }

    /// Tokens a request; what the file leaves open is as in the run. Where the file has a prompt but not how much of it
    /// is cached, the run's share is.
    #[must_use]
    pub fn mix(&self, measured: Mix) -> Mix {
        measured.with(self.tokens.input, self.tokens.cached, self.tokens.output)
    }

    /// How an API would be used.
    #[must_use]
    pub fn api_use(&self) -> ApiUse {
        self.api
    }

    /// How much is wanted, as the file has it.
    #[must_use]
    pub fn volume(&self) -> Volume {
        self.volume
    }

    /// How requests are spread over time.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Whom the demand counts, where it counts people: what a cost a developer needs.
    #[must_use]
    pub fn heads(&self) -> Option<Heads> {
        match self.volume {
            Volume::PerHead(heads) => Some(heads),
            Volume::RequestsPerDay(_) | Volume::TokensPerHour(_) => None,
        }
    }

    /// What each of the people asks for whom the demand counts.
    #[must_use]
    pub fn per_person(&self) -> Option<PerPerson> {
        let heads = self.heads()?;
        Some(PerPerson {
            who: heads.who.word().into(),
            requests_per_day: heads.requests_per_day,
            input_tokens: self.tokens.input,
            cached_input_tokens: self.tokens.cached,
            output_tokens: self.tokens.output,
            peak_to_mean: tidy(self.shape.peak_to_mean()),
            source: self.source.clone(),
            assumed: self.assumed.clone(),
        })
    }

    /// What the page is told of it, under the name of its file. The page knows an hour of peak and no others.
    #[must_use]
    pub fn preset(&self, id: &str) -> Preset {
        let (requests_per_day, tokens_per_day) = match self.volume {
            Volume::RequestsPerDay(requests) => (Some(requests), None),
            Volume::TokensPerHour(tokens) => (None, Some(tokens * HOURS_PER_DAY)),
            Volume::PerHead(heads) => (Some(heads.count * heads.requests_per_day), None),
        };
        let peak = tidy(self.shape.peak_to_mean());
        Preset {
            id: id.into(),
            name: self.name.clone(),
            about: self.about.clone(),
            source: self.source.clone(),
            assumed: self.assumed.clone(),
            requests_per_day: requests_per_day.map(tidy),
            tokens_per_day,
            input_tokens: self.tokens.input,
            output_tokens: self.tokens.output,
            peak_to_mean: (peak > 1.0).then_some(peak),
            cached: self.api.cached,
            written: self.api.written,
            reasoning: self.api.reasoning,
            batch: self.api.batch,
        }
    }

    /// How many users or developers.
    #[must_use]
    pub fn count(&self) -> Option<f64> {
        self.heads().map(|heads| heads.count)
    }

    /// The same demand of so many people; their number is the caller's from then on, not assumed.
    ///
    /// # Errors
    /// When the demand does not count people, or there cannot be so many.
    pub fn with_count(mut self, count: f64) -> anyhow::Result<Self> {
        let Volume::PerHead(heads) = &mut self.volume else {
            let message = format!("the demand `{}` does not count users or developers", self.name);
            let hint = "a demand that does has `developers` and `requests_per_developer_per_day`, or the same of users";
            return Err(Hinted::new(message, hint).into());
        };
        heads.count = within(heads.who.key(), count, MOST_HEADS.0, MOST_HEADS.1)?;
        let chosen = heads.who.key();
        self.assumed.retain(|key| key != chosen);
        Ok(self)
    }
}

/// How many people there can be.
const MOST_HEADS: (f64, f64) = (1.0, 1e9);

#[cfg(test)]
#[path = "demand_tests.rs"]
mod tests;
