//! The inputs of the model in words: names, values with their units, what a line of the bill is for.

use crate::decimal::tidy;
use crate::economics::bill::Item;
use crate::economics::hosting::Hosting;
use crate::economics::sensitivity::{Knob, Outcome};
use crate::format;
use crate::units::Usd;

/// An input's name.
#[must_use]
pub const fn name(knob: Knob) -> &'static str {
    match knob {
        Knob::HostingPrice => "price of the hardware",
        Knob::Throughput => "requests/s a replica serves",
        Knob::Demand => "demand",
        Knob::PeakToMean => "peak over mean",
        Knob::InputTokens => "input tokens a request",
        Knob::OutputTokens => "output tokens a request",
        Knob::OutputWeight => "work of an output token (rho)",
        Knob::Headroom => "planned load (headroom)",
        Knob::FixedCosts => "paid beside the replicas",
        Knob::Storage => "price of storage",
        Knob::Egress => "price of egress",
        Knob::ReservedDiscount => "reservation discount",
        Knob::SpotRedo => "work redone on spot",
        Knob::ColdStart => "cold start",
        Knob::IdleTimeout => "idle time-out",
        Knob::Years => "years of use",
        Knob::Interest => "interest",
        Knob::Residual => "residual value",
        Knob::Electricity => "price of electricity",
        Knob::Colocation => "colocation",
        Knob::ApiInput => "API price of input",
        Knob::ApiOutput => "API price of output",
        Knob::ApiCached => "input cached by the API",
        Knob::ApiBatch => "requests in the batch API",
        Knob::ApiReasoning => "reasoning tokens",
    }
}

/// An input's value with its unit, which for the price of the hardware is that of its hosting.
#[must_use]
pub fn value(knob: Knob, value: f64, hosting: &Hosting) -> String {
    let three = || format::significant(value, 3);
    match knob {
        _ if knob.is_share() => format!("{} %", tidy(format_percent(value))),
        Knob::HostingPrice => match hosting {
            Hosting::Pods(_) => format!("{}/h", small_usd(value)),
            Hosting::Serverless(_) => format!("{}/s", small_usd(value)),
            Hosting::Bought(_) => small_usd(value),
        },
        Knob::Egress => format!("{}/request", small_usd(value)),
        Knob::Storage => format!("{}/month", small_usd(value)),
        Knob::Residual => small_usd(value),
        Knob::FixedCosts | Knob::Colocation => format!("{}/month", small_usd(value)),
        Knob::Electricity => format!("{}/kWh", small_usd(value)),
        Knob::ApiInput | Knob::ApiOutput => format!("{}/1M", small_usd(value)),
        Knob::Throughput => format!("{}/s", three()),
        Knob::Demand => format!("{} a day", format::significant(value, 4)),
        Knob::ColdStart | Knob::IdleTimeout => format!("{} s", three()),
        Knob::Years => format!("{} years", three()),
        _ => three(),
    }
}

/// A share as percent, to a tenth.
fn format_percent(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}

/// Dollars, with more digits where they are small: the price of a second.
fn small_usd(value: f64) -> String {
    let in_usd = format::money_word() == "USD";
    if in_usd && value > 0.0 && value < 0.01 { format!("${value:.6}") } else { format::usd(Usd::new(value)) }
}

/// What is looked at while an input turns.
#[must_use]
pub const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Saving => "USD a month that self-hosting saves",
        Outcome::Bill => "USD a month of self-hosting",
        Outcome::BreakEven => "requests a day from which self-hosting costs less",
        Outcome::PerMillion => "USD per 1M total tokens, as used",
    }
}

/// A result as text. None is a break-even that there is not, or not within what is searched.
#[must_use]
pub fn outcome_value(outcome: Outcome, value: Option<f64>) -> String {
    match (outcome, value) {
        (_, None) => "none found".into(),
        (Outcome::BreakEven, Some(value)) => format::significant(value, 4),
        (_, Some(value)) => format::usd(Usd::new(value)),
    }
}

/// What a line of the bill is for, and what its quantity counts.
#[must_use]
pub const fn item(item: Item) -> (&'static str, &'static str) {
    match item {
        Item::OnDemand => ("replicas on demand", "replica-hours"),
        Item::Reserved => ("reserved replicas", "replica-hours"),
        Item::Spot => ("spot replicas", "replica-hours"),
        Item::Execution => ("workers running", "s"),
        Item::ColdStart => ("workers starting", "s"),
        Item::IdleTimeout => ("workers waiting", "s"),
        Item::ActiveWorkers => ("workers always kept", "s"),
        Item::Capital => ("capital", "replicas"),
        Item::IdlePower => ("power without load", "replicas"),
        Item::LoadPower => ("power of the load", "requests"),
        Item::Colocation => ("colocation", "replicas"),
        Item::Maintenance => ("maintenance", "replicas"),
        Item::SpareParts => ("spare parts", "replicas"),
        Item::Storage => ("storage", "GB"),
        Item::Egress => ("egress", "GB"),
        Item::Engineer => ("engineering", "engineers"),
        Item::Operations => ("operations", "month"),
        Item::OneOff => ("paid once", "month"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::hosting::Pods;
    use crate::units::UsdPerHour;

    #[test]
    fn values_carry_their_units() {
        let pod = Hosting::Pods(Pods::on_demand(UsdPerHour::new(0.27)));
        let said = [
            value(Knob::Demand, 2665.7, &pod),
            value(Knob::HostingPrice, 0.27, &pod),
            value(Knob::ApiCached, 0.9, &pod),
            value(Knob::ColdStart, 8.0, &pod),
            outcome_value(Outcome::BreakEven, None),
        ];
        assert_eq!(said, ["2,666 a day", "$0.27/h", "90 %", "8.00 s", "none found"]);
    }
}
