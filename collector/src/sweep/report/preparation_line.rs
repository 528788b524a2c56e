//! The line on stderr that shows how far the preparation of prompts is.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::load::prompts::preparation::{Preparation, PreparationProgress};

/// How often the line is redrawn.
const TICK: Duration = Duration::from_millis(100);

/// Waits for the work; in a terminal, a line shows its progress.
pub async fn with_progress_line<T>(work: impl Future<Output = T>, preparation: &Arc<Preparation>, visible: bool) -> T {
    let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let line = ProgressBar::with_draw_target(None, target);
    let mut ticks = tokio::time::interval(TICK);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => {
                line.finish_and_clear();
                return done;
            }
            _ = ticks.tick() => {
                line.set_message(message(preparation.progress()));
                line.tick();
            }
        }
    }
}

fn message(progress: PreparationProgress) -> String {
    let PreparationProgress { read, size, considered, ready, wanted } = progress;
    if read < size {
        return format!("reading prompts: {} of {} MB", read / MEGABYTE, size.div_ceil(MEGABYTE));
    }
    match (considered, wanted) {
        (0, _) => format!("{ready} of {wanted} prompts"),
        (_, 0) => format!("{considered} entries read"),
        _ => format!("{ready} of {wanted} prompts, {considered} entries read"),
    }
}

const MEGABYTE: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_is_busy_with() {
        let half = PreparationProgress { read: 400 * MEGABYTE, size: 672_837_942, ..PreparationProgress::default() };
        assert_eq!(message(half), "reading prompts: 400 of 673 MB");
        let choosing = PreparationProgress { considered: 90, ready: 40, wanted: 256, ..PreparationProgress::default() };
        assert_eq!(message(choosing), "40 of 256 prompts, 90 entries read");
        assert_eq!(message(PreparationProgress { considered: 0, ..choosing }), "40 of 256 prompts");
    }
}
