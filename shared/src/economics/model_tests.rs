//! The whole model: golden vectors on the published sweep, one test for each mistake of public calculators, bad inputs.

use proptest::prelude::*;

use super::*;
use crate::economics::cost::per_million_total;
use crate::economics::demand::{Hours, Shape};
use crate::economics::hosting::{Extras, Fleet, Hosting, Pods, Scaling};
use crate::economics::made_up::{plain, published};
use crate::economics::serverless::Serverless;
use crate::units::{Fraction, SECONDS_PER_HOUR, TOKENS_PER_PRICE_UNIT, TokensPerSecond};

fn close(value: f64, expected: f64) -> bool {
    (value - expected).abs() <= 1e-9 * expected.abs()
}

fn first_per_day(case: &Case, tariff: &Tariff) -> Option<f64> {
    let evaluation = evaluate(case, std::slice::from_ref(tariff)).unwrap();
    let first = evaluation.apis[0].break_even.as_ref().unwrap().first()?;
    Some(first / crate::units::DAYS_PER_MONTH)
}

#[test]
fn published_sweep_against_four_apis() {
    // V14: u* and the first crossing, requests a day, at level 32 and 0.27 USD an hour.
    let expected = [
        (2.5, 10.0, 0.0078, Some(2_666.0)),
        (0.15, 0.60, 0.130, Some(44_431.0)),
        (0.10, 0.10, 0.468, Some(160_151.0)),
        (0.05, 0.08, 0.732, Some(250_119.0)),
        (0.03, 0.05, 1.19, None),
        (0.02, 0.04, 1.60, None),
    ];
    let tariffs: Vec<Tariff> = expected.iter().map(|(input, output, ..)| plain(*input, *output)).collect();
    let apis = evaluate(&published(), &tariffs).unwrap().apis;
    for (api, (input, output, utilisation, first)) in apis.iter().zip(expected) {
        let found = api.break_even.as_ref().unwrap();
        assert!((found.utilisation / utilisation - 1.0).abs() < 6e-3, "{input}/{output}: {}", found.utilisation);
        let per_day = found.first().map(|requests| requests / crate::units::DAYS_PER_MONTH);
        match first {
            Some(first) => assert!((per_day.unwrap() - first).abs() < 0.6, "{input}/{output}: {per_day:?}"),
            None => assert_eq!(per_day, None, "{input}/{output}: never at this target"),
        }
    }
}

#[test]
fn operations_and_the_staircase() {
    // 3,000 USD a month of operations: GPT-4o 1.315M requests a month with one replica, gpt-4o-mini 24.62M with three.
    let mut case = published();
    case.terms.extras.operations_per_month = 3000.0;
    let crossing = |tariff: Tariff| {
        let evaluation = evaluate(&case, &[tariff]).unwrap();
        evaluation.apis[0].break_even.clone().unwrap().crossings[0]
    };
    let (frontier, small) = (crossing(plain(2.5, 10.0)), crossing(plain(0.15, 0.60)));
    assert!(frontier.replicas == 1 && (frontier.requests_per_month / 1e6 - 1.315).abs() < 1e-3, "{frontier:?}");
    assert!(small.replicas == 3 && (small.requests_per_month / 1e6 - 24.62).abs() < 5e-3, "{small:?}");
}

#[test]
fn costs_at_full_load_are_the_levels() {
    // V13, level 32: 0.0468 per 1M total and 0.0780 per 1M output tokens.
    let full = evaluate(&published(), &[]).unwrap().full_load;
    assert!((full.per_million.value() - 0.0468).abs() < 5e-5 && (full.split.output.value() - 0.0780).abs() < 5e-5);
    let rate = published().served.rate.value() * published().mix.total();
    let direct = per_million_total(UsdPerHour::new(0.27), TokensPerSecond::new(rate), Fraction::ONE).unwrap();
    assert!(close(full.per_million.value(), direct.value()));
}

// One test for each mistake catalogued in public calculators. Those about a single formula stand beside it:
// `bill`: utilisation_never_multiplies_the_bill, sparse_serverless_is_not_priced_at_saturated_throughput;
// `serverless`: serverless_is_not_priced_at_the_pods_rate; `cost`: input_and_output_do_not_each_bill_the_whole_gpu,
// the_peak_level_is_not_used_when_it_breaks_the_target; `api_bill`: caching, batches, tiers and reasoning;
// `pricing`: a_price_holds_from_its_first_day_until_the_day_before_its_end.

