//! `collector export`: the levels of a result file in another tool's format.

use std::process::ExitCode;

use anyhow::Context;

use crate::cli::export::{ExportArgs, Format};
use crate::files::replace;
use crate::printer::{Hinted, Printer, counted};
use crate::results::dir;
use shared::export::{Exported, vllm_bench};

/// Writes the files, and names what could not be written.
///
/// # Errors
/// When the result cannot be read, holds no level that the format can express, or a file cannot be written.
pub fn export(args: &ExportArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let result = dir::load(&args.result)?;
    let Exported { files, skipped, not_expressible } = match args.format {
        Format::Vllm => vllm_bench::levels(&result),
    };
    for level in &skipped {
        out.talk(format!("skipped: {level}"));
    }
    if files.is_empty() {
        let message = format!("`{}` has no level that this format can express", args.result.display());
        return Err(
            Hinted::new(message, "use a result of `collector sweep`, or one imported from a load generator").into()
        );
    }
    // Nothing is written before it is known that all can be.
    for file in &files {
        let path = args.out.join(&file.name);
        let differs = std::fs::read_to_string(&path).is_ok_and(|text| text != file.text);
        if differs && !args.replace {
            let message = format!("a different file exists at `{}`", path.display());
            return Err(Hinted::new(message, "use another folder with --out, or overwrite it with --replace").into());
        }
    }
    for file in &files {
        let path = args.out.join(&file.name);
        replace(&path, file.text.as_bytes()).with_context(|| format!("failed to write `{}`", path.display()))?;
        out.data(path.display().to_string());
    }
    if !not_expressible.is_empty() {
        out.talk(format!("not expressible in this format: {}", not_expressible.join(", ")));
    }
    out.talk(format!("wrote {}", counted(files.len(), "level")));
    Ok(ExitCode::SUCCESS)
}
