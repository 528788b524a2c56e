//! Other tools' files to Forge's own values: text in, value out.
//!
//! Reads no disk, so the browser uses the same code. What a file does not say stays absent and is never guessed.

pub mod lm_eval;
pub mod vllm_bench;

use std::fmt;

use serde_json::{Map, Value};

/// Why a file of another tool cannot be used: which file, which field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// The file, as the caller calls it.
    pub file: String,
    /// The field, when one is to blame.
    pub field: Option<String>,
    /// What is wrong, with the value where there is one.
    pub why: String,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "`{}`: `{field}` {}", self.file, self.why),
            None => write!(f, "`{}`: {}", self.file, self.why),
        }
    }
}

impl std::error::Error for ImportError {}

/// What kind of file a text is, told from its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Written by `vllm bench serve`.
    VllmBench,
    /// Written by lm-evaluation-harness.
    LmEval,
}

impl Kind {
    /// Which tool wrote the text, by the keys of its first JSON object. `None` when it is neither's.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let first = serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok()?;
        let has = |key: &str| first.get(key).is_some();
        match () {
            () if has("results") && (has("n-shot") || has("lm_eval_version") || has("versions")) => Some(Self::LmEval),
            () if has("model_id") && has("total_output_tokens") => Some(Self::VllmBench),
            () => None,
        }
    }
}

/// One JSON object of a file, with errors that name file and field.
struct Object<'a> {
    file: &'a str,
    fields: &'a Map<String, Value>,
}

impl Object<'_> {
    fn wrong(&self, field: &str, why: impl Into<String>) -> ImportError {
        ImportError { file: self.file.into(), field: Some(field.into()), why: why.into() }
    }

    /// A field's value; absent and null are the same.
    fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    fn needed(&self, field: &str) -> Result<&Value, ImportError> {
        self.get(field).ok_or_else(|| self.wrong(field, "is missing"))
    }

    fn text(&self, field: &str) -> Result<&str, ImportError> {
        let value = self.needed(field)?;
        value.as_str().ok_or_else(|| self.wrong(field, format!("is `{value}`, not a text")))
    }

    fn count(&self, field: &str) -> Result<u64, ImportError> {
        let value = self.needed(field)?;
        value.as_u64().ok_or_else(|| self.wrong(field, format!("is `{value}`, not a whole number of 0 or more")))
    }

    /// A number of 0 or more, if the field is there.
    fn number(&self, field: &str) -> Result<Option<f64>, ImportError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let number = value.as_f64().filter(|number| number.is_finite() && *number >= 0.0);
        number.map(Some).ok_or_else(|| self.wrong(field, format!("is `{value}`, not a number of 0 or more")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_content() {
        assert_eq!(Kind::of(r#"{"model_id": "m", "total_output_tokens": 1} {"#), Some(Kind::VllmBench));
        assert_eq!(Kind::of(r#"{"results": {}, "n-shot": {}}"#), Some(Kind::LmEval));
        assert_eq!((Kind::of("{}"), Kind::of("no JSON"), Kind::of("")), (None, None, None));
    }
}
