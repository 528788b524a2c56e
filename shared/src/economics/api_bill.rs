//! What the same requests cost on an API: tiers by prompt length, its cache, its batch prices, reasoning, its fee.
//!
//! `a_req = [(i - h - w) p_in + h p_cached + w p_write + o (1 + tau) p_out] (1 - b d_batch) (1 + fee)`. The API's cache
//! hits are its own: ours do not count here. Sources: the providers' price pages, which the records name.

use crate::decimal::tidy;
use crate::economics::cost::Mix;
use crate::economics::invalid::{Invalid, within};
use crate::store::prices::ApiPrice;
use crate::units::{Output, Prompt, TOKENS_PER_PRICE_UNIT, UsdPerMillion, UsdPerRequest};

/// What an API asks for tokens, of prompts of every length.
#[derive(Debug, Clone, PartialEq)]
pub struct Tariff {
    /// For the shortest prompts.
    base: TokenPrices,
    /// Above so many prompt tokens, other prices; shortest threshold first.
    longer: Vec<(f64, TokenPrices)>,
    /// What a batch costs of the list price: of its prompt tokens, of its output tokens. `None` without a batch API.
    batch: Option<(f64, f64)>,
    /// What the platform adds, as a share of the bill.
    fee: f64,
}

/// What tokens cost at one length of prompt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenPrices {
    /// USD per million prompt tokens.
    pub input: UsdPerMillion<Prompt>,
    /// USD per million prompt tokens that the provider's cache holds: the input price where it has no other.
    pub cached: UsdPerMillion<Prompt>,
    /// USD per million prompt tokens written into that cache: the input price where it has no other.
    pub cache_write: UsdPerMillion<Prompt>,
    /// USD per million output tokens.
    pub output: UsdPerMillion<Output>,
}

/// How requests would be sent to an API.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ApiUse {
    /// h/i: share of the prompt tokens that the provider's cache holds, from 0 to 1.
    pub cached: f64,
    /// w/i: share of the prompt tokens that are written into it, from 0 to what is not cached.
    pub written: f64,
    /// tau: reasoning tokens for each visible output token; they are billed as output.
    pub reasoning: f64,
    /// b: share of the requests that go through the batch API, from 0 to 1.
    pub batch: f64,
}

impl ApiUse {
    /// Itself, once every share is one.
    ///
    /// # Errors
    /// When a value lies outside its range.
    pub fn checked(self) -> Result<Self, Invalid> {
        within("api_cached", self.cached, 0.0, 1.0)?;
        within("api_cache_written", self.written, 0.0, tidy(1.0 - self.cached))?;
        within("api_reasoning", self.reasoning, 0.0, 1000.0)?;
        within("api_batch", self.batch, 0.0, 1.0)?;
        Ok(self)
    }
}

impl TokenPrices {
    /// Prices of an API that has no cache.
    #[must_use]
    pub fn plain(input: UsdPerMillion<Prompt>, output: UsdPerMillion<Output>) -> Self {
        Self { input, cached: input, cache_write: input, output }
    }

    fn or_input(
        input: UsdPerMillion<Prompt>,
        cached: Option<UsdPerMillion<Prompt>>,
        cache_write: Option<UsdPerMillion<Prompt>>,
        output: UsdPerMillion<Output>,
    ) -> Self {
        Self { input, cached: cached.unwrap_or(input), cache_write: cache_write.unwrap_or(input), output }
    }
}

impl Tariff {
    /// What a record asks.
    #[must_use]
    pub fn of(price: &ApiPrice) -> Self {
        let base = TokenPrices::or_input(
            price.usd_per_1m_input,
            price.usd_per_1m_cached_input,
            price.usd_per_1m_cache_write,
            price.usd_per_1m_output,
        );
        let longer = price.long_context.iter().map(|long| {
            let (cached, write) = (long.usd_per_1m_cached_input, long.usd_per_1m_cache_write);
            let prices = TokenPrices::or_input(long.usd_per_1m_input, cached, write, long.usd_per_1m_output);
            (long.above_prompt_tokens as f64, prices)
        });
        // A free token costs nothing in a batch as well.
        let of_list = |batch: f64, list: f64| if list > 0.0 { batch / list } else { 1.0 };
        let batch = price.usd_per_1m_batch_input.zip(price.usd_per_1m_batch_output).map(|(input, output)| {
            (of_list(input.value(), base.input.value()), of_list(output.value(), base.output.value()))
        });
        let fee = price.platform_fee.map_or(0.0, crate::units::Fraction::value);
        Self { base, longer: longer.collect(), batch, fee }
    }

