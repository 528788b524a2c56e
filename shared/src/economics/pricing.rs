//! What the same requests cost on an API, which price holds on a day, and how old it is.
//!
//! Caching, batch and reasoning tokens come with the full bill; here a request is input and output at list price.

use crate::date::Date;
use crate::economics::cost::Mix;
use crate::store::prices::{ApiPrice, Baseline, Dated, GpuPrice};
use crate::units::{Output, Prompt, TOKENS_PER_PRICE_UNIT, UsdPerHour, UsdPerMillion, UsdPerRequest};

/// Days after which a price is marked stale.
pub const STALE_AFTER_DAYS: i64 = 90;

/// Input and output price of an API.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenPrices {
    /// USD per million prompt tokens.
    pub input: UsdPerMillion<Prompt>,
    /// USD per million output tokens.
    pub output: UsdPerMillion<Output>,
}

impl TokenPrices {
    /// The list prices of a record.
    #[must_use]
    pub fn of(price: &ApiPrice) -> Self {
        Self { input: price.usd_per_1m_input, output: price.usd_per_1m_output }
    }

    /// What one request of this mix costs: `(i*p_in + o*p_out) / 1e6`.
    ///
    /// Cached input is priced as input: the provider's cache hits are its own, and not ours to assume.
    #[must_use]
    pub fn request(self, mix: Mix) -> UsdPerRequest {
        let per_million = mix.input * self.input.value() + mix.output * self.output.value();
        UsdPerRequest::new(per_million / TOKENS_PER_PRICE_UNIT)
    }
}

/// The records that hold on a day, in their order.
pub fn on_day<P: Dated>(prices: &[P], day: Date) -> impl Iterator<Item = &P> {
    prices.iter().filter(move |price| price.holds_on(day))
}

/// The price of a GPU on a day: of the records that hold then, the one that began last.
#[must_use]
pub fn gpu_price<'a>(prices: &'a [GpuPrice], hardware: &str, day: Date) -> Option<&'a GpuPrice> {
    on_day(prices, day).filter(|price| price.hardware == hardware).max_by_key(|price| price.from)
}

/// P: an hour of a whole replica, from an hour of one of its GPUs.
#[must_use]
pub fn of_replica(of_one_gpu: UsdPerHour, gpus: u32) -> UsdPerHour {
    UsdPerHour::new(of_one_gpu.value() * f64::from(gpus))
}

/// Days since a price's source was last read, and whether that makes it stale.
#[must_use]
pub fn age(price: &impl Dated, today: Date) -> (i64, bool) {
    let days = today.days_since(price.read_on());
    (days, days > STALE_AFTER_DAYS)
}

/// How an API stands to the model one would serve, in words: `same model`, `small closed model`, …
#[must_use]
pub fn stands_as(price: &ApiPrice, model: &str) -> &'static str {
    match price.baseline {
        Baseline::HostedOpenModel if price.open_weights.as_deref() == Some(model) => "same model",
        Baseline::HostedOpenModel => "another open model",
        Baseline::Comparable => "small closed model",
        Baseline::Frontier => "frontier model",
    }
}

/// Whether the API serves the very model one would serve.
#[must_use]
pub fn is_same_model(price: &ApiPrice, model: &str) -> bool {
    price.baseline == Baseline::HostedOpenModel && price.open_weights.as_deref() == Some(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::UsdPerMillion as PerMillion;

    #[test]
    fn equal_input_and_output_is_the_mean_of_both_prices() {
        // Golden vectors V4: half and half blends of list prices.
        for (input, output, blended) in [(2.5, 10.0, 6.25), (0.15, 0.6, 0.375), (3.0, 15.0, 9.0), (1.0, 5.0, 3.0)] {
            let prices = TokenPrices { input: PerMillion::new(input), output: PerMillion::new(output) };
            let half_million = TOKENS_PER_PRICE_UNIT / 2.0;
            let mix = Mix { input: half_million, cached: 0.0, output: half_million };
            assert!((prices.request(mix).value() - blended).abs() < 1e-9);
        }
    }

    #[test]
    fn a_price_holds_from_its_first_day_until_the_day_before_its_end() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let price = GpuPrice {
            provider: "runpod".into(),
            hardware: "rtx-a5000".into(),
            tier: "on-demand".into(),
            usd_per_hour: UsdPerHour::new(0.27),
            from: day("2026-05-29"),
            to: Some(day("2026-11-22")),
            read_on: day("2026-05-29"),
            source: "made up".into(),
        };
        let held = ["2026-05-28", "2026-05-29", "2026-11-21", "2026-11-22"].map(|text| price.holds_on(day(text)));
        assert_eq!(held, [false, true, true, false]);
        assert_eq!(age(&price, day("2026-08-27")), (90, false));
        assert_eq!(age(&price, day("2026-08-28")), (91, true));
    }
}
