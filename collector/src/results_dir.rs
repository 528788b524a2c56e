//! Result files on disk: found by their folder, read strictly, written whole or not at all.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

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

/// Writes bytes to a temporary file in the same folder, then renames it.
///
/// # Errors
/// When the folder cannot be made or the file cannot be written; an older file is left as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut temporary = tempfile::Builder::new().suffix(".tmp").tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    // Temporary files are private to their owner; results are for everybody.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        temporary.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    temporary.persist(path)?;
    Ok(())
}

/// The SHA-256 of bytes, in hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The name of the generated index in a results folder.
pub const INDEX: &str = "index.json";

/// Every `.json` file under a folder but its index, in the order of their paths.
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
    found.retain(|path| *path != root.join(INDEX));
    Ok(found)
}

/// Every file under a folder with this extension, in the order of their paths.
///
/// # Errors
/// When a folder cannot be read.
pub fn files_below(folder: &Path, extension: &str) -> anyhow::Result<Vec<PathBuf>> {
    fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                collect(&path, extension, found)?;
            } else if path.extension().is_some_and(|its| its == extension) {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    collect(folder, extension, &mut found)
        .with_context(|| format!("failed to read the folder `{}`", folder.display()))?;
    found.sort();
    Ok(found)
}

/// A file's path under its folder, with `/` between the parts on every system.
#[must_use]
pub fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_everybody_does() {
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_file_that_cannot_be_replaced_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a").join("b.json");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        // A file where a folder is needed: nothing is written.
        assert!(replace(&path.join("c.json"), b"three").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
    }
}
