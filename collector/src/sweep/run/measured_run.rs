//! One run of a level: open connections, warm up, read the server's counters, measure, read them again, summarise.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
use crate::load::openai_client::OpenAiClient;
use crate::load::openai_stream::RequestFailure;
use crate::load::prompts::Conversation;
use crate::load::prompts::workload::LevelPrompts;
use crate::server::server_counters::ServerCounters;
use crate::sweep::report::progress::RunLength;
use crate::sweep::run::observer::{Observer, RunWatch};
use crate::sweep::run::recorder::Recorder;
use crate::sweep::run::sweep_end::SweepEnd;

/// How often progress is shown.
const TICK: Duration = Duration::from_millis(100);

/// A run that is about to be measured.
pub struct PlannedRun<'a> {
    /// How it sends.
    pub pacing: Pacing,
    /// What it sends.
    pub prompts: LevelPrompts,
    /// What it is compared with.
    pub objectives: Option<&'a Objectives>,
    /// Speed of its clock over the wall's.
    pub clock_speed: f64,
}

/// One run of a level.
#[derive(Debug, Clone)]
pub struct MeasuredRun {
    /// Its summary, with what client, server and GPU did meanwhile.
    pub level: Level,
    /// Its requests.
    pub records: Vec<RequestRecord>,
    /// That it ran out of prompts before its time was over.
    pub ran_out_of_prompts: Option<Warning>,
}

/// Warms up and measures one run; `Err` is how the sweep ended instead.
///
/// # Errors
/// When the program is asked to stop, no connection can be opened, or no request completes.
pub async fn measure(
    backend: &Arc<OpenAiClient>,
    observer: &Observer,
    planned: PlannedRun<'_>,
    recorder: &mut Recorder<'_>,
    interrupt: &mut Interrupt,
) -> Result<MeasuredRun, SweepEnd> {
    let PlannedRun { pacing, prompts: LevelPrompts { warmup, measured }, objectives, clock_speed } = planned;
    let n_prompts = measured.len();
    let tally = Arc::new(Tally::default());
    let requests = measured.iter().map(|conversation| conversation.turns.len()).sum();
    recorder.warming_up(RunLength { requests, stop: pacing.stop }, &tally, clock_speed);
    let warming_up = warm_up(backend, observer, warmup, pacing, clock_speed);
    let (before, watch) = interrupt.unless_requested(warming_up).await.ok_or(SweepEnd::Interrupted)??;
    recorder.measuring();
    let began = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let driving = drive(backend, measured, pacing, watch.clock, &tally);
    let records = interrupt.unless_requested(with_ticks(driving, recorder)).await.ok_or(SweepEnd::Interrupted)?;
    // From here on the run is complete: an interrupt waits until it is on disk.
    let watched = watch.stop();
    let completed = records.iter().filter(|record| record.completed()).count() as u64;
    if completed == 0 {
        return Err(nothing_completed(streams(pacing.arrival), &records));
    }
    let after = observer.server.settled_counters(before.completed.map(|done| done + completed)).await;
    let ran_out_of_prompts = ran_out_of_prompts(pacing, n_prompts, &records);
    let runs = Runs::one(records);
    let mut level = observe::level(pacing.arrival, &runs, objectives);
    histogram::fill(&mut level, runs.records());
    level.server = (!before.is_empty() && !after.is_empty()).then(|| after.since(&before));
    observer.describe(&mut level, runs.records(), watched).await;
    if let Some(observed) = &mut level.observed {
        observed.began_unix_ms = began.and_then(|since| u64::try_from(since.as_millis()).ok());
    }
    Ok(MeasuredRun { level, records: runs.into_records(), ran_out_of_prompts })
}

/// Sends the warm-up requests; gives the server's counters after them, and what watches the run from now on.
async fn warm_up(
    backend: &Arc<OpenAiClient>,
    observer: &Observer,
    warmup: Vec<Conversation>,
    pacing: Pacing,
    clock_speed: f64,
) -> Result<(ServerCounters, RunWatch), SweepEnd> {
    let streams = streams(pacing.arrival);
    let open = async || {
        let failed = |failure: RequestFailure| SweepEnd::NothingCompleted {
            concurrency: streams,
            kind: failure.kind,
            message: failure.message,
        };
        backend.open(streams).await.map_err(failed)
    };
    open().await?;
    let cache_emptied = observer.empty_prefix_cache().await;
    let closed_loop = Pacing { arrival: Arrival::ClosedLoop { concurrency: streams }, part: None, ..pacing };
    drive(backend, warmup, closed_loop, Clock::start(), &Arc::default()).await;
    let before = observer.server.settled_counters(None).await;
    // New connections: one that was idle for seconds while others warmed up may be closing.
    open().await?;
    Ok((before, observer.begin(cache_emptied, clock_speed).await))
}

/// A note when a level that should have ended after a time ended because it had no more prompts.
fn ran_out_of_prompts(pacing: Pacing, n_prompts: usize, records: &[RequestRecord]) -> Option<Warning> {
    let Stop::Duration(seconds) = pacing.stop else { return None };
    let begun = records.iter().filter(|record| record.turn == 0).count();
    let last = records.iter().map(|record| record.sent).max().map_or(0.0, |at| at.since(Instant(0)).value());
    (begun >= n_prompts && last < 0.9 * seconds).then(|| {
        let load = pacing.arrival;
        let text = format!(
            "{load}: all {n_prompts} prompts were sent after {last:.1} of {seconds} s; raise --num-prompts or use a larger dataset"
        );
        Warning::Note { text }
    })
}

/// Waits for the work and shows progress meanwhile.
async fn with_ticks<T>(work: impl Future<Output = T>, recorder: &mut Recorder<'_>) -> T {
    let mut ticks = tokio::time::interval(TICK);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = ticks.tick() => recorder.tick(),
        }
    }
}

fn nothing_completed(concurrency: u32, records: &[RequestRecord]) -> SweepEnd {
    let mut kinds: BTreeMap<FailureKind, (usize, &str)> = BTreeMap::new();
    for record in records {
        if let Outcome::Failed { kind, message } = &record.outcome {
            kinds.entry(*kind).or_insert((0, message)).0 += 1;
        }
    }
    let most = kinds.into_iter().max_by_key(|(_, (count, _))| *count);
    let (kind, message) = most.map_or((FailureKind::Empty, ""), |(kind, (_, message))| (kind, message));
    SweepEnd::NothingCompleted { concurrency, kind, message: message.to_owned() }
}
