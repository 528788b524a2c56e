//! Other tools' files to Forge's own values: text in, value out.
//!
//! Reads no disk, so the browser uses the same code. What a file does not say stays absent and is never guessed.

pub mod aiperf;
pub mod definitions;
pub mod error;
pub mod guidellm;
pub mod imported_files;
pub mod imported_level;
pub mod inference_benchmarker;
pub mod inference_perf;
pub mod lm_eval;
mod object;
pub mod sglang_bench;
pub mod sweep;
pub mod tool;
pub mod vllm_bench;

pub use error::ImportError;
pub use imported_files::{ImportedFiles, ResultMetadata};
pub use imported_level::{FileContents, ImportedLevel};
pub use sweep::Sweep;
pub use tool::Tool;

/// What kind of file a text is, told from its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Written by a load generator.
    Load(Tool),
    /// Written by lm-evaluation-harness.
    LmEval,
}

impl Kind {
    /// Which tool wrote the text, by the keys of its first JSON object. `None` when it is no known one's.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let first = object::first(text)?;
        let has = |key: &str| first.get(key).is_some();
        let starts = |list: &str, key: &str| first.get(list).and_then(|list| list.get(0)?.get(key)).is_some();
        let tool = match () {
            () if has("results") && (has("n-shot") || has("lm_eval_version") || has("versions")) => {
                return Some(Self::LmEval);
            }
            () if has("aiperf_version") || (has("input_config") && has("request_count")) => Tool::Aiperf,
            () if has("benchmarks") && (has("metadata") || starts("benchmarks", "metrics")) => Tool::Guidellm,
            () if has("load_summary") && has("successes") => Tool::InferencePerf,
            () if has("config") && starts("results", "executor_type") => Tool::InferenceBenchmarker,
            () if has("model_id") && has("total_output_tokens") => Tool::VllmBench,
            () if has("mean_e2e_latency_ms") && has("total_output_tokens") => Tool::SglangBench,
            () => return None,
        };
        Some(Self::Load(tool))
    }
}

/// Whether a text is whole JSON as tools write it: one value or several, `NaN` and `Infinity` among them.
///
/// # Errors
/// When it breaks off, is something else, or is empty.
pub fn is_json(file: &str, text: &str) -> Result<(), ImportError> {
    object::check(file, text)
}

/// Reads a file of a load generator.
///
/// # Errors
/// When the text is not JSON, lacks a needed field, or contradicts itself.
pub fn parse(tool: Tool, file: &str, text: &str) -> Result<FileContents, ImportError> {
    match tool {
        Tool::VllmBench => vllm_bench::parse(file, text),
        Tool::SglangBench => sglang_bench::parse(file, text),
        Tool::Guidellm => guidellm::parse(file, text),
        Tool::Aiperf => aiperf::parse(file, text),
        Tool::InferenceBenchmarker => inference_benchmarker::parse(file, text),
        Tool::InferencePerf => inference_perf::parse(file, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_content() {
        let check = |text: &str, tool: Tool| assert_eq!(Kind::of(text), Some(Kind::Load(tool)), "{text}");
        check(r#"{"model_id": "m", "total_output_tokens": 1} {"#, Tool::VllmBench);
        check(r#"{"request_rate": Infinity, "mean_e2e_latency_ms": 1, "total_output_tokens": 1}"#, Tool::SglangBench);
        check(r#"{"metadata": {}, "benchmarks": []}"#, Tool::Guidellm);
        check(r#"{"aiperf_version": "0.13.0"}"#, Tool::Aiperf);
        check(r#"{"config": {}, "results": [{"executor_type": "ConstantVUs"}]}"#, Tool::InferenceBenchmarker);
        check(r#"{"load_summary": {}, "successes": {}}"#, Tool::InferencePerf);
        assert_eq!(Kind::of(r#"{"results": {}, "n-shot": {}}"#), Some(Kind::LmEval));
        assert_eq!((Kind::of("{}"), Kind::of("no JSON"), Kind::of("")), (None, None, None));
    }

    #[test]
    fn whole_json_is_told_from_what_broke_off() {
        let check = |text: &str| is_json("a.json", text).map_err(|error| error.to_string());
        assert_eq!((check("{}"), check("{\"a\": NaN}\n{\"b\": [-Infinity]}\n")), (Ok(()), Ok(())));
        assert!(check("{}\n{\"b\": 1").unwrap_err().starts_with("`a.json`: is not JSON: EOF"));
        assert_eq!(check("\n").unwrap_err(), "`a.json`: is empty");
    }
}
