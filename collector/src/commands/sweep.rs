//! The verb `sweep`: measure a running server at every level of the plan and store the result.

use std::process::ExitCode;

use crate::cli::sweep::SweepArgs;
use crate::printer::Printer;
use crate::runtime::runtime;
use crate::sweep::{dry_run, run, settings};

/// Runs the verb.
///
/// # Errors
/// When a setting is wrong, the server cannot be measured, or a level completes nothing.
pub fn sweep(flags: &SweepArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let settings = settings::resolve(flags)?;
    if settings.dry_run {
        dry_run::print_plan(&settings, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    runtime()?.block_on(run::run(&settings, &|_| 1.0, out))
}
