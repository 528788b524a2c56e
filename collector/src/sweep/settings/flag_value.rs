//! What is refused about a flag's value, in the same words everywhere.

/// A value that is not what the flag expects.
pub fn wrong(flag: &str, value: impl std::fmt::Display, expected: &str) -> anyhow::Error {
    anyhow::anyhow!("`--{flag} {value}` is not {expected}")
}

/// The number, unless it is 0.
///
/// # Errors
/// When it is 0.
pub fn at_least_one(flag: &str, value: u32) -> anyhow::Result<u32> {
    if value == 0 { Err(wrong(flag, value, "a number of at least 1")) } else { Ok(value) }
}

/// Names become parts of a path, so they hold nothing that a path could trip over.
///
/// # Errors
/// When it does.
pub fn slug(flag: &str, value: Option<String>) -> anyhow::Result<Option<String>> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match value {
        Some(text) if text.is_empty() || text.starts_with('.') || !text.chars().all(allowed) => {
            Err(wrong(flag, text, "a name of letters, digits, `-`, `_` and `.`"))
        }
        other => Ok(other),
    }
}
