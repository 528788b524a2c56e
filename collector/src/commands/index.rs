//! `collector index`: writes the index over a results folder and the catalogue beside it, or tells whether both are up
//! to date.

use std::process::ExitCode;

use anyhow::Context;

use crate::catalogue::Catalogue;
use crate::cli::index::IndexArgs;
use crate::files::replace;
use crate::printer::{Hinted, Printer, counted};
use crate::results::dir::{CATALOGUE, INDEX};
use crate::results::scan::{Scan, difference};

/// Writes or compares the index.
///
/// # Errors
/// When the folder or a config cannot be read, a result file is not sound, or the index cannot be written.
pub fn index(args: &IndexArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::load(args.configs.as_deref())?;
    let scan = Scan::of(&[&args.folder])?;
    scan.all_sound()?;
    let index = scan.index(&catalogue);
    let path = args.folder.join(INDEX);
    if args.check {
        if let Some(problem) = difference(&args.folder, &index, &catalogue) {
            let hint = format!("`collector index {}` writes it anew", args.folder.display());
            return Err(Hinted::new(problem.to_string(), hint).into());
        }
        out.talk(format!("`{}` is up to date", path.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let facts = catalogue.facts();
    for (path, text) in [(path, index.to_json()), (args.folder.join(CATALOGUE), facts.to_json())] {
        replace(&path, text.as_bytes()).with_context(|| format!("failed to write `{}`", path.display()))?;
        out.data(path.display().to_string());
    }
    let prices = index.api_prices.len() + index.gpu_prices.len();
    let (results, demands) = (counted(index.results.len(), "result"), counted(index.presets.len(), "demand"));
    let (gpus, models) = (counted(facts.gpus.len(), "GPU"), counted(facts.models.len(), "model"));
    out.talk(format!("{results}, {}, {demands}, {gpus}, {models}", counted(prices, "price")));
    Ok(ExitCode::SUCCESS)
}
