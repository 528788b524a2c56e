//! Verdicts: who wins, when the numbers do not say, and that a flip is where both cost the same.

use super::*;
use crate::economics::flips::{Flip, flips};
use crate::economics::made_up::{plain, published};
use crate::economics::model::{Served, evaluate};
use crate::economics::sensitivity::{Outcome, Parameter};
use crate::units::RequestsPerSecond;

fn decision(case: &Case, tariff: &Tariff) -> Decision {
    let evaluation = evaluate(case, std::slice::from_ref(tariff)).unwrap();
    decide(case, &evaluation, tariff, &evaluation.apis[0]).unwrap()
}

fn flips_of(case: &Case, tariff: &Tariff) -> Vec<Flip> {
    flips(case, tariff, &evaluate(case, std::slice::from_ref(tariff)).unwrap().apis[0])
}

fn verdict(case: &Case, tariff: &Tariff) -> Verdict {
    decision(case, tariff).verdict
}

#[test]
fn ten_thousand_requests_a_day() {
    assert_eq!(verdict(&published(), &plain(2.5, 10.0)), Verdict::SelfHost);
    assert_eq!(verdict(&published(), &plain(0.15, 0.60)), Verdict::CallApi);
    assert_eq!(verdict(&published(), &plain(0.03, 0.05)), Verdict::CallApi);
}

#[test]
fn a_few_percent_are_too_close_to_say() {
    // The API's bill is 4.4 % above ours.
    let equal = 0.27 * 730.0 / (10_000.0 * 730.0 / 24.0) * 1e6 / (215.390_625 + 189.199_218_75);
    assert_eq!(verdict(&published(), &plain(equal * 1.044, equal * 1.044)), Verdict::TooClose);
    assert_eq!(verdict(&published(), &plain(equal * 1.2, equal * 1.2)), Verdict::SelfHost);
}

#[test]
fn a_flip_is_where_both_cost_the_same() {
    let (case, tariff) = (published(), plain(2.5, 10.0));
    let flips = flips_of(&case, &tariff);
    assert!(flips.iter().any(|flip| flip.parameter == Parameter::Demand && (flip.to - 2666.0).abs() < 1.0));
    for flip in &flips {
        let saving = |value: f64| {
            let (case, tariff) = flip.parameter.set(&case, &tariff, value);
            Outcome::Saving.of(&case, &tariff).unwrap().unwrap()
        };
        let step = (flip.to - flip.from).signum() * flip.to * 1e-6;
        assert!(saving(flip.to - step) > 0.0 && saving(flip.to + step) <= 0.0, "{flip:?}");
    }
}

#[test]
fn a_narrow_window_of_demand_is_not_stepped_over() {
    // With 3,000 USD a month of operations and a headroom of 0.8 the first stretch that wins against gpt-4o-mini is 1.4 %
    // wide.
    let mut case = published();
    case.terms.extras.operations_per_month = 3000.0;
    case.terms.fleet.headroom = crate::units::Fraction::new(0.8).unwrap();
    let flips = flips_of(&case, &plain(0.15, 0.60));
    let flip = flips.iter().find(|flip| flip.parameter == Parameter::Demand).unwrap();
    assert!((flip.to - 809_600.0).abs() < 100.0, "{flip:?}");
}

#[test]
fn repeats_that_disagree_make_it_too_close() {
    let mut case = published();
    // Nearly full: at the interval's low end a second replica is needed.
    case.demand.requests_per_day = 3.9 * 86_400.0;
    let wide = Some((RequestsPerSecond::new(3.5), RequestsPerSecond::new(4.4)));
    let api = plain(0.05, 0.08);
    assert_eq!(verdict(&case, &api), Verdict::SelfHost);
    let repeated = Case { served: Served { interval: wide, ..case.served.clone() }, ..case };
    let decision = decision(&repeated, &api);
    assert_eq!(decision.verdict, Verdict::TooClose);
    let range = decision.range.unwrap();
    assert!(range.low.unwrap() < 0.0 && range.high > 0.0 && range.from_repeats && !range.from_weights);
}

#[test]
fn a_mix_that_was_not_measured_has_a_range() {
    let mut case = published();
    case.mix.input = 4000.0;
    let range = decision(&case, &plain(2.5, 10.0)).range.unwrap();
    assert!(range.from_weights && !range.from_repeats && range.low.unwrap() <= range.high);
}
