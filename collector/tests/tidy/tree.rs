//! The project's files as plain values, so that every rule can also be tried on a made-up tree.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// One text file: its path from the project's root, with `/` between the parts, and what is in it.
pub struct File {
    pub path: String,
    pub text: String,
}

/// The files a rule looks at.
#[derive(Default)]
pub struct Tree {
    pub files: Vec<File>,
}

impl Tree {
    /// A made-up tree for trying a rule.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| File { path: (*path).into(), text: (*text).into() }).collect();
        Self { files }
    }

    /// Every text file under `root` that belongs to the project; built, installed and private folders do not.
    pub fn read(root: &Path) -> Self {
        let mut tree = Self::default();
        tree.read_folder(root, "");
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        tree
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) {
        const NOT_OURS: [&str; 6] = ["target", "dist", "out", "node_modules", ".git", ".venv"];
        let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("could not read `{}`: {e}", folder.display()));
        for entry in entries.map_while(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() && !NOT_OURS.contains(&name.as_str()) {
                self.read_folder(&entry.path(), &format!("{path}/"));
            } else if kind.is_file()
                // In a linked checkout `.git` is a file that says where the real one is.
                && name != ".git"
                && let Ok(text) = fs::read_to_string(entry.path())
            {
                self.files.push(File { path, text });
            }
        }
    }

    /// The Rust files under `folder`.
    pub fn rust<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |f| f.path.starts_with(folder) && f.path.ends_with(".rs"))
    }

    /// The modules of the crate whose sources are in `src`, such as `economics/cost`; the crate itself is empty.
    pub fn modules(&self, src: &str) -> BTreeSet<String> {
        self.rust(src).map(|f| f.module(src).join("/")).collect()
    }
}

impl File {
    /// The module this file is, as the parts of its path: `shared/src/economics/cost.rs` is `economics`, `cost`.
    pub fn module(&self, src: &str) -> Vec<String> {
        let path = self.path.trim_start_matches(src).trim_end_matches(".rs");
        let mut parts: Vec<String> = path.split('/').filter(|p| !p.is_empty()).map(Into::into).collect();
        if matches!(parts.last().map(String::as_str), Some("mod" | "lib" | "main")) {
            parts.pop();
        }
        parts
    }

    /// Whether the whole file is tests, by where it is or by its name.
    pub fn is_tests(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.contains("/tests/") || name == "tests.rs" || name.ends_with("_tests.rs")
    }

    /// The text up to the tests inside the file.
    pub fn without_tests(&self) -> &str {
        let mut at = 0;
        let mut lines = self.text.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let is_module = |next: &&str| next.trim_start().starts_with("mod ") && !next.trim_end().ends_with(';');
            if line.starts_with("#[cfg(test)]") && lines.peek().is_some_and(is_module) {
                return &self.text[..at];
            }
            at += line.len();
        }
        &self.text
    }

    /// The code outside tests, with comments and the insides of strings and characters blanked; the lines stay.
    pub fn code(&self) -> String {
        if self.is_tests() { String::new() } else { blank(self.without_tests()) }
    }
}

/// Replaces comments and the insides of literals by spaces and keeps every line break.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_or_comment_end(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

/// Where the comment or literal that begins at `at` ends; `at` itself where none begins.
fn literal_or_comment_end(chars: &[char], at: usize) -> usize {
    let peek = |n: usize| chars.get(at + n).copied().unwrap_or('\0');
    let after_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match (peek(0), peek(1)) {
        ('/', '/') => chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |n| at + n),
        ('/', '*') => block_comment_end(chars, at),
        ('"', _) => string_end(chars, at + 1),
        ('r', '"' | '#') if !after_word => raw_string_end(chars, at + 1).unwrap_or(at),
        ('b', 'r') if !after_word => raw_string_end(chars, at + 2).unwrap_or(at),
        // A character, not a lifetime.
        ('\'', '\\') => chars[at + 3..].iter().position(|c| *c == '\'').map_or(chars.len(), |n| at + 3 + n + 1),
        ('\'', _) if peek(2) == '\'' => at + 3,
        _ => at,
    }
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) if depth == 1 => return i + 2,
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], mut i: usize) -> usize {
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

/// `at` is behind the `r`. `None` where it is no raw string but, say, a raw identifier.
fn raw_string_end(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    (chars.get(at + hashes) == Some(&'"')).then_some(())?;
    let mut i = at + hashes + 1;
    while i < chars.len() {
        if chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return Some(i + 1 + hashes);
        }
        i += 1;
    }
    Some(chars.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Tree::of(&[("shared/src/a.rs", text)]).files[0].code()
    }

    #[test]
    fn comments_and_literals_are_blanked_and_lines_kept() {
        assert_eq!(code("a // 1e6\nb"), "a       \nb");
        assert_eq!(code("a /* /* 1 */ 2 */ b"), "a                 b");
        assert_eq!(code(r#"f("1e6 \" x", y)"#), format!("f({}, y)", " ".repeat(10)));
        assert_eq!(code(r##"f(r#"1"e6"#)"##), format!("f({})", " ".repeat(9)));
        assert_eq!(code("let c = '\"'; x"), "let c =    ; x");
        assert_eq!(code("let c = '\\''; x"), "let c =     ; x");
        assert_eq!(code("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(code("r#type"), "r#type");
    }

    #[test]
    fn a_test_module_is_cut_off_and_a_test_file_is_empty() {
        assert_eq!(code("x\n#[cfg(test)]\nmod tests {\n 1e6 }\n"), "x\n");
        assert_eq!(code("x\n#[cfg(test)]\nmod tests;\ny\n"), "x\n#[cfg(test)]\nmod tests;\ny\n");
        assert_eq!(Tree::of(&[("shared/src/a_tests.rs", "1e6")]).files[0].code(), "");
    }

    #[test]
    fn a_file_knows_its_module() {
        let module = |path| Tree::of(&[(path, "")]).files[0].module("shared/src/").join("/");
        assert_eq!(module("shared/src/economics/cost.rs"), "economics/cost");
        assert_eq!(module("shared/src/chart/mod.rs"), "chart");
        assert_eq!(module("shared/src/lib.rs"), "");
    }

    #[test]
    fn the_project_itself_is_read() {
        let tree = Tree::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")));
        assert!(tree.rust("shared/src/").count() > 0, "no file of `shared` was found, so no rule is checked");
        assert!(tree.files.iter().any(|f| f.path == "shared/Cargo.toml"));
        assert!(!tree.files.iter().any(|f| f.path.starts_with("target/")));
    }
}
