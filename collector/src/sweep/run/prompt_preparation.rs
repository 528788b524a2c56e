//! A sweep's prompts: drawn from their source, with their tokens counted by the model's tokenizer or by the server.

use std::sync::Arc;

use crate::load::prompts::TokenCounter;
use crate::load::prompts::tokenizer::{AnyTokenCounter, LocalTokenizer};
use crate::load::prompts::workload::{self, Prompts};
use crate::printer::Printer;
use crate::sweep::report::preparation_line::with_progress_line;
use crate::sweep::run::schedule::Schedule;
use crate::sweep::settings::prompt_source::check_turns;

/// Draws the prompts of a sweep.
///
/// # Errors
/// When the tokenizer or the dataset cannot be read, there are too few prompts, or the endpoint cannot carry them.
pub async fn draw_prompts(
    schedule: &Schedule<'_>,
    server: &impl TokenCounter,
    out: &Printer,
) -> anyhow::Result<Prompts> {
    let settings = schedule.settings();
    let tokenizer = settings.tokenizer.as_deref().map(LocalTokenizer::read).transpose()?;
    let note =
        tokenizer.as_ref().map(|it| format!("tokens were counted with a tokenizer.json of SHA-256 {}", it.sha256));
    let counter = tokenizer.map_or(AnyTokenCounter::Server(server), AnyTokenCounter::Local);
    let preparation = Arc::default();
    let needs = schedule.prompts_needed();
    let preparing = workload::prepare(&settings.source, &needs, settings.seed, &counter, &preparation);
    let mut prompts = with_progress_line(preparing, &preparation, out.is_terminal()).await?;
    check_turns(settings.plan.endpoint, prompts.most_turns())?;
    prompts.notes.extend(note);
    Ok(prompts)
}
