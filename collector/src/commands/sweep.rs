//! The verb `sweep`: measure a running server at every level of the plan and keep the result.

use std::process::ExitCode;

use shared::store::provenance::Evidence;

use crate::cli::sweep::SweepArgs;
use crate::load::sweep_run::RealTime;
use crate::printer::Printer;
use crate::settings::{self, SweepSettings};
use crate::sweeping;

/// Runs the verb.
///
/// # Errors
/// When settings are wrong, the server cannot be measured, or a level completes nothing.
pub fn sweep(args: &SweepArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let settings = settings::resolve(args)?;
    if settings.dry_run {
        sweeping::describe(&settings, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    say_what_it_is(&settings, out);
    sweeping::runtime()?.block_on(sweeping::conduct(&settings, "vllm", &RealTime, out))
}

fn say_what_it_is(settings: &SweepSettings, out: &mut Printer) {
    if settings.evidence == Evidence::Rehearsal && settings.named.hardware.is_none() {
        out.talk("note: no --hardware is named, so the result is kept as a rehearsal");
    }
}
