//! A sweep's levels one after the other: open connections, warm up, count, measure, count again, summarise.
//!
//! Saves and shows nothing; whoever watches does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;

use shared::measure::objectives::Objectives;
use shared::measure::observe;
use shared::measure::plan::Arrival;
use shared::measure::record::{FailureKind, Outcome, RequestRecord};
use shared::measure::runs::Runs;
use shared::measure::summary::Level;
use shared::store::provenance::Warning;

use crate::load::arrival::streams;
use crate::load::clock::Clock;
use crate::load::driver::{Backend, Pacing, Tally, drive};
use crate::load::histogram;
use crate::load::prompts::workload::LevelPrompts;
use crate::sweep::course::Course;
use crate::sweep::interrupt::Interrupt;
use crate::sweep::level_runs::{LevelRuns, OneRun};
use crate::sweep::observer::Observer;
use crate::sweep::verdict::doubts;

/// How often whoever watches is told to look.
const TICK: Duration = Duration::from_millis(100);

/// Who shows a sweep and keeps its levels.
pub trait Watcher {
    /// The levels that are there, lowest load first; of the last one perhaps not all runs.
    fn levels(&self) -> &[Level];
    /// A run of a level begins.
    fn begin(&mut self, load: Arrival, turn: Turn);
    /// It warms up: how many requests it will measure, where to see how far it is, and how fast its clock runs.
    fn warming_up(&mut self, requests: usize, tally: &Arc<Tally>, speed: f64);
    /// Time to look at the tally.
    fn tick(&mut self);
    /// The warm-up is over and the measurement begins.
    fn measuring(&mut self);
    /// The run is finished: the level of all its runs so far.
    ///
    /// # Errors
    /// When it cannot be kept; the sweep then stops.
    fn end(&mut self, level: Level, doubts: Vec<Warning>, turn: Turn) -> anyhow::Result<()>;
}

/// Which of a level's runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Counted from 1.
    pub run: usize,
    /// How many there are.
    pub of: usize,
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

/// Runs the levels. Stops at once when asked to; requests in flight are dropped and the run with them.
///
/// # Errors
/// When a finished run cannot be kept.
pub async fn run<B: Backend>(
    backend: &Arc<B>,
    observer: &Observer,
    course: &Course,
    mut prompts: Vec<LevelPrompts>,
    pace: &impl Pace,
    watcher: &mut impl Watcher,
    interrupt: &mut Interrupt,
) -> anyhow::Result<Ended> {
    let objectives = course.objectives.as_ref();
    while let Some(stage) = course.next(watcher.levels()) {
        let mut runs = LevelRuns::of(stage.load, course.objectives.clone());
        for number in 0..course.repeats {
            let dealt = prompts.get_mut(stage.prompts + number).context("a level has no prompts")?;
            let mut prompts = std::mem::take(dealt);
            prompts.warmup.truncate(stage.warmup);
            let turn = Turn { run: number + 1, of: course.repeats };
            watcher.begin(stage.load, turn);
            let speed = pace.speed(stage.load);
            let pacing = course.pacing(stage.load, number);
            let measured = tokio::select! {
                biased;
                () = interrupt.requested() => return Ok(Ended::Interrupted),
                measured = measure(backend, observer, pacing, prompts, objectives, speed, watcher) => measured,
            };
            match measured {
                Ok(one) => runs.push(one),
                Err(nothing_completed) => return Ok(nothing_completed),
            }
            if let Some(level) = runs.level() {
                let doubts = doubts(&level, &course.workload);
                watcher.end(level, doubts, turn)?;
            }
        }
    }
    Ok(Ended::Finished)
}

/// One run of a level.
async fn measure<B: Backend>(
    backend: &Arc<B>,
    observer: &Observer,
    pacing: Pacing,
    prompts: LevelPrompts,
    objectives: Option<&Objectives>,
    speed: f64,
    watcher: &mut impl Watcher,
) -> Result<OneRun, Ended> {
    let LevelPrompts { warmup, measured } = prompts;
    let load = pacing.arrival;
    let streams = streams(load);
    let tally = Arc::new(Tally::default());
    watcher.warming_up(measured.len(), &tally, speed);
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
    let began = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let driving = drive(backend, measured, pacing, watch.clock, &tally);
    let records = watched(driving, watcher).await;
    let seen = watch.stop();
    let completed = records.iter().filter(|record| record.completed()).count() as u64;
    if completed == 0 {
        return Err(nothing_completed(streams, &records));
    }
    let after = server.settled_counters(before.completed.map(|done| done + completed)).await;
    let runs = Runs::one(records);
    let mut level = observe::level(load, &runs, objectives);
    histogram::fill(&mut level, runs.records());
    level.server = (!before.is_empty() && !after.is_empty()).then(|| after.since(&before));
    observer.describe(&mut level, runs.records(), seen).await;
    if let Some(observed) = &mut level.observed {
        observed.began_unix_ms = began.and_then(|since| u64::try_from(since.as_millis()).ok());
    }
    Ok(OneRun { level, records: runs.into_records() })
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
