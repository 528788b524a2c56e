//! A server for checking clients with: sends tokens at fixed moments and writes down when it really did.
//!
//! Speaks just enough HTTP for load generators: event streams with a chosen TTFT and gap, `/v1/models`, `/health`, and
//! `/truth` with what it wrote down. A request counts as received when its last byte reached this machine's kernel, so
//! a server that is late to read cannot flatter a client.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::sleep_until;

use shared::measure::plan::Endpoint;

use crate::engine::truth::{Sends, Truth};
use crate::load::stamped_tcp::StampedTcp;

/// What the server sends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timing {
    /// From a request's arrival to its first token.
    pub first_token: Duration,
    /// Between tokens.
    pub gap: Duration,
}

/// How late a token may be, about.
const TICK: Duration = Duration::from_micros(250);

/// The model it says it serves.
pub const MODEL: &str = "stamped";

/// Serves until dropped.
pub async fn serve(listener: TcpListener, timing: Timing, truth: Arc<Mutex<Truth>>) {
    keep_punctual();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of files, or a client that was gone already: that client is refused, the others go on.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let truth = Arc::clone(&truth);
        tokio::spawn(async move {
            // A client that goes away ends its connection, nothing else.
            let _ = answer_all(stream, timing, &truth).await;
        });
    }
}

/// Waiting for the network, a runtime's timers are late by up to a millisecond. A thread that sleeps exactly wakes it in
/// between, so that what is sent is even enough to see a client's own unevenness.
fn keep_punctual() {
    let wake = Arc::new(Notify::new());
    let woken = Arc::downgrade(&wake);
    tokio::spawn(async move {
        loop {
            wake.notified().await;
        }
    });
    std::thread::spawn(move || {
        while let Some(wake) = woken.upgrade() {
            wake.notify_one();
            drop(wake);
            std::thread::sleep(TICK);
        }
    });
}

async fn answer_all(stream: TcpStream, timing: Timing, truth: &Mutex<Truth>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = StampedTcp::new(stream);
    let mut pending = Vec::new();
    while let Some(request) = Request::read(&mut stream, &mut pending).await? {
        let endpoint = [Endpoint::Completions, Endpoint::ChatCompletions]
            .into_iter()
            .find(|endpoint| request.path.ends_with(endpoint.path()));
        match endpoint {
            Some(endpoint) if request.body["stream"] == true => {
                let sends = generate(&mut stream, &request, endpoint, timing).await?;
                truth.lock().unwrap_or_else(PoisonError::into_inner).note(sends);
            }
            _ => {
                let (status, body) = answer(&request, truth);
                let kind = if body.starts_with('{') { "application/json" } else { "text/plain" };
                let length = body.len();
                let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n");
                stream.write_all(format!("{head}{body}").as_bytes()).await?;
            }
        }
    }
    Ok(())
}

fn answer(request: &Request, truth: &Mutex<Truth>) -> (&'static str, String) {
    let mut truth = truth.lock().unwrap_or_else(PoisonError::into_inner);
    match request.path.as_str() {
        "/health" => ("200 OK", String::new()),
        "/version" => ("200 OK", json!({"version": "stamping"}).to_string()),
        "/v1/models" => {
            let model = json!({"id": MODEL, "object": "model", "owned_by": "forge", "max_model_len": 1_000_000});
            ("200 OK", json!({"object": "list", "data": [model]}).to_string())
        }
        "/truth" => ("200 OK", truth.to_json().to_string()),
        "/truth/forget" => {
            *truth = Truth::default();
            ("200 OK", "{}".to_owned())
        }
        _ => ("404 Not Found", json!({"error": {"message": "Not Found", "code": 404}}).to_string()),
    }
}

/// Sends an answer's events when they are due and gives when they really went.
async fn generate(stream: &mut StampedTcp, request: &Request, endpoint: Endpoint, timing: Timing) -> io::Result<Sends> {
    let pieces = Pieces::of(request, endpoint);
    let mut sends = Sends { received: request.received, sent: Vec::with_capacity(pieces.tokens) };
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut text = head.to_owned();
    let begin = tokio::time::Instant::from_std(request.received) + timing.first_token;
    for n in 0..pieces.tokens {
        sleep_until(begin + timing.gap * u32::try_from(n).unwrap_or(u32::MAX)).await;
        pieces.token(n, &mut text);
        sends.sent.push(Instant::now());
        stream.write_all(text.as_bytes()).await?;
        text.clear();
    }
    if pieces.tokens == 0 {
        stream.write_all(format!("{head}0\r\n\r\n").as_bytes()).await?;
    }
    Ok(sends)
}

