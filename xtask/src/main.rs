//! Tasks of this repository that are no user's verb. The scripts call them: `cargo xtask --help` lists them.

mod bench_load;
#[cfg(feature = "estimator")]
mod estimator;
mod first_load;
mod many_runs;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use collector::cli::prerender::PrerenderArgs;
use collector::commands::prerender::prerender;
use collector::printer::Printer;

/// Build, fit and measure this project; for people who work on it
#[derive(Debug, Parser)]
#[command(name = "xtask")]
enum Task {
    /// Finish the built page: the default answer as static HTML, its policy, its use without a network
    Prerender(PrerenderArgs),
    /// Fit the estimator to configs/throughput; write configs/estimator.toml and docs/estimator.md
    #[cfg(feature = "estimator")]
    FitEstimator,
    /// Print the brotli size of the page's first load; fail when it exceeds the limit
    FirstLoad {
        /// Folder of the built page
        dist: PathBuf,
    },
    /// Write made-up result files, for testing the page with thousands of runs
    ManyRuns {
        /// Folder to write to; must be empty or not exist yet
        folder: PathBuf,
        /// Number of result files
        count: usize,
    },
    /// Benchmark the load generator against a server that records what it sends; write the report
    BenchLoad {
        /// File to write
        #[arg(default_value = "docs/benchmark-load.md")]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    let mut out = Printer::stdout();
    let done = match Task::parse() {
        Task::Prerender(args) => prerender(&args, &mut out).map(drop),
        #[cfg(feature = "estimator")]
        Task::FitEstimator => estimator::write(),
        Task::FirstLoad { dist } => first_load::print(&dist),
        Task::ManyRuns { folder, count } => many_runs::write(&folder, count),
        Task::BenchLoad { out } => bench_load::run(&out),
    };
    done.map_or_else(
        |error| {
            out.error(&error);
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}
