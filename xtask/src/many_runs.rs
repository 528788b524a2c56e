//! Writes result files that nobody measured, for testing the page with thousands of runs.
//!
//! Each file is the published A5000 sweep with other names, dates and numbers, the same
//! ones every time. They look like published results to the page, so they are written into an empty folder of their own
//! and must never enter `results/`.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

use shared::date::Date;
use shared::measure::distribution::Distribution;
use shared::store::result_file::{Configuration, ResultFile};
use shared::units::{Millis, Seconds};

const PUBLISHED: &str =
    include_str!("../../results/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json");
/// Model names and sizes: the first one is the published model, so that it has the same APIs to be compared with.
const MODELS: [(&str, &str); 8] = [
    ("llama-3.1-8b-instruct", "Llama 3.1 8B Instruct"),
    ("made-up-1b", "Made-up 1B"),
    ("made-up-3b", "Made-up 3B"),
    ("made-up-14b", "Made-up 14B"),
    ("made-up-32b", "Made-up 32B"),
    ("made-up-70b", "Made-up 70B"),
    ("made-up-moe-30b", "Made-up MoE 30B"),
    ("made-up-moe-235b", "Made-up MoE 235B"),
];
const QUANTIZATIONS: [&str; 5] = ["bf16", "fp8", "awq-int4", "gptq-int4", "nvfp4"];
/// All of them have prices, so every run has a cost.
const HARDWARE: [(&str, &str); 8] = [
    ("rtx-a5000", "RTX A5000"),
    ("rtx-4090", "RTX 4090"),
    ("l4-24gb", "L4"),
    ("l40s-48gb", "L40S"),
    ("a100-sxm-80gb", "A100 SXM 80GB"),
    ("h100-sxm-80gb", "H100 SXM"),
    ("h200-141gb", "H200"),
    ("b200-180gb", "B200"),
];
const GPU_COUNTS: [u32; 4] = [1, 2, 4, 8];
const ENGINE_VERSIONS: [&str; 4] = ["0.9", "0.10", "0.11", "0.12"];

/// Writes `count` made-up result files into `folder`, the same ones every time.
///
/// # Errors
/// When `folder` is not empty or lies under one named `results`, or a file cannot be written.
pub fn write(folder: &Path, count: usize) -> anyhow::Result<()> {
    let whole = std::path::absolute(folder)?;
    ensure!(
        !whole.components().any(|part| part.as_os_str() == "results"),
        "made-up runs are not written into `{}`, nor into any other folder under one named `results`",
        folder.display()
    );
    ensure!(
        !folder.exists() || fs::read_dir(folder)?.next().is_none(),
        "`{}` is not empty; made-up runs get a folder of their own",
        folder.display()
    );
    let published = ResultFile::parse(PUBLISHED)?;
    for number in 0..count {
        write_one(folder, &made_up(&published, number))?;
    }
    Ok(())
}

/// The published run varied by its number. Its digits in mixed bases choose model, quantisation, hardware and size, so
/// every combination comes once before any comes twice.
fn made_up(published: &ResultFile, number: usize) -> ResultFile {
    let mut rest = number;
    let mut pick = |choices: usize| {
        let chosen = rest % choices;
        rest /= choices;
        chosen
    };
    let quantization = QUANTIZATIONS[pick(QUANTIZATIONS.len())];
    let (hardware, hardware_name) = HARDWARE[pick(HARDWARE.len())];
    let (model, model_name) = MODELS[pick(MODELS.len())];
    let gpu_count = GPU_COUNTS[pick(GPU_COUNTS.len())];
    let version = ENGINE_VERSIONS[pick(ENGINE_VERSIONS.len())];
    let mut file = published.clone();
    file.id = format!("made-up-{number:05}");
    file.configuration = Configuration {
        model: model.into(),
        model_name: model_name.into(),
        served_model: format!("nobody/{model}"),
        quantization: quantization.into(),
        hardware: hardware.into(),
        hardware_name: hardware_name.into(),
        gpu_count,
        engine: published.configuration.engine.clone(),
        engine_version: Some(version.into()),
        kernel: None,
    };
    file.provenance.date = Date::from_days(published.provenance.date.days() - i64::try_from(number % 700).unwrap_or(0));
    file.provenance.tool = "made up by many_runs for measuring the page".into();
    file.provenance.source_url = Some("https://example.com/made-up".into());
    file.provenance.licence = Some("none: made up".into());
    file.provenance.files.clear();
    file.provenance.notes = vec!["made up for measuring the page: nobody measured this".into()];
    // 0.5 to 1.5 times as fast as published, in steps that repeat late.
    let pace = 0.5 + (number * 619 % 1000) as f64 / 1000.0;
    for level in &mut file.levels {
        level.duration_s = Seconds::new(level.duration_s.value() / pace);
        for times in [&mut level.ttft_ms, &mut level.tpot_ms, &mut level.itl_ms, &mut level.e2el_ms] {
            *times = faster(times, pace);
        }
    }
    for score in &mut file.quality {
        score.score *= 1.0 - (number * 37 % 50) as f64 / 1000.0;
    }
    file
}

fn faster(times: &Distribution, pace: f64) -> Distribution {
    let scaled = |time: Option<Millis>| time.map(|time| Millis::new(time.value() / pace));
    Distribution {
        mean: scaled(times.mean),
        std: scaled(times.std),
        p50: scaled(times.p50),
        p99: scaled(times.p99),
        ..Distribution::default()
    }
}

/// Straight into its place: thousands of files need not survive a power cut one by one.
fn write_one(root: &Path, file: &ResultFile) -> anyhow::Result<()> {
    let path = root.join(file.path());
    fs::create_dir_all(path.parent().unwrap_or(root))?;
    fs::write(&path, file.to_json()).with_context(|| format!("failed to write `{}`", path.display()))
}
