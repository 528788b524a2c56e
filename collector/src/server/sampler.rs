//! Reads a server's metrics periodically while a level runs, on its own task.
//!
//! A page that does not arrive is only counted: a level never waits for it, and stopping is immediate.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval_at, timeout};

use shared::measure::record::Instant;

use crate::load::clock::Clock;
use crate::server::metrics_reading::MetricsReading;
use crate::server::vllm::Vllm;

/// A page that takes longer says nothing about the moment it was asked for.
const DEADLINE: Duration = Duration::from_secs(5);

/// A reading with the times between which it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedReading {
    /// When it was requested.
    pub from: Instant,
    /// When it had arrived.
    pub to: Instant,
    /// The metrics.
    pub reading: MetricsReading,
}

/// The readings of a level.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TakenReadings {
    /// The readings, in order.
    pub samples: Vec<TimedReading>,
    /// Pages that did not arrive in time.
    pub unanswered: u32,
}

/// A running sampler; stops when dropped.
#[derive(Debug)]
pub struct Sampler {
    task: JoinHandle<()>,
    taken: Arc<Mutex<TakenReadings>>,
}

impl Sampler {
    /// Reads once in every period, for the first time half a period from now.
    #[must_use]
    pub fn start(server: Vllm, clock: Clock, period: Duration) -> Self {
        let taken = Arc::new(Mutex::new(TakenReadings::default()));
        let own = Arc::clone(&taken);
        let task = tokio::spawn(async move {
            let mut ticks = interval_at(tokio::time::Instant::now() + period / 2, period);
            // After a slow page the next is a whole period later, so that a busy server is not asked more.
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let from = clock.now();
                let read = timeout(DEADLINE, server.reading()).await.ok().flatten();
                let to = clock.now();
                let mut taken = locked(&own);
                match read {
                    Some(reading) => taken.samples.push(TimedReading { from, to, reading }),
                    None => taken.unanswered += 1,
                }
            }
        });
        Self { task, taken }
    }

    /// Stops, and returns the readings.
    #[must_use]
    pub fn stop(self) -> TakenReadings {
        self.task.abort();
        std::mem::take(&mut locked(&self.taken))
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn locked(taken: &Mutex<TakenReadings>) -> MutexGuard<'_, TakenReadings> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}
