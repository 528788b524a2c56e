//! What streams mean for a record: recorded ones of vLLM, and the ways a stream goes wrong.

use super::*;
use crate::load::sse::Parser;

const CHAT: &str = include_str!("../../tests/fixtures/vllm-0.32.0/chat.stream.http");
const PLAIN: &str = include_str!("../../tests/fixtures/vllm-0.32.0/completions.stream.http");
const COUNTED: &str = include_str!("../../tests/fixtures/vllm-0.32.0/completions.continuous-usage.stream.http");

/// Reads a body whose n-th event arrives at moment n.
fn read(body: &str) -> RequestRecord {
    let body = body.split_once("\r\n\r\n").map_or(body, |(_, body)| body);
    let (mut transcript, mut n, mut failure) = (Transcript::sent_at(Instant(0)), 0, None);
    let read = Parser::default().feed(body.as_bytes(), |event| {
        n += 1;
        if failure.is_none() {
            failure = transcript.take(event, Instant(n)).err();
        }
    });
    read.unwrap();
    match failure {
        Some(failure) => transcript.fail(failure, Instant(n)),
        None => transcript.close(Instant(n + 1)),
    }
}

#[track_caller]
fn fails(body: &str, kind: FailureKind, says: &str) {
    match read(body).outcome {
        Outcome::Failed { kind: found, message } => {
            assert_eq!(found, kind, "{message}");
            assert!(message.contains(says), "{message}");
        }
        completed => panic!("{completed:?}"),
    }
}

#[test]
fn counted_tokens_are_exact() {
    let record = read(COUNTED);
    assert_eq!((record.prompt_tokens, record.output_tokens, record.exact_tokens), (Some(6), Some(12), true));
    assert_eq!(record.events.len(), 12);
    assert_eq!((record.first_event, record.ended), (Some(Instant(1)), Instant(14)));
    assert_eq!(record.outcome, Outcome::Completed { finish_reason: Some("length".into()) });
}

#[test]
fn uncounted_tokens_are_assumed_one_an_event() {
    let record = read(PLAIN);
    assert_eq!((record.output_tokens, record.exact_tokens, record.events.len()), (Some(24), false, 24));
}

#[test]
fn the_role_chunk_is_the_first_event_but_no_token() {
    let record = read(CHAT);
    assert_eq!((record.first_event, record.first_answer), (Some(Instant(1)), Some(Instant(2))));
    assert_eq!(record.events[0].at, Instant(2));
}

#[test]
fn an_event_may_bring_several_tokens() {
    let record = read(
        "data: {\"choices\":[{\"text\":\"a\"}],\"usage\":{\"completion_tokens\":1}}\n\n\
         data: {\"choices\":[{\"text\":\"bcd\",\"finish_reason\":\"stop\"}],\"usage\":{\"completion_tokens\":4}}\n\n",
    );
    let tokens: Vec<u32> = record.events.iter().map(|event| event.tokens).collect();
    assert_eq!((tokens, record.completed(), record.exact_tokens), (vec![1, 3], true, true));
}

#[test]
fn a_count_on_the_last_event_alone_is_no_second_answer() {
    let token = "data: {\"choices\":[{\"text\":\"a\"}]}\n\n";
    let last =
        "data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"stop\"}],\"usage\":{\"completion_tokens\":4}}\n\n";
    let record = read(&format!("{}{last}", token.repeat(3)));
    let tokens: Vec<u32> = record.events.iter().map(|event| event.tokens).collect();
    assert_eq!((tokens, record.output_tokens, record.exact_tokens), (vec![1, 1, 1, 1], Some(4), false));
}

#[test]
fn reasoning_is_a_token_but_no_answer() {
    for field in ["reasoning", "reasoning_content"] {
        let record = read(&format!(
            "data: {{\"choices\":[{{\"delta\":{{\"{field}\":\"hm\"}}}}]}}\n\n\
             data: {{\"choices\":[{{\"delta\":{{\"content\":\"yes\"}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n"
        ));
        assert_eq!((record.events[0].at, record.first_answer), (Instant(1), Some(Instant(2))));
    }
}

#[test]
fn broken_streams_are_failures() {
    let token = "data: {\"choices\":[{\"text\":\"a\"}]}\n\n";
    let error = "data: {\"error\":{\"message\":\"out of blocks\",\"code\":500}}\n\ndata: [DONE]\n\n";
    fails(&format!("{token}{error}"), FailureKind::InStream, "out of blocks");
    fails("event: error\ndata: {\"error\":\"no\"}\n\n", FailureKind::InStream, "no");
    fails(token, FailureKind::Truncated, "without a finish reason");
    fails("", FailureKind::Truncated, "");
    fails("data: {\"choices\":[\n\n", FailureKind::Malformed, "EOF");
    fails("data: {}\n\n", FailureKind::Malformed, "without `choices`");
    fails("data: [DONE]\n\n", FailureKind::Empty, "no token");
}

#[test]
fn statuses_are_told_apart() {
    let kinds = [400, 404, 429, 500, 503, 302].map(|status| RequestFailure::of_status(status, "").kind);
    use FailureKind::{ClientError, Malformed, NotAdmitted, RateLimited, ServerError};
    assert_eq!(kinds, [ClientError, ClientError, RateLimited, ServerError, NotAdmitted, Malformed]);
    assert_eq!(RequestFailure::of_status(401, "{\"error\":\"Unauthorized\"}").message, "HTTP 401: Unauthorized");
}

#[test]
fn the_servers_own_timings_are_kept() {
    let record = read(
        "data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}\n\n\
         data: {\"choices\":[],\"usage\":{\"completion_tokens\":1},\"metrics\":{\"queue_time_ms\":1.5,\"time_to_first_token_ms\":20}}\n\n",
    );
    let server = record.server.unwrap();
    assert_eq!((server.queue, server.first_token), (Some(Millis::new(1.5)), Some(Millis::new(20.0))));
}

#[test]
fn no_event_makes_it_panic() {
    for data in [
        "[]",
        "null",
        "{\"choices\":7}",
        "{\"choices\":null}",
        "{\"choices\":[null]}",
        "{\"choices\":[[]]}",
        "\"\\ud800\"",
    ] {
        assert!(!read(&format!("data: {data}\n\n")).completed(), "{data}");
    }
}
