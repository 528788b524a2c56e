//! One JSON object of a file, read with errors that name file, field and value.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::import::error::{ImportError, Remedy};
use crate::measure::distribution::Distribution;

/// The largest count: above it, JSON tools cannot represent every integer.
pub(super) const MAX_COUNT: u64 = 1 << 53;
/// Relative difference allowed between a tool's own rate and its counts over its duration.
const TOLERANCE: f64 = 0.01;

/// Every JSON value of a text, one after the other.
///
/// # Errors
/// When the text is not JSON, or empty.
pub(super) fn values(file: &str, text: &str) -> Result<Vec<Value>, ImportError> {
    let text = plain(text);
    let values: Vec<Value> = serde_json::Deserializer::from_str(&text)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| incomplete(file, format!("is not JSON: {error}")))?;
    if values.is_empty() {
        return Err(incomplete(file, "is empty"));
    }
    Ok(values)
}

/// A file that is cut off, or is not JSON at all.
fn incomplete(file: &str, why: impl Into<String>) -> ImportError {
    ImportError::of(file, why).remedy(Remedy::CopyAgain)
}

/// The single JSON value of a text.
///
/// # Errors
/// As [`values`], and when there are several.
pub(super) fn value(file: &str, text: &str) -> Result<Value, ImportError> {
    let mut values = values(file, text)?;
    match values.len() {
        1 => Ok(values.remove(0)),
        several => Err(ImportError::of(file, format!("has {several} JSON values; expected one"))),
    }
}

/// Whether a text is JSON: one value, or several one after the other. Keeps none of them, for such files may be large.
///
/// # Errors
/// When it is not, or is empty.
pub(super) fn check(file: &str, text: &str) -> Result<(), ImportError> {
    let text = plain(text);
    let mut empty = true;
    for value in serde_json::Deserializer::from_str(&text).into_iter::<IgnoredAny>() {
        value.map_err(|error| incomplete(file, format!("is not JSON: {error}")))?;
        empty = false;
    }
    if empty { Err(incomplete(file, "is empty")) } else { Ok(()) }
}

/// The first JSON value of a text, if it begins with JSON.
pub(super) fn first(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(&plain(text)).into_iter::<Value>().next()?.ok()
}

/// Python writes `Infinity` and `NaN`, which JSON does not have: they are replaced by a text and by null.
fn plain(text: &str) -> Cow<'_, str> {
    const WORDS: [(&str, &str); 3] = [("-Infinity", "\"-inf\""), ("Infinity", "\"inf\""), ("NaN", "null")];
    if !text.contains("Infinity") && !text.contains("NaN") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut quoted) = (text, false);
    while let Some(c) = rest.chars().next() {
        let word = WORDS.iter().find(|(word, _)| !quoted && rest.starts_with(word));
        let taken = match (word, c) {
            (Some((word, stand_in)), _) => {
                out.push_str(stand_in);
                rest = &rest[word.len()..];
                continue;
            }
            (None, '\\') if quoted => c.len_utf8() + rest[1..].chars().next().map_or(0, char::len_utf8),
            (None, _) => c.len_utf8(),
        };
        quoted ^= c == '"';
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    Cow::Owned(out)
}

/// One JSON object of a file.
pub(super) struct Object<'a> {
    /// The file, as the caller calls it.
    pub file: &'a str,
    /// Its fields.
    pub fields: &'a Map<String, Value>,
    /// Path from the top, with a full stop at its end; empty at the top.
    path: String,
}

impl<'a> Object<'a> {
    /// The object at the top of a file.
    pub fn of(file: &'a str, value: &'a Value) -> Result<Self, ImportError> {
        let fields = value.as_object().ok_or_else(|| ImportError::of(file, "is not a JSON object"))?;
        Ok(Self { file, fields, path: String::new() })
    }

    pub fn wrong(&self, field: &str, why: impl Into<String>) -> ImportError {
        ImportError { field: Some(format!("{}{field}", self.path)), ..ImportError::of(self.file, why) }
    }

