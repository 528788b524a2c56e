//! The steady state of a level: where it lies, what was served within, and whether it was steady at all.
//!
//! The whole run's numbers stay beside it; nothing is cut from them.

use crate::measure::distribution::Distribution;
use crate::measure::observations::{Steadiness, Steady};
use crate::measure::plan::Arrival;
use crate::measure::record::{Instant, RequestRecord};
use crate::measure::runs::Runs;
use crate::measure::summary::SteadyState;
use crate::stats::Sorted;
use crate::units::{MILLIS_PER_SECOND, Millis, RequestsPerSecond, Seconds};

/// Share of the streams that must be in flight.
const IN_FLIGHT: f64 = 0.95;
/// Change of the output rate from the first half to the second above which a level drifts.
const DRIFT: f64 = 0.05;
/// A steady state is at least this long, and at least this share of its level.
const SHORTEST_S: f64 = 1.0;
const SHORTEST_SHARE: f64 = 0.1;
/// It also holds so many requests one after the other on each stream: within a single wave prefill and decode take turns,
/// and that is no drift.
const SHORTEST_WAVES: f64 = 2.0;

/// From a moment, excluded, to a later one, included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    from: Instant,
    to: Instant,
}

impl Window {
    fn length(self) -> Seconds {
        self.to.since(self.from)
    }

    fn holds(self, at: Instant) -> bool {
        at > self.from && at <= self.to
    }
}

/// A run with its window.
struct Piece<'a> {
    window: Window,
    done: Vec<&'a RequestRecord>,
}

/// The steady state of a level's runs, each taken by itself, and what is to be said of it.
///
/// Closed loop: from the first moment at least 95 % of the streams (rounded up) were in flight to the last one.
/// Open loop: from the first arrival plus the mean E2EL, by when as many requests leave as arrive, to the last arrival.
/// There is none where no run has such a stretch, or all of them together are shorter than a second, than a tenth of the
/// level, or than twice the mean E2EL in each run. Several runs' windows count together.
#[must_use]
pub fn of(load: Arrival, runs: &Runs) -> (Option<SteadyState>, Steady) {
    let none = (None, Steady { verdict: Steadiness::None, ..Steady::default() });
    let pieces: Vec<Piece> = runs.each().filter_map(|records| piece(load, records)).collect();
    let length: f64 = pieces.iter().map(|piece| piece.window.length().value()).sum();
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return none };
    let waves = pieces.iter().map(|piece| SHORTEST_WAVES * piece.mean_e2el().value()).sum::<f64>();
    if length < SHORTEST_S.max(SHORTEST_SHARE * runs.duration().value()).max(waves) {
        return none;
    }
    let halves = pieces.iter().map(Piece::halves).fold((0, 0), |sum, half| (sum.0 + half.0, sum.1 + half.1));
    let ended: usize = pieces.iter().map(Piece::ended).sum();
    let state = SteadyState {
        from_s: first.window.from.since(runs.began()),
        to_s: last.window.to.since(runs.began()),
        output_tokens_per_s: (halves.0 + halves.1) as f64 / length,
        requests_per_s: RequestsPerSecond::new(ended as f64 / length),
    };
    let within: Vec<&RequestRecord> = pieces.iter().flat_map(Piece::within).collect();
    let times = |of: fn(&RequestRecord) -> Option<Millis>| Distribution::of(within.iter().filter_map(|one| of(one)));
    let drift = (halves.0 > 0).then(|| halves.1 as f64 / halves.0 as f64 - 1.0);
    let steady = Steady {
        verdict: match drift {
            Some(drift) if drift.abs() <= DRIFT.max(chance(load, ended)) => Steadiness::Steady,
            Some(_) => Steadiness::Drifting,
            None => Steadiness::None,
        },
        requests: within.len() as u64,
        ttft_ms: times(RequestRecord::ttft),
        tpot_ms: times(RequestRecord::tpot),
        itl_ms: Distribution::of(within.iter().flat_map(|record| record.inter_token_latencies())),
        e2el_ms: times(RequestRecord::e2el),
        drift,
    };
    (Some(state), steady)
}

/// The drift that random arrivals alone may well show: three standard deviations of the ratio of two halves, each of
/// which holds half of the requests (gamma distributed gaps of shape b spread by 1 / sqrt(b)).
fn chance(load: Arrival, requests: usize) -> f64 {
    let spread = |shape: f64| 3.0 * (4.0 / (requests.max(1) as f64 * shape)).sqrt();
    match load {
        Arrival::Poisson { .. } => spread(1.0),
        Arrival::Gamma { burstiness, .. } => spread(burstiness),
        Arrival::ClosedLoop { .. } | Arrival::Constant { .. } | Arrival::Ramp { .. } | Arrival::Trace { .. } => 0.0,
    }
}

