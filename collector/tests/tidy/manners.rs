//! What every file keeps to: an opening line, a name that says something, a size, one place for the cost's
//! factors, a pure `shared`, and no path of somebody's machine.

use crate::paths::mentions;
use crate::tree::{File, Tree};

const CRATES: [&str; 4] = ["shared/", "collector/", "app/", "xtask/"];
const SOURCES: [&str; 3] = ["shared/src/", "collector/src/", "app/src/"];
const BANNED_NAMES: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "misc", "types"];
const MOST_LINES: usize = 400;
/// The two files that may hold seconds in an hour and tokens in a million.
const FACTOR_FILES: [&str; 2] = ["shared/src/economics/cost.rs", "shared/src/units.rs"];
const SHARED_MAY_DEPEND_ON: [&str; 4] = ["plotters", "serde", "serde_json", "sha2"];

pub fn violations(tree: &Tree) -> Vec<String> {
    let rust = || CRATES.iter().flat_map(|folder| tree.rust(folder));
    let mut out: Vec<String> = rust().filter_map(opening_line).collect();
    out.extend(rust().filter_map(name));
    out.extend(rust().filter_map(size));
    out.extend(SOURCES.iter().flat_map(|folder| tree.rust(folder)).flat_map(factors));
    out.extend(tree.rust("shared/src/").flat_map(impurities));
    out.extend(tree.files.iter().filter(|f| f.path.ends_with("/Cargo.toml")).flat_map(dependencies));
    out.extend(tree.files.iter().flat_map(machine_paths));
    out
}

fn opening_line(file: &File) -> Option<String> {
    let said =
        file.text.strip_prefix("//!").and_then(|rest| rest.lines().next()).is_some_and(|line| line.trim().len() > 1);
    (!said).then(|| format!("{}:1: the first line is not a `//!` sentence that says what the file is", file.path))
}

fn name(file: &File) -> Option<String> {
    let part = file.path.trim_end_matches(".rs").split('/').find(|part| BANNED_NAMES.contains(part))?;
    Some(format!("{}: `{part}` says nothing; name the file after the thing in it", file.path))
}

fn size(file: &File) -> Option<String> {
    let lines = file.without_tests().lines().count();
    (!file.is_tests() && lines > MOST_LINES).then(|| {
        format!("{}: {lines} lines without its tests, and {MOST_LINES} is the most; it is two things", file.path)
    })
}

/// Numbers that turn seconds into hours or tokens into millions, written where the cost formula is not.
fn factors(file: &File) -> Vec<String> {
    if FACTOR_FILES.contains(&file.path.as_str()) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (index, line) in file.code().lines().enumerate() {
        for literal in float_literals(line).filter(|l| [3600.0, 1e6].contains(&l.1)) {
            let (text, path, line) = (literal.0, &file.path, index + 1);
            out.push(format!("{path}:{line}: `{text}` belongs in economics/cost.rs or units.rs; call what is there"));
        }
    }
    out
}

/// Every float written in a line: `1e6`, `3600.0`, `1_000_000f64`; not `86_400`, nor the `2.0` of a name `v2.0`.
fn float_literals(line: &str) -> impl Iterator<Item = (&str, f64)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    line.split(move |c: char| !is_part(c)).filter_map(|word| {
        // `1e6.max(x)` is a number with a method, `1..2` a range: the number is what comes before.
        let end = word.char_indices().find(|(i, c)| {
            let next = word[i + 1..].chars().next();
            *c == '.' && next.is_some_and(|n| !n.is_ascii_digit())
        });
        let word = end.map_or(word, |(i, _)| &word[..i]);
        word.starts_with(|c: char| c.is_ascii_digit()).then_some(())?;
        let plain = word.replace('_', "");
        let digits = plain.trim_end_matches("f64").trim_end_matches("f32");
        let is_float = digits.len() < plain.len() || digits.contains(['.', 'e', 'E']);
        let value = digits.trim_end_matches('.').parse().ok()?;
        is_float.then_some((word, value))
    })
}

/// `shared` gets what it needs as arguments.
fn impurities(file: &File) -> Vec<String> {
    let impure = |parts: &[&str]| {
        let io = matches!(parts, ["std", "fs" | "net" | "env" | "process" | "thread", ..]);
        io || matches!(parts, ["std", "time"] | ["std", "time", "Instant" | "SystemTime", ..])
    };
    let found =
        mentions(&file.code()).into_iter().filter(|m| impure(&m.parts.iter().map(String::as_str).collect::<Vec<_>>()));
    found.map(|m| format!("{}:{}: `{}` in `shared`, which is pure", file.path, m.line, m.parts.join("::"))).collect()
}

/// `shared` stands on four crates, and neither half of Forge on the other.
fn dependencies(file: &File) -> Vec<String> {
    let mut out = Vec::new();
    let mut section = String::new();
    for line in file.text.lines() {
        let line = line.trim();
        let mut named = None;
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']').to_string();
            // [dependencies.serde]
            if let Some((before, name)) = section.rsplit_once('.')
                && before.ends_with("dependencies")
            {
                named = Some(name.to_string());
            }
        } else if section.ends_with("dependencies") && !line.starts_with('#') {
            named = line.split(['.', '=', ' ']).next().filter(|n| !n.is_empty()).map(Into::into);
        }
        let Some(name) = named else { continue };
        let for_tests = section.contains("dev-dependencies");
        if file.path == "shared/Cargo.toml" && !for_tests && !SHARED_MAY_DEPEND_ON.contains(&name.as_str()) {
            out.push(format!("{}: `shared` may not depend on `{name}`, only on {SHARED_MAY_DEPEND_ON:?}", file.path));
        }
        // What fuzzes a crate lies inside it; the repository's tasks call the collector.
        let may =
            file.path == format!("{name}/fuzz/Cargo.toml") || (file.path == "xtask/Cargo.toml" && name == "collector");
        if ["app", "collector"].contains(&name.as_str()) && !may {
            out.push(format!("{}: nothing depends on `{name}`: collector -> shared <- app", file.path));
        }
    }
    out
}