#[test]
fn a_break_even_lies_within_what_the_fleet_serves() {
    // 3,650 USD a month, 126.1M tokens a month, against 0.45 USD per 1M: never, not 8,111M.
    let mix = Mix { input: 500.0, cached: 0.0, output: 500.0 };
    let rate = RequestsPerSecond::new(126.1e6 / 1000.0 / (HOURS_PER_MONTH * SECONDS_PER_HOUR));
    let mut case = published();
    case.served = Served { rate, mix, depths: Depths::new([(1.0, rate.value())]), interval: None };
    case.mix = mix;
    case.terms.hosting = Hosting::Pods(Pods::on_demand(UsdPerHour::new(5.0)));
    assert_eq!(first_per_day(&case, &plain(0.45, 0.45)), None);
    let evaluation = evaluate(&case, &[plain(0.45, 0.45)]).unwrap();
    assert!(close(evaluation.full_load.per_million.value(), 3650.0 / 126.1));
}

#[test]
fn the_staircase_gives_several_crossings() {
    let mut case = published();
    case.terms.fleet.headroom = Fraction::new(0.9).unwrap();
    let crossings = |tariff| {
        let evaluation = evaluate(&case, &[tariff]).unwrap();
        evaluation.apis[0].break_even.clone().unwrap().crossings.len()
    };
    assert!(crossings(plain(0.05, 0.08)) > 2);
    assert_eq!(crossings(plain(2.5, 10.0)), 1);
}

#[test]
fn total_token_throughput_is_not_held_against_an_output_price() {
    // A rate of total tokens has another type than a price of output tokens; what is compared are whole requests.
    let evaluation = evaluate(&published(), &[plain(0.0, 10.0)]).unwrap();
    let output_only = published().mix.output * 10.0 / TOKENS_PER_PRICE_UNIT;
    assert!(close(evaluation.apis[0].request.value(), output_only));
    let (own, api) = (evaluation.per_million.value(), evaluation.apis[0].per_million.value());
    assert!(close(own / api, evaluation.bill.total().value() / evaluation.apis[0].monthly.value()));
}

#[test]
fn every_month_has_730_hours() {
    let case = published();
    let evaluation = evaluate(&case, &[]).unwrap();
    assert!(close(evaluation.bill.total().value(), 0.27 * 730.0));
    assert!(close(case.demand.per_month(), case.demand.requests_per_day * 730.0 / 24.0));
    let hours = evaluation.bill.utilisation * 730.0;
    assert!(close(hours, case.demand.per_month() / evaluation.rate.value() / 3600.0));
}

#[test]
fn concurrency_is_neither_users_nor_requests_a_second() {
    // Level 32 completes 3.96 requests a second, not 32: twice that demand takes two replicas.
    let mut case = published();
    case.terms.fleet.headroom = Fraction::ONE;
    case.demand = Demand::flat(2.0 * 3.9571 * 86_400.0 * 0.9999);
    assert_eq!(evaluate(&case, &[]).unwrap().bill.most_replicas, 2);
    // Little's law: 32 streams at 3.96 a second stay 8.09 s each.
    assert!((32.0 / case.served.rate.value() - 8.0867).abs() < 1e-4);
}

#[test]
fn operations_storage_and_redundancy_are_not_left_out() {
    let mut case = published();
    case.terms.fleet.spare = 1;
    case.terms.extras = Extras {
        storage_gb: 50.0,
        storage_usd_per_gb_month: 0.10,
        engineer_share: 0.2,
        engineer_usd_per_year: 180_000.0,
        ..Extras::default()
    };
    let total = evaluate(&case, &[]).unwrap().bill.total().value();
    assert!(close(total, 2.0 * (0.27 * 730.0 + 5.0) + 3000.0));
}

#[test]
fn nothing_that_is_no_number_goes_in_or_comes_out() {
    type Break = fn(&mut Case, f64);
    let fields: [(&str, Break); 12] = [
        ("requests_per_second", |case, bad| case.served.rate = RequestsPerSecond::new(bad)),
        ("input_tokens", |case, bad| case.mix.input = bad),
        ("output_tokens", |case, bad| case.mix.output = bad),
        ("cached_tokens", |case, bad| case.mix.cached = bad),
        ("output_weight", |case, bad| case.weights.output_to_prompt = bad),
        ("cached_weight", |case, bad| case.weights.cached_to_prompt = bad),
        ("requests_per_day", |case, bad| case.demand.requests_per_day = bad),
        ("peak_to_mean", |case, bad| case.demand.shape = Shape::PeakToMean(bad)),
        ("gpu_price", |case, bad| case.terms.hosting = Hosting::Pods(Pods::on_demand(UsdPerHour::new(bad)))),
        ("operations", |case, bad| case.terms.extras.operations_per_month = bad),
        ("api_cached", |case, bad| case.api_use.cached = bad),
        ("api_reasoning", |case, bad| case.api_use.reasoning = bad),
    ];
    for (field, set) in fields {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 1e300] {
            let mut case = published();
            set(&mut case, bad);
            let refused = evaluate(&case, &[plain(1.0, 1.0)]).unwrap_err();
            assert_eq!(refused.field, field, "{bad}");
            assert!(refused.to_string().starts_with(&format!("`{field}` must be a number from ")), "{refused}");
        }
    }
}

