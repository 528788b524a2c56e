//! The event stream of the OpenAI protocol, turned into the record of its request.
//!
//! Pure: times come in with the events. A violation of the protocol is a failure of the request, never a panic.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use shared::measure::record::{FailureKind, Instant, Outcome, OwnDelay, RequestRecord, ServerTiming, TokenEvent};
use shared::units::{Millis, Seconds};

use crate::load::sse::Event;

/// Longest server message kept in a record.
const MESSAGE_CHARS: usize = 300;

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFailure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// Details, as a sentence.
    pub message: String,
}

impl RequestFailure {
    /// A failure; its message is cut to the stored length.
    pub fn new(kind: FailureKind, message: impl AsRef<str>) -> Self {
        Self { kind, message: message.as_ref().trim().chars().take(MESSAGE_CHARS).collect() }
    }

    /// A response whose status is not 200.
    #[must_use]
    pub fn of_status(status: u16, body: &str) -> Self {
        let kind = match status {
            429 => FailureKind::RateLimited,
            503 => FailureKind::NotAdmitted,
            400..=499 => FailureKind::ClientError,
            500..=599 => FailureKind::ServerError,
            _ => FailureKind::Malformed,
        };
        Self::new(kind, format!("HTTP {status}: {}", error_message(body)))
    }
}

/// The message of an error body: `{"error": {"message": …}}`, `{"error": "…"}`, or the text itself.
#[must_use]
pub fn error_message(body: &str) -> String {
    let error = serde_json::from_str::<Value>(body).ok().and_then(|value| value.get("error").cloned());
    error.map_or_else(|| body.trim().to_owned(), |error| in_words(&error))
}

fn in_words(error: &Value) -> String {
    let message = error.get("message").unwrap_or(error);
    message.as_str().map_or_else(|| message.to_string(), str::to_owned)
}

/// One event's JSON. Text is borrowed from it wherever it holds no escape.
#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow, default, deserialize_with = "first_choice")]
    choices: Option<Option<Choice<'a>>>,
    usage: Option<Usage>,
    metrics: Option<Metrics>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    delta: Option<Delta<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow)]
    reasoning: Option<Cow<'a, str>>,
    #[serde(borrow)]
    reasoning_content: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Deserialize)]
struct PromptDetails {
    cached_tokens: Option<u64>,
}

/// vLLM's timings of the request, on its last event (`--enable-per-request-metrics`).
#[derive(Deserialize)]
struct Metrics {
    queue_time_ms: Option<f64>,
    time_to_first_token_ms: Option<f64>,
    generation_time_ms: Option<f64>,
}

/// The first of the choices, if `choices` is there at all; requests ask for one, so there are no others.
fn first_choice<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Choice<'de>>>, D::Error> {
    struct First;
    impl<'de> Visitor<'de> for First {
        type Value = Option<Option<Choice<'de>>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of choices")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let first = list.next_element()?;
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Some(first))
        }
    }
    deserializer.deserialize_any(First)
}

/// A request whose response is being read.
#[derive(Debug)]
pub struct Transcript {
    record: RequestRecord,
    finish_reason: Option<String>,
    ended: Option<Instant>,
    counted_events: bool,
    uncounted_events: bool,
    /// Output tokens of the events so far, counted or assumed.
    tokens_so_far: u64,
    /// The text of the response, if it is to be kept.
    text: Option<String>,
    waited: Waited,
}

/// How long the reads of a stream waited in the kernel.
#[derive(Debug, Default)]
struct Waited {
    reads: u32,
    total: Duration,
    worst: Duration,
}

impl Transcript {
    /// A request that is sent at this time.
    #[must_use]
    pub fn sent_at(sent: Instant) -> Self {
        let record = RequestRecord {
            scheduled: sent,
            sent,
            first_event: None,
            first_answer: None,
            events: Vec::new(),
            ended: sent,
            prompt_tokens: None,
            cached_tokens: None,
            output_tokens: None,
            exact_tokens: false,
            turn: 0,
            own_delay: None,
            server: None,
            outcome: Outcome::Completed { finish_reason: None },
        };
        Self {
            record,
            finish_reason: None,
            ended: None,
            counted_events: false,
            uncounted_events: false,
            tokens_so_far: 0,
            text: None,
            waited: Waited::default(),
        }
    }

    /// Keeps the text of the response from now on.
    pub fn keep_text(&mut self) {
        self.text = Some(String::new());
    }

    /// The text that was kept.
    pub fn take_text(&mut self) -> String {
        self.text.take().unwrap_or_default()
    }

    /// Records how long the bytes of a read waited in the kernel, where that is known.
    pub fn note_wait(&mut self, waited: Option<Duration>) {
        if let Some(waited) = waited {
            self.waited.reads += 1;
            self.waited.total += waited;
            self.waited.worst = self.waited.worst.max(waited);
        }
    }

