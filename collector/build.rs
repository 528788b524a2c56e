//! Rebuilds the collector when a file is added to `configs/`, which it carries within itself.

use std::io::Write;

fn main() -> std::io::Result<()> {
    writeln!(std::io::stdout(), "cargo::rerun-if-changed=../configs")
}
