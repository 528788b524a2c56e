//! Quantities that cannot be mistaken for one another: tokens of a kind, rates, money, time, shares.
//!
//! Units only carry meaning; formulas live in `economics`, text in `format`.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Add;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Seconds in an hour.
pub const SECONDS_PER_HOUR: f64 = 3600.0;
/// Tokens a price is quoted for.
pub const TOKENS_PER_PRICE_UNIT: f64 = 1_000_000.0;
/// Hours in a month: a twelfth of 365 days of 24 hours, everywhere.
pub const HOURS_PER_MONTH: f64 = 730.0;
/// Hours in a day.
pub const HOURS_PER_DAY: f64 = 24.0;
/// Seconds in a month of [`HOURS_PER_MONTH`].
pub const SECONDS_PER_MONTH: f64 = HOURS_PER_MONTH * SECONDS_PER_HOUR;
/// Months in a year.
pub const MONTHS_PER_YEAR: f64 = 12.0;
/// Days in a month of [`HOURS_PER_MONTH`].
pub const DAYS_PER_MONTH: f64 = HOURS_PER_MONTH / HOURS_PER_DAY;
/// Joules in a kilowatt-hour: a thousand watts for an hour.
pub const JOULES_PER_KWH: f64 = 1000.0 * SECONDS_PER_HOUR;
/// Milliseconds in a second.
pub const MILLIS_PER_SECOND: f64 = 1000.0;

/// Which tokens a count, a rate or a price is about.
pub trait TokenKind: Copy + fmt::Debug + 'static {
    /// The word for it: `prompt`, `output` or `total`.
    const WORD: &'static str;
}

/// Tokens of the prompt (input).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub struct Prompt;
/// Tokens the model generated (output, reasoning included).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub struct Output;
/// Prompt and output tokens together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub struct Total;

impl TokenKind for Prompt {
    const WORD: &'static str = "prompt";
}
impl TokenKind for Output {
    const WORD: &'static str = "output";
}
impl TokenKind for Total {
    const WORD: &'static str = "total";
}

/// A number of tokens of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub struct Tokens<K>(u64, PhantomData<K>);

impl<K> Tokens<K> {
    /// So many tokens.
    #[must_use]
    pub fn new(count: u64) -> Self {
        Self(count, PhantomData)
    }

    /// The bare count.
    #[must_use]
    pub fn count(self) -> u64 {
        self.0
    }
}

impl Add<Tokens<Output>> for Tokens<Prompt> {
    type Output = Tokens<Total>;

    fn add(self, output: Tokens<Output>) -> Tokens<Total> {
        Tokens::new(self.0 + output.0)
    }
}

/// Tokens of one kind per second.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct TokensPerSecond<K>(f64, PhantomData<K>);

impl<K> TokensPerSecond<K> {
    /// So many tokens of this kind each second.
    #[must_use]
    pub fn new(rate: f64) -> Self {
        Self(rate, PhantomData)
    }

    /// The bare number, in tokens a second.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

impl Add<TokensPerSecond<Output>> for TokensPerSecond<Prompt> {
    type Output = TokensPerSecond<Total>;

    fn add(self, output: TokensPerSecond<Output>) -> TokensPerSecond<Total> {
        TokensPerSecond::new(self.0 + output.0)
    }
}

/// US dollars for a million tokens of one kind.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct UsdPerMillion<K>(f64, PhantomData<K>);

impl<K> UsdPerMillion<K> {
    /// So many dollars per million tokens of this kind.
    #[must_use]
    pub fn new(usd: f64) -> Self {
        Self(usd, PhantomData)
    }

    /// The bare number, in US dollars.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

impl<K> Serialize for UsdPerMillion<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl<'de, K> Deserialize<'de> for UsdPerMillion<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self::new)
    }
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(f64);

        impl $name {
            /// From the bare number in this unit.
            #[must_use]
            pub const fn new(value: f64) -> Self {
                Self(value)
            }

            /// The bare number in this unit.
            #[must_use]
            pub const fn value(self) -> f64 {
                self.0
            }
        }
    };
}

quantity! {
    /// US dollars.
    Usd
}
quantity! {
    /// US dollars for an hour of one whole replica: all its GPUs and its storage.
    UsdPerHour
}
quantity! {
    /// US dollars for one request.
    UsdPerRequest
}
quantity! {
    /// US dollars for a kilowatt-hour of electricity.
    UsdPerKwh
}
quantity! {
    /// Requests per second.
    RequestsPerSecond
}
quantity! {
    /// Milliseconds.
    Millis
}
quantity! {
    /// Seconds.
    Seconds
}

impl Seconds {
    /// The same time in milliseconds.
    #[must_use]
    pub fn to_millis(self) -> Millis {
        Millis(self.0 * MILLIS_PER_SECOND)
    }
}

/// A share between 0 and 1, both included.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Fraction(f64);

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);
    /// Everything.
    pub const ONE: Self = Self(1.0);

    /// A share between 0 and 1, both included.
    ///
    /// # Errors
    /// When the value lies outside, or is not a number.
    pub fn new(value: f64) -> Result<Self, OutOfRange> {
        if (0.0..=1.0).contains(&value) {
            return Ok(Self(value));
        }
        Err(OutOfRange { what: "a share", value, low: 0.0, high: 1.0 })
    }

    /// The bare number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Fraction {
    type Error = OutOfRange;

    fn try_from(value: f64) -> Result<Self, OutOfRange> {
        Self::new(value)
    }
}

impl From<Fraction> for f64 {
    fn from(fraction: Fraction) -> f64 {
        fraction.0
    }
}

/// A value that a quantity does not allow.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfRange {
    /// Which quantity.
    pub what: &'static str,
    /// The value given.
    pub value: f64,
    /// The lowest value allowed.
    pub low: f64,
    /// The highest value allowed.
    pub high: f64,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must lie between {} and {}, not {}", self.what, self.low, self.high, self.value)
    }
}

impl std::error::Error for OutOfRange {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_twelfth_of_a_year() {
        assert_eq!(HOURS_PER_MONTH, 365.0 * HOURS_PER_DAY / 12.0);
    }

    #[test]
    fn prompt_and_output_make_total() {
        assert_eq!((Tokens::<Prompt>::new(55_140) + Tokens::<Output>::new(48_485)).count(), 103_625);
    }

    #[test]
    fn a_share_outside_its_range_is_refused() {
        assert!(Fraction::new(1.01).is_err());
        assert!(Fraction::new(f64::NAN).is_err());
        assert_eq!(Fraction::new(-0.5).unwrap_err().to_string(), "a share must lie between 0 and 1, not -0.5");
    }
}
