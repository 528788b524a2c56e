//! What `sweep` and `rehearse` have in common: connect, draw prompts, run the levels, say how it ended.

pub mod certificate;
pub mod combined_runs;
pub mod level_loop;
pub mod observer;
pub mod prompt_preparation;
pub mod recorder;
pub mod resume;
pub mod schedule;
pub mod target;

use std::collections::HashSet;
use std::process::ExitCode;

use anyhow::Context;
use tokio::runtime::Runtime;

use shared::measure::conduct::Shard;
use shared::store::provenance::{Evidence, Warning};
use shared::store::result_file::ResultFile;

use crate::interrupt::{INTERRUPTED, Interrupt};
use crate::load::client_cpu::threads;
use crate::load::file_limit;
use crate::load::prompts::workload::Prompts;
use crate::printer::{Hinted, Printer};
use crate::sweep::report::search_result;
use crate::sweep::run::level_loop::{Ended, Pace};
use crate::sweep::run::observer::Observer;
use crate::sweep::run::recorder::Recorder;
use crate::sweep::run::schedule::Course;
use crate::sweep::run::target::Target;
use crate::sweep::settings::SweepSettings;

const NOTHING_WRITTEN: &str = "stopped before the first level; nothing was written";

/// The engine of a rehearsal, which runs in this process.
pub const SIMULATED: &str = "simulated";

/// The runtime that commands do their waiting on.
///
/// # Errors
/// When threads cannot be had.
pub fn runtime() -> anyhow::Result<Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads()).enable_all().build();
    runtime.context("failed to start the async runtime")
}

/// Prints the resolved plan as a sweep file.
///
/// # Errors
/// When it cannot be written as TOML.
pub fn describe(settings: &SweepSettings, out: &mut Printer) -> anyhow::Result<()> {
    let needs = schedule::needs(settings);
    let total: usize = needs.iter().map(|need| need.measured.most() + need.warmup).sum();
    let searching = settings.search.find.map_or("", |_| "at most ");
    let repeats = settings.search.repeats as usize;
    let runs = if repeats > 1 { format!(" run {repeats} times each") } else { String::new() };
    out.data(format!(
        "# {searching}{} levels{runs}, {} requests measured, {} for warming up; {} different prompts; evidence: {}",
        needs.len() / repeats.max(1),
        needs.iter().map(|need| need.measured.most()).sum::<usize>(),
        needs.iter().map(|need| need.warmup).sum::<usize>(),
        total,
        settings.evidence
    ));
    out.data(toml::to_string(&settings.to_sweep_file())?.trim_end());
    Ok(())
}

/// Runs a sweep to its end, or until somebody asks to stop.
///
/// # Errors
/// When the server cannot be measured, prompts cannot be had, a file cannot be written, or a level completes nothing.
pub async fn conduct(
    settings: &SweepSettings,
    engine: &str,
    pace: &impl Pace,
    out: &mut Printer,
) -> anyhow::Result<ExitCode> {
    let mut interrupt = Interrupt::listen();
    let ready = tokio::select! {
        biased;
        () = interrupt.requested() => None,
        ready = prepare(settings, out) => Some(ready?),
    };
    let Some((target, prompts)) = ready else {
        out.talk(NOTHING_WRITTEN);
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let course = Course::of(settings);
    file_limit::allow(course.widths().1)?;
    let fresh = marked(target::result_file(settings, &target, &prompts, engine)?, settings.search.shard);
    let (mut file, root) = match &settings.search.resume {
        Some(resume) => resume::take_up(resume, fresh, &settings.out, &course, out)?,
        None => (fresh, settings.out.clone()),
    };
    let place = root.join(file.path());
    if settings.search.resume.is_none() && settings.evidence == Evidence::Measured && place.exists() {
        let message = format!("`{}` exists, and a measured result is not overwritten", place.display());
        return Err(Hinted::new(message, "choose another --run-id, or go on with this one: --resume").into());
    }
    let observer = tokio::select! {
        biased;
        () = interrupt.requested() => None,
        observer = Observer::prepare(settings, &target.server, &target.facts.model, &mut file.provenance) => Some(observer),
    };
    let Some(observer) = observer else {
        out.talk(NOTHING_WRITTEN);
        return Ok(ExitCode::from(INTERRUPTED));
    };
    // A sweep that is gone on with notes some things again.
    let mut noted = HashSet::new();
    file.provenance.notes.retain(|note| noted.insert(note.clone()));
    for note in &file.provenance.notes {
        out.talk(format!("note: {note}"));
    }
    let observer = if engine == SIMULATED { observer.beside_the_server() } else { observer };
    if settings.selfcheck {
        let checked = tokio::select! {
            biased;
            () = interrupt.requested() => None,
            checked = certificate::certificate(course.widths(), &file.provenance, out) => Some(checked),
        };
        let Some(checked) = checked else {
            out.talk("stopped before the first level; nothing was written");
            return Ok(ExitCode::from(INTERRUPTED));
        };
        match checked {
            Ok(certificate) => file.certificate = Some(certificate),
            Err(error) => {
                let note = format!("the client could not be checked: {error:#}");
                out.talk(format!("note: {note}"));
                file.provenance.notes.push(note);
            }
        }
    }
    let json = settings.json;
    let mut recorder = Recorder::new(file, &root, &course, out).with_electricity(settings.telemetry.electricity);
    let prompts = schedule::own_part(settings, prompts.levels);
    let ended =
        level_loop::run(&target.backend, &observer, &course, prompts, pace, &mut recorder, &mut interrupt).await?;
    match ended {
        Ended::Finished => {
            recorder.finished()?;
            let file = recorder.report(json).clone();
            search_result::report(&file, settings.search.gpu_price, out)?;
            Ok(ExitCode::SUCCESS)
        }
        Ended::Interrupted => {
            recorder.stopped_early()?;
            recorder.report(json);
            Ok(ExitCode::from(INTERRUPTED))
        }
        Ended::NothingCompleted { concurrency, kind, message } => {
            recorder.stopped_early()?;
            recorder.report(json);
            let hint = "finished levels are kept; look at the server's log";
            let what =
                format!("no request completed at {concurrency} streams; most failed with {}: {message}", kind.words());
            Err(Hinted::new(what, hint).into())
        }
    }
}

/// A shard's file has a name of its own and says what it is.
fn marked(mut file: ResultFile, shard: Option<Shard>) -> ResultFile {
    if let Some(Shard { index, of }) = shard {
        file.id += &format!("-shard-{index}-of-{of}");
        let text = format!("this is part {index} of {of} of a sweep's load; join the parts with `collector merge`");
        file.warnings.push(Warning::Note { text });
    }
    file
}

async fn prepare(settings: &SweepSettings, out: &mut Printer) -> anyhow::Result<(Target, Prompts)> {
    let target = target::connect(settings).await?;
    let version = target.facts.version.as_deref().unwrap_or("of unknown version");
    out.talk(format!("server {version} serves `{}` at {}", target.facts.model, settings.access.base_url));
    let prompts = prompt_preparation::prepare(settings, &target.server, out).await?;
    out.talk(format!(
        "{} prompts are ready",
        prompts.levels.iter().map(|level| level.measured.len() + level.warmup.len()).sum::<usize>()
    ));
    Ok((target, prompts))
}
