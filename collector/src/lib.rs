//! The native half of Forge: measures servers, keeps result files, draws figures, serves the page.
//!
//! The only crate that talks to model servers and to the disk. `run` is the whole program; tests call it too.

pub mod calibration;
pub mod catalogue;
pub mod cli;
pub mod commands;
pub mod dataset;
pub mod engine;
pub mod files;
pub mod gpu;
pub mod interrupt;
pub mod load;
pub mod page_policy;
pub mod page_server;
pub mod picture;
pub mod prerender;
pub mod printer;
pub mod report;
pub mod resolve;
pub mod results;
pub mod runtime;
pub mod server;
pub mod sweep;
pub mod today;

use std::process::ExitCode;

use cli::{Cli, Command};
use printer::Printer;

/// Runs one verb and turns its outcome into an exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
#[must_use]
pub fn run(cli: Cli, out: &mut Printer) -> ExitCode {
    let outcome: anyhow::Result<ExitCode> = match cli.command {
        Command::Sweep(args) => commands::sweep::sweep(&args, out),
        Command::Rehearse(args) => commands::rehearse::rehearse(&args, out),
        Command::Selfcheck(args) => commands::selfcheck::selfcheck(&args, out),
        Command::Import(args) => commands::import::import(&args, out),
        Command::Merge(args) => commands::merge::merge(&args, out),
        Command::Cost(args) => commands::cost::cost(&args, out),
        Command::Breakeven(args) => commands::breakeven::breakeven(&args, out),
        Command::Bill(args) => commands::bill::bill(&args, out),
        Command::Sensitivity(args) => commands::sensitivity::sensitivity(&args, out),
        Command::Fit(args) => commands::fit::fit(&args, out),
        Command::Advise(args) => commands::advise::advise(&args, out),
        Command::Estimate(args) => commands::estimate::estimate(&args, out),
        Command::Size(args) => commands::size::size(&args, out),
        Command::Decide(args) => commands::decide::decide(&args, out),
        Command::Export(args) => commands::export::export(&args, out),
        Command::Dataset(args) => commands::dataset::dataset(&args, out),
        Command::Prices(args) => commands::prices::prices(&args, out),
        Command::Index(args) => commands::index::index(&args, out),
        Command::Check(args) => commands::check::check(&args, out),
        Command::Explore(args) => commands::explore::explore(&args, out),
        Command::Render(args) => commands::render::render(&args, out),
        Command::Prerender(args) => commands::prerender::prerender(&args, out),
    };
    outcome.unwrap_or_else(|error| {
        out.error(&error);
        ExitCode::FAILURE
    })
}
