//! Entries of the catalogue by name, and names that are close to one that is not there.

use std::collections::{BTreeMap, BTreeSet};

use crate::printer::Hinted;

/// Close names that are shown.
const SHOWN: usize = 5;
/// Names less alike than this are not close.
const ALIKE: f64 = 0.3;

/// An entry by its name, or by the beginning of it that only one has: `l4` is the L4, since the L40 only begins alike.
///
/// # Errors
/// When there is none, with the flag that named it and the names that are close.
pub fn find<'a, T>(entries: &'a BTreeMap<String, T>, flag: &str, name: &str) -> anyhow::Result<(&'a str, &'a T)> {
    if let Some((key, entry)) = entries.get_key_value(name) {
        return Ok((key, entry));
    }
    let wanted = name.to_lowercase();
    let beginnings = [format!("{wanted}-"), wanted];
    for beginning in beginnings.iter().filter(|beginning| beginning.len() > 1) {
        let mut found = entries.iter().filter(|(key, _)| key.starts_with(beginning));
        if let (Some((key, entry)), None) = (found.next(), found.next()) {
            return Ok((key, entry));
        }
    }
    let near = close(entries.keys().map(String::as_str), name);
    let hint = match near.as_slice() {
        [] => format!("there are {}", entries.keys().map(String::as_str).collect::<Vec<_>>().join(", ")),
        [one] => format!("did you mean {one}?"),
        near => format!("did you mean one of {}?", near.join(", ")),
    };
    Err(Hinted::new(format!("`--{flag} {name}` is not in the catalogue"), hint).into())
}

/// The names most like one, the most alike first.
fn close<'a>(names: impl Iterator<Item = &'a str>, wanted: &str) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut found: Vec<(f64, &str)> =
        names.map(|name| (alike(name, &wanted), name)).filter(|(alike, _)| *alike >= ALIKE).collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.into_iter().take(SHOWN).map(|(_, name)| name).collect()
}

/// Sørensen and Dice's measure over pairs of letters: the share of pairs that two words have in common.
fn alike(one: &str, other: &str) -> f64 {
    let pairs = |word: &str| -> BTreeSet<(char, char)> {
        let letters: Vec<char> = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
        letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let (one, other) = (pairs(one), pairs(other));
    let all = one.len() + other.len();
    if all == 0 { 0.0 } else { 2.0 * one.intersection(&other).count() as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GPUS: [&str; 5] = ["a100-sxm-80gb", "h100-sxm-80gb", "mi300x-192gb", "rtx-a4000", "rtx-a5000"];

    #[test]
    fn the_name_that_was_meant_comes_first() {
        for (typed, meant) in
            [("a5000", "rtx-a5000"), ("RTX A5000", "rtx-a5000"), ("h100", "h100-sxm-80gb"), ("mi300", "mi300x-192gb")]
        {
            assert_eq!(close(GPUS.into_iter(), typed).first(), Some(&meant), "{typed}");
        }
        assert!(close(GPUS.into_iter(), "toaster").is_empty() && close(GPUS.into_iter(), "").is_empty());
    }

    #[test]
    fn an_unknown_name_is_refused_with_its_flag() {
        let entries: BTreeMap<String, u8> = GPUS.iter().map(|name| ((*name).to_owned(), 0)).collect();
        assert_eq!(find(&entries, "gpu", "rtx-a5000").unwrap().0, "rtx-a5000");
        assert_eq!(find(&entries, "gpu", "mi300x").unwrap().0, "mi300x-192gb");
        assert!(find(&entries, "gpu", "rtx-a").is_err() && find(&entries, "gpu", "").is_err());
        let error = find(&entries, "gpu", "rtx-a50000").unwrap_err();
        assert_eq!(error.to_string(), "`--gpu rtx-a50000` is not in the catalogue");
    }
}
