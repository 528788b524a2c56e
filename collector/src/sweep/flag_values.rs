//! What a flag's value must be, and how it is said when it is not.

/// A flag whose value makes no sense.
#[must_use]
pub fn wrong(flag: &str, value: impl std::fmt::Display, expected: &str) -> anyhow::Error {
    anyhow::anyhow!("`--{flag} {value}` is not {expected}")
}

/// A number that must not be 0.
///
/// # Errors
/// When it is.
pub fn at_least_one(flag: &str, value: u32) -> anyhow::Result<u32> {
    if value == 0 { Err(wrong(flag, value, "a number of at least 1")) } else { Ok(value) }
}
