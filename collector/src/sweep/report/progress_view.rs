//! How far a sweep is, on stderr: a live view in a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use shared::measure::plan::Arrival;
use shared::measure::summary::Level;

use crate::sweep::report::live_view::LiveView;
use crate::sweep::report::progress::{Running, finished, of_runs};
use crate::sweep::run::level_loop::Turn;

/// How often a plain line says how far a level is.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// Who shows how far a sweep is. What it gives back is to be said as a line.
#[derive(Debug)]
pub enum View {
    /// In a terminal.
    Live(LiveView),
    /// Elsewhere.
    Plain(PlainView),
}

/// Lines instead of bars.
#[derive(Debug, Default)]
pub struct PlainView {
    name: String,
    running: Option<Running>,
    said: Option<Instant>,
}

impl View {
    /// A run of a level begins.
    pub fn begin(&mut self, load: Arrival, turn: Turn) -> Option<String> {
        match self {
            Self::Live(live) => live.begin(load, turn),
            Self::Plain(plain) => plain.name = format!("{load}{}", of_runs(turn)),
        }
        None
    }

    /// It warms up.
    pub fn warming_up(&mut self, running: Running) -> Option<String> {
        match self {
            Self::Live(live) => {
                live.warming_up(running);
                None
            }
            Self::Plain(plain) => {
                let line = format!("{:>12}  {} begin", plain.name, running.length());
                plain.running = Some(running);
                Some(line)
            }
        }
    }

    /// Its clock starts.
    pub fn measuring(&mut self) {
        let running = match self {
            Self::Live(live) => live.running(),
            Self::Plain(plain) => {
                plain.said = Some(Instant::now());
                plain.running.as_mut()
            }
        };
        if let Some(running) = running {
            running.start();
        }
    }

    /// Time to look.
    pub fn tick(&mut self) -> Option<String> {
        match self {
            Self::Live(live) => {
                live.tick();
                None
            }
            Self::Plain(plain) => {
                plain.said.filter(|said| said.elapsed() >= PLAIN_EVERY)?;
                plain.said = Some(Instant::now());
                let seen = plain.running.as_ref()?.seen()?;
                Some(format!("{:>12}  {}", plain.name, seen.parts().join(", ")))
            }
        }
    }

    /// The run is finished: the level of all its runs so far.
    pub fn end(&mut self, level: &Level, turn: Turn) -> Option<String> {
        match self {
            Self::Live(live) => {
                live.end(level, turn);
                None
            }
            Self::Plain(plain) => {
                plain.running = None;
                let runs = if turn.of > 1 { format!("{} of {} runs: ", turn.run, turn.of) } else { String::new() };
                Some(format!("{:>12}  {runs}{}", level.load.to_string(), finished(level).join(", ")))
            }
        }
    }

    /// Takes the view away; the table says the rest.
    pub fn clear(&mut self) {
        match self {
            Self::Live(live) => live.clear(),
            Self::Plain(plain) => plain.running = None,
        }
    }
}
