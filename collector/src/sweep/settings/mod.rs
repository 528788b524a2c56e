//! Flags, environment, sweep file and defaults, merged once into plain values. Touches no server.

pub mod access;
pub mod flag_value;
pub mod level_search;
pub mod listed_levels;
pub mod prompt_source;
pub mod sweep_file;
pub mod telemetry_source;

use std::path::PathBuf;

use serde_json::{Map, Value};

use shared::measure::plan::{Arrival, Endpoint, Plan, Warmup};
use shared::store::provenance::Evidence;
use shared::units::UsdPerKwh;

use crate::catalogue::Catalogue;
use crate::catalogue::names::canonical;
use crate::cli::sweep::{EndpointName, EvidenceName, SweepArgs};
use crate::load::openai::Access;
use crate::load::prompts::workload::{Need, Source};
use crate::printer::Hinted;
use crate::sweep::settings::flag_value::{at_least_one, slug};
use crate::sweep::settings::level_search::Search;
use crate::sweep::settings::sweep_file::SweepFile;
use crate::sweep::settings::telemetry_source::TelemetrySettings;

/// Everything a sweep needs to know, decided.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepSettings {
    /// How to reach the server.
    pub access: Access,
    /// Further fields of every request's body.
    pub extra_body: Map<String, Value>,
    /// Model to ask for; the server's first when absent.
    pub model: Option<String>,
    /// vLLM's log.
    pub server_log: Option<PathBuf>,
    /// What runs.
    pub plan: Plan,
    /// Where its prompts come from.
    pub source: Source,
    /// How sure, how far and in how many parts.
    pub search: Search,
    /// The model's tokenizer; the server counts when absent.
    pub tokenizer: Option<PathBuf>,
    /// Prompts a level; where it ends after a time, the most it may send, if the reader said one.
    pub num_prompts: Option<u32>,
    /// What is measured, as far as the reader says it.
    pub named: Named,
    /// What the result may claim.
    pub evidence: Evidence,
    /// What is watched beside the load.
    pub telemetry: TelemetrySettings,
    /// Folder of results.
    pub out: PathBuf,
    /// Name of the run.
    pub run_id: Option<String>,
    /// Check the client before the levels.
    pub selfcheck: bool,
    /// Print the plan and stop.
    pub dry_run: bool,
    /// Print the result file instead of the table.
    pub json: bool,
}

/// Hardware and model in the reader's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// Name of a file in configs/hardware.
    pub hardware: Option<String>,
    /// For people.
    pub hardware_name: Option<String>,
    /// GPUs of the server.
    pub gpu_count: u32,
    /// `bf16`, `awq-int4`, …
    pub quantization: Option<String>,
    /// Name of a file in configs/models, without quantisation.
    pub model_slug: Option<String>,
    /// For people.
    pub model_name: Option<String>,
}

impl SweepSettings {
    /// Prompts each level needs.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        self.plan.levels.iter().map(|level| self.need(*level)).collect()
    }

    /// Prompts one run of a level needs.
    #[must_use]
    pub fn need(&self, level: Arrival) -> Need {
        let warmup = self.plan.warmup_requests.unwrap_or(Warmup::AsWideAsTheLevel);
        prompt_source::need(level, self.plan.stop, self.num_prompts, warmup)
    }

    /// The same settings as a sweep file, for `--dry-run`. The key is left out.
    #[must_use]
    pub fn to_sweep_file(&self) -> SweepFile {
        let plan = &self.plan;
        let load = listed_levels::to_args(plan);
        let mut file = SweepFile {
            benchmark: Some(plan.benchmark.clone()),
            base_url: Some(self.access.base_url.clone()),
            model: self.model.clone(),
            endpoint: Some(match plan.endpoint {
                Endpoint::Completions => EndpointName::Completions,
                Endpoint::ChatCompletions => EndpointName::ChatCompletions,
            }),
            extra_body: (!self.extra_body.is_empty()).then(|| Value::Object(self.extra_body.clone()).to_string()),
            ca_cert: self.access.certificate.clone(),
            timeout: Some(self.access.timeouts.total.as_secs_f64()),
            connect_timeout: Some(self.access.timeouts.connect.as_secs_f64()),
            first_byte_timeout: Some(self.access.timeouts.first_byte.as_secs_f64()),
            idle_timeout: Some(self.access.timeouts.idle.as_secs_f64()),
            server_log: self.server_log.clone(),
            concurrency: load.concurrency,
            request_rate: load.request_rate,
            burstiness: load.burstiness,
            ramp: load.ramp,
            trace_speed: load.trace_speed,
            num_prompts: self.num_prompts,
            duration: load.duration,
            warmup: match plan.warmup_requests {
                Some(Warmup::Fixed(requests)) => Some(requests),
                Some(Warmup::AsWideAsTheLevel) | None => None,
            },
            seed: plan.seed,
            ignore_eos: plan.ignore_eos,
            temperature: plan.temperature,
            hardware: self.named.hardware.clone(),
            hardware_name: self.named.hardware_name.clone(),
            gpu_count: Some(self.named.gpu_count),
            quantization: self.named.quantization.clone(),
            model_slug: self.named.model_slug.clone(),
            model_name: self.named.model_name.clone(),
            evidence: Some(match self.evidence {
                Evidence::Measured => EvidenceName::Measured,
                Evidence::Rehearsal | Evidence::Published | Evidence::Estimated => EvidenceName::Rehearsal,
            }),
            gpu_telemetry: Some(self.telemetry.gpu),
            electricity_price: self.telemetry.electricity.map(UsdPerKwh::value),
            selfcheck: Some(self.selfcheck),
            out: Some(self.out.clone()),
            run_id: self.run_id.clone(),
            ..prompt_source::keys(&self.source, self.tokenizer.as_ref())
        };
        self.search.write_to(&mut file);
        file
    }
}