#[test]
fn zeros_that_would_be_divided_by_are_refused() {
    let refused = |change: fn(&mut Case)| {
        let mut case = published();
        change(&mut case);
        evaluate(&case, &[plain(1.0, 1.0)]).unwrap_err().field
    };
    assert_eq!(refused(|case| case.served.rate = RequestsPerSecond::new(0.0)), "requests_per_second");
    assert_eq!(refused(|case| case.demand.requests_per_day = 0.0), "requests_per_day");
    assert_eq!(refused(|case| case.weights.output_to_prompt = 0.0), "output_weight");
    assert_eq!(refused(|case| case.mix = Mix { input: 0.0, cached: 0.0, output: 0.0 }), "tokens_per_request");
    assert_eq!(refused(|case| case.terms.hosting = Hosting::Pods(Pods::on_demand(UsdPerHour::new(0.0)))), "gpu_price");
}

#[test]
fn a_free_api_is_compared_with_nothing() {
    let free = evaluate(&published(), &[plain(0.0, 0.0)]).unwrap();
    assert_eq!((free.apis[0].monthly.value(), free.apis[0].break_even.as_ref()), (0.0, None));
}

fn finite(evaluation: &Evaluation) -> bool {
    let bill = &evaluation.bill;
    let own = [evaluation.rate.value(), bill.total().value(), bill.utilisation, bill.mean_replicas];
    let full = &evaluation.full_load;
    let costs = [full.price.value(), full.per_request.value(), full.per_million.value(), full.split.output.value()];
    let used = [evaluation.per_request.value(), evaluation.per_million.value(), full.split.input.value()];
    let api = evaluation.apis.iter().flat_map(|api| {
        let found = api.break_even.iter().flat_map(|found| {
            let crossings = found.crossings.iter().flat_map(|at| [at.requests_per_month, at.bill.value()]);
            let ends = found.cheaper.iter().flat_map(|(from, to)| [*from, to.unwrap_or(0.0)]);
            crossings.chain(ends).chain([found.utilisation, found.searched_to.unwrap_or(0.0)]).collect::<Vec<_>>()
        });
        [api.request.value(), api.monthly.value(), api.per_million.value()].into_iter().chain(found).collect::<Vec<_>>()
    });
    own.into_iter().chain(costs).chain(used).chain(api).all(f64::is_finite)
}

fn cases() -> impl Strategy<Value = Case> {
    let shape = prop_oneof![
        Just(Shape::Flat),
        (1.0..24.0f64).prop_map(Shape::PeakToMean),
        proptest::collection::vec(0.0..9.0f64, 24).prop_map(|mut day| {
            day[0] += 0.1;
            Shape::Hourly(Hours::new(&day).unwrap())
        }),
    ];
    let hosting = prop_oneof![
        (0.0001..10_000.0f64).prop_map(|price| Hosting::Pods(Pods::on_demand(UsdPerHour::new(price)))),
        (1e-9..10.0f64, 0.0..36_000.0f64, 0.0..86_400.0f64).prop_map(
            |(usd_per_second, cold_start_s, idle_timeout_s)| {
                Hosting::Serverless(Serverless { usd_per_second, active: None, cold_start_s, idle_timeout_s })
            }
        ),
    ];
    let fleet = (0.01..1.0f64, 0u64..5, 0u64..3, any::<bool>()).prop_map(|(headroom, minimum, spare, hourly)| Fleet {
        headroom: Fraction::new(headroom).unwrap(),
        minimum,
        spare,
        scaling: if hourly { Scaling::HOURLY } else { Scaling::Fixed },
    });
    let mix = (0.0..1e6f64, 1.0..1e6f64).prop_map(|(input, output)| Mix { input, cached: 0.0, output });
    (shape, hosting, fleet, mix, (-3.0..12.0f64).prop_map(|power| 10f64.powf(power)), 0.01..1000.0f64).prop_map(
        |(shape, hosting, fleet, mix, requests_per_day, output_to_prompt)| {
            let mut case = published();
            case.demand = Demand { requests_per_day, shape };
            case.terms.hosting = hosting;
            case.terms.fleet = fleet;
            case.mix = mix;
            case.weights.output_to_prompt = output_to_prompt;
            case
        },
    )
}

