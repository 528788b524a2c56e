//! The settings of a sweep: flags, environment, sweep file and defaults merged once into plain values. Contacts no server.

pub mod access;
pub mod flag_value;
pub mod level_search;
pub mod listed_levels;
pub mod prompt_source;
pub mod sweep_file;

use std::path::PathBuf;

use serde_json::{Map, Value};

use shared::measure::conduct::{Conduct, Find, Shard};
use shared::measure::objectives::Objectives;
use shared::measure::plan::{Plan, Warmup};
use shared::store::provenance::Evidence;
use shared::units::{UsdPerHour, UsdPerKwh};

use crate::catalogue::Catalogue;
use crate::catalogue::names::canonical;
use crate::cli::sweep::{EvidenceName, SweepArgs};
use crate::cli::telemetry_args::GpuTelemetryName;
use crate::load::openai_client::Access;
use crate::load::prompts::workload::PromptSource;
use crate::printer::Hinted;
use crate::sweep::settings::flag_value::{invalid, slug};
use crate::sweep::settings::level_search::Resume;
use crate::sweep::settings::sweep_file::SweepFile;

/// Everything a sweep needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepSettings {
    /// How to reach the server.
    pub access: Access,
    /// Further fields of every request's body.
    pub extra_body: Map<String, Value>,
    /// Name of the model to request; absent means the first that the server lists.
    pub model: Option<String>,
    /// File with vLLM's log.
    pub server_log: Option<PathBuf>,
    /// What is sent and when, as the result file stores it.
    pub plan: Plan,
    /// Where prompts come from.
    pub source: PromptSource,
    /// The model's tokenizer; absent means that the server counts tokens.
    pub tokenizer: Option<PathBuf>,
    /// Prompts a level; where a level ends after a time, the most it may send. Absent means a default of that time.
    pub num_prompts: Option<u32>,
    /// Requests sent and discarded before each level.
    pub warmup: Warmup,
    /// Seed of every random choice.
    pub seed: u64,
    /// Runs of each level, at least 1.
    pub repeats: u32,
    /// Latency objectives that each level is compared with.
    pub objectives: Option<Objectives>,
    /// What is searched for; absent means that the plan lists its levels.
    pub find: Option<Find>,
    /// The part of the load that this client sends; absent means all of it.
    pub shard: Option<Shard>,
    /// The interrupted result to resume.
    pub resume: Option<Resume>,
    /// Price of one GPU, for the price of the level that a search finds; absent means the catalogue's.
    pub gpu_price: Option<UsdPerHour>,
    /// What is measured.
    pub system: SystemUnderTest,
    /// What the result may claim.
    pub evidence: Evidence,
    /// The engine that serves.
    pub engine: ServerEngine,
    /// Where telemetry of the GPUs comes from.
    pub gpu_telemetry: GpuTelemetryName,
    /// Price of electricity, for the cost of the GPUs' energy.
    pub electricity_price: Option<UsdPerKwh>,
    /// Output folder.
    pub out: PathBuf,
    /// Name of the run; absent means one made of date, hardware, quantization and time.
    pub run_id: Option<String>,
    /// Whether to measure the client's own error before the levels.
    pub selfcheck: bool,
    /// Whether to print the plan and stop.
    pub dry_run: bool,
    /// Whether to print the result file instead of the table.
    pub json: bool,
    /// The same settings as a sweep file, defaults filled in. Holds neither key nor headers.
    pub file: SweepFile,
}

/// Hardware and model under test; a name that is absent is derived from what the server says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemUnderTest {
    /// Name of a file in configs/hardware.
    pub hardware: Option<String>,
    /// The hardware's name for people.
    pub hardware_name: Option<String>,
    /// GPUs of the server, at least 1.
    pub gpu_count: u32,
    /// `bf16`, `awq-int4`, …
    pub quantization: Option<String>,
    /// Name of a file in configs/models, without quantization.
    pub model_slug: Option<String>,
    /// The model's name for people.
    pub model_name: Option<String>,
}

/// The engine behind the server's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerEngine {
    /// A vLLM server, or one that speaks its protocol.
    Vllm,
    /// The simulated server of a rehearsal, which runs in this process.
    Simulated,
}

impl ServerEngine {
    /// The engine's name in a result file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Vllm => "vllm",
            Self::Simulated => "simulated",
        }
    }
}

