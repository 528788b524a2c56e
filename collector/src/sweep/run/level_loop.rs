//! The levels of a sweep one after the other, each as often as it is repeated.

use std::sync::Arc;

use anyhow::Context;

use shared::measure::plan::Arrival;
use shared::store::provenance::Warning;

use crate::interrupt::Interrupt;
use crate::load::openai_client::OpenAiClient;
use crate::load::prompts::workload::LevelPrompts;
use crate::sweep::report::progress::Repeat;
use crate::sweep::report::warnings::{Combined, level_warnings, outlasts_combination};
use crate::sweep::run::combined_runs::CombinedRuns;
use crate::sweep::run::measured_run::{PlannedRun, measure};
use crate::sweep::run::observer::Observer;
use crate::sweep::run::recorder::Recorder;
use crate::sweep::run::schedule::Schedule;
use crate::sweep::run::sweep_end::SweepEnd;

/// What a sweep measures with.
pub struct LevelLoop<'a> {
    /// The load client.
    pub backend: &'a Arc<OpenAiClient>,
    /// Watches server and GPUs.
    pub observer: &'a Observer,
    /// Which levels run.
    pub schedule: &'a Schedule<'a>,
    /// Speed of a level's clock over the wall's: 1, except in a rehearsal. Called before each run.
    pub clock_speed: &'a dyn Fn(Arrival) -> f64,
}

impl LevelLoop<'_> {
    /// Runs the levels. When the program is asked to stop, it drops the requests in flight and the run they belong to.
    ///
    /// # Errors
    /// When a finished run cannot be stored.
    pub async fn run(
        &self,
        mut prompts: Vec<LevelPrompts>,
        recorder: &mut Recorder<'_>,
        interrupt: &mut Interrupt,
    ) -> anyhow::Result<SweepEnd> {
        let settings = self.schedule.settings();
        let workload = &settings.plan.workload;
        while let Some(level) = self.schedule.next(recorder.levels()) {
            let mut runs = CombinedRuns::of(level.load, settings.objectives.clone());
            let mut run_warnings: Vec<Warning> = Vec::new();
            for run in 0..self.schedule.repeats() {
                let mut prompts =
                    std::mem::take(prompts.get_mut(level.first_run + run).context("a level has no prompts")?);
                prompts.warmup.truncate(level.warmup);
                let repeat = Repeat { number: run + 1, of: self.schedule.repeats() };
                recorder.begin(level.load, repeat);
                let planned = PlannedRun {
                    pacing: self.schedule.pacing(level.load, run),
                    prompts,
                    objectives: settings.objectives.as_ref(),
                    clock_speed: (self.clock_speed)(level.load),
                };
                let measured = match measure(self.backend, self.observer, planned, recorder, interrupt).await {
                    Ok(measured) => measured,
                    Err(end) => return Ok(end),
                };
                let outlasts = |warning: &Warning| outlasts_combination(warning, Combined::Repeats);
                run_warnings.extend(level_warnings(&measured.level, workload).into_iter().filter(outlasts));
                run_warnings.extend(measured.ran_out_of_prompts.clone());
                runs.push(measured);
                if let Some(level) = runs.level() {
                    let mut warnings = level_warnings(&level, workload);
                    warnings.retain(|warning| !outlasts(warning));
                    warnings.extend(run_warnings.iter().cloned());
                    recorder.end(level, warnings, repeat)?;
                }
            }
        }
        Ok(SweepEnd::Finished)
    }
}
