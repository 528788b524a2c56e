//! The controls: what each one is worth, where its slider stands, and what moving it does to the scenario.
//!
//! A slider counts 0 to 1000; the way from a position to a value is here, so that no component computes.

mod id;

use crate::decimal;
use crate::explore::answer::Answer;
use crate::explore::scenario::{ApiChoice, Load, Scenario};
use crate::format;
use crate::units::{Fraction, MILLIS_PER_SECOND, Millis, Usd, UsdPerHour, UsdPerMillion};

pub use id::Id;

/// The highest position of a slider.
pub const POSITIONS: u32 = 1000;

/// One control as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// Which one.
    pub id: Id,
    /// Its words.
    pub label: String,
    /// Unit beside the field.
    pub unit: &'static str,
    /// What stands in the field.
    pub field: String,
    /// What stands in the sentence: as the field, with thousands apart.
    pub inline: String,
    /// The value with its unit, as it is read aloud.
    pub text: String,
    /// What it follows from, or what it means; short.
    pub note: String,
    /// The value, in the control's unit.
    pub value: f64,
    low: f64,
    high: f64,
    log: bool,
}

/// A control as it stands under a scenario and its answer, if there is one.
#[must_use]
pub fn control(id: Id, scenario: &Scenario, answer: Option<&Answer>) -> Control {
    let (low, high, log) = id.range();
    let value = value(id, scenario, answer);
    let text = match id {
        Id::GpuPrice => format::usd_per_hour(UsdPerHour::new(value)),
        Id::Utilisation | Id::Headroom => format::percent_of(value / 100.0),
        Id::Demand => format!("{} requests a day", format::significant(value, 5)),
        Id::InputTokens | Id::OutputTokens => format!("{} tokens", format::count(value)),
        Id::OwnInput | Id::OwnOutput => {
            format!("{} per 1M", format::usd_per_million(UsdPerMillion::<crate::units::Total>::new(value)))
        }
        Id::TtftLimit | Id::TpotLimit if value.is_infinite() => "any".into(),
        Id::TpotLimit => format::millis(Millis::new(value)),
        Id::TtftLimit => format::millis(Millis::new(value * MILLIS_PER_SECOND)),
        Id::OutputWeight => format!("{} times an input token", format::significant(value, 2)),
        Id::Cached | Id::Batch => format::percent_of(value / 100.0),
        Id::Fixed => format!("{} a month", format::usd(Usd::new(value))),
        Id::Peak | Id::Reasoning => format::significant(value, 2),
    };
    let field = match id {
        Id::TtftLimit | Id::TpotLimit if value.is_infinite() => "any".into(),
        Id::InputTokens | Id::OutputTokens => plain(value, 0),
        Id::Demand if value >= 10.0 => plain(value, 0),
        _ => plain(decimal::rounded(value, 3), 4),
    };
    let inline = match id {
        Id::Demand | Id::InputTokens | Id::OutputTokens => format::count(value),
        _ => field.clone(),
    };
    let note = note(id, scenario, answer);
    Control {
        id,
        label: id.label(scenario.statistic),
        unit: id.unit(),
        field,
        inline,
        text,
        note,
        value,
        low,
        high,
        log,
    }
}

fn value(id: Id, scenario: &Scenario, answer: Option<&Answer>) -> f64 {
    match id {
        Id::GpuPrice => {
            let price = answer.map(|answer| answer.replica_price).or(scenario.gpu_price);
            price.map_or(id.range().0, UsdPerHour::value)
        }
        Id::Utilisation => match (scenario.load, answer) {
            (Load::Utilisation(share), _) => share.value() * 100.0,
            (Load::RequestsPerDay(_), answer) => answer.map_or(0.0, |answer| answer.bill.utilisation * 100.0),
        },
        Id::Demand => match (scenario.load, answer) {
            (Load::RequestsPerDay(requests), _) => requests,
            (Load::Utilisation(_), answer) => answer.map_or(0.0, |answer| answer.demand.requests_per_day),
        },
        Id::InputTokens => scenario.input_tokens.or(answer.map(|answer| answer.mix.input)).unwrap_or(0.0),
        Id::OutputTokens => scenario.output_tokens.or(answer.map(|answer| answer.mix.output)).unwrap_or(0.0),
        Id::OwnInput => prices(scenario, answer).0,
        Id::OwnOutput => prices(scenario, answer).1,
        Id::TtftLimit => scenario.ttft_limit.map_or(f64::INFINITY, |limit| limit.value() / MILLIS_PER_SECOND),
        Id::TpotLimit => scenario.tpot_limit.map_or(f64::INFINITY, Millis::value),
        Id::Headroom => scenario.headroom.value() * 100.0,
        Id::OutputWeight => scenario.output_weight,
        Id::Peak => scenario.peak_to_mean,
        Id::Fixed => scenario.fixed.value(),
        Id::Cached => scenario.api_use.cached * 100.0,
        Id::Batch => scenario.api_use.batch * 100.0,
        Id::Reasoning => scenario.api_use.reasoning,
    }
}

