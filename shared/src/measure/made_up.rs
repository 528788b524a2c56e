//! Made-up requests for the tests of everything that is computed from requests.

use crate::measure::record::{FailureKind, Instant, Outcome, RequestRecord, TokenEvent};

/// A moment in milliseconds.
pub fn at(ms: u64) -> Instant {
    Instant(ms * 1_000_000)
}

/// A request that is sent, brings `tokens` tokens one every `gap_ms` after `ttft_ms`, and ends with the last.
pub fn request(sent_ms: u64, ttft_ms: u64, tokens: u32, gap_ms: u64) -> RequestRecord {
    let events: Vec<TokenEvent> =
        (0..tokens).map(|n| TokenEvent { at: at(sent_ms + ttft_ms + gap_ms * u64::from(n)), tokens: 1 }).collect();
    RequestRecord {
        scheduled: at(sent_ms),
        sent: at(sent_ms),
        first_event: events.first().map(|event| event.at),
        first_answer: events.first().map(|event| event.at),
        ended: events.last().map_or(at(sent_ms + ttft_ms), |event| event.at),
        events,
        prompt_tokens: Some(7),
        cached_tokens: None,
        output_tokens: Some(u64::from(tokens)),
        exact_tokens: true,
        turn: 0,
        own_delay: None,
        server: None,
        outcome: Outcome::Completed { finish_reason: Some("length".into()) },
    }
}

/// A request that fails after 100 ms.
pub fn failed(sent_ms: u64) -> RequestRecord {
    RequestRecord {
        events: Vec::new(),
        outcome: Outcome::Failed { kind: FailureKind::ServerError, message: "500".into() },
        ..request(sent_ms, 100, 0, 0)
    }
}

/// Streams that each send one request after the other: `rounds` requests of `tokens` tokens with the same latencies.
pub fn streams(streams: u64, rounds: u64, tokens: u32) -> Vec<RequestRecord> {
    let one = 100 + 10 * (u64::from(tokens) - 1);
    (0..streams).flat_map(|_| (0..rounds).map(move |round| request(round * one, 100, tokens, 10))).collect()
}
