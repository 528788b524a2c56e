//! Going on with an interrupted result: what is there must be of the same configuration and plan.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use shared::store::result_file::ResultFile;

use crate::printer::{Hinted, Printer};
use crate::results;
use crate::sweep::run::schedule::Course;
use crate::sweep::settings::level_search::Resume;

/// The file to go on with, its finished levels in it, and the folder of results it lies under.
///
/// # Errors
/// When the file is not there or is not a result file, or when it is of another configuration or plan.
pub fn take_up(
    asked: &Resume,
    mut fresh: ResultFile,
    out_folder: &Path,
    course: &Course,
    out: &mut Printer,
) -> anyhow::Result<(ResultFile, PathBuf)> {
    let (path, root) = match asked {
        Resume::ByName => (out_folder.join(fresh.path()), out_folder.to_owned()),
        Resume::File(path) => {
            fresh.id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (path.clone(), root_of(path, &fresh)?)
        }
    };
    if *asked == Resume::ByName && !path.exists() {
        out.talk(format!("there is no `{}` yet, so the sweep begins with its first level", path.display()));
        return Ok((fresh, root));
    }
    let kept = results::dir::load(&path)?;
    if let Some(difference) = difference(&kept, &fresh, course) {
        let message = format!("`{}` cannot be gone on with: {difference}", path.display());
        return Err(Hinted::new(message, "give the same flags as before, or another --run-id").into());
    }
    let levels: Vec<_> = kept.levels.into_iter().filter(|level| course.has_all_runs(level)).collect();
    let planned = course.listed().map_or_else(String::new, |listed| format!(" of {}", listed.len()));
    out.talk(format!("going on with `{}`: finished levels: {}{planned}", path.display(), levels.len()));
    let mut provenance = kept.provenance;
    if course.next(&levels).is_some() {
        out.talk("note: part of the interrupted level's prompts may be in the server's prefix cache already");
        provenance.notes.push(format!("gone on with on {} after an interruption", fresh.provenance.date));
    }
    let mut plan = kept.plan;
    if let Some(plan) = plan.as_mut().filter(|_| course.listed().is_none()) {
        plan.levels.retain(|load| levels.iter().any(|level| level.load == *load));
    }
    let (quality, certificate) = (kept.quality, kept.certificate);
    Ok((ResultFile { provenance, plan, levels, quality, certificate, found: None, ..fresh }, root))
}

/// The folder of results that a file lies under.
fn root_of(path: &Path, file: &ResultFile) -> anyhow::Result<PathBuf> {
    let whole = std::path::absolute(path)?;
    let below = file.path();
    let root = whole.ends_with(&below).then(|| whole.ancestors().nth(Path::new(&below).components().count())).flatten();
    let root = root.map(Path::to_owned).filter(|_| path.exists());
    root.ok_or_else(|| {
        let message = format!("`{}` is no result of this configuration", path.display());
        Hinted::new(message, format!("these settings belong to a file that ends in `{below}`")).into()
    })
}

/// The first field in which the kept file is of another run.
fn difference(kept: &ResultFile, fresh: &ResultFile, course: &Course) -> Option<String> {
    let (mut before, mut now) = (kept.plan.clone(), fresh.plan.clone());
    if course.listed().is_none() {
        // A search has in its plan the levels that it came to.
        for plan in [&mut before, &mut now].into_iter().flatten() {
            plan.levels.clear();
        }
    }
    differs("evidence", &kept.evidence, &fresh.evidence)
        .or_else(|| differs("configuration", &kept.configuration, &fresh.configuration))
        .or_else(|| differs("plan", &before, &now))
}

/// The first field in which two values differ, in words.
pub fn differs(name: &str, before: &impl Serialize, now: &impl Serialize) -> Option<String> {
    let value = |it: Result<Value, _>| it.unwrap_or(Value::Null);
    at(name, &value(serde_json::to_value(before)), &value(serde_json::to_value(now)))
}

fn at(path: &str, before: &Value, now: &Value) -> Option<String> {
    if before == now {
        return None;
    }
    if let (Value::Object(before), Value::Object(now)) = (before, now) {
        let mut keys: Vec<&String> = before.keys().chain(now.keys()).collect();
        keys.sort();
        let of = |map: &serde_json::Map<String, Value>, key: &str| map.get(key).cloned().unwrap_or(Value::Null);
        return keys.into_iter().find_map(|key| at(&format!("{path}.{key}"), &of(before, key), &of(now, key)));
    }
    let word = |value: &Value| if value.is_null() { "not there".to_owned() } else { format!("`{value}`") };
    Some(format!("`{path}` was {} and is now {}", word(before), word(now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_field_that_differs_is_named() {
        let check = |before: Value, now: Value, says: Option<&str>| {
            assert_eq!(at("plan", &before, &now).as_deref(), says);
        };
        check(json!({"seed": 1}), json!({"seed": 1}), None);
        check(json!({"seed": 1}), json!({"seed": 2}), Some("`plan.seed` was `1` and is now `2`"));
        check(json!({}), json!({"seed": 2}), Some("`plan.seed` was not there and is now `2`"));
        let stop = |requests: u32| json!({"stop": {"requests": requests}});
        check(stop(64), stop(32), Some("`plan.stop.requests` was `64` and is now `32`"));
    }
}
