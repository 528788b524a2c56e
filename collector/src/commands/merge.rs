//! The verb `merge`: joins the results of several clients that shared the load of one sweep.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use shared::measure::conduct::Shard;
use shared::measure::plan::{Arrival, Plan, Workload};
use shared::measure::summary::Level;
use shared::store::provenance::{Evidence, SourceFile, Warning};
use shared::store::result_file::ResultFile;

use crate::cli::merge::MergeArgs;
use crate::files::sha256_hex;
use crate::printer::{Hinted, Printer};
use crate::results::{dir, merge};
use crate::sweep::report::level_details::confidence_and_goodput;
use crate::sweep::report::level_table::table;
use crate::sweep::report::warnings::{Combined, level_warnings, outlasts_combination};
use crate::sweep::run::resume::first_difference;
use crate::sweep::settings::flag_value::slug;
use crate::sweep::settings::out_folder;

/// Smallest share of a level's time in which all shards should run, without a warning.
const ENOUGH_OVERLAP: f64 = 0.95;

/// A file that was read.
struct Part {
    path: PathBuf,
    file: ResultFile,
    plan: Plan,
    shard: Shard,
    source: SourceFile,
}

/// Runs the verb.
///
/// # Errors
/// When a file is not a shard, the files are not the shards of one sweep, or the result cannot be written.
pub fn merge(args: &MergeArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    slug("run-id", args.run_id.as_deref())?;
    let mut parts = args.files.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<Part>>>()?;
    parts.sort_by_key(|part| part.shard);
    let shards: Vec<Shard> = parts.iter().map(|part| part.shard).collect();
    let advice = "give one result file for each part, all of the same sweep";
    merge::complete(&shards)
        .map_err(|why| Hinted::new(format!("these are not the shards of one sweep: {why}"), advice))?;
    let first = parts.first().context("there is nothing to join")?;
    for part in &parts {
        same_sweep(first, part)?;
    }
    let mut joined = Vec::new();
    for load in &first.plan.levels {
        joined.push(merge::level(*load, &levels(&parts, *load)?).with_context(|| {
            format!("the start time of a shard's level {load} is missing, so the shards cannot be aligned")
        })?);
    }
    let overlap = joined.iter().map(|one| one.overlap).fold(1.0, f64::min);
    let file = whole(args, &parts, first, joined.into_iter().map(|one| one.level).collect(), overlap);
    let folder = out_folder(Some(args.out.clone()), file.evidence)?;
    let place = folder.join(file.path());
    if file.evidence == Evidence::Measured && place.exists() {
        let message = format!("`{}` exists, and a measured result is not overwritten", place.display());
        return Err(Hinted::new(message, "choose another --run-id").into());
    }
    let path = dir::save(&folder, &file)?;
    if args.json {
        out.data(file.to_json().trim_end());
    } else {
        out.data(table(&file.levels));
    }
    for line in confidence_and_goodput(&file.levels) {
        out.talk(line);
    }
    out.talk(format!("the {} shards ran together for at least {:.1} % of each level", parts.len(), overlap * 100.0));
    for warning in &file.warnings {
        out.talk(format!("warning: {warning}"));
    }
    out.talk(format!("{}: {}", file.evidence, path.display()));
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<Part> {
    let (text, file) = dir::load_with_text(path)?;
    let shard = file.plan.as_ref().and_then(|plan| plan.conduct.as_ref()?.shard);
    let (Some(plan), Some(shard)) = (file.plan.clone(), shard) else {
        let message = format!("`{}` is not a shard", path.display());
        return Err(Hinted::new(message, "give result files of `collector sweep --shard`").into());
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let source = SourceFile { name, sha256: sha256_hex(text.as_bytes()) };
    Ok(Part { path: path.to_owned(), file, plan, shard, source })
}

/// Shards agree in everything but their number.
fn same_sweep(first: &Part, other: &Part) -> anyhow::Result<()> {
    let plan = |part: &Part| Plan { conduct: merge::of_whole(part.plan.conduct.as_deref()), ..part.plan.clone() };
    let difference = first_difference("evidence", &first.file.evidence, &other.file.evidence)
        .or_else(|| first_difference("configuration", &first.file.configuration, &other.file.configuration))
        .or_else(|| first_difference("plan", &plan(first), &plan(other)));
    match difference {
        None => Ok(()),
        Some(difference) => {
            let (a, b) = (first.path.display(), other.path.display());
            let message = format!("`{a}` and `{b}` are not shards of one sweep: {difference}");
            Err(Hinted::new(message, "run all shards with the same flags, except --shard").into())
        }
    }
}

/// One level of every shard.
fn levels<'a>(parts: &'a [Part], load: Arrival) -> anyhow::Result<Vec<&'a Level>> {
    let of = |part: &'a Part| {
        let own = load.shared_by(part.shard.of);
        part.file.levels.iter().find(|level| Some(level.load) == own).ok_or_else(|| {
            let message = format!("`{}` has no level for its part of {load}", part.path.display());
            Hinted::new(message, "the shard was interrupted; resume it with --resume, or run all shards again").into()
        })
    };
    parts.iter().map(of).collect()
}

fn whole(args: &MergeArgs, parts: &[Part], first: &Part, levels: Vec<Level>, overlap: f64) -> ResultFile {
    let Shard { index, of } = first.shard;
    let name = first.file.id.trim_end_matches(&format!("-shard-{index}-of-{of}")).to_owned();
    let mut file = ResultFile { id: args.run_id.clone().unwrap_or(name), levels, ..first.file.clone() };
    file.plan = Some(Plan { conduct: merge::of_whole(first.plan.conduct.as_deref()), ..first.plan.clone() });
    let mut clients: Vec<String> = parts.iter().filter_map(|part| part.file.provenance.client.clone()).collect();
    clients.dedup();
    file.provenance.client = (!clients.is_empty()).then(|| clients.join("; "));
    file.provenance.files.extend(parts.iter().map(|part| part.source.clone()));
    let percent = overlap * 100.0;
    file.provenance
        .notes
        .push(format!("joined from {of} shards, which ran together for at least {percent:.1} % of each level"));
    let of_parts = parts.iter().flat_map(|part| &part.file.warnings);
    file.warnings = of_parts.filter(|warning| outlasts_combination(warning, Combined::Shards)).cloned().collect();
    file.warnings.dedup();
    if overlap < ENOUGH_OVERLAP {
        let text = format!(
            "the shards of a level ran together for only {percent:.1} % of its time, so for the rest the server had less \
             load than the level's; start all shards at the same moment"
        );
        file.warnings.push(Warning::Note { text });
    }
    let workload = file.plan.as_ref().map_or(Workload::Named { name: String::new() }, |plan| plan.workload.clone());
    file.warnings.extend(file.levels.iter().flat_map(|level| level_warnings(level, &workload)));
    file
}
