//! How many GPUs of which kind a demand takes under a latency target, and what they cost.
//!
//! A replica is loaded up to the most streams at which the target is kept; from there on it stops holding. The levels come
//! from a measurement where there is one of this model on this GPU, else from the simulated engine.

use crate::economics::cost::per_million_total;
use crate::economics::operating_point::{LatencyTarget, Limit};
use crate::economics::replica::Replica;
use crate::measure::summary::Level;
use crate::units::{
    Fraction, HOURS_PER_MONTH, Millis, RequestsPerSecond, TokensPerSecond, Total, Usd, UsdPerHour, UsdPerMillion,
};

/// The load of the busiest hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Busy {
    /// So many people or agents at once, each sending again when its answer has ended.
    Streams(f64),
    /// So many requests a second, whoever sends them.
    Rate(f64),
}

/// What a fleet must serve, and within which latency target.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// The busiest hour.
    pub busy: Busy,
    /// Requests a month.
    pub requests_per_month: f64,
    /// Prompt and output tokens a request.
    pub tokens: f64,
    /// Users or developers, where the demand counts in them.
    pub people: Option<f64>,
    /// The share of what a replica serves that one plans to use at the peak.
    pub headroom: Fraction,
    /// What is to be kept.
    pub target: LatencyTarget,
}

impl Requirement {
    /// The same demand of so many people; itself where it does not count them.
    #[must_use]
    pub fn of_people(&self, people: f64) -> Self {
        let Some(now) = self.people.filter(|now| *now > 0.0) else { return self.clone() };
        let times = people / now;
        let busy = match self.busy {
            Busy::Streams(streams) => Busy::Streams((streams * times).max(1.0)),
            Busy::Rate(rate) => Busy::Rate(rate * times),
        };
        let requests_per_month = self.requests_per_month * times;
        Self { busy, requests_per_month, people: Some(people), ..self.clone() }
    }
}

/// What limits the streams of a replica.
#[derive(Debug, Clone, PartialEq)]
pub enum LimitedBy {
    /// At so many streams this limit is broken.
    Breaks {
        /// Streams at once.
        streams: u32,
        /// The limit.
        limit: Limit,
        /// What it comes to there.
        found: Millis,
    },
    /// The target is met with as many streams as fit the KV cache; more would queue.
    CacheFull {
        /// Streams at once.
        streams: u32,
    },
    /// It is kept as far as was looked.
    NotReached {
        /// Streams at once.
        streams: u32,
    },
}

/// How many streams one replica serves within the latency target.
#[derive(Debug, Clone, PartialEq)]
pub enum SloOutcome {
    /// The target is kept up to this level.
    Met {
        /// Requests a second that one stream alone completes.
        alone: RequestsPerSecond,
        /// The level with the most streams that keeps it.
        to: Box<Level>,
        /// What stops it.
        stop: LimitedBy,
    },
    /// One stream alone breaks a limit.
    NeverMet {
        /// The limit.
        limit: Limit,
        /// What it comes to.
        found: Millis,
    },
    /// The levels do not say what the target asks for.
    NotMeasured,
}

/// A fleet that meets the requirement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fleet {
    /// Streams at once that a replica is planned for.
    pub streams: u32,
    /// Requests a second that a replica serves there.
    pub rate: RequestsPerSecond,
    /// Replicas.
    pub replicas: u64,
    /// What they cost a month.
    pub month: Usd,
    /// The same for each user or developer.
    pub per_person: Option<Usd>,
    /// The same for 1M tokens, prompt and output, of those that are asked for.
    pub per_million: UsdPerMillion<Total>,
    /// Share of what the fleet could serve that is asked for.
    pub utilisation: f64,
}

/// The search for the most streams within a target, one level after another.
///
/// Latencies grow with the streams, so doubling finds the stretch and halving the place; a dozen levels at the most.
/// Streams are not counted more finely than 3 %.
#[derive(Debug, Clone)]
pub struct Climb {
    most: u32,
    ceiling: u32,
    /// Requests a second that one stream alone completes.
    alone: RequestsPerSecond,
    /// The most streams at which the target is kept, so far, and the level there.
    kept: Option<(u32, Level)>,
    breaks: Option<(u32, Level)>,
    /// Why one stream alone misses the target.
    never: Option<SloOutcome>,
}

