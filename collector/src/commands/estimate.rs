//! `collector estimate`: throughput and latency of a model on a GPU, level by level, with the estimation error.

use std::process::ExitCode;

use serde_json::json;

use crate::catalogue::Catalogue;
use crate::catalogue::throughput::Record;
use crate::cli::sizing::EstimateArgs;
use crate::printer::{Hinted, Printer};
use crate::resolve::capacity_query::{fitted, model};
use crate::resolve::input_error::{refused, share};
use crate::results::scan::Scan;
use crate::results::table::{First, lines};
use shared::advice::capacity::Traffic;
use shared::advice::options::{DeploymentOption, deployment_options};
use shared::advice::workload::SHAREGPT;
use shared::economics::invalid::within;
use shared::format;
use shared::hardware::estimate::{Deployment, Estimator, Speculation};
use shared::hardware::profile::Profile;
use shared::hardware::requests::{Request, sharegpt};
use shared::hardware::simulate::Simulation;
use shared::measure::summary::Level;
use shared::store::estimator::Band;
use shared::store::provenance::{Evidence, Warning};
use shared::store::result_file::ResultFile;

/// Published records of the same model and GPU that are shown beside.
const MOST_RECORDS: usize = 8;

/// Tells how fast it would be.
///
/// # Errors
/// When a flag names nothing that is known, the model does not fit, or there is no estimate for it.
pub fn estimate(args: &EstimateArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::load(args.output.configs.as_deref())?;
    let resolved = model(&catalogue, &args.model)?;
    let (slug, gpu) = catalogue.gpu("--gpu", &args.gpu)?;
    let traffic = traffic(args)?;
    let longest = resolved.model.max_context_tokens;
    let context = traffic.map_or(0.0, |traffic| traffic.context());
    if context > f64::from(longest) {
        let message = format!(
            "requests of {context:.0} tokens do not fit: maximum context of {}: {longest} tokens",
            resolved.model.name
        );
        return Err(Hinted::new(message, "lower --input-tokens or --output-tokens").into());
    }
    let found = deployment_options(slug, gpu, resolved.model, &resolved.stored, context.max(1.0), fitted(&catalogue)?)
        .map_err(|why| {
            let hint = "see `collector fit` for what fits where, or choose another --quantization";
            Hinted::new(format!("{} cannot serve {}: {}", gpu.name, resolved.model.name, why.words()), hint)
        })?;
    let chosen = chosen(args, &found)?;
    let requests = requests(args, traffic);
    let cached = share("cached", args.cached)?;
    let mut levels = Vec::new();
    for option in &chosen {
        let estimator = speculating(args, option)?;
        let simulation = Simulation { cached, ..Simulation::new(Profile::of(estimator), &requests) };
        levels.push((*option, args.concurrency.iter().map(|streams| simulation.closed(*streams)).collect::<Vec<_>>()));
    }
    let beside = beside(args, resolved.slug, slug)?;
    if args.output.json {
        out.data(crate::report::cost_json::text(&json!({
            "model": resolved.slug, "gpu": slug, "evidence": Evidence::Estimated.word(),
            "ways": levels.iter().map(|(option, levels)| way_json(option, levels)).collect::<Vec<_>>(),
        })));
        return Ok(ExitCode::SUCCESS);
    }
    for (position, (option, levels)) in levels.iter().enumerate() {
        if position > 0 {
            out.data("");
        }
        table(&resolved.model.name, option, levels, &beside, out);
    }
    published(&catalogue, resolved.slug, slug, out);
    Ok(ExitCode::SUCCESS)
}

/// The tokens given; none where lengths are ShareGPT's.
fn traffic(args: &EstimateArgs) -> anyhow::Result<Option<Traffic>> {
    if args.input_tokens.is_none() && args.output_tokens.is_none() {
        return Ok(None);
    }
    let input = within("input_tokens", args.input_tokens.unwrap_or(SHAREGPT.input), 1.0, 1e7).map_err(refused)?;
    let output = within("output_tokens", args.output_tokens.unwrap_or(SHAREGPT.output), 1.0, 1e7).map_err(refused)?;
    Ok(Some(Traffic { input, output, cached: share("cached", args.cached)?, varied_prompts: false }))
}

