//! A vLLM server's own endpoints: version, models, metrics, token counts.
//!
//! Uses its own connections, not those that carry load.

use std::time::Duration;

use anyhow::Context;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, RequestBuilder};
use serde_json::{Value, json};

use crate::load::openai_client::Access;
use crate::load::openai_stream::error_message;
use crate::load::prompts::TokenCounter;
use crate::printer::Hinted;
use crate::server::metrics_reading::MetricsReading;
use crate::server::server_counters::ServerCounters;

const TIMEOUT: Duration = Duration::from_secs(15);
/// Counters may lag behind the answers; they are asked again after so long, and so often.
const SETTLE: Duration = Duration::from_millis(60);
const SETTLE_TRIES: u32 = 30;

/// A server at an address.
#[derive(Debug, Clone)]
pub struct Vllm {
    client: Client,
    base_url: String,
    api_key: Option<String>,
    /// What `/tokenize` is asked about.
    model: String,
}

/// Version and model of a server, as it reports them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// Its version; absent when it reports none.
    pub version: Option<String>,
    /// The model that requests will name.
    pub model: String,
}

impl Vllm {
    /// A server at an address; sends no request yet.
    ///
    /// # Errors
    /// When TLS cannot be set up, or a header or the certificate is wrong.
    pub fn new(access: &Access) -> anyhow::Result<Self> {
        let mut headers = HeaderMap::new();
        for (name, value) in &access.headers {
            headers.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
        }
        let mut client = Client::builder().no_proxy().timeout(TIMEOUT).default_headers(headers);
        if let Some(path) = &access.certificate {
            let named = || format!("failed to read certificate `{}`", path.display());
            let pem = std::fs::read(path).with_context(named)?;
            for certificate in Certificate::from_pem_bundle(&pem).with_context(named)? {
                client = client.add_root_certificate(certificate);
            }
        }
        let (base_url, api_key) = (access.base_url.clone(), access.api_key.clone());
        Ok(Self { client: client.build()?, base_url, api_key, model: String::new() })
    }

    /// Checks that the server answers and serves this model, or any model where none is given.
    ///
    /// # Errors
    /// When no server answers, it is not an OpenAI-compatible server, or it does not serve the model.
    pub async fn check(&mut self, wanted: Option<&str>) -> anyhow::Result<ServerFacts> {
        let models = self.models().await?;
        let model = match wanted {
            Some(wanted) if models.iter().any(|model| model == wanted) => wanted.to_owned(),
            Some(wanted) => {
                let served = models.iter().map(|model| format!("`{model}`")).collect::<Vec<_>>().join(", ");
                let message = format!("the server at `{}` does not serve model `{wanted}`", self.base_url);
                return Err(
                    Hinted::new(message, format!("available: {served}; remove --model to use the first")).into()
                );
            }
            None => models
                .into_iter()
                .next()
                .with_context(|| format!("the server at `{}` serves no model", self.base_url))?,
        };
        self.model.clone_from(&model);
        let version = self.json("/version").await.ok();
        let version = version.and_then(|value| value.get("version")?.as_str().map(str::to_owned));
        Ok(ServerFacts { version, model })
    }

    async fn models(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.json("/v1/models").await?;
        let models = answer
            .get("data")
            .and_then(Value::as_array)
            .map(|data| data.iter().filter_map(|model| model.get("id")?.as_str().map(str::to_owned)).collect());
        models.with_context(|| format!("`{}/v1/models` answered without a list of models", self.base_url))
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.keyed(self.client.get(format!("{}{path}", self.base_url)))
    }

    /// The call with the key that the server asks for.
    fn keyed(&self, call: RequestBuilder) -> RequestBuilder {
        match &self.api_key {
            Some(key) => call.bearer_auth(key),
            None => call,
        }
    }

    async fn json(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.get(path).send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status().as_u16();
        let body = answer.text().await.unwrap_or_default();
        if status != 200 {
            return Err(self.refused(path, status, &body));
        }
        serde_json::from_str(&body).with_context(|| format!("`{}{path}` did not answer with JSON", self.base_url))
    }

