//! Who wins, what is refused, and that a dry run's file gives the same settings again.

use super::*;
use crate::cli::access_args::AccessArgs;
use crate::cli::load_args::LoadArgs;
use crate::cli::sweep::EndpointName;
use crate::cli::telemetry_args::TelemetryArgs;
use crate::cli::workload_args::{DatasetName, WorkloadArgs};
use crate::sweep::settings::listed_levels::DEFAULT_CONCURRENCY;
use shared::measure::plan::Stop;

fn refused(args: SweepArgs) -> String {
    resolve(&args).unwrap_err().to_string()
}

#[test]
fn defaults_are_those_of_the_help() {
    let settings = resolve(&SweepArgs::default()).unwrap();
    let widths: Vec<u32> = settings.plan.levels.iter().filter_map(|level| level.concurrency()).collect();
    assert_eq!((widths, settings.plan.stop), (DEFAULT_CONCURRENCY.to_vec(), Stop::Requests(256)));
    assert_eq!((settings.evidence, settings.out), (Evidence::Rehearsal, PathBuf::from("out/rehearsal")));
    assert_eq!(settings.access.base_url, "http://127.0.0.1:8000");
}

#[test]
fn a_flag_wins_over_the_file_and_that_over_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sweep.toml");
    std::fs::write(&path, "num_prompts = 7\nseed = 3\nhardware = \"rtx-a5000\"\n").unwrap();
    let args = SweepArgs {
        config: Some(path),
        load: LoadArgs { seed: Some(9), ..LoadArgs::default() },
        ..SweepArgs::default()
    };
    let settings = resolve(&args).unwrap();
    assert_eq!((settings.plan.stop, settings.plan.seed), (Stop::Requests(7), Some(9)));
    assert_eq!((settings.evidence, settings.out), (Evidence::Measured, PathBuf::from("results")));
}

#[test]
fn a_dry_runs_file_resolves_to_the_same() {
    let args = SweepArgs {
        load: LoadArgs {
            concurrency: Some(vec![8, 1, 8]),
            temperature: Some(0.5),
            warmup: Some(3),
            ..LoadArgs::default()
        },
        access: AccessArgs {
            endpoint: Some(EndpointName::ChatCompletions),
            extra_body: Some("{\"top_k\": 1}".into()),
            idle_timeout: Some(3.5),
            ..AccessArgs::default()
        },
        hardware: Some("h100".into()),
        ..SweepArgs::default()
    };
    let settings = resolve(&args).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.toml");
    std::fs::write(&path, toml::to_string(&settings.file).unwrap()).unwrap();
    assert_eq!(resolve(&SweepArgs { config: Some(path), ..SweepArgs::default() }).unwrap(), settings);
}

#[test]
fn flags_win_over_the_file_and_prices_are_prices() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sweep.toml");
    std::fs::write(&path, "gpu_telemetry = \"off\"\nelectricity_price = 0.1\n").unwrap();
    let telemetry = |config: Option<&PathBuf>, telemetry: TelemetryArgs| {
        let settings = resolve(&SweepArgs { config: config.cloned(), telemetry, ..SweepArgs::default() })?;
        anyhow::Ok((settings.gpu_telemetry, settings.electricity_price))
    };
    let none = TelemetryArgs::default();
    let of_file = telemetry(Some(&path), none.clone()).unwrap();
    assert_eq!(of_file, (GpuTelemetryName::Off, Some(UsdPerKwh::new(0.1))));
    let flags = TelemetryArgs { gpu_telemetry: Some(GpuTelemetryName::NvidiaSmi), electricity_price: Some(0.3) };
    let of_flags = telemetry(Some(&path), flags).unwrap();
    assert_eq!(of_flags, (GpuTelemetryName::NvidiaSmi, Some(UsdPerKwh::new(0.3))));
    assert_eq!(telemetry(None, none.clone()).unwrap(), (GpuTelemetryName::Auto, None));
    for price in [-0.1, f64::NAN] {
        let flags = TelemetryArgs { electricity_price: Some(price), ..none.clone() };
        assert!(telemetry(None, flags).unwrap_err().to_string().contains("--electricity-price"));
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let none = SweepArgs::default;
    let sharegpt = SweepArgs {
        workload: WorkloadArgs { dataset: Some(DatasetName::Sharegpt), ..WorkloadArgs::default() },
        ..none()
    };
    assert!(refused(sharegpt).contains("needs --dataset-path"));
    assert!(
        refused(SweepArgs { load: LoadArgs { concurrency: Some(vec![0]), ..LoadArgs::default() }, ..none() })
            .contains("at least 1")
    );
    assert!(
        refused(SweepArgs { access: AccessArgs { timeout: Some(-1.0), ..AccessArgs::default() }, ..none() })
            .contains("--timeout -1")
    );
    assert!(
        refused(SweepArgs {
            access: AccessArgs { base_url: Some("localhost".into()), ..AccessArgs::default() },
            ..none()
        })
        .contains("--base-url localhost")
    );
    assert!(
        refused(SweepArgs {
            access: AccessArgs { base_url: Some("http://a:b@c".into()), ..AccessArgs::default() },
            ..none()
        })
        .contains("password")
    );
    assert!(refused(SweepArgs { run_id: Some("../up".into()), ..none() }).contains("--run-id ../up"));
    assert!(refused(SweepArgs { evidence: Some(EvidenceName::Measured), ..none() }).contains("needs --gpu"));
}

#[test]
fn a_rehearsal_stays_out_of_results() {
    for folder in ["results", "some/results/here", "./results"] {
        let args = SweepArgs { out: Some(folder.into()), ..SweepArgs::default() };
        assert!(refused(args).contains("a rehearsal is not written under"), "{folder}");
    }
    let measured = SweepArgs { out: Some("results".into()), hardware: Some("h100".into()), ..SweepArgs::default() };
    assert!(resolve(&measured).is_ok());
}

#[test]
fn addresses_are_taken_with_or_without_their_end() {
    for text in ["http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/"] {
        let args = SweepArgs {
            access: AccessArgs { base_url: Some(text.into()), ..AccessArgs::default() },
            ..SweepArgs::default()
        };
        assert_eq!(resolve(&args).unwrap().access.base_url, "http://h:1");
    }
}
