//! What `sweep` and `rehearse` have in common: connect, draw prompts, run the levels, say how it ended.

use std::process::ExitCode;

use anyhow::Context;
use tokio::runtime::Runtime;

use shared::store::provenance::Evidence;

use crate::load::prompts::workload::Prompts;
use crate::printer::{Hinted, Printer};
use crate::sweep::interrupt::{INTERRUPTED, Interrupt};
use crate::sweep::observer::Observer;
use crate::sweep::preparation;
use crate::sweep::recorder::Recorder;
use crate::sweep::run::{self, Ended, Pace};
use crate::sweep::settings::SweepSettings;
use crate::sweep::target::{self, Target};

const NOTHING_WRITTEN: &str = "stopped before the first level; nothing was written";

/// The runtime that commands do their waiting on.
///
/// # Errors
/// When threads cannot be had.
pub fn runtime() -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("failed to start the async runtime")
}

/// Prints the resolved plan as a sweep file.
///
/// # Errors
/// When it cannot be written as TOML.
pub fn describe(settings: &SweepSettings, out: &mut Printer) -> anyhow::Result<()> {
    let needs = settings.needs();
    let total: usize = needs.iter().map(|need| need.measured.most() + need.warmup).sum();
    out.data(format!(
        "# {} levels, {} requests measured, {} for warming up; {} different prompts; evidence: {}",
        needs.len(),
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
    let mut file = target::result_file(settings, &target, &prompts, engine)?;
    let place = settings.out.join(file.path());
    if settings.evidence == Evidence::Measured && place.exists() {
        let message = format!("`{}` exists, and a measured result is not overwritten", place.display());
        return Err(Hinted::new(message, "choose another --run-id").into());
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
    for note in &file.provenance.notes {
        out.talk(format!("note: {note}"));
    }
    let json = settings.json;
    let mut recorder = Recorder::new(file, &settings.out, pace, out).with_electricity(settings.telemetry.electricity);
    let ended =
        run::run(&target.backend, &observer, &settings.plan, prompts.levels, pace, &mut recorder, &mut interrupt)
            .await?;
    match ended {
        Ended::Finished => {
            recorder.report(json);
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

async fn prepare(settings: &SweepSettings, out: &mut Printer) -> anyhow::Result<(Target, Prompts)> {
    let target = target::connect(settings).await?;
    let version = target.facts.version.as_deref().unwrap_or("of unknown version");
    out.talk(format!("server {version} serves `{}` at {}", target.facts.model, settings.access.base_url));
    let prompts = preparation::prepare(settings, &target.server, out).await?;
    out.talk(format!(
        "{} prompts are ready",
        prompts.levels.iter().map(|level| level.measured.len() + level.warmup.len()).sum::<usize>()
    ));
    Ok((target, prompts))
}
