//! Requests over HTTP to an OpenAI-compatible server: the one place where a stream's timestamps are taken.
//!
//! Retries nothing. Every way a request can end is a record.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response};

use shared::measure::record::{FailureKind, RequestRecord};

use crate::load::clock::Clock;
use crate::load::driver::Backend;
use crate::load::prompts::PromptRequest;
use crate::load::sse::Parser;
use crate::load::wire::{Failure, RequestShape, Transcript};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest pause inside a stream.
const IDLE: Duration = Duration::from_secs(120);
/// uvicorn closes a connection that was idle for five seconds; one that may be closing is not used again.
const POOL_IDLE: Duration = Duration::from_secs(4);
/// After the end mark only the end of the body is left to read.
const DRAIN: Duration = Duration::from_secs(1);

/// A client for one model on one server.
#[derive(Debug, Clone)]
pub struct OpenAi {
    client: Client,
    base_url: String,
    api_key: Option<String>,
    timeout: Duration,
    shape: RequestShape,
}

impl OpenAi {
    /// A client whose connections belong to this sweep alone. `timeout` bounds a whole request.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(
        base_url: &str,
        api_key: Option<String>,
        timeout: Duration,
        shape: RequestShape,
    ) -> Result<Self, reqwest::Error> {
        // No proxy: a proxy's time would be taken for the server's.
        let client = Client::builder()
            .no_proxy()
            .http1_only()
            .tcp_nodelay(true)
            .connect_timeout(CONNECT)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(usize::MAX)
            .build()?;
        Ok(Self { client, base_url: base_url.to_owned(), api_key, timeout, shape })
    }

    /// The same client asking for counts on every event, or not.
    #[must_use]
    pub fn with_continuous_usage(mut self, on: bool) -> Self {
        self.shape.continuous_usage = on;
        self
    }

    async fn exchange(
        &self,
        request: &PromptRequest,
        clock: Clock,
        transcript: &mut Transcript,
    ) -> Result<(), Failure> {
        let url = format!("{}{}", self.base_url, self.shape.endpoint.path());
        let mut call = self.client.post(url).json(&self.shape.body(request));
        if let Some(key) = &self.api_key {
            call = call.bearer_auth(key);
        }
        *transcript = Transcript::sent_at(clock.now());
        let mut response = call.send().await.map_err(|error| not_answered(&error))?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(Failure::of_status(status, &response.text().await.unwrap_or_default()));
        }
        refuse_other_content(&response)?;
        let (mut parser, mut events) = (Parser::default(), Vec::new());
        while let Some(bytes) = next_bytes(&mut response, transcript.has_event()).await? {
            let at = clock.now();
            let read = parser.feed(bytes.as_ref(), &mut events);
            for event in events.drain(..) {
                transcript.take(&event, at)?;
            }
            read.map_err(|error| Failure::new(FailureKind::Malformed, error.to_string()))?;
            if transcript.is_done() {
                // Only a body read to its end gives its connection back.
                let _ = tokio::time::timeout(DRAIN, async { while let Ok(Some(_)) = response.chunk().await {} }).await;
                break;
            }
        }
        Ok(())
    }
}

impl Backend for OpenAi {
    async fn open(&self, streams: u32) {
        let one = || async {
            if let Ok(answer) = self.client.get(format!("{}/health", self.base_url)).send().await {
                let _ = answer.bytes().await;
            }
        };
        // All at once, so that each needs a connection of its own.
        join_all((0..streams).map(|_| one())).await;
    }

    async fn send(&self, request: &PromptRequest, clock: Clock) -> RequestRecord {
        let mut transcript = Transcript::sent_at(clock.now());
        let exchange = self.exchange(request, clock, &mut transcript);
        let outcome = tokio::time::timeout(self.timeout, exchange).await;
        let at = clock.now();
        match outcome {
            Ok(Ok(())) => transcript.close(at),
            Ok(Err(failure)) => transcript.fail(failure, at),
            Err(_) => {
                let heard = transcript.has_event();
                let kind = if heard { FailureKind::TotalTimeout } else { FailureKind::FirstByteTimeout };
                let message = format!("no complete answer within {} s", self.timeout.as_secs_f64());
                transcript.fail(Failure::new(kind, message), at)
            }
        }
    }
}

fn refuse_other_content(response: &Response) -> Result<(), Failure> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match kind {
        Some(kind) if !kind.starts_with("text/event-stream") => {
            Err(Failure::new(FailureKind::Malformed, format!("the answer is `{kind}`, not an event stream")))
        }
        _ => Ok(()),
    }
}

/// A request that got no answer at all.
fn not_answered(error: &reqwest::Error) -> Failure {
    let kind = match (error.is_connect(), error.is_timeout()) {
        (true, true) => FailureKind::ConnectTimeout,
        (true, false) => FailureKind::Connect,
        (false, true) => FailureKind::FirstByteTimeout,
        (false, false) => FailureKind::Broken,
    };
    Failure::new(kind, chain(error))
}

/// The next bytes of the stream. A request may queue for as long as it likes, but a stream that began goes on.
async fn next_bytes(response: &mut Response, begun: bool) -> Result<Option<impl AsRef<[u8]> + use<>>, Failure> {
    let read = response.chunk();
    let read = if begun {
        let stalled = |_| Failure::new(FailureKind::IdleTimeout, format!("nothing came for {} s", IDLE.as_secs()));
        tokio::time::timeout(IDLE, read).await.map_err(stalled)?
    } else {
        read.await
    };
    read.map_err(|error| Failure::new(FailureKind::Broken, chain(&error)))
}

/// The innermost cause says most; the URL in front of it is known.
fn chain(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
