//! The brotli size of the page's first load: every file in a built `dist/` but the results, as a table.
//!
//! Fails when it is over the budget. `scripts/size.sh` calls it; it is not part of the program people install.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

/// The most the first load may weigh, in bytes.
const BUDGET: usize = 200 * 1024;
const KIB: f64 = 1024.0;

fn main() -> anyhow::Result<()> {
    let dist = PathBuf::from(std::env::args_os().nth(1).context("usage: first_load DIST")?);
    let mut rows = Vec::new();
    for file in first_load(&dist)? {
        let bytes = fs::read(&file).with_context(|| format!("failed to read `{}`", file.display()))?;
        let name = file.strip_prefix(&dist).unwrap_or(&file).display().to_string();
        rows.push((name, bytes.len(), compressed(&bytes)?));
    }
    // A budget that an empty folder keeps is no budget.
    for kind in ["html", "js", "wasm", "css"] {
        let found = rows.iter().any(|(name, ..)| name.ends_with(&format!(".{kind}")));
        ensure!(found, "there is no .{kind} file in `{}`, so this is not the built page", dist.display());
    }
    rows.sort_by_key(|(.., brotli)| std::cmp::Reverse(*brotli));

    let total: usize = rows.iter().map(|(.., brotli)| brotli).sum();
    rows.push(("first load".into(), rows.iter().map(|(_, raw, _)| raw).sum(), total));
    println!("{:>11}  {:>11}", "raw", "brotli");
    for (name, raw, brotli) in &rows {
        println!("{:>7.1} KiB  {:>7.1} KiB  {name}", *raw as f64 / KIB, *brotli as f64 / KIB);
    }
    println!("{:>24.1} KiB  budget", BUDGET as f64 / KIB);
    ensure!(total < BUDGET, "the first load is {total} bytes in brotli; the budget is {BUDGET}");
    Ok(())
}

/// The files of `dist`, folders inside it included, results apart: those come after the first paint.
fn first_load(dist: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("failed to read `{}`", folder.display()))? {
            let path = entry?.path();
            if path.is_file() {
                files.push(path);
            } else if path != dist.join("results") && path != dist.join(".stage") {
                folders.push(path);
            }
        }
    }
    Ok(files)
}

/// As a static host would send it: the highest quality, the standard window.
fn compressed(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut out = Vec::new();
    let mut encoder = brotli::CompressorWriter::new(&mut out, 64 * 1024, 11, 22);
    encoder.write_all(bytes)?;
    drop(encoder);
    Ok(out.len())
}
