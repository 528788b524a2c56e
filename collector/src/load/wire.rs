//! The OpenAI protocol as bytes: what a request's body says, and what a stream's events mean for its record.
//!
//! Pure: moments come in with the events. Anything the protocol does not allow becomes a failure, never a panic.

use serde::Deserialize;
use serde_json::{Value, json};

use shared::measure::plan::Endpoint;
use shared::measure::record::{FailureKind, Instant, Outcome, RequestRecord, TokenEvent};

use crate::load::prompts::PromptRequest;
use crate::load::sse::Event;

/// Longest server message kept in a record.
const MESSAGE_CHARS: usize = 300;

/// What every request of a sweep has in common.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestShape {
    /// Which endpoint is asked.
    pub endpoint: Endpoint,
    /// The model's name on the server.
    pub model: String,
    /// Whether to go on past the end-of-sequence token.
    pub ignore_eos: bool,
    /// Sampling temperature; the server's default when absent.
    pub temperature: Option<f64>,
    /// Whether to ask for token counts on every event.
    pub continuous_usage: bool,
}

impl RequestShape {
    /// The body for one prompt.
    #[must_use]
    pub fn body(&self, request: &PromptRequest) -> Value {
        let mut body = json!({
            "model": self.model,
            "max_tokens": request.output_tokens,
            "stream": true,
            "stream_options": {"include_usage": true},
        });
        if self.continuous_usage {
            body["stream_options"]["continuous_usage_stats"] = true.into();
        }
        match self.endpoint {
            Endpoint::Completions => body["prompt"] = request.prompt.as_str().into(),
            Endpoint::ChatCompletions => body["messages"] = json!([{"role": "user", "content": request.prompt}]),
        }
        if self.ignore_eos {
            body["ignore_eos"] = true.into();
        }
        if let Some(temperature) = self.temperature {
            body["temperature"] = temperature.into();
        }
        body
    }
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In which way.
    pub kind: FailureKind,
    /// In words.
    pub message: String,
}

impl Failure {
    /// A failure with its message cut to a length worth keeping.
    pub fn new(kind: FailureKind, message: impl AsRef<str>) -> Self {
        Self { kind, message: message.as_ref().trim().chars().take(MESSAGE_CHARS).collect() }
    }

    /// An answer whose status is not 200.
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

#[derive(Deserialize)]
struct Chunk {
    choices: Option<Vec<Choice>>,
    usage: Option<Usage>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    text: Option<String>,
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
    reasoning: Option<String>,
    reasoning_content: Option<String>,
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

/// One request while its stream is being read.
#[derive(Debug)]
pub struct Transcript {
    record: RequestRecord,
    finish_reason: Option<String>,
    ended: Option<Instant>,
    counted_events: bool,
    uncounted_events: bool,
}

impl Transcript {
    /// A request that is sent at this moment.
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
        Self { record, finish_reason: None, ended: None, counted_events: false, uncounted_events: false }
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
    pub fn take(&mut self, event: &Event, at: Instant) -> Result<(), Failure> {
        if self.is_done() {
            return Ok(());
        }
        if event.data == "[DONE]" {
            self.ended = Some(at);
            return Ok(());
        }
        if event.name == "error" {
            return Err(Failure::new(FailureKind::InStream, error_message(&event.data)));
        }
        let chunk: Chunk = serde_json::from_str(&event.data)
            .map_err(|error| Failure::new(FailureKind::Malformed, format!("{error}: {}", event.data)))?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(Failure::new(FailureKind::InStream, in_words(&error)));
        }
        let Some(choices) = chunk.choices else {
            return Err(Failure::new(FailureKind::Malformed, format!("an event without `choices`: {}", event.data)));
        };
        let counted = chunk.usage.as_ref().and_then(|usage| usage.completion_tokens);
        if let Some(choice) = choices.into_iter().next() {
            self.take_choice(choice, counted, at);
        }
        if let Some(usage) = chunk.usage {
            self.record.prompt_tokens = usage.prompt_tokens.or(self.record.prompt_tokens);
            self.record.output_tokens = usage.completion_tokens.or(self.record.output_tokens);
            let cached = usage.prompt_tokens_details.and_then(|details| details.cached_tokens);
            self.record.cached_tokens = cached.or(self.record.cached_tokens);
        }
        Ok(())
    }

    fn take_choice(&mut self, choice: Choice, counted: Option<u64>, at: Instant) {
        let filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let delta = choice.delta.as_ref();
        let answer = filled(&choice.text) || delta.is_some_and(|delta| filled(&delta.content));
        let reasoning = delta.is_some_and(|delta| filled(&delta.reasoning) || filled(&delta.reasoning_content));
        let tokens = match counted {
            // The count is of the whole answer so far; what it grew by came with this event.
            Some(total) => {
                self.counted_events = true;
                total.saturating_sub(self.record.output_tokens.unwrap_or(0))
            }
            None => {
                self.uncounted_events |= answer || reasoning;
                u64::from(answer || reasoning)
            }
        };
        self.record.first_event.get_or_insert(at);
        if answer {
            self.record.first_answer.get_or_insert(at);
        }
        if let Some(tokens) = u32::try_from(tokens).ok().filter(|tokens| *tokens > 0) {
            self.record.events.push(TokenEvent { at, tokens });
        }
        if choice.finish_reason.is_some() {
            self.finish_reason = choice.finish_reason;
        }
    }

    /// The record of a stream that ended by itself at this moment.
    #[must_use]
    pub fn close(self, at: Instant) -> RequestRecord {
        if self.finish_reason.is_none() && self.ended.is_none() {
            let failure =
                Failure::new(FailureKind::Truncated, "the stream ended without a finish reason or an end mark");
            return self.fail(failure, at);
        }
        if self.record.events.is_empty() && self.record.output_tokens.unwrap_or(0) == 0 {
            return self.fail(Failure::new(FailureKind::Empty, "the stream brought no token"), at);
        }
        let outcome = Outcome::Completed { finish_reason: self.finish_reason };
        let exact_tokens = self.counted_events && !self.uncounted_events;
        RequestRecord { ended: self.ended.unwrap_or(at), exact_tokens, outcome, ..self.record }
    }

    /// The record of a request that failed at this moment.
    #[must_use]
    pub fn fail(self, failure: Failure, at: Instant) -> RequestRecord {
        let Failure { kind, message } = failure;
        RequestRecord { ended: at, outcome: Outcome::Failed { kind, message }, ..self.record }
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
