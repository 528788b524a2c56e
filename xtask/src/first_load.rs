//! The brotli size of the page's first load, as a table: every file in a built `dist/` but the results and what comes
//! later or never, which stands apart.
//!
//! Fails when the first load is over the limit.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use collector::prerender::compressed::brotli;

/// The most the first load may weigh, in bytes.
const LIMIT: usize = 180_000;
const KIB: f64 = 1024.0;

/// A file: its name, its size, and its size in brotli.
type Row = (String, usize, usize);

/// Prints the table of the page built in `dist`.
///
/// # Errors
/// When `dist` is not a built page, a file cannot be read, or the first load is over the limit.
pub fn print(dist: &Path) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for file in files(dist)? {
        let bytes = fs::read(&file).with_context(|| format!("failed to read `{}`", file.display()))?;
        let name = file.strip_prefix(dist).unwrap_or(&file).display().to_string();
        rows.push((name, bytes.len(), brotli(&bytes)?.len()));
    }
    rows.sort_by_key(|(.., brotli)| std::cmp::Reverse(*brotli));
    let (later, mut first): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|(name, ..)| comes_later(name));
    // An empty folder would keep within the limit.
    for kind in ["html", "js", "wasm"] {
        let found = first.iter().any(|(name, ..)| name.ends_with(&format!(".{kind}")));
        ensure!(found, "there is no .{kind} file in `{}`, so this is not the built page", dist.display());
    }

    let total: usize = first.iter().map(|(.., brotli)| brotli).sum();
    first.push(("first load".into(), first.iter().map(|(_, raw, _)| raw).sum(), total));
    println!("{:>11}  {:>11}", "raw", "brotli");
    table(&first);
    println!("{:>24.1} KiB  limit", LIMIT as f64 / KIB);
    if !later.is_empty() {
        println!("not in it:");
        table(&later);
    }
    ensure!(total < LIMIT, "the first load is {total} bytes in brotli; the limit is {LIMIT}");
    Ok(())
}

fn table(rows: &[Row]) {
    for (name, raw, brotli) in rows {
        println!("{:>7.1} KiB  {:>7.1} KiB  {name}", *raw as f64 / KIB, *brotli as f64 / KIB);
    }
}

/// What a view loads when it is opened, what keeps the page for the next visit, and what no page asks for.
fn comes_later(name: &str) -> bool {
    name.starts_with("study") || ["sw.js", "robots.txt", "forge.webmanifest"].contains(&name)
}

/// The files of `dist`, folders inside it included, results apart: those come after the first paint.
fn files(dist: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("failed to read `{}`", folder.display()))? {
            let path = entry?.path();
            if path.is_file() {
                if path.extension().is_none_or(|extension| extension != "br") {
                    files.push(path);
                }
            } else if path != dist.join("results") && path != dist.join(".stage") {
                folders.push(path);
            }
        }
    }
    Ok(files)
}
