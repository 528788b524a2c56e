//! A sweep's levels one after the other: open connections, warm up, count, measure, count again, summarise.
//!
//! Saves and shows nothing; whoever watches does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use shared::measure::plan::{Arrival, Plan};
use shared::measure::record::{FailureKind, Outcome, RequestRecord};
use shared::measure::summary::{Level, summarise};
use shared::store::provenance::Warning;

use crate::load::arrival::streams;
use crate::load::clock::Clock;
use crate::load::driver::{Backend, Pacing, Tally, drive};
use crate::load::histogram;
use crate::load::prompts::workload::LevelPrompts;
use crate::sweep::interrupt::Interrupt;
use crate::sweep::observer::Observer;
use crate::sweep::verdict::doubts;

/// How often whoever watches is told to look.
const TICK: Duration = Duration::from_millis(100);

/// Who shows a sweep and keeps its levels.
pub trait Watcher {
    /// A level begins: how many requests it will measure, and where to see how far it is.
    fn begin(&mut self, load: Arrival, requests: usize, tally: &Arc<Tally>);
    /// Time to look at the tally.
    fn tick(&mut self);
    /// The level's warm-up is over and its measurement begins.
    fn measuring(&mut self);
    /// The level is finished.
    ///
    /// # Errors
    /// When it cannot be kept; the sweep then stops.
    fn end(&mut self, level: Level, doubts: Vec<Warning>) -> anyhow::Result<()>;
}

/// How fast a level's clock runs. The wall's pace, except in a rehearsal.
pub trait Pace {
    /// Called before a level; gives the speed of its clock.
    fn speed(&self, load: Arrival) -> f64;
}

/// The pace of a real server.
#[derive(Debug, Clone, Copy)]
pub struct RealTime;

impl Pace for RealTime {
    fn speed(&self, _load: Arrival) -> f64 {
        1.0
    }
}

/// How a sweep ended, when nothing went wrong on our side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// All levels are done.
    Finished,
    /// Somebody asked to stop.
    Interrupted,
    /// Not one request of a level completed.
    NothingCompleted {
        /// Streams of the level.
        concurrency: u32,
        /// What most requests failed with.
        kind: FailureKind,
        /// What one of them was told.
        message: String,
    },
}

/// Runs the levels. Stops at once when asked to; requests in flight are dropped and the level with them.
///
/// # Errors
/// When a finished level cannot be kept.
pub async fn run<B: Backend>(
    backend: &Arc<B>,
    observer: &Observer,
    plan: &Plan,
    prompts: Vec<LevelPrompts>,
    pace: &impl Pace,
    watcher: &mut impl Watcher,
    interrupt: &mut Interrupt,
) -> anyhow::Result<Ended> {
    for (load, prompts) in plan.levels.iter().copied().zip(prompts) {
        let speed = pace.speed(load);
        let pacing = Pacing { arrival: load, stop: plan.stop, seed: plan.seed.unwrap_or(0) };
        let measured = tokio::select! {
            biased;
            () = interrupt.requested() => return Ok(Ended::Interrupted),
            measured = measure(backend, observer, pacing, prompts, speed, watcher) => measured,
        };
        match measured {
            Ok(level) => {
                let doubts = doubts(&level, &plan.workload);
                watcher.end(level, doubts)?;
            }
            Err(nothing_completed) => return Ok(nothing_completed),
        }
    }
    Ok(Ended::Finished)
}

async fn measure<B: Backend>(
    backend: &Arc<B>,
    observer: &Observer,
    pacing: Pacing,
    prompts: LevelPrompts,
    speed: f64,
    watcher: &mut impl Watcher,
) -> Result<Level, Ended> {
    let LevelPrompts { warmup, measured } = prompts;
    let load = pacing.arrival;
    let streams = streams(load);
    let tally = Arc::new(Tally::default());
    watcher.begin(load, measured.len(), &tally);
    if let Err(failure) = backend.open(streams).await {
        return Err(Ended::NothingCompleted { concurrency: streams, kind: failure.kind, message: failure.message });
    }
    let server = &observer.server;
    let cache_emptied = observer.empty_prefix_cache().await;
    let warming = Pacing { arrival: Arrival::ClosedLoop { concurrency: streams }, ..pacing };
    drive(backend, warmup, warming, Clock::start(), &Arc::default()).await;
    let before = server.settled_counters(None).await;
    let watch = observer.begin(cache_emptied, speed).await;
    watcher.measuring();
    let driving = drive(backend, measured, pacing, watch.clock, &tally);
    let records = watched(driving, watcher).await;
    let seen = watch.stop();
    let completed = records.iter().filter(|record| record.completed()).count() as u64;
    if completed == 0 {
        return Err(nothing_completed(streams, &records));
    }
    let after = server.settled_counters(before.completed.map(|done| done + completed)).await;
    let mut level = summarise(load, &records);
    histogram::fill(&mut level, &records);
    level.server = (!before.is_empty() && !after.is_empty()).then(|| after.since(&before));
    observer.describe(&mut level, &records, seen).await;
    Ok(level)
}

/// Drives on while telling the watcher to look from time to time.
async fn watched<T>(work: impl Future<Output = T>, watcher: &mut impl Watcher) -> T {
    let mut ticks = tokio::time::interval(TICK);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = ticks.tick() => watcher.tick(),
        }
    }
}

fn nothing_completed(concurrency: u32, records: &[RequestRecord]) -> Ended {
    let mut kinds: BTreeMap<FailureKind, (usize, &str)> = BTreeMap::new();
    for record in records {
        if let Outcome::Failed { kind, message } = &record.outcome {
            kinds.entry(*kind).or_insert((0, message)).0 += 1;
        }
    }
    let most = kinds.into_iter().max_by_key(|(_, (count, _))| *count);
    let (kind, message) = most.map_or((FailureKind::Empty, ""), |(kind, (_, message))| (kind, message));
    Ended::NothingCompleted { concurrency, kind, message: message.to_owned() }
}
