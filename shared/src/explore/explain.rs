//! The arithmetic behind every dollar: formula, the numbers in it, and where each number comes from.
//!
//! Written from the same values the number was computed from; recomputing the worked line gives the number.

use crate::economics::pricing;
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::library::{Library, Run};
use crate::format;
use crate::measure::summary::Level;
use crate::store::prices::Dated;
use crate::store::provenance::Evidence;
use crate::units::{
    DAYS_PER_MONTH, Fraction, HOURS_PER_MONTH, SECONDS_PER_HOUR, TOKENS_PER_PRICE_UNIT, UsdPerHour, UsdPerMillion,
};
use crate::{date::Date, economics::cost};

mod api;

/// Where result files are, relative to the page.
pub const RESULTS: &str = "results/";

/// Everything one may want to know of a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Name by which a number opens it.
    pub id: String,
    /// What the number is.
    pub title: String,
    /// The number, with all its digits and its unit.
    pub value: String,
    /// What it rests on.
    pub evidence: Evidence,
    /// The formula in words and symbols.
    pub formula: String,
    /// The formula with the numbers in it.
    pub worked: String,
    /// Each number that goes in.
    pub inputs: Vec<Input>,
    /// What to keep in mind.
    pub note: Option<String>,
}

/// A number that goes into another.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What it is.
    pub name: String,
    /// The number with its unit.
    pub value: String,
    /// Where it comes from.
    pub source: String,
    /// A link to it.
    pub link: Option<String>,
}

impl Explanation {
    /// The whole explanation as plain text, for copying.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = vec![format!("{}: {} ({})", self.title, self.value, self.evidence), self.formula.clone()];
        lines.push(self.worked.clone());
        for input in &self.inputs {
            let link = input.link.as_ref().map_or(String::new(), |link| format!(" <{link}>"));
            lines.push(format!("- {}: {} ({}){link}", input.name, input.value, input.source));
        }
        lines.extend(self.note.clone());
        lines.join("\n")
    }
}

/// The explanation of a number on the page, by its id. `None` for an id that nothing opens.
#[must_use]
pub fn explanation(library: &Library, answer: &Answer, id: &str) -> Option<Explanation> {
    match id {
        "bill" => Some(bill(library, answer)),
        "per-million" => Some(per_million(library, answer)),
        "per-million-full" => Some(at_full_load(library, answer)),
        _ => {
            let (kind, name) = id.split_once('/')?;
            match kind {
                "level" => level(library, answer, name),
                "api" => Some(api::month(library, answer, api_named(answer, name)?, id)),
                "api-million" => Some(api::million(library, answer, api_named(answer, name)?, id)),
                _ => None,
            }
        }
    }
}

/// The name an API is opened by: its id, or `own`.
#[must_use]
pub fn api_key(api: &ApiAnswer) -> String {
    api.record.map_or_else(|| "own".into(), |record| record.id())
}

fn api_named<'a, 'b>(answer: &'b Answer<'a>, name: &str) -> Option<&'b ApiAnswer<'a>> {
    std::iter::once(&answer.api).chain(&answer.apis).find(|api| api_key(api) == name)
}

fn bill(library: &Library, answer: &Answer) -> Explanation {
    let (replicas, price, fixed) = (answer.bill.replicas, answer.replica_price.value(), answer.fixed.value());
    let beside = if fixed > 0.0 { (" + what is paid beside them", format!(" + {fixed}")) } else { ("", String::new()) };
    let mut inputs = vec![replicas_input(answer), gpu_input(library, answer), rate_input(answer), demand_input(answer)];
    if fixed > 0.0 {
        inputs.push(Input {
            name: "Paid a month beside the replicas".into(),
            value: format!("{fixed} USD"),
            source: "set by you".into(),
            link: None,
        });
    }
    Explanation {
        id: "bill".into(),
        title: "Monthly cost of self-hosting".into(),
        value: format!("{} USD a month", answer.bill.total.value()),
        evidence: answer.evidence,
        formula: format!("replicas × 730 h × price an hour{}; hours are paid whether used or not", beside.0),
        worked: format!("{replicas} × {HOURS_PER_MONTH} × {price}{} = {}", beside.1, answer.bill.total.value()),
        inputs,
        note: Some(format!(
            "Used to {} of full load.{}",
            format::percent_of(answer.bill.utilisation),
            if fixed > 0.0 { "" } else { " Storage, egress and operations are not in it." }
        )),
    }
}

