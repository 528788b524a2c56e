//! The API's bill: blends, caching, tiers, batches, reasoning, fees.

use proptest::prelude::*;

use super::*;
use crate::store::prices::{Baseline, LongContext};
use crate::units::Fraction;

fn record(input: f64, output: f64) -> ApiPrice {
    ApiPrice {
        provider: "somebody".into(),
        provider_name: None,
        model: "model".into(),
        name: "Model".into(),
        baseline: Baseline::Frontier,
        open_weights: None,
        usd_per_1m_input: UsdPerMillion::new(input),
        usd_per_1m_cached_input: None,
        usd_per_1m_cache_write: None,
        usd_per_1m_output: UsdPerMillion::new(output),
        usd_per_1m_batch_input: None,
        usd_per_1m_batch_output: None,
        long_context: Vec::new(),
        platform_fee: None,
        from: "2026-01-01".parse().unwrap(),
        to: None,
        read_on: "2026-01-01".parse().unwrap(),
        source: "made up".into(),
        via: None,
    }
}

fn mix(input: f64, output: f64) -> Mix {
    Mix { input, cached: 0.0, output }
}

fn usd(price: &ApiPrice, mix: Mix, usage: ApiUse) -> f64 {
    Tariff::of(price).request(mix, usage).value()
}

fn close(value: f64, expected: f64) -> bool {
    (value - expected).abs() <= 1e-12 * expected.abs()
}

#[test]
fn equal_input_and_output_is_the_mean_of_both_prices() {
    // Golden vectors V4: half and half blends of list prices.
    let half = TOKENS_PER_PRICE_UNIT / 2.0;
    for (input, output, blended) in [(2.5, 10.0, 6.25), (0.15, 0.6, 0.375), (3.0, 15.0, 9.0), (1.0, 5.0, 3.0)] {
        assert!(close(usd(&record(input, output), mix(half, half), ApiUse::default()), blended));
    }
}

#[test]
fn all_input_cached_is_priced_as_cached() {
    // I8: h = i.
    let price = ApiPrice { usd_per_1m_cached_input: Some(UsdPerMillion::new(0.25)), ..record(2.5, 10.0) };
    let all = usd(&price, mix(4000.0, 0.0), ApiUse { cached: 1.0, ..ApiUse::default() });
    assert!(close(all, 4000.0 * 0.25 / 1e6));
    // Our own prefix cache is no discount of theirs.
    let ours = Mix { input: 4000.0, cached: 4000.0, output: 0.0 };
    assert!(close(usd(&price, ours, ApiUse::default()), 4000.0 * 2.5 / 1e6));
}

#[test]
fn a_provider_without_a_cache_price_gives_no_discount() {
    let cached = ApiUse { cached: 0.9, ..ApiUse::default() };
    assert!(close(usd(&record(1.0, 5.0), mix(1000.0, 0.0), cached), 0.001));
}

#[test]
fn what_is_written_into_the_cache_costs_its_own_price_instead_of_the_input_price() {
    let price = ApiPrice {
        usd_per_1m_cached_input: Some(UsdPerMillion::new(0.1)),
        usd_per_1m_cache_write: Some(UsdPerMillion::new(1.25)),
        ..record(1.0, 5.0)
    };
    let usage = ApiUse { cached: 0.6, written: 0.3, ..ApiUse::default() };
    let expected = (100.0 * 1.0 + 600.0 * 0.1 + 300.0 * 1.25) / 1e6;
    assert!(close(usd(&price, mix(1000.0, 0.0), usage), expected));
}

#[test]
fn the_cache_discount_is_not_taken_off_the_output() {
    let price = ApiPrice { usd_per_1m_cached_input: Some(UsdPerMillion::new(0.1)), ..record(1.0, 5.0) };
    let usage = ApiUse { cached: 1.0, ..ApiUse::default() };
    assert!(close(usd(&price, mix(0.0, 1000.0), usage), 0.005));
}

#[test]
fn a_prompt_exactly_as_long_as_the_threshold_costs_the_price_before() {
    let long = LongContext {
        above_prompt_tokens: 200_000,
        usd_per_1m_input: UsdPerMillion::new(4.0),
        usd_per_1m_cached_input: None,
        usd_per_1m_cache_write: None,
        usd_per_1m_output: UsdPerMillion::new(15.0),
    };
    let price = ApiPrice { long_context: vec![long], ..record(2.0, 10.0) };
    let at = |tokens: f64| usd(&price, mix(tokens, 1000.0), ApiUse::default());
    assert!(close(at(200_000.0), 0.41));
    // One token more, and every token of the request costs the higher price.
    assert!(close(at(200_001.0), 200_001.0 * 4.0 / 1e6 + 0.015));
}

#[test]
fn a_batch_costs_what_the_provider_asks_for_it() {
    let price = ApiPrice {
        usd_per_1m_batch_input: Some(UsdPerMillion::new(1.25)),
        usd_per_1m_batch_output: Some(UsdPerMillion::new(5.0)),
        ..record(2.5, 10.0)
    };
    let at = |batch| usd(&price, mix(1000.0, 100.0), ApiUse { batch, ..ApiUse::default() });
    assert!(close(at(1.0), at(0.0) / 2.0) && close(at(0.5), at(0.0) * 0.75));
    let without = |batch| usd(&record(2.5, 10.0), mix(1000.0, 100.0), ApiUse { batch, ..ApiUse::default() });
    assert_eq!(without(1.0), without(0.0));
}

#[test]
fn reasoning_tokens_are_billed_as_output() {
    let at = |reasoning| usd(&record(1.0, 5.0), mix(0.0, 100.0), ApiUse { reasoning, ..ApiUse::default() });
    assert!(close(at(3.0), 4.0 * at(0.0)));
}

#[test]
fn the_platform_adds_its_fee() {
    let price = ApiPrice { platform_fee: Some(Fraction::new(0.055).unwrap()), ..record(1.0, 1.0) };
    assert!(close(usd(&price, mix(500.0, 500.0), ApiUse::default()), 0.001_055));
}

#[test]
fn shares_that_are_none_are_refused_by_name() {
    let refused = |usage: ApiUse| usage.checked().unwrap_err().to_string();
    let none = ApiUse::default();
    assert_eq!(refused(ApiUse { cached: 1.2, ..none }), "`api_cached` must be a number from 0 to 1, not 1.2");
    assert!(refused(ApiUse { cached: 0.5, written: 0.6, ..none }).starts_with("`api_cache_written`"));
    assert!(refused(ApiUse { reasoning: f64::NAN, ..none }).ends_with("not NaN"));
    assert!(refused(ApiUse { batch: -0.1, ..none }).starts_with("`api_batch`"));
}

proptest! {
    /// The bill is linear in requests and never negative; a discount never makes it dearer.
    #[test]
    fn discounts_only_lower_the_bill(
        input in 0.0..1e5f64, output in 0.0..1e4f64, cached in 0.0..1.0f64, batch in 0.0..1.0f64,
    ) {
        let price = ApiPrice {
            usd_per_1m_cached_input: Some(UsdPerMillion::new(0.25)),
            usd_per_1m_batch_input: Some(UsdPerMillion::new(1.25)),
            usd_per_1m_batch_output: Some(UsdPerMillion::new(5.0)),
            ..record(2.5, 10.0)
        };
        let list = usd(&price, mix(input, output), ApiUse::default());
        let lower = usd(&price, mix(input, output), ApiUse { cached, batch, ..ApiUse::default() });
        prop_assert!((0.0..=list * (1.0 + 1e-12)).contains(&lower));
    }
}
