//! The progress of a run, and the summary of a finished one, as parts of a line.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use shared::format;
use shared::measure::plan::Stop;
use shared::measure::summary::Level;
use shared::units::Millis;

use crate::load::driver::Tally;
use crate::sweep::report::level_details::server_and_gpu;

/// What a run will send.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunLength {
    /// Requests; where it ends after a time, the most it may send.
    pub requests: usize,
    /// When it stops.
    pub stop: Stop,
}

/// Which of a level's runs, written `, run 2 of 3`; nothing where there is only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// Counted from 1.
    pub number: usize,
    /// Runs of the level.
    pub of: usize,
}

impl fmt::Display for Repeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of > 1 { write!(f, ", run {} of {}", self.number, self.of) } else { Ok(()) }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunProgress {
    /// Requests that ended, failed ones included.
    pub ended: u64,
    /// Requests it will send.
    pub of: u64,
    /// Those that failed.
    pub failed: u64,
    /// Prompt and output tokens of completed requests, per second of the level's own clock.
    pub tokens_per_s: Option<f64>,
    /// Requests sent and not yet ended.
    pub in_flight: Option<u64>,
    /// Median time to first token so far.
    pub ttft_p50: Option<Millis>,
    /// Seconds of the wall that are left, if it goes on as it did.
    pub left_s: Option<f64>,
}

/// A run in progress.
#[derive(Debug)]
pub struct ActiveRun {
    length: RunLength,
    tally: Arc<Tally>,
    speed: f64,
    started: Option<Instant>,
}

impl ActiveRun {
    /// A run that warms up.
    #[must_use]
    pub fn new(length: RunLength, tally: &Arc<Tally>, speed: f64) -> Self {
        Self { length, tally: Arc::clone(tally), speed, started: None }
    }

    /// The measurement starts now.
    pub fn start(&mut self) {
        self.started = Some(Instant::now());
    }

    /// What it sends: `256 requests`, `60 s`.
    #[must_use]
    pub fn length(&self) -> String {
        match self.length.stop {
            Stop::Requests(_) => format!("{} requests", self.length.requests),
            Stop::Duration(seconds) => format!("{seconds} s"),
        }
    }

    /// How far it is; `None` while it warms up.
    #[must_use]
    pub fn progress(&self) -> Option<RunProgress> {
        let seconds = self.started?.elapsed().as_secs_f64();
        let (completed, failed) = (self.tally.completed(), self.tally.failed());
        let (ended, requests) = (completed + failed, self.length.requests as u64);
        let rate = || self.tally.tokens() as f64 / (seconds * self.speed);
        // A level that ends after a time is as far as its time is.
        let (of, left_s) = match self.length.stop {
            Stop::Requests(_) => (requests, seconds * requests.saturating_sub(ended) as f64 / ended as f64),
            Stop::Duration(length) => {
                let length = length / self.speed;
                let share = (seconds / length).clamp(f64::MIN_POSITIVE, 1.0);
                (((ended as f64 / share) as u64).clamp(ended, requests.max(ended)), (length - seconds).max(0.0))
            }
        };
        Some(RunProgress {
            ended,
            of,
            failed,
            tokens_per_s: (completed > 0 && seconds > 0.0).then(rate),
            in_flight: Some(self.tally.in_flight()),
            ttft_p50: self.tally.median_ttft(),
            left_s: (completed > 0 && ended < of).then_some(left_s),
        })
    }
}

impl RunProgress {
    /// The parts of its line, the most important first.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        let mut parts = vec![format!("{}/{}", self.ended, self.of)];
        parts.extend((self.failed > 0).then(|| format!("{} failed", self.failed)));
        parts.extend(self.tokens_per_s.map(|rate| format!("{} tok/s", format::count(rate))));
        parts.extend(self.left_s.map(|seconds| format!("{} left", clock(seconds))));
        parts.extend(self.ttft_p50.map(|time| format!("TTFT {}", format::millis(time))));
        parts.extend(self.in_flight.map(|count| format!("{count} in flight")));
        parts
    }
}

/// The parts of a finished level's line, the most important first.
#[must_use]
pub fn finished_level(level: &Level) -> Vec<String> {
    let mut parts = vec![format!("{} requests in {:.1} s", level.completed, level.duration_s.value())];
    parts.extend((level.failed > 0).then(|| format!("{} failed", level.failed)));
    parts.push(format!("{} tok/s", format::count(level.total_rate().value())));
    parts.extend(level.ttft_ms.p50.map(|time| format!("TTFT {}", format::millis(time))));
    parts.extend(level.tpot_ms.p50.map(|time| format!("TPOT {}", format::millis(time))));
    if let Some(goodput) = level.observed.as_ref().and_then(|observed| observed.goodput.as_ref()) {
        parts.push(format!("{} of {} good", goodput.good, goodput.sent));
    }
    parts.extend(server_and_gpu(level));
    parts
}

/// The first parts that fit into so many columns, two spaces between.
#[must_use]
pub fn fit_columns(parts: &[String], columns: usize) -> String {
    let mut line = String::new();
    for part in parts {
        let gap = if line.is_empty() { "" } else { "  " };
        if line.chars().count() + gap.len() + part.chars().count() > columns {
            break;
        }
        line += gap;
        line += part;
    }
    line
}

/// Seconds as `0:07`, `12:05` or `1:02:05`.
fn clock(seconds: f64) -> String {
    let whole = seconds.ceil() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_reads_like_a_clock() {
        let read = [6.2, 60.0, 724.9, 3725.0].map(clock);
        assert_eq!(read, ["0:07", "1:00", "12:05", "1:02:05"]);
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let progress = RunProgress {
            ended: 123,
            of: 256,
            failed: 2,
            tokens_per_s: Some(12_345.6),
            in_flight: Some(16),
            ttft_p50: Some(Millis::new(83.25)),
            left_s: Some(12.0),
        };
        let parts = progress.parts();
        assert_eq!(fit_columns(&parts, 80), "123/256  2 failed  12,346 tok/s  0:12 left  TTFT 83.3 ms  16 in flight");
        assert_eq!(fit_columns(&parts, 52), "123/256  2 failed  12,346 tok/s  0:12 left");
        assert_eq!(fit_columns(&parts, 5), "");
    }

    #[test]
    fn a_run_that_warms_up_says_nothing_yet() {
        let tally = Arc::new(Tally::default());
        let length = RunLength { requests: 4, stop: Stop::Requests(4) };
        assert_eq!(ActiveRun::new(length, &tally, 1.0).progress(), None);
        let run = ActiveRun { started: Some(Instant::now()), ..ActiveRun::new(length, &tally, 1.0) };
        assert_eq!(run.progress(), Some(RunProgress { of: 4, in_flight: Some(0), ..RunProgress::default() }));
    }
}
