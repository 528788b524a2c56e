//! The client of an OpenAI-compatible server, and the one place where a stream's timestamps are taken.
//!
//! Never retries. Every outcome of a request is a record.

use std::cell::RefCell;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use shared::measure::record::FailureKind;

use crate::load::clock::Clock;
use crate::load::connection_pool::{Connection, ConnectionPool};
use crate::load::driver::{Backend, OutgoingRequest, RequestResult};
use crate::load::incoming_response::IncomingResponse;
use crate::load::openai_stream::{RequestFailure, Transcript};
use crate::load::request_template::RequestTemplate;
use crate::load::stamped_tcp::ReadTimes;

/// Bytes read at once; an event is a few hundred.
const READ_BYTES: usize = 16 * 1024;
/// After the end mark only the end of the body is left to read.
const DRAIN: Duration = Duration::from_secs(1);
/// Connections that are opened at the same time: a server's queue of new ones is short.
const DIALS_AT_ONCE: usize = 128;

/// The address of a server, and what is needed to use it.
#[derive(Clone, Default, PartialEq)]
pub struct Access {
    /// The server's address, without `/v1`.
    pub base_url: String,
    /// The API key.
    pub api_key: Option<String>,
    /// Further headers, name and value.
    pub headers: Vec<(String, String)>,
    /// PEM file with a further CA certificate to trust.
    pub certificate: Option<PathBuf>,
    /// Timeouts of connections and responses.
    pub timeouts: Timeouts,
}

impl fmt::Debug for Access {
    /// Without the key and the headers' values: they are sent, never shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        let key = self.api_key.is_some();
        write!(f, "Access({}, key: {key}, headers: {headers:?}, {:?})", self.base_url, self.timeouts)
    }
}

/// Timeouts of connections and responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For opening a connection.
    pub connect: Duration,
    /// For the first event of a response; at most `total`.
    pub first_byte: Duration,
    /// Between two events of a response.
    pub idle: Duration,
    /// For the whole response.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(10), first_byte: seconds(600), idle: seconds(120), total: seconds(600) }
    }
}

/// A client for one model on one server. Copies share its connections.
#[derive(Debug, Clone)]
pub struct OpenAiClient {
    connections: Arc<ConnectionPool>,
    /// Everything before the length of the body.
    head: Arc<str>,
    timeouts: Timeouts,
    template: RequestTemplate,
}

impl OpenAiClient {
    /// A client with its own connections. It uses no proxy, whose time would count as the server's.
    ///
    /// # Errors
    /// When the address or a header is wrong, or the certificate cannot be read.
    pub fn new(access: &Access, template: RequestTemplate) -> anyhow::Result<Self> {
        let url = reqwest::Url::parse(&access.base_url)?;
        let connections = ConnectionPool::new(&url, access.certificate.as_deref(), access.timeouts.connect)?;
        let head = head(&url, access, &template)?.into();
        Ok(Self { connections: Arc::new(connections), head, timeouts: access.timeouts, template })
    }

    /// The same client, requesting token counts on every event or not.
    #[must_use]
    pub fn with_continuous_usage(mut self, on: bool) -> Self {
        self.template.continuous_usage = on;
        self
    }

    async fn exchange(
        &self,
        outgoing: OutgoingRequest<'_>,
        clock: Clock,
        transcript: &mut Transcript,
    ) -> Result<(), RequestFailure> {
        let body = self.template.body(outgoing.history, outgoing.request).to_string();
        let request = format!("{}content-length: {}\r\n\r\n{body}", self.head, body.len());
        let mut connection = self.connections.take().await?;
        *transcript = Transcript::sent_at(clock.now());
        if outgoing.keep_text {
            transcript.keep_text();
        }
        let mut deadline = ReadDeadline::starting_now(self.timeouts);
        connection.write_all(request.as_bytes()).await.map_err(broken)?;
        let keep = self.listen(&mut connection, clock, transcript, &mut deadline).await?;
        if keep {
            self.connections.give_back(connection);
        }
        Ok(())
    }

    /// Reads a response to its end; returns whether the connection can carry another request.
    async fn listen(
        &self,
        connection: &mut Connection,
        clock: Clock,
        transcript: &mut Transcript,
        deadline: &mut ReadDeadline,
    ) -> Result<bool, RequestFailure> {
        let mut response = IncomingResponse::default();
        while !response.is_done() {
            let mut take = |bytes: &[u8], times: ReadTimes| {
                transcript.note_wait(times.waited);
                response.take(bytes, clock.at(times.at), transcript)
            };
            let read = poll_fn(|cx| poll_read(connection, cx, &mut take));
            let Some(taken) = deadline.wait_for(read).await?.map_err(broken)? else {
                response.end(transcript)?;
                break;
            };
            taken?;
            deadline.bytes_arrived(connection.last_read().read, transcript.has_event());
            if transcript.is_done() && !response.is_done() {
                deadline.shorten_to(DRAIN);
            }
        }
        response.can_reuse_connection()
    }
}

impl Backend for OpenAiClient {
    async fn open(&self, streams: u32) -> Result<(), RequestFailure> {
        self.connections.close_idle();
        let opened: Vec<Result<Connection, RequestFailure>> =
            stream::iter(0..streams).map(|_| self.connections.open()).buffer_unordered(DIALS_AT_ONCE).collect().await;
        for connection in opened {
            self.connections.give_back(connection?);
        }
        Ok(())
    }

