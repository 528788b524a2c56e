//! Every way an answer can go wrong, over a real socket, and what the record then says.

use std::time::Duration;

use serde_json::Map;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::load::prompts::PromptRequest;
use shared::measure::plan::Endpoint;
use shared::measure::record::{Outcome, RequestRecord};

const ROLE: &str = r#"data: {"choices":[{"delta":{"role":"assistant","content":""}}]}"#;
const A: &str = r#"data: {"choices":[{"delta":{"content":"a"}}]}"#;
const B: &str = r#"data: {"choices":[{"delta":{"content":"b"}}]}"#;
const LAST: &str = r#"data: {"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}]}"#;
const USAGE: &str = r#"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#;
const ERROR: &str = r#"data: {"error":{"message":"out of memory","code":500}}"#;
const DONE: &str = "data: [DONE]";

/// What the server does with a connection: writes these bytes, piece by piece with a pause before each, then closes it
/// or holds it open.
#[derive(Clone)]
struct Script {
    pieces: Vec<(u64, Vec<u8>)>,
    close: bool,
}

impl Script {
    /// An event stream of these lines, in chunks of one event each.
    fn events(lines: &[&str]) -> Self {
        let chunks: String = lines.iter().map(|line| chunk(&format!("{line}\n\n"))).collect();
        Self::bytes(&format!("{STREAM}{chunks}0\r\n\r\n"))
    }

    fn bytes(text: &str) -> Self {
        Self { pieces: vec![(0, text.as_bytes().to_vec())], close: false }
    }

    fn then(mut self, pause_ms: u64, text: &str) -> Self {
        self.pieces.push((pause_ms, text.as_bytes().to_vec()));
        self
    }

    fn closing(self) -> Self {
        Self { close: true, ..self }
    }
}

const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

async fn play(mut stream: TcpStream, script: Script) {
    let mut bytes = [0; 4096];
    while let Ok(read) = stream.read(&mut bytes).await {
        if read == 0 {
            return;
        }
        for (pause, piece) in &script.pieces {
            tokio::time::sleep(Duration::from_millis(*pause)).await;
            if stream.write_all(piece).await.is_err() {
                return;
            }
        }
        if script.close {
            return;
        }
    }
}

async fn server(script: Script) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(play(stream, script.clone()));
        }
    });
    format!("http://{address}")
}

fn client(base_url: &str) -> OpenAiClient {
    let template = RequestTemplate {
        endpoint: Endpoint::ChatCompletions,
        model: "m".into(),
        ignore_eos: false,
        temperature: None,
        continuous_usage: false,
        extra: Map::new(),
    };
    let millis = Duration::from_millis;
    let timeouts = Timeouts { connect: millis(500), first_byte: millis(300), idle: millis(150), total: millis(600) };
    OpenAiClient::new(&Access { base_url: base_url.to_owned(), timeouts, ..Access::default() }, template).unwrap()
}

async fn send(client: &OpenAiClient) -> RequestRecord {
    let request = PromptRequest { prompt: "p".into(), output_tokens: 2 };
    client.send(OutgoingRequest::alone(&request), Clock::start()).await.record
}

async fn record(script: Script) -> RequestRecord {
    send(&client(&server(script).await)).await
}

#[track_caller]
fn failed(record: &RequestRecord, kind: FailureKind, says: &str) {
    match &record.outcome {
        Outcome::Failed { kind: found, message } => {
            assert_eq!(*found, kind, "{message}");
            assert!(message.contains(says), "{message}");
        }
        completed => panic!("{completed:?} is not {kind:?}"),
    }
}

#[tokio::test]
async fn streams_that_others_call_successes_are_failures() {
    let hidden_error = record(Script::events(&[ROLE, A, B, ERROR, DONE])).await;
    failed(&hidden_error, FailureKind::InStream, "out of memory");
    assert_eq!(hidden_error.events.iter().map(|event| event.tokens).sum::<u32>(), 2);
    let only_error = record(Script::events(&[ERROR, DONE])).await;
    failed(&only_error, FailureKind::InStream, "out of memory");
    let cut = Script::bytes(&format!("{STREAM}{}", chunk(&format!("{ROLE}\n\n{A}\n\n"))));
    failed(&record(cut.closing()).await, FailureKind::Broken, "in the middle of its stream");
    failed(&record(Script::events(&[ROLE, A, B])).await, FailureKind::Truncated, "without a finish reason");
    failed(&record(Script::events(&[ROLE, DONE])).await, FailureKind::Empty, "no token");
}