fn per_million(library: &Library, answer: &Answer) -> Explanation {
    let band = answer.per_million_band.map(|(low, high)| {
        format!(
            "An output token is taken to be as much work as {} input tokens, which was not fitted; from 1 to 10 the \
             cost goes from {} to {}.",
            format::significant(answer.weights.output_to_prompt, 2),
            format::usd_per_million(low),
            format::usd_per_million(high)
        )
    });
    Explanation {
        id: "per-million".into(),
        title: "Cost of 1M total tokens, as used".into(),
        value: format!("{} USD per 1M total tokens", answer.per_million.value()),
        evidence: answer.evidence,
        formula: "monthly cost × 1,000,000 / (requests a month × tokens a request)".into(),
        worked: format!(
            "{} × {TOKENS_PER_PRICE_UNIT} / ({} × {}) = {}",
            answer.bill.total.value(),
            answer.demand.per_month(),
            answer.mix.total(),
            answer.per_million.value()
        ),
        inputs: vec![
            gpu_input(library, answer),
            replicas_input(answer),
            demand_input(answer),
            mix_input(answer),
            rate_input(answer),
        ],
        note: band,
    }
}

fn at_full_load(library: &Library, answer: &Answer) -> Explanation {
    let request = answer.per_request_full.value();
    Explanation {
        id: "per-million-full".into(),
        title: "Cost of 1M total tokens, at full load of the operating point".into(),
        value: format!("{} USD per 1M total tokens", answer.per_million_full.value()),
        evidence: answer.evidence,
        formula: "price an hour / 3600 / requests a second × 1,000,000 / tokens a request".into(),
        worked: format!(
            "{} / {SECONDS_PER_HOUR} / {} × {TOKENS_PER_PRICE_UNIT} / {} = {}",
            answer.replica_price.value(),
            answer.replica.rate.value(),
            answer.mix.total(),
            request * TOKENS_PER_PRICE_UNIT / answer.mix.total()
        ),
        inputs: vec![gpu_input(library, answer), rate_input(answer), mix_input(answer)],
        note: Some("The least it can cost: a replica that never idles. Real demand leaves gaps.".into()),
    }
}

fn level(library: &Library, answer: &Answer, concurrency: &str) -> Option<Explanation> {
    let concurrency: u32 = concurrency.parse().ok()?;
    let level = answer.run.file.levels.iter().find(|level| level.concurrency() == concurrency)?;
    let value = level_cost(answer.replica_price, level)?;
    let total = level.prompt_tokens + level.output_tokens;
    let source = run_source(answer.run);
    let link = Some(raw_link(answer.run));
    let from_file =
        |name: &str, value: String| Input { name: name.into(), value, source: source.clone(), link: link.clone() };
    Some(Explanation {
        id: format!("level/{concurrency}"),
        title: format!("Cost of 1M total tokens at {concurrency} streams, full load"),
        value: format!("{} USD per 1M total tokens", value.value()),
        evidence: answer.run.file.evidence,
        formula: "price an hour × 1,000,000 / (3600 × total tokens a second × utilisation), utilisation = 1".into(),
        worked: format!(
            "{} × {TOKENS_PER_PRICE_UNIT} / ({SECONDS_PER_HOUR} × {} × 1) = {}",
            answer.replica_price.value(),
            level.total_rate().value(),
            value.value()
        ),
        inputs: vec![
            gpu_input(library, answer),
            from_file(
                "Total tokens a second",
                format!("{} / {} s = {}", total, level.duration_s.value(), level.total_rate().value()),
            ),
            from_file("Prompt tokens", format::count(level.prompt_tokens as f64)),
            from_file("Output tokens", format::count(level.output_tokens as f64)),
            from_file("Duration", format!("{} s", level.duration_s.value())),
        ],
        note: Some(format!(
            "At 80 % utilisation it is {}.",
            format::usd_per_million(
                Fraction::new(0.8)
                    .ok()
                    .and_then(|used| cost::per_million_total(answer.replica_price, level.total_rate(), used))
                    .unwrap_or(value)
            )
        )),
    })
}

