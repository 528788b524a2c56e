//! The live view of a sweep in a terminal: one line for each level, the running one with a bar.

use console::Term;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use shared::measure::plan::Arrival;
use shared::measure::summary::Level;

use crate::sweep::report::progress::{ActiveRun, Repeat, finished_level, fit_columns};

/// Columns of a level's name, of the running level's bar in a wide and in a narrow terminal, and of what is between.
const NAME: usize = 14;
const BAR: usize = 16;
const SHORT_BAR: usize = 8;
const GAPS: usize = 4;
/// Columns from which on a terminal is wide.
const WIDE: usize = 100;
/// Columns where the terminal does not say.
const COLUMNS: usize = 80;

/// Lines on stderr.
#[derive(Debug)]
pub struct LiveView {
    all: MultiProgress,
    lines: Vec<(Arrival, ProgressBar)>,
    /// Position of the line of the level that runs.
    current: usize,
    repeat: Repeat,
    run: Option<ActiveRun>,
}

impl LiveView {
    /// Lines for the levels known beforehand, and for those that are finished.
    #[must_use]
    pub fn new(listed: &[Arrival], levels: &[Level]) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let mut view = Self { all, lines: Vec::new(), current: 0, repeat: Repeat { number: 1, of: 1 }, run: None };
        for load in listed {
            view.add(*load, "waiting");
        }
        for level in levels {
            view.current = view.line_of(level.load);
            view.end(level, view.repeat);
        }
        view
    }

    /// A run of a level begins.
    pub fn begin(&mut self, load: Arrival, repeat: Repeat) {
        self.current = self.line_of(load);
        self.repeat = repeat;
        self.run = None;
    }

    /// The run warms up.
    pub fn warming_up(&mut self, run: ActiveRun) {
        self.run = Some(run);
        self.set_line(text_style(), format!("warming up{}", self.repeat));
    }

    /// The run in progress.
    pub fn run(&mut self) -> Option<&mut ActiveRun> {
        self.run.as_mut()
    }

    /// Shows how far it is.
    pub fn tick(&self) {
        let Some(progress) = self.run.as_ref().and_then(ActiveRun::progress) else { return };
        if let Some((_, line)) = self.lines.get(self.current) {
            line.set_length(progress.of);
            line.set_position(progress.ended);
        }
        let mut parts = progress.parts();
        if self.repeat.of > 1 {
            parts.insert(1, format!("run {}/{}", self.repeat.number, self.repeat.of));
        }
        let columns = columns();
        let bar = if columns < WIDE { SHORT_BAR } else { BAR };
        self.set_line(bar_style(bar), fit_columns(&parts, columns.saturating_sub(NAME + bar + GAPS)));
    }

    /// The run is finished.
    pub fn end(&mut self, level: &Level, repeat: Repeat) {
        self.run = None;
        let mut parts = finished_level(level);
        if repeat.number < repeat.of {
            parts.insert(0, format!("{} of {} runs", repeat.number, repeat.of));
        }
        self.set_line(text_style(), fit_columns(&parts, columns().saturating_sub(NAME + GAPS)));
    }

    /// Removes all lines.
    pub fn clear(&mut self) {
        self.run = None;
        for (_, line) in self.lines.drain(..) {
            line.finish_and_clear();
        }
        // A terminal that is gone needs no clearing.
        let _ = self.all.clear();
    }

    fn set_line(&self, style: ProgressStyle, message: String) {
        if let Some((_, line)) = self.lines.get(self.current) {
            line.set_style(style);
            line.set_message(message);
            line.tick();
        }
    }

    /// The position of the level's line, in the order of loads; a search adds levels while it runs.
    fn line_of(&mut self, load: Arrival) -> usize {
        match self.lines.iter().position(|(known, _)| *known == load) {
            Some(position) => position,
            None => self.add(load, ""),
        }
    }

    fn add(&mut self, load: Arrival, message: &'static str) -> usize {
        let position = self.lines.iter().position(|(known, _)| known.rank() > load.rank()).unwrap_or(self.lines.len());
        let line = self.all.insert(position, ProgressBar::new(1));
        line.set_style(text_style());
        line.set_prefix(format!("{:>NAME$}", load.to_string()));
        line.set_message(message);
        line.tick();
        self.lines.insert(position, (load, line));
        position
    }
}

fn columns() -> usize {
    Term::stderr().size_checked().map_or(COLUMNS, |(_, columns)| usize::from(columns))
}

fn bar_style(bar: usize) -> ProgressStyle {
    style(&format!("{{prefix:.bold}}  {{bar:{bar}.cyan/dim}}  {{msg}}")).progress_chars("━━╌")
}

fn text_style() -> ProgressStyle {
    style("{prefix:.bold}  {msg}")
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
