//! One request as it happened: timestamps, tokens, and how it ended. A failed request is a record too.
//!
//! Takes no timestamp itself. All times are nanoseconds of one monotonic clock, counted from the level's start.

use serde::{Deserialize, Serialize};

use crate::units::{Millis, Seconds};

/// A moment, in nanoseconds since the level started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub u64);

impl Instant {
    /// Time from `earlier` to this moment; 0 when it lies before.
    #[must_use]
    pub fn since(self, earlier: Self) -> Seconds {
        Seconds::new(self.0.saturating_sub(earlier.0) as f64 / 1e9)
    }
}

/// An event of the stream that brought tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenEvent {
    /// When it arrived.
    pub at: Instant,
    /// How many output tokens it brought.
    pub tokens: u32,
}

/// Everything known about one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// When the arrival process wanted it sent.
    pub scheduled: Instant,
    /// When it was handed to an open connection.
    pub sent: Instant,
    /// First event with a choice, even an empty one: what `vllm bench serve` calls TTFT.
    pub first_event: Option<Instant>,
    /// First token of the answer proper, reasoning left out.
    pub first_answer: Option<Instant>,
    /// Every event that brought tokens, in order of arrival.
    pub events: Vec<TokenEvent>,
    /// When the stream was over.
    pub ended: Instant,
    /// Prompt tokens, as the server counted them.
    pub prompt_tokens: Option<u64>,
    /// Prompt tokens the server took from its prefix cache.
    pub cached_tokens: Option<u64>,
    /// Output tokens, as the server counted them.
    pub output_tokens: Option<u64>,
    /// Whether tokens per event are the server's own count; else one per event is assumed.
    pub exact_tokens: bool,
    /// Which turn of its conversation it was, counted from 0.
    pub turn: u32,
    /// How late the client noticed its events, where the system tells when bytes arrived.
    pub own_delay: Option<OwnDelay>,
    /// What the server says about this request, where it does.
    pub server: Option<ServerTiming>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How long a request's bytes lay in the client's kernel before the client read them. No latency contains it:
/// events carry the moment their bytes arrived.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OwnDelay {
    /// Mean over the reads that brought events.
    pub mean: Millis,
    /// The longest.
    pub worst: Millis,
}

/// vLLM's `metrics` of one request (`--enable-per-request-metrics`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ServerTiming {
    /// From arrival to being scheduled.
    pub queue: Option<Millis>,
    /// From being scheduled to the first token; the queue is not in it.
    pub first_token: Option<Millis>,
    /// From the first token to the last.
    pub generation: Option<Millis>,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The stream was complete: a finish reason or the end mark was seen.
    Completed {
        /// `stop`, `length`, …; absent when only the end mark came.
        finish_reason: Option<String>,
    },
    /// It failed.
    Failed {
        /// In which way.
        kind: FailureKind,
        /// What the server or the system said, shortened.
        message: String,
    },
}

/// The ways a request fails, each counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// No connection.
    Connect,
    /// No TLS session: certificate, name or protocol.
    Tls,
    /// No connection within its time.
    ConnectTimeout,
    /// No first byte within its time.
    FirstByteTimeout,
    /// The stream paused longer than allowed.
    IdleTimeout,
    /// The whole request took longer than allowed.
    TotalTimeout,
    /// HTTP 429.
    RateLimited,
    /// Another HTTP 4xx.
    ClientError,
    /// HTTP 503: the server refused to admit it.
    NotAdmitted,
    /// Another HTTP 5xx.
    ServerError,
    /// An error inside a stream that had begun with HTTP 200.
    InStream,
    /// The stream ended without a finish reason or an end mark.
    Truncated,
    /// Something that is not what the protocol says.
    Malformed,
    /// A complete stream without a token.
    Empty,
    /// The connection broke.
    Broken,
}

