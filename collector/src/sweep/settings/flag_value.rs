//! Checks of a flag's value, and the one form in which a wrong one is reported.

/// The error of a value that a flag does not accept.
pub fn invalid(flag: &str, value: impl std::fmt::Display, expected: &str) -> anyhow::Error {
    anyhow::anyhow!("invalid `--{flag} {value}`: expected {expected}")
}

/// The number, unless it is 0.
///
/// # Errors
/// When it is 0.
pub fn at_least_one(flag: &str, value: u32) -> anyhow::Result<u32> {
    if value == 0 { Err(invalid(flag, value, "an integer of at least 1")) } else { Ok(value) }
}

/// The name, unless a path could stumble over it: names become parts of the result's path.
///
/// # Errors
/// When it is empty, begins with a dot, or holds anything but letters, digits, `-`, `_` and `.`.
pub fn slug(flag: &str, value: Option<&str>) -> anyhow::Result<()> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match value {
        Some(text) if text.is_empty() || text.starts_with('.') || !text.chars().all(allowed) => {
            Err(invalid(flag, text, "a name of letters, digits, `-`, `_` and `.`"))
        }
        _ => Ok(()),
    }
}
