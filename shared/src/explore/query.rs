//! The scenario as the query of an address, and back.
//!
//! Defaults are not written. What is read is never trusted: each key is valid, or ignored with a reason.
//! A link without `v` is of version 1, which is the only one there is.

use crate::decimal;
use crate::economics::operating_point::Statistic;
use crate::explore::scenario::{ApiChoice, Load, Order, Scenario, View};
use crate::format::Currency;
use crate::store::provenance::Evidence;
use crate::units::{Fraction, Millis, Usd, UsdPerHour, UsdPerMillion};

/// The newest version of links that this build reads.
const VERSION: f64 = 1.0;

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
    if let Some(limit) = scenario.tpot_limit {
        pairs.push(("tpot", limit.value().to_string()));
    }
    if scenario.statistic != default.statistic {
        pairs.push(("pct", scenario.statistic.word().into()));
    }
    if scenario.rehearsals {
        pairs.push(("rehearsals", "1".into()));
    }
    if let Some(Currency { code, per_usd }) = &scenario.currency {
        pairs.push(("cur", format!("{code},{per_usd}")));
    }
    if scenario.view != default.view {
        pairs.push(("view", scenario.view.key().into()));
    }
    let list = &scenario.list;
    for (key, text) in [("find", &list.find), ("plan", &scenario.plan)] {
        if !text.is_empty() {
            pairs.push((key, text.clone()));
        }
    }
    if let Some(evidence) = list.evidence {
        pairs.push(("of", evidence.word().into()));
    }
    if list.order != default.list.order || list.descending {
        let sign = if list.descending { "-" } else { "" };
        pairs.push(("sort", format!("{sign}{}", list.order.key())));
    }
    if let Some(pinned) = &scenario.pinned {
        pairs.push(("vs", encode(&pinned.question())));
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
        "tpot" => scenario.tpot_limit = Some(Millis::new(between(value, 0.1, 1e7)?)),
        "pct" => {
            scenario.statistic = one_of(value, Statistic::ALL, Statistic::word)?;
        }
        "cur" => scenario.currency = Some(currency(value)?),
        "view" => scenario.view = one_of(value, View::ALL, View::key)?,
        "find" => scenario.list.find = named(value)?,
        "plan" => scenario.plan = named(value)?,
        "of" => scenario.list.evidence = Some(one_of(value, Evidence::ALL, Evidence::word)?),
        "sort" => {
            let bare = value.strip_prefix('-');
            scenario.list.order = one_of(bare.unwrap_or(value), Order::ALL, Order::key)?;
            scenario.list.descending = bare.is_some();
        }
        "vs" => {
            let (pinned, ignored) = decode(value);
            if let Some(first) = ignored.first() {
                return Err(format!("has a part that is not understood: {} {}", first.key, first.reason));
            }
            scenario.pinned = Some(Box::new(pinned.question()));
        }
        "v" if decimal::read(value) == Some(VERSION) => {}
        "v" => return Err(format!("{value} is not a version of links that this page reads; its newest is {VERSION}")),
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

/// The one of several with this word.
fn one_of<T: Copy, const N: usize>(value: &str, all: [T; N], word: impl Fn(T) -> &'static str) -> Result<T, String> {
    all.into_iter().find(|one| word(*one) == value).ok_or_else(|| {
        let words: Vec<&str> = all.into_iter().map(word).collect();
        format!("is one of {}, not `{value}`", words.join(", "))
    })
}

/// `EUR,0.92`: three letters and what a dollar is in them.
fn currency(value: &str) -> Result<Currency, String> {
    let (code, rate) = value.split_once(',').ok_or("needs a code and a rate, like EUR,0.92")?;
    if code.len() != 3 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(format!("`{code}` is not a currency's three letters"));
    }
    Ok(Currency { code: code.into(), per_usd: between(rate, 1e-6, 1e9)? })
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
    use crate::explore::scenario::List;
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
                tpot_limit: None,
                statistic: Statistic::P99,
                pinned: None,
                currency: None,
                view: View::Cost,
                list: List::default(),
                plan: String::new(),
            },
        )
    }

    /// What is shown of a scenario, and another one pinned beside it.
    fn shown() -> impl Strategy<Value = Scenario> {
        let view = proptest::sample::select(View::ALL.to_vec());
        let statistic = proptest::sample::select(Statistic::ALL.to_vec());
        let evidence = proptest::option::of(proptest::sample::select(Evidence::ALL.to_vec()));
        let order = proptest::sample::select(Order::ALL.to_vec());
        let list = ("([a-z0-9 ü&=-]{1,40})?", evidence, order, any::<bool>())
            .prop_map(|(find, evidence, order, descending)| List { find, evidence, order, descending });
        let currency = proptest::option::of(("[A-Z]{3}", number(0.001..1e4)))
            .prop_map(|found| found.map(|(code, per_usd)| Currency { code, per_usd }));
        let tpot = proptest::option::of(number(0.1..1e4).prop_map(Millis::new));
        let plan = "([a-z0-9:~<>,.%&= ü-]{1,80})?";
        (scenarios(), proptest::option::of(scenarios()), view, statistic, list, currency, (tpot, plan)).prop_map(
            |(base, pinned, view, statistic, list, currency, (tpot_limit, plan))| Scenario {
                pinned: pinned.map(Box::new),
                view,
                statistic,
                list,
                currency,
                tpot_limit,
                plan,
                ..base
            },
        )
    }

    #[test]
    fn what_is_shown_is_read_or_named() {
        check("view=runs&sort=-date&of=published&find=awq", expect!["view=runs&find=awq&of=published&sort=-date | "]);
        check(
            "view=everything",
            expect![
                " | view is one of cost, performance, quality, sensitivity, decide, hardware, runs, method, not `everything`"
            ],
        );
        check("cur=EUR,0.92&pct=p50&tpot=50", expect!["tpot=50&pct=p50&cur=EUR,0.92 | "]);
        check("cur=euro,1", expect![" | cur `euro` is not a currency's three letters"]);
        check("vs=gpu%3D0.5", expect!["vs=gpu%3D0.5 | "]);
        check("vs=gpu%3Dfree", expect![" | vs has a part that is not understood: gpu `free` is not a number"]);
        check("v=1&day=5", expect!["day=5 | "]);
        check("v=2", expect![" | v 2 is not a version of links that this page reads; its newest is 1"]);
    }

    proptest! {
        #[test]
        fn every_scenario_survives_its_address(scenario in shown()) {
            prop_assert_eq!(decode(&encode(&scenario)), (scenario, Vec::new()));
        }

        #[test]
        fn no_query_breaks_the_page(query in ".{0,60}") {
            let _ = decode(&query);
        }
    }
}
