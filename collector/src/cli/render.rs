//! Arguments of `collector render`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  Figures for a blog post:             collector render --results my-results --out figures
  After a new result, before a commit: collector render --readme
  In CI:                               collector render --check";

/// Which figures to draw, and where to write them.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct RenderArgs {
    /// Results folder
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,

    /// Folder for the figures: NAME.svg and NAME.png (light), NAME-dark.svg (dark)
    #[arg(long, value_name = "DIR", default_value = "docs/figures")]
    pub out: PathBuf,

    /// Also rewrite the numbers between `<!-- numbers:begin -->` and `<!-- numbers:end -->` of this file
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "README.md")]
    pub readme: Option<PathBuf>,

    /// Write nothing; fail when an SVG or the numbers of the README are out of date
    #[arg(long)]
    pub check: bool,

    /// Folder to read prices from [default: the built-in configs]
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
}
