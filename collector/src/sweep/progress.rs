//! Progress on stderr: a bar for each level in a terminal, a plain line for each level elsewhere.

use std::sync::Arc;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use shared::format;
use shared::measure::plan::Arrival;

use crate::load::driver::Tally;

const BAR: &str = "{prefix:>12.bold}  {bar:32.cyan/dim}  {pos:>4}/{len}  {msg}";

/// The bar of the level that runs.
#[derive(Debug)]
pub struct LevelBar {
    bar: ProgressBar,
    tally: Arc<Tally>,
    begun: Option<Instant>,
    /// Simulated seconds per second; tokens per second are shown in the level's own time.
    speed: f64,
}

impl LevelBar {
    /// A bar for a level; hidden unless stderr is a terminal.
    #[must_use]
    pub fn new(load: Arrival, requests: usize, tally: &Arc<Tally>, visible: bool, speed: f64) -> Self {
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(requests as u64), target);
        bar.set_style(
            ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━━╌"),
        );
        bar.set_prefix(load.to_string());
        bar.set_message("warming up");
        bar.tick();
        Self { bar, tally: Arc::clone(tally), begun: None, speed }
    }

    /// The clock starts now.
    pub fn start(&mut self) {
        self.begun = Some(Instant::now());
        self.bar.reset_elapsed();
    }

    /// Shows how far the level is.
    pub fn tick(&self) {
        let (completed, failed) = (self.tally.completed(), self.tally.failed());
        self.bar.set_position(completed + failed);
        let seconds = self.begun.map_or(0.0, |begun| begun.elapsed().as_secs_f64());
        let mut message = String::new();
        if completed > 0 && seconds > 0.0 {
            let rate = self.tally.tokens() as f64 / (seconds * self.speed);
            message += &format!("{:>7} tok/s", format::count(rate));
        }
        if failed > 0 {
            message += &format!("  {failed} failed");
        }
        let left = self.bar.length().unwrap_or(0).saturating_sub(completed + failed);
        if completed > 0 && left > 0 {
            let eta = seconds * left as f64 / (completed + failed) as f64;
            message += &format!("  {} left", clock(eta));
        }
        if !message.is_empty() {
            self.bar.set_message(message);
        }
    }

    /// Takes the bar away; the table says the rest.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Seconds as `0:07` or `12:05`.
fn clock(seconds: f64) -> String {
    let whole = seconds.ceil() as u64;
    format!("{}:{:02}", whole / 60, whole % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_reads_like_a_clock() {
        assert_eq!((clock(6.2), clock(60.0), clock(724.9)), ("0:07".into(), "1:00".into(), "12:05".into()));
    }
}
