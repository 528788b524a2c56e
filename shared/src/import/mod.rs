//! Other tools' files to Forge's own values: text in, value out.
//!
//! Reads no disk, so the browser uses the same code. What a file does not say is absent and never guessed.
//! A new tool is one file with an [`Importer`], its two lines here, a fixture in `tests/fixtures/import`, and its rows
//! in docs/import.md.

pub mod aiperf;
mod arrival;
pub mod definitions;
pub mod error;
pub mod evaluation;
pub mod file_contents;
pub mod guidellm;
pub mod imported_files;
pub mod imported_level;
pub mod importer;
pub mod inference_benchmarker;
pub mod inference_perf;
pub mod lm_eval;
mod object;
pub mod sglang_bench;
pub mod sweep;
pub mod tool;
pub mod vllm_bench;

pub use error::ImportError;
pub use file_contents::FileContents;
pub use imported_files::{ImportedFiles, ResultMetadata};
pub use imported_level::ImportedLevel;
pub use importer::{FirstValue, Importer};
pub use sweep::Sweep;
pub use tool::Tool;

/// Every importer, in the order in which help, page and docs list the tools.
pub const IMPORTERS: &[&dyn Importer] = &[
    &vllm_bench::VllmBench,
    &sglang_bench::SglangBench,
    &guidellm::Guidellm,
    &aiperf::Aiperf,
    &inference_benchmarker::InferenceBenchmarker,
    &inference_perf::InferencePerf,
    &lm_eval::LmEval,
];

/// The importer of a file, recognized by its content. `None` when no known tool wrote it.
#[must_use]
pub fn importer_of(text: &str) -> Option<&'static dyn Importer> {
    let first = FirstValue::of(text)?;
    IMPORTERS.iter().find(|importer| importer.recognizes(&first)).copied()
}

/// The tools whose files are read, as a list with its last comma replaced by a word, such as `or`.
#[must_use]
pub fn tool_names(conjunction: &str) -> String {
    let names: Vec<&str> = IMPORTERS.iter().map(|importer| importer.tool().name).collect();
    match names.split_last() {
        Some((last, [])) => (*last).into(),
        Some((last, others)) => format!("{} {conjunction} {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Whether a text is complete JSON as tools write it: one value or several, `NaN` and `Infinity` among them.
///
/// # Errors
/// When it is cut off, is not JSON, or is empty.
pub fn is_json(file: &str, text: &str) -> Result<(), ImportError> {
    object::check(file, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_content() {
        let name = |text: &str| importer_of(text).map(|importer| importer.tool().slug);
        let check = |text: &str, slug: &str| assert_eq!(name(text), Some(slug), "{text}");
        check(r#"{"model_id": "m", "total_output_tokens": 1} {"#, "vllm-bench");
        check(r#"{"request_rate": Infinity, "mean_e2e_latency_ms": 1, "total_output_tokens": 1}"#, "sglang-bench");
        check(r#"{"metadata": {}, "benchmarks": []}"#, "guidellm");
        check(r#"{"aiperf_version": "0.13.0"}"#, "aiperf");
        check(r#"{"config": {}, "results": [{"executor_type": "ConstantVUs"}]}"#, "inference-benchmarker");
        check(r#"{"load_summary": {}, "successes": {}}"#, "inference-perf");
        check(r#"{"results": {}, "n-shot": {}}"#, "lm-evaluation-harness");
        assert_eq!((name("{}"), name("no JSON"), name("")), (None, None, None));
    }

    #[test]
    fn whole_json_is_told_from_what_broke_off() {
        let check = |text: &str| is_json("a.json", text).map_err(|error| error.to_string());
        assert_eq!((check("{}"), check("{\"a\": NaN}\n{\"b\": [-Infinity]}\n")), (Ok(()), Ok(())));
        assert!(check("{}\n{\"b\": 1").unwrap_err().starts_with("`a.json`: is not JSON: EOF"));
        assert_eq!(check("\n").unwrap_err(), "`a.json`: is empty");
    }
}