fn requests(args: &EstimateArgs, traffic: Option<Traffic>) -> Vec<Request> {
    let count = args.requests.clamp(1, 100_000);
    match traffic {
        Some(Traffic { input, output, .. }) => shared::hardware::requests::fixed(count, input as u64, output as u64),
        None => sharegpt(count, 1),
    }
}

/// For each quantization the option of --gpu-count GPUs, or of the fewest.
fn chosen<'a, 'b>(
    args: &EstimateArgs,
    found: &'b [DeploymentOption<'a>],
) -> anyhow::Result<Vec<&'b DeploymentOption<'a>>> {
    let mut chosen: Vec<&DeploymentOption> = Vec::new();
    for option in found.iter().filter(|option| args.gpu_count.is_none_or(|gpus| option.gpus == gpus)) {
        if !chosen.iter().any(|kept| kept.quantization == option.quantization) {
            chosen.push(option);
        }
    }
    if chosen.is_empty() {
        let mut known: Vec<u32> = found.iter().map(|option| option.gpus).collect();
        known.sort_unstable();
        known.dedup();
        let known: Vec<String> = known.iter().map(u32::to_string).collect();
        let message = format!(
            "`--gpu-count {}` does not fit the model or divide its attention heads",
            args.gpu_count.unwrap_or_default()
        );
        return Err(Hinted::new(message, format!("expected one of {}", known.join(", "))).into());
    }
    Ok(chosen)
}

/// The estimator with a draft model, where one is given.
fn speculating(args: &EstimateArgs, option: &DeploymentOption) -> anyhow::Result<Estimator> {
    let (Some(drafted), Some(acceptance)) = (args.draft_tokens, args.acceptance) else { return Ok(option.estimator) };
    let acceptance = within("acceptance", acceptance, 0.0, 1.0).map_err(refused)?;
    let draft_cost = within("draft_cost", args.draft_cost, 0.0, 1.0).map_err(refused)?;
    let drafted = within("draft_tokens", f64::from(drafted), 1.0, 64.0).map_err(refused)? as u32;
    let speculation = Some(Speculation { drafted, acceptance, draft_cost });
    let deployment = Deployment { speculation, ..*option.estimator.deployment() };
    Estimator::new(deployment, option.estimator.constants())
        .ok_or_else(|| anyhow::anyhow!("no estimate of {}", option.name()))
}

/// Runs of the same model on the same GPU in the results folder.
fn beside(args: &EstimateArgs, model: &str, gpu: &str) -> anyhow::Result<Vec<ResultFile>> {
    let scan = if args.results.is_dir() { Scan::of(&[&args.results])? } else { Scan::default() };
    let is_same = |file: &ResultFile| {
        file.configuration.model == model && file.configuration.hardware == gpu && file.evidence != Evidence::Rehearsal
    };
    Ok(scan.files.into_iter().map(|(_, file)| file).filter(|file| !file.levels.is_empty() && is_same(file)).collect())
}

