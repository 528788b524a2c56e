//! What is wrong with a file of the reader's: one sentence with file, field and value, and what to do about it.

use serde_json::Value;

use crate::import::error::Remedy;
use crate::import::{self, ImportError};
use crate::store::result_file::{ResultFile, ResultFileError};

/// Why a file makes no run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, by its name.
    pub file: String,
    /// What is wrong, in a sentence.
    pub what: String,
    /// What to do about it, in a sentence.
    pub way_on: String,
}

const WHOLE: &str = "Copy the file again from where the tool wrote it: this copy is incomplete or was changed.";
const AS_WRITTEN: &str =
    "Drop the file as the tool wrote it. If it is unchanged, this version of the tool is not supported.";

impl Problem {
    fn new(file: &str, what: impl Into<String>, way_on: &str) -> Self {
        let what = what.into();
        let what = if what.ends_with(['.', '?']) { what } else { format!("{what}.") };
        Self { file: file.into(), what, way_on: way_on.into() }
    }

    /// What an importer says of a file of another tool.
    pub(super) fn of_import(error: &ImportError) -> Self {
        let way_on = match error.remedy {
            Some(Remedy::UseResultFile) => "Drop the Forge result file itself.",
            Some(Remedy::ImportSeparately) => {
                "Drop files that belong together in one step: each drop creates separate runs."
            }
            Some(Remedy::CopyAgain) => WHOLE,
            Some(Remedy::LimitConcurrency) => "Run the benchmark again with a concurrency limit.",
            None => AS_WRITTEN,
        };
        Self::new(&error.file, error.to_string(), way_on)
    }

    /// A file of a load generator that holds none of its levels.
    pub(super) fn no_level(file: &str, skipped: &[String]) -> Self {
        let why = skipped.first().map_or("no level found".into(), Clone::clone);
        Self::new(file, format!("`{file}` has no level: {why}"), "Drop the file that has the levels.")
    }
}

/// Reads Forge's own result file.
pub(super) fn result_file(name: &str, text: &str) -> Result<ResultFile, Problem> {
    import::is_json(name, text).map_err(|error| Problem::of_import(&error))?;
    let value: Value = serde_json::from_str(text).map_err(|_| unknown(name))?;
    let Some(fields) = value.as_object() else { return Err(unknown(name)) };
    if fields.contains_key("api_prices") && fields.contains_key("results") {
        let what = format!("`{name}` is the index of a results folder, not a result");
        return Err(Problem::new(name, what, "Drop the result files that it lists."));
    }
    let marks = ["configuration", "provenance", "evidence"];
    if !marks.iter().any(|mark| fields.contains_key(*mark)) {
        return Err(unknown(name));
    }
    let schema = match fields.get("schema") {
        Some(schema) if schema.as_u64().is_none_or(|schema| schema > u64::from(u32::MAX)) => {
            let what = format!("`{name}`: `schema` is `{schema}`, expected an integer");
            return Err(Problem::new(name, what, AS_WRITTEN));
        }
        found => found.and_then(Value::as_u64).map(|schema| schema as u32),
    };
    let text = known_fields(value, text);
    let shape = || serde_json::from_str(&text).map_err(|error| told(&error, &text));
    ResultFile::read(schema, shape).map_err(|error| {
        let way_on = match &error {
            ResultFileError::Schema { .. } => "Reload the page to get a newer build, or ask its operator for one.",
            ResultFileError::NoSchema | ResultFileError::Shape(_) => AS_WRITTEN,
            ResultFileError::Value { .. } => "Correct the value, or drop the file as the collector wrote it.",
        };
        Problem::new(name, format!("`{name}`: {error}"), way_on)
    })
}

fn unknown(name: &str) -> Problem {
    let what = format!("`{name}` is not a result file of Forge, {}", import::tool_names("or"));
    Problem::new(name, what, "Drop the results file that the tool wrote; docs/import.md lists it for each tool.")
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

/// What serde says, with the field it says it of.
fn told(error: &serde_json::Error, text: &str) -> String {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default().to_owned();
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let way = way_to(text.as_bytes(), line_start + error.column());
    // Of what is missing or unknown the message has the name, so the way to what holds it is enough.
    let named = said.starts_with("missing field") || said.starts_with("unknown field");
    let shown = if named { way.rsplit_once('.').map_or("", |(holder, _)| holder) } else { &way };
    match (shown.is_empty(), named) {
        (true, _) => said,
        (false, true) => format!("{said} in `{shown}`"),
        (false, false) => format!("`{shown}`: {said}"),
    }
}

/// Where in JSON text a byte lies: `levels[2].ttft_ms.p99`.
fn way_to(text: &[u8], end: usize) -> String {
    /// An object with its latest key, or a list with its place.
    enum Holder {
        Object(String),
        List(usize),
    }
    let mut holders: Vec<Holder> = Vec::new();
    let (mut at, mut expects_key) = (0, false);
    while at + 1 < end.min(text.len()) {
        match text[at] {
            b'"' => {
                let start = at + 1;
                at = start;
                while at < text.len() && text[at] != b'"' {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
                if expects_key && let Some(Holder::Object(key)) = holders.last_mut() {
                    *key = String::from_utf8_lossy(text.get(start..at).unwrap_or_default()).into_owned();
                    expects_key = false;
                }
            }
            b'{' => {
                holders.push(Holder::Object(String::new()));
                expects_key = true;
            }
            b'[' => holders.push(Holder::List(0)),
            b'}' | b']' => drop(holders.pop()),
            b',' => match holders.last_mut() {
                Some(Holder::List(place)) => *place += 1,
                Some(Holder::Object(_)) => expects_key = true,
                None => {}
            },
            _ => {}
        }
        at += 1;
    }
    let mut way = String::new();
    for holder in &holders {
        match holder {
            Holder::Object(key) if way.is_empty() => way += key,
            Holder::Object(key) => way += &format!(".{key}"),
            Holder::List(place) => way += &format!("[{place}]"),
        }
    }
    way
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
        let what = result_file("a.json", &wrong).map_err(|problem| problem.what);
        assert!(what.as_ref().is_err_and(|what| what.contains("unknown field `observe`")), "{what:?}");
    }

    #[test]
    fn a_place_in_text_is_named() {
        let text = br#"{"a": {"b,\"": [1, {"c": tr"#;
        assert_eq!(way_to(text, text.len()), "a.b,\\\"[1].c");
        assert_eq!((way_to(b"{}", 2), way_to(b"", 0)), (String::new(), String::new()));
    }
}
