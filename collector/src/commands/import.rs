//! `collector import`: files of other tools into one result file, with what they cost at a price.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::catalogue::Catalogue;
use crate::cli::import::{EndpointArg, EvidenceArg, ImportArgs};
use crate::files::files_below;
use crate::printer::{Hinted, Printer};
use crate::results::dir;
use crate::results::table::{self, First};
use shared::date::Date;
use shared::economics::cost::per_million_total;
use shared::economics::pricing::of_replica;
use shared::format;
use shared::import::error::Remedy;
use shared::import::lm_eval::LmEval;
use shared::import::{self, ImportError, ImportedFiles, Importer, ResultMetadata, Sweep};
use shared::measure::plan::Endpoint;
use shared::measure::summary::Level;
use shared::store::provenance::{Evidence, Warning};
use shared::store::result_file::{Configuration, ResultFile};
use shared::units::{Fraction, Millis, UsdPerHour};

/// Reads the files, writes the result file, prints its levels.
///
/// # Errors
/// When a file cannot be used, a name is not in the catalogue, or the result cannot be written.
pub fn import(args: &ImportArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::load(args.configs.as_deref())?;
    let files = read(args)?;
    for value in files.contents.evaluations.iter().flat_map(|evaluation| &evaluation.skipped) {
        out.talk(format!("warning: skipped `{value}`: not a score between 0 and 1 for which higher is better"));
    }
    for what in &files.contents.skipped {
        out.talk(format!("skipped: {what}"));
    }
    let file = result_file(args, &catalogue, &files)?;
    let path = store(args, &file)?;
    if args.json {
        out.data(file.to_json().trim_end());
    } else {
        let price = replica_price(args, &file.configuration.hardware, &catalogue, file.provenance.date, out);
        tell(&file, price, out);
        for warning in &file.warnings {
            out.talk(format!("warning: {warning}"));
        }
        for definition in &file.definitions {
            out.talk(format!("{} by {}: {}", definition.metric, definition.tool, definition.words));
        }
    }
    out.talk(format!("wrote `{}`", path.display()));
    Ok(ExitCode::SUCCESS)
}

fn read(args: &ImportArgs) -> anyhow::Result<ImportedFiles> {
    let mut files = ImportedFiles::default();
    for given in &args.paths {
        if !given.is_dir() {
            take(&mut files, given, None)?;
            continue;
        }
        let paths = [dir::walk(given)?, files_below(given, "jsonl")?].concat();
        if paths.is_empty() {
            bail!("no `.json` or `.jsonl` file in the folder `{}`", given.display());
        }
        for path in paths {
            take_if_known(&mut files, &path)?;
        }
    }
    for path in &args.quality {
        take(&mut files, path, Some(&LmEval))?;
    }
    Ok(files)
}

/// Tools write more into their folders than results; files that are no results are named and skipped.
fn take_if_known(files: &mut ImportedFiles, path: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("failed to read `{}`", path.display()))?;
    // Text that is not JSON may be a result that was cut off, which is worth an error.
    if import::importer_of(&text).is_none() && import::is_json("", &text).is_ok() {
        files.contents.skipped.push(format!("`{}`: not a result file of a supported tool", path.display()));
        return Ok(());
    }
    take(files, path, None)
}

fn take(files: &mut ImportedFiles, path: &Path, importer: Option<&dyn Importer>) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("failed to read `{}`", path.display()))?;
    let shown = path.display().to_string();
    let Some(importer) = importer.or_else(|| import::importer_of(&text).map(|found| found as &dyn Importer)) else {
        // A file that is not JSON at all says where it breaks.
        import::is_json(&shown, &text)?;
        let message = format!("`{shown}` is not a result file of {}", import::tool_names("or"));
        return Err(Hinted::new(message, "give the result files one by one").into());
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    files.add(importer, &shown, &name, &text).map_err(advised)
}

/// The sweep that the files of a load generator make, if there are any.
fn sweep(files: &ImportedFiles) -> anyhow::Result<Option<Sweep>> {
    match (files.contents.levels.is_empty(), files.contents.skipped.as_slice()) {
        (true, [first, ..]) => bail!("no level in the files: {first}"),
        _ => files.sweep().map_err(advised),
    }
}