    async fn send(&self, outgoing: OutgoingRequest<'_>, clock: Clock) -> RequestResult {
        let mut transcript = Transcript::sent_at(clock.now());
        let outcome = self.exchange(outgoing, clock, &mut transcript).await;
        let at = clock.now();
        let text = transcript.take_text();
        // What was complete when the end mark came stays so, whatever the connection did afterwards.
        let record = match outcome {
            Err(failure) if !transcript.is_done() => transcript.fail(failure, at),
            _ => transcript.close(at),
        };
        RequestResult { record, text }
    }
}

thread_local! {
    /// Where bytes are read to. All streams of a thread share it, so that it stays in the processor's cache.
    static BYTES: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// Reads once and passes on the bytes and when they arrived. `None` at the end of the connection.
fn poll_read<T>(
    connection: &mut Connection,
    cx: &mut Context<'_>,
    take: &mut impl FnMut(&[u8], ReadTimes) -> T,
) -> Poll<io::Result<Option<T>>> {
    BYTES.with_borrow_mut(|bytes| {
        let mut room = ReadBuf::new(bytes);
        ready!(Pin::new(&mut *connection).poll_read(cx, &mut room))?;
        let read = room.filled();
        Poll::Ready(Ok((!read.is_empty()).then(|| take(read, connection.last_read()))))
    })
}

/// The timeouts of one response: one timer per request, not per read.
struct ReadDeadline {
    timeouts: Timeouts,
    until: Instant,
    last: Instant,
    begun: bool,
    timer: Pin<Box<Sleep>>,
    /// Whether the timer knows whom to wake.
    armed: bool,
}

impl ReadDeadline {
    fn starting_now(timeouts: Timeouts) -> Self {
        let now = Instant::now();
        let first = now + timeouts.first_byte.min(timeouts.total);
        Self {
            timeouts,
            until: now + timeouts.total,
            last: now,
            begun: false,
            timer: Box::pin(sleep_until(first)),
            armed: false,
        }
    }

    /// Bytes arrived; `begun` once there was an event among them.
    fn bytes_arrived(&mut self, at: std::time::Instant, begun: bool) {
        // Until an event comes, comments and headers do not make the wait for it longer.
        if begun {
            self.last = Instant::from_std(at);
        }
        if begun && !self.begun {
            self.begun = true;
            self.arm(self.next());
        }
    }

    /// Ends the wait after at most this time from now.
    fn shorten_to(&mut self, longest: Duration) {
        self.until = self.until.min(Instant::now() + longest);
        self.arm(self.next());
    }

    fn arm(&mut self, until: Instant) {
        self.timer.as_mut().reset(until);
        self.armed = false;
    }

    fn next(&self) -> Instant {
        let longest = if self.begun { self.timeouts.idle } else { self.timeouts.first_byte };
        self.until.min(self.last + longest)
    }

    async fn wait_for<T>(&mut self, read: impl Future<Output = T>) -> Result<T, RequestFailure> {
        tokio::pin!(read);
        loop {
            // A timer that is armed wakes this task by itself, so a wait begins without asking it.
            let mut ask_timer = !self.armed;
            let done = poll_fn(|cx| {
                if let Poll::Ready(done) = read.as_mut().poll(cx) {
                    return Poll::Ready(Some(done));
                }
                if !std::mem::replace(&mut ask_timer, true) {
                    return Poll::Pending;
                }
                self.armed = true;
                self.timer.as_mut().poll(cx).map(|()| None)
            });
            if let Some(done) = done.await {
                return Ok(done);
            }
            let (now, next) = (Instant::now(), self.next());
            if now >= next {
                return Err(self.timeout_failure(now));
            }
            self.arm(next);
        }
    }

    fn timeout_failure(&self, now: Instant) -> RequestFailure {
        let seconds = |time: Duration| time.as_secs_f64();
        let Timeouts { first_byte, idle, total, .. } = self.timeouts;
        match (self.begun, now >= self.until) {
            (false, _) => {
                let message = format!("nothing came within {} s", seconds(first_byte.min(total)));
                RequestFailure::new(FailureKind::FirstByteTimeout, message)
            }
            (true, true) => RequestFailure::new(
                FailureKind::TotalTimeout,
                format!("no complete answer within {} s", seconds(total)),
            ),
            (true, false) => {
                RequestFailure::new(FailureKind::IdleTimeout, format!("nothing came for {} s", seconds(idle)))
            }
        }
    }
}

/// The request up to the length of its body.
fn head(url: &reqwest::Url, access: &Access, template: &RequestTemplate) -> anyhow::Result<String> {
    let path = format!("{}{}", url.path().trim_end_matches('/'), template.endpoint.path());
    let host = match (url.host_str().unwrap_or_default(), url.port()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_owned(),
    };
    let agent = concat!("forge-collector/", env!("CARGO_PKG_VERSION"));
    let key = access.api_key.as_ref().map(|key| ("authorization".to_owned(), format!("Bearer {key}")));
    let usual = [
        ("host", host.as_str()),
        ("user-agent", agent),
        ("content-type", "application/json"),
        ("accept", "text/event-stream"),
    ];
    let usual = usual.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut text = format!("POST {path} HTTP/1.1\r\n");
    for (name, value) in usual.chain(key).chain(access.headers.iter().cloned()) {
        let fits = |text: &str| text.bytes().all(|byte| (0x20..0x7f).contains(&byte) || byte >= 0x80);
        if name.is_empty() || name.contains([':', ' ']) || !fits(&name) || !fits(&value) {
            anyhow::bail!("header `{name}` has a name or a value that HTTP does not allow");
        }
        text += &format!("{name}: {value}\r\n");
    }
    Ok(text)
}

fn broken(error: io::Error) -> RequestFailure {
    RequestFailure::new(FailureKind::Broken, error.to_string())
}

#[cfg(test)]
#[path = "openai_client_tests.rs"]
mod tests;
