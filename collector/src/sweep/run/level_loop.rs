//! A sweep's levels one after the other: open connections, warm up, count, measure, count again, summarise.
//!
//! Saves and shows nothing; whoever watches does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;

use shared::measure::objectives::Objectives;
use shared::measure::observe;
use shared::measure::plan::{Arrival, Stop};
use shared::measure::record::{FailureKind, Instant, Outcome, RequestRecord};
use shared::measure::runs::Runs;
use shared::measure::summary::Level;
use shared::store::provenance::Warning;

use crate::interrupt::Interrupt;
use crate::load::arrival::{Pacing, streams};
use crate::load::clock::Clock;
use crate::load::driver::{Backend, Tally, drive};
use crate::load::histogram;
use crate::load::prompts::workload::LevelPrompts;
use crate::load::wire::Failure;
use crate::sweep::report::warnings::doubts;
use crate::sweep::run::combined_runs::{LevelRuns, OneRun};
use crate::sweep::run::observer::Observer;
use crate::sweep::run::schedule::Course;

/// How often whoever watches is told to look.
const TICK: Duration = Duration::from_millis(100);

/// Who shows a sweep and keeps its levels.
pub trait Watcher {
    /// The levels that are there, lowest load first; of the last one perhaps not all runs.
    fn levels(&self) -> &[Level];
    /// A run of a level begins.
    fn begin(&mut self, load: Arrival, turn: Turn);
    /// It warms up: what it will measure, where to see how far it is, and how fast its clock runs.
    fn warming_up(&mut self, ahead: Ahead, tally: &Arc<Tally>, speed: f64);
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

/// What a run will send.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// Requests; where it ends after a time, the most it may send.
    pub requests: usize,
    /// When it stops.
    pub stop: Stop,
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
        let mut lasting: Vec<Warning> = Vec::new();
        for number in 0..course.repeats {
            let dealt = prompts.get_mut(stage.prompts + number).context("a level has no prompts")?;
            let mut prompts = std::mem::take(dealt);
            prompts.warmup.truncate(stage.warmup);
            let turn = Turn { run: number + 1, of: course.repeats };
            watcher.begin(stage.load, turn);
            let speed = pace.speed(stage.load);
            let pacing = course.pacing(stage.load, number);
            let planned = PlannedRun { pacing, prompts, objectives, speed };
            let one = match measure(backend, observer, planned, watcher, interrupt).await {
                Ok(one) => one,
                Err(ended) => return Ok(ended),
            };
            lasting.extend(passing(doubts(&one.level, &course.workload)));
            lasting.extend(one.ran_out.clone());
            runs.push(one);
            if let Some(level) = runs.level() {
                let mut doubts = doubts(&level, &course.workload);
                doubts.retain(|doubt| !is_passing(doubt));
                doubts.extend(lasting.iter().cloned());
                watcher.end(level, doubts, turn)?;
            }
        }
    }
    Ok(Ended::Finished)
}

/// A run that is about to be measured.
struct PlannedRun<'a> {
    pacing: Pacing,
    prompts: LevelPrompts,
    objectives: Option<&'a Objectives>,
    speed: f64,
}

/// Doubts about what happened during one run, which the numbers of all runs together no longer show.
fn is_passing(doubt: &Warning) -> bool {
    matches!(
        doubt,
        Warning::ClientSaturated { .. }
            | Warning::ForeignTraffic { .. }
            | Warning::ClocksLow { .. }
            | Warning::Preemptions { .. }
            | Warning::Note { .. }
    )
}

fn passing(doubts: Vec<Warning>) -> impl Iterator<Item = Warning> {
    doubts.into_iter().filter(is_passing)
}

/// One run of a level.
async fn measure<B: Backend>(
    backend: &Arc<B>,
    observer: &Observer,
    planned: PlannedRun<'_>,
    watcher: &mut impl Watcher,
    interrupt: &mut Interrupt,
) -> Result<OneRun, Ended> {
    let PlannedRun { pacing, prompts: LevelPrompts { warmup, measured }, objectives, speed } = planned;
    let (load, dealt) = (pacing.arrival, measured.len());
    let streams = streams(load);
    let tally = Arc::new(Tally::default());
    let requests = measured.iter().map(|conversation| conversation.turns.len()).sum();
    watcher.warming_up(Ahead { requests, stop: pacing.stop }, &tally, speed);
    let unopened = |failure: Failure| Ended::NothingCompleted {
        concurrency: streams,
        kind: failure.kind,
        message: failure.message,
    };
    let warming_up = async {
        backend.open(streams).await?;
        let cache_emptied = observer.empty_prefix_cache().await;
        let warming = Pacing { arrival: Arrival::ClosedLoop { concurrency: streams }, part: None, ..pacing };
        drive(backend, warmup, warming, Clock::start(), &Arc::default()).await;
        let before = observer.server.settled_counters(None).await;
        // Anew: a connection that was idle for seconds while others warmed up may be closing.
        backend.open(streams).await?;
        Ok((before, observer.begin(cache_emptied, speed).await))
    };
    let (before, watch) = tokio::select! {
        biased;
        () = interrupt.requested() => return Err(Ended::Interrupted),
        warm = warming_up => warm.map_err(unopened)?,
    };
    watcher.measuring();
    let began = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let driving = drive(backend, measured, pacing, watch.clock, &tally);
    let records = tokio::select! {
        biased;
        () = interrupt.requested() => return Err(Ended::Interrupted),
        records = watched(driving, watcher) => records,
    };
    // From here on everything is in hand: an interrupt waits until it is on disk.
    let seen = watch.stop();
    let completed = records.iter().filter(|record| record.completed()).count() as u64;
    if completed == 0 {
        return Err(nothing_completed(streams, &records));
    }
    let after = observer.server.settled_counters(before.completed.map(|done| done + completed)).await;
    let ran_out = ran_out(pacing, dealt, &records);
    let runs = Runs::one(records);
    let mut level = observe::level(load, &runs, objectives);
    histogram::fill(&mut level, runs.records());
    level.server = (!before.is_empty() && !after.is_empty()).then(|| after.since(&before));
    observer.describe(&mut level, runs.records(), seen).await;
    if let Some(observed) = &mut level.observed {
        observed.began_unix_ms = began.and_then(|since| u64::try_from(since.as_millis()).ok());
    }
    Ok(OneRun { level, records: runs.into_records(), ran_out })
}

/// A note when a level that should have ended after a time ended because it had no more prompts.
fn ran_out(pacing: Pacing, dealt: usize, records: &[RequestRecord]) -> Option<Warning> {
    let Stop::Duration(seconds) = pacing.stop else { return None };
    let begun = records.iter().filter(|record| record.turn == 0).count();
    let last = records.iter().map(|record| record.sent).max().map_or(0.0, |at| at.since(Instant(0)).value());
    (begun >= dealt && last < 0.9 * seconds).then(|| {
        let load = pacing.arrival;
        let text = format!(
            "{load}: all {dealt} prompts were sent after {last:.1} of {seconds} s; give more with --num-prompts or a larger dataset"
        );
        Warning::Note { text }
    })
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
