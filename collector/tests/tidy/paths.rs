//! Which modules a piece of Rust names: every `crate::…`, `super::…` and `std::…`, in `use` lines and elsewhere.

/// A path written in code, from its first word on, such as `crate`, `economics`, `cost`, and the line it is on.
#[derive(Debug, PartialEq, Eq)]
pub struct Mention {
    pub line: usize,
    pub parts: Vec<String>,
}

/// All paths in `code` that begin with `crate`, `super`, `std` or `core`, groups in braces taken apart.
pub fn mentions(code: &str) -> Vec<Mention> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = matches!(tokens[at].text.as_str(), "crate" | "super" | "std" | "core");
        let follows_path = at > 0 && tokens[at - 1].text == "::" && at > 1 && tokens[at - 2].is_word();
        if starts && !follows_path {
            at = tree(&tokens, at, &[], &mut found);
        } else if tokens[at].text == "use" && tokens.get(at + 1).is_some_and(|t| t.text == "{") {
            at = group(&tokens, at + 1, &[], &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// The module, as parts, that a mention in `module` means; `None` for `std` and the like.
pub fn resolve(mention: &[String], module: &[String]) -> Option<Vec<String>> {
    match mention.first().map(String::as_str) {
        Some("crate") => Some(mention[1..].to_vec()),
        Some("super") => {
            let ups = mention.iter().take_while(|p| *p == "super").count();
            let base = &module[..module.len().saturating_sub(ups)];
            Some(base.iter().chain(&mention[ups..]).cloned().collect())
        }
        _ => None,
    }
}

struct Token {
    line: usize,
    text: String,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// Words, `::` and single signs.
fn tokens(code: &str) -> Vec<Token> {
    let mut out = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let in_word = |c: char| c.is_alphanumeric() || c == '_';
            let length = match first {
                c if in_word(c) => rest.find(|c| !in_word(c)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                c => c.len_utf8(),
            };
            let (text, after) = rest.split_at(length);
            out.push(Token { line: index + 1, text: text.into() });
            rest = after.trim_start();
        }
    }
    out
}

/// Reads one path at `at`, with the group it may end in; returns the first token behind it.
fn tree(tokens: &[Token], mut at: usize, before: &[String], found: &mut Vec<Mention>) -> usize {
    let line = tokens[at].line;
    let mut parts = before.to_vec();
    loop {
        parts.push(tokens[at].text.clone());
        at += 1;
        if tokens.get(at).is_none_or(|t| t.text != "::") {
            break;
        }
        match tokens.get(at + 1) {
            Some(t) if t.is_word() => at += 1,
            Some(t) if t.text == "{" => return group(tokens, at + 1, &parts, found),
            // `::*`, `::<T>`: the path so far is all there is.
            _ => {
                at += 2;
                break;
            }
        }
    }
    found.push(Mention { line, parts });
    at
}

/// Reads `{a, b::c, d as e}` at `at`; returns the first token behind it.
fn group(tokens: &[Token], mut at: usize, before: &[String], found: &mut Vec<Mention>) -> usize {
    at += 1;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "}" => return at + 1,
            "," => at += 1,
            "as" => at += 2,
            "*" | "self" => {
                found.push(Mention { line: token.line, parts: before.to_vec() });
                at += 1;
            }
            _ if token.is_word() => at = tree(tokens, at, before, found),
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expected: &[&str]) {
        let found: Vec<String> = mentions(code).iter().map(|m| m.parts.join("::")).collect();
        assert_eq!(found, expected, "in {code}");
    }

    #[test]
    fn reads_use_lines_and_expressions() {
        check("use crate::store::index::Index;", &["crate::store::index::Index"]);
        check("let x = crate::stats::quantile(&v);", &["crate::stats::quantile"]);
        check("use crate::stats::*;", &["crate::stats"]);
        check("fn f() -> super::Thing { super::super::stats::mean() }", &["super::Thing", "super::super::stats::mean"]);
        check("use std::time::Instant;", &["std::time::Instant"]);
        check("pub(crate) fn f() {}", &["crate"]);
        check("let std_dev = a::std::b;", &[]);
    }

    #[test]
    fn takes_groups_apart() {
        check(
            "use crate::{stats, store::{self, index::Index as I}, units::*};",
            &["crate::stats", "crate::store", "crate::store::index::Index", "crate::units"],
        );
        check("use std::{\n    collections::BTreeMap,\n    fs,\n};", &["std::collections::BTreeMap", "std::fs"]);
    }

    #[test]
    fn knows_the_line() {
        assert_eq!(mentions("\n\nuse crate::a;")[0].line, 3);
    }

    #[test]
    fn resolves_against_the_module() {
        let words = |path: &str| path.split("::").map(String::from).collect::<Vec<_>>();
        let resolved = |path: &str| resolve(&words(path), &words("economics::cost")).map(|p| p.join("/"));
        assert_eq!(resolved("crate::stats::mean").as_deref(), Some("stats/mean"));
        assert_eq!(resolved("super::pricing::Price").as_deref(), Some("economics/pricing/Price"));
        assert_eq!(resolved("super::super::store::Index").as_deref(), Some("store/Index"));
        assert_eq!(resolved("std::fs"), None);
    }
}
