//! What a sweep aims at: a server that was checked, a client for it, and the result file its levels go into.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;

use shared::date::Date;
use shared::measure::plan::{Plan, Workload};
use shared::measure::record::{FailureKind, Outcome};
use shared::store::provenance::{Evidence, Provenance, SourceFile};
use shared::store::result_file::{Configuration, ResultFile, SCHEMA};

use crate::load::clock::Clock;
use crate::load::driver::{Ask, Backend};
use crate::load::openai::OpenAi;
use crate::load::prompts::PromptRequest;
use crate::load::prompts::workload::Prompts;
use crate::load::request::RequestShape;
use crate::printer::Hinted;
use crate::server::kernel_log;
use crate::server::vllm::{ServerFacts, Vllm};
use crate::sweep::settings::SweepSettings;

/// A server that answers.
#[derive(Debug)]
pub struct Target {
    /// Its own endpoints.
    pub server: Vllm,
    /// The client that sends load.
    pub backend: Arc<OpenAi>,
    /// What it said.
    pub facts: ServerFacts,
    /// What a reader of the result should know about it.
    pub notes: Vec<String>,
}

/// Checks the server and sends it one request, so that a sweep does not begin what cannot work.
///
/// # Errors
/// When no server answers, the model is not served, or the request fails.
pub async fn connect(settings: &SweepSettings) -> anyhow::Result<Target> {
    let mut server = Vllm::new(&settings.access)?;
    let facts = server.check(settings.model.as_deref()).await?;
    let shape = RequestShape {
        endpoint: settings.plan.endpoint,
        model: facts.model.clone(),
        ignore_eos: settings.plan.ignore_eos.unwrap_or(false),
        temperature: settings.plan.temperature,
        continuous_usage: true,
        extra: settings.extra_body.clone(),
    };
    let backend = OpenAi::new(&settings.access, shape)?;
    let (backend, notes) = match first_request(&backend).await {
        Ok(()) => (backend, Vec::new()),
        Err((FailureKind::ClientError, message)) => {
            // Perhaps it does not know `continuous_usage_stats`; if it was something else, it fails again.
            let plain = backend.with_continuous_usage(false);
            first_request(&plain).await.map_err(|_| refused(settings, &message))?;
            let note = "the server refused `continuous_usage_stats`; one token per event is assumed";
            (plain, vec![note.to_owned()])
        }
        Err((_, message)) => return Err(refused(settings, &message).into()),
    };
    Ok(Target { server, backend: Arc::new(backend), facts, notes })
}

async fn first_request(backend: &OpenAi) -> Result<(), (FailureKind, String)> {
    let request = PromptRequest { prompt: "Are you there?".into(), output_tokens: 4 };
    match backend.send(Ask::alone(&request), Clock::start()).await.record.outcome {
        Outcome::Completed { .. } | Outcome::Failed { kind: FailureKind::Empty, .. } => Ok(()),
        Outcome::Failed { kind, message } => Err((kind, message)),
    }
}

fn refused(settings: &SweepSettings, message: &str) -> Hinted {
    let path = settings.plan.endpoint.path();
    Hinted::new(
        format!("the server at `{}` failed a first request to `{path}`: {message}", settings.access.base_url),
        "nothing was measured; look at the server's log, or try the other --endpoint",
    )
}

