//! The live view of a sweep in a terminal: one line for each level, the running one with a bar.

use console::Term;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use shared::measure::plan::Arrival;
use shared::measure::summary::Level;

use crate::sweep::report::progress::{Running, finished, fitting, of_runs};
use crate::sweep::run::level_loop::Turn;

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
    /// Which line runs, and what.
    at: usize,
    turn: Turn,
    running: Option<Running>,
}

impl LiveView {
    /// Lines for the levels known beforehand, and for those that are finished.
    #[must_use]
    pub fn new(listed: &[Arrival], levels: &[Level]) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let mut view = Self { all, lines: Vec::new(), at: 0, turn: Turn { run: 1, of: 1 }, running: None };
        for load in listed {
            view.add(*load, "waits");
        }
        for level in levels {
            view.at = view.line_of(level.load);
            view.end(level, view.turn);
        }
        view
    }

    /// A run of a level begins.
    pub fn begin(&mut self, load: Arrival, turn: Turn) {
        self.at = self.line_of(load);
        self.turn = turn;
        self.running = None;
    }

    /// It warms up.
    pub fn warming_up(&mut self, running: Running) {
        self.running = Some(running);
        self.say(text_style(), format!("warms up{}", of_runs(self.turn)));
    }

    /// The run that goes on.
    pub fn running(&mut self) -> Option<&mut Running> {
        self.running.as_mut()
    }

    /// Shows how far it is.
    pub fn tick(&self) {
        let Some(seen) = self.running.as_ref().and_then(Running::seen) else { return };
        if let Some((_, line)) = self.lines.get(self.at) {
            line.set_length(seen.of);
            line.set_position(seen.ended);
        }
        let mut parts = seen.parts();
        if self.turn.of > 1 {
            parts.insert(1, format!("run {}/{}", self.turn.run, self.turn.of));
        }
        let columns = columns();
        let bar = if columns < WIDE { SHORT_BAR } else { BAR };
        self.say(bar_style(bar), fitting(&parts, columns.saturating_sub(NAME + bar + GAPS)));
    }

    /// The run is finished.
    pub fn end(&mut self, level: &Level, turn: Turn) {
        self.running = None;
        let mut parts = finished(level);
        if turn.run < turn.of {
            parts.insert(0, format!("{} of {} runs", turn.run, turn.of));
        }
        self.say(text_style(), fitting(&parts, columns().saturating_sub(NAME + GAPS)));
    }

    /// Takes all lines away.
    pub fn clear(&mut self) {
        self.running = None;
        for (_, line) in self.lines.drain(..) {
            line.finish_and_clear();
        }
        // A terminal that is gone needs no clearing.
        let _ = self.all.clear();
    }

    fn say(&self, style: ProgressStyle, message: String) {
        if let Some((_, line)) = self.lines.get(self.at) {
            line.set_style(style);
            line.set_message(message);
            line.tick();
        }
    }

    /// The level's line, in the order of loads; a search adds them as it goes.
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