/// Input and output price of the chosen API.
fn prices(scenario: &Scenario, answer: Option<&Answer>) -> (f64, f64) {
    match (&scenario.api, answer) {
        (ApiChoice::Own { input, output }, _) => (input.value(), output.value()),
        (ApiChoice::Listed(_), Some(answer)) => (answer.api.prices.input.value(), answer.api.prices.output.value()),
        (ApiChoice::Listed(_), None) => (1.0, 1.0),
    }
}

fn note(id: Id, scenario: &Scenario, answer: Option<&Answer>) -> String {
    let measured = "as in the run";
    match (id, answer) {
        (Id::GpuPrice, Some(Answer { gpu_price: Some(record), gpu_price_stale, .. })) => {
            let stale = if *gpu_price_stale { ", stale" } else { "" };
            format!("{} {}, read {}{stale}", record.provider, record.tier, record.read_on)
        }
        (Id::GpuPrice, _) => "your price".into(),
        (Id::Utilisation, _) if matches!(scenario.load, Load::Utilisation(_)) => "pinned; demand follows".into(),
        (Id::Utilisation, _) => "as demanded".into(),
        (Id::Demand, Some(answer)) if answer.pinned => "follows from utilisation".into(),
        (Id::Demand, Some(answer)) => match answer.bill.replicas {
            1 => "one replica is enough".into(),
            replicas => format!("needs {} replicas", format::count(replicas as f64)),
        },
        (Id::InputTokens, _) if scenario.input_tokens.is_none() => measured.into(),
        (Id::OutputTokens, _) if scenario.output_tokens.is_none() => measured.into(),
        (Id::InputTokens | Id::OutputTokens, _) => "your mix: the rate is estimated".into(),
        (Id::TpotLimit, _) if scenario.tpot_limit.is_none() => "no limit".into(),
        (Id::TtftLimit | Id::TpotLimit, Some(answer)) if scenario.target().kept_by(answer.level) == Some(true) => {
            format!("holds up to {}", format::streams(answer.level.concurrency()))
        }
        (Id::TtftLimit | Id::TpotLimit, _) => "no measured level holds it".into(),
        (Id::Headroom, _) => "share of capacity used at the peak".into(),
        (Id::OutputWeight, _) => "work of an output token; not fitted".into(),
        (Id::Peak, _) => "replicas are bought for the peak".into(),
        (Id::Fixed, _) => "operations, storage, egress".into(),
        (Id::Reasoning, _) => "billed as output".into(),
        (Id::Demand | Id::OwnInput | Id::OwnOutput | Id::Cached | Id::Batch, _) => String::new(),
    }
}