    /// Two prices, and nothing else.
    #[must_use]
    pub fn plain(input: UsdPerMillion<Prompt>, output: UsdPerMillion<Output>) -> Self {
        Self { base: TokenPrices::plain(input, output), longer: Vec::new(), batch: None, fee: 0.0 }
    }

    /// The prices of a prompt of so many tokens: those of the last threshold it is strictly longer than.
    #[must_use]
    pub fn at(&self, prompt_tokens: f64) -> TokenPrices {
        let reached = self.longer.iter().rev().find(|(above, _)| prompt_tokens > *above);
        reached.map_or(self.base, |(_, prices)| *prices)
    }

    /// The same tariff with every price of prompt tokens, and every price of output tokens, times a factor.
    #[must_use]
    pub fn times(&self, input: f64, output: f64) -> Self {
        let scaled = |prices: &TokenPrices| TokenPrices {
            input: UsdPerMillion::new(prices.input.value() * input),
            cached: UsdPerMillion::new(prices.cached.value() * input),
            cache_write: UsdPerMillion::new(prices.cache_write.value() * input),
            output: UsdPerMillion::new(prices.output.value() * output),
        };
        let longer = self.longer.iter().map(|(above, prices)| (*above, scaled(prices)));
        Self { base: scaled(&self.base), longer: longer.collect(), ..*self }
    }

    /// What a batch costs of the list price, prompt and output tokens; `(1, 1)` without a batch API.
    #[must_use]
    pub fn batch_factors(&self) -> (f64, f64) {
        self.batch.unwrap_or((1.0, 1.0))
    }

    /// Whether there is a batch API with prices of its own.
    #[must_use]
    pub fn has_batch(&self) -> bool {
        self.batch.is_some()
    }

    /// What the platform adds, as a share of the bill.
    #[must_use]
    pub fn fee(&self) -> f64 {
        self.fee
    }

    /// a_req: what one request of this mix costs. The cached tokens of the mix are ours and do not count: `usage` says
    /// what the provider's cache holds.
    ///
    /// ```
    /// use shared::economics::api_bill::{ApiUse, Tariff};
    /// use shared::economics::cost::Mix;
    /// use shared::units::UsdPerMillion;
    /// let tariff = Tariff::plain(UsdPerMillion::new(2.5), UsdPerMillion::new(10.0));
    /// let request = tariff.request(Mix { input: 1000.0, cached: 0.0, output: 100.0 }, ApiUse::default());
    /// assert!((request.value() - 0.0035).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn request(&self, mix: Mix, usage: ApiUse) -> UsdPerRequest {
        let prices = self.at(mix.input);
        let (cached, written) = (usage.cached * mix.input, usage.written * mix.input);
        // Nine tenths and one tenth leave nothing, whatever rounding says.
        let prompt = (mix.input - cached - written).max(0.0) * prices.input.value()
            + cached * prices.cached.value()
            + written * prices.cache_write.value();
        let output = mix.output * (1.0 + usage.reasoning) * prices.output.value();
        let (prompt_factor, output_factor) = self.batch_factors();
        let listed = |batched: f64| 1.0 - usage.batch + usage.batch * batched;
        let per_million = prompt * listed(prompt_factor) + output * listed(output_factor);
        UsdPerRequest::new(per_million / TOKENS_PER_PRICE_UNIT * (1.0 + self.fee))
    }
}

#[cfg(test)]
#[path = "api_bill_tests.rs"]
mod tests;
