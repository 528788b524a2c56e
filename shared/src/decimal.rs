//! Numbers that people write: at most twelve significant digits, read exactly.
//!
//! What a reader chooses is kept to such numbers, so an address holds it without loss. Reading them needs none of
//! the tables that reading any number at all does, and those would be a twentieth of the page.

/// Significant digits kept.
pub const DIGITS: i32 = 12;

/// Rounds to so many significant digits.
#[must_use]
pub fn rounded(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let places = digits - 1 - value.abs().log10().floor() as i32;
    // A negative power of ten is not exact in binary; dividing by the positive one is.
    let power = 10f64.powi(places.abs());
    if places >= 0 { (value * power).round() / power } else { (value / power).round() * power }
}

/// The nearest number with at most [`DIGITS`] significant digits.
#[must_use]
pub fn tidy(value: f64) -> f64 {
    rounded(value, DIGITS)
}

/// Reads `12`, `0.0346`, `-2.5` or `1e-6`: at most 15 digits in all, and no more than 22 places to shift them.
/// `None` for anything else.
///
/// Exact: the digits are a whole number below 2^53 and the power of ten is exact too, so the one division or
/// multiplication rounds as it should (W. D. Clinger, How to read floating point numbers accurately, 1990).
///
/// ```
/// use shared::decimal::read;
/// assert_eq!(read("0.27"), Some(0.27));
/// assert_eq!(read("lots"), None);
/// ```
#[must_use]
pub fn read(text: &str) -> Option<f64> {
    let (sign, text) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let written = whole.len() + fraction.len();
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if written == 0 || !all_digits {
        return None;
    }
    let mantissa = whole.bytes().chain(fraction.bytes()).try_fold(0u64, |sum, byte| {
        let next = sum * 10 + u64::from(byte - b'0');
        (next < 1_000_000_000_000_000).then_some(next)
    })?;
    let places = exponent.checked_sub(fraction.len() as i32)?;
    if places.abs() > 22 {
        return (mantissa == 0).then_some(sign * 0.0);
    }
    let mut power = 1.0;
    for _ in 0..places.abs() {
        power *= 10.0;
    }
    let value = mantissa as f64;
    Some(sign * if places < 0 { value / power } else { value * power })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_people_write() {
        let cases = [("12", 12.0), ("0.0346", 0.0346), ("-2.5", -2.5), ("1e-6", 0.000001), (".5", 0.5), ("7.", 7.0)];
        for (text, value) in cases {
            assert_eq!(read(text), Some(value), "{text}");
        }
        for text in ["", ".", "-", "1e", "0x10", "NaN", "inf", "1.2.3", "1 2", "1234567890123456", "1e400"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        /// Agrees with the standard library to the last bit.
        #[test]
        fn reads_exactly(mantissa in 0u64..1_000_000_000_000_000, places in -22i32..=22) {
            let text = format!("{mantissa}e{places}");
            prop_assert_eq!(read(&text), text.parse().ok());
        }

        #[test]
        fn a_tidy_number_survives_being_written(value in -1e9..1e9f64) {
            let value = tidy(value);
            prop_assert_eq!(read(&value.to_string()), Some(value));
        }
    }
}