/// The result file before its first level.
///
/// # Errors
/// When the server's log cannot be read.
pub fn result_file(
    settings: &SweepSettings,
    target: &Target,
    prompts: &Prompts,
    engine: &str,
) -> anyhow::Result<ResultFile> {
    let named = &settings.named;
    let served = &target.facts.model;
    let quantization = named.quantization.clone().unwrap_or_else(|| quantization_of(served).to_owned());
    let hardware = named.hardware.clone().unwrap_or_else(|| "unknown".to_owned());
    let kernel = match &settings.server_log {
        Some(path) => {
            let log = std::fs::read(path).with_context(|| format!("failed to read server log `{}`", path.display()))?;
            kernel_log::kernel(&String::from_utf8_lossy(&log))
        }
        None => None,
    };
    let warnings = settings.server_log.as_ref().and_then(|_| kernel_log::doubt(&quantization, kernel.as_deref()));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let date = Date::from_unix_seconds(i64::try_from(now).unwrap_or(i64::MAX));
    let (hour, minute, second) = (now / 3600 % 24, now / 60 % 60, now % 60);
    let generated = || format!("{date}-{hardware}-{quantization}-{hour:02}{minute:02}{second:02}");
    let id = settings.run_id.clone().unwrap_or_else(generated);
    let threads = std::thread::available_parallelism().map_or(0, usize::from);
    Ok(ResultFile {
        schema: SCHEMA,
        id,
        evidence: settings.evidence,
        provenance: Provenance {
            date,
            tool: format!("collector {}", env!("CARGO_PKG_VERSION")),
            source_url: None,
            licence: None,
            files: dataset_file(&settings.plan, prompts).into_iter().collect(),
            base_url: (engine == "vllm").then(|| settings.access.base_url.clone()),
            server_version: target.facts.version.clone(),
            server_config: std::collections::BTreeMap::new(),
            client: Some(format!("{} {}, {threads} threads", std::env::consts::OS, std::env::consts::ARCH)),
            notes: target.notes.iter().chain(&prompts.notes).chain(&missing_names(settings)).cloned().collect(),
        },
        configuration: Configuration {
            model: named.model_slug.clone().unwrap_or_else(|| slug_of(served)),
            model_name: named.model_name.clone().unwrap_or_else(|| last_part(served).to_owned()),
            served_model: served.clone(),
            quantization,
            hardware_name: named.hardware_name.clone().unwrap_or_else(|| name_of(&hardware)),
            hardware,
            gpu_count: named.gpu_count,
            engine: engine.to_owned(),
            engine_version: target.facts.version.clone(),
            kernel,
        },
        plan: Some(with_hash(&settings.plan, prompts.sha256.clone())),
        levels: Vec::new(),
        quality: Vec::new(),
        warnings: warnings.into_iter().collect(),
        found: None,
        certificate: None,
        definitions: Vec::new(),
    })
}

fn missing_names(settings: &SweepSettings) -> Option<String> {
    let nameless = settings.named.hardware.is_none() && settings.evidence == Evidence::Rehearsal;
    nameless.then(|| "no --gpu was named, so this is kept as a rehearsal, not as a result".to_owned())
}

fn with_hash(plan: &Plan, hash: Option<String>) -> Plan {
    let mut plan = plan.clone();
    match &mut plan.workload {
        Workload::Sharegpt { sha256, .. } | Workload::Jsonl { sha256, .. } | Workload::Trace { sha256, .. } => {
            *sha256 = hash;
        }
        Workload::Random { .. } | Workload::SharedPrefix { .. } | Workload::Named { .. } => {}
    }
    plan
}

fn dataset_file(plan: &Plan, prompts: &Prompts) -> Option<SourceFile> {
    let sha256 = prompts.sha256.clone()?;
    match &plan.workload {
        Workload::Sharegpt { file, .. } | Workload::Jsonl { file, .. } | Workload::Trace { file, .. } => {
            Some(SourceFile { name: file.clone(), sha256 })
        }
        Workload::Random { .. } | Workload::SharedPrefix { .. } | Workload::Named { .. } => None,
    }
}

/// The quantisation that a model's name speaks of.
fn quantization_of(model: &str) -> &'static str {
    let model = model.to_lowercase();
    let known = [("awq", "awq-int4"), ("gptq", "gptq-int4"), ("fp8", "fp8"), ("bf16", "bf16")];
    known.into_iter().find(|(word, _)| model.contains(word)).map_or("unspecified", |(_, name)| name)
}

fn last_part(model: &str) -> &str {
    model.trim_end_matches('/').rsplit('/').next().unwrap_or(model)
}

/// `meta-llama/Llama-3.1-8B-Instruct` as `llama-3.1-8b-instruct`.
fn slug_of(model: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    let slug: String = last_part(model).chars().map(keep).collect();
    let slug = slug.trim_matches(['-', '.']).to_owned();
    if slug.is_empty() { "model".to_owned() } else { slug }
}

/// `rtx-a5000` as `RTX A5000`.
fn name_of(slug: &str) -> String {
    if slug == "unknown" { "unknown hardware".to_owned() } else { slug.replace(['-', '_'], " ").to_uppercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_model_where_none_are_given() {
        assert_eq!(slug_of("meta-llama/Llama-3.1-8B-Instruct"), "llama-3.1-8b-instruct");
        assert_eq!((slug_of("/models/x_y/"), slug_of("..")), ("x-y".into(), "model".into()));
        assert_eq!(quantization_of("hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4"), "awq-int4");
        assert_eq!(quantization_of("meta-llama/Llama-3.1-8B-Instruct"), "unspecified");
        assert_eq!(name_of("rtx-a5000"), "RTX A5000");
    }
}