fn table(model: &str, option: &DeploymentOption, levels: &[Level], beside: &[ResultFile], out: &mut Printer) {
    out.data(format!("{model}, {} on {} (estimated)", option.quantization.name(), option.name()));
    if let Some(band) = option.band {
        out.data(format!("  {}", band_words(band)));
    }
    let run = beside.iter().find(|file| {
        file.configuration.quantization == option.quantization.word() && file.configuration.gpu_count == option.gpus
    });
    let star = |file: &ResultFile| if other_kernel(file).is_empty() { "" } else { "*" };
    let measured = run.map_or(String::new(), |file| format!("{}{}", file.evidence.word(), star(file)));
    let heads = ["streams", "output tok/s", "from", "to", &measured, "TTFT p50", "TTFT p99", "TPOT mean", "requests/s"];
    let rows = levels.iter().map(|level| {
        let rate = level.output_rate().value();
        let times = |factor: f64| format::significant(rate * factor, 3);
        let there = run.and_then(|file| file.levels.iter().find(|one| one.concurrency() == level.concurrency()));
        let millis = |time: Option<_>| time.map_or("-".to_owned(), format::millis);
        [
            level.concurrency().to_string(),
            times(1.0),
            option.band.map_or("-".into(), |band| times(band.low)),
            option.band.map_or("-".into(), |band| times(band.high)),
            there.map_or(String::new(), |one| format::significant(one.output_rate().value(), 3)),
            millis(level.ttft_ms.p50),
            millis(level.ttft_ms.p99),
            millis(level.tpot_ms.mean),
            format::significant(level.request_rate().value(), 3),
        ]
    });
    let rows: Vec<[String; 9]> = std::iter::once(heads.map(str::to_owned)).chain(rows).collect();
    for line in lines(&rows, First::Right) {
        out.data(format!("  {line}"));
    }
    if let Some(run) = run {
        let source = run.provenance.source_url.as_deref().unwrap_or("measured here");
        out.data(format!(
            "  {}{}: {source}, {}{}",
            run.evidence.word(),
            star(run),
            run.provenance.date,
            other_kernel(run)
        ));
    }
}

/// What ran in the place of the kernel that is estimated.
fn other_kernel(run: &ResultFile) -> String {
    let told = run.warnings.iter().find_map(|warning| match warning {
        Warning::KernelNotUsed { wanted, ran } => Some(format!("; not {wanted} but {ran}")),
        _ => None,
    });
    told.unwrap_or_default()
}

fn band_words(band: &Band) -> String {
    let kind = if band.gpus == "any" { "GPUs of any kind" } else { &band.gpus };
    format!(
        "from and to: estimation error, the range of 80 % of {} published records ({kind}, {}) predicted without their source",
        band.records, band.kernel
    )
}

/// What others published of the same model on the same GPU, whatever the engine.
fn published(catalogue: &Catalogue, model: &str, gpu: &str, out: &mut Printer) {
    let records: Vec<&Record> =
        catalogue.throughput.iter().filter(|record| record.model == model && record.gpu == gpu).collect();
    if records.is_empty() {
        return;
    }
    out.data("");
    out.data(format!("Published records of this model on this GPU (configs/throughput): {}", records.len()));
    for record in records.iter().take(MOST_RECORDS) {
        let rate = record.output_tokens_per_s.map_or("-".into(), |rate| format::significant(rate, 4));
        let kernel = record.kernel.as_ref().map_or(String::new(), |kernel| format!(", {kernel}"));
        let version = record.engine_version.as_deref().unwrap_or("");
        out.data(format!(
            "  {rate} tok/s  {}{kernel}, {} {version}  {}",
            record.quantization, record.engine, record.id
        ));
    }
    if let more @ 1.. = records.len().saturating_sub(MOST_RECORDS) {
        out.data(format!("  {more} more are in docs/estimator.md"));
    }
}

fn way_json(option: &DeploymentOption, levels: &[Level]) -> serde_json::Value {
    let level = |level: &Level| {
        let rate = level.output_rate().value();
        json!({
            "streams": level.concurrency(), "output_tokens_per_s": rate,
            "band": option.band.map(|band| [rate * band.low, rate * band.high]),
            "requests_per_s": level.request_rate().value(),
            "ttft_ms": level.ttft_ms, "tpot_ms": level.tpot_ms, "itl_ms": level.itl_ms, "e2el_ms": level.e2el_ms,
        })
    };
    json!({
        "quantization": option.quantization.word(), "gpus": option.gpus, "band": option.band,
        "levels": levels.iter().map(level).collect::<Vec<_>>(),
    })
}
