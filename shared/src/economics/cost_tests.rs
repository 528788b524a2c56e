//! Golden vectors and invariants of the cost formulas.

use proptest::prelude::*;

use super::*;
use crate::economics::api_bill::{ApiUse, Tariff};
use crate::economics::made_up::levels;
use crate::economics::operating_point::{LatencyTarget, OperatingPoint, operating_point};
use crate::measure::plan::Arrival;
use crate::measure::summary::{Distribution, Level};
use crate::units::Millis;

/// RunPod's price of the published sweep's GPU.
const PRICE: UsdPerHour = UsdPerHour::new(0.27);

fn close(value: f64, expected: f64) -> bool {
    (value / expected - 1.0).abs() < 1e-9
}

fn total(rate: f64, price: f64) -> f64 {
    per_million_total(UsdPerHour::new(price), TokensPerSecond::new(rate), Fraction::ONE).unwrap().value()
}

#[test]
fn headline_vectors() {
    assert!(close(total(2168.5783639837314, 0.27), 0.034584869629623705)); // V1
    assert!(close(total(1017.315713126344, 0.27), 0.07372342629950658)); // V2
    assert!((total(5200.0, 0.27) - 0.0144230769).abs() < 1e-9); // V3
    for (price, rate, expected) in [(1.58, 850.0, 0.5163399), (5.98, 890.0, 1.8664170), (2.37, 1700.0, 0.3872549)] {
        assert!((total(rate, price) - expected).abs() < 1e-7); // V5
    }
}

#[test]
fn a_price_per_million_gives_the_rate_behind_it() {
    // V6: 0.74 USD/h and 0.059 USD per 1M belong to 3483.99 tokens a second.
    assert!((total(3483.99, 0.74) - 0.059).abs() < 1e-6);
}

#[test]
fn published_sweep_total_and_output_costs() {
    // V13, rho = 4.
    let c_total = [0.8630, 0.2283, 0.0732, 0.0468, 0.0346];
    let c_out = [1.4370, 0.3799, 0.1220, 0.0780, 0.0576];
    for (position, level) in levels().iter().enumerate() {
        let total = per_million_total(PRICE, level.total_rate(), Fraction::ONE).unwrap().value();
        let output = split(PRICE, level, TokenWeights::default()).unwrap().output.value();
        assert!((total - c_total[position]).abs() < 5e-5, "level {position}: {total}");
        assert!((output - c_out[position]).abs() < 5e-5, "level {position}: {output}");
    }
}

#[test]
fn published_sweep_under_a_latency_target() {
    // V14: p99 TTFT of at most 2 s.
    let levels = levels();
    let OperatingPoint::At(level) = operating_point(&levels, &LatencyTarget::p99_ttft(Some(Millis::new(2000.0))))
    else {
        panic!("a level holds the target");
    };
    assert_eq!(level.concurrency(), 32);
    assert!((level.request_rate().value() - 3.9571).abs() < 5e-5);
    let mix = Mix::of(level).unwrap();
    let ours = per_request(PRICE, level.request_rate()).unwrap().value();
    let utilisation = |input, output| {
        let tariff = Tariff::plain(UsdPerMillion::new(input), UsdPerMillion::new(output));
        ours / tariff.request(mix, ApiUse::default()).value()
    };
    assert!((utilisation(2.5, 10.0) - 0.0078).abs() < 5e-5);
    assert!((utilisation(0.15, 0.60) - 0.130).abs() < 5e-4);
    assert!(utilisation(0.03, 0.05) > 1.0);
}

#[test]
fn the_peak_level_is_not_used_when_it_breaks_the_target() {
    let levels = levels();
    let at = |limit: Option<f64>| operating_point(&levels, &LatencyTarget::p99_ttft(limit.map(Millis::new)));
    let OperatingPoint::At(peak) = at(None) else { panic!("no target holds everywhere") };
    assert_eq!(peak.concurrency(), 64);
    assert_eq!(at(Some(100.0)), OperatingPoint::NoneHolds);
}

#[test]
fn a_target_on_what_was_not_measured_is_not_measured() {
    let mut levels = levels();
    levels.iter_mut().for_each(|level| level.ttft_ms = Distribution::default());
    let target = LatencyTarget::p99_ttft(Some(Millis::new(2000.0)));
    assert_eq!(operating_point(&levels, &target), OperatingPoint::NotMeasured);
}

#[test]
fn input_and_output_do_not_each_bill_the_whole_gpu() {
    let level = &levels()[4];
    let split = split(PRICE, level, TokenWeights::default()).unwrap();
    let spent = split.input.value() * level.prompt_tokens as f64 + split.output.value() * level.output_tokens as f64;
    let paid = PRICE.value() * TOKENS_PER_PRICE_UNIT * level.duration_s.value() / SECONDS_PER_HOUR;
    assert!(close(spent, paid));
}