fn piece(load: Arrival, records: &[RequestRecord]) -> Option<Piece<'_>> {
    let window = match load {
        Arrival::ClosedLoop { concurrency } => closed_loop(concurrency, records),
        Arrival::Poisson { .. } | Arrival::Gamma { .. } | Arrival::Constant { .. } => open_loop(records),
        // Their load changes as it goes: there is nothing to be steady.
        Arrival::Ramp { .. } | Arrival::Trace { .. } => None,
    };
    let done = records.iter().filter(|record| record.completed()).collect();
    window.filter(|window| window.length().value() > 0.0).map(|window| Piece { window, done })
}

fn closed_loop(streams: u32, records: &[RequestRecord]) -> Option<Window> {
    let wanted = (f64::from(streams) * IN_FLIGHT).ceil() as i64;
    // A request that will fail holds its stream too.
    let mut changes: Vec<(Instant, i64)> =
        records.iter().flat_map(|record| [(record.sent, 1), (record.ended, -1)]).collect();
    changes.sort_unstable();
    let (mut in_flight, mut from, mut to) = (0, None, None);
    for (at, change) in changes {
        let before = in_flight;
        in_flight += change;
        if before < wanted && in_flight >= wanted && from.is_none() {
            from = Some(at);
        }
        if before >= wanted && in_flight < wanted {
            to = Some(at);
        }
    }
    Some(Window { from: from?, to: to? })
}

fn open_loop(records: &[RequestRecord]) -> Option<Window> {
    let arrivals = || records.iter().map(|record| record.scheduled);
    let (first, to) = (arrivals().min()?, arrivals().max()?);
    let mean = mean_e2el(records.iter().filter(|record| record.completed()));
    let nanos = std::time::Duration::from_secs_f64(mean.value()).as_nanos();
    Some(Window { from: Instant(first.0 + u64::try_from(nanos).ok()?), to }).filter(|window| window.from < window.to)
}

fn mean_e2el<'a>(done: impl Iterator<Item = &'a RequestRecord>) -> Seconds {
    let mean = Sorted::new(done.filter_map(RequestRecord::e2el).map(Millis::value)).mean();
    Seconds::new(mean.unwrap_or(0.0) / MILLIS_PER_SECOND)
}

impl<'a> Piece<'a> {
    fn mean_e2el(&self) -> Seconds {
        mean_e2el(self.done.iter().copied())
    }

    /// Output tokens that arrived in the first and in the second half.
    fn halves(&self) -> (u64, u64) {
        let middle = Instant(self.window.from.0 + (self.window.to.0 - self.window.from.0) / 2);
        let events = self.done.iter().flat_map(|record| &record.events).filter(|event| self.window.holds(event.at));
        events.fold((0, 0), |(first, second), event| {
            let tokens = u64::from(event.tokens);
            if event.at <= middle { (first + tokens, second) } else { (first, second + tokens) }
        })
    }

    fn ended(&self) -> usize {
        self.done.iter().filter(|record| self.window.holds(record.ended)).count()
    }

