//! Where the numbers of a scenario come from, as one value for programs: it lies beside a chart's data when that is saved.

use serde::Serialize;

use crate::date::Date;
use crate::economics::pricing;
use crate::explore::answer::told;
use crate::explore::explain::RESULTS;
use crate::explore::library::{Library, is_yours};
use crate::explore::query;
use crate::explore::scenario::Scenario;
use crate::format::Currency;
use crate::store::hash::sha256_hex;
use crate::store::index::Index;
use crate::store::prices::{ApiPrice, GpuPrice};
use crate::store::provenance::Evidence;

/// What the numbers of a scenario rest on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provenance {
    /// The scenario, as the query of the page's address.
    pub query: String,
    /// What the answer rests on; absent without an answer.
    pub evidence: Option<Evidence>,
    /// What the word means.
    pub meaning: Option<&'static str>,
    /// The runs that are shown, the chosen one first.
    pub runs: Vec<RunFile>,
    /// The GPU price that was used; absent where the reader set it.
    pub gpu_price: Option<PriceRead>,
    /// The API prices that were used.
    pub api_prices: Vec<PriceRead>,
    /// In which currency money is told, and what a dollar is in it; absent for USD.
    pub currency: Option<CurrencyRate>,
    /// Which data it was computed from.
    pub data: DataVersion,
}

/// A result file that numbers come from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunFile {
    /// Its name in links.
    pub id: String,
    /// Where it is, relative to the page; `yours/…` was read from the reader's own disk.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// What its numbers rest on.
    pub evidence: Evidence,
    /// The day of the run.
    pub date: Date,
    /// What took the numbers.
    pub tool: String,
    /// Where published figures stand.
    pub source: Option<String>,
    /// Their licence.
    pub licence: Option<String>,
    /// What to doubt.
    pub warnings: Vec<String>,
    /// Files the run was taken from, with their SHA-256.
    pub taken_from: Vec<(String, String)>,
}

/// A price, with the day it was read and where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PriceRead {
    /// What it is the price of.
    pub of: String,
    /// The prices by their unit.
    pub usd: Vec<(&'static str, f64)>,
    /// First day it holds.
    pub from: Date,
    /// The day its source was last read.
    pub read_on: Date,
    /// Whether that is too long ago.
    pub stale: bool,
    /// Where it stands.
    pub source: String,
}

/// A currency and what a dollar is in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurrencyRate {
    /// Its letters.
    pub code: String,
    /// How much of it is one USD, as the reader says.
    pub per_usd: f64,
}

/// Which data something was computed from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataVersion {
    /// SHA-256 of results/index.json, the reader's own runs left out.
    pub index_sha256: String,
    /// The newest day of a result or a price in it.
    pub newest: Option<Date>,
    /// The day it was looked at, on which the prices hold.
    pub seen_on: Date,
}

/// Where the numbers of a scenario come from.
#[must_use]
pub fn of(library: &Library, scenario: &Scenario) -> Provenance {
    let answer = told(library, scenario);
    let shown = answer.as_ref();
    let currency = |Currency { code, per_usd }: &Currency| CurrencyRate { code: code.clone(), per_usd: *per_usd };
    Provenance {
        query: query::encode(scenario),
        evidence: shown.map(|answer| answer.evidence),
        meaning: shown.map(|answer| answer.evidence.meaning()),
        runs: runs(library, scenario),
        gpu_price: shown.and_then(|answer| answer.gpu_price).map(|record| gpu(record, library.today)),
        api_prices: shown.map_or(Vec::new(), |answer| {
            let records = answer.apis.iter().filter_map(|api| api.record);
            records.map(|record| api(record, library.today)).collect()
        }),
        currency: scenario.currency.as_ref().map(currency),
        data: version(library),
    }
}

fn runs(library: &Library, scenario: &Scenario) -> Vec<RunFile> {
    let told = |run: crate::explore::library::Run| RunFile {
        id: run.entry.id.clone(),
        file: if is_yours(run.entry) { run.entry.path.clone() } else { format!("{RESULTS}{}", run.entry.path) },
        sha256: run.entry.sha256.clone(),
        evidence: run.entry.evidence,
        date: run.entry.date,
        tool: run.file.provenance.tool.clone(),
        source: run.file.provenance.source_url.clone(),
        licence: run.file.provenance.licence.clone(),
        warnings: run.file.warnings.iter().map(ToString::to_string).collect(),
        taken_from: run.file.provenance.files.iter().map(|file| (file.name.clone(), file.sha256.clone())).collect(),
    };
    library.siblings(scenario).into_iter().map(told).collect()
}

fn gpu(record: &GpuPrice, today: Date) -> PriceRead {
    PriceRead {
        of: format!("{} {}, {}", record.provider, record.hardware, record.tier),
        usd: vec![("an hour", record.usd_per_hour.value())],
        from: record.from,
        read_on: record.read_on,
        stale: pricing::age(record, today).1,
        source: record.source.clone(),
    }
}

fn api(record: &ApiPrice, today: Date) -> PriceRead {
    PriceRead {
        of: record.id(),
        usd: vec![
            ("per 1M input tokens", record.usd_per_1m_input.value()),
            ("per 1M output tokens", record.usd_per_1m_output.value()),
        ],
        from: record.from,
        read_on: record.read_on,
        stale: pricing::age(record, today).1,
        source: record.source.clone(),
    }
}

fn version(library: &Library) -> DataVersion {
    let mut index = Index::clone(&library.index);
    index.results.retain(|entry| !is_yours(entry));
    let prices = index.api_prices.iter().map(|price| price.read_on);
    let prices = prices.chain(index.gpu_prices.iter().map(|price| price.read_on));
    DataVersion {
        newest: index.results.iter().map(|entry| entry.date).chain(prices).max(),
        index_sha256: sha256_hex(index.to_json().as_bytes()),
        seen_on: library.today,
    }
}
