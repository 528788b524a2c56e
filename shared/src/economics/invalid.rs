//! An input that no formula can take: which field, what was given, what it may be.
//!
//! Every model checks its inputs before it divides by any of them, so that nothing shows NaN or infinity.

use std::fmt;

/// A value that a field does not allow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Invalid {
    /// The field, as in `headroom`.
    pub field: &'static str,
    /// The value given.
    pub value: f64,
    /// The lowest and the highest value allowed; the lowest itself is allowed as well.
    pub range: (f64, f64),
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Numbers too large to be read are written with their power of ten.
        let shown = |value: f64| if value.abs() < 1e15 { value.to_string() } else { format!("{value:e}") };
        let (low, high) = self.range;
        write!(f, "`{}` must be a number from {} to {}, not {}", self.field, shown(low), shown(high), shown(self.value))
    }
}

impl std::error::Error for Invalid {}

/// The value, if it is a number between two others, both included.
///
/// # Errors
/// When it lies outside, or is not a number.
///
/// ```
/// use shared::economics::invalid::within;
/// assert_eq!(within("headroom", 0.8, 0.01, 1.0), Ok(0.8));
/// let refused = within("headroom", f64::NAN, 0.01, 1.0).unwrap_err();
/// assert_eq!(refused.to_string(), "`headroom` must be a number from 0.01 to 1, not NaN");
/// ```
pub fn within(field: &'static str, value: f64, low: f64, high: f64) -> Result<f64, Invalid> {
    if (low..=high).contains(&value) { Ok(value) } else { Err(Invalid { field, value, range: (low, high) }) }
}
