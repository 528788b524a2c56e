//! File operations: atomic replacement, search by extension, hashes.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
pub use shared::store::hash::sha256_hex;

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

/// Every file under a folder with this extension, in the order of their paths.
///
/// # Errors
/// When a folder cannot be read.
pub fn files_below(folder: &Path, extension: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = all_files_below(folder)?;
    found.retain(|path| path.extension().is_some_and(|its| its == extension));
    Ok(found)
}

/// Every file under a folder, in the order of their paths.
///
/// # Errors
/// When a folder cannot be read.
pub fn all_files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                collect(&path, found)?;
            } else {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    collect(folder, &mut found).with_context(|| format!("failed to read the folder `{}`", folder.display()))?;
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
