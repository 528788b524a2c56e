//! Finds a GPU or a model of the catalogue by the name that somebody typed, on the command line or in a link.
//!
//! A name is, in this order: the name of the entry's file, one of its other names (`aliases` of the file, the repository of
//! a model), or the beginning of exactly one file's name. Case does not matter; spaces and underscores count as dashes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::store::catalogue::{Gpu, Model};

/// Close names that are suggested at most.
const MAX_SUGGESTIONS: usize = 5;
/// Lowest similarity of a suggested name, from 0 to 1.
const MIN_SIMILARITY: f64 = 0.4;
/// Characters that a beginning needs at least.
const MIN_BEGINNING: usize = 2;

/// A kind of entry that is found by name.
pub trait Named {
    /// What an entry is, in an error.
    const NOUN: &'static str;

    /// Names beside that of its file.
    fn other_names(&self) -> impl Iterator<Item = &str>;
}

impl Named for Gpu {
    const NOUN: &'static str = "GPU";

    fn other_names(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().map(String::as_str)
    }
}

impl Named for Model {
    const NOUN: &'static str = "model";

    fn other_names(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().map(String::as_str).chain([self.hugging_face.as_str()])
    }
}

/// A name that is not found, or that several entries begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound<'a> {
    noun: &'static str,
    name: String,
    /// Whether `candidates` all begin with the name; else they are close to it.
    is_ambiguous: bool,
    candidates: Vec<&'a str>,
    known: Vec<&'a str>,
}

/// The entry of a name.
///
/// # Errors
/// When no entry has the name, or several begin with it.
pub fn lookup<'a, T: Named>(entries: &'a BTreeMap<String, T>, name: &str) -> Result<(&'a str, &'a T), NotFound<'a>> {
    let typed = normalized(name);
    let is_alias = |entry: &T| entry.other_names().any(|alias| normalized(alias) == typed);
    let exact = entries.get_key_value(name).or_else(|| entries.iter().find(|(key, _)| normalized(key) == typed));
    if let Some((key, entry)) = exact.or_else(|| entries.iter().find(|(_, entry)| is_alias(entry))) {
        return Ok((key, entry));
    }
    let long_enough = typed.chars().count() >= MIN_BEGINNING;
    let begins = |key: &str, start: &str| long_enough && normalized(key).starts_with(start);
    let beginning = |start: &str| entries.iter().filter(|(key, _)| begins(key, start)).collect();
    // `l4` is the L4; the L40 only begins alike.
    let words: Vec<(&String, &T)> = beginning(&format!("{typed}-"));
    let letters: Vec<(&String, &T)> = beginning(&typed);
    if let ([(key, entry)], _) | (_, [(key, entry)]) = (words.as_slice(), letters.as_slice()) {
        return Ok((key, entry));
    }
    let is_ambiguous = !letters.is_empty();
    let candidates =
        if is_ambiguous { letters.iter().map(|(key, _)| key.as_str()).collect() } else { close(entries, &typed) };
    let known = entries.keys().map(String::as_str).collect();
    Err(NotFound { noun: T::NOUN, name: name.to_owned(), is_ambiguous, candidates, known })
}

/// Names that mean two entries, each in a sentence: an alias that is another entry's name or alias.
#[must_use]
pub fn conflicts<T: Named>(entries: &BTreeMap<String, T>) -> Vec<(String, String)> {
    let mut owners: BTreeMap<String, &str> = entries.keys().map(|key| (normalized(key), key.as_str())).collect();
    let mut found = Vec::new();
    for (key, entry) in entries {
        for alias in entry.other_names() {
            match owners.insert(normalized(alias), key) {
                Some(owner) if owner == key => found.push((key.clone(), format!("`{alias}` is its name already"))),
                Some(owner) => found.push((key.clone(), format!("`{alias}` is also a name of {owner}"))),
                None => {}
            }
        }
    }
    found
}

impl NotFound<'_> {
    /// ``unknown GPU `x` (--gpu)``, with where the name was given.
    #[must_use]
    pub fn message(&self, given_with: &str) -> String {
        format!("{self} ({given_with})")
    }

    /// What to give instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match (self.candidates.as_slice(), self.is_ambiguous) {
            ([], _) => format!("expected one of {}", self.known.join(", ")),
            (candidates, true) => format!("give one of {}", candidates.join(", ")),
            ([one], false) => format!("did you mean {one}?"),
            (candidates, false) => format!("did you mean one of {}?", candidates.join(", ")),
        }
    }
}

