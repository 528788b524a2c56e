//! Arguments of `collector import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use shared::import::IMPORTERS;

const EXAMPLES: &str = "\
Examples:
  Import a folder with five levels of your own sweep, at 0.27 USD per GPU hour:
    collector import bench/ --model llama-3.1-8b-instruct --quantization bf16 \\
      --gpu rtx-a5000 --benchmark sharegpt --gpu-price 0.27 \\
      --evidence measured --out my-results

  Import figures published by others, with an evaluation:
    collector import bench/ --quality eval.json --model llama-3.1-8b-instruct \\
      --quantization awq-int4 --gpu rtx-a5000 --benchmark sharegpt \\
      --evidence published --source https://example.org/run --licence 'MIT, (c) 2026 Somebody'";

const NOTES: &str = "\
Files of different tools cannot be combined into one result: they define metrics differently.
docs/import.md lists, for each tool, what is read and which definitions differ.";

/// Examples, and each tool with the files that it writes.
fn after_help() -> String {
    let tools = || IMPORTERS.iter().map(|importer| importer.tool());
    let width = tools().map(|tool| tool.name.len()).max().unwrap_or(0);
    let lines: Vec<String> =
        tools().map(|tool| format!("  {:width$}  collector import {}", tool.name, tool.example)).collect();
    let head = "Supported tools (add --model, --quantization, --gpu and --evidence to each command):";
    format!("{EXAMPLES}\n\n{head}\n{}\n\n{NOTES}", lines.join("\n"))
}

/// What to import, and what its files do not say.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub struct ImportArgs {
    /// Files or folders to import, each recognised by its content; a file may have one level or several. The supported
    /// tools are listed below
    #[arg(value_name = "PATH", required_unless_present = "quality")]
    pub paths: Vec<PathBuf>,

    /// Results file of lm-evaluation-harness; repeatable
    #[arg(long, value_name = "FILE")]
    pub quality: Vec<PathBuf>,

    /// Choose the model, a file of configs/models, such as `llama-3.1-8b`
    #[arg(long, value_name = "NAME", aliases = ["model-config", "model-slug"])]
    pub model: String,

    /// Quantization of the weights, such as bf16, awq-int4 or fp8
    #[arg(long, value_name = "NAME", value_parser = path_part)]
    pub quantization: String,

    /// Choose the GPU, a file of configs/hardware, such as `rtx-a5000`
    #[arg(long, value_name = "NAME", alias = "hardware")]
    pub gpu: String,

    /// Number of GPUs of the measured replica
    #[arg(long, value_name = "N", alias = "gpus", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub gpu_count: u32,

    /// Serving engine [default: as in the files, else vllm]
    #[arg(long, value_name = "NAME")]
    pub engine: Option<String>,

    /// Version of the serving engine, such as 0.11
    #[arg(long, value_name = "VERSION")]
    pub engine_version: Option<String>,

    /// Kernel that ran the quantised layers, such as Marlin
    #[arg(long, value_name = "NAME")]
    pub kernel: Option<String>,

    /// Kernel that was expected; if --kernel differs, the result gets a warning
    #[arg(long, value_name = "NAME")]
    pub kernel_wanted: Option<String>,

    /// Reason why another kernel ran, for the warning of --kernel-wanted
    #[arg(long, value_name = "TEXT", requires = "kernel_wanted")]
    pub kernel_reason: Option<String>,

    /// Name of the benchmark, part of the result's path [default: the tool, such as vllm-bench]
    #[arg(long, value_name = "NAME", value_parser = path_part)]
    pub benchmark: Option<String>,

    /// Endpoint that was measured; required if the files do not say
    #[arg(long, value_enum)]
    pub endpoint: Option<EndpointArg>,

    /// Source of the figures: measured by you on this hardware, or published by others
    #[arg(long, value_enum)]
    pub evidence: EvidenceArg,

    /// URL of published figures
    #[arg(long, value_name = "URL", required_if_eq("evidence", "published"))]
    pub source: Option<String>,

    /// Licence of published figures, with its holder, such as 'MIT, (c) 2026 Somebody'
    #[arg(long, value_name = "TEXT", required_if_eq("evidence", "published"))]
    pub licence: Option<String>,

    /// Date of the run, such as 2026-05-29 [default: as in the files]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,

    /// Note for readers of the result; repeatable
    #[arg(long, value_name = "TEXT")]
    pub note: Vec<String>,

    /// Name of the result file [default: date of the run]
    #[arg(long, value_name = "NAME", value_parser = path_part)]
    pub run_id: Option<String>,

    /// Price of one GPU in USD per hour [default: the dated price in configs/prices]
    #[arg(long, value_name = "USD", value_parser = price)]
    pub gpu_price: Option<f64>,

    /// Results folder to write to
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,

    /// Overwrite a different result of the same name
    #[arg(long)]
    pub replace: bool,

    /// Folder with models, hardware and prices [default: the built-in configs]
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,

    /// Print the result file as JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Source of the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EvidenceArg {
    /// Measured by you, on the given hardware
    Measured,
    /// Published by others
    Published,
}

/// The endpoint that was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EndpointArg {
    /// /v1/completions
    Completions,
    /// /v1/chat/completions
    Chat,
}

/// A name that can be part of a path on every system.
fn path_part(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
    if !text.is_empty() && !text.starts_with('.') && text.chars().all(fits) {
        return Ok(text.into());
    }
    Err("expected lower-case letters, digits, `-`, `_` and `.`, because the name is part of the result's path".into())
}

fn price(text: &str) -> Result<f64, String> {
    let price = text.parse().ok().filter(|price: &f64| price.is_finite() && *price >= 0.0);
    price.ok_or_else(|| "expected a price in USD of 0 or more".into())
}
