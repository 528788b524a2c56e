//! Offers: rows of prices of every kind in one shape, and what they say about one another.
//!
//! Rows of one offer from one source never overlap. Other sources may say otherwise: then all of them are shown, and
//! none is chosen here.

use serde::{Serialize, Serializer};

use crate::catalogue::Problem;
use crate::catalogue::prices::PriceFile;
use shared::date::Date;
use shared::economics::pricing;
use shared::store::prices::{ApiPrice, Dated, GpuPrice, StoragePrice};

/// One row of prices.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Offer {
    /// What is sold.
    pub kind: Kind,
    /// Who sells what: what two rows must share to be about the same offer.
    pub offer: String,
    /// Its numbers, each with its field.
    #[serde(serialize_with = "as_object")]
    pub numbers: Vec<(&'static str, f64)>,
    /// First day it is known to hold.
    pub from: Date,
    /// First day it no longer holds.
    pub to: Option<Date>,
    /// The day its source was last read.
    pub read_on: Date,
    /// Where it stands.
    pub source: String,
    /// Through whom it was read.
    pub via: Option<String>,
}

/// What a row is the price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Tokens of a model.
    Api,
    /// An hour of a GPU.
    Gpu,
    /// A kilowatt-hour.
    Electricity,
    /// A gigabyte for a month.
    Storage,
}

/// Rows of one offer that hold on the same day and say different things.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The offer.
    pub offer: String,
    /// What each source says, in the order of their first days.
    pub rows: Vec<Offer>,
}

impl Offer {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        Dated::holds_on(self, day)
    }

    /// Days since its source was read, and whether that makes it stale.
    #[must_use]
    pub fn age(&self, today: Date) -> (i64, bool) {
        pricing::age(self, today)
    }

    fn is_about_the_same(&self, other: &Self) -> bool {
        (self.kind, &self.offer) == (other.kind, &other.offer)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let starts_before_end = |a: &Self, b: &Self| b.to.is_none_or(|to| a.from < to);
        starts_before_end(self, other) && starts_before_end(other, self)
    }

    /// A number that both give, and not the same.
    fn differs(&self, other: &Self) -> bool {
        let given = |field: &str| other.numbers.iter().find(|(name, _)| *name == field).map(|(_, value)| *value);
        self.numbers.iter().any(|(field, value)| given(field).is_some_and(|other| other != *value))
    }

    /// `from 2026-01-01 to 2026-02-01`, or `from 2026-01-01`.
    fn stretch(&self) -> String {
        match self.to {
            Some(to) => format!("from {} to {to}", self.from),
            None => format!("from {}", self.from),
        }
    }
}

