//! One sweep from its settings to its result file, as `sweep` and `rehearse` run it: connect, draw prompts, run the levels,
//! report how it ended.

pub mod certificate;
pub mod combined_runs;
pub mod level_loop;
pub mod measured_run;
pub mod new_result;
pub mod observer;
pub mod prompt_preparation;
pub mod recorder;
pub mod resume;
pub mod schedule;
pub mod sweep_end;
pub mod target;

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;

use shared::measure::plan::Arrival;
use shared::store::provenance::Evidence;
use shared::store::result_file::ResultFile;

use crate::interrupt::{INTERRUPTED, Interrupt};
use crate::load::file_limit;
use crate::load::prompts::workload::{LevelPrompts, Prompts};
use crate::printer::{Hinted, Printer};
use crate::sweep::report::search_result;
use crate::sweep::run::level_loop::LevelLoop;
use crate::sweep::run::observer::Observer;
use crate::sweep::run::recorder::Recorder;
use crate::sweep::run::schedule::Schedule;
use crate::sweep::run::sweep_end::SweepEnd;
use crate::sweep::run::target::Target;
use crate::sweep::settings::SweepSettings;

/// Everything that the levels need.
struct Prepared {
    target: Target,
    observer: Observer,
    prompts: Vec<LevelPrompts>,
    /// The result file before its next level, and the output folder it is in.
    file: ResultFile,
    root: PathBuf,
}

/// Runs a sweep to its end, or until the program is asked to stop. `clock_speed` gives the speed of a level's clock over
/// the wall's.
///
/// # Errors
/// When the server cannot be measured, prompts cannot be drawn, a file cannot be written, or a level completes nothing.
pub async fn run(
    settings: &SweepSettings,
    clock_speed: &dyn Fn(Arrival) -> f64,
    out: &mut Printer,
) -> anyhow::Result<ExitCode> {
    let mut interrupt = Interrupt::listen();
    let schedule = Schedule::of(settings);
    let Some(prepared) = interrupt.unless_requested(prepare(&schedule, out)).await else {
        out.talk("stopped before the first level; nothing was written");
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let Prepared { target, observer, prompts, file, root } = prepared?;
    let mut recorder = Recorder::new(file, &root, &schedule, out);
    let levels = LevelLoop { backend: &target.backend, observer: &observer, schedule: &schedule, clock_speed };
    match levels.run(prompts, &mut recorder, &mut interrupt).await? {
        SweepEnd::Finished => {
            recorder.finished()?;
            let file = recorder.report().clone();
            search_result::report(&file, settings.gpu_price, out)?;
            Ok(ExitCode::SUCCESS)
        }
        SweepEnd::Interrupted => {
            recorder.stopped_early()?;
            recorder.report();
            Ok(ExitCode::from(INTERRUPTED))
        }
        SweepEnd::NothingCompleted { concurrency, kind, message } => {
            recorder.stopped_early()?;
            recorder.report();
            let kind = kind.words();
            let message = format!("no request completed at {concurrency} streams; most failed with {kind}: {message}");
            Err(Hinted::new(message, "finished levels are kept; read the server's log").into())
        }
    }
}

/// Checks the server and gets everything ready for the first level.
async fn prepare(schedule: &Schedule<'_>, out: &mut Printer) -> anyhow::Result<Prepared> {
    let settings = schedule.settings();
    let target = target::connect(settings).await?;
    let version = target.facts.version.as_deref().unwrap_or("of unknown version");
    out.talk(format!("server {version} serves `{}` at {}", target.facts.model, settings.access.base_url));
    let prompts = prompt_preparation::draw_prompts(schedule, &target.server, out).await?;
    let total: usize = prompts.levels.iter().map(|level| level.measured.len() + level.warmup.len()).sum();
    out.talk(format!("{total} prompts are ready"));
    file_limit::allow(schedule.widths().1)?;
    let (mut file, root) = open_result(schedule, &target, &prompts, out)?;
    let observer = Observer::prepare(settings, &target, &mut file.provenance).await;
    print_notes(&mut file, out);
    if settings.selfcheck {
        add_certificate(&mut file, schedule.widths(), out).await;
    }
    Ok(Prepared { target, observer, prompts: schedule.own_part(prompts.levels), file, root })
}

/// The result file to add levels to, new or resumed, and its output folder.
fn open_result(
    schedule: &Schedule<'_>,
    target: &Target,
    prompts: &Prompts,
    out: &mut Printer,
) -> anyhow::Result<(ResultFile, PathBuf)> {
    let settings = schedule.settings();
    let fresh = new_result::new_result(settings, target, prompts)?;
    if let Some(from) = &settings.resume {
        return resume::resume(from, fresh, schedule, out);
    }
    let path = settings.out.join(fresh.path());
    if settings.evidence == Evidence::Measured && path.exists() {
        let message = format!("`{}` exists, and a measured result is not overwritten", path.display());
        return Err(Hinted::new(message, "choose another --run-id, or continue this run with --resume").into());
    }
    Ok((fresh, settings.out.clone()))
}

/// A resumed sweep takes some of its notes again.
fn print_notes(file: &mut ResultFile, out: &mut Printer) {
    let mut known = HashSet::new();
    file.provenance.notes.retain(|note| known.insert(note.clone()));
    for note in &file.provenance.notes {
        out.talk(format!("note: {note}"));
    }
}

async fn add_certificate(file: &mut ResultFile, widths: (u32, u32), out: &mut Printer) {
    match certificate::certificate(widths, &file.provenance, out).await {
        Ok(certificate) => file.certificate = Some(certificate),
        Err(error) => {
            let note = format!("the client's error could not be measured: {error:#}");
            out.talk(format!("note: {note}"));
            file.provenance.notes.push(note);
        }
    }
}