/// The parts of an answer's events.
struct Pieces {
    endpoint: Endpoint,
    tokens: usize,
    prompt_tokens: u64,
    usage: bool,
    continuous: bool,
}

impl Pieces {
    fn of(request: &Request, endpoint: Endpoint) -> Self {
        let body = &request.body;
        let asked = body.get("max_tokens").or_else(|| body.get("max_completion_tokens"));
        let messages = body["messages"].as_array().into_iter().flatten();
        let said = messages.filter_map(|message| message["content"].as_str()).chain(body["prompt"].as_str());
        let options = &body["stream_options"];
        Self {
            endpoint,
            tokens: asked.and_then(Value::as_u64).unwrap_or(16) as usize,
            prompt_tokens: said.map(|text| text.split_whitespace().count()).sum::<usize>().max(1) as u64,
            usage: options["include_usage"] == true,
            continuous: options["continuous_usage_stats"] == true,
        }
    }

    /// Appends the chunk with the n-th token; the last one brings the end of the stream.
    fn token(&self, n: usize, text: &mut String) {
        let last = n + 1 == self.tokens;
        let finish = if last { "\"length\"" } else { "null" };
        let (object, content) = match self.endpoint {
            Endpoint::Completions => ("text_completion", "\"text\":\" token\""),
            Endpoint::ChatCompletions if n == 0 => {
                ("chat.completion.chunk", "\"delta\":{\"role\":\"assistant\",\"content\":\" token\"}")
            }
            Endpoint::ChatCompletions => ("chat.completion.chunk", "\"delta\":{\"content\":\" token\"}"),
        };
        let usage = if self.continuous { format!(",\"usage\":{}", self.usage(n + 1)) } else { String::new() };
        let head = format!(
            "\"id\":\"cmpl-0123456789abcdef\",\"object\":\"{object}\",\"created\":1700000000,\"model\":\"{MODEL}\""
        );
        let mut events = format!(
            "data: {{{head},\"choices\":[{{\"index\":0,{content},\"logprobs\":null,\"finish_reason\":{finish}}}]{usage}}}\n\n"
        );
        if last && self.usage {
            events += &format!("data: {{{head},\"choices\":[],\"usage\":{}}}\n\n", self.usage(n + 1));
        }
        if last {
            events += "data: [DONE]\n\n";
        }
        *text += &format!("{:x}\r\n{events}\r\n", events.len());
        if last {
            *text += "0\r\n\r\n";
        }
    }

    fn usage(&self, so_far: usize) -> String {
        let (prompt, total) = (self.prompt_tokens, self.prompt_tokens + so_far as u64);
        format!("{{\"prompt_tokens\":{prompt},\"total_tokens\":{total},\"completion_tokens\":{so_far}}}")
    }
}

/// A request, read to its end.
struct Request {
    path: String,
    body: Value,
    received: Instant,
}

impl Request {
    /// The next request of a connection; `None` when the client closed it.
    async fn read(stream: &mut StampedTcp, pending: &mut Vec<u8>) -> io::Result<Option<Self>> {
        let wrong = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
        let mut bytes = [0; 4096];
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut head = httparse::Request::new(&mut headers);
            let parsed = head.parse(pending).map_err(|error| wrong(&error.to_string()))?;
            if let httparse::Status::Complete(start) = parsed {
                let header = |name: &str| {
                    let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
                    std::str::from_utf8(found.value).ok()
                };
                let length: usize = header("content-length").and_then(|text| text.trim().parse().ok()).unwrap_or(0);
                if pending.len() >= start + length {
                    let body = serde_json::from_slice(&pending[start..start + length]).unwrap_or(Value::Null);
                    let path = head.path.unwrap_or_default().to_owned();
                    pending.drain(..start + length);
                    return Ok(Some(Self { path, body, received: stream.last_read().at }));
                }
            }
            match stream.read(&mut bytes).await? {
                0 if pending.is_empty() => return Ok(None),
                0 => return Err(wrong("the request was cut")),
                read => pending.extend_from_slice(&bytes[..read]),
            }
        }
    }
}
