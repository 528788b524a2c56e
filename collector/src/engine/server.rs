//! The simulated engine over HTTP, with vLLM's endpoints and wire format, on a free port of 127.0.0.1.
//!
//! A word is a token. Prompts are never cached, so prefix hits stay 0.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use shared::hardware::profile::Profile;
use shared::measure::plan::Endpoint;

use crate::engine::clockwork::{Clockwork, Totals};
use crate::engine::fault::{Fault, Faults};
use crate::engine::metrics_page::metrics_page;
use crate::engine::stream::Answer;

/// Tokens that a chat template adds to a message.
const TEMPLATE_TOKENS: u64 = 8;

/// How the simulated server behaves.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineOptions {
    /// Its speed and limits.
    pub profile: Profile,
    /// Simulated seconds per second.
    pub speed: f64,
    /// The model it serves.
    pub model: String,
    /// What goes wrong.
    pub faults: Option<Faults>,
    /// Whether it has `/tokenize`.
    pub tokenize: bool,
    /// Whether it knows `continuous_usage_stats`; else it refuses a request that asks for it.
    pub continuous_usage: bool,
    /// Whether the last usage event carries vLLM's `metrics` of the request.
    pub per_request_metrics: bool,
    /// Whether it is in developer mode: it then has `/server_info` and `/reset_prefix_cache`.
    pub developer: bool,
    /// Status of `/v1/models` and `/health`.
    pub status: u16,
}

impl EngineOptions {
    /// A healthy server.
    #[must_use]
    pub fn healthy(profile: Profile, model: &str) -> Self {
        let model = model.to_owned();
        Self {
            profile,
            speed: 1.0,
            model,
            faults: None,
            tokenize: true,
            continuous_usage: true,
            per_request_metrics: false,
            developer: false,
            status: 200,
        }
    }
}

/// A running server; stops when dropped.
#[derive(Debug)]
pub struct Engine {
    base_url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    clockwork: Clockwork,
    options: EngineOptions,
    requests: AtomicU64,
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Engine {
    /// Starts a server on the current tokio runtime.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(options: EngineOptions) -> std::io::Result<Self> {
        let clockwork = Clockwork::start(options.profile, options.speed);
        let shared = Arc::new(Shared { clockwork, options, requests: AtomicU64::new(0) });
        let routes = Router::new()
            .route("/health", get(|State(s): Held| async move { status(s.options.status).into_response() }))
            .route("/version", get(|| async { axum::Json(json!({"version": "simulated"})) }))
            .route("/v1/models", get(models))
            .route("/metrics", get(metrics))
            .route("/server_info", get(server_info))
            .route("/reset_prefix_cache", post(reset_prefix_cache))
            .route("/tokenize", post(tokenize))
            .route("/v1/completions", post(|s: Held, body: String| generate(s, body, Endpoint::Completions)))
            .route("/v1/chat/completions", post(|s: Held, body: String| generate(s, body, Endpoint::ChatCompletions)))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        // Without it a token waits some 40 ms for the acknowledgement of the one before.
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { base_url, shared, serving })
    }

    /// Where it answers.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Simulated seconds per second from now on.
    pub fn set_speed(&self, speed: f64) {
        self.shared.clockwork.set_speed(speed);
    }

    /// What it counted so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.shared.clockwork.totals()
    }
}

type Held = State<Arc<Shared>>;

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn refuse(code: u16, kind: &str, message: impl Into<String>) -> Response {
    let message: String = message.into();
    let body = json!({"error": {"message": message, "type": kind, "param": null, "code": code}});
    (status(code), axum::Json(body)).into_response()
}

async fn models(State(s): Held) -> Response {
    if s.options.status != 200 {
        return refuse(s.options.status, "InternalServerError", "the engine is dead");
    }
    let model = json!({"id": s.options.model, "object": "model", "owned_by": "simulated", "root": s.options.model,
        "max_model_len": 4096});
    axum::Json(json!({"object": "list", "data": [model]})).into_response()
}

async fn metrics(State(s): Held) -> String {
    metrics_page(&s.clockwork, &s.options.model, s.options.profile.kv_capacity_tokens)
}

async fn server_info(State(s): Held) -> Response {
    if !s.options.developer {
        return refuse(404, "NotFoundError", "Not Found");
    }
    let profile = s.options.profile;
    axum::Json(json!({
        "vllm_config": {
            "model_config": {"model": s.options.model, "dtype": "torch.bfloat16", "quantization": null},
            "scheduler_config": {
                "max_num_seqs": profile.max_num_seqs,
                "max_num_batched_tokens": profile.max_num_batched_tokens,
            },
            "parallel_config": {"tensor_parallel_size": 1},
        },
        "system_env": {"nvidia_gpu_models": null, "nvidia_driver_version": null},
    }))
    .into_response()
}

/// As in vLLM it cannot be done while a request holds blocks, and the answer is HTTP 200 either way.
async fn reset_prefix_cache(State(s): Held) -> Response {
    if !s.options.developer {
        return refuse(404, "NotFoundError", "Not Found");
    }
    axum::Json(json!({"success": s.clockwork.gauges().running == 0})).into_response()
}

async fn tokenize(State(s): Held, body: String) -> Response {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    match body["prompt"].as_str() {
        Some(prompt) if s.options.tokenize => axum::Json(json!({"count": words(prompt)})).into_response(),
        _ => refuse(404, "NotFoundError", "Not Found"),
    }
}

fn words(text: &str) -> u64 {
    text.split_whitespace().count().max(1) as u64
}

async fn generate(State(s): Held, body: String, endpoint: Endpoint) -> Response {
    let Ok(body) = serde_json::from_str::<Value>(&body) else {
        return refuse(400, "Bad Request", "JSON decode error");
    };
    let n = s.requests.fetch_add(1, Ordering::Relaxed);
    let fault = s.options.faults.and_then(|faults| faults.hit(n));
    if let Some(Fault::Status(code)) = fault {
        return refuse(code, "InternalServerError", "refused on purpose");
    }
    let model = body["model"].as_str().unwrap_or_default();
    if model != s.options.model {
        return refuse(404, "NotFoundError", format!("The model `{model}` does not exist."));
    }
    let continuous = body["stream_options"]["continuous_usage_stats"].as_bool().unwrap_or(false);
    if continuous && !s.options.continuous_usage {
        return refuse(400, "BadRequestError", "unknown field `continuous_usage_stats`");
    }
    let prompt_tokens = match endpoint {
        Endpoint::Completions => words(body["prompt"].as_str().unwrap_or_default()),
        Endpoint::ChatCompletions => {
            words(body["messages"][0]["content"].as_str().unwrap_or_default()) + TEMPLATE_TOKENS
        }
    };
    let output_tokens = body["max_tokens"].as_u64().unwrap_or(16);
    let ticket = match s.clockwork.submit(prompt_tokens, output_tokens) {
        Ok(ticket) => ticket,
        Err(too_long) => {
            let message = format!("the request is longer than the {} tokens that fit", too_long.capacity);
            return refuse(400, "BadRequestError", message);
        }
    };
    let metrics = s.options.per_request_metrics;
    let answer = Answer { endpoint, model: s.options.model.clone(), prompt_tokens, continuous, metrics, fault, ticket };
    let kind = [(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")];
    (kind, Body::from_stream(answer.into_stream())).into_response()
}