/// The error with its advice, if it has any.
fn advised(error: ImportError) -> anyhow::Error {
    let hint = match error.remedy {
        Some(Remedy::ImportSeparately) => "import them into separate results, or leave one out",
        Some(Remedy::UseResultFile) => "use the result file itself",
        Some(Remedy::CopyAgain | Remedy::LimitConcurrency) | None => return error.into(),
    };
    Hinted::new(error.to_string(), hint).into()
}

fn result_file(args: &ImportArgs, catalogue: &Catalogue, files: &ImportedFiles) -> anyhow::Result<ResultFile> {
    let sweep = sweep(files)?;
    let plan = sweep.as_ref().map(|sweep| {
        let benchmark = args.benchmark.as_deref().unwrap_or(sweep.tool.slug);
        Ok::<_, anyhow::Error>((benchmark.to_owned(), endpoint(args, sweep)?))
    });
    let date = date(args, files.date(sweep.as_ref()))?;
    let evidence = match args.evidence {
        EvidenceArg::Measured => Evidence::Measured,
        EvidenceArg::Published => Evidence::Published,
    };
    if let Some(said) = sweep.as_ref().and_then(|sweep| sweep.evidence).filter(|said| *said != evidence) {
        let message =
            format!("the files were exported from a result with evidence `{said}`, but `--evidence` is `{evidence}`");
        return Err(Hinted::new(message, "use the result file itself").into());
    }
    let metadata = ResultMetadata {
        id: args.run_id.clone().unwrap_or_else(|| date.to_string()),
        evidence,
        configuration: configuration(args, catalogue, files, sweep.as_ref())?,
        date,
        plan: plan.transpose()?,
        source_url: args.source.clone(),
        licence: args.licence.clone(),
        notes: args.note.clone(),
        warnings: kernel_warning(args).into_iter().collect(),
    };
    Ok(files.result(sweep, metadata)?)
}

fn configuration(
    args: &ImportArgs,
    catalogue: &Catalogue,
    files: &ImportedFiles,
    sweep: Option<&Sweep>,
) -> anyhow::Result<Configuration> {
    let (model_slug, model) = catalogue.model("--model", &args.model)?;
    let (hardware_slug, hardware) = catalogue.gpu("--gpu", &args.gpu)?;
    let served = files.served(sweep)?;
    let engine = args.engine.as_deref().or_else(|| sweep.and_then(|sweep| sweep.engine.as_deref()));
    Ok(Configuration {
        model: model_slug.to_owned(),
        model_name: model.name.clone(),
        served_model: served.unwrap_or_else(|| model.hugging_face.clone()),
        quantization: args.quantization.clone(),
        hardware: hardware_slug.to_owned(),
        hardware_name: hardware.name.clone(),
        gpu_count: args.gpu_count,
        engine: engine.unwrap_or("vllm").to_owned(),
        engine_version: args.engine_version.clone(),
        kernel: args.kernel.clone(),
    })
}

/// The endpoint that the files name, or the one that was given for those that name none.
fn endpoint(args: &ImportArgs, sweep: &Sweep) -> anyhow::Result<Endpoint> {
    let given = args.endpoint.map(|endpoint| match endpoint {
        EndpointArg::Completions => Endpoint::Completions,
        EndpointArg::Chat => Endpoint::ChatCompletions,
    });
    match (sweep.endpoint, given) {
        (Some(said), Some(given)) if said != given => {
            let message = format!("`--endpoint` is {}, but the files say {}", given.path(), said.path());
            Err(Hinted::new(message, "omit --endpoint").into())
        }
        (said, given) => said.or(given).ok_or_else(|| {
            let message = format!("the files of {} do not say which endpoint was used", sweep.tool.name);
            Hinted::new(message, "add --endpoint completions or --endpoint chat").into()
        }),
    }
}

fn date(args: &ImportArgs, said: Option<Date>) -> anyhow::Result<Date> {
    if let Some(text) = &args.date {
        return text.parse().map_err(anyhow::Error::msg).context("failed to read `--date`");
    }
    said.ok_or_else(|| {
        Hinted::new("the files do not say on which day they ran", "add --date, such as --date 2026-05-29").into()
    })
}

