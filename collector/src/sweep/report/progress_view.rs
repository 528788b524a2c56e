//! The progress of a sweep on stderr: a live view in a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use shared::measure::plan::Arrival;
use shared::measure::summary::Level;

use crate::sweep::report::live_view::LiveView;
use crate::sweep::report::progress::{ActiveRun, Repeat, finished_level};

/// How often a plain line says how far a level is.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// Where progress is shown. Its functions return the line to print, if any.
#[derive(Debug)]
pub enum ProgressView {
    /// In a terminal.
    Live(LiveView),
    /// Elsewhere.
    Plain(PlainView),
}

/// Lines instead of bars.
#[derive(Debug, Default)]
pub struct PlainView {
    name: String,
    run: Option<ActiveRun>,
    last_line: Option<Instant>,
}

impl ProgressView {
    /// A run of a level begins.
    pub fn begin(&mut self, load: Arrival, repeat: Repeat) -> Option<String> {
        match self {
            Self::Live(live) => live.begin(load, repeat),
            Self::Plain(plain) => plain.name = format!("{load}{repeat}"),
        }
        None
    }

    /// The run warms up.
    pub fn warming_up(&mut self, run: ActiveRun) -> Option<String> {
        match self {
            Self::Live(live) => {
                live.warming_up(run);
                None
            }
            Self::Plain(plain) => {
                let line = format!("{:>12}  starting: {}", plain.name, run.length());
                plain.run = Some(run);
                Some(line)
            }
        }
    }

    /// The measurement starts.
    pub fn measuring(&mut self) {
        let run = match self {
            Self::Live(live) => live.run(),
            Self::Plain(plain) => {
                plain.last_line = Some(Instant::now());
                plain.run.as_mut()
            }
        };
        if let Some(run) = run {
            run.start();
        }
    }

    /// Shows how far the run is; called at short intervals.
    pub fn tick(&mut self) -> Option<String> {
        match self {
            Self::Live(live) => {
                live.tick();
                None
            }
            Self::Plain(plain) => {
                plain.last_line.filter(|last| last.elapsed() >= PLAIN_EVERY)?;
                plain.last_line = Some(Instant::now());
                let progress = plain.run.as_ref()?.progress()?;
                Some(format!("{:>12}  {}", plain.name, progress.parts().join(", ")))
            }
        }
    }

    /// The run is finished: the level of all its runs so far.
    pub fn end(&mut self, level: &Level, repeat: Repeat) -> Option<String> {
        match self {
            Self::Live(live) => {
                live.end(level, repeat);
                None
            }
            Self::Plain(plain) => {
                plain.run = None;
                let runs =
                    if repeat.of > 1 { format!("{} of {} runs: ", repeat.number, repeat.of) } else { String::new() };
                Some(format!("{:>12}  {runs}{}", level.load.to_string(), finished_level(level).join(", ")))
            }
        }
    }

    /// Removes the view; the table follows.
    pub fn clear(&mut self) {
        match self {
            Self::Live(live) => live.clear(),
            Self::Plain(plain) => plain.run = None,
        }
    }
}
