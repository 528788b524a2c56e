//! Writes `sw.js`, the service worker that keeps the page for visits without a network: the repository's script with
//! the list of the page's files filled in.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;

use crate::files::{all_files_below, relative, sha256_hex};
use crate::prerender::compressed::ENDING;

/// The script's name beside the page.
pub const NAME: &str = "sw.js";
const SCRIPT: &str = include_str!("../../../app/sw.js");
const VERSION: &str = "const VERSION = 'not prerendered';";
const FILES: &str = "const FILES = ['./'];";

/// Files that only search engines and operating systems ask for.
const BESIDE: [&str; 2] = ["robots.txt", "forge.webmanifest"];

/// The text of the service worker for the finished page in a folder.
///
/// # Errors
/// When a file cannot be read.
pub fn script(dist: &Path) -> anyhow::Result<String> {
    let mut hashes = String::new();
    let mut names = vec!["./".to_owned()];
    for path in all_files_below(dist)? {
        let name = relative(dist, &path);
        if name == NAME || name.ends_with(ENDING) {
            continue;
        }
        let bytes = std::fs::read(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
        let _ = writeln!(hashes, "{} {name}", sha256_hex(&bytes));
        // The document is asked for by its folder's name; which results there are, the script reads in their index.
        if name != "index.html" && !name.starts_with("results/") && !BESIDE.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let version = &sha256_hex(hashes.as_bytes())[..16];
    let names = serde_json::to_string(&names)?;
    Ok(SCRIPT
        .replace(VERSION, &format!("const VERSION = '{version}';"))
        .replace(FILES, &format!("const FILES = {names};")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(files: &[(&str, &str)]) -> String {
        let dist = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dist.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        script(dist.path()).unwrap()
    }

    const PAGE: [(&str, &str); 6] = [
        ("index.html", "<p>"),
        ("app-1.js", "1"),
        ("app-1_bg.wasm", "2"),
        ("robots.txt", ""),
        ("results/index.json", "{}"),
        ("sw.js", "old"),
    ];

    #[test]
    fn the_script_has_both_places_to_fill() {
        assert_eq!((SCRIPT.matches(VERSION).count(), SCRIPT.matches(FILES).count()), (1, 1));
    }

    #[test]
    fn it_lists_what_the_page_is_made_of() {
        let script = page(&PAGE);
        assert!(script.contains("const FILES = [\"./\",\"app-1.js\",\"app-1_bg.wasm\"];"), "{script}");
        assert!(!script.contains("'not prerendered'"));
    }

    #[test]
    fn another_content_is_another_version_and_the_script_itself_is_none() {
        let changed = |name: &str| page(&PAGE.map(|(its, text)| (its, if its == name { "new" } else { text })));
        assert_eq!(changed("sw.js"), page(&PAGE));
        for name in ["index.html", "app-1.js", "results/index.json"] {
            assert_ne!(changed(name), page(&PAGE), "{name}");
        }
    }
}
