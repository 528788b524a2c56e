//! Arguments of `collector render`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  Figures for a blog post:             collector render --results my-results --out figures
  After a new result, before a commit: collector render --readme
  In CI:                               collector render --check";

/// What to draw, and where to.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct RenderArgs {
    /// The results folder
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,

    /// Where the figures go: NAME.svg and NAME.png for light pages, NAME-dark.svg for dark ones
    #[arg(long, value_name = "DIR", default_value = "docs/figures")]
    pub out: PathBuf,

    /// Rewrite the numbers between `<!-- numbers:begin -->` and `<!-- numbers:end -->` of this file, too
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "README.md")]
    pub readme: Option<PathBuf>,

    /// Write nothing; fail when an SVG or the README's numbers are not what would be written
    #[arg(long)]
    pub check: bool,

    /// Read prices from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
