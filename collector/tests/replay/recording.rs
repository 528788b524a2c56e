//! A file of recorded entries: compares what is found now with what was recorded, and fills in what was not recorded yet.

use std::path::PathBuf;

use serde_json::Value;

/// The relative difference up to which two numbers are the same.
const TOLERANCE: f64 = 1e-9;

/// A file of recorded entries.
pub struct Recording {
    path: PathBuf,
    entries: Vec<Value>,
}

impl Recording {
    /// Reads the file of this name beside the sources.
    pub fn open(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/replay").join(name);
        let entries = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        Self { path, entries }
    }

    /// Replays each entry with `replayed`, which gives the fields to compare, and fails with all differences at once.
    pub fn replay(&mut self, key: &str, at_least: usize, replayed: impl Fn(&Value) -> Value) {
        assert!(self.entries.len() >= at_least, "{} entries of {at_least}", self.entries.len());
        let record = std::env::var_os("REPLAY_RECORD").is_some();
        let mut differences = Vec::new();
        for entry in &mut self.entries {
            let found = replayed(entry);
            let name = entry[key].as_str().unwrap().to_owned();
            for (field, found) in found.as_object().unwrap() {
                let recorded = entry.as_object_mut().unwrap().entry(field.clone()).or_insert(Value::Null);
                if record {
                    fill(recorded, found);
                }
                compare(&format!("{name}: {field}"), recorded, found, &mut differences);
            }
        }
        if record {
            let lines: Vec<String> = self.entries.iter().map(Value::to_string).collect();
            std::fs::write(&self.path, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
        }
        assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    }
}

/// Puts what was found where nothing was recorded.
fn fill(recorded: &mut Value, found: &Value) {
    match (recorded, found) {
        (recorded @ Value::Null, found) => *recorded = found.clone(),
        (Value::Object(recorded), Value::Object(found)) => {
            for (key, value) in recorded {
                fill(value, found.get(key).unwrap_or(&Value::Null));
            }
        }
        _ => {}
    }
}

fn compare(place: &str, recorded: &Value, found: &Value, differences: &mut Vec<String>) {
    match (recorded, found) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            if (a - b).abs() > TOLERANCE * a.abs().max(b.abs()) {
                differences.push(format!("{place}: {a} was recorded, {b} is found"));
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in a {
                compare(&format!("{place}/{key}"), value, b.get(key).unwrap_or(&Value::Null), differences);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (position, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{place}/{position}"), a, b, differences);
            }
        }
        (a, b) if a != b => differences.push(format!("{place}: {a} was recorded, {b} is found")),
        _ => {}
    }
}