impl Climb {
    /// Up to so many streams; `fits` is how many of them the KV cache holds at once.
    #[must_use]
    pub fn new(most: u32, fits: u32) -> Self {
        Self {
            most,
            ceiling: most.min(fits.max(1)),
            alone: RequestsPerSecond::new(0.0),
            kept: None,
            breaks: None,
            never: None,
        }
    }

    /// The level that is asked for next; `None` once it is found.
    #[must_use]
    pub fn wants(&self) -> Option<u32> {
        if self.never.is_some() {
            return None;
        }
        let Some((low, _)) = self.kept else { return Some(1) };
        match &self.breaks {
            Some((high, _)) => (high - low > 1 + low / 32).then(|| low + (high - low) / 2),
            None => (low < self.ceiling).then(|| (low * 2).min(self.ceiling)),
        }
    }

    /// Takes the level of so many streams that was asked for.
    pub fn take(&mut self, target: &LatencyTarget, streams: u32, level: Level) {
        if streams == 1 {
            self.alone = level.request_rate();
        }
        match (target.kept_by(&level), &self.kept) {
            (Some(true), _) => self.kept = Some((streams, level)),
            (_, Some(_)) => self.breaks = Some((streams, level)),
            (None, None) => self.never = Some(SloOutcome::NotMeasured),
            (Some(false), None) => {
                let never = broken(target, &level).map(|(limit, found)| SloOutcome::NeverMet { limit, found });
                self.never = Some(never.unwrap_or(SloOutcome::NotMeasured));
            }
        }
    }

    /// What was found.
    #[must_use]
    pub fn slo_outcome(&self, target: &LatencyTarget) -> SloOutcome {
        let (None, Some((low, kept))) = (&self.never, &self.kept) else {
            return self.never.clone().unwrap_or(SloOutcome::NotMeasured);
        };
        let broke = self.breaks.as_ref().and_then(|(streams, there)| Some((*streams, broken(target, there)?)));
        let stop = match broke {
            Some((streams, (limit, found))) => LimitedBy::Breaks { streams, limit, found },
            None if self.ceiling < self.most => LimitedBy::CacheFull { streams: *low },
            None => LimitedBy::NotReached { streams: *low },
        };
        SloOutcome::Met { alone: self.alone, to: Box::new(kept.clone()), stop }
    }
}

/// Finds the most streams of a replica, up to `most`, at which the target is met; `level` simulates or looks up each.
pub fn slo_outcome(target: &LatencyTarget, most: u32, fits: u32, mut level: impl FnMut(u32) -> Level) -> SloOutcome {
    let mut climb = Climb::new(most, fits);
    while let Some(streams) = climb.wants() {
        climb.take(target, streams, level(streams));
    }
    climb.slo_outcome(target)
}

/// The limit that a level breaks by most, and what it comes to.
fn broken(target: &LatencyTarget, level: &Level) -> Option<(Limit, Millis)> {
    let over = target.limits.iter().filter_map(|limit| {
        let found = limit.measured(level)?;
        (found > limit.most).then_some((*limit, found))
    });
    let excess = |(limit, found): &(Limit, Millis)| found.value() / limit.most.value();
    over.max_by(|a, b| excess(a).total_cmp(&excess(b)))
}

