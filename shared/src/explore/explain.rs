//! The arithmetic behind every dollar: formula, the numbers in it, and where each number comes from.
//!
//! Written from the same values the number was computed from; recomputing the worked line gives the number.

use crate::economics::cost;
use crate::explore::answer::{Answer, ApiAnswer, told};
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::format::{self, Currency};
use crate::measure::summary::Level;
use crate::store::provenance::Evidence;
use crate::units::{
    Fraction, HOURS_PER_MONTH, SECONDS_PER_HOUR, TOKENS_PER_PRICE_UNIT, Usd, UsdPerHour, UsdPerMillion,
};

mod api;
mod breakeven;
mod hosting;
mod inputs;
mod level;
mod quality;

use inputs::{
    YOUR_FILE, demand_input, file_input, file_link, gpu_input, mix_input, price_source, rate_input, replicas_input,
    run_source, web_link,
};

pub use hosting::of_request;
pub use inputs::{age_words, raw_link};
pub use level::{level_key, metric_key};
pub use quality::score_key;

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
    /// Further lines that follow from the same numbers, each recomputing as `worked` does.
    pub also: Vec<String>,
    /// What to keep in mind.
    pub note: Option<String>,
    /// What makes it less than it looks: a stale price, a rehearsal, a file of the reader's own.
    pub marks: Vec<String>,
    /// The same in the reader's currency; all above is in USD.
    pub currency: Option<String>,
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
    /// One of which only the name, the number and what it rests on are known.
    fn of(id: impl Into<String>, title: impl Into<String>, value: String, evidence: Evidence) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            value,
            evidence,
            formula: String::new(),
            worked: String::new(),
            inputs: Vec::new(),
            also: Vec::new(),
            note: None,
            marks: Vec::new(),
            currency: None,
        }
    }

    /// With its formula in symbols and in numbers.
    fn worked(self, formula: impl Into<String>, worked: String) -> Self {
        Self { formula: formula.into(), worked, ..self }
    }

    /// With what goes in.
    fn from(self, inputs: Vec<Input>) -> Self {
        Self { inputs, ..self }
    }

    /// With what to keep in mind.
    fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// The whole explanation as plain text, for copying.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = vec![format!("{}: {} ({})", self.title, self.value, self.evidence), self.formula.clone()];
        lines.push(self.worked.clone());
        lines.extend(self.also.iter().cloned());
        for input in &self.inputs {
            let link = input.link.as_ref().map_or(String::new(), |link| format!(" <{link}>"));
            lines.push(format!("- {}: {} ({}){link}", input.name, input.value, input.source));
        }
        lines.extend(self.note.iter().chain(&self.marks).chain(&self.currency).cloned());
        lines.join("\n")
    }
}

/// The explanation of a number on the page, by its id, worked out anew. `None` when nothing is behind it now.
///
/// A `pinned/` before an id means the same number of the scenario that is kept beside this one.
#[must_use]
pub fn open(library: &Library, scenario: &Scenario, id: &str) -> Option<Explanation> {
    if let Some(rest) = id.strip_prefix("pinned/") {
        let pinned = Scenario { currency: scenario.currency.clone(), ..scenario.pinned.as_deref()?.clone() };
        return Some(Explanation { id: id.into(), ..open(library, &pinned, rest)? });
    }
    // Formulas are in the currency of the prices; only the last line is in the reader's.
    let explanation = format::in_currency(None, || {
        let (kind, name) = id.split_once('/').unwrap_or((id, ""));
        match kind {
            "quality" | "retention" | "correct" | "correct-full" => quality::open(library, scenario, kind, name),
            _ => explanation(library, &told(library, scenario)?, id),
        }
    })?;
    Some(in_words(marked(explanation), scenario.currency.as_ref()))
}

/// With a last line in the reader's currency, where the number is money; of several, each.
fn in_words(explanation: Explanation, currency: Option<&Currency>) -> Explanation {
    let Some(currency) = currency else { return explanation };
    let money = |part: &str| {
        let (number, unit) = part.split_once(' ')?;
        let usd = number.parse().ok().filter(|_| unit.starts_with("USD"))?;
        Some(format::in_currency(Some(currency), || format::usd(Usd::new(usd))))
    };
    let told: Vec<String> = explanation.value.split(", ").filter_map(money).collect();
    let Currency { code, per_usd } = currency;
    let line = format!("= {} at {per_usd} {code} a USD, as you set it", told.join(" and "));
    Explanation { currency: (!told.is_empty()).then_some(line), ..explanation }
}

