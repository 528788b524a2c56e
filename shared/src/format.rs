//! Numbers to text, once, for the page, the terminal, the tables and the axes.
//!
//! Money has three significant digits and always a dollar sign; the denominator is the caller's word.

use std::cell::RefCell;

use crate::decimal::rounded;
use crate::units::{Fraction, Millis, Usd, UsdPerHour, UsdPerMillion, UsdPerRequest};

/// A number with so many significant digits and thousands separators: `2,170`, `0.0346`, `98.9`.
#[must_use]
pub fn significant(value: f64, digits: i32) -> String {
    let value = rounded(value, digits);
    if value == 0.0 {
        return "0".into();
    }
    let places = (digits - 1 - value.abs().log10().floor() as i32).max(0) as usize;
    grouped(&format!("{value:.places$}"))
}

/// Puts commas between thousands of the whole part.
fn grouped(text: &str) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, rest) = text.find('.').map_or((text, ""), |dot| text.split_at(dot));
    let mut out = String::from(sign);
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// A whole number with thousands separators: `304,167`.
#[must_use]
pub fn count(value: f64) -> String {
    grouped(&format!("{value:.0}"))
}

/// Bytes as GiB with three significant digits, the unit left to the caller: `14.9`, `0.312`.
#[must_use]
pub fn gib(bytes: f64) -> String {
    significant(bytes / (1_u64 << 30) as f64, 3)
}

/// How many requests are in flight: `1 stream`, `32 streams`.
#[must_use]
pub fn streams(count: u32) -> String {
    format!("{count} stream{}", if count == 1 { "" } else { "s" })
}

/// A number that somebody gave or measured: whole ones in full, others to four digits: `500`, `215.4`, `68,700`.
#[must_use]
pub fn amount(value: f64) -> String {
    if value.fract() == 0.0 { count(value) } else { significant(value, 4) }
}

/// A currency other than USD, by what the reader says a dollar is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Currency {
    /// Its three letters, such as `EUR`.
    pub code: String,
    /// How much of it is one USD.
    pub per_usd: f64,
}

thread_local! {
    static SHOWN_IN: RefCell<Option<Currency>> = const { RefCell::new(None) };
}

/// Tells something with every amount of money in a currency. All is computed in USD; only words and axes change.
pub fn in_currency<T>(currency: Option<&Currency>, tell: impl FnOnce() -> T) -> T {
    let before = SHOWN_IN.replace(currency.cloned());
    let told = tell();
    SHOWN_IN.set(before);
    told
}

/// An amount of USD in the currency that money is shown in, for an axis of a figure.
#[must_use]
pub fn shown(usd: f64) -> f64 {
    SHOWN_IN.with_borrow(|currency| currency.as_ref().map_or(usd, |currency| usd * currency.per_usd))
}

/// The word of the currency that money is shown in: `USD` unless [`in_currency`] says otherwise.
#[must_use]
pub fn money_word() -> String {
    SHOWN_IN.with_borrow(|currency| currency.as_ref().map_or("USD".into(), |currency| currency.code.clone()))
}

/// `$`, or the letters of another currency.
fn money_sign() -> String {
    SHOWN_IN.with_borrow(|currency| currency.as_ref().map_or("$".into(), |currency| format!("{} ", currency.code)))
}

/// Dollars to three significant digits: `$197`, `$0.0346`, `$1,230,000`; small change as `$0.27`.
#[must_use]
pub fn usd(value: Usd) -> String {
    dollars(value.value())
}

fn dollars(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let value = shown(value.abs());
    // Whole cents are written as people write them: $2.50, not $2.5.
    let in_cents = value * 100.0;
    let whole_cents = (1.0..10_000.0).contains(&in_cents) && (in_cents - in_cents.round()).abs() < 1e-9;
    let text = if whole_cents { format!("{value:.2}") } else { significant(value, 3) };
    format!("{sign}{}{text}", money_sign())
}

/// `$0.27/h`
#[must_use]
pub fn usd_per_hour(price: UsdPerHour) -> String {
    format!("{}/h", dollars(price.value()))
}

/// `$0.0346`; the caller names the million and the kind of token.
#[must_use]
pub fn usd_per_million<K>(price: UsdPerMillion<K>) -> String {
    dollars(price.value())
}

/// A thousand requests, of which one costs too little to be read: `$2.43`; the caller names the thousand.
#[must_use]
pub fn usd_per_thousand(request: UsdPerRequest) -> String {
    dollars(request.value() * 1000.0)
}

