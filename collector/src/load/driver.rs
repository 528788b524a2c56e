//! Drives a run: when requests are sent (closed loop, open loop, trace) and when sending stops.
//!
//! Knows no HTTP: the server is behind the trait `Backend`. Dropping the future stops every stream.

use std::future::Future;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use shared::measure::plan::{Arrival, Stop};
use shared::measure::record::{Instant, RequestRecord};
use shared::units::Millis;

use crate::load::arrival::{self, Pacing};
use crate::load::clock::Clock;
use crate::load::openai_stream::RequestFailure;
use crate::load::prompts::{Conversation, PromptRequest};
use crate::load::request_template::ChatMessage;

/// One request to send.
#[derive(Debug, Clone, Copy)]
pub struct OutgoingRequest<'a> {
    /// The earlier messages of its conversation; empty for a single request.
    pub history: &'a [ChatMessage],
    /// The prompt and the number of output tokens.
    pub request: &'a PromptRequest,
    /// Whether to keep the text of the response.
    pub keep_text: bool,
}

impl<'a> OutgoingRequest<'a> {
    /// A single request, without a conversation.
    #[must_use]
    pub fn alone(request: &'a PromptRequest) -> Self {
        Self { history: &[], request, keep_text: false }
    }
}

/// The result of a request, whether it completed or failed.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestResult {
    /// Its times, tokens and outcome.
    pub record: RequestRecord,
    /// The text of the response; empty unless it was to be kept.
    pub text: String,
}

/// The server side of the load client.
pub trait Backend: Send + Sync + 'static {
    /// Opens a connection for each stream, so that no request includes a handshake.
    fn open(&self, streams: u32) -> impl Future<Output = Result<(), RequestFailure>> + Send;

    /// Sends one request and reads its response to the end. A failed request is a result too.
    fn send(&self, outgoing: OutgoingRequest<'_>, clock: Clock) -> impl Future<Output = RequestResult> + Send;
}

/// Counters of a run in progress.
#[derive(Debug)]
pub struct Tally {
    completed: AtomicU64,
    failed: AtomicU64,
    in_flight: AtomicU64,
    tokens: AtomicU64,
    ttft_us: Mutex<Option<Histogram<u64>>>,
}

impl Default for Tally {
    fn default() -> Self {
        let count = AtomicU64::default;
        // Two digits up to an hour.
        let ttft_us = Mutex::new(Histogram::new_with_max(3_600_000_000, 2).ok());
        Self { completed: count(), failed: count(), in_flight: count(), tokens: count(), ttft_us }
    }
}

impl Tally {
    /// Requests completed so far.
    #[must_use]
    pub fn completed(&self) -> u64 {
        self.completed.load(Ordering::Relaxed)
    }

    /// Requests failed so far.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// Requests in flight.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Prompt and output tokens of completed requests.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.tokens.load(Ordering::Relaxed)
    }

    /// Median TTFT so far.
    #[must_use]
    pub fn median_ttft(&self) -> Option<Millis> {
        let seen = self.ttft_us.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = seen.as_ref().filter(|seen| !seen.is_empty())?;
        Some(Millis::new(seen.value_at_quantile(0.5) as f64 / 1000.0))
    }

    fn begin(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    fn end(&self, record: &RequestRecord) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !record.completed() {
            self.failed.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.completed.fetch_add(1, Ordering::Relaxed);
        self.tokens.fetch_add(record.prompt_tokens.unwrap_or(0) + record.output_count(), Ordering::Relaxed);
        if let Some(ttft) = record.ttft() {
            let mut seen = self.ttft_us.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(seen) = seen.as_mut() {
                seen.saturating_record((ttft.value() * 1000.0) as u64);
            }
        }
    }
}

/// Sends `work` until all of it is sent or the stop rule applies; returns the records in the order of sending.
pub async fn drive<B: Backend>(
    backend: &Arc<B>,
    work: Vec<Conversation>,
    pacing: Pacing,
    clock: Clock,
    tally: &Arc<Tally>,
) -> Vec<RequestRecord> {
    let until = match pacing.stop {
        Stop::Requests(_) => None,
        Stop::Duration(seconds) => Some(clock.when(seconds)),
    };
    let level = Arc::new(LevelRun { backend: Arc::clone(backend), work, clock, until, tally: Arc::clone(tally) });
    let mut records = match pacing.arrival {
        Arrival::ClosedLoop { concurrency } => closed_loop(level, concurrency).await,
        _ => open_loop(level, pacing).await,
    };
    records.sort_by_key(|record| record.sent);
    records
}