impl FailureKind {
    /// The kind in words, for tables and messages.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Connect => "no connection",
            Self::Tls => "no TLS session",
            Self::ConnectTimeout => "connection timed out",
            Self::FirstByteTimeout => "no first byte in time",
            Self::IdleTimeout => "stream stalled",
            Self::TotalTimeout => "request timed out",
            Self::RateLimited => "HTTP 429 rate limited",
            Self::ClientError => "HTTP 4xx",
            Self::NotAdmitted => "HTTP 503 not admitted",
            Self::ServerError => "HTTP 5xx",
            Self::InStream => "error inside the stream",
            Self::Truncated => "stream cut short",
            Self::Malformed => "malformed answer",
            Self::Empty => "empty answer",
            Self::Broken => "connection broke",
        }
    }
}

impl RequestRecord {
    /// Whether it completed.
    #[must_use]
    pub fn completed(&self) -> bool {
        matches!(self.outcome, Outcome::Completed { .. })
    }

    /// TTFT: from sending to the first event that brought a token (reasoning or answer).
    ///
    /// `None` when no token came.
    #[must_use]
    pub fn ttft(&self) -> Option<Millis> {
        self.events.first().map(|first| first.at.since(self.sent).to_millis())
    }

    /// E2EL: from sending to the last token. The usage event and the end mark do not count.
    #[must_use]
    pub fn e2el(&self) -> Option<Millis> {
        self.events.last().map(|last| last.at.since(self.sent).to_millis())
    }

    /// TPOT: (last token - first token) / (output tokens - 1), vLLM's definition.
    ///
    /// `None` with fewer than two tokens, and where all arrived at once: no time between tokens was seen then.
    #[must_use]
    pub fn tpot(&self) -> Option<Millis> {
        let tokens = self.output_count();
        let (first, last) = (self.events.first()?, self.events.last()?);
        (tokens > 1 && last.at > first.at)
            .then(|| Millis::new(last.at.since(first.at).to_millis().value() / (tokens - 1) as f64))
    }

    /// ITL: every gap between events, divided by the tokens the later event brought, once per token.
    pub fn inter_token_latencies(&self) -> impl Iterator<Item = Millis> + '_ {
        self.events.windows(2).flat_map(|pair| {
            let gap = pair[1].at.since(pair[0].at).to_millis().value() / f64::from(pair[1].tokens.max(1));
            std::iter::repeat_n(Millis::new(gap), pair[1].tokens as usize)
        })
    }

    /// Output tokens: the server's count, else the sum over events.
    #[must_use]
    pub fn output_count(&self) -> u64 {
        self.output_tokens.unwrap_or_else(|| self.events.iter().map(|event| u64::from(event.tokens)).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(events: &[(u64, u32)]) -> RequestRecord {
        let at = |ms: u64| Instant(ms * 1_000_000);
        RequestRecord {
            scheduled: at(0),
            sent: at(10),
            first_event: None,
            first_answer: None,
            events: events.iter().map(|&(ms, tokens)| TokenEvent { at: at(ms), tokens }).collect(),
            ended: at(500),
            prompt_tokens: Some(5),
            cached_tokens: None,
            output_tokens: None,
            exact_tokens: true,
            turn: 0,
            own_delay: None,
            server: None,
            outcome: Outcome::Completed { finish_reason: Some("length".into()) },
        }
    }

    #[test]
    fn latencies_run_from_sending_to_tokens() {
        let record = record(&[(60, 1), (80, 1), (120, 2)]);
        assert_eq!(record.ttft(), Some(Millis::new(50.0)));
        assert_eq!(record.e2el(), Some(Millis::new(110.0)));
        assert_eq!(record.tpot(), Some(Millis::new(20.0)));
        let gaps: Vec<f64> = record.inter_token_latencies().map(Millis::value).collect();
        assert_eq!(gaps, [20.0, 20.0, 20.0]);
    }

    #[test]
    fn one_token_has_no_time_per_output_token() {
        assert_eq!(record(&[(60, 1)]).tpot(), None);
    }

    #[test]
    fn tokens_that_came_at_once_have_no_time_between_them() {
        assert_eq!(record(&[(60, 8)]).tpot(), None);
        assert_eq!(record(&[(60, 3), (60, 5)]).tpot(), None);
        assert_eq!(record(&[(60, 3), (67, 5)]).tpot(), Some(Millis::new(1.0)));
    }

    #[test]
    fn without_tokens_there_is_no_first_one() {
        assert_eq!(record(&[]).ttft(), None);
    }
}