    /// Whether the end mark was seen.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.ended.is_some()
    }

    /// Whether any event with a choice was seen.
    #[must_use]
    pub fn has_event(&self) -> bool {
        self.record.first_event.is_some()
    }

    /// Takes in one event of the stream.
    ///
    /// # Errors
    /// When the event is an error or not what the protocol says.
    pub fn take(&mut self, event: Event<'_>, at: Instant) -> Result<(), RequestFailure> {
        if self.is_done() {
            return Ok(());
        }
        if event.data == "[DONE]" {
            self.ended = Some(at);
            return Ok(());
        }
        if event.name == "error" {
            return Err(RequestFailure::new(FailureKind::InStream, error_message(event.data)));
        }
        let chunk: Chunk<'_> = serde_json::from_str(event.data)
            .map_err(|error| RequestFailure::new(FailureKind::Malformed, format!("{error}: {}", event.data)))?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(RequestFailure::new(FailureKind::InStream, in_words(&error)));
        }
        let Some(choices) = chunk.choices else {
            return Err(RequestFailure::new(
                FailureKind::Malformed,
                format!("an event without `choices`: {}", event.data),
            ));
        };
        let counted = chunk.usage.as_ref().and_then(|usage| usage.completion_tokens);
        if let Some(choice) = choices {
            self.take_choice(choice, counted, at);
        }
        if let Some(usage) = chunk.usage {
            self.record.prompt_tokens = usage.prompt_tokens.or(self.record.prompt_tokens);
            self.record.output_tokens = usage.completion_tokens.or(self.record.output_tokens);
            let cached = usage.prompt_tokens_details.and_then(|details| details.cached_tokens);
            self.record.cached_tokens = cached.or(self.record.cached_tokens);
        }
        if let Some(metrics) = chunk.metrics {
            self.record.server = Some(ServerTiming {
                queue: metrics.queue_time_ms.map(Millis::new),
                first_token: metrics.time_to_first_token_ms.map(Millis::new),
                generation: metrics.generation_time_ms.map(Millis::new),
            });
        }
        Ok(())
    }

    fn take_choice(&mut self, choice: Choice<'_>, counted: Option<u64>, at: Instant) {
        let filled = |text: &Option<Cow<'_, str>>| text.as_ref().is_some_and(|text| !text.is_empty());
        let delta = choice.delta.as_ref();
        let answer = filled(&choice.text) || delta.is_some_and(|delta| filled(&delta.content));
        let reasoning = delta.is_some_and(|delta| filled(&delta.reasoning) || filled(&delta.reasoning_content));
        let tokens = match counted {
            // The count is of the whole answer so far; what it grew by came with this event.
            Some(total) => {
                self.counted_events = true;
                // Some servers count on the last event alone: then what events before brought was assumed.
                total.saturating_sub(self.record.output_tokens.unwrap_or(0).max(self.tokens_so_far))
            }
            None => {
                self.uncounted_events |= answer || reasoning;
                u64::from(answer || reasoning)
            }
        };
        self.record.first_event.get_or_insert(at);
        if answer {
            self.record.first_answer.get_or_insert(at);
            if let Some(kept) = &mut self.text {
                let content = delta.and_then(|delta| delta.content.as_deref());
                kept.push_str(choice.text.as_deref().or(content).unwrap_or_default());
            }
        }
        self.tokens_so_far += tokens;
        if let Some(tokens) = u32::try_from(tokens).ok().filter(|tokens| *tokens > 0) {
            match self.record.events.last_mut() {
                // They arrived together: taken apart, the second would seem to have come in no time.
                Some(last) if last.at == at => last.tokens = last.tokens.saturating_add(tokens),
                _ => self.record.events.push(TokenEvent { at, tokens }),
            }
        }
        if let Some(reason) = choice.finish_reason {
            self.finish_reason = Some(reason.into_owned());
        }
    }

    /// The record of a stream that ended at this time.
    #[must_use]
    pub fn close(self, at: Instant) -> RequestRecord {
        if self.finish_reason.is_none() && self.ended.is_none() {
            let failure =
                RequestFailure::new(FailureKind::Truncated, "the stream ended without a finish reason or an end mark");
            return self.fail(failure, at);
        }
        if self.record.events.is_empty() && self.record.output_tokens.unwrap_or(0) == 0 {
            return self.fail(RequestFailure::new(FailureKind::Empty, "the stream brought no token"), at);
        }
        let outcome = Outcome::Completed { finish_reason: self.finish_reason };
        let exact_tokens = self.counted_events && !self.uncounted_events;
        let own_delay = self.waited.own_delay();
        RequestRecord { ended: self.ended.unwrap_or(at), exact_tokens, own_delay, outcome, ..self.record }
    }

    /// The record of a request that failed at this time.
    #[must_use]
    pub fn fail(self, failure: RequestFailure, at: Instant) -> RequestRecord {
        let RequestFailure { kind, message } = failure;
        let own_delay = self.waited.own_delay();
        RequestRecord { ended: at, own_delay, outcome: Outcome::Failed { kind, message }, ..self.record }
    }
}

impl Waited {
    fn own_delay(&self) -> Option<OwnDelay> {
        let in_millis = |time: Duration| Seconds::new(time.as_secs_f64()).to_millis();
        let mean = self.total.checked_div(self.reads)?;
        Some(OwnDelay { mean: in_millis(mean), worst: in_millis(self.worst) })
    }
}

#[cfg(test)]
#[path = "openai_stream_tests.rs"]
mod tests;