#[test]
fn nothing_served_costs_nothing_per_token_that_could_be_named() {
    assert_eq!(per_million_total(PRICE, TokensPerSecond::new(0.0), Fraction::ONE), None);
    assert_eq!(per_request(PRICE, RequestsPerSecond::new(0.0)), None);
    assert_eq!(split(PRICE, &Level::of(Arrival::ClosedLoop { concurrency: 1 }), TokenWeights::default()), None);
}

proptest! {
    /// I1: (i-h)*c_in + h*c_hit + o*c_out = c_req, for every rho and kappa, at the measured mix.
    #[test]
    fn the_split_adds_up_to_the_request(rho in 0.1..50.0f64, kappa in 0.01..1.0f64, cached in 0u64..50_000) {
        let mut level = levels()[3].clone();
        level.cached_prompt_tokens = Some(cached);
        let weights = TokenWeights { output_to_prompt: rho, cached_to_prompt: kappa };
        let (split, mix) = (split(PRICE, &level, weights).unwrap(), Mix::of(&level).unwrap());
        let parts = (mix.input - mix.cached) * split.input.value()
            + mix.cached * split.cached.value()
            + mix.output * split.output.value();
        let request = per_request(PRICE, level.request_rate()).unwrap().value() * TOKENS_PER_PRICE_UNIT;
        prop_assert!(close(parts, request));
    }

    /// I2: rho = 1 makes input, output and total cost the same.
    #[test]
    fn equal_weights_make_all_tokens_cost_the_same(position in 0usize..5) {
        let level = &levels()[position];
        let weights = TokenWeights { output_to_prompt: 1.0, ..TokenWeights::default() };
        let split = split(PRICE, level, weights).unwrap();
        let total = per_million_total(PRICE, level.total_rate(), Fraction::ONE).unwrap().value();
        prop_assert!(close(split.input.value(), total) && close(split.output.value(), total));
    }

    /// I4: doubling the price doubles the cost; halving the utilisation doubles the cost of a token.
    #[test]
    fn cost_is_linear_in_price_and_inverse_in_utilisation(price in 0.01..50.0f64, rate in 1.0..1e5f64, used in 0.01..1.0f64) {
        let cost = |price: f64, used: f64| {
            let used = Fraction::new(used).unwrap();
            per_million_total(UsdPerHour::new(price), TokensPerSecond::new(rate), used).unwrap().value()
        };
        prop_assert!(close(cost(2.0 * price, used), 2.0 * cost(price, used)));
        prop_assert!(close(cost(price, used / 2.0), 2.0 * cost(price, used)));
    }

    /// Another mix keeps the work: at the measured mix nothing changes, twice the tokens halve the rate.
    #[test]
    fn rescaling_keeps_the_work(rho in 0.5..20.0f64, factor in 0.1..10.0f64) {
        let weights = TokenWeights { output_to_prompt: rho, ..TokenWeights::default() };
        let mix = Mix { input: 215.0, cached: 0.0, output: 189.0 };
        let wanted = Mix { input: 215.0 * factor, cached: 0.0, output: 189.0 * factor };
        let rate = rescaled_rate(RequestsPerSecond::new(4.0), mix, wanted, weights).unwrap().value();
        prop_assert!(close(rate, 4.0 / factor));
    }
}

#[test]
fn as_output_outweighs_input_its_price_nears_the_whole_and_inputs_nears_zero() {
    // I3.
    let level = &levels()[4];
    let split = split(PRICE, level, TokenWeights { output_to_prompt: 1e9, cached_to_prompt: 0.1 }).unwrap();
    let all = PRICE.value() / SECONDS_PER_HOUR * TOKENS_PER_PRICE_UNIT / level.output_rate().value();
    assert!((split.output.value() / all - 1.0).abs() < 1e-6 && split.input.value() < 1e-9);
}

#[test]
fn electricity_for_a_million_tokens() {
    // 250 W at 500 tokens a second are 0.5 J a token: 0.139 kWh for a million, 4.2 cents at 0.30 USD.
    let cost = energy_per_million_output(0.5, UsdPerKwh::new(0.30)).value();
    assert!(close(cost, 0.5 / 3.6e6 * 0.30 * 1e6), "{cost}");
    assert!((cost - 0.041_666_667).abs() < 1e-9, "{cost}");
    assert_eq!(energy_per_million_output(0.5, UsdPerKwh::new(0.0)).value(), 0.0);
}
