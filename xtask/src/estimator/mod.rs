//! Fits the estimator to published throughput and measures its error on each source with constants that never saw it.

mod fit;
mod held_out;
mod report;

use std::path::PathBuf;

use anyhow::Context;
use collector::calibration::record_case::cases;
use collector::catalogue::Catalogue;
use shared::store::constants::Constants;

const CONFIG: &str = "configs/estimator.toml";
const DOCUMENT: &str = "docs/estimator.md";

/// Writes the fitted constants with their error bands, and the document that shows every record.
///
/// # Errors
/// When the catalogue cannot be read, a fit does not converge, or a file cannot be written.
pub fn write() -> anyhow::Result<()> {
    let catalogue = Catalogue::load(None)?;
    let cases = cases(&catalogue);
    let fitted = fit::fit(&cases.iter().collect::<Vec<_>>(), &Constants::PRIOR)?;
    let held = held_out::hold_out(&cases)?;
    for (path, text) in [
        (CONFIG, report::toml(&report::file(&fitted, &held))),
        (DOCUMENT, report::document(&catalogue, &fitted, &held)),
    ] {
        std::fs::write(repository(path), text).with_context(|| format!("failed to write `{path}`"))?;
    }
    Ok(())
}

fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[cfg(test)]
mod tests;