    /// The completed requests that were sent and ended within.
    fn within(&self) -> impl Iterator<Item = &'a RequestRecord> {
        let window = self.window;
        self.done.iter().copied().filter(move |record| record.sent >= window.from && record.ended <= window.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::made_up::{failed, request, streams};
    use proptest::prelude::*;

    fn closed(concurrency: u32, records: Vec<RequestRecord>) -> (Option<SteadyState>, Steady) {
        of(Arrival::ClosedLoop { concurrency }, &Runs::one(records))
    }

    #[test]
    fn it_is_where_the_streams_are_full() {
        // Requests of a second: one stream alone for the first, then two until the first one ends at 5 s.
        let one = (0..5).map(|n| request(n * 1000, 100, 91, 10));
        let two = (1..6).map(|n| request(n * 1000, 100, 91, 10));
        let (state, steady) = closed(2, one.chain(two).collect());
        let state = state.unwrap();
        assert_eq!((state.from_s, state.to_s), (Seconds::new(1.0), Seconds::new(5.0)));
        // After 1 s and up to 5 s: four requests of either stream.
        assert!((state.output_tokens_per_s - 8.0 * 91.0 / 4.0).abs() < 1e-9);
        assert_eq!((state.requests_per_s.value(), steady.requests), (2.0, 8));
    }

    #[test]
    fn even_streams_are_steady() {
        let (state, steady) = closed(4, streams(4, 20, 11));
        assert_eq!((steady.verdict, steady.requests), (Steadiness::Steady, 80));
        assert!(steady.drift.unwrap().abs() < 0.01, "{:?}", steady.drift);
        assert_eq!(steady.ttft_ms.p99, Some(Millis::new(100.0)));
        assert!((state.unwrap().output_tokens_per_s - 4.0 * 11.0 / 0.2).abs() < 2.0);
    }

    #[test]
    fn a_server_that_slows_down_drifts() {
        let mut slower = Vec::new();
        let mut sent = 0;
        for round in 0..20 {
            let gap = 10 + round;
            slower.push(request(sent, 100, 11, gap));
            sent += 100 + 10 * gap;
        }
        let (_, steady) = closed(1, slower);
        assert_eq!(steady.verdict, Steadiness::Drifting);
        assert!(steady.drift.unwrap() < -0.1, "{:?}", steady.drift);
    }

    #[test]
    fn a_short_stretch_is_none() {
        assert_eq!(closed(2, vec![request(0, 100, 11, 10), request(100, 100, 11, 10)]).1.verdict, Steadiness::None);
        assert_eq!(closed(8, streams(4, 20, 11)), (None, Steady { verdict: Steadiness::None, ..Steady::default() }));
        assert_eq!(closed(2, vec![failed(0)]).1.verdict, Steadiness::None);
    }

    #[test]
    fn a_single_wave_is_none() {
        // All prefill first, then all decode: the rate differs much, and says nothing of drift.
        let wave = |sent: u64| (0..8).map(move |n| request(sent + n, 3000, 101, 20));
        assert_eq!(closed(8, wave(0).collect()).1.verdict, Steadiness::None);
        assert_ne!(closed(8, wave(0).chain(wave(5010)).chain(wave(10_020)).collect()).1.verdict, Steadiness::None);
    }

    #[test]
    fn an_open_loop_is_steady_once_as_many_leave_as_arrive() {
        let records: Vec<RequestRecord> = (0..50).map(|n| request(n * 100, 100, 11, 10)).collect();
        let (state, steady) = of(Arrival::Constant { rate: 10.0 }, &Runs::one(records));
        let state = state.unwrap();
        assert_eq!((state.from_s, state.to_s), (Seconds::new(0.2), Seconds::new(4.9)));
        assert!((state.requests_per_s.value() - 10.0).abs() < 0.3, "{state:?}");
        assert_eq!(steady.verdict, Steadiness::Steady);
    }

    #[test]
    fn a_load_that_changes_is_never_steady_and_chance_is_no_drift() {
        let runs = Runs::one((0..20).map(|n| request(n * 100, 50, 11, 10)).collect());
        assert_eq!(of(Arrival::Ramp { from: 1.0, to: 9.0 }, &runs).1.verdict, Steadiness::None);
        assert_eq!(of(Arrival::Trace { speed: 1.0 }, &runs).1.verdict, Steadiness::None);
        assert!((chance(Arrival::Poisson { rate: 1.0 }, 3600) - 0.1).abs() < 1e-12);
        assert!(chance(Arrival::Gamma { rate: 1.0, burstiness: 0.25 }, 3600) > 0.19);
    }

    #[test]
    fn several_runs_count_together_without_the_gap_between_them() {
        let once = closed(4, streams(4, 20, 11)).0.unwrap();
        let mut runs = Runs::one(streams(4, 20, 11));
        runs.push(streams(4, 20, 11));
        let (twice, steady) = of(Arrival::ClosedLoop { concurrency: 4 }, &runs);
        assert!((twice.unwrap().output_tokens_per_s - once.output_tokens_per_s).abs() < 1e-9);
        assert_eq!((steady.verdict, steady.requests), (Steadiness::Steady, 160));
    }

    proptest! {
        #[test]
        fn the_window_lies_within_the_level(
            sent in proptest::collection::vec((0u64..20_000, 1u64..500, 1u32..40), 1..60), concurrency in 1u32..8
        ) {
            let records: Vec<RequestRecord> =
                sent.into_iter().map(|(sent, ttft, tokens)| request(sent, ttft, tokens, 20)).collect();
            let runs = Runs::one(records);
            if let (Some(state), steady) = of(Arrival::ClosedLoop { concurrency }, &runs) {
                prop_assert!(state.from_s.value() >= 0.0 && state.to_s <= runs.duration());
                prop_assert!(state.to_s.value() - state.from_s.value() >= SHORTEST_S);
                prop_assert!(steady.requests <= runs.records().len() as u64);
            }
        }
    }
}
