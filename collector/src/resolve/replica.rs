//! What one replica serves: a result file at its operating point, or what somebody states.

use std::path::{Path, PathBuf};

use crate::catalogue::Catalogue;
use crate::cli::case_args::{CaseArgs, ServedArgs};
use crate::files::sha256_hex;
use crate::printer::Hinted;
use crate::resolve::input_error::{refused, share};
use crate::results::dir::{load_with_text, walk};
use crate::results::scan::Scan;
use shared::advice::targets;
use shared::date::Date;
use shared::economics::cost::{Mix, WorkDone, fit_output_weight};
use shared::economics::invalid::within;
use shared::economics::model::Served;
use shared::economics::operating_point::{
    Interpolated, LatencyTarget, OperatingPoint, interpolated, operating_point, served,
};
use shared::economics::serverless::Depths;
use shared::explore::library::Library;
use shared::explore::scenario::Scenario;
use shared::format;
use shared::measure::summary::Level;
use shared::store::provenance::Evidence;
use shared::store::result_file::ResultFile;
use shared::units::RequestsPerSecond;

/// The latency target of the cost model where none is given.
const USUAL_TARGET: &str = "ttft:p99<2s";

/// What one replica serves, and where that is known from.
#[derive(Debug, Clone)]
pub struct Replica {
    /// Rate, mix, depths, interval.
    pub served: Served,
    /// What the rate rests on.
    pub evidence: Evidence,
    /// The run; none for what somebody states.
    pub run: Option<Run>,
    /// The level it was measured at; none for what somebody states.
    pub level: Option<Level>,
    /// How the rate was come by, in a sentence.
    pub how: String,
}

/// A result file that was read.
#[derive(Debug, Clone)]
pub struct Run {
    /// Where it lies.
    pub path: PathBuf,
    /// Its SHA-256.
    pub sha256: String,
    /// What it says.
    pub file: ResultFile,
}

/// The latency target of a flag such as `ttft:p99<2s`, or one by name.
///
/// # Errors
/// When it is none.
pub fn target(slo: &str, max_failures: f64) -> anyhow::Result<LatencyTarget> {
    let failures = share("max-failures", max_failures)?;
    let limits = targets::limits(targets::meant(slo)).map_err(|why| {
        Hinted::new(format!("`--slo {slo}`: {why}"), "several are separated by commas; `--slo any` sets none")
    })?;
    Ok(LatencyTarget { limits, failures })
}

/// The latency target as it was written, or the usual one.
#[must_use]
pub fn slo(args: &CaseArgs) -> &str {
    args.target.slo.as_deref().unwrap_or(USUAL_TARGET)
}

/// What one replica serves under a target.
///
/// # Errors
/// When there is no result, no level keeps to the target, or a statement lacks something.
pub fn replica(args: &CaseArgs, catalogue: &Catalogue, target: &LatencyTarget, day: Date) -> anyhow::Result<Replica> {
    match args.served.throughput {
        Some(total) => stated(args, total),
        None => measured(find(&args.served, catalogue, day)?, args, target),
    }
}

/// A replica of which somebody states total tokens a second.
fn stated(args: &CaseArgs, total: f64) -> anyhow::Result<Replica> {
    let (Some(input), Some(output)) = (args.demand.input_tokens, args.demand.output_tokens) else {
        let hint = "give --input-tokens and --output-tokens; they convert tokens per second into requests per second";
        return Err(Hinted::new("`--throughput` needs the tokens of a request", hint).into());
    };
    within("throughput", total, 1e-6, 1e12).map_err(refused)?;
    within("input_tokens", input, 0.0, 1e8).map_err(refused)?;
    within("output_tokens", output, 0.0, 1e8).map_err(refused)?;
    let cached = within("cached_tokens", args.demand.cached_tokens.unwrap_or(0.0), 0.0, input).map_err(refused)?;
    let mix = Mix { input, cached, output };
    within("tokens_per_request", mix.total(), 1e-3, 2e8).map_err(refused)?;
    let rate = RequestsPerSecond::new(total / mix.total());
    // Nothing is known of smaller batches: their rate is taken as the same, so that a sparse demand is not flattered.
    let depths = Depths::new([(1.0, rate.value())]);
    Ok(Replica {
        served: Served { rate, mix, depths, interval: None },
        evidence: Evidence::Estimated,
        run: None,
        level: None,
        how: format!("{} total tokens/s as stated, at any load", format::significant(total, 4)),
    })
}

