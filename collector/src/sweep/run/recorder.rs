//! Keeps a sweep as it goes: the result file on disk after every run of a level, and what is shown meanwhile.

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
use crate::sweep::report::confidence;
use crate::sweep::report::level_details::energy;
use crate::sweep::report::level_table::table;
use crate::sweep::report::live_view::LiveView;
use crate::sweep::report::progress::Running;
use crate::sweep::report::progress_view::{PlainView, View};
use crate::sweep::report::warnings;
use crate::sweep::run::level_loop::{Ahead, Turn, Watcher};
use crate::sweep::run::schedule::Course;

/// Watches one sweep.
pub struct Recorder<'a> {
    file: ResultFile,
    root: PathBuf,
    path: Option<PathBuf>,
    course: &'a Course,
    /// What is to be doubted about the whole file.
    of_file: Vec<Warning>,
    /// What is to be doubted about each level.
    of_levels: Vec<(Arrival, Vec<Warning>)>,
    view: View,
    electricity: Option<UsdPerKwh>,
    out: &'a mut Printer,
}

impl<'a> Recorder<'a> {
    /// For a file without levels, or with those that an earlier sweep left; to be kept under `root`.
    pub fn new(mut file: ResultFile, root: &Path, course: &'a Course, out: &'a mut Printer) -> Self {
        let view = match out.is_terminal() {
            true => View::Live(LiveView::new(course.listed().unwrap_or_default(), &file.levels)),
            false => View::Plain(PlainView::default()),
        };
        let of_file = std::mem::take(&mut file.warnings);
        let of_levels =
            file.levels.iter().map(|level| (level.load, warnings::doubts(level, &course.workload))).collect();
        Self { file, root: root.to_owned(), path: None, course, of_file, of_levels, view, electricity: None, out }
    }

    /// Says what the GPUs' energy costs at this price.
    #[must_use]
    pub fn with_electricity(self, electricity: Option<UsdPerKwh>) -> Self {
        Self { electricity, ..self }
    }

    /// Keeps what the search found, if there was one, and that the sweep came to its end.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finished(&mut self) -> anyhow::Result<()> {
        self.file.found = self.course.found(&self.file.levels);
        self.save()
    }

    /// Notes that the sweep ended before its last level. Nothing is written when no level is there.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn stopped_early(&mut self) -> anyhow::Result<()> {
        self.view.clear();
        if self.file.levels.is_empty() { Ok(()) } else { self.save() }
    }

    /// Prints what was measured, what to doubt, where it is and what to do next.
    pub fn report(&mut self, json: bool) -> &ResultFile {
        self.view.clear();
        let Some(path) = &self.path else {
            self.out.talk("no level was finished, so nothing was written");
            return &self.file;
        };
        if json {
            self.out.data(self.file.to_json().trim_end());
        } else {
            self.out.data(table(&self.file.levels));
        }
        for level in &self.file.levels {
            if let Some(energy) = energy(level, self.electricity) {
                self.out.talk(format!("{:>12}  {energy}", level.load.to_string()));
            }
        }
        for line in confidence::lines(&self.file.levels) {
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
            let own = self.of_levels.iter().find(|(load, _)| *load == level.load);
            own.map(|(_, doubts)| doubts.clone()).unwrap_or_default()
        });
        let mut warnings: Vec<Warning> = self.of_file.iter().cloned().chain(of_levels).collect();
        if self.is_shard() {
            // The server counts and shows what the other clients send, too.
            warnings
                .retain(|warning| !matches!(warning, Warning::CountMismatch { .. } | Warning::ForeignTraffic { .. }));
        }
        let complete = self.file.levels.iter().filter(|level| self.course.has_all_runs(level)).count();
        match self.course.listed() {
            Some(listed) if complete < listed.len() => {
                warnings.push(Warning::Interrupted { finished: complete, planned: listed.len() });
            }
            None if self.file.found.is_none() => warnings.push(Warning::Note { text: SEARCH_STOPPED.to_owned() }),
            _ => {}
        }
        for level in self.file.levels.iter().filter(|level| !self.course.has_all_runs(level)) {
            let repeats = level.observed.as_ref().and_then(|observed| observed.repeats.as_ref());
            let runs = repeats.map_or(1, |repeats| repeats.runs);
            let text = format!("{}: only {runs} of {} runs were finished", level.load, self.course.repeats);
            warnings.push(Warning::Note { text });
        }
        warnings
    }

    fn is_shard(&self) -> bool {
        let conduct = self.file.plan.as_ref().and_then(|plan| plan.conduct.as_ref());
        conduct.is_some_and(|conduct| conduct.shard.is_some())
    }

    fn say(&mut self, line: Option<String>) {
        if let Some(line) = line {
            self.out.talk(line);
        }
    }
}

const SEARCH_STOPPED: &str = "the search was stopped before it had found anything";

impl Watcher for Recorder<'_> {
    fn levels(&self) -> &[Level] {
        &self.file.levels
    }

    fn begin(&mut self, load: Arrival, turn: Turn) {
        let line = self.view.begin(load, turn);
        self.say(line);
    }

    fn warming_up(&mut self, ahead: Ahead, tally: &Arc<Tally>, speed: f64) {
        let line = self.view.warming_up(Running::new(ahead, tally, speed));
        self.say(line);
    }

    fn measuring(&mut self) {
        self.view.measuring();
    }

    fn tick(&mut self) {
        let line = self.view.tick();
        self.say(line);
    }

    fn end(&mut self, level: Level, doubts: Vec<Warning>, turn: Turn) -> anyhow::Result<()> {
        let line = self.view.end(&level, turn);
        self.say(line);
        let load = level.load;
        self.of_levels.retain(|(known, _)| *known != load);
        self.of_levels.push((load, doubts));
        self.file.levels.retain(|known| known.load != load);
        let position = self.file.levels.partition_point(|known| known.load.rank() < load.rank());
        self.file.levels.insert(position, level);
        // The levels of a search are those that ran, in the order they ran.
        if let Some(plan) =
            self.file.plan.as_mut().filter(|plan| self.course.listed().is_none() && !plan.levels.contains(&load))
        {
            plan.levels.push(load);
        }
        self.save()
    }
}
