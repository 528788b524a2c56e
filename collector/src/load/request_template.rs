//! The body of a request in the OpenAI protocol.

use serde_json::{Map, Value, json};

use shared::measure::plan::Endpoint;

use crate::load::prompts::PromptRequest;

/// The fields that all requests of a sweep share.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestTemplate {
    /// The API endpoint.
    pub endpoint: Endpoint,
    /// The model's name on the server.
    pub model: String,
    /// Whether to ignore the end-of-sequence token.
    pub ignore_eos: bool,
    /// Sampling temperature; the server's default when absent.
    pub temperature: Option<f64>,
    /// Whether to request token counts on every event.
    pub continuous_usage: bool,
    /// Further fields, which replace those of the same name.
    pub extra: Map<String, Value>,
}

/// An earlier message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    /// `user` or `assistant`.
    pub role: &'static str,
    /// Its text.
    pub text: String,
}

impl RequestTemplate {
    /// The body for one prompt after the earlier messages.
    #[must_use]
    pub fn body(&self, history: &[ChatMessage], request: &PromptRequest) -> Value {
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
            Endpoint::Completions if history.is_empty() => body["prompt"] = request.prompt.as_str().into(),
            Endpoint::Completions => {
                let said = history.iter().map(|said| said.text.as_str());
                body["prompt"] = said.chain([request.prompt.as_str()]).collect::<Vec<_>>().join("\n").into();
            }
            Endpoint::ChatCompletions => {
                let said = history.iter().map(|said| json!({"role": said.role, "content": said.text}));
                let now = json!({"role": "user", "content": request.prompt});
                body["messages"] = said.chain([now]).collect();
            }
        }
        if self.ignore_eos {
            body["ignore_eos"] = true.into();
        }
        if let Some(temperature) = self.temperature {
            body["temperature"] = temperature.into();
        }
        for (field, value) in &self.extra {
            body[field] = value.clone();
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_says_only_what_was_asked_for() {
        let mut template = RequestTemplate {
            endpoint: Endpoint::Completions,
            model: "m".into(),
            ignore_eos: false,
            temperature: None,
            continuous_usage: false,
            extra: Map::new(),
        };
        let request = PromptRequest { prompt: "hi".into(), output_tokens: 5 };
        let plain = serde_json::json!({
            "model": "m", "prompt": "hi", "max_tokens": 5, "stream": true, "stream_options": {"include_usage": true}
        });
        assert_eq!(template.body(&[], &request), plain);
        template = RequestTemplate {
            endpoint: Endpoint::ChatCompletions,
            ignore_eos: true,
            temperature: Some(0.0),
            continuous_usage: true,
            ..template
        };
        let body = template.body(&[], &request);
        assert_eq!(body["messages"][0]["content"], "hi");
        assert_eq!((&body["ignore_eos"], &body["temperature"]), (&true.into(), &0.0.into()));
        assert_eq!(body["stream_options"]["continuous_usage_stats"], true);
        template.extra = serde_json::from_str(r#"{"top_k": 1, "temperature": 0.5}"#).unwrap();
        let said = [("user", "a"), ("assistant", "b")].map(|(role, text)| ChatMessage { role, text: text.into() });
        let body = template.body(&said, &request);
        assert_eq!((&body["top_k"], &body["temperature"]), (&1.into(), &0.5.into()));
        assert_eq!((&body["messages"][1]["content"], &body["messages"][2]["content"]), (&"b".into(), &"hi".into()));
    }
}
