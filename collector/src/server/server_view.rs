//! The server's own view of a level from its readings: means of gauges, increases of counters, and requests of other
//! clients. Pure.

use shared::measure::observations::{Gauge, ServerView};
use shared::measure::record::Instant;
use shared::units::{Fraction, Millis, Seconds};

use crate::server::in_flight::InFlight;
use crate::server::metric_families::{FAMILIES, MetricFamily, MetricKind, Quantity};
use crate::server::metrics_reading::{HistogramTotals, MetricsReading};
use crate::server::sampler::{TakenReadings, TimedReading};

/// The readings of one level.
#[derive(Debug, Clone, Copy)]
pub struct LevelReadings<'a> {
    /// Before its first request.
    pub before: &'a MetricsReading,
    /// After its last.
    pub after: &'a MetricsReading,
    /// While it ran.
    pub taken: &'a TakenReadings,
}

/// The server's view of the level. `None` when it has no known metrics.
///
/// `own` says what the client had in flight. A gauge is as old as the server's last step, so the client's requests
/// count for `slack` (nanoseconds of the level's clock) after their end.
#[must_use]
pub fn view(readings: LevelReadings<'_>, own: &InFlight, slack: u64) -> Option<ServerView> {
    let LevelReadings { before, after, taken } = readings;
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let fell: Vec<String> = FAMILIES.iter().filter(|family| fell(before, after, family)).map(word).collect();
    // What fell belongs to a new process, and so does everything else it counts.
    let rose = |quantity| if fell.is_empty() { rise(before, after, quantity) } else { None };
    let mean = |quantity| if fell.is_empty() { mean(before, after, quantity) } else { None };
    let gauge = |quantity| Gauge::over(taken.samples.iter().filter_map(|sample| sample.reading.value(quantity)));
    let hits = rose(Quantity::PrefixHits).zip(rose(Quantity::PrefixQueries).filter(|queries| *queries > 0.0));
    Some(ServerView {
        samples: u32::try_from(taken.samples.len()).unwrap_or(u32::MAX),
        unanswered: taken.unanswered,
        running: gauge(Quantity::Running),
        waiting: gauge(Quantity::Waiting),
        kv_cache_usage: gauge(Quantity::KvCacheUsage),
        prefix_hit_rate: hits.and_then(|(hits, queries)| Fraction::new(hits / queries).ok()),
        mean_queue_ms: mean(Quantity::QueueTime),
        mean_ttft_ms: mean(Quantity::Ttft),
        mean_itl_ms: mean(Quantity::Itl),
        mean_e2el_ms: mean(Quantity::E2el),
        foreign_requests: taken.samples.iter().filter_map(|sample| foreign(sample, own, slack)).max(),
        missing: after.missing().map(word).collect(),
        fell,
        ..ServerView::default()
    })
}

fn word(family: &MetricFamily) -> String {
    family.word().to_owned()
}

fn fell(before: &MetricsReading, after: &MetricsReading, family: &MetricFamily) -> bool {
    match family.kind {
        MetricKind::Gauge | MetricKind::Share => false,
        MetricKind::Counter => {
            before.value(family.quantity).zip(after.value(family.quantity)).is_some_and(|(then, now)| now < then)
        }
        MetricKind::Histogram => before
            .timed(family.quantity)
            .zip(after.timed(family.quantity))
            .is_some_and(|(then, now)| now.count < then.count),
    }
}

fn rise(before: &MetricsReading, after: &MetricsReading, quantity: Quantity) -> Option<f64> {
    Some(after.value(quantity)? - before.value(quantity)?)
}

/// A histogram's mean over the level. A histogram that is not there before its first value began at nothing.
fn mean(before: &MetricsReading, after: &MetricsReading, quantity: Quantity) -> Option<Millis> {
    let now = after.timed(quantity)?;
    let then = before.timed(quantity).unwrap_or(HistogramTotals { sum: 0.0, count: 0.0 });
    let count = now.count - then.count;
    (count > 0.0).then(|| Seconds::new((now.sum - then.sum) / count).to_millis())
}

/// Requests at the server beyond the most that may have been ours.
fn foreign(sample: &TimedReading, own: &InFlight, slack: u64) -> Option<u64> {
    let running = sample.reading.count(Quantity::Running)?;
    let there = running + sample.reading.count(Quantity::Waiting).unwrap_or(0);
    let from = Instant(sample.from.0.saturating_sub(slack));
    Some(there.saturating_sub(own.most(from, sample.to)))
}

#[cfg(test)]
#[path = "server_view_tests.rs"]
mod tests;
