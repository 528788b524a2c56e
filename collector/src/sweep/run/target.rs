//! The server under test, checked before the first level, and the load client for it.

use std::sync::Arc;

use shared::measure::record::{FailureKind, Outcome};

use crate::load::clock::Clock;
use crate::load::driver::{Backend, OutgoingRequest};
use crate::load::openai_client::OpenAiClient;
use crate::load::prompts::PromptRequest;
use crate::load::request_template::RequestTemplate;
use crate::printer::Hinted;
use crate::server::vllm::{ServerFacts, Vllm};
use crate::sweep::settings::SweepSettings;

/// A server that answers, and how to send load to it.
#[derive(Debug)]
pub struct Target {
    /// Its own endpoints.
    pub server: Vllm,
    /// The client that sends load.
    pub backend: Arc<OpenAiClient>,
    /// Version and model, as the server reports them.
    pub facts: ServerFacts,
    /// Notes for the result file.
    pub notes: Vec<String>,
}

/// Checks the server and sends it one request, so that a sweep does not begin what cannot work.
///
/// # Errors
/// When no server answers, the model is not served, or the request fails.
pub async fn connect(settings: &SweepSettings) -> anyhow::Result<Target> {
    let mut server = Vllm::new(&settings.access)?;
    let facts = server.check(settings.model.as_deref()).await?;
    let template = RequestTemplate {
        endpoint: settings.plan.endpoint,
        model: facts.model.clone(),
        ignore_eos: settings.plan.ignore_eos.unwrap_or(false),
        temperature: settings.plan.temperature,
        continuous_usage: true,
        extra: settings.extra_body.clone(),
    };
    let backend = OpenAiClient::new(&settings.access, template)?;
    let (backend, notes) = match first_request(&backend).await {
        Ok(()) => (backend, Vec::new()),
        Err((FailureKind::ClientError, message)) => {
            // The server may not support `continuous_usage_stats`; any other cause fails again.
            let plain = backend.with_continuous_usage(false);
            first_request(&plain).await.map_err(|_| refused(settings, &message))?;
            let note = "the server rejected `continuous_usage_stats`; one token per event is assumed";
            (plain, vec![note.to_owned()])
        }
        Err((_, message)) => return Err(refused(settings, &message).into()),
    };
    Ok(Target { server, backend: Arc::new(backend), facts, notes })
}

async fn first_request(backend: &OpenAiClient) -> Result<(), (FailureKind, String)> {
    let request = PromptRequest { prompt: "Are you there?".into(), output_tokens: 4 };
    match backend.send(OutgoingRequest::alone(&request), Clock::start()).await.record.outcome {
        Outcome::Completed { .. } | Outcome::Failed { kind: FailureKind::Empty, .. } => Ok(()),
        Outcome::Failed { kind, message } => Err((kind, message)),
    }
}

fn refused(settings: &SweepSettings, message: &str) -> Hinted {
    let path = settings.plan.endpoint.path();
    Hinted::new(
        format!("the server at `{}` failed a first request to `{path}`: {message}", settings.access.base_url),
        "nothing was measured; read the server's log, or try another --endpoint",
    )
}
