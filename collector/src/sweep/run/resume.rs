//! Resuming an interrupted run: its file must be of the same configuration and plan.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use shared::store::result_file::ResultFile;

use crate::printer::{Hinted, Printer};
use crate::results;
use crate::sweep::run::schedule::Schedule;
use crate::sweep::settings::level_search::Resume;

/// The file to continue, with its finished levels, and the output folder it is in.
///
/// # Errors
/// When the file does not exist or is not a result file, or is of another configuration or plan.
pub fn resume(
    from: &Resume,
    mut fresh: ResultFile,
    schedule: &Schedule<'_>,
    out: &mut Printer,
) -> anyhow::Result<(ResultFile, PathBuf)> {
    let folder = &schedule.settings().out;
    let (path, root) = match from {
        Resume::RunId => (folder.join(fresh.path()), folder.clone()),
        Resume::File(path) => {
            fresh.id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (path.clone(), root_of(path, &fresh)?)
        }
    };
    if *from == Resume::RunId && !path.exists() {
        out.talk(format!("`{}` does not exist yet, so the sweep starts from its first level", path.display()));
        return Ok((fresh, root));
    }
    let kept = results::dir::load(&path)?;
    if let Some(difference) = difference(&kept, &fresh, schedule) {
        let message = format!("`{}` cannot be resumed: {difference}", path.display());
        return Err(Hinted::new(message, "use the same flags as before, or another --run-id").into());
    }
    let levels: Vec<_> = kept.levels.into_iter().filter(|level| schedule.has_all_runs(level)).collect();
    let planned = schedule.listed().map_or_else(String::new, |listed| format!(" of {}", listed.len()));
    out.talk(format!("resuming `{}`; finished levels: {}{planned}", path.display(), levels.len()));
    let mut provenance = kept.provenance;
    if schedule.next(&levels).is_some() {
        out.talk("note: the server's prefix cache may already hold prompts of the interrupted level");
        provenance.notes.push(format!("resumed on {} after an interruption", fresh.provenance.date));
    }
    let mut plan = kept.plan;
    if let Some(plan) = plan.as_mut().filter(|_| schedule.listed().is_none()) {
        plan.levels.retain(|load| levels.iter().any(|level| level.load == *load));
    }
    let (quality, certificate) = (kept.quality, kept.certificate);
    Ok((ResultFile { provenance, plan, levels, quality, certificate, found: None, ..fresh }, root))
}

/// The output folder that a file is in.
fn root_of(path: &Path, file: &ResultFile) -> anyhow::Result<PathBuf> {
    let whole = std::path::absolute(path)?;
    let below = file.path();
    let root = whole.ends_with(&below).then(|| whole.ancestors().nth(Path::new(&below).components().count())).flatten();
    let root = root.map(Path::to_owned).filter(|_| path.exists());
    root.ok_or_else(|| {
        let message = format!("`{}` is not a result of this configuration", path.display());
        Hinted::new(message, format!("the file of these settings ends in `{below}`")).into()
    })
}

/// The first field in which the interrupted run differs.
fn difference(kept: &ResultFile, fresh: &ResultFile, schedule: &Schedule<'_>) -> Option<String> {
    let (mut before, mut now) = (kept.plan.clone(), fresh.plan.clone());
    if schedule.listed().is_none() {
        // The plan of a search lists the levels that ran.
        for plan in [&mut before, &mut now].into_iter().flatten() {
            plan.levels.clear();
        }
    }
    first_difference("evidence", &kept.evidence, &fresh.evidence)
        .or_else(|| first_difference("configuration", &kept.configuration, &fresh.configuration))
        .or_else(|| first_difference("plan", &before, &now))
}

/// The first field in which two values differ, in words.
pub fn first_difference(name: &str, before: &impl Serialize, now: &impl Serialize) -> Option<String> {
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
    let word = |value: &Value| if value.is_null() { "absent".to_owned() } else { format!("`{value}`") };
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
        check(json!({}), json!({"seed": 2}), Some("`plan.seed` was absent and is now `2`"));
        let stop = |requests: u32| json!({"stop": {"requests": requests}});
        check(stop(64), stop(32), Some("`plan.stop.requests` was `64` and is now `32`"));
    }
}
