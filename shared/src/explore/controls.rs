//! The controls: what each one is worth, where its slider stands, and what moving it does to the scenario.
//!
//! A slider counts 0 to 1000; the way from a position to a value is here, so that no component computes.

use crate::decimal;
use crate::economics::operating_point::LatencyTarget;
use crate::explore::answer::Answer;
use crate::explore::scenario::{ApiChoice, Load, Scenario};
use crate::format;
use crate::units::{Fraction, MILLIS_PER_SECOND, Millis, UsdPerHour, UsdPerMillion};

/// The highest position of a slider.
pub const POSITIONS: u32 = 1000;

/// Every number a reader can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Id {
    /// Price of one replica, USD an hour.
    GpuPrice,
    /// Share of full load that is used, percent.
    Utilisation,
    /// Requests a day.
    Demand,
    /// Prompt tokens a request.
    InputTokens,
    /// Output tokens a request.
    OutputTokens,
    /// Own API price, USD per million prompt tokens.
    OwnInput,
    /// Own API price, USD per million output tokens.
    OwnOutput,
    /// Highest p99 TTFT, seconds; infinite for any.
    TtftLimit,
    /// Planned share of a replica's capacity, percent.
    Headroom,
    /// Work of an output token relative to a prompt token.
    OutputWeight,
}

/// One control as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// Which one.
    pub id: Id,
    /// Name in test ids and element ids.
    pub key: &'static str,
    /// Its words.
    pub label: &'static str,
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

impl Id {
    /// Name in test ids and element ids.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::GpuPrice => "gpu-price",
            Self::Utilisation => "utilisation",
            Self::Demand => "demand",
            Self::InputTokens => "input-tokens",
            Self::OutputTokens => "output-tokens",
            Self::OwnInput => "own-input",
            Self::OwnOutput => "own-output",
            Self::TtftLimit => "ttft-limit",
            Self::Headroom => "headroom",
            Self::OutputWeight => "output-weight",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::GpuPrice => "GPU price",
            Self::Utilisation => "Utilisation",
            Self::Demand => "Demand",
            Self::InputTokens => "Input tokens",
            Self::OutputTokens => "Output tokens",
            Self::OwnInput => "Your input price",
            Self::OwnOutput => "Your output price",
            Self::TtftLimit => "p99 TTFT at most",
            Self::Headroom => "Planned load",
            Self::OutputWeight => "Output weight",
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::GpuPrice => "$/h",
            Self::Utilisation | Self::Headroom => "%",
            Self::Demand => "requests/day",
            Self::InputTokens | Self::OutputTokens => "tokens/request",
            Self::OwnInput | Self::OwnOutput => "$/1M",
            Self::TtftLimit => "s",
            Self::OutputWeight => "x input",
        }
    }

    /// Lowest and highest value of the slider, and whether equal ratios are equal lengths.
    fn range(self) -> (f64, f64, bool) {
        match self {
            Self::GpuPrice => (0.05, 20.0, true),
            Self::Utilisation => (1.0, 100.0, false),
            Self::Headroom => (10.0, 100.0, false),
            Self::Demand => (10.0, 10_000_000.0, true),
            Self::InputTokens => (8.0, 16_384.0, true),
            Self::OutputTokens => (8.0, 4_096.0, true),
            Self::OwnInput | Self::OwnOutput => (0.01, 100.0, true),
            Self::TtftLimit => (0.05, 10.0, true),
            Self::OutputWeight => (1.0, 10.0, true),
        }
    }

    /// Digits a slider's value is rounded to.
    fn digits(self) -> i32 {
        match self {
            Self::Utilisation | Self::Headroom | Self::GpuPrice | Self::InputTokens | Self::OutputTokens => 3,
            _ => 2,
        }
    }
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
        Id::TtftLimit if value.is_infinite() => "any".into(),
        Id::TtftLimit => format::millis(Millis::new(value * MILLIS_PER_SECOND)),
        Id::OutputWeight => format!("{} times an input token", format::significant(value, 2)),
    };
    let field = match id {
        Id::TtftLimit if value.is_infinite() => "any".into(),
        Id::InputTokens | Id::OutputTokens => plain(value, 0),
        Id::Demand if value >= 10.0 => plain(value, 0),
        _ => plain(decimal::rounded(value, 3), 4),
    };
    let inline = match id {
        Id::Demand | Id::InputTokens | Id::OutputTokens => format::count(value),
        _ => field.clone(),
    };
    let note = note(id, scenario, answer);
    Control { id, key: id.key(), label: id.label(), unit: id.unit(), field, inline, text, note, value, low, high, log }
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
        Id::Headroom => scenario.headroom.value() * 100.0,
        Id::OutputWeight => scenario.output_weight,
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
        (Id::TtftLimit, Some(answer))
            if LatencyTarget::p99_ttft(scenario.ttft_limit).kept_by(answer.level) == Some(true) =>
        {
            format!("holds up to {} streams", answer.level.concurrency())
        }
        (Id::TtftLimit, _) => "no measured level holds it".into(),
        (Id::Headroom, _) => "share of capacity used at the peak".into(),
        (Id::OutputWeight, _) => "work of an output token; not fitted".into(),
        (Id::Demand | Id::OwnInput | Id::OwnOutput, _) => String::new(),
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
        if self.id == Id::TtftLimit && position >= POSITIONS {
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
        Id::Headroom => next.headroom = share(value),
        Id::OutputWeight => next.output_weight = value.clamp(0.1, 100.0),
    }
    next
}

