//! A file of prompts, read once from beginning to end: hashed, counted and given up when nobody waits any more.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use sha2::{Digest, Sha256};

use crate::load::prompts::preparation::Preparation;

const BUFFER: usize = 1 << 18;

/// The open file.
#[derive(Debug)]
pub struct DatasetFile {
    file: File,
    hash: Sha256,
    preparation: Arc<Preparation>,
    abandoned: Arc<AtomicBool>,
}

impl Read for DatasetFile {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.abandoned.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("nobody waits for it any more"));
        }
        let count = self.file.read(buffer)?;
        self.hash.update(&buffer[..count]);
        self.preparation.reads(count as u64);
        Ok(count)
    }
}

/// Sets its flag when dropped: a thread cannot be stopped from outside, but it can look.
struct Abandon(Arc<AtomicBool>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Reads a file on a thread of its own and gives what `parse` makes of it, and the SHA-256 of the whole file.
///
/// # Errors
/// When the file cannot be read, or `parse` fails.
pub async fn read<T: Send + 'static>(
    path: &Path,
    preparation: &Arc<Preparation>,
    parse: impl FnOnce(&mut BufReader<DatasetFile>) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<(T, String)> {
    let abandon = Abandon(Arc::default());
    let (abandoned, preparation, path) = (Arc::clone(&abandon.0), Arc::clone(preparation), path.to_owned());
    let reading = tokio::task::spawn_blocking(move || {
        let file = File::open(&path).with_context(|| format!("failed to read prompts from `{}`", path.display()))?;
        preparation.opens(file.metadata().map_or(0, |metadata| metadata.len()));
        let file = DatasetFile { file, hash: Sha256::new(), preparation, abandoned };
        let mut reader = BufReader::with_capacity(BUFFER, file);
        let parsed = parse(&mut reader)?;
        // What comes behind the part that was wanted belongs to the hash too.
        std::io::copy(&mut reader, &mut std::io::sink())?;
        Ok((parsed, hex(&reader.into_inner().hash.finalize())))
    });
    reading.await.context("the thread that read the prompts broke off")?
}

/// Bytes in hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::sha256_hex;

    #[tokio::test]
    async fn the_hash_is_that_of_the_whole_file_however_much_was_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let content = "some bytes\n".repeat(100_000);
        std::fs::write(&path, &content).unwrap();
        let preparation = Arc::default();
        let first = |reader: &mut BufReader<DatasetFile>| {
            let mut first = [0; 4];
            reader.read_exact(&mut first)?;
            Ok(first)
        };
        let (first, hash) = read(&path, &preparation, first).await.unwrap();
        assert_eq!((&first, hash), (b"some", sha256_hex(content.as_bytes())));
        let progress = preparation.progress();
        assert_eq!((progress.read, progress.size), (content.len() as u64, content.len() as u64));
    }

    #[test]
    fn reading_stops_when_nobody_waits() {
        let file = tempfile::tempfile().unwrap();
        let abandoned = Arc::new(AtomicBool::new(true));
        let mut file = DatasetFile { file, hash: Sha256::new(), preparation: Arc::default(), abandoned };
        assert!(file.read(&mut [0; 4]).is_err());
    }
}
