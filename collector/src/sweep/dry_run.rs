//! `--dry-run`: the resolved plan as a sweep file, and how many requests it amounts to.

use crate::printer::Printer;
use crate::sweep::run::schedule::Schedule;
use crate::sweep::settings::SweepSettings;

/// Prints the plan; contacts no server and writes nothing.
///
/// # Errors
/// When it cannot be written as TOML.
pub fn print_plan(settings: &SweepSettings, out: &mut Printer) -> anyhow::Result<()> {
    let runs = Schedule::of(settings).prompts_needed();
    let measured: usize = runs.iter().map(|run| run.measured.most()).sum();
    let warmup: usize = runs.iter().map(|run| run.warmup).sum();
    let repeats = settings.repeats as usize;
    out.data(format!(
        "# {}{} levels{}, {measured} requests measured, {warmup} for warming up; {} different prompts; evidence: {}",
        if settings.find.is_some() { "at most " } else { "" },
        runs.len() / repeats,
        if repeats > 1 { format!(" run {repeats} times each") } else { String::new() },
        measured + warmup,
        settings.evidence
    ));
    out.data(toml::to_string(&settings.file)?.trim_end());
    Ok(())
}