/// What all streams of a run share.
struct LevelRun<B> {
    backend: Arc<B>,
    work: Vec<Conversation>,
    clock: Clock,
    /// When sending stops.
    until: Option<tokio::time::Instant>,
    tally: Arc<Tally>,
}

impl<B: Backend> LevelRun<B> {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| tokio::time::Instant::now() >= until)
    }

    /// Sends the turns of a conversation one after the other; a turn that fails is the last.
    async fn converse(&self, conversation: &Conversation, due: Option<Instant>, records: &mut Vec<RequestRecord>) {
        let several = conversation.turns.len() > 1;
        let (mut history, mut due) = (Vec::new(), due);
        for (request, turn) in conversation.turns.iter().zip(0..) {
            if turn > 0 && self.is_over() {
                return;
            }
            let scheduled = due.take().unwrap_or_else(|| self.clock.now());
            self.tally.begin();
            let outgoing = OutgoingRequest { history: &history, request, keep_text: several };
            let RequestResult { record, text } = self.backend.send(outgoing, self.clock).await;
            self.tally.end(&record);
            let completed = record.completed();
            records.push(RequestRecord { scheduled, turn, ..record });
            if !completed {
                return;
            }
            if several {
                history.push(ChatMessage { role: "user", text: request.prompt.clone() });
                history.push(ChatMessage { role: "assistant", text });
            }
        }
    }
}

/// Closed loop: a fixed number of streams, each of which sends its next request when the last one ended.
async fn closed_loop<B: Backend>(level: Arc<LevelRun<B>>, concurrency: u32) -> Vec<RequestRecord> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut streams = JoinSet::new();
    for _ in 0..concurrency {
        let (level, next) = (Arc::clone(&level), Arc::clone(&next));
        streams.spawn(async move {
            let mut records = Vec::new();
            while !level.is_over() {
                let Some(conversation) = level.work.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                level.converse(conversation, None, &mut records).await;
            }
            records
        });
    }
    streams.join_all().await.concat()
}