    fn unreachable(&self, error: &reqwest::Error) -> Hinted {
        let mut cause: &dyn std::error::Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Hinted::new(
            format!("no server answers at `{}`: {cause}", self.base_url),
            "start one with `vllm serve MODEL`, or set --base-url; `collector rehearse` needs no server",
        )
    }

    fn refused(&self, path: &str, status: u16, body: &str) -> anyhow::Error {
        let said: String = error_message(body).chars().take(200).collect();
        let message = format!("the server at `{}` answered HTTP {status} to `{path}`: {said}", self.base_url);
        let message = message.trim_end_matches([' ', ':']).to_owned();
        let hint = match status {
            401 | 403 => "set its API key in OPENAI_API_KEY or with --api-key",
            404 => "check that --base-url is the address of an OpenAI-compatible server, without `/v1`",
            500.. => "read the server's log; it must answer before it can be measured",
            _ => "check that --base-url is the address of an OpenAI-compatible server",
        };
        Hinted::new(message, hint).into()
    }

    /// What an address answers; `None` for anything but HTTP 200 with JSON.
    pub(super) async fn ask(&self, path: &str) -> Option<Value> {
        self.json(path).await.ok()
    }

    /// Status and text of an order without a body.
    pub(super) async fn post(&self, path: &str) -> Option<(u16, String)> {
        let answer = self.keyed(self.client.post(format!("{}{path}", self.base_url))).send().await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    /// The metrics page right now; `None` where the server has none.
    pub async fn reading(&self) -> Option<MetricsReading> {
        let answer = self.get("/metrics").send().await.ok()?;
        let page = answer.error_for_status().ok()?.text().await.ok()?;
        Some(MetricsReading::parse(&page))
    }

    /// The counters right now; empty where the server has none.
    pub async fn counters(&self) -> ServerCounters {
        self.reading().await.as_ref().map(ServerCounters::of).unwrap_or_default()
    }

    /// The counters once they no longer change, no request runs, and they have reached the number that the client expects.
    ///
    /// Gives the last ones seen when that takes too long; the caller compares.
    pub async fn settled_counters(&self, at_least_completed: Option<u64>) -> ServerCounters {
        let mut last = self.counters().await;
        for _ in 0..SETTLE_TRIES {
            if last.is_empty() {
                break;
            }
            tokio::time::sleep(SETTLE).await;
            let now = self.counters().await;
            let reached = at_least_completed.is_none_or(|wanted| now.completed.is_none_or(|done| done >= wanted));
            if now == last && reached && now.running.unwrap_or(0) == 0 {
                return now;
            }
            last = now;
        }
        last
    }
}

impl TokenCounter for Vllm {
    async fn count(&self, text: &str) -> Option<u32> {
        let call = self.keyed(self.client.post(format!("{}/tokenize", self.base_url)));
        let answer = call.json(&json!({"model": self.model, "prompt": text})).send().await.ok()?;
        let answer: Value = answer.error_for_status().ok()?.json().await.ok()?;
        u32::try_from(answer.get("count")?.as_u64()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::{HeaderMap, StatusCode};
    use axum::routing::get;

    use super::*;

    #[tokio::test]
    async fn metrics_behind_a_key_are_read_with_it() {
        let page = async |headers: HeaderMap| match headers.get("authorization") {
            Some(key) if key == "Bearer secret" => Ok("vllm:num_requests_running 3\n"),
            _ => Err(StatusCode::UNAUTHORIZED),
        };
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/metrics", get(page))).await });
        let running = async |api_key: Option<String>| {
            let access = Access { base_url: base_url.clone(), api_key, ..Access::default() };
            Vllm::new(&access).unwrap().counters().await.running
        };
        assert_eq!((running(Some("secret".into())).await, running(None).await), (Some(3), None));
    }
}