/// Reads what somebody typed into a field.
///
/// # Errors
/// When it is not a number; the message says what would be.
pub fn parse(id: Id, text: &str) -> Result<f64, String> {
    let bare: String = text.chars().filter(|c| !matches!(c, '$' | '%' | ',' | ' ' | '_')).collect();
    if id == Id::TtftLimit && bare.eq_ignore_ascii_case("any") {
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
        _ => return None,
    };
    Some((id, decimal::rounded(value, 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Id; 10] = [
        Id::GpuPrice,
        Id::Utilisation,
        Id::Demand,
        Id::InputTokens,
        Id::OutputTokens,
        Id::OwnInput,
        Id::OwnOutput,
        Id::TtftLimit,
        Id::Headroom,
        Id::OutputWeight,
    ];

    #[test]
    fn a_slider_stands_where_its_value_was_set() {
        for id in ALL {
            for position in [100, 400, 777] {
                let target = control(id, &Scenario::default(), None).at(position);
                let moved = set(&Scenario::default(), None, id, target);
                let stands = control(id, &moved, None);
                assert_eq!(stands.value, target, "{id:?}");
                assert!(stands.position().abs_diff(position) <= 22, "{id:?} {position} {}", stands.position());
            }
        }
    }

    #[test]
    fn a_step_always_moves() {
        for id in ALL {
            let start = set(&Scenario::default(), None, id, control(id, &Scenario::default(), None).at(300));
            let here = control(id, &start, None);
            assert!(here.stepped(1) > here.value && here.stepped(-1) < here.value, "{id:?}");
        }
    }

    #[test]
    fn fields_read_what_people_write() {
        assert_eq!(parse(Id::Demand, "10,000"), Ok(10_000.0));
        assert_eq!(parse(Id::GpuPrice, "$0.34"), Ok(0.34));
        assert_eq!(parse(Id::TtftLimit, "any"), Ok(f64::INFINITY));
        assert_eq!(parse(Id::Demand, "lots"), Err("“lots” is not a number of requests/day".into()));
        assert!(parse(Id::GpuPrice, "-1").is_err() && parse(Id::GpuPrice, "NaN").is_err());
    }

    #[test]
    fn the_far_end_of_the_latency_slider_is_any() {
        let any = set(&Scenario::default(), None, Id::TtftLimit, f64::INFINITY);
        assert_eq!(any.ttft_limit, None);
        assert_eq!(control(Id::TtftLimit, &any, None).position(), POSITIONS);
    }
}
