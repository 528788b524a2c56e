//! The simulated server's answers as text: event streams in vLLM's form.

use futures_util::Stream;
use futures_util::stream;
use serde_json::{Value, json};

use shared::measure::plan::Endpoint;

use crate::engine::clockwork::Ticket;
use crate::engine::fault::Fault;

/// Tokens that are put into one event when the reader is slow, as vLLM does.
const MOST_IN_ONE_EVENT: usize = 64;

/// One answer on its way.
#[derive(Debug)]
pub struct Answer {
    /// The endpoint asked.
    pub endpoint: Endpoint,
    /// The model's name.
    pub model: String,
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Whether every event carries its count.
    pub continuous: bool,
    /// Whether the last usage event carries what the server measured of the request.
    pub metrics: bool,
    /// What goes wrong with it.
    pub fault: Option<Fault>,
    /// Where its tokens come from.
    pub ticket: Ticket,
}

enum Phase {
    Start,
    Running,
    Over,
}

impl Answer {
    /// The body, piece by piece.
    pub fn into_stream(self) -> impl Stream<Item = std::io::Result<String>> + Send {
        let begun = (self, Phase::Start, 0u64);
        stream::unfold(begun, |(mut answer, phase, sent)| async move {
            match phase {
                Phase::Over => None,
                Phase::Running | Phase::Start => {
                    let mut tokens = Vec::new();
                    // What goes wrong goes wrong after the first token.
                    let most = if answer.fault.is_some() { 1 } else { MOST_IN_ONE_EVENT };
                    answer.ticket.tokens.recv_many(&mut tokens, most).await;
                    if sent > 0 && answer.fault == Some(Fault::Stall) {
                        std::future::pending::<()>().await;
                    }
                    if sent > 0
                        && let Some(last_words) = answer.last_words()
                    {
                        return Some((last_words, (answer, Phase::Over, sent)));
                    }
                    let mut text = String::new();
                    // Chat opens with the role when the first token is there, as vLLM's does.
                    if matches!(phase, Phase::Start) && answer.endpoint == Endpoint::ChatCompletions {
                        text += &answer.event(json!({"role": "assistant", "content": ""}), 0, None);
                    }
                    let (count, last) = (tokens.len() as u64, tokens.last().copied().unwrap_or(true));
                    let words = " word".repeat(tokens.len());
                    let delta = match answer.endpoint {
                        Endpoint::Completions => Value::String(words),
                        Endpoint::ChatCompletions => json!({"content": words}),
                    };
                    text += &answer.event(delta, sent + count, last.then_some("length"));
                    let next = if last { Phase::Over } else { Phase::Running };
                    if last {
                        text += &answer.ending(sent + count);
                    }
                    Some((Ok(text), (answer, next, sent + count)))
                }
            }
        })
    }

    /// What a faulty answer ends with, after it has begun.
    fn last_words(&self) -> Option<std::io::Result<String>> {
        let error = json!({"error": {"message": "broken on purpose", "type": "InternalServerError", "code": 500}});
        match self.fault? {
            Fault::Status(_) | Fault::Stall => None,
            Fault::Truncate => Some(Ok(String::new())),
            Fault::Break => Some(Err(std::io::ErrorKind::ConnectionReset.into())),
            Fault::InStream => Some(Ok(format!("data: {error}\n\ndata: [DONE]\n\n"))),
            Fault::Garbage => Some(Ok("data: {\"choices\":[oops\n\n".to_owned())),
        }
    }

    fn event(&self, delta: Value, so_far: u64, finish: Option<&str>) -> String {
        let (object, field) = match self.endpoint {
            Endpoint::Completions => ("text_completion", "text"),
            Endpoint::ChatCompletions => ("chat.completion.chunk", "delta"),
        };
        let mut event = json!({
            "id": "simulated", "object": object, "model": self.model,
            "choices": [{"index": 0, field: delta, "finish_reason": finish}],
        });
        if self.continuous {
            event["usage"] = self.usage(so_far);
        }
        format!("data: {event}\n\n")
    }

    fn ending(&self, so_far: u64) -> String {
        let mut event = json!({"id": "simulated", "choices": [], "usage": self.usage(so_far)});
        if self.metrics {
            event["metrics"] = self.ticket.timing().map_or(Value::Null, |timing| timing.as_metrics());
        }
        format!("data: {event}\n\ndata: [DONE]\n\n")
    }

    fn usage(&self, so_far: u64) -> Value {
        json!({
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": so_far,
            "total_tokens": self.prompt_tokens + so_far,
        })
    }
}
