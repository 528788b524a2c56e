//! Drives a level: so many streams at once, each sending its next request when the last one ended.
//!
//! Never sees HTTP; whatever answers requests implements `Backend`. Dropping the future stops every stream.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::task::JoinSet;

use shared::measure::plan::Arrival;
use shared::measure::record::RequestRecord;

use crate::load::clock::Clock;
use crate::load::prompts::{Conversation, PromptRequest};

/// Something that answers requests.
pub trait Backend: Send + Sync + 'static {
    /// Opens connections for so many streams, so that no request pays for a handshake.
    fn open(&self, streams: u32) -> impl Future<Output = ()> + Send;

    /// Sends one request and reads its answer to the end. A failure is a record too.
    fn send(&self, request: &PromptRequest, clock: Clock) -> impl Future<Output = RequestRecord> + Send;
}

/// How far a level is, for whoever shows progress.
#[derive(Debug, Default)]
pub struct Tally {
    completed: AtomicU64,
    failed: AtomicU64,
    tokens: AtomicU64,
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

    /// Prompt and output tokens of the completed ones.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.tokens.load(Ordering::Relaxed)
    }

    fn count(&self, record: &RequestRecord) {
        if record.completed() {
            self.completed.fetch_add(1, Ordering::Relaxed);
            self.tokens.fetch_add(record.prompt_tokens.unwrap_or(0) + record.output_count(), Ordering::Relaxed);
        } else {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Sends all of `work` and gives the records in the order in which requests ended on their stream.
pub async fn drive<B: Backend>(
    backend: &Arc<B>,
    work: Vec<Conversation>,
    arrival: Arrival,
    clock: Clock,
    tally: &Arc<Tally>,
) -> Vec<RequestRecord> {
    let concurrency = arrival.concurrency().unwrap_or(1);
    let (work, next) = (Arc::new(work), Arc::new(AtomicUsize::new(0)));
    let mut streams = JoinSet::new();
    for _ in 0..concurrency {
        let (backend, work, next, tally) =
            (Arc::clone(backend), Arc::clone(&work), Arc::clone(&next), Arc::clone(tally));
        streams.spawn(async move {
            let mut records = Vec::new();
            while let Some(conversation) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                let Some(request) = conversation.turns.first() else { continue };
                let scheduled = clock.now();
                let record = RequestRecord { scheduled, ..backend.send(request, clock).await };
                tally.count(&record);
                records.push(record);
            }
            records
        });
    }
    let mut records = streams.join_all().await.concat();
    records.sort_by_key(|record| record.sent);
    records
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::wire::{Failure, Transcript};
    use shared::measure::record::{FailureKind, Instant};
    use shared::measure::summary::summarise;
    use shared::units::Seconds;

    /// Takes as many milliseconds as a request wants tokens; fails those that want none. Notes how many were in flight.
    #[derive(Default)]
    struct Scripted {
        in_flight: AtomicU64,
        most: AtomicU64,
    }

    impl Backend for Scripted {
        async fn open(&self, _streams: u32) {}

        async fn send(&self, request: &PromptRequest, clock: Clock) -> RequestRecord {
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            let mut transcript = Transcript::sent_at(clock.now());
            tokio::time::sleep(Duration::from_millis(u64::from(request.output_tokens))).await;
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
            if request.output_tokens == 0 {
                return transcript.fail(Failure::new(FailureKind::ServerError, "scripted"), clock.now());
            }
            let data = format!(
                "{{\"choices\":[{{\"text\":\"x\",\"finish_reason\":\"length\"}}],\"usage\":{{\"prompt_tokens\":3,\"completion_tokens\":{}}}}}",
                request.output_tokens
            );
            transcript.take(&crate::load::sse::Event { name: "message".into(), data }, clock.now()).unwrap();
            transcript.close(clock.now())
        }
    }

    async fn run(concurrency: u32, tokens: &[u32]) -> (Vec<RequestRecord>, u64, Arc<Tally>) {
        let (backend, tally) = (Arc::new(Scripted::default()), Arc::new(Tally::default()));
        let work =
            tokens.iter().map(|&output_tokens| PromptRequest { prompt: "p".into(), output_tokens }.into()).collect();
        let records = drive(&backend, work, Arrival::ClosedLoop { concurrency }, Clock::start(), &tally).await;
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
}
