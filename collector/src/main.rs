//! The program `collector`: parse, run the verb, exit with its status.

use std::process::ExitCode;

use clap::Parser;

use collector::cli::Cli;
use collector::printer::Printer;

fn main() -> ExitCode {
    collector::run(Cli::parse(), &mut Printer::stdout())
}