fn measured(run: Run, args: &CaseArgs, target: &LatencyTarget) -> anyhow::Result<Replica> {
    let levels = &run.file.levels;
    let level = match operating_point(levels, target) {
        OperatingPoint::At(level) => level,
        OperatingPoint::NotMeasured if levels.is_empty() => {
            let message = format!("`{}` has no measured level", run.path.display());
            return Err(Hinted::new(message, "a result of `collector sweep` has some; one of lm-eval has none").into());
        }
        OperatingPoint::NotMeasured => {
            let message =
                format!("no level of `{}` has the metric that `--slo {}` limits", run.path.display(), slo(args));
            return Err(Hinted::new(message, "set the target on a measured metric, or give `--slo any`").into());
        }
        OperatingPoint::NoneHolds => return Err(none_holds(&run, args, target)),
    };
    let what = served(levels, level).ok_or_else(|| anyhow::anyhow!("nothing completed at {}", level.load))?;
    let between = args.served.interpolate.then(|| interpolated(levels, target)).flatten();
    let (served, evidence, how) = match between {
        None => (what, run.file.evidence, at_level(level, target)),
        Some(between) => (on_the_way(&what, &between), Evidence::Estimated.max(run.file.evidence), way(&between)),
    };
    let level = Some(level.clone());
    Ok(Replica { served, evidence, level, how, run: Some(run) })
}

fn on_the_way(at: &Served, between: &Interpolated) -> Served {
    let depth = |level: &Level| f64::from(level.concurrency());
    let (low, high) = (depth(between.kept), depth(between.broken));
    let reached = (low + between.share * (high - low), between.rate.value());
    Served { rate: between.rate, depths: at.depths.with(reached), interval: None, ..at.clone() }
}

fn at_level(level: &Level, target: &LatencyTarget) -> String {
    let held = target.limits.iter().filter_map(|limit| {
        let (metric, statistic) = (limit.metric.word(), limit.statistic.word());
        Some(format!(
            "{statistic} {metric} {} of {}",
            format::millis(limit.measured(level)?),
            format::millis(limit.most)
        ))
    });
    let held: Vec<String> = held.collect();
    let kept = if held.is_empty() { "no latency target".to_owned() } else { held.join(", ") };
    let waves = format::significant(level.waves(), 2);
    format!("level {}: {}, {waves} waves of requests; {kept}", level.concurrency(), level.load)
}

fn way(between: &Interpolated) -> String {
    format!(
        "interpolated, {} of the way from level {} to level {}",
        format::percent_of(between.share),
        between.kept.concurrency(),
        between.broken.concurrency()
    )
}

fn none_holds(run: &Run, args: &CaseArgs, target: &LatencyTarget) -> anyhow::Error {
    let levels = &run.file.levels;
    let best = target.limits.iter().filter_map(|limit| {
        let lowest =
            levels.iter().filter_map(|level| limit.measured(level)).min_by(|a, b| a.value().total_cmp(&b.value()));
        Some(format!("lowest {} {} {}", limit.statistic.word(), limit.metric.word(), format::millis(lowest?)))
    });
    let best: Vec<String> = best.collect();
    let message = format!("no level of `{}` meets the latency target `{}`", run.path.display(), slo(args));
    Hinted::new(message, format!("measured: {}; relax the target, or choose another run", best.join(", "))).into()
}

