//! A response while its bytes arrive: HTTP framing around an event stream or an error message.
//!
//! Does no IO and reads no clock: times come in with the bytes.

use shared::measure::record::{FailureKind, Instant, RequestRecord};

use crate::load::http_response::ResponseReader;
use crate::load::openai_stream::{RequestFailure, Transcript};
use crate::load::sse::Parser;

/// Longest error body that is read.
const ERROR_BYTES: usize = 16 * 1024;

/// A response while its bytes arrive.
#[derive(Debug, Default)]
pub struct IncomingResponse {
    reader: ResponseReader,
    events: Parser,
    refusal: Vec<u8>,
}

impl IncomingResponse {
    /// Whether the response is complete.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.reader.is_done() || self.refusal.len() > ERROR_BYTES
    }

    /// Takes bytes that arrived at this time.
    ///
    /// # Errors
    /// When they violate the protocol, or report that the request failed.
    pub fn take(&mut self, bytes: &[u8], at: Instant, transcript: &mut Transcript) -> Result<(), RequestFailure> {
        let (events, refusal, mut failure) = (&mut self.events, &mut self.refusal, None);
        let read = self.reader.feed(bytes, |head, piece| {
            if failure.is_some() {
                return;
            }
            if head.status != 200 {
                refusal.extend_from_slice(piece);
            } else if !head.content_type.is_empty() && !head.content_type.starts_with("text/event-stream") {
                let message = format!("the answer is `{}`, not an event stream", head.content_type);
                failure = Some(RequestFailure::new(FailureKind::Malformed, message));
            } else {
                let read = events.feed(piece, |event| {
                    if failure.is_none() {
                        failure = transcript.take(event, at).err();
                    }
                });
                if let (Err(error), None) = (read, &failure) {
                    failure = Some(RequestFailure::new(FailureKind::Malformed, error.to_string()));
                }
            }
        });
        match (failure, read) {
            (Some(failure), _) => Err(failure),
            (None, Err(error)) => Err(RequestFailure::new(FailureKind::Malformed, error.to_string())),
            (None, Ok(())) => Ok(()),
        }
    }

    /// The connection ended.
    ///
    /// # Errors
    /// When the response was incomplete.
    pub fn end(&mut self, transcript: &Transcript) -> Result<(), RequestFailure> {
        let when = if transcript.has_event() { "in the middle of its stream" } else { "before its first event" };
        let broke = |_| RequestFailure::new(FailureKind::Broken, format!("the server closed the connection {when}"));
        self.reader.close().map_err(broke)
    }

    /// Whether the connection can carry another request after this response.
    ///
    /// # Errors
    /// When the server refused the request.
    pub fn can_reuse_connection(&self) -> Result<bool, RequestFailure> {
        match self.reader.head() {
            Some(head) if head.status != 200 => {
                Err(RequestFailure::of_status(head.status, &String::from_utf8_lossy(&self.refusal)))
            }
            head => Ok(head.is_some_and(|head| head.keeps_alive) && self.reader.is_done()),
        }
    }
}

/// The record of a response that arrives in these pieces, all at the same time, on a connection that then ends. For tests
/// of the parser.
pub fn record<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> RequestRecord {
    let at = Instant(0);
    let (mut answer, mut transcript) = (IncomingResponse::default(), Transcript::sent_at(at));
    for piece in pieces {
        if let Err(failure) = answer.take(piece, at, &mut transcript) {
            return transcript.fail(failure, at);
        }
    }
    let over = if answer.is_done() { Ok(()) } else { answer.end(&transcript) };
    match over.and_then(|()| answer.can_reuse_connection()) {
        Ok(_) => transcript.close(at),
        Err(failure) => transcript.fail(failure, at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RECORDED: [&str; 4] = [
        include_str!("../../tests/fixtures/vllm-0.32.0/chat.stream.http"),
        include_str!("../../tests/fixtures/vllm-0.32.0/completions.stream.http"),
        include_str!("../../tests/fixtures/vllm-0.32.0/completions.continuous-usage.stream.http"),
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 27\r\n\r\n{\"error\": \"queue is full\"}",
    ];

    /// The recorded answer as it came over the wire: the recordings' bodies are without their chunks.
    fn on_the_wire(recorded: &str) -> Vec<u8> {
        let (head, body) = recorded.split_once("\r\n\r\n").unwrap();
        if !head.to_ascii_lowercase().contains("transfer-encoding") {
            return recorded.into();
        }
        let chunks = body.split_inclusive("\n\n").map(|event| format!("{:x}\r\n{event}\r\n", event.len()));
        format!("{head}\r\n\r\n{}0\r\n\r\n", chunks.collect::<String>()).into_bytes()
    }

    #[test]
    fn recorded_answers_may_be_cut_at_every_byte() {
        for recorded in RECORDED {
            let bytes = on_the_wire(recorded);
            let whole = record([bytes.as_slice()]);
            assert_eq!(whole.completed(), !recorded.starts_with("HTTP/1.1 503"), "{:?}", whole.outcome);
            for cut in 0..=bytes.len() {
                let (one, other) = bytes.split_at(cut);
                assert_eq!(record([one, other]), whole, "cut at {cut}");
            }
            assert_eq!(record(bytes.chunks(1)), whole);
        }
    }

    #[test]
    fn an_answer_that_ends_early_is_never_a_success() {
        for recorded in &RECORDED[..3] {
            let bytes = on_the_wire(recorded);
            // Without the last chunk of the framing, the stream's own end mark may have come: that is complete.
            let framing = b"0\r\n\r\n".len();
            for length in 0..bytes.len() - framing {
                assert!(!record([&bytes[..length]]).completed(), "{length} of {}", bytes.len());
            }
        }
    }

    proptest! {
        #[test]
        fn no_change_of_its_bytes_makes_it_panic(
            which in 0..4usize, at in any::<prop::sample::Index>(), new in any::<u8>(), cut in any::<prop::sample::Index>()
        ) {
            let mut bytes = on_the_wire(RECORDED[which]);
            let at = at.index(bytes.len());
            bytes[at] = new;
            let (one, other) = bytes.split_at(cut.index(bytes.len()));
            let _ = record([one, other]);
        }
    }
}
