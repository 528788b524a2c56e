//! Serverless: golden vectors, the two limits of the batch depth, and equality with a pod.

use proptest::prelude::*;

use super::*;
use crate::economics::hosting::HostingOption;
use crate::units::HOURS_PER_MONTH;

fn terms(usd_per_second: f64) -> Serverless {
    Serverless { usd_per_second, active: None, cold_start_s: 0.0, idle_timeout_s: 0.0 }
}

fn all_day() -> Vec<Slot> {
    vec![Slot { weight: 1.0, share: 1.0 }]
}

fn seconds(rate: f64, depths: &Depths, terms: &Serverless) -> WorkerSeconds {
    worker_seconds(RequestsPerSecond::new(rate), depths, Fraction::ONE, terms)
}

/// 850 tokens a second, 512 a request: the only rate that the seed's example knows.
fn only_850() -> Depths {
    Depths::new([(1.0, 850.0 / 512.0)])
}

#[test]
fn a_million_requests_at_850_tokens_a_second() {
    // V7 and V9, in a month of 730 h: the seconds do not depend on how long the month is.
    let month = month(1e6, &all_day(), &only_850(), Fraction::ONE, &terms(0.00106));
    assert!((month.flex.execution - 602_352.941_176).abs() < 1e-3, "{month:?}");
    let usd = bill(0.00106, month.flex.total());
    assert!((usd - 638.494_117_6).abs() < 1e-6, "{usd}");
    assert!((1.0 - usd / 1137.60 - 0.4387).abs() < 5e-5);
}

#[test]
fn serverless_is_not_priced_at_the_pods_rate() {
    // The same seconds at 1.58 USD/h would be 264.37 USD; flex workers cost 2.4 times that.
    let usd = bill(0.00106, 602_352.941_176);
    assert!(usd > 2.0 * 602_352.941_176 / 3600.0 * 1.58);
}

#[test]
fn sparse_requests_run_alone_and_dense_ones_side_by_side() {
    let depths = Depths::new([(1.0, 0.2149), (4.0, 0.8116), (16.0, 2.5341), (32.0, 3.9571)]);
    let sparse = seconds(0.001, &depths, &terms(0.00019));
    assert!((sparse.depth - 1.0).abs() < 0.01 && (sparse.execution - 0.001 / 0.2149).abs() < 1e-4, "{sparse:?}");
    let dense = seconds(2.5, &depths, &terms(0.00019));
    assert!(dense.depth > 14.0 && dense.execution > 0.999, "{dense:?}");
    // At a rate that one stream could just serve, side by side costs less time than one after the other, and far more
    // than the full batch's rate would make believe.
    let between = seconds(0.2149, &depths, &terms(0.00019));
    assert!((0.2149 / 3.9571 * 5.0..1.0).contains(&between.execution), "{between:?}");
}

#[test]
fn a_worker_that_waits_is_billed_and_one_that_starts_as_well() {
    let waits = Serverless { idle_timeout_s: 5.0, cold_start_s: 20.0, ..terms(0.00019) };
    let one_an_hour = seconds(1.0 / 3600.0, &Depths::new([(1.0, 0.2)]), &waits);
    // A request of 5 s, 5 s of waiting and 20 s of starting, nearly never shared.
    assert!((one_an_hour.total() * 3600.0 - 30.0).abs() < 0.3, "{one_an_hour:?}");
    assert!((one_an_hour.execution * 3600.0 - 5.0).abs() < 0.05);
}

#[test]
fn rates_above_one_worker_take_more_workers() {
    let depths = Depths::new([(1.0, 1.0)]);
    let two = worker_seconds(RequestsPerSecond::new(1.5), &depths, Fraction::ONE, &terms(0.001));
    assert_eq!((two.execution, two.idle), (2.0, 0.0));
    let planned = Fraction::new(0.5).unwrap();
    assert_eq!(worker_seconds(RequestsPerSecond::new(1.5), &depths, planned, &terms(0.001)).execution, 3.0);
}

#[test]
fn kept_workers_serve_first_and_are_billed_all_month() {
    let kept = Serverless { active: Some((1, 0.0001)), ..terms(0.001) };
    let depths = Depths::new([(1.0, 1.0)]);
    let month = month(0.5 * SECONDS_PER_MONTH, &all_day(), &depths, Fraction::ONE, &kept);
    assert_eq!((month.active, month.flex.total(), month.most), (SECONDS_PER_MONTH, 0.0, 1));
}

#[test]
fn levels_that_lose_throughput_are_not_run() {
    let depths = Depths::new([(8.0, 3.0), (1.0, 1.0), (16.0, 2.0), (4.0, f64::NAN)]);
    assert_eq!(depths, Depths::new([(1.0, 1.0), (8.0, 3.0)]));
    assert_eq!(depths.fastest(), Some(3.0));
}

#[test]
fn impossible_terms_are_refused_by_name() {
    assert_eq!(terms(0.0).check().unwrap_err().field, "serverless_price");
    assert_eq!(Serverless { cold_start_s: -1.0, ..terms(0.001) }.check().unwrap_err().field, "cold_start");
    assert_eq!(Serverless { idle_timeout_s: f64::NAN, ..terms(0.001) }.check().unwrap_err().field, "idle_timeout");
}

proptest! {
    /// I7: serverless equals the pod when the running share is P / (3600 S), with no cold start and no idle time.
    #[test]
    fn equal_to_the_pod_at_its_utilisation(price in 0.05..10.0f64, premium in 1.05..5.0f64) {
        let per_second = premium * price / 3600.0;
        let share = pod_utilisation(UsdPerHour::new(price), per_second).unwrap();
        let depths = Depths::new([(1.0, 1.0)]);
        let month = month(share * SECONDS_PER_MONTH, &all_day(), &depths, Fraction::ONE, &terms(per_second));
        prop_assert!((bill(per_second, month.flex.total()) / (price * HOURS_PER_MONTH) - 1.0).abs() < 1e-9);
    }

    /// Never less than the fullest batch would need, never more than one at a time would, never more than all the time.
    #[test]
    fn running_time_lies_between_its_limits(rate in 1e-6..3.9f64) {
        let depths = Depths::new([(1.0, 0.2149), (4.0, 0.8116), (16.0, 2.5341), (32.0, 3.9571)]);
        let share = seconds(rate, &depths, &terms(0.001)).execution;
        prop_assert!(share >= rate / 3.9571 - 1e-9 && share <= (rate / 0.2149).min(1.0) + 1e-9, "{share}");
    }

    #[test]
    fn more_requests_never_take_less_time(a in 1e-6..20.0f64, b in 1e-6..20.0f64) {
        let depths = Depths::new([(1.0, 0.2149), (4.0, 0.8116), (16.0, 2.5341), (32.0, 3.9571)]);
        let waits = Serverless { idle_timeout_s: 5.0, cold_start_s: 20.0, ..terms(0.001) };
        let (low, high) = (seconds(a.min(b), &depths, &waits), seconds(a.max(b), &depths, &waits));
        prop_assert!(low.total() <= high.total() + 1e-6, "{low:?} {high:?}");
    }
}