/// A number for a field: no separators, no needless zeros.
fn plain(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

impl Control {
    /// Where the slider stands, 0 to [`POSITIONS`]. A value beyond an end stands at that end.
    #[must_use]
    pub fn position(&self) -> u32 {
        let share = if self.log {
            (self.value.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (self.value - self.low) / (self.high - self.low)
        };
        (share.clamp(0.0, 1.0) * f64::from(POSITIONS)).round() as u32
    }

    /// The value at a position, rounded to what one would write.
    #[must_use]
    pub fn at(&self, position: u32) -> f64 {
        let share = f64::from(position.min(POSITIONS)) / f64::from(POSITIONS);
        if matches!(self.id, Id::TtftLimit | Id::TpotLimit) && position >= POSITIONS {
            return f64::INFINITY;
        }
        let value = if self.log {
            self.low * ((self.high / self.low).ln() * share).exp()
        } else {
            self.low + share * (self.high - self.low)
        };
        decimal::rounded(value, self.id.digits())
    }

    /// The value so many slider steps away; a step always changes what the field says.
    #[must_use]
    pub fn stepped(&self, steps: i32) -> f64 {
        let mut position = i64::from(self.position()) + i64::from(steps);
        let most = i64::from(POSITIONS);
        while (0..most).contains(&position)
            && self.at(position as u32) == decimal::rounded(self.value, self.id.digits())
        {
            position += i64::from(steps.signum());
        }
        self.at(position.clamp(0, most) as u32)
    }
}

/// The scenario with one control set to a value in its unit. Values beyond what makes sense are held at the limit.
#[must_use]
pub fn set(scenario: &Scenario, answer: Option<&Answer>, id: Id, value: f64) -> Scenario {
    let mut next = scenario.clone();
    let value = if value.is_finite() { decimal::tidy(value) } else { value };
    let share =
        |percent: f64| Fraction::new(decimal::tidy(percent / 100.0).clamp(0.0001, 1.0)).unwrap_or(Fraction::ONE);
    let (input, output) = prices(scenario, answer);
    let own = |input: f64, output: f64| ApiChoice::Own {
        input: UsdPerMillion::new(input.clamp(0.0, 1e5)),
        output: UsdPerMillion::new(output.clamp(0.0, 1e5)),
    };
    match id {
        Id::GpuPrice => next.gpu_price = Some(UsdPerHour::new(value.clamp(0.0001, 10_000.0))),
        Id::Utilisation => next.load = Load::Utilisation(share(value)),
        Id::Demand => next.load = Load::RequestsPerDay(value.clamp(1.0, 1e12)),
        Id::InputTokens => next.input_tokens = Some(value.clamp(0.0, 1e7)),
        Id::OutputTokens => next.output_tokens = Some(value.clamp(1.0, 1e7)),
        Id::OwnInput => next.api = own(value, output),
        Id::OwnOutput => next.api = own(input, value),
        Id::TtftLimit if value.is_infinite() => next.ttft_limit = None,
        Id::TtftLimit => next.ttft_limit = Some(Millis::new(decimal::tidy(value * MILLIS_PER_SECOND).clamp(1.0, 1e7))),
        Id::TpotLimit if value.is_infinite() => next.tpot_limit = None,
        Id::TpotLimit => next.tpot_limit = Some(Millis::new(value.clamp(0.1, 1e7))),
        Id::Headroom => next.headroom = share(value),
        Id::OutputWeight => next.output_weight = value.clamp(0.1, 100.0),
        Id::Peak => next.peak_to_mean = value.clamp(1.0, 24.0),
        Id::Fixed => next.fixed = Usd::new(value.clamp(0.0, 1e9)),
        Id::Cached => {
            let most = decimal::tidy(1.0 - scenario.api_use.written);
            next.api_use.cached = decimal::tidy(value / 100.0).clamp(0.0, most);
        }
        Id::Batch => next.api_use.batch = decimal::tidy(value / 100.0).clamp(0.0, 1.0),
        Id::Reasoning => next.api_use.reasoning = value.clamp(0.0, 1000.0),
    }
    next
}

/// Reads what somebody typed into a field.
///
/// # Errors
/// When it is not a number; the message says what would be.
pub fn parse(id: Id, text: &str) -> Result<f64, String> {
    let bare: String = text.chars().filter(|c| !matches!(c, '$' | '%' | ',' | ' ' | '_')).collect();
    if matches!(id, Id::TtftLimit | Id::TpotLimit) && bare.eq_ignore_ascii_case("any") {
        return Ok(f64::INFINITY);
    }
    match decimal::read(&bare) {
        Some(value) if value >= 0.0 => Ok(value),
        _ => Err(format!("“{text}” is not a number of {}", id.unit())),
    }
}

/// What dragging a rule of a figure sets: the control and its value. `None` for a rule that stands still.
#[must_use]
pub fn dragged(handle: &str, value: f64) -> Option<(Id, f64)> {
    let (id, value) = match handle {
        "demand" => (Id::Demand, value),
        "ttft-limit" => (Id::TtftLimit, value / MILLIS_PER_SECOND),
        "tpot-limit" => (Id::TpotLimit, value),
        // The axis counts tokens a second that a user sees.
        "interactivity" => (Id::TpotLimit, MILLIS_PER_SECOND / value.max(f64::MIN_POSITIVE)),
        _ => return None,
    };
    Some((id, decimal::rounded(value, 2)))
}

#[cfg(test)]
#[path = "controls_tests.rs"]
mod tests;