/// With what makes it less than it looks.
fn marked(mut explanation: Explanation) -> Explanation {
    let mut marks: Vec<String> = Vec::new();
    for input in &explanation.inputs {
        if input.source.ends_with(", stale)") {
            marks.push(format!("stale price: {}, {}", input.name, input.source));
        }
        if input.source.contains(YOUR_FILE) {
            marks.push("yours: it rests on a file of your own, which nobody else has checked".into());
        }
    }
    if explanation.evidence == Evidence::Rehearsal {
        marks.push("rehearsal: it says nothing about a GPU".into());
    }
    marks.dedup();
    explanation.marks = marks;
    explanation
}

/// The explanation of a number of an answer, by its id. `None` for an id that nothing opens.
#[must_use]
pub fn explanation(library: &Library, answer: &Answer, id: &str) -> Option<Explanation> {
    match id {
        "bill" => Some(bill(library, answer)),
        "per-million" => Some(per_million(library, answer)),
        "per-million-full" => Some(at_full_load(library, answer)),
        _ => {
            let (kind, name) = id.split_once('/').unwrap_or((id, ""));
            let api = || api_named(answer, name);
            match kind {
                "level" => level::cost(library, answer, name),
                "api" => Some(api::month(library, answer, api()?, id)),
                "api-million" => Some(api::million(library, answer, api()?, id)),
                "api-request" => Some(api::thousand_requests(library, answer, api()?, id)),
                "api-price" => Some(api::price(library, answer, api()?, id)),
                "saving" => Some(breakeven::saving(library, answer, api()?, id)),
                "break-even" => breakeven::break_even(library, answer, api()?, id),
                _ => level::number(answer, kind, name).or_else(|| hosting::number(library, answer, id)),
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
    let total = answer.bill.total.value();
    Explanation::of("bill", "Monthly cost of self-hosting", format!("{total} USD a month"), answer.evidence)
        .worked(
            format!("replicas × 730 h × price an hour{}; hours are paid whether used or not", beside.0),
            format!("{replicas} × {HOURS_PER_MONTH} × {price}{} = {total}", beside.1),
        )
        .from(inputs)
        .note(format!(
            "Used to {} of full load.{}",
            format::percent_of(answer.bill.utilisation),
            if fixed > 0.0 { "" } else { " Storage, egress and operations are not in it." }
        ))
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
    let value = answer.per_million.value();
    let title = "Cost of 1M total tokens, as used";
    let explanation =
        Explanation::of("per-million", title, format!("{value} USD per 1M total tokens"), answer.evidence)
            .worked(
                "monthly cost × 1,000,000 / (requests a month × tokens a request)",
                format!(
                    "{} × {TOKENS_PER_PRICE_UNIT} / ({} × {}) = {value}",
                    answer.bill.total.value(),
                    answer.demand.per_month(),
                    answer.mix.total(),
                ),
            )
            .from(vec![
                gpu_input(library, answer),
                replicas_input(answer),
                demand_input(answer),
                mix_input(answer),
                rate_input(answer),
            ]);
    Explanation { note: band, ..explanation }
}

fn at_full_load(library: &Library, answer: &Answer) -> Explanation {
    let value = answer.per_request_full.value() * TOKENS_PER_PRICE_UNIT / answer.mix.total();
    let title = "Cost of 1M total tokens, at full load of the operating point";
    Explanation::of(
        "per-million-full",
        title,
        format!("{} USD per 1M total tokens", answer.per_million_full.value()),
        answer.evidence,
    )
    .worked(
        "price an hour / 3600 / requests a second × 1,000,000 / tokens a request",
        format!(
            "{} / {SECONDS_PER_HOUR} / {} × {TOKENS_PER_PRICE_UNIT} / {} = {value}",
            answer.replica_price.value(),
            answer.replica.rate.value(),
            answer.mix.total(),
        ),
    )
    .from(vec![gpu_input(library, answer), rate_input(answer), mix_input(answer)])
    .note("The least it can cost: a replica that never idles. Real demand leaves gaps.")
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