/// Merges flags (which hold the environment already), the sweep file and the defaults.
///
/// # Errors
/// When the file is wrong, a value makes no sense, or settings contradict each other.
pub fn resolve(args: &SweepArgs) -> anyhow::Result<SweepSettings> {
    let a = args.clone();
    let f = a.config.as_deref().map(SweepFile::read).transpose()?.unwrap_or_default();
    let asked = prompt_source::merged(a.workload, &f);
    let (access, extra_body) = (access::access(&a.access, &f)?, access::extra_body(&a.access, &f)?);
    let num_prompts =
        a.load.num_prompts.or(f.num_prompts).map(|count| at_least_one("num-prompts", count)).transpose()?;
    let source = prompt_source::source(&asked)?;
    let levels = listed_levels::levels(&a.load, &f, matches!(source, Source::Trace { .. }))?;
    let stop = listed_levels::stop(&a.load, &f, num_prompts)?;
    let telemetry = telemetry_source::resolve(&a.telemetry, &f)?;
    let run_id = slug("run-id", a.run_id.or(f.run_id.clone()))?;
    let search = level_search::resolve(&a.search, &a.load, &f, run_id.as_deref(), stop.requests())?;
    let catalogue = Catalogue::load(None)?;
    let hardware = a.hardware.or(f.hardware).map(|name| canonical(&catalogue.hardware, name));
    let model_slug = a.model_slug.or(f.model_slug).map(|name| canonical(&catalogue.models, name));
    let named = Named {
        hardware: slug("gpu", hardware)?,
        hardware_name: a.hardware_name.or(f.hardware_name),
        gpu_count: a.gpu_count.or(f.gpu_count).unwrap_or(1).max(1),
        quantization: slug("quantization", a.quantization.or(f.quantization))?,
        model_slug: slug("model-slug", model_slug)?,
        model_name: a.model_name.or(f.model_name),
    };
    let evidence = evidence(a.evidence.or(f.evidence), named.hardware.is_some())?;
    let (stored, benchmark) = prompt_source::describe(&source);
    let mut plan = Plan {
        benchmark: slug("benchmark", f.benchmark.clone())?.unwrap_or(benchmark),
        endpoint: prompt_source::endpoint(a.access.endpoint.or(f.endpoint), &source)?,
        workload: stored,
        levels,
        stop,
        repeats: None,
        warmup_requests: Some(a.load.warmup.or(f.warmup).map_or(Warmup::AsWideAsTheLevel, Warmup::Fixed)),
        seed: Some(a.load.seed.or(f.seed).unwrap_or(0)),
        ignore_eos: Some(a.load.ignore_eos.or(f.ignore_eos).unwrap_or(false)),
        temperature: a.load.temperature.or(f.temperature),
        conduct: None,
    };
    search.into_plan(&mut plan)?;
    Ok(SweepSettings {
        access,
        extra_body,
        model: a.access.model.or(f.model),
        server_log: a.access.server_log.or(f.server_log),
        num_prompts: plan.stop.requests().or(num_prompts),
        plan,
        source,
        search,
        tokenizer: asked.tokenizer,
        named,
        evidence,
        telemetry,
        out: out(a.out.or(f.out), evidence)?,
        run_id,
        selfcheck: a.selfcheck.or(f.selfcheck).unwrap_or(evidence == Evidence::Measured),
        dry_run: a.dry_run,
        json: a.json,
    })
}

fn evidence(asked: Option<EvidenceName>, hardware_named: bool) -> anyhow::Result<Evidence> {
    match (asked, hardware_named) {
        (Some(EvidenceName::Measured), false) => Err(Hinted::new(
            "`--evidence measured` needs --gpu",
            "a measured result names what it was measured on, such as `--gpu rtx-a5000`",
        )
        .into()),
        (Some(EvidenceName::Rehearsal), _) | (None, false) => Ok(Evidence::Rehearsal),
        (Some(EvidenceName::Measured) | None, true) => Ok(Evidence::Measured),
    }
}

/// The folder of results; rehearsals are kept out of one that is named `results`.
///
/// # Errors
/// When a rehearsal would be written among results.
pub fn out(asked: Option<PathBuf>, evidence: Evidence) -> anyhow::Result<PathBuf> {
    let measured = evidence == Evidence::Measured;
    let folder = asked.unwrap_or_else(|| if measured { "results".into() } else { "out/rehearsal".into() });
    let whole = std::path::absolute(&folder).unwrap_or_else(|_| folder.clone());
    // Folders above the working folder may be called anything; what was asked for and where it ends may not.
    let among_results = whole.ends_with("results") || folder.components().any(|part| part.as_os_str() == "results");
    if !measured && among_results {
        return Err(Hinted::new(
            format!("a rehearsal is not written under `{}`", folder.display()),
            "name another folder with --out, or the GPU with --gpu if this measures a real server on it",
        )
        .into());
    }
    Ok(folder)
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
