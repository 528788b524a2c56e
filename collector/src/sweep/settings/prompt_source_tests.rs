//! What each dataset resolves to, and what is refused.

use super::*;
use crate::cli::access_args::AccessArgs;
use crate::cli::sweep::SweepArgs;
use crate::cli::workload_args::WorkloadArgs;
use crate::sweep::settings::{SweepSettings, resolve};

fn of(dataset: DatasetName) -> WorkloadArgs {
    WorkloadArgs { dataset: Some(dataset), dataset_path: Some("set.json".into()), ..WorkloadArgs::default() }
}

fn resolved(workload: WorkloadArgs) -> anyhow::Result<SweepSettings> {
    resolve(&SweepArgs { workload, ..SweepArgs::default() })
}

#[track_caller]
fn refused(workload: WorkloadArgs, says: &str) {
    let error = resolved(workload).unwrap_err().to_string();
    assert!(error.contains(says), "{error}");
}

#[test]
fn a_dry_runs_file_resolves_to_the_same_for_every_dataset() {
    for workload in [
        WorkloadArgs { prefixes: Some(3), input_tokens: Some(9), ..of(DatasetName::SharedPrefix) },
        WorkloadArgs {
            turns: Some(3),
            output_tokens: Some(16),
            disable_shuffle: Some(true),
            tokenizer: Some("model".into()),
            ..of(DatasetName::Sharegpt)
        },
        of(DatasetName::Sharegpt),
        of(DatasetName::Jsonl),
        WorkloadArgs { trace_block_tokens: Some(16), ..of(DatasetName::Trace) },
    ] {
        let settings = resolved(workload).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("again.toml");
        std::fs::write(&path, toml::to_string(&settings.file).unwrap()).unwrap();
        let again = resolve(&SweepArgs { config: Some(path), ..SweepArgs::default() }).unwrap();
        assert_eq!(again, settings);
    }
}

#[test]
fn defaults_are_those_of_the_help() {
    let shape = SharedPrefixShape { prefixes: 4, prefix_tokens: 1024, input_tokens: 128, output_tokens: 64 };
    let settings = resolved(of(DatasetName::SharedPrefix)).unwrap();
    assert_eq!(settings.source, PromptSource::SharedPrefix(shape));
    assert_eq!(settings.plan.benchmark, "shared-prefix-4x1024-128-64");
    let sharegpt = PromptSource::Sharegpt { path: "set.json".into(), turns: 1, output_tokens: None, shuffle: true };
    assert_eq!(resolved(of(DatasetName::Sharegpt)).unwrap().source, sharegpt);
    let trace = PromptSource::Trace { path: "set.json".into(), block_tokens: 512 };
    assert_eq!(resolved(of(DatasetName::Trace)).unwrap().source, trace);
}

#[test]
fn turns_need_an_endpoint_that_has_them() {
    let turns = WorkloadArgs { turns: Some(3), ..of(DatasetName::Sharegpt) };
    let settings = resolved(turns.clone()).unwrap();
    assert_eq!(settings.plan.endpoint, Endpoint::ChatCompletions);
    assert_eq!(settings.plan.benchmark, "sharegpt-3-turns");
    let args = SweepArgs {
        access: AccessArgs { endpoint: Some(EndpointName::Completions), ..AccessArgs::default() },
        workload: turns,
        ..SweepArgs::default()
    };
    let error = resolve(&args).unwrap_err().to_string();
    assert!(error.contains("cannot be sent to `--endpoint completions`"), "{error}");
    assert_eq!(resolved(of(DatasetName::Sharegpt)).unwrap().plan.endpoint, Endpoint::Completions);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let random = || of(DatasetName::Random);
    refused(WorkloadArgs { turns: Some(2), ..random() }, "`--turns 2` needs --dataset sharegpt");
    refused(WorkloadArgs { turns: Some(0), ..of(DatasetName::Sharegpt) }, "`--turns 0`");
    refused(WorkloadArgs { input_tokens: Some(0), ..random() }, "`--input-tokens 0`");
    refused(WorkloadArgs { prefixes: Some(0), ..of(DatasetName::SharedPrefix) }, "`--prefixes 0`");
    refused(WorkloadArgs { output_tokens: Some(0), ..of(DatasetName::Sharegpt) }, "`--output-tokens 0`");
    refused(WorkloadArgs { trace_block_tokens: Some(0), ..of(DatasetName::Trace) }, "`--trace-block-tokens 0`");
    for dataset in [DatasetName::Sharegpt, DatasetName::Jsonl, DatasetName::Trace] {
        refused(WorkloadArgs { dataset_path: None, ..of(dataset) }, "needs --dataset-path");
    }
}
