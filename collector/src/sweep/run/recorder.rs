//! Records a sweep while it runs: the result file is written after every run of a level, and progress is shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shared::measure::plan::Arrival;
use shared::measure::summary::Level;
use shared::store::provenance::Warning;
use shared::store::result_file::ResultFile;

use crate::load::driver::Tally;
use crate::printer::Printer;
use crate::results;
use crate::sweep::report::level_details::{confidence_and_goodput, energy};
use crate::sweep::report::level_table::table;
use crate::sweep::report::live_view::LiveView;
use crate::sweep::report::progress::{ActiveRun, Repeat, RunLength};
use crate::sweep::report::progress_view::{PlainView, ProgressView};
use crate::sweep::report::warnings::level_warnings;
use crate::sweep::run::schedule::Schedule;

/// Records one sweep.
pub struct Recorder<'a> {
    file: ResultFile,
    /// The output folder.
    root: PathBuf,
    /// Where the file was last written; `None` before the first time.
    path: Option<PathBuf>,
    schedule: &'a Schedule<'a>,
    /// Warnings about the whole file.
    file_warnings: Vec<Warning>,
    /// Warnings about each level.
    level_warnings: Vec<(Arrival, Vec<Warning>)>,
    view: ProgressView,
    out: &'a mut Printer,
}

impl<'a> Recorder<'a> {
    /// Records into a file without levels, or with those of an interrupted sweep, under the folder `root`.
    pub fn new(mut file: ResultFile, root: &Path, schedule: &'a Schedule<'a>, out: &'a mut Printer) -> Self {
        let view = match out.is_terminal() {
            true => ProgressView::Live(LiveView::new(schedule.listed().unwrap_or_default(), &file.levels)),
            false => ProgressView::Plain(PlainView::default()),
        };
        let file_warnings = std::mem::take(&mut file.warnings);
        let workload = &schedule.settings().plan.workload;
        let level_warnings = file.levels.iter().map(|level| (level.load, level_warnings(level, workload))).collect();
        Self { file, root: root.to_owned(), path: None, schedule, file_warnings, level_warnings, view, out }
    }

    /// The levels so far, lowest load first; the last one may lack runs.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.file.levels
    }

    /// A run of a level begins.
    pub fn begin(&mut self, load: Arrival, repeat: Repeat) {
        let line = self.view.begin(load, repeat);
        self.print(line);
    }

    /// The run warms up; `speed` is that of its clock.
    pub fn warming_up(&mut self, length: RunLength, tally: &Arc<Tally>, speed: f64) {
        let line = self.view.warming_up(ActiveRun::new(length, tally, speed));
        self.print(line);
    }

    /// The measurement begins.
    pub fn measuring(&mut self) {
        self.view.measuring();
    }

    /// Shows how far the run is; called at short intervals.
    pub fn tick(&mut self) {
        let line = self.view.tick();
        self.print(line);
    }

    /// The run is finished: stores the level of all its runs so far.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end(&mut self, level: Level, warnings: Vec<Warning>, repeat: Repeat) -> anyhow::Result<()> {
        let line = self.view.end(&level, repeat);
        self.print(line);
        let load = level.load;
        self.level_warnings.retain(|(known, _)| *known != load);
        self.level_warnings.push((load, warnings));
        self.file.levels.retain(|known| known.load != load);
        let position = self.file.levels.partition_point(|known| known.load.rank() < load.rank());
        self.file.levels.insert(position, level);
        // The plan of a search lists the levels that ran, in the order they ran.
        if let Some(plan) =
            self.file.plan.as_mut().filter(|plan| self.schedule.listed().is_none() && !plan.levels.contains(&load))
        {
            plan.levels.push(load);
        }
        self.save()
    }

    /// All levels are finished: stores what the search found, if there was one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finished(&mut self) -> anyhow::Result<()> {
        self.file.found = self.schedule.found(&self.file.levels);
        self.save()
    }

    /// The sweep ended before its last level. Writes nothing when no level is finished.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn stopped_early(&mut self) -> anyhow::Result<()> {
        self.view.clear();
        if self.file.levels.is_empty() { Ok(()) } else { self.save() }
    }

    /// Prints table, details, warnings, the file's path and the next step.
    pub fn report(&mut self) -> &ResultFile {
        self.view.clear();
        let Some(path) = &self.path else {
            self.out.talk("no level was finished, so nothing was written");
            return &self.file;
        };
        let settings = self.schedule.settings();
        if settings.json {
            self.out.data(self.file.to_json().trim_end());
        } else {
            self.out.data(table(&self.file.levels));
        }
        for level in &self.file.levels {
            if let Some(energy) = energy(level, settings.electricity_price) {
                self.out.talk(format!("{:>12}  {energy}", level.load.to_string()));
            }
        }
        for line in confidence_and_goodput(&self.file.levels) {
            self.out.talk(line);
        }
        for warning in &self.file.warnings {
            self.out.talk(format!("warning: {warning}"));
        }
        self.out.talk(format!("{}: {}", self.file.evidence, path.display()));
        self.out.talk(format!("next: collector explore --results {}", self.root.display()));
        &self.file
    }

    /// Written after each run: a later failure must not cost GPU time already paid for. Until the last one the file
    /// says that there should be more, so that even a program that was killed leaves an honest file.
    fn save(&mut self) -> anyhow::Result<()> {
        self.file.warnings = self.warnings();
        self.path = Some(results::dir::save(&self.root, &self.file)?);
        Ok(())
    }

    fn warnings(&self) -> Vec<Warning> {
        let of_levels = self.file.levels.iter().flat_map(|level| {
            let own = self.level_warnings.iter().find(|(load, _)| *load == level.load);
            own.map(|(_, warnings)| warnings.clone()).unwrap_or_default()
        });
        let mut warnings: Vec<Warning> = self.file_warnings.iter().cloned().chain(of_levels).collect();
        if self.schedule.settings().shard.is_some() {
            // The server's counts include the requests of the other clients.
            warnings
                .retain(|warning| !matches!(warning, Warning::CountMismatch { .. } | Warning::ForeignTraffic { .. }));
        }
        let complete = self.file.levels.iter().filter(|level| self.schedule.has_all_runs(level)).count();
        match self.schedule.listed() {
            Some(listed) if complete < listed.len() => {
                warnings.push(Warning::Interrupted { finished: complete, planned: listed.len() });
            }
            None if self.file.found.is_none() => warnings.push(Warning::Note { text: SEARCH_STOPPED.to_owned() }),
            _ => {}
        }
        for level in self.file.levels.iter().filter(|level| !self.schedule.has_all_runs(level)) {
            let repeats = level.observed.as_ref().and_then(|observed| observed.repeats.as_ref());
            let runs = repeats.map_or(1, |repeats| repeats.runs);
            let text = format!("{}: only {runs} of {} runs were finished", level.load, self.schedule.repeats());
            warnings.push(Warning::Note { text });
        }
        warnings
    }

    fn print(&mut self, line: Option<String>) {
        if let Some(line) = line {
            self.out.talk(line);
        }
    }
}

const SEARCH_STOPPED: &str = "the search was stopped before it found a level";
