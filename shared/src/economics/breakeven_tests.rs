//! Break-even: golden vectors, the staircase, and the invariants of equal bills at a crossing.

use proptest::prelude::*;

use super::*;
use crate::economics::cost::per_request;
use crate::economics::demand::Demand;
use crate::economics::replica::{Replica, monthly_bill};
use crate::units::{Fraction, RequestsPerSecond, UsdPerHour};

fn replica(price: f64, rate: f64, headroom: f64) -> Replica {
    Replica {
        price: UsdPerHour::new(price),
        rate: RequestsPerSecond::new(rate),
        headroom: Fraction::new(headroom).unwrap(),
    }
}

fn compared(replica: Replica, api: f64, fixed: f64, peak_to_mean: f64) -> Option<BreakEven> {
    let full_load = per_request(replica.price, replica.rate)?;
    break_even(&replica.staircase(peak_to_mean, Usd::new(fixed)), full_load, UsdPerRequest::new(api))
}

fn against(replica: Replica, api: f64) -> BreakEven {
    compared(replica, api, 0.0, 1.0).unwrap()
}

#[test]
fn one_replica_breaks_even_once_and_stays_cheaper() {
    // D_1 = F/a_req = 730/0.001 = 730,000 a month of the 2,628,000 that one replica serves.
    let result = against(replica(1.0, 1.0, 1.0), 0.001);
    assert_eq!(result.crossings.len(), 1);
    assert!((result.crossings[0].requests_per_month - 730_000.0).abs() < 1e-6);
    assert_eq!(result.stays_cheaper_past(), result.first());
}

#[test]
fn the_staircase_crosses_the_line_more_than_once() {
    // u* = 0.8: the second replica must be 60 % full before two cost less than the API again, the third 40 % …
    let api = 1.0 / 3600.0 / 0.8;
    let result = against(replica(1.0, 1.0, 1.0), api);
    assert!((result.utilisation - 0.8).abs() < 1e-12);
    let steps: Vec<u64> = result.crossings.iter().map(|crossing| crossing.replicas).collect();
    assert_eq!(steps[..4], [1, 2, 3, 4]);
    assert!(result.stays_cheaper_past().unwrap() > result.first().unwrap());
}

#[test]
fn break_even_is_never_beyond_what_the_fleet_serves() {
    // A request costs more here than there even at full load.
    let result = against(replica(0.27, 1.0, 1.0), 0.27 / 3600.0 * 0.99);
    assert!(result.utilisation > 1.0 && result.first().is_none() && result.crossings.is_empty());
}

#[test]
fn headroom_can_take_the_break_even_away() {
    let api = 1.0 / 3600.0 / 0.9;
    assert!(against(replica(1.0, 1.0, 1.0), api).first().is_some());
    assert!(against(replica(1.0, 1.0, 0.8), api).first().is_none());
}

#[test]
fn a_free_api_or_a_dead_server_has_no_break_even() {
    let one = replica(1.0, 1.0, 1.0);
    assert_eq!(compared(one, 0.0, 0.0, 1.0), None);
    assert_eq!(compared(one, f64::NAN, 0.0, 1.0), None);
    assert_eq!(compared(replica(1.0, 0.0, 1.0), 1.0, 0.0, 1.0), None);
}

#[test]
fn a_replica_that_serves_too_little_never_breaks_even() {
    // 3,650 USD a month for 126.1M tokens a month against 0.45 USD per 1M: dividing the one by the other gives 8,111M
    // tokens, which would take 65 replicas and cost 237,000 USD. Requests of 1,000 tokens.
    let per_month = 126.1e6 / 1000.0;
    let one = replica(5.0, per_month / (730.0 * 3600.0), 1.0);
    let result = against(one, 0.45 * 1000.0 / 1e6);
    assert!(result.first().is_none() && result.crossings.is_empty());
    assert!((result.utilisation - 64.32).abs() < 0.01, "{}", result.utilisation);
}

#[test]
fn operations_make_the_step_matter() {
    // The published sweep's level 32 with 3,000 USD a month of operations, against gpt-4o-mini.
    let level = RequestsPerSecond::new(256.0 / 64.692_988_4);
    let one = Replica { rate: level, ..replica(0.27, 1.0, 1.0) };
    let api = (215.390_625 * 0.15 + 189.199_218_75 * 0.60) / 1e6;
    let first = compared(one, api, 3000.0, 1.0).unwrap().crossings[0];
    assert_eq!(first.replicas, 3);
    assert!((first.requests_per_month / 1e6 - 24.6).abs() < 0.05, "{first:?}");
}

#[test]
fn a_bill_near_the_apis_line_says_how_far_it_was_searched() {
    // 99.999 % of the API's price at full load: the step that wins lies beyond any fleet one would count.
    let result = against(replica(1.0, 1.0, 1.0), 1.0 / 3600.0 / 0.999_99);
    assert!(result.searched_to.is_some() && result.stays_cheaper_past().is_none(), "{:?}", result.searched_to);
}

proptest! {
    /// I5: with one replica, no fixed cost and no headroom, F/a_req and u* times full load agree.
    #[test]
    fn both_ways_to_the_first_crossing_agree(price in 0.01..20.0f64, rate in 0.01..50.0f64, ratio in 0.01..0.99f64) {
        let one = replica(price, rate, 1.0);
        let result = against(one, price / 3600.0 / rate / ratio);
        let first = result.crossings[0].requests_per_month;
        prop_assert!((first / (result.utilisation * one.full_load_per_month()) - 1.0).abs() < 1e-9);
    }

    /// I10: at a crossing both bills are equal; inside a winning stretch ours is lower.
    #[test]
    fn bills_are_equal_at_a_crossing_and_ours_lower_inside(
        price in 0.01..20.0f64, rate in 0.01..50.0f64, ratio in 0.01..0.95f64, fixed in 0.0..2000.0f64
    ) {
        let one = replica(price, rate, 1.0);
        let api = price / 3600.0 / rate / ratio;
        let result = compared(one, api, fixed, 1.0).unwrap();
        let ours = |requests: f64| monthly_bill(one, &Demand::from_month(requests), Usd::new(fixed)).total.value();
        for crossing in &result.crossings {
            prop_assert!((crossing.bill.value() / (api * crossing.requests_per_month) - 1.0).abs() < 1e-9);
        }
        for (from, to) in &result.cheaper {
            let middle = to.map_or(from * 1.5, |to| (from + to) / 2.0);
            prop_assert!(ours(middle) <= api * middle * (1.0 + 1e-9), "at {middle}");
        }
        if let Some(first) = result.first() {
            prop_assert!(ours(first * 0.98) >= api * first * 0.98 * (1.0 - 1e-9));
        }
    }
}