fn kernel_warning(args: &ImportArgs) -> Option<Warning> {
    let wanted = args.kernel_wanted.clone()?;
    if args.kernel.as_ref().is_some_and(|kernel| kernel.eq_ignore_ascii_case(&wanted)) {
        return None;
    }
    let kernel = args.kernel.clone().unwrap_or_else(|| "another kernel".into());
    let ran = args.kernel_reason.as_ref().map_or(kernel.clone(), |reason| format!("{kernel}: {reason}"));
    Some(Warning::KernelNotUsed { wanted, ran })
}

/// Saves the result; a different one of the same name is replaced only with --replace.
fn store(args: &ImportArgs, file: &ResultFile) -> anyhow::Result<PathBuf> {
    let path = args.out.join(file.path());
    let differs = std::fs::read_to_string(&path).is_ok_and(|text| text != file.to_json());
    if differs && !args.replace {
        let message = format!("a different result exists at `{}`", path.display());
        return Err(Hinted::new(message, "choose another name with --run-id, or overwrite it with --replace").into());
    }
    dir::save(&args.out, file)
}

/// The price of the whole replica: the one given, or the dated one, printed with its source.
fn replica_price(
    args: &ImportArgs,
    hardware: &str,
    catalogue: &Catalogue,
    day: Date,
    out: &mut Printer,
) -> Option<UsdPerHour> {
    let of_one = match args.gpu_price {
        Some(price) => UsdPerHour::new(price),
        None => {
            let price = catalogue.gpu_price(hardware, args.gpu_count, day)?;
            out.talk(format!("price: {} {}, read on {}, {}", price.provider, price.tier, price.read_on, price.source));
            price.usd_per_hour
        }
    };
    Some(of_replica(of_one, args.gpu_count))
}

fn tell(file: &ResultFile, price: Option<UsdPerHour>, out: &mut Printer) {
    out.data(format!("{} on {}, {}", file.configuration.name(), file.configuration.replica_name(), file.evidence));
    // Requests that arrive at a rate have no number of streams.
    let open = file.levels.iter().any(|level| level.load.concurrency().is_none());
    let load = |level: &Level| if open { level.load.to_string() } else { level.concurrency().to_string() };
    let head = [
        if open { "load" } else { "streams" },
        "completed",
        "total tok/s",
        "output tok/s",
        "TTFT p50, ms",
        "TTFT p99, ms",
        "TPOT p50, ms",
        "TPOT p99, ms",
        "waves",
        "USD/1M total",
    ];
    let cost = |level: &Level| per_million_total(price?, level.total_rate(), Fraction::ONE);
    let time = |time: Option<Millis>| time.map_or("-".into(), |time| format::significant(time.value(), 3));
    let row = |level: &Level| {
        [
            load(level),
            format!("{}/{}", level.completed, level.completed + level.failed),
            format::significant(level.total_rate().value(), 4),
            format::significant(level.output_rate().value(), 4),
            time(level.ttft_ms.p50),
            time(level.ttft_ms.p99),
            time(level.tpot_ms.p50),
            time(level.tpot_ms.p99),
            format::significant(level.waves(), 3),
            cost(level).map_or("-".into(), format::usd_per_million),
        ]
    };
    if !file.levels.is_empty() {
        let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(file.levels.iter().map(row)).collect();
        table::lines(&rows, First::Left).iter().for_each(|line| out.data(line));
    }
    for score in &file.quality {
        let stderr = score.stderr.map_or(String::new(), |stderr| format!(" +- {}", format::percent_of(stderr)));
        let (task, metric, filter) = (&score.task, &score.metric, &score.filter);
        out.data(format!("{task} {metric} ({filter}): {}{stderr}", format::percent_of(score.score)));
    }
    match (file.peak(), price) {
        (Some(peak), Some(price)) => {
            if let Some(cost) = cost(peak) {
                let (load, hourly) = (load(peak), price.value());
                out.data(format!("level {load}: {} USD per 1M total tokens at {hourly} USD/h", cost.value()));
            }
        }
        (Some(_), None) => {
            let hardware = &file.configuration.hardware;
            out.talk(format!("no price for `{hardware}`\nhint: add --gpu-price"));
        }
        (None, _) => {}
    }
}
