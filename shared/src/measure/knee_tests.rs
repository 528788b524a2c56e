//! Which curves have a knee, where it is, why others have none, and in which order levels are tried.

use super::*;
use crate::measure::plan::Arrival;
use proptest::prelude::*;

fn points(curve: &[(u32, f64)]) -> Vec<Point> {
    curve.iter().map(|&(load, rate)| Point { load: f64::from(load), rate }).collect()
}

/// Rises by 10 tokens a second with every stream up to `knee`, then by `tail` of that.
fn bent(knee: f64, tail: f64) -> impl Fn(f64) -> f64 {
    move |load| 10.0 * load.min(knee) + 10.0 * tail * (load - knee).max(0.0)
}

/// Runs the search on a curve: the loads it tried, in order.
fn tried(mut curve: impl FnMut(f64) -> f64, most: u32) -> Vec<Point> {
    let mut measured = Vec::new();
    while let Some(load) = next(&measured, most) {
        let load = f64::from(load);
        measured.push(Point { load, rate: curve(load) });
        assert!(measured.len() < 40, "{measured:?}");
    }
    measured
}

#[test]
fn a_bend_is_found_where_it_is() {
    let curve = points(&[(1, 10.0), (2, 20.0), (4, 40.0), (8, 80.0), (16, 160.0), (32, 163.0), (64, 169.0)]);
    let (at, ratio, share) = fit(&curve).unwrap();
    assert_eq!((at, (share * 1000.0).round()), (4, 947.0));
    assert!((0.0..0.03).contains(&ratio), "{ratio}");
}

#[test]
fn each_condition_is_named() {
    let check = |curve: &[(u32, f64)], says: &str| {
        let why = fit(&points(curve)).unwrap_err();
        assert!(why.contains(says), "{why}");
    };
    check(&[(1, 1.0), (2, 2.0), (4, 3.0), (8, 3.0)], "needs 5 levels, and there are 4");
    check(&[(1, 10.0), (2, 20.0), (4, 40.0), (8, 80.0), (16, 160.0)], "beyond");
    check(&[(1, 50.0), (2, 40.0), (4, 30.0), (8, 20.0), (16, 10.0)], "do not rise");
    check(&[(8, 10.0), (8, 10.0), (8, 10.0), (8, 10.0), (8, 10.0)], "do not differ in load");
    check(&[(1, 100.0), (8, 30.0), (16, 170.0), (24, 20.0), (32, 160.0), (40, 60.0)], "%");
    check(&[(1, 10.0), (2, 20.0), (4, 60.0), (100, 80.0), (300, 120.0)], "of the highest rate");
}

#[test]
fn levels_that_end_before_the_knee_are_still_rising() {
    assert!(still_rising(&points(&[(1, 10.0), (32, 160.0), (64, 220.0)])));
    assert!(!still_rising(&points(&[(1, 10.0), (32, 160.0), (64, 163.0)])));
    // Half a doubling that brings 4 % is as much as a doubling that brings 8 %.
    assert!(still_rising(&points(&[(64, 100.0), (91, 104.0)])));
}

#[test]
fn a_level_is_named_not_a_number() {
    let level = |concurrency: u32, rate: f64| Level {
        output_tokens: (rate * 10.0) as u64,
        duration_s: crate::units::Seconds::new(10.0),
        ..Level::of(Arrival::ClosedLoop { concurrency })
    };
    let levels = [(1, 10.0), (2, 20.0), (4, 40.0), (8, 41.0), (16, 42.0)].map(|(load, rate)| level(load, rate));
    assert!(
        matches!(of(&levels), Found::Knee { load: Arrival::ClosedLoop { concurrency: 4 }, .. }),
        "{:?}",
        of(&levels)
    );
    assert!(matches!(of(&levels[..3]), Found::Nothing { .. }));
}

#[test]
fn the_search_doubles_then_looks_around_the_bend() {
    let loads: Vec<f64> = tried(bent(24.0, 0.01), 256).iter().map(|point| point.load).collect();
    assert_eq!(loads[..7], [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]);
    assert_eq!(loads.len(), 7 + REFINEMENTS);
    assert!(loads[7..].iter().all(|load| (16.0..64.0).contains(load)), "{loads:?}");
}

#[test]
fn the_search_ends_at_the_highest_allowed() {
    let loads: Vec<f64> = tried(|load| 10.0 * load, 12).iter().map(|point| point.load).collect();
    assert_eq!(loads[..5], [1.0, 2.0, 4.0, 8.0, 12.0]);
    assert!(loads.len() <= 5 + REFINEMENTS && loads.iter().all(|load| *load <= 12.0), "{loads:?}");
    assert_eq!(tried(|load| load, 1).len(), 1);
}

proptest! {
    #[test]
    fn the_searched_knee_is_near_the_true_one(knee in 6f64..200.0, tail in 0.0..0.02f64) {
        let mut measured = tried(bent(knee, tail), 512);
        measured.sort_by(|a, b| a.load.total_cmp(&b.load));
        let (at, ratio, share) = fit(&measured).unwrap();
        let found = measured[at].load;
        prop_assert!((found / knee - 1.0).abs() < 0.35, "{} {}", found, knee);
        prop_assert!(ratio <= TAIL_TO_RISE && share >= SHARE_OF_PEAK);
    }

    #[test]
    fn no_load_is_tried_twice(rates in proptest::collection::vec(0.0..1e4f64, 40), most in 1u32..400) {
        let mut turn = rates.into_iter().cycle();
        let mut loads: Vec<u32> = tried(|_| turn.next().unwrap_or(0.0), most).iter().map(|p| p.load as u32).collect();
        let count = loads.len();
        loads.sort_unstable();
        loads.dedup();
        prop_assert_eq!(loads.len(), count);
        prop_assert!(loads.iter().all(|load| (1..=most).contains(load)));
    }
}
