//! The scenario as the query of an address, and back.
//!
//! Defaults are not written. What is read is never trusted: each key is valid, or ignored with a reason.

use crate::decimal;
use crate::explore::scenario::{ApiChoice, Load, Scenario};
use crate::units::{Fraction, Millis, Usd, UsdPerHour, UsdPerMillion};

/// A part of the query that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The key as written.
    pub key: String,
    /// Why, in a short sentence.
    pub reason: String,
}

/// Writes what differs from the default, in a fixed order, without a leading `?`.
#[must_use]
pub fn encode(scenario: &Scenario) -> String {
    let default = Scenario::default();
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if let Some(run) = &scenario.run {
        pairs.push(("run", run.clone()));
    }
    if let Some(price) = scenario.gpu_price {
        pairs.push(("gpu", price.value().to_string()));
    }
    if scenario.load != default.load {
        pairs.push(match scenario.load {
            Load::RequestsPerDay(requests) => ("day", requests.to_string()),
            Load::Utilisation(share) => ("use", share.value().to_string()),
        });
    }
    if let Some(tokens) = scenario.input_tokens {
        pairs.push(("in", tokens.to_string()));
    }
    if let Some(tokens) = scenario.output_tokens {
        pairs.push(("out", tokens.to_string()));
    }
    if scenario.api != default.api {
        match &scenario.api {
            ApiChoice::Listed(id) => pairs.push(("api", id.clone())),
            ApiChoice::Own { input, output } => pairs.push(("own", format!("{},{}", input.value(), output.value()))),
        }
    }
    for (key, value, unset) in [
        ("peak", scenario.peak_to_mean, 1.0),
        ("ops", scenario.fixed.value(), 0.0),
        ("cached", scenario.api_use.cached, 0.0),
        ("written", scenario.api_use.written, 0.0),
        ("think", scenario.api_use.reasoning, 0.0),
        ("batch", scenario.api_use.batch, 0.0),
    ] {
        if value != unset {
            pairs.push((key, value.to_string()));
        }
    }
    if scenario.ttft_limit != default.ttft_limit {
        pairs.push(("ttft", scenario.ttft_limit.map_or("any".into(), |limit| limit.value().to_string())));
    }
    if scenario.output_weight != default.output_weight {
        pairs.push(("rho", scenario.output_weight.to_string()));
    }
    if scenario.headroom != default.headroom {
        pairs.push(("room", scenario.headroom.value().to_string()));
    }
    if scenario.rehearsals {
        pairs.push(("rehearsals", "1".into()));
    }
    let written: Vec<String> = pairs.into_iter().map(|(key, value)| format!("{key}={}", escape(&value))).collect();
    written.join("&")
}

/// Reads a query, with or without a leading `?`.
#[must_use]
pub fn decode(query: &str) -> (Scenario, Vec<Ignored>) {
    let (mut scenario, mut ignored) = (Scenario::default(), Vec::new());
    let pairs = query.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty());
    for pair in pairs {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let outcome =
            unescape(value).ok_or("is not valid text".into()).and_then(|value| read(&mut scenario, key, &value));
        if let Err(reason) = outcome {
            ignored.push(Ignored { key: key.into(), reason });
        }
    }
    (scenario, ignored)
}

fn read(scenario: &mut Scenario, key: &str, value: &str) -> Result<(), String> {
    match key {
        "run" => scenario.run = Some(named(value)?),
        "gpu" => scenario.gpu_price = Some(UsdPerHour::new(between(value, 0.0001, 10_000.0)?)),
        "day" => scenario.load = Load::RequestsPerDay(between(value, 1.0, 1e12)?),
        "use" => scenario.load = Load::Utilisation(share(value)?),
        "in" => scenario.input_tokens = Some(between(value, 0.0, 1e7)?),
        "out" => scenario.output_tokens = Some(between(value, 1.0, 1e7)?),
        "api" => scenario.api = ApiChoice::Listed(named(value)?),
        "own" => {
            let (input, output) = value.split_once(',').ok_or("needs two prices, like 0.5,1.5")?;
            let price = |text| between(text, 0.0, 1e5);
            scenario.api =
                ApiChoice::Own { input: UsdPerMillion::new(price(input)?), output: UsdPerMillion::new(price(output)?) };
        }
        "peak" => scenario.peak_to_mean = between(value, 1.0, 24.0)?,
        "ops" => scenario.fixed = Usd::new(between(value, 0.0, 1e9)?),
        "cached" => scenario.api_use.cached = between(value, 0.0, decimal::tidy(1.0 - scenario.api_use.written))?,
        "written" => scenario.api_use.written = between(value, 0.0, decimal::tidy(1.0 - scenario.api_use.cached))?,
        "think" => scenario.api_use.reasoning = between(value, 0.0, 1000.0)?,
        "batch" => scenario.api_use.batch = between(value, 0.0, 1.0)?,
        "ttft" if value == "any" => scenario.ttft_limit = None,
        "ttft" => scenario.ttft_limit = Some(Millis::new(between(value, 1.0, 1e7)?)),
        "rho" => scenario.output_weight = between(value, 0.1, 100.0)?,
        "room" => scenario.headroom = share(value)?,
        "rehearsals" if value == "1" => scenario.rehearsals = true,
        "rehearsals" => return Err("is either 1 or absent".into()),
        _ => return Err("is not a key this page knows".into()),
    }
    Ok(())
}

