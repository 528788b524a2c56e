//! The sweep file (configs/sweeps/*.toml), whose keys are the flags of `sweep` with underscores, and the one place where
//! flags replace its keys. Unknown keys are errors.
//!
//! Holds no secret: the API key comes from the environment or a flag only.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::cli::load_args::LoadArgs;
use crate::cli::search_args::FindName;
use crate::cli::sweep::{EndpointName, EvidenceName, SweepArgs};
use crate::cli::telemetry_args::GpuTelemetryName;
use crate::cli::workload_args::DatasetName;
use crate::printer::Hinted;

/// Any of a sweep's settings, each optional: as a file gives them, and with the flags on top.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each key is the flag of its name, documented in cli/*_args.rs and cli/sweep.rs")]
pub struct SweepFile {
    /// Name of the benchmark in the result's path; the one key without a flag.
    pub benchmark: Option<String>,
    pub base_url: Option<String>,
    pub model: Option<String>,
    pub endpoint: Option<EndpointName>,
    pub extra_body: Option<String>,
    pub ca_cert: Option<PathBuf>,
    pub timeout: Option<f64>,
    pub connect_timeout: Option<f64>,
    pub first_byte_timeout: Option<f64>,
    pub idle_timeout: Option<f64>,
    pub server_log: Option<PathBuf>,
    pub dataset: Option<DatasetName>,
    pub dataset_path: Option<PathBuf>,
    pub input_tokens: Option<u32>,
    pub output_tokens: Option<u32>,
    pub tokenizer: Option<PathBuf>,
    pub turns: Option<u32>,
    pub disable_shuffle: Option<bool>,
    pub prefixes: Option<u32>,
    pub prefix_tokens: Option<u32>,
    pub trace_block_tokens: Option<u32>,
    pub concurrency: Option<Vec<u32>>,
    pub request_rate: Option<Vec<f64>>,
    pub burstiness: Option<f64>,
    pub ramp: Option<String>,
    pub trace_speed: Option<Vec<f64>>,
    pub num_prompts: Option<u32>,
    pub duration: Option<f64>,
    pub warmup: Option<u32>,
    pub seed: Option<u64>,
    pub ignore_eos: Option<bool>,
    pub temperature: Option<f64>,
    pub hardware: Option<String>,
    pub hardware_name: Option<String>,
    pub gpu_count: Option<u32>,
    pub quantization: Option<String>,
    pub model_slug: Option<String>,
    pub model_name: Option<String>,
    pub evidence: Option<EvidenceName>,
    pub selfcheck: Option<bool>,
    pub gpu_telemetry: Option<GpuTelemetryName>,
    pub electricity_price: Option<f64>,
    pub out: Option<PathBuf>,
    pub run_id: Option<String>,
    pub repeats: Option<u32>,
    pub slo: Option<String>,
    pub find: Option<FindName>,
    pub max_concurrency: Option<u32>,
    pub gpu_price: Option<f64>,
}

/// Builds a `SweepFile` from the flags of each group, and from the file where a flag is absent.
macro_rules! flags_over_file {
    ($file:ident, $($flags:expr => $($key:ident)+;)+) => {
        SweepFile { benchmark: $file.benchmark, $($($key: $flags.$key.clone().or($file.$key)),+),+ }
    };
}

impl SweepFile {
    /// Reads a sweep file.
    ///
    /// # Errors
    /// When it cannot be read, is not TOML, or holds an unknown key or a value of the wrong type; the line is named.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("failed to read sweep config `{}`", path.display()))?;
        toml::from_str(&text).map_err(|error| in_one_line(path, &text, &error).into())
    }

    /// The file that `--config` names with the flags on top, which hold the environment already.
    ///
    /// A flag also clears the keys that would contradict it: levels of any kind clear those of the file and its search,
    /// and a number of prompts clears a duration.
    ///
    /// # Errors
    /// When the file is wrong, or flags contradict each other.
    pub fn with_flags(flags: &SweepArgs) -> anyhow::Result<Self> {
        let SweepArgs { access, workload, load, telemetry, search, .. } = flags;
        let mut file = flags.config.as_deref().map(Self::read).transpose()?.unwrap_or_default();
        if names_levels(load) {
            if search.find.is_some() {
                let hint = "remove either --find or --concurrency, --request-rate, --ramp and --trace-speed";
                return Err(Hinted::new("`--find` chooses the levels itself", hint).into());
            }
            file = Self { concurrency: None, request_rate: None, ramp: None, trace_speed: None, find: None, ..file };
        }
        if load.num_prompts.is_some() {
            file.duration = None;
        }
        if load.request_rate.is_none() && file.request_rate.is_none() {
            file.burstiness = None;
        }
        Ok(flags_over_file!(file,
            access => base_url model endpoint extra_body ca_cert timeout connect_timeout first_byte_timeout idle_timeout
                server_log;
            workload => dataset dataset_path tokenizer input_tokens output_tokens turns disable_shuffle prefixes
                prefix_tokens trace_block_tokens;
            load => concurrency request_rate burstiness ramp trace_speed num_prompts duration warmup seed ignore_eos
                temperature;
            flags => hardware hardware_name gpu_count quantization model_slug model_name evidence selfcheck out run_id;
            telemetry => gpu_telemetry electricity_price;
            search => repeats slo find max_concurrency gpu_price;
        ))
    }
}

/// Whether flags list levels, of whatever kind.
fn names_levels(load: &LoadArgs) -> bool {
    load.concurrency.is_some() || load.request_rate.is_some() || load.ramp.is_some() || load.trace_speed.is_some()
}

/// TOML's own message spans lines and draws; one line with file, line and key says the same.
fn in_one_line(path: &Path, text: &str, error: &toml::de::Error) -> Hinted {
    let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let message = error.message();
    let (what, hint) = match message.split_once(", expected ") {
        Some((what, expected)) => (what.replace("unknown field", "unknown key"), format!("expected {expected}")),
        None => (message.to_owned(), "keys are the flags of `collector sweep --help` with underscores".to_owned()),
    };
    Hinted::new(format!("sweep config `{}`, line {line}: {what}", path.display()), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_name_file_line_and_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        for (text, says) in [
            ("seed = 1\nconcurency = [1]\n", "line 2: unknown key `concurency`"),
            ("seed = 1\n\nnum_prompts = \"many\"\n", "line 3: "),
            ("api_key = \"secret\"\n", "line 1: unknown key `api_key`"),
            ("seed = \n", "line 1: "),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = SweepFile::read(&path).unwrap_err().to_string();
            assert!(error.contains(says) && error.contains("mine.toml") && !error.contains("secret"), "{error}");
        }
    }
}
