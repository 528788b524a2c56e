//! Compresses the page's programs and scripts with brotli at its best quality, which is too slow to do on each request.
//!
//! The compressed file lies beside the original under its name with `.br` added, where servers look for it.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use crate::files::{all_files_below, replace};

/// What compressed files end with.
pub const ENDING: &str = ".br";
/// The highest quality, and the window that every decoder has.
const QUALITY: u32 = 11;
const WINDOW: u32 = 22;

/// Writes a compressed file beside every program and script of a page, in the page's own folder.
///
/// # Errors
/// When a file cannot be read or written.
pub fn compress(dist: &Path) -> anyhow::Result<()> {
    for path in all_files_below(dist)? {
        let is_code = path.extension().is_some_and(|extension| extension == "wasm" || extension == "js");
        if path.parent() != Some(dist) || !is_code {
            continue;
        }
        let bytes = std::fs::read(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
        let mut beside = path.into_os_string();
        beside.push(ENDING);
        replace(Path::new(&beside), &brotli(&bytes)?)
            .with_context(|| format!("failed to write `{}`", beside.display()))?;
    }
    Ok(())
}

/// The bytes compressed with brotli.
///
/// # Errors
/// When the compressor fails.
pub fn brotli(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = ::brotli::CompressorWriter::new(&mut out, 64 * 1024, QUALITY, WINDOW);
    encoder.write_all(bytes).context("failed to compress")?;
    drop(encoder);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_lies_compressed_beside_itself_and_nothing_else_does() {
        let dist = tempfile::tempdir().unwrap();
        let text = "let a = 1;".repeat(500);
        std::fs::create_dir(dist.path().join("results")).unwrap();
        for name in ["app-1.js", "app-1_bg.wasm", "index.html", "results/a.js"] {
            std::fs::write(dist.path().join(name), &text).unwrap();
        }
        compress(dist.path()).unwrap();
        let compressed = std::fs::read(dist.path().join("app-1.js.br")).unwrap();
        let mut back = Vec::new();
        ::brotli::BrotliDecompress(&mut compressed.as_slice(), &mut back).unwrap();
        assert_eq!((back.as_slice(), compressed.len() < 100), (text.as_bytes(), true));
        assert!(dist.path().join("app-1_bg.wasm.br").exists());
        assert!(!dist.path().join("index.html.br").exists() && !dist.path().join("results/a.js.br").exists());
    }
}
