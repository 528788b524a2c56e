//! Keeps a sweep as it goes: the result file on disk after every level, the bar while one runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shared::measure::plan::Arrival;
use shared::measure::summary::Level;
use shared::store::provenance::Warning;
use shared::store::result_file::ResultFile;
use shared::units::UsdPerKwh;

use crate::load::driver::Tally;
use crate::printer::Printer;
use crate::results;
use crate::sweep::level_line::{energy, line};
use crate::sweep::level_table::table;
use crate::sweep::progress::LevelBar;
use crate::sweep::run::{Pace, Watcher};

/// Watches one sweep.
pub struct Recorder<'a, P> {
    file: ResultFile,
    root: PathBuf,
    path: Option<PathBuf>,
    bar: Option<LevelBar>,
    pace: &'a P,
    electricity: Option<UsdPerKwh>,
    out: &'a mut Printer,
}

impl<'a, P: Pace> Recorder<'a, P> {
    /// For a file without levels, to be kept under `root`.
    pub fn new(file: ResultFile, root: &Path, pace: &'a P, out: &'a mut Printer) -> Self {
        Self { file, root: root.to_owned(), path: None, bar: None, pace, electricity: None, out }
    }

    /// Says what the GPUs' energy costs at this price.
    #[must_use]
    pub fn with_electricity(self, electricity: Option<UsdPerKwh>) -> Self {
        Self { electricity, ..self }
    }

    /// Notes that the sweep ended before its last level. Nothing is written when no level is finished.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn stopped_early(&mut self) -> anyhow::Result<()> {
        self.take_bar_away();
        let planned = self.file.plan.as_ref().map_or(0, |plan| plan.levels.len());
        let finished = self.file.levels.len();
        self.file.warnings.push(Warning::Interrupted { finished, planned });
        if finished > 0 {
            self.path = Some(results::dir::save(&self.root, &self.file)?);
        }
        Ok(())
    }

    /// Prints what was measured, what to doubt, where it is and what to do next.
    pub fn report(&mut self, json: bool) {
        self.take_bar_away();
        let Some(path) = &self.path else {
            self.out.talk("no level was finished, so nothing was written");
            return;
        };
        if json {
            self.out.data(self.file.to_json().trim_end());
        } else {
            self.out.data(table(&self.file.levels));
        }
        for warning in &self.file.warnings {
            self.out.talk(format!("warning: {warning}"));
        }
        self.out.talk(format!("{}: {}", self.file.evidence, path.display()));
        self.out.talk(format!("next: collector explore --results {}", self.root.display()));
    }

    fn take_bar_away(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish();
        }
    }
}

impl<P: Pace> Watcher for Recorder<'_, P> {
    fn begin(&mut self, load: Arrival, requests: usize, tally: &Arc<Tally>) {
        let speed = self.pace.speed(load);
        self.bar = Some(LevelBar::new(load, requests, tally, self.out.is_terminal(), speed));
    }

    fn tick(&mut self) {
        if let Some(bar) = &self.bar {
            bar.tick();
        }
    }

    fn measuring(&mut self) {
        if let Some(bar) = &mut self.bar {
            bar.start();
        }
    }

    fn end(&mut self, level: Level, doubts: Vec<Warning>) -> anyhow::Result<()> {
        self.take_bar_away();
        self.out.talk(line(&level));
        if let Some(energy) = energy(&level, self.electricity) {
            self.out.talk(format!("{:>14}{energy}", ""));
        }
        self.file.levels.push(level);
        self.file.warnings.extend(doubts);
        // Written after each level: a later failure must not cost GPU time already paid for.
        self.path = Some(results::dir::save(&self.root, &self.file)?);
        Ok(())
    }
}