#[tokio::test]
async fn the_role_is_no_token_and_what_arrives_together_is_one_arrival() {
    let late = Script::bytes(&format!("{STREAM}{}", chunk(&format!("{ROLE}\n\n"))));
    let rest = chunk(&format!("{A}\n\n{LAST}\n\n{USAGE}\n\n{DONE}\n\n"));
    let record = record(late.then(100, &format!("{rest}0\r\n\r\n"))).await;
    assert!(record.completed(), "{:?}", record.outcome);
    assert!(record.ttft().unwrap().value() > 90.0, "{record:?}");
    let tokens: Vec<u32> = record.events.iter().map(|event| event.tokens).collect();
    assert_eq!((tokens, record.inter_token_latencies().count()), (vec![2], 0));
    assert!(record.first_event.unwrap().0 < 90_000_000);
    assert_eq!(record.output_tokens, Some(2));
}

#[tokio::test]
async fn legal_framings_are_read() {
    let crlf = [ROLE, A, LAST, DONE].map(|line| chunk(&format!("{line}\r\n\r\n"))).concat();
    assert!(record(Script::bytes(&format!("{STREAM}{crlf}0\r\n\r\n"))).await.completed());
    let tight = [A, LAST, DONE].map(|line| line.replacen("data: ", "data:", 1));
    let tight = record(Script::events(&tight.each_ref().map(String::as_str))).await;
    assert!(tight.completed() && tight.output_count() == 2);
    let body = format!("{A}\n\n: keep-alive\n\n{LAST}\n\n{DONE}\n\n");
    let length = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    assert!(record(Script::bytes(&length)).await.completed());
    let until_close = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{body}");
    assert!(record(Script::bytes(&until_close).closing()).await.completed());
}

#[tokio::test]
async fn a_character_split_over_two_reads_is_whole() {
    let line = r#"data: {"choices":[{"delta":{"content":"é🦀"},"finish_reason":"stop"}]}"#;
    let text = format!("{STREAM}{}0\r\n\r\n", chunk(&format!("{line}\n\n")));
    let cut = text.find('🦀').unwrap() + 2;
    let (one, other) = text.as_bytes().split_at(cut);
    let script = Script { pieces: vec![(0, one.to_vec()), (30, other.to_vec())], close: false };
    let client = client(&server(script).await);
    let request = PromptRequest { prompt: "p".into(), output_tokens: 2 };
    let ask = OutgoingRequest { history: &[], request: &request, keep_text: true };
    let answer = client.send(ask, Clock::start()).await;
    assert_eq!((answer.record.completed(), answer.text.as_str()), (true, "é🦀"));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for (status, kind) in [
        (400, FailureKind::ClientError),
        (429, FailureKind::RateLimited),
        (503, FailureKind::NotAdmitted),
        (500, FailureKind::ServerError),
    ] {
        let body = r#"{"error":{"message":"not now"}}"#;
        let text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        failed(&record(Script::bytes(&text)).await, kind, "not now");
    }
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\nhell";
    failed(&record(Script::bytes(page)).await, FailureKind::Malformed, "`text/html`");
    failed(&record(Script::bytes("what is this?\r\n\r\n")).await, FailureKind::Malformed, "not HTTP");
    let garbage = Script::events(&[A, "data: {\"choices\":[oops"]);
    failed(&record(garbage).await, FailureKind::Malformed, "oops");
}

#[tokio::test]
async fn every_wait_has_its_own_end() {
    let silent = Script { pieces: vec![(2_000, Vec::new())], close: false };
    failed(&record(silent).await, FailureKind::FirstByteTimeout, "within 0.3 s");
    let first = Script::bytes(&format!("{STREAM}{}", chunk(&format!("{A}\n\n"))));
    failed(&record(first.clone().then(2_000, "")).await, FailureKind::IdleTimeout, "for 0.15 s");
    let slow = (0..10).fold(first, |script, _| script.then(100, &chunk(&format!("{A}\n\n"))));
    failed(&record(slow).await, FailureKind::TotalTimeout, "within 0.6 s");
    let nobody = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    failed(&send(&client(&format!("http://{nobody}"))).await, FailureKind::Connect, "refused");
}

#[tokio::test]
async fn a_server_without_tls_is_no_tls_server() {
    let plain = server(Script::bytes("HTTP/1.1 400 Bad Request\r\n\r\n").closing()).await;
    let record = send(&client(&plain.replace("http:", "https:"))).await;
    failed(&record, FailureKind::Tls, "");
}

#[tokio::test]
async fn a_connection_is_used_again_unless_it_was_closed() {
    let client = client(&server(Script::events(&[A, LAST, DONE])).await);
    client.open(2).await.unwrap();
    for _ in 0..3 {
        assert!(send(&client).await.completed());
    }
    let body = format!("{A}\n\n{LAST}\n\n{DONE}\n\n");
    let kept_alive = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    // Says it keeps the connection and closes it all the same: the next request takes another.
    let liar = self::client(&server(Script::bytes(&kept_alive).closing()).await);
    for _ in 0..3 {
        assert!(send(&liar).await.completed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