/// Resolves the settings. A flag wins over the environment, that over the sweep file, and that over the default.
///
/// # Errors
/// When the file is wrong, a value is out of range, or settings contradict each other.
pub fn resolve(flags: &SweepArgs) -> anyhow::Result<SweepSettings> {
    let mut file = SweepFile::with_flags(flags)?;
    let catalogue = Catalogue::load(None)?;
    file.hardware = file.hardware.map(|name| canonical(&catalogue.hardware, name));
    file.model_slug = file.model_slug.map(|name| canonical(&catalogue.models, name));
    let names = [("run-id", &file.run_id), ("gpu", &file.hardware), ("quantization", &file.quantization)];
    for (flag, name) in names.into_iter().chain([("model-slug", &file.model_slug), ("benchmark", &file.benchmark)]) {
        slug(flag, name.as_deref())?;
    }
    let access = access::access(&mut file, &flags.access)?;
    let extra_body = access::extra_body(&mut file)?;
    let source = prompt_source::source(&mut file)?;
    let levels = listed_levels::levels(&mut file, matches!(source, PromptSource::Trace { .. }))?;
    let stop = listed_levels::stop(&mut file)?;
    let objectives = level_search::objectives(&mut file)?;
    let repeats = level_search::repeats(&mut file)?;
    let find = level_search::find(&mut file, stop.requests())?;
    let levels = if find.is_some() { Vec::new() } else { levels };
    let shard = level_search::shard(flags.search.shard.as_deref(), find, repeats)?;
    level_search::check_shares(shard, &levels)?;
    let evidence = evidence(&mut file)?;
    let out = out_folder(file.out.clone(), evidence)?;
    file.out = Some(out.clone());
    let (workload, benchmark) = prompt_source::stored(&source);
    let conduct = Conduct { objectives: objectives.as_ref().map(ToString::to_string), find, shard };
    let warmup = file.warmup.map_or(Warmup::AsWideAsTheLevel, Warmup::Fixed);
    let seed = *file.seed.get_or_insert(0);
    let plan = Plan {
        benchmark: file.benchmark.get_or_insert(benchmark).clone(),
        endpoint: prompt_source::endpoint(&mut file, &source)?,
        workload,
        levels,
        stop,
        repeats: file.repeats,
        warmup_requests: Some(warmup),
        seed: Some(seed),
        ignore_eos: Some(*file.ignore_eos.get_or_insert(false)),
        temperature: file.temperature,
        conduct: (conduct != Conduct::default()).then(|| Box::new(conduct)),
    };
    let gpu_count = file.gpu_count.unwrap_or(1).max(1);
    file.gpu_count = Some(gpu_count);
    Ok(SweepSettings {
        access,
        extra_body,
        model: file.model.clone(),
        server_log: file.server_log.clone(),
        plan,
        source,
        tokenizer: file.tokenizer.clone(),
        num_prompts: file.num_prompts,
        warmup,
        seed,
        repeats,
        objectives,
        find,
        shard,
        resume: level_search::resume(&flags.search, file.run_id.as_deref())?,
        gpu_price: price("gpu-price", file.gpu_price, "a price in USD per hour")?.map(UsdPerHour::new),
        system: SystemUnderTest {
            hardware: file.hardware.clone(),
            hardware_name: file.hardware_name.clone(),
            gpu_count,
            quantization: file.quantization.clone(),
            model_slug: file.model_slug.clone(),
            model_name: file.model_name.clone(),
        },
        evidence,
        engine: ServerEngine::Vllm,
        gpu_telemetry: *file.gpu_telemetry.get_or_insert_default(),
        electricity_price: price("electricity-price", file.electricity_price, "a price in USD per kWh")?
            .map(UsdPerKwh::new),
        out,
        run_id: file.run_id.clone(),
        selfcheck: *file.selfcheck.get_or_insert(evidence == Evidence::Measured),
        dry_run: flags.dry_run,
        json: flags.json,
        file,
    })
}

fn price(flag: &str, value: Option<f64>, expected: &str) -> anyhow::Result<Option<f64>> {
    match value {
        Some(usd) if !(usd.is_finite() && usd >= 0.0) => Err(invalid(flag, usd, expected)),
        price => Ok(price),
    }
}

/// What the result may claim: a measurement must name its hardware.
fn evidence(file: &mut SweepFile) -> anyhow::Result<Evidence> {
    let default = if file.hardware.is_some() { EvidenceName::Measured } else { EvidenceName::Rehearsal };
    match file.evidence.get_or_insert(default) {
        EvidenceName::Measured if file.hardware.is_none() => Err(Hinted::new(
            "`--evidence measured` needs --gpu",
            "name the GPU that was measured, for example `--gpu rtx-a5000`",
        )
        .into()),
        EvidenceName::Measured => Ok(Evidence::Measured),
        EvidenceName::Rehearsal => Ok(Evidence::Rehearsal),
    }
}

/// The output folder. A rehearsal must stay out of any folder named `results`.
///
/// # Errors
/// When a rehearsal would be written among results.
pub fn out_folder(folder: Option<PathBuf>, evidence: Evidence) -> anyhow::Result<PathBuf> {
    let measured = evidence == Evidence::Measured;
    let folder = folder.unwrap_or_else(|| if measured { "results".into() } else { "out/rehearsal".into() });
    let absolute = std::path::absolute(&folder).unwrap_or_else(|_| folder.clone());
    // Folders above the working folder may have any name; those in the given path, and the last one, may not.
    let among_results = absolute.ends_with("results") || folder.components().any(|part| part.as_os_str() == "results");
    if !measured && among_results {
        return Err(Hinted::new(
            format!("a rehearsal is not written under `{}`", folder.display()),
            "choose another folder with --out, or name the GPU with --gpu if this measures a real server",
        )
        .into());
    }
    Ok(folder)
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
