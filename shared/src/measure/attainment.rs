//! The search for the highest load that meets the objectives: which load to try next, and what was found.
//!
//! A pure state machine: what comes next follows from what was tried so far, so a search can be taken up again.

use crate::measure::objectives::Objectives;
use crate::measure::observations::{Found, Goodput};
use crate::measure::plan::Arrival;
use crate::stats::spread::wilson_95;
use crate::units::Fraction;

/// Loads tried at most.
pub const MOST_PROBES: usize = 15;
/// A number of streams is found when the next one known to miss is at most this many times higher, or a single stream.
const STREAMS_STEP: f64 = 1.02;

/// What is searched: so many streams at once. Loads of another kind have nothing to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The load to begin with: one stream.
    pub first: Arrival,
    /// Most streams to try.
    pub most: f64,
}

/// A load that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The load.
    pub load: Arrival,
    /// Good requests there, and whether the objectives were met.
    pub goodput: Goodput,
}

impl Range {
    /// The load to try next; `None` when the search is over, or it is no number of streams.
    ///
    /// Streams double until the objectives are missed. Then the gap between the most that met them and the fewest that
    /// missed is halved: to a single stream or 2 %. When the first misses there is nothing below it.
    #[must_use]
    pub fn next(&self, tried: &[Tried]) -> Option<Arrival> {
        let Arrival::ClosedLoop { concurrency: first } = self.first else { return None };
        if tried.len() >= MOST_PROBES {
            return None;
        }
        let streams = match (met(tried), missed(tried)) {
            (None, None) => Some(f64::from(first).min(self.most)),
            (Some(met), None) => (met < self.most).then(|| (met * 2.0).min(self.most)),
            (None, Some(_)) => None,
            (Some(met), Some(missed)) => {
                (missed > (met + 1.0).max(met * STREAMS_STEP)).then(|| ((met + missed) / 2.0).floor())
            }
        };
        streams.map(|streams| Arrival::ClosedLoop { concurrency: streams as u32 })
    }
}

/// The highest load that met the objectives with none below it that missed them.
fn met(tried: &[Tried]) -> Option<f64> {
    let missed = missed(tried).unwrap_or(f64::INFINITY);
    let met = tried.iter().filter(|one| one.goodput.met).map(|one| one.load.rank());
    met.filter(|load| *load < missed).max_by(f64::total_cmp)
}

fn missed(tried: &[Tried]) -> Option<f64> {
    tried.iter().filter(|one| !one.goodput.met).map(|one| one.load.rank()).min_by(f64::total_cmp)
}

/// What the loads that were tried amount to: the highest that met, with its share of good requests and that share's
/// 95 % interval.
///
/// Whether a load met is decided objective by objective, at each one's own percentile: `ttft:p99` wants 99 % of the
/// requests sent, `tpot:p50` half of them. The share told is that of requests good in every respect.
#[must_use]
pub fn found(objectives: &Objectives, tried: &[Tried]) -> Found {
    let at = |rank: f64| tried.iter().find(|one| one.load.rank() == rank);
    let lowest_missed = missed(tried).and_then(at);
    let share = |value: f64| Fraction::new(value).unwrap_or(Fraction::ONE);
    let Some(best) = met(tried).and_then(at) else {
        let why = match lowest_missed {
            Some(one) => format!(
                "`{objectives}` is missed even at {}: {} of {} requests are good",
                one.load, one.goodput.good, one.goodput.sent
            ),
            None => "no load was tried".to_owned(),
        };
        return Found::Nothing { why };
    };
    let Goodput { good, sent, .. } = best.goodput;
    let (low, high) = wilson_95(good, sent).unwrap_or((0.0, 1.0));
    Found::Objectives {
        objectives: objectives.to_string(),
        load: best.load,
        attained: share(good as f64 / sent.max(1) as f64),
        low: share(low),
        high: share(high),
        missed_at: lowest_missed.map(|one| one.load),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::RequestsPerSecond;
    use proptest::prelude::*;

    fn goodput(good: u64, met: bool) -> Goodput {
        let requests_per_s = RequestsPerSecond::new(1.0);
        Goodput { objectives: String::new(), good, sent: 200, requests_per_s, met }
    }

    fn search(range: Range, holds: impl Fn(f64) -> bool) -> Vec<Tried> {
        let mut tried = Vec::new();
        while let Some(load) = range.next(&tried) {
            let met = holds(load.rank());
            tried.push(Tried { load, goodput: goodput(if met { 199 } else { 150 }, met) });
        }
        tried
    }

    fn streams(most: u32) -> Range {
        Range { first: Arrival::ClosedLoop { concurrency: 1 }, most: f64::from(most) }
    }

    fn loads(tried: &[Tried]) -> Vec<f64> {
        tried.iter().map(|one| one.load.rank()).collect()
    }

    #[test]
    fn streams_double_then_halve_the_gap() {
        let tried = search(streams(256), |streams| streams <= 21.0);
        assert_eq!(loads(&tried), [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 24.0, 20.0, 22.0, 21.0]);
        let objectives: Objectives = "ttft:p99<1s".parse().unwrap();
        let Found::Objectives { load, attained, low, high, missed_at, .. } = found(&objectives, &tried) else {
            panic!()
        };
        assert_eq!((load.rank(), missed_at.unwrap().rank()), (21.0, 22.0));
        assert_eq!(
            (attained.value(), (low.value() * 1e4).round(), (high.value() * 1e4).round()),
            (0.995, 9722.0, 9991.0)
        );
    }

    #[test]
    fn the_highest_allowed_ends_it() {
        let tried = search(streams(48), |_| true);
        assert_eq!(loads(&tried), [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 48.0]);
        let objectives: Objectives = "ttft:p99<1s".parse().unwrap();
        assert!(matches!(found(&objectives, &tried), Found::Objectives { missed_at: None, .. }));
    }

    #[test]
    fn one_stream_too_many_is_nothing() {
        let tried = search(streams(256), |_| false);
        let objectives: Objectives = "ttft:p99<1ms".parse().unwrap();
        let Found::Nothing { why } = found(&objectives, &tried) else { panic!() };
        assert_eq!(why, "`ttft:p99<1ms` is missed even at 1 stream: 150 of 200 requests are good");
        assert_eq!(tried.len(), 1);
    }

    #[test]
    fn only_streams_are_searched() {
        for first in [Arrival::Trace { speed: 1.0 }, Arrival::Poisson { rate: 1.0 }] {
            assert_eq!(Range { first, most: 9.0 }.next(&[]), None);
        }
    }

    proptest! {
        #[test]
        fn the_limit_is_found(limit in 1u32..300, most in 1u32..256) {
            let tried = search(streams(most), |streams| streams <= f64::from(limit));
            prop_assert!(tried.len() <= MOST_PROBES);
            let (found, limit) = (met(&tried).unwrap(), f64::from(limit.min(most)));
            prop_assert!(found <= limit && limit < (found + 1.0).max(found * STREAMS_STEP), "{} {}", found, limit);
            prop_assert!(loads(&tried).iter().all(|load| *load <= f64::from(most)));
        }

        #[test]
        fn a_fickle_server_does_not_make_it_go_on(answers in proptest::collection::vec(any::<bool>(), 15)) {
            let answers = std::cell::RefCell::new(answers.into_iter());
            let tried = search(streams(512), |_| answers.borrow_mut().next().unwrap_or(false));
            let mut seen = loads(&tried);
            let count = seen.len();
            seen.sort_by(f64::total_cmp);
            seen.dedup();
            prop_assert!(count <= MOST_PROBES && seen.len() == count);
        }
    }
}