proptest! {
    /// Whatever is not refused comes out as numbers.
    #[test]
    fn nothing_shows_nan_or_infinity(case in cases(), input in 0.0..1000.0f64, output in 0.0..1000.0f64) {
        if let Ok(evaluation) = evaluate(&case, &[plain(input, output)]) {
            prop_assert!(finite(&evaluation), "{evaluation:?}");
        }
    }

    /// I4: twice the price is twice every cost of compute.
    #[test]
    fn twice_the_price_is_twice_the_cost(price in 0.01..100.0f64, per_day in 1.0..1e7f64) {
        let at = |price: f64| {
            let mut case = published();
            case.demand = Demand::flat(per_day);
            case.terms.hosting = Hosting::Pods(Pods::on_demand(UsdPerHour::new(price)));
            evaluate(&case, &[]).unwrap()
        };
        let (one, two) = (at(price), at(2.0 * price));
        prop_assert!(close(two.bill.total().value(), 2.0 * one.bill.total().value()));
        prop_assert!(close(two.per_million.value(), 2.0 * one.per_million.value()));
        prop_assert!(close(two.full_load.split.output.value(), 2.0 * one.full_load.split.output.value()));
    }

    /// I1 for any mix: what the tokens of a request cost makes up the request.
    #[test]
    fn the_split_makes_up_the_request(rho in 0.1..50.0f64, input in 1.0..1e5f64, output in 1.0..1e4f64, cached in 0.0..1.0f64) {
        let mut case = published();
        case.mix = Mix { input, cached: cached * input, output };
        case.weights.output_to_prompt = rho;
        let full = evaluate(&case, &[]).unwrap().full_load;
        let parts = (input - case.mix.cached) * full.split.input.value()
            + case.mix.cached * full.split.cached.value()
            + output * full.split.output.value();
        prop_assert!(close(parts / TOKENS_PER_PRICE_UNIT, full.per_request.value()));
    }
}

#[test]
fn serverless_does_not_break_even_where_nobody_asks() {
    let mut case = published();
    case.terms.fleet.headroom = Fraction::new(0.8).unwrap();
    let first = |cold_start_s: f64, idle_timeout_s: f64, tariff: Tariff| {
        let workers = Serverless { usd_per_second: 0.00019, active: None, cold_start_s, idle_timeout_s };
        let case =
            Case { terms: Terms { hosting: Hosting::Serverless(workers), ..case.terms.clone() }, ..case.clone() };
        first_per_day(&case, &tariff)
    };
    // Sparse requests cost 0.0037 USD each; a cheap API is only beaten by a batch that is deep enough, or never.
    assert!((first(10.0, 5.0, plain(0.15, 0.48)).unwrap() - 133_315.0).abs() < 5.0);
    assert_eq!(first(10.0, 5.0, plain(0.02, 0.04)), None);
    assert_eq!(first(0.0, 0.0, plain(0.01, 0.01)), None);
    // Without starting and waiting a dear API is beaten from the first request on.
    assert!(first(0.0, 0.0, plain(10.0, 30.0)).unwrap() < 1e-3);
}

#[test]
fn serverless_with_large_fixed_costs_is_searched_where_it_can_win() {
    let mut case = published();
    let workers = Serverless { usd_per_second: 0.00019, active: None, cold_start_s: 10.0, idle_timeout_s: 5.0 };
    case.terms.hosting = Hosting::Serverless(workers);
    case.terms.extras.operations_per_month = 1e7;
    let tariff = plain(0.18, 0.18);
    let evaluation = evaluate(&case, std::slice::from_ref(&tariff)).unwrap();
    let found = evaluation.apis[0].break_even.clone().unwrap();
    let first = found.first().unwrap();
    let (bills, api) = (case.curve(), evaluation.apis[0].request.value());
    assert!((bills.at(first) / (api * first) - 1.0).abs() < 1e-6, "{first}: {} {}", bills.at(first), api * first);
    assert!(bills.at(first * 0.99) > api * first * 0.99 && found.searched_to.is_none());
}

#[test]
fn a_year_of_hours_is_a_demand_as_well() {
    let hours: Vec<f64> = (0..8760).map(|hour| 50.0 + f64::from((hour * 37) % 400)).collect();
    let mut case = published();
    case.demand = Demand { requests_per_day: 11_000.0, shape: Shape::Hourly(Hours::new(&hours).unwrap()) };
    let workers = Serverless { usd_per_second: 0.00019, active: None, cold_start_s: 10.0, idle_timeout_s: 5.0 };
    for hosting in [case.terms.hosting.clone(), Hosting::Serverless(workers)] {
        case.terms.hosting = hosting;
        case.terms.fleet.scaling = Scaling::HOURLY;
        let evaluation = evaluate(&case, &[plain(2.5, 10.0)]).unwrap();
        let found = evaluation.apis[0].break_even.clone().unwrap();
        assert!(found.searched_to.is_none() && found.first().is_some(), "{found:?}");
    }
}
