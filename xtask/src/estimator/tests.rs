//! The estimator against published throughput: its error on sources it never saw, and its files as the fit gives them.

use std::sync::LazyLock;

use collector::calibration::record_case::RecordCase;

use super::held_out::{Held, hold_out, quantile};
use super::*;
use shared::store::constants::PRIORS;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load(None).unwrap());
static CASES: LazyLock<Vec<RecordCase<'static>>> = LazyLock::new(|| cases(&CATALOGUE));
static FITTED: LazyLock<Constants> =
    LazyLock::new(|| fit::fit(&CASES.iter().collect::<Vec<_>>(), &Constants::PRIOR).unwrap());
/// Every record, predicted by constants that never saw its source.
static HELD: LazyLock<Vec<Held<'static>>> = LazyLock::new(|| hold_out(&CASES).unwrap());

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
    let kept = std::fs::read_to_string(repository(DOCUMENT)).expect("docs/estimator.md; `make estimator` writes it");
    let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>();
    let (kept, found) = (lines(&kept), lines(&found));
    assert_eq!(kept.len(), found.len(), "docs/estimator.md has other lines than the fit gives; run `make estimator`");
    for (kept, found) in kept.iter().zip(&found) {
        assert!(report::alike(kept, found), "docs/estimator.md says\n{kept}\nand the fit says\n{found}");
    }
}

#[test]
fn a_fit_that_does_not_converge_is_refused() {
    let mut case = CASES[0].clone();
    case.measured = f64::NAN;
    let error = fit::fit(&[&case], &Constants::PRIOR).unwrap_err();
    assert!(error.to_string().starts_with("the fit to 1 records did not converge: "), "{error}");
}
