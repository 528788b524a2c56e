//! The moments at which an open loop sends: offsets from the level's start, drawn before the clock runs.
//!
//! Nothing is rescaled afterwards: `vllm bench serve` stretches its gaps so that the last request comes exactly at
//! requests / rate, which takes away part of the burstiness that was asked for.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma};

use shared::measure::conduct::Shard;
use shared::measure::plan::{Arrival, Stop};

/// How a level sends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pacing {
    /// When requests are sent.
    pub arrival: Arrival,
    /// When no more are.
    pub stop: Stop,
    /// Seed of the gaps between them.
    pub seed: u64,
    /// Which part of an open loop's moments are this client's, where several share a load.
    pub part: Option<Shard>,
}

/// The moments at which this client sends: all of them, or its part of those that the whole load has.
#[must_use]
pub fn own_offsets(pacing: Pacing, at_most: usize) -> Option<Vec<f64>> {
    let Pacing { arrival, stop, seed, part } = pacing;
    let Some(part) = part else { return offsets(arrival, stop, at_most, seed) };
    // Every client draws the whole load's moments and keeps every n-th: together they send what one would have sent.
    let clients = part.of as usize;
    let whole = offsets(arrival.times(part.of), stop, at_most.saturating_mul(clients), seed)?;
    Some(part.take(whole).into_iter().take(at_most).collect())
}

/// Offsets in seconds, ascending. `at_most` is how many prompts there are; `None` for a closed loop and for a trace,
/// whose requests say themselves when they are due.
fn offsets(arrival: Arrival, stop: Stop, at_most: usize, seed: u64) -> Option<Vec<f64>> {
    let (number, until) = match stop {
        Stop::Requests(requests) => (at_most.min(requests as usize), f64::INFINITY),
        Stop::Duration(seconds) => (at_most, seconds),
    };
    let within = |offsets: &mut dyn Iterator<Item = f64>| -> Vec<f64> {
        offsets.take(number).take_while(|offset| *offset < until).collect()
    };
    match arrival {
        Arrival::ClosedLoop { .. } | Arrival::Trace { .. } => None,
        Arrival::Constant { rate } => Some(within(&mut (0..).map(|n: u64| n as f64 / rate))),
        Arrival::Poisson { rate } => Some(within(&mut gaps(rate, 1.0, seed)?)),
        Arrival::Gamma { rate, burstiness } => Some(within(&mut gaps(rate, burstiness, seed)?)),
        Arrival::Ramp { from, to } => {
            let length = if until.is_finite() { until } else { number as f64 / ((from + to) / 2.0) };
            Some(within(&mut (0..).map(|n: u64| ramp(from, to, length, n as f64))))
        }
    }
}

/// Connections opened ahead, and width of the warm-up: a closed loop's streams; for an open loop what some two seconds
/// of it bring.
#[must_use]
pub fn streams(load: Arrival) -> u32 {
    const AHEAD_S: f64 = 2.0;
    const FEWEST: f64 = 4.0;
    load.concurrency().unwrap_or_else(|| (load.rate().unwrap_or(1.0) * AHEAD_S).max(FEWEST).ceil() as u32)
}

/// The first request at once, then gaps from a gamma distribution with this shape and mean 1 / rate.
fn gaps(rate: f64, shape: f64, seed: u64) -> Option<impl Iterator<Item = f64>> {
    let gamma = Gamma::new(shape, 1.0 / (rate * shape)).ok()?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    Some(std::iter::successors(Some(0.0), move |at| Some(at + gamma.sample(&mut random))))
}

/// When the n-th request is due: from t + (to - from) t^2 / (2 length) = n, solved for t.
fn ramp(from: f64, to: f64, length: f64, n: f64) -> f64 {
    let bend = (to - from) / (2.0 * length);
    if bend.abs() < 1e-12 {
        return n / from;
    }
    let root = from * from + 4.0 * bend * n;
    if root < 0.0 { f64::INFINITY } else { (root.sqrt() - from) / (2.0 * bend) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arrival: Arrival, stop: Stop) -> Vec<f64> {
        offsets(arrival, stop, 100_000, 7).unwrap()
    }

    #[test]
    fn a_constant_rate_has_equal_gaps() {
        assert_eq!(of(Arrival::Constant { rate: 4.0 }, Stop::Requests(5)), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(of(Arrival::Constant { rate: 4.0 }, Stop::Duration(1.0)).len(), 4);
    }

    #[test]
    fn gaps_have_the_mean_and_the_spread_that_were_asked_for() {
        for (arrival, shape) in [
            (Arrival::Poisson { rate: 20.0 }, 1.0),
            (Arrival::Gamma { rate: 20.0, burstiness: 0.25 }, 0.25),
            (Arrival::Gamma { rate: 20.0, burstiness: 4.0 }, 4.0),
        ] {
            let at = of(arrival, Stop::Requests(40_000));
            let gaps: Vec<f64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
            let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
            assert!((mean * 20.0 - 1.0).abs() < 0.03, "{arrival}: {mean}");
            // A gamma distribution's coefficient of variation is 1 / sqrt(shape).
            let cv = variance.sqrt() / mean;
            assert!((cv * f64::sqrt(shape) - 1.0).abs() < 0.05, "{arrival}: {cv}");
        }
    }

    #[test]
    fn a_ramp_sends_as_many_as_its_mean_rate_says() {
        let at = of(Arrival::Ramp { from: 2.0, to: 10.0 }, Stop::Duration(10.0));
        assert_eq!(at.len(), 60);
        let within = |from: f64, to: f64| at.iter().filter(|at| (from..to).contains(*at)).count();
        assert_eq!((within(0.0, 5.0), within(5.0, 10.0)), (20, 40));
        let down = of(Arrival::Ramp { from: 10.0, to: 2.0 }, Stop::Requests(60));
        assert!((down[59] - 9.5).abs() < 0.5 && down.windows(2).all(|pair| pair[0] < pair[1]), "{down:?}");
    }

    #[test]
    fn clients_that_share_a_load_send_together_what_one_would_send() {
        for arrival in
            [Arrival::Poisson { rate: 4.0 }, Arrival::Constant { rate: 4.0 }, Arrival::Ramp { from: 1.0, to: 9.0 }]
        {
            for stop in [Stop::Requests(60), Stop::Duration(10.0)] {
                let of_one = Pacing { arrival: arrival.times(2), stop, seed: 5, part: None };
                let one = own_offsets(of_one, 60).unwrap();
                let half = |index| {
                    own_offsets(Pacing { arrival, stop, seed: 5, part: Some(Shard { index, of: 2 }) }, 30).unwrap()
                };
                let mut both = [half(1), half(2)].concat();
                both.sort_by(f64::total_cmp);
                assert_eq!(both, one, "{arrival} {stop:?}");
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_moments() {
        let arrival = Arrival::Poisson { rate: 3.0 };
        let draw = |seed| offsets(arrival, Stop::Requests(50), 100, seed).unwrap();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert_eq!(offsets(Arrival::ClosedLoop { concurrency: 2 }, Stop::Requests(5), 5, 0), None);
    }
}
