//! The result file of a sweep before its first level: provenance, configuration and plan.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;

use shared::date::Date;
use shared::measure::conduct::Shard;
use shared::measure::plan::{Plan, Workload};
use shared::store::provenance::{Evidence, Provenance, SourceFile, Warning};
use shared::store::result_file::{Configuration, ResultFile, SCHEMA};

use crate::load::prompts::workload::Prompts;
use crate::server::kernel_log;
use crate::sweep::run::target::Target;
use crate::sweep::settings::{ServerEngine, SweepSettings};

/// The result file before its first level.
///
/// # Errors
/// When the server's log cannot be read.
pub fn new_result(settings: &SweepSettings, target: &Target, prompts: &Prompts) -> anyhow::Result<ResultFile> {
    let system = &settings.system;
    let served = &target.facts.model;
    let quantization = system.quantization.clone().unwrap_or_else(|| quantization_of(served).to_owned());
    let hardware = system.hardware.clone().unwrap_or_else(|| "unknown".to_owned());
    let kernel = match &settings.server_log {
        Some(path) => {
            let log = std::fs::read(path).with_context(|| format!("failed to read server log `{}`", path.display()))?;
            kernel_log::kernel(&String::from_utf8_lossy(&log))
        }
        None => None,
    };
    let kernel_warning = settings.server_log.as_ref().and_then(|_| kernel_log::doubt(&quantization, kernel.as_deref()));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let date = Date::from_unix_seconds(i64::try_from(now).unwrap_or(i64::MAX));
    let (hour, minute, second) = (now / 3600 % 24, now / 60 % 60, now % 60);
    let generated = || format!("{date}-{hardware}-{quantization}-{hour:02}{minute:02}{second:02}");
    let mut id = settings.run_id.clone().unwrap_or_else(generated);
    let part_note = settings.shard.map(|Shard { index, of }| {
        id += &format!("-shard-{index}-of-{of}");
        let text = format!("this is part {index} of {of} of a sweep's load; join the parts with `collector merge`");
        Warning::Note { text }
    });
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
            base_url: (settings.engine == ServerEngine::Vllm).then(|| settings.access.base_url.clone()),
            server_version: target.facts.version.clone(),
            server_config: std::collections::BTreeMap::new(),
            client: Some(format!("{} {}, {threads} threads", std::env::consts::OS, std::env::consts::ARCH)),
            notes: target.notes.iter().chain(&prompts.notes).chain(&missing_hardware(settings)).cloned().collect(),
        },
        configuration: Configuration {
            model: system.model_slug.clone().unwrap_or_else(|| slug_of(served)),
            model_name: system.model_name.clone().unwrap_or_else(|| last_part(served).to_owned()),
            served_model: served.clone(),
            quantization,
            hardware_name: system.hardware_name.clone().unwrap_or_else(|| name_of(&hardware)),
            hardware,
            gpu_count: system.gpu_count,
            engine: settings.engine.name().to_owned(),
            engine_version: target.facts.version.clone(),
            kernel,
        },
        plan: Some(with_hash(&settings.plan, prompts.sha256.clone())),
        levels: Vec::new(),
        quality: Vec::new(),
        warnings: kernel_warning.into_iter().chain(part_note).collect(),
        found: None,
        certificate: None,
        definitions: Vec::new(),
    })
}

fn missing_hardware(settings: &SweepSettings) -> Option<String> {
    let unnamed = settings.system.hardware.is_none() && settings.evidence == Evidence::Rehearsal;
    unnamed.then(|| "no --gpu was given, so this is stored as a rehearsal, not as a result".to_owned())
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

/// The quantization that a model's name contains.
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