/// Where somebody's checkout or home happened to be; it means nothing to anybody else.
fn machine_paths(file: &File) -> Vec<String> {
    const PLACES: [&str; 2] = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];
    // `github.com/x` and `a/b` are no paths from the root of a machine.
    let starts_path =
        |before: Option<char>| before.is_none_or(|c| !c.is_ascii_alphanumeric() && !"._-~/})>".contains(c));
    let mut out = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for place in PLACES {
            if line.match_indices(place).any(|(at, _)| starts_path(line[..at].chars().next_back())) {
                out.push(format!("{}:{}: the path `{place}` of one machine", file.path, index + 1));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = violations(&Tree::of(&[(path, text)]));
        let matches = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.contains(e));
        assert!(matches, "expected {expected:?}, found {found:#?}");
    }

    fn check_code(code: &str, expected: &[&str]) {
        check("shared/src/stats.rs", &format!("//! Statistics.\n{code}"), expected);
    }

    #[test]
    fn a_file_says_what_it_is() {
        check("app/src/main.rs", "//! The page's start.\n", &[]);
        check("app/src/main.rs", "use a;\n", &["main.rs:1: the first line"]);
        check("app/src/main.rs", "//!\n//! Late.\n", &["main.rs:1: the first line"]);
        check("shared/tests/golden.rs", "fn main() {}", &["golden.rs:1: the first line"]);
    }

    #[test]
    fn a_name_says_something() {
        check("collector/src/utils.rs", "//! Things.", &["`utils` says nothing"]);
        check("collector/src/common/mod.rs", "//! Things.", &["`common` says nothing"]);
        check("collector/src/commonplace.rs", "//! Things.", &[]);
    }

    #[test]
    fn a_file_is_one_thing() {
        let lines = |n: usize| format!("//! Long.\n{}", "x\n".repeat(n - 1));
        check("app/src/a.rs", &lines(400), &[]);
        check("app/src/a.rs", &lines(401), &["a.rs: 401 lines"]);
        check("app/src/a_tests.rs", &lines(401), &[]);
        check("collector/tests/a.rs", &lines(401), &[]);
        check("app/src/a.rs", &format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", lines(399), lines(99)), &[]);
    }

    #[test]
    fn the_cost_formula_exists_once() {
        for factor in
            ["3600.0", "3_600.0", "1_000_000.0", "1000000.", "1e6", "1E6", "1.0e6", "1_000_000f64", "1e6.max(x)"]
        {
            check_code(&format!("let y = x * {factor};"), &["belongs in economics/cost.rs"]);
            check("shared/src/units.rs", &format!("//! Units.\nconst X: f64 = {factor};"), &[]);
        }
        for harmless in ["1e60", "13600.0", "86_400", "3600", "x3600", "0.5", "v.1e6x", "1e3", "a[1].0", "0..3600"] {
            check_code(&format!("let y = {harmless};"), &[]);
        }
        check_code("// 1e6\nlet s = \"1e6\";\n#[cfg(test)]\nmod tests { const X: f64 = 1e6; }", &[]);
    }

    #[test]
    fn shared_is_pure() {
        check_code("use std::fs;", &["`std::fs`"]);
        check_code("use std::{collections::BTreeMap, env, time::Duration};", &["stats.rs:2: `std::env`"]);
        check_code("let t = std::time::Instant::now();", &["`std::time::Instant"]);
        check_code("use std::time;", &["`std::time`"]);
        check_code("let d = std::time::Duration::ZERO; let v = env!(\"X\");", &[]);
        check("collector/src/results_dir.rs", "//! Results.\nuse std::fs;", &[]);
    }

    #[test]
    fn crates_depend_in_one_direction() {
        let toml = "shared/Cargo.toml";
        check(
            toml,
            "[dependencies]\nserde.workspace = true\nserde_json = \"1\"\n[dev-dependencies]\nproptest.workspace = true\n",
            &[],
        );
        check(toml, "[dependencies]\nreqwest.workspace = true\n", &["may not depend on `reqwest`"]);
        check(toml, "[dependencies.tokio]\nversion = \"1\"\n", &["may not depend on `tokio`"]);
        check(toml, "[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n", &["may not depend on `libc`"]);
        check(
            "app/Cargo.toml",
            "[dependencies]\ncollector = { path = \"../collector\" }\n",
            &["nothing depends on `collector`"],
        );
    }

    #[test]
    fn no_path_of_one_machine() {
        let place = concat!("/wo", "rk/");
        check("README.md", &format!("see {place}x"), &["README.md:1: the path"]);
        check("README.md", &format!("`{place}x`"), &["README.md:1: the path"]);
        check("README.md", &format!("https://example.org{place}x and a{place}b and ${{HOME}}{place}"), &[]);
        check("README.md", "/workspace/forge", &[]);
    }
}
