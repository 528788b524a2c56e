//! A sweep's prompts made ready: who counts their tokens, and how far it is, on stderr.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::load::prompts::TokenCounter;
use crate::load::prompts::preparation::{Preparation, Progress};
use crate::load::prompts::tokenizer::{Counter, LocalTokenizer};
use crate::load::prompts::workload::{self, Prompts};
use crate::printer::Printer;
use crate::sweep::run::schedule;
use crate::sweep::settings::SweepSettings;
use crate::sweep::settings::prompt_source::carries;

/// How often the line is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Draws the prompts of a sweep, with the tokenizer it names or else the server's.
///
/// # Errors
/// When the tokenizer cannot be read, the prompts cannot be had, or the endpoint cannot carry them.
pub async fn prepare(settings: &SweepSettings, server: &impl TokenCounter, out: &Printer) -> anyhow::Result<Prompts> {
    let tokenizer = settings.tokenizer.as_deref().map(LocalTokenizer::read).transpose()?;
    let note =
        tokenizer.as_ref().map(|it| format!("tokens were counted with a tokenizer.json of SHA-256 {}", it.sha256));
    let counter = tokenizer.map_or(Counter::Server(server), Counter::Local);
    let preparation = Arc::default();
    let (needs, seed) = (schedule::needs(settings), settings.plan.seed.unwrap_or(0));
    let preparing = workload::prepare(&settings.source, &needs, seed, &counter, &preparation);
    let mut prompts = shown(preparing, &preparation, out.is_terminal()).await?;
    carries(settings.plan.endpoint, prompts.most_turns())?;
    prompts.notes.extend(note);
    Ok(prompts)
}

/// Waits for the work while a line on stderr says how far it is; in a terminal only.
pub async fn shown<T>(work: impl Future<Output = T>, preparation: &Arc<Preparation>, visible: bool) -> T {
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
                line.set_message(words(preparation.progress()));
                line.tick();
            }
        }
    }
}

fn words(progress: Progress) -> String {
    let Progress { read, size, considered, ready, wanted } = progress;
    if read < size {
        return format!("reading prompts: {} of {} MB", read / MEGABYTE, size.div_ceil(MEGABYTE));
    }
    match (considered, wanted) {
        (0, _) => format!("{ready} of {wanted} prompts"),
        (_, 0) => format!("{considered} looked at"),
        _ => format!("{ready} of {wanted} prompts, {considered} looked at"),
    }
}

const MEGABYTE: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_is_busy_with() {
        let half = Progress { read: 400 * MEGABYTE, size: 672_837_942, ..Progress::default() };
        assert_eq!(words(half), "reading prompts: 400 of 673 MB");
        let choosing = Progress { considered: 90, ready: 40, wanted: 256, ..Progress::default() };
        assert_eq!(words(choosing), "40 of 256 prompts, 90 looked at");
        assert_eq!(words(Progress { considered: 0, ..choosing }), "40 of 256 prompts");
    }
}
