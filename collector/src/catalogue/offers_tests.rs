//! What rows say about one another, on made-up rows; and that the repository's own rows are what they claim to be.

use super::*;
use crate::catalogue::Catalogue;
use shared::store::prices::Tier;
use shared::units::UsdPerHour;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A GPU's row: price, first day, end, source.
fn row(usd: f64, from: &str, to: &str, source: &str) -> GpuPrice {
    GpuPrice {
        provider: "p".into(),
        hardware: "h".into(),
        tier: Tier::Secure,
        usd_per_hour: UsdPerHour::new(usd),
        min_gpus: None,
        from: day(from),
        to: (!to.is_empty()).then(|| day(to)),
        read_on: day(from),
        source: source.into(),
        via: None,
    }
}

fn file(rows: &[GpuPrice]) -> PriceFile {
    PriceFile { gpu: rows.to_vec(), ..PriceFile::default() }
}

#[test]
fn sources_that_differ_on_a_day_are_all_shown() {
    let rows = [
        row(1.0, "2026-01-01", "2026-02-01", "a"),
        row(2.0, "2026-02-01", "", "a"),
        row(3.0, "2026-03-01", "", "b"),
        // The same offer for eight is another offer.
        GpuPrice { min_gpus: Some(8), ..row(9.0, "2026-01-01", "", "c") },
    ];
    let found = conflicts(&offers(&file(&rows)));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].offer, "p/h, secure");
    let said: Vec<_> = found[0].rows.iter().map(|row| (row.numbers[0].1, row.source.as_str())).collect();
    assert_eq!(said, [(2.0, "a"), (3.0, "b")]);
}

#[test]
fn sources_that_agree_or_follow_one_another_are_no_conflict() {
    let rows =
        [row(1.0, "2026-01-01", "2026-03-01", "a"), row(2.0, "2026-03-01", "", "b"), row(2.0, "2026-04-01", "", "c")];
    assert!(conflicts(&offers(&file(&rows))).is_empty());
}

#[test]
fn only_numbers_that_both_give_can_differ() {
    let offer = |numbers: &[(&'static str, f64)]| Offer {
        numbers: numbers.to_vec(),
        ..offers(&file(&[row(1.0, "2026-01-01", "", "a")])).remove(0)
    };
    let (plain, cached) = (offer(&[("input", 1.0)]), offer(&[("input", 1.0), ("cached_input", 0.5)]));
    assert!(conflicts(&[plain, cached.clone()]).is_empty());
    let other = offer(&[("input", 1.0), ("cached_input", 0.1)]);
    assert_eq!(conflicts(&[cached, other]).len(), 1);
}

#[test]
fn an_end_without_a_next_row_is_a_gap_once_it_has_come() {
    let rows = [
        row(1.0, "2026-01-01", "2026-02-01", "a"),
        row(2.0, "2026-02-01", "2026-03-01", "b"),
        row(3.0, "2026-04-01", "2026-06-01", "c"),
    ];
    let all = offers(&file(&rows));
    let ended = |today: &str| gaps(&all, day(today)).iter().map(|row| row.numbers[0].1).collect::<Vec<_>>();
    assert_eq!(ended("2026-02-28"), [] as [f64; 0]);
    assert_eq!(ended("2026-03-01"), [2.0]);
    assert_eq!(ended("2026-06-01"), [2.0, 3.0]);
}

#[test]
fn a_price_is_stale_after_ninety_days() {
    let all = offers(&file(&[row(1.0, "2026-01-01", "", "a")]));
    assert_eq!(all[0].age(day("2026-04-01")), (90, false));
    assert_eq!(all[0].age(day("2026-04-02")), (91, true));
}

#[test]
fn rows_survive_being_written() {
    let catalogue = Catalogue::load(None).unwrap();
    let text = catalogue.prices.to_toml().unwrap();
    assert_eq!(toml::from_str::<PriceFile>(&text).unwrap(), catalogue.prices);
}

#[test]
fn the_own_rows_are_many_and_sourced_and_sane() {
    let prices = Catalogue::load(None).unwrap().prices;
    assert!(prices.api.len() >= 60, "{} API rows", prices.api.len());
    assert!(prices.gpu.len() >= 60, "{} GPU rows", prices.gpu.len());
    for row in offers(&prices) {
        let Offer { offer, source, from, to, read_on, numbers, kind, .. } = &row;
        let version = |word: &str| word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.');
        let of_file = source.contains(".json") && source.split(' ').any(version);
        assert!(source.starts_with("https://") || of_file, "{offer}: {source}");
        assert!(from <= read_on, "{offer}: read on {read_on}, holds from {from}");
        assert!(to.is_none_or(|to| to > *from), "{offer}");
        let most = match kind {
            Kind::Api => 500.0,
            Kind::Gpu => 50.0,
            Kind::Electricity | Kind::Storage => 2.0,
        };
        assert!(numbers.iter().all(|(_, usd)| *usd > 0.0 && *usd < most), "{offer}: {numbers:?}");
    }
}

#[test]
fn the_own_api_rows_hold_together() {
    let prices = Catalogue::load(None).unwrap().prices;
    for price in &prices.api {
        let id = price.id();
        let input = price.usd_per_1m_input;
        assert!(price.usd_per_1m_cached_input.is_none_or(|cached| cached <= input), "{id}");
        assert!(price.usd_per_1m_cache_write.is_none_or(|write| write >= input), "{id}");
        assert!(price.usd_per_1m_batch_input.is_none_or(|batch| batch <= input), "{id}");
        assert_eq!(price.usd_per_1m_batch_input.is_some(), price.usd_per_1m_batch_output.is_some(), "{id}");
        assert!(price.long_context.iter().all(|long| long.usd_per_1m_input >= input), "{id}");
        assert!(price.long_context.is_sorted_by_key(|long| long.above_prompt_tokens), "{id}");
        let names = prices.api.iter().filter(|other| other.provider == price.provider).map(|other| other.seller());
        assert!(names.eq(std::iter::repeat_n(price.seller(), count(&prices, &price.provider))), "{id}");
        assert_ne!(price.seller(), price.provider, "{id} has no provider_name");
    }
    // The same model first, as readers compare.
    assert!(prices.api.is_sorted_by_key(|price| price.baseline));
}

fn count(prices: &PriceFile, provider: &str) -> usize {
    prices.api.iter().filter(|price| price.provider == provider).count()
}

#[test]
fn the_a5000_has_its_pod_price_and_both_serverless_ones() {
    let prices = Catalogue::load(None).unwrap().prices;
    let chosen = pricing::gpu_price(&prices.gpu, "rtx-a5000", 1, day("2026-11-22")).unwrap();
    assert_eq!((chosen.tier, chosen.usd_per_hour.value()), (Tier::OnDemand, 0.27));
    let of = |tier: Tier| prices.gpu.iter().find(|price| price.hardware == "rtx-a5000" && price.tier == tier).unwrap();
    assert_eq!(of(Tier::ServerlessFlex).usd_per_hour.value(), 0.684);
    assert_eq!(of(Tier::ServerlessActive).usd_per_hour.value(), 0.468);
}