    /// A field's value; absent and null are the same.
    pub fn get(&self, field: &str) -> Option<&'a Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// The value at a path of names separated by full stops.
    pub fn find(&self, path: &str) -> Option<&'a Value> {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let start = self.get(first)?;
        rest.split('.').filter(|name| !name.is_empty()).try_fold(start, |value, name| value.get(name))
    }

    /// The text at a path, if there is one.
    pub fn find_text(&self, path: &str) -> Option<&'a str> {
        self.find(path)?.as_str()
    }

    pub fn needed(&self, field: &str) -> Result<&'a Value, ImportError> {
        self.get(field).ok_or_else(|| self.wrong(field, "is missing"))
    }

    /// The object in a field.
    pub fn object(&self, field: &str) -> Result<Object<'a>, ImportError> {
        self.needed(field)?;
        self.child(field)?.ok_or_else(|| self.wrong(field, "is missing"))
    }

    /// The object in a field, if the field is there.
    pub fn child(&self, field: &str) -> Result<Option<Object<'a>>, ImportError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let fields = value.as_object().ok_or_else(|| self.wrong(field, "is not an object"))?;
        Ok(Some(Object { file: self.file, fields, path: format!("{}{field}.", self.path) }))
    }

    /// The objects of a list; absent is empty.
    pub fn list(&self, field: &str) -> Result<Vec<Object<'a>>, ImportError> {
        let Some(value) = self.get(field) else { return Ok(Vec::new()) };
        let items = value.as_array().ok_or_else(|| self.wrong(field, "is not a list"))?;
        let object = |(position, item): (usize, &'a Value)| {
            let at = format!("{field}[{position}]");
            let fields = item.as_object().ok_or_else(|| self.wrong(&at, "is not an object"))?;
            Ok(Object { file: self.file, fields, path: format!("{}{at}.", self.path) })
        };
        items.iter().enumerate().map(object).collect()
    }

    pub fn text(&self, field: &str) -> Result<&'a str, ImportError> {
        let value = self.needed(field)?;
        value.as_str().ok_or_else(|| self.wrong(field, format!("is `{}`; expected a text", shown(value))))
    }

    /// An integer of 0 or more; `3.0` is accepted.
    pub fn count(&self, field: &str) -> Result<u64, ImportError> {
        let value = self.needed(field)?;
        let from_float = || value.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0);
        let count = value.as_u64().or_else(|| from_float().map(|number| number as u64));
        count
            .filter(|count| *count <= MAX_COUNT)
            .ok_or_else(|| self.wrong(field, format!("is `{}`; expected an integer of 0 or more", shown(value))))
    }

    /// An integer of 0 or more, if the field is present.
    pub fn maybe_count(&self, field: &str) -> Result<Option<u64>, ImportError> {
        self.get(field).map(|_| self.count(field)).transpose()
    }

    /// A number of streams, 1 or more.
    pub fn streams(&self, field: &str) -> Result<u32, ImportError> {
        let count = self.count(field)?;
        let streams = u32::try_from(count).ok().filter(|streams| *streams > 0);
        streams.ok_or_else(|| self.wrong(field, format!("is {count}; expected 1 or more streams")))
    }

    /// A number of 0 or more, if the field is present.
    pub fn number(&self, field: &str) -> Result<Option<f64>, ImportError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let number = value.as_f64().filter(|number| number.is_finite() && *number >= 0.0);
        let wrong = || self.wrong(field, format!("is `{}`; expected a number of 0 or more", shown(value)));
        number.map(Some).ok_or_else(wrong)
    }

    /// A number above 0: a duration, a rate.
    pub fn positive(&self, field: &str, unit: &str) -> Result<f64, ImportError> {
        self.needed(field)?;
        let number = self.number(field)?.unwrap_or(0.0);
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        let wrong = || self.wrong(field, format!("is `{number}`{unit}; expected more than 0"));
        // Anything smaller is no duration or rate, and would make others infinite.
        Some(number).filter(|number| *number > 1e-9).ok_or_else(wrong)
    }

    /// Refuses a number of the tool that the rest of the file contradicts by more than 1 %.
    pub fn agrees(&self, field: &str, ours: f64, counted: &str) -> Result<(), ImportError> {
        match self.number(field)? {
            Some(theirs) if (theirs - ours).abs() > TOLERANCE * ours => {
                Err(self.wrong(field, format!("is {theirs}, but {counted} {ours}")))
            }
            _ => Ok(()),
        }
    }
}

/// A value as an error shows it: whole unless it is long.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        return text;
    }
    text.chars().take(60).chain("…".chars()).collect()
}

/// Tools write 0 for values that were not measured, so a distribution of zeros is absent.
pub(super) fn measured(distribution: Distribution) -> Distribution {
    let Distribution { mean, p50, p90, p95, p99, .. } = distribution;
    let any = [mean, p50, p90, p95, p99].into_iter().flatten().any(|time| time.value() > 0.0);
    if any { distribution } else { Distribution::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_writes_and_json_does_not_have_is_read() {
        let check = |text: &str, expected: &str| assert_eq!(plain(text), expected);
        check(r#"{"a": Infinity, "b": -Infinity, "c": NaN}"#, r#"{"a": "inf", "b": "-inf", "c": null}"#);
        check(r#"{"to Infinity": "NaN \" NaN \\", "é": NaN}"#, r#"{"to Infinity": "NaN \" NaN \\", "é": null}"#);
        check("Infinity \\", "\"inf\" \\");
    }

    #[test]
    fn errors_name_the_way_to_the_field() {
        let value = value("a.json", r#"{"list": [{"deep": {"count": 1.5, "big": 18446744073709551615}}]}"#).unwrap();
        let deep = Object::of("a.json", &value).unwrap().list("list").unwrap().remove(0).object("deep").unwrap();
        let message = |field: &str| deep.count(field).unwrap_err().to_string();
        assert_eq!(message("count"), "`a.json`: `list[0].deep.count` is `1.5`; expected an integer of 0 or more");
        assert!(message("big").contains("expected an integer"));
        assert_eq!(message("none"), "`a.json`: `list[0].deep.none` is missing");
        assert_eq!(deep.positive("none", "s").unwrap_err().to_string(), "`a.json`: `list[0].deep.none` is missing");
    }
}