/// USD per million total tokens at a level and full load, at the answer's replica price.
#[must_use]
pub fn level_cost(price: UsdPerHour, level: &Level) -> Option<UsdPerMillion<crate::units::Total>> {
    cost::per_million_total(price, level.total_rate(), Fraction::ONE)
}

/// An API's name for people.
#[must_use]
pub fn api_name(api: &ApiAnswer) -> String {
    api.record.map_or_else(|| "your API price".into(), |record| record.name.clone())
}

fn gpu_input(library: &Library, answer: &Answer) -> Input {
    let (source, link) = match answer.gpu_price {
        Some(record) => {
            let source = price_source(&format!("{} {}", record.provider, record.tier), record, library.today);
            (source, web_link(&record.source))
        }
        None => ("set by you".into(), None),
    };
    Input {
        name: "Price of one replica".into(),
        value: format!("{} USD/h", answer.replica_price.value()),
        source,
        link,
    }
}

fn replicas_input(answer: &Answer) -> Input {
    Input {
        name: "Replicas".into(),
        value: format::count(answer.bill.replicas as f64),
        source: format!(
            "demand{} / (planned load {} × {} requests/s), rounded up",
            match answer.demand.shape.peak_to_mean() {
                1.0 => String::new(),
                peak => format!(" × {peak} at the peak"),
            },
            format::percent(answer.replica.headroom),
            format::significant(answer.replica.rate.value(), 4)
        ),
        link: None,
    }
}

fn rate_input(answer: &Answer) -> Input {
    let concurrency = answer.level.concurrency();
    let measured = answer.mix == answer.measured_mix;
    let how = if measured { "measured" } else { "scaled from the measured mix, so estimated," };
    Input {
        name: format!("Requests a second at {concurrency} streams"),
        value: answer.replica.rate.value().to_string(),
        source: format!("{how} at {concurrency} streams; {}", run_source(answer.run)),
        link: Some(raw_link(answer.run)),
    }
}

fn demand_input(answer: &Answer) -> Input {
    let day = answer.demand.requests_per_day;
    Input {
        name: "Requests a month".into(),
        value: format::significant(answer.demand.per_month(), 6),
        source: format!(
            "{} a day × {DAYS_PER_MONTH:.4} days (730 h); {}",
            format::significant(day, 6),
            if answer.pinned { "follows from the utilisation you pinned" } else { "set by you" }
        ),
        link: None,
    }
}

fn mix_input(answer: &Answer) -> Input {
    let mix = answer.mix;
    let measured = mix == answer.measured_mix;
    Input {
        name: "Tokens a request".into(),
        value: format!("{} in + {} out", format::significant(mix.input, 4), format::significant(mix.output, 4)),
        source: if measured { format!("mean of the run; {}", run_source(answer.run)) } else { "set by you".into() },
        link: measured.then(|| raw_link(answer.run)),
    }
}

/// `published 2026-05-29, a5000-bf16.json, sha256 1a2b3c4d5e6f`
fn run_source(run: Run) -> String {
    let short = run.entry.sha256.get(..12).unwrap_or(&run.entry.sha256);
    format!("{} {}, {}.json, sha256 {short}", run.entry.evidence, run.entry.date, run.entry.id)
}

/// Where the run's raw file is, relative to the page.
#[must_use]
pub fn raw_link(run: Run) -> String {
    format!("{RESULTS}{}", run.entry.path)
}

fn price_source(what: &str, record: &impl Dated, today: Date) -> String {
    let (days, stale) = pricing::age(record, today);
    let stale = if stale { ", stale" } else { "" };
    format!("{what}, read {} ({days} days ago{stale})", record.read_on())
}

fn web_link(source: &str) -> Option<String> {
    source.starts_with("https://").then(|| source.to_owned())
}