fn named(value: &str) -> Result<String, String> {
    let sane = !value.is_empty() && value.len() <= 200 && !value.chars().any(char::is_control);
    if sane { Ok(value.into()) } else { Err("is not a name".into()) }
}

fn between(value: &str, low: f64, high: f64) -> Result<f64, String> {
    let number = decimal::read(value).ok_or_else(|| format!("`{value}` is not a number"))?;
    if (low..=high).contains(&number) {
        Ok(number)
    } else {
        Err(format!("must lie between {low} and {high}, not {value}"))
    }
}

/// A share above 0: nothing can be divided by an unused replica.
fn share(value: &str) -> Result<Fraction, String> {
    Fraction::new(between(value, 0.0001, 1.0)?).map_err(|error| error.to_string())
}

/// Percent-encodes all but what is safe in a query and pleasant to read.
fn escape(text: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/,:@".contains(&byte);
    text.bytes().map(|byte| if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'%' => {
                let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                rest = &rest[2..];
            }
            b'+' => bytes.push(b' '),
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::api_bill::ApiUse;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    fn check(query: &str, expected: Expect) {
        let (scenario, ignored) = decode(query);
        let ignored: Vec<String> = ignored.iter().map(|part| format!("{} {}", part.key, part.reason)).collect();
        expected.assert_eq(&format!("{} | {}", encode(&scenario), ignored.join("; ")));
    }

    #[test]
    fn defaults_are_not_written() {
        check("", expect![" | "]);
        check("?api=openai/gpt-4o&day=10000&rho=4", expect![" | "]);
    }

    #[test]
    fn what_is_not_understood_is_named_and_ignored() {
        check("gpu=0.34&colour=red", expect!["gpu=0.34 | colour is not a key this page knows"]);
        check("gpu=free&use=0.6", expect!["use=0.6 | gpu `free` is not a number"]);
        check("use=1.5", expect![" | use must lie between 0.0001 and 1, not 1.5"]);
        check("gpu=NaN&own=1", expect![" | gpu `NaN` is not a number; own needs two prices, like 0.5,1.5"]);
        check("cached=0.9&written=0.2", expect!["cached=0.9 | written must lie between 0 and 0.1, not 0.2"]);
        check("run=%ff&api=a%20b", expect!["api=a%20b | run is not valid text"]);
    }

    /// Numbers as a scenario holds them: with at most twelve digits.
    fn number(range: std::ops::Range<f64>) -> impl Strategy<Value = f64> {
        range.prop_map(decimal::tidy)
    }

    fn scenarios() -> impl Strategy<Value = Scenario> {
        let share = || number(0.0001..1.0).prop_map(|value| Fraction::new(value).unwrap());
        let load = prop_oneof![number(1.0..1e9).prop_map(Load::RequestsPerDay), share().prop_map(Load::Utilisation)];
        let api = prop_oneof![
            "[a-z0-9 %&=+ü./-]{1,30}".prop_map(ApiChoice::Listed),
            (number(0.0..100.0), number(0.0..100.0)).prop_map(|(input, output)| ApiChoice::Own {
                input: UsdPerMillion::new(input),
                output: UsdPerMillion::new(output)
            }),
        ];
        let some = |range| proptest::option::of(number(range));
        let tokens = (some(0.0..1e6), some(1.0..1e6));
        let rest =
            (proptest::option::of("[a-z0-9 ü&=-]{1,40}"), some(0.001..100.0), some(1.0..1e6), number(0.1..100.0));
        let part = || number(0.0..0.5);
        let api_use = (part(), part(), number(0.0..900.0), part())
            .prop_map(|(cached, written, reasoning, batch)| ApiUse { cached, written, reasoning, batch });
        let beside = (number(1.0..24.0), number(0.0..1e6), api_use, any::<bool>());
        (rest, load, api, tokens, share(), beside).prop_map(
            |((run, gpu, ttft, rho), load, api, (input_tokens, output_tokens), headroom, beside)| Scenario {
                run,
                gpu_price: gpu.map(UsdPerHour::new),
                load,
                peak_to_mean: beside.0,
                fixed: Usd::new(beside.1),
                api_use: beside.2,
                rehearsals: beside.3,
                input_tokens,
                output_tokens,
                api,
                ttft_limit: ttft.map(Millis::new),
                output_weight: rho,
                headroom,
            },
        )
    }

    proptest! {
        #[test]
        fn every_scenario_survives_its_address(scenario in scenarios()) {
            prop_assert_eq!(decode(&encode(&scenario)), (scenario, Vec::new()));
        }

        #[test]
        fn no_query_breaks_the_page(query in ".{0,60}") {
            let _ = decode(&query);
        }
    }
}
