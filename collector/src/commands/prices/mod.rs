//! The verb `prices`: how old prices are and where sources differ, rows from lists, rows from RunPod.

mod check;
mod fetch;
mod import;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::catalogue::prices::PriceFile;
use crate::cli::prices::{PricesArgs, PricesCommand};
use crate::files::replace;
use crate::printer::{Hinted, Printer};

/// Runs the verb.
///
/// # Errors
/// When a file cannot be read or written, or RunPod cannot be asked.
pub fn prices(args: &PricesArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    match &args.command {
        PricesCommand::Check(args) => check::check(args, out),
        PricesCommand::Import(args) => import::import(args, out),
        PricesCommand::Fetch(args) => fetch::fetch(args, out),
    }
}

/// Rows to stdout, or into a file that was not there. Lines of `about` become comments above them.
fn put(rows: &PriceFile, about: &[String], path: Option<&Path>, out: &mut Printer) -> anyhow::Result<()> {
    let comments: String = about.iter().map(|line| format!("# {line}\n")).collect();
    let text = format!("{comments}\n{}", rows.to_toml()?);
    let Some(path) = path else {
        out.data(text.trim_end());
        return Ok(());
    };
    if path.exists() {
        let message = format!("there is a file at `{}`", path.display());
        return Err(Hinted::new(message, "name another one with --out, and move rows from it by hand").into());
    }
    replace(path, text.as_bytes()).with_context(|| format!("failed to write `{}`", path.display()))?;
    out.data(path.display().to_string());
    Ok(())
}
