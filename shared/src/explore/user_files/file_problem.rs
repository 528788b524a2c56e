//! A problem with a file of the reader: one sentence with file, field and value, and what to do.

use serde_json::Value;

use crate::import::error::Remedy;
use crate::import::{self, ImportError};
use crate::store::result_file::{ResultFile, ResultFileError};

/// Why a file makes no run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// The file, by its name.
    pub file: String,
    /// The problem, as a sentence with file, field and value.
    pub message: String,
    /// What to do, as a sentence.
    pub remedy: String,
}

const WHOLE: &str = "Copy the file again from where the tool wrote it: this copy is incomplete or was changed.";
const AS_WRITTEN: &str =
    "Drop the file as the tool wrote it. If it is unchanged, this version of the tool is not supported.";

impl FileProblem {
    fn new(file: &str, message: impl Into<String>, remedy: &str) -> Self {
        let message = message.into();
        let message = if message.ends_with(['.', '?']) { message } else { format!("{message}.") };
        Self { file: file.into(), message, remedy: remedy.into() }
    }

    /// The error of an importer.
    pub(super) fn of_import(error: &ImportError) -> Self {
        let remedy = match error.remedy {
            Some(Remedy::UseResultFile) => "Drop the Forge result file itself.",
            Some(Remedy::ImportSeparately) => {
                "Drop files that belong together in one step: each drop creates separate runs."
            }
            Some(Remedy::CopyAgain) => WHOLE,
            Some(Remedy::LimitConcurrency) => "Run the benchmark again with a concurrency limit.",
            None => AS_WRITTEN,
        };
        Self::new(&error.file, error.to_string(), remedy)
    }

    /// A file of a load generator without a level.
    pub(super) fn no_level(file: &str, skipped: &[String]) -> Self {
        let why = skipped.first().map_or("no level found".into(), Clone::clone);
        Self::new(file, format!("`{file}` has no level: {why}"), "Drop the file that has the levels.")
    }
}

/// Reads a Forge result file.
pub(super) fn result_file(name: &str, text: &str) -> Result<ResultFile, FileProblem> {
    import::is_json(name, text).map_err(|error| FileProblem::of_import(&error))?;
    let value: Value = serde_json::from_str(text).map_err(|_| unknown(name))?;
    let Some(fields) = value.as_object() else { return Err(unknown(name)) };
    if fields.contains_key("api_prices") && fields.contains_key("results") {
        let what = format!("`{name}` is the index of a results folder, not a result");
        return Err(FileProblem::new(name, what, "Drop the result files that it lists."));
    }
    let marks = ["configuration", "provenance", "evidence"];
    if !marks.iter().any(|mark| fields.contains_key(*mark)) {
        return Err(unknown(name));
    }
    let schema = match fields.get("schema") {
        Some(schema) if schema.as_u64().is_none_or(|schema| schema > u64::from(u32::MAX)) => {
            let what = format!("`{name}`: `schema` is `{schema}`, expected an integer");
            return Err(FileProblem::new(name, what, AS_WRITTEN));
        }
        found => found.and_then(Value::as_u64).map(|schema| schema as u32),
    };
    let text = known_fields(value, text);
    let shape = || serde_json::from_str(&text).map_err(|error| with_field(&error, &text));
    ResultFile::read(schema, shape).map_err(|error| {
        let remedy = match &error {
            ResultFileError::Schema { .. } => "Reload the page to get a newer build, or ask its operator for one.",
            ResultFileError::NoSchema | ResultFileError::Shape(_) => AS_WRITTEN,
            ResultFileError::Value { .. } => "Correct the value, or drop the file as the collector wrote it.",
        };
        FileProblem::new(name, format!("`{name}`: {error}"), remedy)
    })
}

fn unknown(name: &str) -> FileProblem {
    let what = format!("`{name}` is not a result file of Forge, {}", import::tool_names("or"));
    FileProblem::new(name, what, "Drop the results file that the tool wrote; docs/import.md lists it for each tool.")
}

