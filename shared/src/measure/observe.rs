//! What a level's requests show beside its headline numbers. Client, server and GPU are for others to add.

use crate::measure::distribution::Distribution;
use crate::measure::objectives::Objectives;
use crate::measure::observations::Observations;
use crate::measure::plan::Arrival;
use crate::measure::record::{Instant, RequestRecord};
use crate::measure::runs::Runs;
use crate::measure::summary::{Level, summarise};
use crate::measure::{repeats, steady, turns};

/// A level of all its runs together, with everything that its requests show.
#[must_use]
pub fn level(load: Arrival, runs: &Runs, objectives: Option<&Objectives>) -> Level {
    let (steady_state, _) = steady::of(load, runs);
    let observed = Some(Box::new(observe(load, runs, objectives)));
    Level { steady_state, observed, ..summarise(load, runs.records()) }
}

/// What the requests of a level show. Latencies are of completed requests.
#[must_use]
pub fn observe(load: Arrival, runs: &Runs, objectives: Option<&Objectives>) -> Observations {
    let records = runs.records();
    let done = || records.iter().filter(|record| record.completed());
    let from_sent = |of: fn(&RequestRecord) -> Option<Instant>| {
        Distribution::of(done().filter_map(|record| Some(of(record)?.since(record.sent).to_millis())))
    };
    let from_schedule = |of: fn(&RequestRecord) -> Option<Instant>| {
        let open_loop = load.concurrency().is_none();
        let times = done().filter(|_| open_loop);
        Distribution::of(times.filter_map(|record| Some(of(record)?.since(record.scheduled).to_millis())))
    };
    let events: usize = done().map(|record| record.events.len()).sum();
    let tokens: u64 = done().flat_map(|record| &record.events).map(|event| u64::from(event.tokens)).sum();
    Observations {
        first_event_ms: from_sent(|record| record.first_event),
        first_answer_ms: from_sent(|record| record.first_answer),
        ttft_from_schedule_ms: from_schedule(|record| record.events.first().map(|event| event.at)),
        schedule_delay_ms: from_schedule(|record| Some(record.sent)),
        tokens_per_event: (events > 0).then(|| tokens as f64 / events as f64),
        steady: Some(steady::of(load, runs).1),
        goodput: objectives.map(|objectives| objectives.goodput(records, runs.duration())),
        repeats: repeats::of(load, runs),
        turns: turns::of(records),
        ..Observations::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::made_up::{at, failed, request, streams};
    use crate::measure::observations::Steadiness;
    use crate::measure::record::TokenEvent;
    use crate::units::{Millis, RequestsPerSecond};

    const TWO: Arrival = Arrival::ClosedLoop { concurrency: 2 };

    #[test]
    fn everything_a_closed_loop_shows() {
        let objectives: Objectives = "ttft:p99<100ms".parse().unwrap();
        let level = level(TWO, &Runs::one(streams(2, 10, 11)), Some(&objectives));
        let observed = level.observed.unwrap();
        assert_eq!(observed.first_event_ms.p50, Some(Millis::new(100.0)));
        assert!(observed.schedule_delay_ms.is_empty() && observed.ttft_from_schedule_ms.is_empty());
        assert_eq!(observed.steady.unwrap().verdict, Steadiness::Steady);
        assert_eq!((observed.repeats, observed.turns, observed.tokens_per_event), (None, vec![], Some(1.0)));
        let goodput = observed.goodput.unwrap();
        assert_eq!((goodput.good, goodput.requests_per_s, goodput.met), (20, RequestsPerSecond::new(10.0), true));
        assert!(level.steady_state.is_some());
    }

    #[test]
    fn an_open_loop_counts_from_the_schedule_too() {
        let late = RequestRecord { scheduled: at(0), ..request(30, 100, 11, 10) };
        let observed = observe(Arrival::Poisson { rate: 5.0 }, &Runs::one(vec![late, failed(10)]), None);
        assert_eq!(observed.schedule_delay_ms.p50, Some(Millis::new(30.0)));
        assert_eq!(observed.ttft_from_schedule_ms.p50, Some(Millis::new(130.0)));
        assert_eq!((observed.goodput, observed.schedule_delay_ms.count), (None, Some(1)));
    }

    #[test]
    fn tokens_that_come_together_are_seen() {
        let mut pairs = request(0, 100, 5, 10);
        pairs.events = (0..3).map(|n| TokenEvent { at: at(100 + n), tokens: 2 }).collect();
        assert_eq!(observe(TWO, &Runs::one(vec![pairs]), None).tokens_per_event, Some(2.0));
        assert_eq!(observe(TWO, &Runs::one(vec![failed(0)]), None).tokens_per_event, None);
    }
}
