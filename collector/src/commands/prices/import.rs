//! `collector prices import`: models of litellm's or OpenRouter's list into rows for `configs/prices`.

use std::process::ExitCode;

use anyhow::Context;
use serde_json::Value;

use crate::catalogue::price_list::{Taken, Terms, Unreadable, fits};
use crate::catalogue::prices::PriceFile;
use crate::catalogue::{litellm, openrouter};
use crate::cli::prices::{ImportArgs, List};
use crate::printer::{Hinted, Printer, counted};

/// Writes a row for each chosen model that has a price, and tells of the others.
///
/// # Errors
/// When the file cannot be read or is none of that list, no model fits, or the rows cannot be written.
pub(super) fn import(args: &ImportArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let shown = args.file.display().to_string();
    let text = std::fs::read_to_string(&args.file).with_context(|| format!("failed to read `{shown}`"))?;
    let models: Vec<(String, Value)> = match args.list {
        List::Litellm => litellm::models(&shown, &text).map_err(advised)?.into_iter().collect(),
        List::Openrouter => openrouter::models(&shown, &text).map_err(advised)?,
    };
    if args.model.is_empty() {
        out.data(format!("{} in `{shown}`", counted(models.len(), "model")));
        out.talk("hint: choose some with --model, such as --model llama-3.1-8b or --model 'gpt-*'");
        return Ok(ExitCode::SUCCESS);
    }
    for pattern in &args.model {
        if !models.iter().any(|(name, _)| fits(name, pattern)) {
            let message = format!("none of the {} in `{shown}` fits `{pattern}`", counted(models.len(), "model"));
            return Err(
                Hinted::new(message, "a shorter part of the name finds more; `*` stands for any letters").into()
            );
        }
    }
    let terms = terms(args);
    let mut rows = PriceFile::default();
    for (name, model) in models.iter().filter(|(name, _)| args.model.iter().any(|pattern| fits(name, pattern))) {
        let taken = match args.list {
            List::Litellm => litellm::row(&shown, name, model, &terms),
            List::Openrouter => openrouter::row(&shown, name, model, &terms),
        };
        match taken.map_err(advised)? {
            // Two rows of one offer from one source would overlap.
            Taken::Row(row) if rows.api.iter().any(|other| (other.id(), &other.source) == (row.id(), &row.source)) => {
                out.talk(format!("left out: `{name}` is another word for `{}`", row.id()));
            }
            Taken::Row(row) => rows.api.push(*row),
            Taken::LeftOut(why) => out.talk(format!("left out: {why}")),
        }
    }
    if rows.api.is_empty() {
        let message = format!("no model of `{shown}` that was chosen has a price");
        return Err(Hinted::new(message, "each is told above, with the reason").into());
    }
    let about = [
        format!("Read through {} on {}.", terms.list, terms.read_on),
        "`baseline` and `name` are guesses; `open_weights` is for you to give.".to_owned(),
    ];
    super::put(&rows, &about, args.out.as_deref(), out)?;
    out.talk(counted(rows.api.len(), "row"));
    Ok(ExitCode::SUCCESS)
}

fn terms(args: &ImportArgs) -> Terms {
    let file = args.file.file_name().unwrap_or_default().to_string_lossy();
    let (name, usual_fee) = match args.list {
        List::Litellm => ("litellm", None),
        List::Openrouter => ("openrouter", Some(openrouter::PLATFORM_FEE)),
    };
    Terms {
        read_on: args.read_on.unwrap_or_else(crate::today::today),
        source: args.source.clone(),
        list: format!("{name} {file}"),
        platform_fee: args.platform_fee.or(usual_fee),
    }
}

fn advised(error: Unreadable) -> anyhow::Error {
    Hinted::new(error.message, error.hint).into()
}