/// The text without what this build does not keep.
#[cfg(feature = "observations")]
fn known_fields(_: Value, text: &str) -> String {
    text.into()
}

/// The text without what this build does not keep.
#[cfg(not(feature = "observations"))]
fn known_fields(mut value: Value, _: &str) -> String {
    let take = |value: Option<&mut Value>, names: &[&str]| {
        if let Some(fields) = value.and_then(Value::as_object_mut) {
            fields.retain(|name, _| !names.contains(&name.as_str()));
        }
    };
    take(Some(&mut value), &["found", "certificate", "definitions"]);
    take(value.get_mut("plan"), &["conduct"]);
    take(value.get_mut("provenance"), &["server_config"]);
    for level in value.get_mut("levels").and_then(Value::as_array_mut).into_iter().flatten() {
        take(Some(level), &["observed"]);
    }
    value.to_string()
}

/// The error of serde, with the path of the field.
fn with_field(error: &serde_json::Error, text: &str) -> String {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default().to_owned();
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let path = path_to(text.as_bytes(), line_start + error.column());
    // The message names a missing or unknown field, so the path of its container is enough.
    let named = said.starts_with("missing field") || said.starts_with("unknown field");
    let shown = if named { path.rsplit_once('.').map_or("", |(holder, _)| holder) } else { &path };
    match (shown.is_empty(), named) {
        (true, _) => said,
        (false, true) => format!("{said} in `{shown}`"),
        (false, false) => format!("`{shown}`: {said}"),
    }
}

/// The JSON path of a byte in a text, such as `levels[2].ttft_ms.p99`.
fn path_to(text: &[u8], end: usize) -> String {
    /// An object with its latest key, or a list with its current index.
    enum Container {
        Object(String),
        List(usize),
    }
    let mut containers: Vec<Container> = Vec::new();
    let (mut at, mut expects_key) = (0, false);
    while at + 1 < end.min(text.len()) {
        match text[at] {
            b'"' => {
                let start = at + 1;
                at = start;
                while at < text.len() && text[at] != b'"' {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
                if expects_key && let Some(Container::Object(key)) = containers.last_mut() {
                    *key = String::from_utf8_lossy(text.get(start..at).unwrap_or_default()).into_owned();
                    expects_key = false;
                }
            }
            b'{' => {
                containers.push(Container::Object(String::new()));
                expects_key = true;
            }
            b'[' => containers.push(Container::List(0)),
            b'}' | b']' => drop(containers.pop()),
            b',' => match containers.last_mut() {
                Some(Container::List(place)) => *place += 1,
                Some(Container::Object(_)) => expects_key = true,
                None => {}
            },
            _ => {}
        }
        at += 1;
    }
    let mut path = String::new();
    for holder in &containers {
        match holder {
            Container::Object(key) if path.is_empty() => path += key,
            Container::Object(key) => path += &format!(".{key}"),
            Container::List(place) => path += &format!("[{place}]"),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever this build keeps, a file that says more than it keeps is read.
    #[test]
    fn what_a_build_does_not_keep_is_no_error() {
        let text =
            include_str!("../../../../results/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json");
        let more = text.replacen('{', r#"{"found": {"nothing": {"why": "no knee"}}, "definitions": [],"#, 1);
        let more = more.replacen("\"completed\"", "\"observed\": {}, \"completed\"", 1);
        assert_eq!(result_file("a.json", &more).map(|file| file.levels.len()), Ok(5));
        let wrong = more.replacen("\"observed\": {}", "\"observe\": {}", 1);
        let what = result_file("a.json", &wrong).map_err(|problem| problem.message);
        assert!(what.as_ref().is_err_and(|what| what.contains("unknown field `observe`")), "{what:?}");
    }

    #[test]
    fn a_place_in_text_is_named() {
        let text = br#"{"a": {"b,\"": [1, {"c": tr"#;
        assert_eq!(path_to(text, text.len()), "a.b,\\\"[1].c");
        assert_eq!((path_to(b"{}", 2), path_to(b"", 0)), (String::new(), String::new()));
    }
}
