//! The runs of one level, combined into one level.
//!
//! Nothing is averaged: latencies, tokens and seconds of all runs count as those of one long run.

use shared::measure::objectives::Objectives;
use shared::measure::observe;
use shared::measure::plan::Arrival;
use shared::measure::runs::Runs;
use shared::measure::summary::{Level, ServerCounts};

use crate::load::histogram;
use crate::sweep::run::measured_run::MeasuredRun;

/// The runs of a level so far.
#[derive(Debug)]
pub struct CombinedRuns {
    load: Arrival,
    objectives: Option<Objectives>,
    runs: Runs,
    levels: Vec<Level>,
}

impl CombinedRuns {
    /// No run yet.
    #[must_use]
    pub fn of(load: Arrival, objectives: Option<Objectives>) -> Self {
        Self { load, objectives, runs: Runs::default(), levels: Vec::new() }
    }

    /// Adds a run.
    pub fn push(&mut self, run: MeasuredRun) {
        self.runs.push(run.records);
        self.levels.push(run.level);
    }

    /// The level of all runs so far; `None` before the first.
    ///
    /// The server's counters and the energy are summed. Samples of client, server and GPU are those of the last run.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        let (first, last) = (self.levels.first()?, self.levels.last()?);
        if self.levels.len() == 1 {
            return Some(first.clone());
        }
        let mut level = observe::level(self.load, &self.runs, self.objectives.as_ref());
        histogram::fill(&mut level, self.runs.records());
        level.server = self.levels.iter().map(|level| level.server).reduce(|a, b| Some(sum(a?, b?))).flatten();
        if let (Some(observed), Some(first), Some(last)) = (&mut level.observed, &first.observed, &last.observed) {
            observed.began_unix_ms = first.began_unix_ms;
            observed.client.clone_from(&last.client);
            observed.server.clone_from(&last.server);
            observed.gpu.clone_from(&last.gpu);
            if let Some(gpu) = &mut observed.gpu {
                gpu.energy_j = energy(&self.levels);
                gpu.joules_per_output_token = gpu.energy_j.map(|energy| energy / level.output_tokens as f64);
            }
        }
        Some(level)
    }
}

/// The energy of all runs; `None` when that of a run is unknown.
fn energy(levels: &[Level]) -> Option<f64> {
    levels.iter().map(|level| level.observed.as_ref()?.gpu.as_ref()?.energy_j).sum()
}

/// The sum of both counts; one that either lacks is absent.
fn sum(a: ServerCounts, b: ServerCounts) -> ServerCounts {
    let both = |a: Option<u64>, b: Option<u64>| Some(a? + b?);
    ServerCounts {
        completed: both(a.completed, b.completed),
        prompt_tokens: both(a.prompt_tokens, b.prompt_tokens),
        output_tokens: both(a.output_tokens, b.output_tokens),
        prefix_cache_hits: both(a.prefix_cache_hits, b.prefix_cache_hits),
        preemptions: both(a.preemptions, b.preemptions),
    }
}