/// `{"input": 0.15, "output": 0.6}`.
fn as_object<S: Serializer>(numbers: &[(&'static str, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(numbers.iter().copied())
}

impl Dated for Offer {
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

/// Every row, in the order of the file.
#[must_use]
pub fn offers(prices: &PriceFile) -> Vec<Offer> {
    let mut all: Vec<Offer> = prices.api.iter().map(api).collect();
    all.extend(prices.gpu.iter().map(|price| {
        let numbers = vec![("usd_per_hour", price.usd_per_hour.value())];
        of(Kind::Gpu, gpu_offer(price), numbers, price, &price.source, price.via.as_ref())
    }));
    all.extend(prices.electricity.iter().map(|price| {
        let numbers = vec![("usd_per_kwh", price.usd_per_kwh.value())];
        of(Kind::Electricity, price.region.clone(), numbers, price, &price.source, None)
    }));
    all.extend(prices.storage.iter().map(|price| {
        let numbers = vec![("usd_per_gb_month", price.usd_per_gb_month)];
        of(Kind::Storage, storage_offer(price), numbers, price, &price.source, None)
    }));
    all
}

/// `runpod/rtx-a5000, secure`.
#[must_use]
pub fn gpu_offer(price: &GpuPrice) -> String {
    let gpus = price.min_gpus.filter(|gpus| *gpus > 1).map_or(String::new(), |gpus| format!(", from {gpus} GPUs"));
    format!("{}/{}, {}{gpus}", price.provider, price.hardware, price.tier)
}

/// `runpod network-volume above 1000 GB`.
fn storage_offer(price: &StoragePrice) -> String {
    let above = price.above_gb.map_or(String::new(), |gb| format!(" above {gb} GB"));
    format!("{} {}{above}", price.provider, price.kind)
}

fn api(price: &ApiPrice) -> Offer {
    let mut numbers = vec![("input", price.usd_per_1m_input.value()), ("output", price.usd_per_1m_output.value())];
    let prompt = [
        ("cached_input", price.usd_per_1m_cached_input),
        ("cache_write", price.usd_per_1m_cache_write),
        ("batch_input", price.usd_per_1m_batch_input),
    ];
    numbers.extend(prompt.into_iter().filter_map(|(field, usd)| Some((field, usd?.value()))));
    numbers.extend(price.usd_per_1m_batch_output.map(|usd| ("batch_output", usd.value())));
    of(Kind::Api, price.id(), numbers, price, &price.source, price.via.as_ref())
}

fn of(
    kind: Kind,
    offer: String,
    numbers: Vec<(&'static str, f64)>,
    dates: &impl Dated,
    source: &str,
    via: Option<&String>,
) -> Offer {
    let (from, to, read_on) = (dates.from(), dates.to(), dates.read_on());
    Offer { kind, offer, numbers, from, to, read_on, source: source.to_owned(), via: via.cloned() }
}

/// Rows of one offer from one source that hold on the same day, and rows that hold on none.
#[must_use]
pub fn wrong(path: &str, prices: &PriceFile) -> Vec<Problem> {
    let all = offers(prices);
    let problem = |row: &Offer, why: String| Problem { path: path.into(), field: row.offer.clone(), why };
    let mut found = Vec::new();
    for (position, row) in all.iter().enumerate() {
        if row.to.is_some_and(|to| to <= row.from) {
            found.push(problem(row, format!("the row {} holds on no day", row.stretch())));
            continue;
        }
        let same = |other: &&Offer| row.is_about_the_same(other) && row.source == other.source && row.overlaps(other);
        for other in all[position + 1..].iter().filter(same) {
            found.push(problem(row, format!("the rows {} and {} overlap", row.stretch(), other.stretch())));
        }
    }
    found
}

/// Offers of which sources say different things about the same day.
#[must_use]
pub fn conflicts(all: &[Offer]) -> Vec<Conflict> {
    let mut found: Vec<Conflict> = Vec::new();
    for row in all {
        let known = |conflict: &Conflict| conflict.rows.iter().any(|other| row.is_about_the_same(other));
        let against = |other: &&Offer| row.is_about_the_same(other) && row.overlaps(other) && row.differs(other);
        if found.iter().any(known) || !all.iter().any(|other| against(&other)) {
            continue;
        }
        let same = || all.iter().filter(|other| row.is_about_the_same(other));
        // Of a chain of readings only those that stand against another one.
        let mut rows: Vec<Offer> =
            same().filter(|one| same().any(|other| one.overlaps(other) && one.differs(other))).cloned().collect();
        rows.sort_by_key(|row| row.from);
        found.push(Conflict { offer: row.offer.clone(), rows });
    }
    found
}

/// Rows that have ended by a day, and nothing of their offer holds on the day they ended.
#[must_use]
pub fn gaps(all: &[Offer], today: Date) -> Vec<&Offer> {
    let follows = |row: &Offer, day: Date| all.iter().any(|other| row.is_about_the_same(other) && other.holds_on(day));
    all.iter().filter(|row| row.to.is_some_and(|to| to <= today && !follows(row, to))).collect()
}

#[cfg(test)]
#[path = "offers_tests.rs"]
mod tests;
