//! The estimator against published throughput: fitted without a source, then held against it.
//!
//! `make estimator` writes what these tests find to configs/estimator.toml and docs/estimator.md; without it they check
//! that both files say it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod fit;
mod held_out;
mod report;

use std::path::PathBuf;
use std::sync::LazyLock;

use collector::calibration::record_case::{Case, cases};
use collector::catalogue::Catalogue;
use held_out::{Held, hold_out, quantile};
use shared::store::constants::{Constants, PRIORS};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load(None).unwrap());
static CASES: LazyLock<Vec<Case<'static>>> = LazyLock::new(|| cases(&CATALOGUE));
static FITTED: LazyLock<Constants> = LazyLock::new(|| fit::fit(&CASES.iter().collect::<Vec<_>>(), &Constants::PRIOR));
/// Every record, predicted by constants that never saw its source.
static HELD: LazyLock<Vec<Held<'static>>> = LazyLock::new(|| hold_out(&CASES));

fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn sources_it_never_saw_are_predicted_within_12_percent_at_the_median_and_40_at_the_90th() {
    assert_eq!(HELD.len(), 486);
    let errors: Vec<f64> = HELD.iter().map(|held| held.error().abs()).collect();
    let (median, p90) = (quantile(&errors, 0.5), quantile(&errors, 0.9));
    assert!(median <= 0.12 && p90 <= 0.40, "median {median:.3}, 90th percentile {p90:.3}");
}

#[test]
fn the_a5000_sweep_is_predicted_from_the_others_within_12_percent_at_every_level() {
    let sweep: Vec<&Held> = HELD
        .iter()
        .filter(|held| held.case.record.source == "ferpicoral" && held.case.record.quantization == "bf16")
        .collect();
    assert_eq!(sweep.len(), 5);
    for held in sweep {
        let error = held.error();
        assert!(error.abs() <= 0.12, "{}: {:.1} %", held.case.record.id, error * 100.0);
    }
}

#[test]
fn the_constants_of_the_config_are_those_of_the_fit() {
    let file = report::file(&FITTED, &HELD);
    let path = repository("configs/estimator.toml");
    if writing() {
        std::fs::write(&path, report::toml(&file)).unwrap();
        return;
    }
    let kept = CATALOGUE.estimator.as_ref().expect("configs/estimator.toml; `make estimator` writes it");
    let both = kept.constants.to_array().into_iter().zip(file.constants.to_array());
    for (prior, (kept, fitted)) in PRIORS.iter().zip(both) {
        assert!((kept / fitted - 1.0).abs() < 0.01, "{}: {kept}, and the fit says {fitted}", prior.name);
    }
    assert_eq!(kept.bands.len(), file.bands.len());
    for (kept, found) in kept.bands.iter().zip(&file.bands) {
        assert_eq!((&kept.gpus, &kept.kernel, kept.records), (&found.gpus, &found.kernel, found.records));
        let near = |a: f64, b: f64| (a - b).abs() < 0.02;
        assert!(near(kept.median, found.median) && near(kept.p90, found.p90), "{kept:?} {found:?}");
    }
}

#[test]
fn the_document_shows_every_record_as_it_is_predicted() {
    let found = report::document(&CATALOGUE, &FITTED, &HELD);
    let path = repository("docs/estimator.md");
    if writing() {
        std::fs::write(&path, found).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).expect("docs/estimator.md; `make estimator` writes it");
    let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>();
    let (kept, found) = (lines(&kept), lines(&found));
    assert_eq!(kept.len(), found.len(), "docs/estimator.md has other lines than the fit gives; run `make estimator`");
    for (kept, found) in kept.iter().zip(&found) {
        assert!(report::alike(kept, found), "docs/estimator.md says\n{kept}\nand the fit says\n{found}");
    }
}

/// Whether the files are to be written rather than checked.
fn writing() -> bool {
    std::env::var_os("FORGE_WRITE_ESTIMATOR").is_some()
}
