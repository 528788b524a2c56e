//! Which runs a figure about load draws, the chosen one first: how each is called, coloured and marked.
//!
//! Knows no axis; every figure about load names a run the same way.

use crate::chart::order::ascending;
use crate::chart::scale::{Axis, Scale, Tick};
use crate::chart::{Marker, Stroke, Tone};
use crate::explore::figures::{marks, quantization};
use crate::explore::library::{Library, Run};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::summary::Level;

/// Waves of a level below which its ramp-up and drain weigh.
const FEW_WAVES: f64 = 5.0;

/// What a run is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The one that is looked at.
    Chosen,
    /// Another one of the same model.
    Other,
    /// That of the pinned scenario.
    Pinned,
}

/// A run that is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) run: Run<'a>,
    pub(super) role: Role,
    /// Whether the model's name and the hardware must be said to tell it from the chosen one.
    is_elsewhere: bool,
}

/// The chosen run, the others of the same model on the same replica, and the pinned scenario's.
///
/// # Errors
/// When no run is loaded.
pub(super) fn shown<'a>(library: &'a Library, scenario: &Scenario) -> Result<Vec<Shown<'a>>, String> {
    let siblings = library.siblings(scenario);
    let chosen = *siblings.first().ok_or("There is no run to show.")?;
    Ok(with_pinned(library, scenario, chosen, siblings))
}

/// The chosen run and all others of the same model that were loaded, on whatever hardware.
///
/// # Errors
/// When no run is loaded.
pub(super) fn of_model<'a>(library: &'a Library, scenario: &Scenario) -> Result<Vec<Shown<'a>>, String> {
    let chosen = library.run(scenario).ok_or("There is no run to show.")?;
    let model = &chosen.file.configuration.model;
    let others = library.of_model(model, scenario).filter(|run| run.entry.path != chosen.entry.path);
    Ok(with_pinned(library, scenario, chosen, std::iter::once(chosen).chain(others).collect()))
}

fn with_pinned<'a>(
    library: &'a Library,
    scenario: &Scenario,
    chosen: Run<'a>,
    mut runs: Vec<Run<'a>>,
) -> Vec<Shown<'a>> {
    let pinned = library.pinned_run(scenario);
    runs.extend(pinned.filter(|pinned| !runs.iter().any(|run| run.entry.path == pinned.entry.path)));
    let place = |run: Run| {
        let of = &run.file.configuration;
        (of.model.clone(), of.hardware.clone(), of.gpu_count)
    };
    let role = |run: Run| match run.entry.path {
        ref path if *path == chosen.entry.path => Role::Chosen,
        ref path if pinned.is_some_and(|pinned| pinned.entry.path == *path) => Role::Pinned,
        _ => Role::Other,
    };
    runs.into_iter().map(|run| Shown { run, role: role(run), is_elsewhere: place(run) != place(chosen) }).collect()
}

impl Shown<'_> {
    /// `AWQ-INT4`, or with model and hardware where those are not the chosen run's.
    pub(super) fn name(&self) -> String {
        let configuration = &self.run.file.configuration;
        if self.is_elsewhere {
            format!("{} on {}", configuration.name(), configuration.replica_name())
        } else {
            quantization(self.run)
        }
    }

    /// `BF16 (published)`, `pinned: AWQ-INT4 p99 (published, no Marlin)`.
    pub(super) fn label(&self, what: &str) -> String {
        let pinned = if self.role == Role::Pinned { "pinned: " } else { "" };
        let unused = self.run.file.missed_kernel().map(|wanted| format!(", no {wanted}"));
        format!("{pinned}{}{what} ({}{})", self.name(), self.run.file.evidence, unused.unwrap_or_default())
    }

    /// How its line looks: the accent for the chosen run, slate for others, by evidence.
    pub(super) fn look(&self, chosen: Tone) -> (Stroke, Marker, Tone) {
        let tone = match self.role {
            Role::Chosen => chosen,
            Role::Other => Tone::Slate(1),
            Role::Pinned => Tone::Slate(0),
        };
        marks(self.run.file.evidence, tone)
    }
}

/// `256 requests, 4 waves: few, so ramp-up and drain weigh`.
pub(super) fn waves(level: &Level) -> String {
    let waves = level.waves();
    let few = if waves < FEW_WAVES { ": few waves, so ramp-up and drain weigh" } else { "" };
    let requests = format::count((level.completed + level.failed) as f64);
    format!("{requests} requests, {} waves{few}", format::significant(waves, 2))
}

/// A log axis with a tick at every measured level of these runs, and a linear one.
pub(super) fn concurrency_axes(runs: &[Shown]) -> (Axis, Axis) {
    let concurrency = |level: &Level| f64::from(level.concurrency());
    let mut levels: Vec<f64> = runs.iter().flat_map(|shown| &shown.run.file.levels).map(concurrency).collect();
    levels = ascending(&levels).into_iter().map(|place| levels[place]).collect();
    levels.dedup();
    let ends = (levels.first().copied().unwrap_or(1.0), levels.last().copied().unwrap_or(1.0));
    let log = Axis {
        label: "requests in flight (log scale)".into(),
        scale: Scale::Log,
        low: ends.0 * 0.85,
        high: ends.1 * 1.15,
        ticks: levels.iter().map(|level| Tick { at: *level, label: level.to_string() }).collect(),
    };
    (log, Axis::linear("requests in flight", 0.0, ends.1, format::short_count))
}
