//! Result files on disk: found by their folder, read strictly, written whole or not at all.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::files::{files_below, replace};
use crate::printer::Hinted;
use shared::store::result_file::{ResultFile, ResultFileError};

/// Writes a result file to its place under `root`, replacing an older one whole, and gives the path.
///
/// # Errors
/// When the folder cannot be made or the file cannot be written; an older file is left as it was.
pub fn save(root: &Path, file: &ResultFile) -> anyhow::Result<PathBuf> {
    let path = root.join(file.path());
    replace(&path, file.to_json().as_bytes()).with_context(|| format!("failed to write `{}`", path.display()))?;
    Ok(path)
}

/// The name of the generated index in a results folder.
pub const INDEX: &str = "index.json";

/// The name of the generated catalogue of GPUs and models beside it.
pub const CATALOGUE: &str = "catalogue.json";

/// Every `.json` file under a folder but its index and catalogue, in the order of their paths.
///
/// # Errors
/// When the folder is not there or cannot be read.
pub fn walk(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !root.is_dir() {
        let missing = format!("there is no results folder `{}`", root.display());
        let hint = "`collector rehearse --out FOLDER` or `collector import FILES --out FOLDER` makes one";
        return Err(Hinted::new(missing, hint).into());
    }
    let mut found = files_below(root, "json")?;
    found.retain(|path| ![INDEX, CATALOGUE].map(|name| root.join(name)).contains(path));
    Ok(found)
}

/// Reads a result file.
///
/// # Errors
/// When the file cannot be read or is no result file this build understands.
pub fn load(path: &Path) -> anyhow::Result<ResultFile> {
    Ok(load_with_text(path)?.1)
}

/// Reads a result file, and gives the text it was read from.
///
/// # Errors
/// When the file cannot be read or is no result file this build understands.
pub fn load_with_text(path: &Path) -> anyhow::Result<(String, ResultFile)> {
    let attempt = || format!("failed to read the result file `{}`", path.display());
    let text = std::fs::read_to_string(path).with_context(attempt)?;
    let file = ResultFile::parse(&text).map_err(advised).with_context(attempt)?;
    Ok((text, file))
}

/// A result file's error with what to do about it, where there is something.
fn advised(error: ResultFileError) -> anyhow::Error {
    match &error {
        ResultFileError::Schema { .. } => {
            Hinted::new(error.to_string(), "update forge to a build that reads it").into()
        }
        ResultFileError::NoSchema | ResultFileError::Shape(_) | ResultFileError::Value { .. } => error.into(),
    }
}