/// The result file that is meant: a path, with or without `.json`, or a run's name, or what the page would show.
fn find(args: &ServedArgs, catalogue: &Catalogue, day: Date) -> anyhow::Result<Run> {
    match &args.result {
        Some(named) => find_named(named, &args.results),
        None => default_run(args, catalogue, day),
    }
}

/// A result file by its path, with or without `.json`, or a run of a folder by its name.
fn find_named(named: &Path, results: &Path) -> anyhow::Result<Run> {
    let with_suffix = PathBuf::from(format!("{}.json", named.display()));
    for path in [named, with_suffix.as_path()] {
        if path.is_file() {
            return read(path);
        }
    }
    let name = named.display().to_string();
    let wanted = name.trim_end_matches(".json");
    let files = if results.is_dir() { walk(results)? } else { Vec::new() };
    let stem = |path: &Path| path.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
    let found: Vec<&PathBuf> = files.iter().filter(|path| stem(path) == wanted).collect();
    let paths = |found: &[&PathBuf]| found.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    match found.as_slice() {
        [one] => read(one),
        [] => {
            let names: Vec<String> = files.iter().map(|path| stem(path)).collect();
            let hint = match names.as_slice() {
                [] => format!("`{}` holds none; `collector sweep` or `collector import` makes one", results.display()),
                names => format!("`{}` holds {}", results.display(), names.join(", ")),
            };
            Err(Hinted::new(format!("unknown result file or run `{name}`"), hint).into())
        }
        several => {
            let message = format!("{} result files are called `{wanted}`", several.len());
            Err(Hinted::new(message, format!("give the path of one: {}", paths(several))).into())
        }
    }
}

fn default_run(args: &ServedArgs, catalogue: &Catalogue, day: Date) -> anyhow::Result<Run> {
    let nothing = |why: String| {
        let hint = "name a result file with --result, or state --throughput, --input-tokens and --output-tokens";
        anyhow::Error::from(Hinted::new(why, hint))
    };
    if !args.results.is_dir() {
        return Err(nothing(format!("there is no results folder `{}`", args.results.display())));
    }
    let scan = Scan::of(&[&args.results])?;
    scan.all_sound()?;
    let index = scan.index(catalogue);
    let files = scan.files.into_iter().map(|(entry, file)| (entry.path, file)).collect();
    let library = Library::new(index, files, day);
    let run = library.run(&Scenario::default());
    let run = run.ok_or_else(|| nothing(format!("no measured or published run is in `{}`", args.results.display())))?;
    Ok(Run { path: args.results.join(&run.entry.path), sha256: run.entry.sha256.clone(), file: run.file.clone() })
}

fn read(path: &Path) -> anyhow::Result<Run> {
    let (text, file) = load_with_text(path)?;
    Ok(Run { path: path.to_path_buf(), sha256: sha256_hex(text.as_bytes()), file })
}

/// rho fitted to result files of several shapes, each at its operating point.
///
/// # Errors
/// When a file cannot be read, holds no such level, or the files do not tell input from output.
pub fn fitted_weight(files: &[PathBuf], results: &Path, target: &LatencyTarget) -> anyhow::Result<f64> {
    let mut runs = Vec::new();
    for path in files {
        let run = find_named(path, results)?;
        let OperatingPoint::At(level) = operating_point(&run.file.levels, target) else {
            anyhow::bail!("no level of `{}` keeps the target", path.display());
        };
        let cached = level.cached_prompt_tokens.unwrap_or(0);
        runs.push(WorkDone {
            prompt_tokens: level.prompt_tokens.saturating_sub(cached) as f64,
            output_tokens: level.output_tokens as f64,
            seconds: level.duration_s.value(),
        });
    }
    fit_output_weight(&runs).ok_or_else(|| {
        let hint =
            "measure the same server with long prompts and short outputs, and with short prompts and long outputs";
        Hinted::new("these runs do not determine the work of an output token relative to an input token", hint).into()
    })
}