/// Open loop: each request at its scheduled time, independently of requests in flight.
async fn open_loop<B: Backend>(level: Arc<LevelRun<B>>, pacing: Pacing) -> Vec<RequestRecord> {
    let due: Vec<f64> = arrival::own_offsets(pacing, level.work.len()).unwrap_or_else(|| {
        let speed = if let Arrival::Trace { speed } = pacing.arrival { speed } else { 1.0 };
        let until = if let Stop::Duration(seconds) = pacing.stop { seconds } else { f64::INFINITY };
        let at = level.work.iter().map(|conversation| conversation.at.unwrap_or_default().as_secs_f64() / speed);
        at.take_while(|at| *at < until).collect()
    });
    let mut streams = JoinSet::new();
    for (n, seconds) in due.into_iter().enumerate() {
        tokio::time::sleep_until(level.clock.when(seconds)).await;
        let level = Arc::clone(&level);
        streams.spawn(async move {
            let mut records = Vec::new();
            if let Some(conversation) = level.work.get(n) {
                let due = Instant((seconds * 1e9) as u64);
                level.converse(conversation, Some(due), &mut records).await;
            }
            records
        });
    }
    streams.join_all().await.concat()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::openai_stream::Transcript;
    use crate::load::sse::Event;
    use shared::measure::record::FailureKind;
    use shared::measure::summary::summarise;
    use shared::units::Seconds;

    /// Takes as many milliseconds as a request wants tokens; fails those that want none. Notes how many were in flight.
    #[derive(Default)]
    struct Scripted {
        in_flight: AtomicU64,
        most: AtomicU64,
    }

    impl Backend for Scripted {
        async fn open(&self, _streams: u32) -> Result<(), RequestFailure> {
            Ok(())
        }

        async fn send(&self, outgoing: OutgoingRequest<'_>, clock: Clock) -> RequestResult {
            let request = outgoing.request;
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            let mut transcript = Transcript::sent_at(clock.now());
            tokio::time::sleep(Duration::from_millis(u64::from(request.output_tokens))).await;
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
            if request.output_tokens == 0 {
                let record = transcript.fail(RequestFailure::new(FailureKind::ServerError, "scripted"), clock.now());
                return RequestResult { record, text: String::new() };
            }
            let data = format!(
                "{{\"choices\":[{{\"text\":\"x\",\"finish_reason\":\"length\"}}],\"usage\":{{\"prompt_tokens\":3,\"completion_tokens\":{}}}}}",
                request.output_tokens
            );
            transcript.take(Event { name: "message", data: &data }, clock.now()).unwrap();
            let text = format!("{} said", outgoing.history.len());
            RequestResult { record: transcript.close(clock.now()), text }
        }
    }

    async fn run(concurrency: u32, tokens: &[u32]) -> (Vec<RequestRecord>, u64, Arc<Tally>) {
        let (backend, tally) = (Arc::new(Scripted::default()), Arc::new(Tally::default()));
        let work =
            tokens.iter().map(|&output_tokens| PromptRequest { prompt: "p".into(), output_tokens }.into()).collect();
        let stop = Stop::Requests(tokens.len() as u32);
        let pacing = Pacing { arrival: Arrival::ClosedLoop { concurrency }, stop, seed: 0, part: None };
        let records = drive(&backend, work, pacing, Clock::start(), &tally).await;
        (records, backend.most.load(Ordering::SeqCst), tally)
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_sends_when_its_last_request_ended() {
        let (records, most, _) = run(2, &[100, 30, 30, 30]).await;
        let sent: Vec<u64> = records.iter().map(|record| record.sent.0 / 1_000_000).collect();
        assert_eq!((sent, most), (vec![0, 0, 30, 60], 2));
        let level = summarise(Arrival::ClosedLoop { concurrency: 2 }, &records);
        assert_eq!((level.completed, level.output_tokens, level.duration_s), (4, 190, Seconds::new(0.1)));
    }

    #[tokio::test(start_paused = true)]
    async fn streams_are_never_more_than_asked_for() {
        let (records, most, tally) = run(4, &[10; 40]).await;
        assert_eq!((records.len(), most, tally.completed(), tally.tokens()), (40, 4, 40, 40 * 13));
    }

    #[tokio::test(start_paused = true)]
    async fn failures_are_records() {
        let (records, _, tally) = run(2, &[10, 0, 10]).await;
        assert_eq!((records.len(), tally.completed(), tally.failed()), (3, 2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_faster_clock_counts_more() {
        let clock = Clock::start_at_speed(20.0);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(clock.now(), Instant(2_000_000_000));
    }

    async fn paced(arrival: Arrival, stop: Stop, work: Vec<Conversation>) -> Vec<RequestRecord> {
        let pacing = Pacing { arrival, stop, seed: 3, part: None };
        drive(&Arc::new(Scripted::default()), work, pacing, Clock::start(), &Arc::default()).await
    }

    fn alone(output_tokens: u32) -> Conversation {
        PromptRequest { prompt: "p".into(), output_tokens }.into()
    }

    fn millis(moments: impl Iterator<Item = Instant>) -> Vec<u64> {
        moments.map(|moment| moment.0 / 1_000_000).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_loop_does_not_wait_for_answers() {
        let work = vec![alone(1000), alone(1000), alone(1000)];
        let records = paced(Arrival::Constant { rate: 10.0 }, Stop::Requests(3), work).await;
        assert_eq!(millis(records.iter().map(|record| record.sent)), [0, 100, 200]);
        assert_eq!(millis(records.iter().map(|record| record.ended)), [1000, 1100, 1200]);
    }

    #[tokio::test(start_paused = true)]
    async fn after_its_time_a_level_sends_no_more_and_waits_for_the_rest() {
        let work = vec![alone(400); 100];
        let records = paced(Arrival::ClosedLoop { concurrency: 2 }, Stop::Duration(1.0), work.clone()).await;
        assert_eq!(records.len(), 6);
        assert_eq!(records.iter().map(|record| record.ended.0 / 1_000_000).max(), Some(1200));
        let records = paced(Arrival::Constant { rate: 5.0 }, Stop::Duration(1.0), work).await;
        assert_eq!(records.len(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_trace_is_played_at_its_stamps() {
        let at = |ms| Conversation { at: Some(Duration::from_millis(ms)), ..alone(5) };
        let records = paced(Arrival::Trace { speed: 2.0 }, Stop::Requests(3), vec![at(0), at(300), at(1000)]).await;
        assert_eq!(millis(records.iter().map(|record| record.scheduled)), [0, 150, 500]);
    }

    #[tokio::test(start_paused = true)]
    async fn turns_follow_each_other_and_end_with_a_failure() {
        let turns = |tokens: &[u32]| Conversation {
            at: None,
            turns: tokens.iter().map(|&output_tokens| PromptRequest { prompt: "p".into(), output_tokens }).collect(),
        };
        let work = vec![turns(&[10, 20, 30]), turns(&[10, 0, 30])];
        let records = paced(Arrival::ClosedLoop { concurrency: 1 }, Stop::Requests(2), work).await;
        let turns: Vec<(u32, bool)> = records.iter().map(|record| (record.turn, record.completed())).collect();
        assert_eq!(turns, [(0, true), (1, true), (2, true), (0, true), (1, false)]);
    }
}