/// A time that fits its size: `45.3 ms`, `1.53 s`, `19.9 min`.
#[must_use]
pub fn millis(time: Millis) -> String {
    let ms = time.value();
    let (value, unit) = match ms {
        _ if ms < 999.5 => (ms, "ms"),
        _ if ms < 119_950.0 => (ms / 1000.0, "s"),
        _ => (ms / 60_000.0, "min"),
    };
    // A whole number is one that somebody chose: `2 s`, not `2.00 s`.
    let text = if value.fract() == 0.0 { count(value) } else { significant(value, 3) };
    format!("{text} {unit}")
}

/// A share as a percentage to three significant digits: `97.0 %`, `0.78 %`.
#[must_use]
pub fn percent(share: Fraction) -> String {
    percent_of(share.value())
}

/// Any ratio as a percentage; may exceed 100 %.
#[must_use]
pub fn percent_of(ratio: f64) -> String {
    let percent = ratio * 100.0;
    let digits = if percent.abs() < 1.0 { 2 } else { 3 };
    format!("{} %", significant(percent, digits))
}

/// A number of times to two significant digits below 10, three above: `3.8`, `4.4`, `181`.
#[must_use]
pub fn times(ratio: f64) -> String {
    if ratio < 9.95 { significant(ratio, 2) } else { significant(ratio, if ratio < 99.5 { 2 } else { 3 }) }
}

/// A count in short form for axes: `500`, `10k`, `2.5M`, `1B`.
#[must_use]
pub fn short_count(value: f64) -> String {
    let thousands = match value.abs() {
        v if v < 9_995.0 => 0,
        v => (((v * 1.0005).log10() / 3.0).floor() as i32).min(4),
    };
    let text = significant(value / 1000f64.powi(thousands), 3);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{}", ["", "k", "M", "B", "T"][thousands as usize])
}

/// Dollars in short form for axes: `$0.02`, `$10`, `$5k`.
#[must_use]
pub fn short_usd(value: f64) -> String {
    format!("{}{}", money_sign(), short_count(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stream_is_one() {
        assert_eq!([1, 32].map(streams), ["1 stream", "32 streams"]);
    }

    #[test]
    fn money_has_three_significant_digits() {
        let cases = [
            (197.1, "$197"),
            (0.034584869, "$0.0346"),
            (0.27, "$0.27"),
            (2.5, "$2.50"),
            (10.0, "$10.00"),
            (0.159, "$0.159"),
            (1234567.0, "$1,230,000"),
            (738.3, "$738"),
            (0.0, "$0"),
            (0.1, "$0.10"),
            (99.971, "$100"),
            (44.31, "$44.31"),
            (44.317, "$44.3"),
            (0.2402, "$0.240"),
            (0.02, "$0.02"),
            (-0.5, "-$0.50"),
        ];
        for (value, text) in cases {
            assert_eq!(usd(Usd::new(value)), text, "{value}");
        }
    }

    #[test]
    fn money_is_told_in_the_readers_currency() {
        let euro = Currency { code: "EUR".into(), per_usd: 0.9 };
        let told = in_currency(Some(&euro), || (usd(Usd::new(-10.0)), short_usd(shown(2e6)), money_word()));
        assert_eq!(told, ("-EUR 9.00".into(), "EUR 1.8M".into(), "EUR".into()));
        assert_eq!((usd(Usd::new(10.0)), money_word()), ("$10.00".into(), "USD".into()));
    }

    #[test]
    fn amounts_that_were_given_stay_as_they_were() {
        assert_eq!([500.0, 215.390625, 68_700.0, 0.5].map(amount), ["500", "215.4", "68,700", "0.5000"]);
    }

    #[test]
    fn times_and_shares() {
        assert_eq!(millis(Millis::new(45.285)), "45.3 ms");
        assert_eq!(millis(Millis::new(1525.44)), "1.53 s");
        assert_eq!(millis(Millis::new(1_191_280.0)), "19.9 min");
        assert_eq!(millis(Millis::new(2000.0)), "2 s");
        assert_eq!(percent_of(0.0078), "0.78 %");
        assert_eq!(percent_of(1.0214), "102 %");
        assert_eq!((times(3.745), times(181.3), times(12.04)), ("3.7".into(), "181".into(), "12".into()));
    }

    #[test]
    fn axes_are_short() {
        let texts = [500.0, 9_000.0, 10_000.0, 2_500_000.0, 1e9, 0.02].map(short_count);
        assert_eq!(texts, ["500", "9,000", "10k", "2.5M", "1B", "0.02"]);
    }

    #[test]
    fn rounding_carries_over() {
        assert_eq!((significant(999.7, 3), significant(0.09996, 3)), ("1,000".into(), "0.100".into()));
    }
}