/// The fleet for a requirement, of replicas that are loaded up to a level, at a price per hour of each.
///
/// Streams are shared out among replicas; a rate takes as many as its peak needs at the planned headroom. `None` where the
/// level serves nothing.
#[must_use]
pub fn fleet(requirement: &Requirement, to: &Level, price: UsdPerHour) -> Option<Fleet> {
    let rate = to.request_rate();
    if rate.value() <= 0.0 {
        return None;
    }
    let streams = to.concurrency();
    let replica = Replica { price, rate, headroom: requirement.headroom };
    let needed = match requirement.busy {
        Busy::Streams(all) => all / f64::from(streams),
        Busy::Rate(peak) => peak / (rate.value() * requirement.headroom.value()),
    };
    // Binary noise must not buy a GPU.
    let replicas = (needed - 1e-9).ceil().max(1.0) as u64;
    let month = Usd::new(replica.monthly().value() * replicas as f64);
    let served = requirement.requests_per_month * requirement.tokens;
    let tokens_per_s = TokensPerSecond::<Total>::new(served / crate::units::SECONDS_PER_MONTH);
    let hourly = UsdPerHour::new(month.value() / HOURS_PER_MONTH);
    Some(Fleet {
        streams,
        rate,
        replicas,
        month,
        per_person: requirement.people.filter(|people| *people > 0.0).map(|people| Usd::new(month.value() / people)),
        per_million: per_million_total(hourly, tokens_per_s, Fraction::ONE)?,
        utilisation: requirement.requests_per_month / (replica.full_load_per_month() * replicas as f64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::distribution::Distribution;
    use crate::measure::latency::{Metric, Statistic};
    use crate::measure::plan::Arrival;
    use crate::units::Seconds;

    /// A level whose TTFT is 10 ms a stream, and which completes 0.1 requests a second a stream.
    fn level(streams: u32) -> Level {
        let ttft_ms = Distribution::of([Millis::new(10.0 * f64::from(streams))]);
        let completed = 10 * u64::from(streams);
        let duration_s = Seconds::new(100.0);
        Level { completed, duration_s, ttft_ms, ..Level::of(Arrival::ClosedLoop { concurrency: streams }) }
    }

    fn target(most: f64) -> LatencyTarget {
        LatencyTarget {
            limits: vec![Limit { metric: Metric::Ttft, statistic: Statistic::P99, most: Millis::new(most) }],
            failures: Fraction::new(0.0).unwrap(),
        }
    }

    fn requirement(busy: Busy) -> Requirement {
        let headroom = Fraction::new(0.8).unwrap();
        Requirement {
            busy,
            requests_per_month: 1e6,
            tokens: 1000.0,
            people: Some(8.0),
            headroom,
            target: target(1000.0),
        }
    }

    #[test]
    fn the_last_stream_that_keeps_the_target_is_found() {
        let mut asked = 0;
        let found = slo_outcome(&target(250.0), 1024, 1024, |streams| {
            asked += 1;
            level(streams)
        });
        let SloOutcome::Met { to, stop, .. } = found else { panic!("{found:?}") };
        assert_eq!(to.concurrency(), 25);
        assert!(matches!(stop, LimitedBy::Breaks { streams: 26, .. }), "{stop:?}");
        assert!(asked <= 12, "{asked}");
    }

    #[test]
    fn the_cache_may_be_what_stops_it() {
        let SloOutcome::Met { to, stop, .. } = slo_outcome(&target(1000.0), 1024, 12, level) else { panic!() };
        assert_eq!((to.concurrency(), stop), (12, LimitedBy::CacheFull { streams: 12 }));
        let SloOutcome::Met { stop, .. } = slo_outcome(&target(1000.0), 64, 4096, level) else { panic!() };
        assert_eq!(stop, LimitedBy::NotReached { streams: 64 });
    }

    #[test]
    fn a_target_that_one_stream_breaks_is_never_held() {
        let found = slo_outcome(&target(9.0), 64, 64, level);
        assert!(matches!(found, SloOutcome::NeverMet { found, .. } if found == Millis::new(10.0)), "{found:?}");
        let silent =
            LatencyTarget { limits: vec![Limit { metric: Metric::Itl, ..target(1.0).limits[0] }], ..target(1.0) };
        assert_eq!(slo_outcome(&silent, 64, 64, level), SloOutcome::NotMeasured);
    }

    #[test]
    fn people_at_once_are_shared_out_and_rates_keep_headroom() {
        let price = UsdPerHour::new(1.0);
        let eight = fleet(&requirement(Busy::Streams(8.0)), &level(3), price).unwrap();
        assert_eq!((eight.replicas, eight.month, eight.per_person), (3, Usd::new(2190.0), Some(Usd::new(273.75))));
        // 0.3 requests a second at 80 %: 0.24 a replica.
        let rate = fleet(&requirement(Busy::Rate(0.48)), &level(3), price).unwrap();
        assert_eq!(rate.replicas, 2);
        // 2,190 USD for 1,000 M tokens.
        assert!((eight.per_million.value() - 2.19).abs() < 1e-9, "{:?}", eight.per_million);
    }
}
