//! Inputs that the model refuses, as errors that name the flag.

use crate::printer::Hinted;
use shared::decimal::tidy;
use shared::economics::invalid::Invalid;
use shared::units::{Fraction, OutOfRange};

/// The error for a refused input: its flag, the value, and what it may be.
#[must_use]
pub fn refused(invalid: Invalid) -> anyhow::Error {
    let (low, high) = invalid.range;
    let flag = invalid.field.replace('_', "-");
    let (named, hint) = match invalid.field {
        "requests_per_second" => {
            ("the measured requests a second".to_owned(), "look at the result with `collector check`")
        }
        "tokens_per_request" => ("the tokens of a request".to_owned(), "give --input-tokens and --output-tokens"),
        "replica_price" => ("the price of a replica".to_owned(), "give --gpu-price"),
        field if field.starts_with("measured_") => {
            (format!("`{field}` of the result"), "look at the result with `collector check`")
        }
        "users" | "developers" => {
            (format!("`--count`, which are the {flag},"), "docs/demand.md tells what a demand may be")
        }
        field if field.starts_with("demand_") => (format!("`{field}`"), "docs/demand.md tells what a demand may be"),
        _ => (format!("`--{flag}`"), "docs/cost-model.md tells what each input means"),
    };
    // What rounding left behind is not what was given.
    let value = if invalid.value.abs() < 1e15 { tidy(invalid.value) } else { invalid.value };
    let said = Invalid { value, range: (tidy(low), tidy(high)), ..invalid }.to_string();
    let must = said.split_once("` ").map_or(said.as_str(), |(_, must)| must);
    Hinted::new(format!("{named} {must}"), hint).into()
}

/// A share given with a flag.
///
/// # Errors
/// When it does not lie between 0 and 1.
pub fn share(flag: &str, value: f64) -> anyhow::Result<Fraction> {
    Fraction::new(value).map_err(|OutOfRange { low, high, .. }| {
        let message = format!("`--{flag}` must be a number from {low} to {high}, not {value}");
        Hinted::new(message, "20 % is written 0.2").into()
    })
}
