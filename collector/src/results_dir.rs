//! Result files on disk: written whole or not at all.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

use shared::store::result_file::ResultFile;

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
fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
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
