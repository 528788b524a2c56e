//! The verb `sweep`: measure a running server at every level of the plan and keep the result.

use std::process::ExitCode;

use crate::cli::sweep::SweepArgs;
use crate::printer::Printer;
use crate::sweep::run::level_loop::RealTime;
use crate::sweep::run::{conduct, describe, runtime};
use crate::sweep::settings;

/// Runs the verb.
///
/// # Errors
/// When settings are wrong, the server cannot be measured, or a level completes nothing.
pub fn sweep(args: &SweepArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let settings = settings::resolve(args)?;
    if settings.dry_run {
        describe(&settings, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    runtime()?.block_on(conduct(&settings, "vllm", &RealTime, out))
}
