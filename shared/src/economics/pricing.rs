//! Which price holds on a day, how old it is, and who says otherwise.
//!
//! Chooses among dated records; what a request costs at a price is `api_bill`'s.

use crate::date::Date;
use crate::store::prices::{ApiPrice, Baseline, Dated, GpuPrice};
use crate::units::UsdPerHour;

/// Days after which a price is marked stale.
pub const STALE_AFTER_DAYS: i64 = 90;

/// The records that hold on a day, in their order.
pub fn on_day<P: Dated>(prices: &[P], day: Date) -> impl Iterator<Item = &P> {
    prices.iter().filter(move |price| price.holds_on(day))
}

/// One price a model and provider on a day, in their order: of sources that differ, the one read last.
///
/// The others are not lost: [`differing`] has them.
#[must_use]
pub fn api_prices(prices: &[ApiPrice], day: Date) -> Vec<&ApiPrice> {
    let mut chosen: Vec<&ApiPrice> = Vec::new();
    for price in on_day(prices, day) {
        match chosen.iter_mut().find(|other| (&other.provider, &other.model) == (&price.provider, &price.model)) {
            Some(other) if other.read_on < price.read_on => *other = price,
            Some(_) => {}
            None => chosen.push(price),
        }
    }
    chosen
}

/// Other records of the same model and provider that hold on a day and ask something else.
#[must_use]
pub fn differing<'a>(prices: &'a [ApiPrice], chosen: &ApiPrice, day: Date) -> Vec<&'a ApiPrice> {
    let asks = |price: &ApiPrice| (price.usd_per_1m_input, price.usd_per_1m_output);
    on_day(prices, day).filter(|other| other.id() == chosen.id() && asks(other) != asks(chosen)).collect()
}

/// The price of one GPU of a replica of so many on a day: of the offers one can rent by the hour then, the cheapest; of
/// equal ones the one read last. Offers of more GPUs than the replica has, and spot, reserved and serverless ones, which
/// are another kind of bill, are never taken for it.
#[must_use]
pub fn gpu_price<'a>(prices: &'a [GpuPrice], hardware: &str, gpus: u32, day: Date) -> Option<&'a GpuPrice> {
    gpu_offers(prices, hardware, gpus, day).min_by(|a, b| {
        let read_last = b.read_on.cmp(&a.read_on);
        a.usd_per_hour.value().total_cmp(&b.usd_per_hour.value()).then(read_last)
    })
}

/// The price of a GPU on a day; where no record holds then, the one that began last of all.
#[must_use]
pub fn known_gpu_price<'a>(prices: &'a [GpuPrice], hardware: &str, gpus: u32, day: Date) -> Option<&'a GpuPrice> {
    let pods = prices.iter().filter(|price| price.hardware == hardware && price.tier.is_on_demand());
    gpu_price(prices, hardware, gpus, day).or_else(|| pods.max_by_key(|price| price.from))
}

/// Every offer that one can rent by the hour on a day for a replica of so many GPUs.
pub fn gpu_offers<'a>(
    prices: &'a [GpuPrice],
    hardware: &str,
    gpus: u32,
    day: Date,
) -> impl Iterator<Item = &'a GpuPrice> {
    let fits = move |price: &&GpuPrice| price.tier.is_on_demand() && price.min_gpus.is_none_or(|least| least <= gpus);
    on_day(prices, day).filter(move |price| price.hardware == hardware).filter(fits)
}

/// P: an hour of a whole replica, from an hour of one of its GPUs.
///
/// ```
/// use shared::economics::pricing::of_replica;
/// use shared::units::UsdPerHour;
/// assert_eq!(of_replica(UsdPerHour::new(0.79), 2).value(), 1.58);
/// ```
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

    #[test]
    fn a_price_holds_from_its_first_day_until_the_day_before_its_end() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let price = GpuPrice {
            provider: "runpod".into(),
            hardware: "rtx-a5000".into(),
            tier: crate::store::prices::Tier::OnDemand,
            usd_per_hour: UsdPerHour::new(0.27),
            min_gpus: None,
            from: day("2026-05-29"),
            to: Some(day("2026-11-22")),
            read_on: day("2026-05-29"),
            source: "made up".into(),
            via: None,
        };
        let held = ["2026-05-28", "2026-05-29", "2026-11-21", "2026-11-22"].map(|text| price.holds_on(day(text)));
        assert_eq!(held, [false, true, true, false]);
        assert_eq!(age(&price, day("2026-08-27")), (90, false));
        assert_eq!(age(&price, day("2026-08-28")), (91, true));
    }
}