impl fmt::Display for NotFound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let adjective = if self.is_ambiguous { "ambiguous" } else { "unknown" };
        write!(f, "{adjective} {} `{}`", self.noun, self.name)
    }
}

fn normalized(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '_'], "-")
}

/// Names of entries most like the typed one, the most similar first.
fn close<'a, T: Named>(entries: &'a BTreeMap<String, T>, typed: &str) -> Vec<&'a str> {
    let score = |(key, entry): (&'a String, &'a T)| {
        let names = [key.as_str()].into_iter().chain(entry.other_names());
        (names.map(|name| similarity(name, typed)).fold(0.0, f64::max), key.as_str())
    };
    let mut scored: Vec<(f64, &str)> =
        entries.iter().map(score).filter(|(score, _)| *score >= MIN_SIMILARITY).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    scored.into_iter().take(MAX_SUGGESTIONS).map(|(_, name)| name).collect()
}

/// Sørensen and Dice's coefficient over pairs of letters: the share of pairs that two words have in common.
fn similarity(one: &str, other: &str) -> f64 {
    let pairs = |word: &str| -> BTreeSet<(char, char)> {
        let letters: Vec<char> = word.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
        letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let (one, other) = (pairs(one), pairs(other));
    let all = one.len() + other.len();
    if all == 0 { 0.0 } else { 2.0 * one.intersection(&other).count() as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Card(&'static [&'static str]);

    impl Named for Card {
        const NOUN: &'static str = "GPU";

        fn other_names(&self) -> impl Iterator<Item = &str> {
            self.0.iter().copied()
        }
    }

    fn cards(entries: &[(&str, &'static [&'static str])]) -> BTreeMap<String, Card> {
        entries.iter().map(|(name, aliases)| ((*name).to_owned(), Card(aliases))).collect()
    }

    fn gpus() -> BTreeMap<String, Card> {
        let h100: &[&str] = &["h100"];
        cards(&[
            ("a100-pcie-80gb", &[]),
            ("a100-sxm-80gb", &["a100-80gb"]),
            ("h100-pcie-80gb", &[]),
            ("h100-sxm-80gb", h100),
            ("l4-24gb", &[]),
            ("l40-48gb", &[]),
            ("rtx-a4000", &[]),
            ("rtx-a5000", &["a5000"]),
        ])
    }

    #[test]
    fn exact_name_then_alias_then_unique_beginning() {
        let gpus = gpus();
        for (typed, meant) in [
            ("rtx-a5000", "rtx-a5000"),
            ("RTX A5000", "rtx-a5000"),
            ("a5000", "rtx-a5000"),
            ("a100_80gb", "a100-sxm-80gb"),
            ("h100", "h100-sxm-80gb"),
            ("a100-s", "a100-sxm-80gb"),
            ("l4", "l4-24gb"),
            ("l40", "l40-48gb"),
        ] {
            assert_eq!(lookup(&gpus, typed).ok().map(|(key, _)| key), Some(meant), "{typed}");
        }
    }

    #[test]
    fn an_error_names_what_was_given_and_what_is_close() {
        let gpus = gpus();
        let check = |typed: &str, message: &str, hint: &str| {
            let error = lookup(&gpus, typed).err().expect(typed);
            assert_eq!((error.message("--gpu").as_str(), error.hint().as_str()), (message, hint));
        };
        check("rtx-a50000", "unknown GPU `rtx-a50000` (--gpu)", "did you mean one of rtx-a5000, rtx-a4000?");
        check("a100", "ambiguous GPU `a100` (--gpu)", "give one of a100-pcie-80gb, a100-sxm-80gb");
        let all = gpus.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        check("toaster", "unknown GPU `toaster` (--gpu)", &format!("expected one of {all}"));
        check("", "unknown GPU `` (--gpu)", &format!("expected one of {all}"));
        check("r", "unknown GPU `r` (--gpu)", &format!("expected one of {all}"));
    }

    #[test]
    fn an_alias_means_one_entry() {
        assert!(conflicts(&gpus()).is_empty());
        let found = conflicts(&cards(&[("a", &["x", "b"]), ("b", &["X", "b"])]));
        let why: Vec<String> = found.into_iter().map(|(key, why)| format!("{key}: {why}")).collect();
        assert_eq!(why, ["a: `b` is also a name of b", "b: `X` is also a name of a", "b: `b` is also a name of a"]);
    }
}
