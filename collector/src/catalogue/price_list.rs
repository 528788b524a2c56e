//! A list of prices that somebody else keeps: what is the same however it is written.
//!
//! Such a list knows neither whether a model's weights are open nor how it stands to one's own: what is guessed here
//! from a model's name is for a person to check.

use shared::date::Date;
use shared::decimal::tidy;
use shared::store::prices::Baseline;
use shared::units::{Fraction, TOKENS_PER_PRICE_UNIT};

/// More USD for a token than any model costs: such a number counts something else.
const ABSURD_USD_PER_TOKEN: f64 = 0.01;

/// How a list is taken over.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The day the list was read.
    pub read_on: Date,
    /// What to name as the source, instead of what the list names.
    pub source: Option<String>,
    /// What the list is called, such as `litellm prices.json`.
    pub list: String,
    /// What the platform adds to each bill, as a share of it.
    pub platform_fee: Option<f64>,
}

impl Terms {
    /// The platform's fee as rows have it: none when it is 0.
    #[must_use]
    pub fn fee(&self) -> Option<Fraction> {
        self.platform_fee.filter(|fee| *fee > 0.0).and_then(|fee| Fraction::new(fee).ok())
    }
}

/// What became of one model of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken<P> {
    /// A row.
    Row(Box<P>),
    /// None, and why.
    LeftOut(String),
}

/// A file that cannot be read: what is wrong, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unreadable {
    /// With the file, the field and its value.
    pub message: String,
    /// What helps.
    pub hint: String,
}

impl Unreadable {
    /// A message in lower case without a full stop, and a hint.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// USD per million tokens, of USD per token: 1.5e-07 is 0.15, to the last digit that anybody wrote.
#[must_use]
pub fn per_million(per_token: f64) -> f64 {
    tidy(per_token * TOKENS_PER_PRICE_UNIT)
}

/// A price of one token, if it can be one.
///
/// # Errors
/// When it is negative, not finite or absurd: what is wrong with it.
pub fn plausible(per_token: f64) -> Result<f64, &'static str> {
    match per_token {
        usd if !usd.is_finite() || usd < 0.0 => Err("is no price"),
        usd if usd > ABSURD_USD_PER_TOKEN => Err("is too much for one token; is it the price of a million?"),
        usd => Ok(usd),
    }
}

/// Whether a name fits a pattern: with `*` or `?` as a whole, else by any part of it; case does not matter.
#[must_use]
pub fn fits(name: &str, pattern: &str) -> bool {
    let (name, pattern) = (name.to_lowercase(), pattern.to_lowercase());
    if !pattern.contains(['*', '?']) {
        return name.contains(&pattern);
    }
    let (name, pattern): (Vec<char>, Vec<char>) = (name.chars().collect(), pattern.chars().collect());
    // reachable[n]: the pattern so far can stand for the first n characters.
    let mut reachable: Vec<bool> = (0..=name.len()).map(|n| n == 0).collect();
    for part in pattern {
        let before = reachable.clone();
        for n in 0..=name.len() {
            reachable[n] = match part {
                '*' => before[..=n].contains(&true),
                '?' => n > 0 && before[n - 1],
                letter => n > 0 && before[n - 1] && name[n - 1] == letter,
            };
        }
    }
    reachable[name.len()]
}

/// How a model probably stands to one's own, by its name.
#[must_use]
pub fn guessed_baseline(model: &str) -> Baseline {
    const OPEN: [&str; 10] =
        ["llama", "qwen", "mistral", "mixtral", "gemma", "deepseek", "gpt-oss", "phi-", "glm-", "kimi"];
    const SMALL: [&str; 6] = ["mini", "nano", "flash", "haiku", "luna", "small"];
    let name = model.to_lowercase();
    // The name Gemini has `mini` in it, which says nothing.
    let own = name.replace("gemini", "");
    if OPEN.iter().any(|word| name.contains(word)) {
        Baseline::HostedOpenModel
    } else if SMALL.iter().any(|word| own.contains(word)) {
        Baseline::Comparable
    } else {
        Baseline::Frontier
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_of_a_million_are_as_people_write_them() {
        let cases = [(1.5e-7, 0.15), (7.5e-8, 0.075), (1.5001e-7, 0.15001), (3e-6, 3.0), (0.0, 0.0), (2.4e-9, 0.0024)];
        for (per_token, per_million_tokens) in cases {
            assert_eq!(per_million(per_token).to_string(), per_million_tokens.to_string());
        }
        assert_eq!(plausible(-1.0), Err("is no price"));
        assert_eq!(plausible(0.15), Err("is too much for one token; is it the price of a million?"));
    }

    #[test]
    fn a_pattern_is_a_part_or_with_stars_the_whole() {
        for (name, pattern) in [("gpt-4o-mini", "4o"), ("GPT-4o", "gpt"), ("gpt-4o", "gpt-*"), ("a/b/c", "a*c")] {
            assert!(fits(name, pattern), "{name} {pattern}");
        }
        for (name, pattern) in [("gpt-4o-mini", "gpt-4?"), ("gpt-4o", "*-mini"), ("gpt-4o", "o1"), ("", "?")] {
            assert!(!fits(name, pattern), "{name} {pattern}");
        }
        assert!(fits("gpt-4o", "gpt-4?") && fits("", "*"));
    }

    #[test]
    fn the_guess_goes_by_the_name() {
        assert_eq!(guessed_baseline("meta-llama/Llama-3.1-8B"), Baseline::HostedOpenModel);
        assert_eq!(guessed_baseline("gpt-4o-mini"), Baseline::Comparable);
        assert_eq!(guessed_baseline("gemini-2.5-pro"), Baseline::Frontier);
        assert_eq!(guessed_baseline("gemini-2.5-flash"), Baseline::Comparable);
    }
}
