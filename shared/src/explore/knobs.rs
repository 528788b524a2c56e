//! The inputs of the model in words: names, values with their units, what a line of the bill is for.

use crate::decimal::tidy;
use crate::economics::bill::Item;
use crate::economics::hosting::Hosting;
use crate::economics::sensitivity::{Outcome, Parameter};
use crate::format;
use crate::units::Usd;

/// An input's name.
#[must_use]
pub const fn name(knob: Parameter) -> &'static str {
    match knob {
        Parameter::HostingPrice => "price of the hardware",
        Parameter::Throughput => "requests/s a replica serves",
        Parameter::Demand => "demand",
        Parameter::PeakToMean => "peak over mean",
        Parameter::InputTokens => "input tokens a request",
        Parameter::OutputTokens => "output tokens a request",
        Parameter::OutputWeight => "work of an output token (rho)",
        Parameter::Headroom => "planned load (headroom)",
        Parameter::FixedCosts => "paid beside the replicas",
        Parameter::Storage => "price of storage",
        Parameter::Egress => "price of egress",
        Parameter::ReservedDiscount => "reservation discount",
        Parameter::SpotRedo => "work redone on spot",
        Parameter::ColdStart => "cold start",
        Parameter::IdleTimeout => "idle time-out",
        Parameter::Years => "years of use",
        Parameter::Interest => "interest",
        Parameter::Residual => "residual value",
        Parameter::Electricity => "price of electricity",
        Parameter::Colocation => "colocation",
        Parameter::ApiInput => "API price of input",
        Parameter::ApiOutput => "API price of output",
        Parameter::ApiCached => "input cached by the API",
        Parameter::ApiBatch => "requests in the batch API",
        Parameter::ApiReasoning => "reasoning tokens",
    }
}

/// An input's value with its unit, which for the price of the hardware is that of its hosting.
#[must_use]
pub fn value(knob: Parameter, value: f64, hosting: &Hosting) -> String {
    let three = || format::significant(value, 3);
    match knob {
        _ if knob.is_share() => format!("{} %", tidy(format_percent(value))),
        Parameter::HostingPrice => match hosting {
            Hosting::Pods(_) => format!("{}/h", small_usd(value)),
            Hosting::Serverless(_) => format!("{}/s", small_usd(value)),
            Hosting::Bought(_) => small_usd(value),
        },
        Parameter::Egress => format!("{}/request", small_usd(value)),
        Parameter::Storage => format!("{}/month", small_usd(value)),
        Parameter::Residual => small_usd(value),
        Parameter::FixedCosts | Parameter::Colocation => format!("{}/month", small_usd(value)),
        Parameter::Electricity => format!("{}/kWh", small_usd(value)),
        Parameter::ApiInput | Parameter::ApiOutput => format!("{}/1M", small_usd(value)),
        Parameter::Throughput => format!("{}/s", three()),
        Parameter::Demand => format!("{} a day", format::significant(value, 4)),
        Parameter::ColdStart | Parameter::IdleTimeout => format!("{} s", three()),
        Parameter::Years => format!("{} years", three()),
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
            value(Parameter::Demand, 2665.7, &pod),
            value(Parameter::HostingPrice, 0.27, &pod),
            value(Parameter::ApiCached, 0.9, &pod),
            value(Parameter::ColdStart, 8.0, &pod),
            outcome_value(Outcome::BreakEven, None),
        ];
        assert_eq!(said, ["2,666 a day", "$0.27/h", "90 %", "8.00 s", "none found"]);
    }
}
