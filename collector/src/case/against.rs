//! The APIs that a case is held against: those that were named, or the three that always are.

use crate::catalogue::Catalogue;
use crate::cli::case_args::ApiArgs;
use crate::printer::Hinted;
use shared::date::Date;
use shared::economics::api_bill::{ApiUse, Tariff};
use shared::economics::cost::Mix;
use shared::economics::pricing::{age, api_prices, differing, is_same_model, stands_as};
use shared::explore::scenario::ApiChoice;
use shared::explore::scenario::Scenario;
use shared::format;
use shared::store::prices::{ApiPrice, Baseline};
use shared::units::UsdPerMillion;

/// One API.
#[derive(Debug, Clone)]
pub struct Api {
    /// `provider/model`; none for a price that was given.
    pub id: Option<String>,
    /// For people.
    pub name: String,
    /// How its model stands to ours; none for a price that was given.
    pub stands: Option<&'static str>,
    /// What it asks.
    pub tariff: Tariff,
    /// Where its price stands, how old it is, who says otherwise, each in a sentence.
    pub notes: Vec<String>,
}

/// The APIs that are meant.
///
/// # Errors
/// When one is not known, or a price is none.
pub fn resolve(
    args: &ApiArgs,
    catalogue: &Catalogue,
    day: Date,
    model: &str,
    mix: Mix,
    usage: ApiUse,
) -> anyhow::Result<Vec<Api>> {
    let offers = api_prices(&catalogue.prices.api, day);
    let api = |price: &ApiPrice| listed(price, catalogue, day, model, usage);
    let mut apis = Vec::new();
    for wanted in &args.api {
        apis.push(api(find(wanted, &offers)?));
    }
    for price in &args.api_price {
        apis.push(own(price)?);
    }
    if apis.is_empty() {
        apis.extend(always(&offers, model, mix, usage).into_iter().map(api));
    }
    anyhow::ensure!(!apis.is_empty(), "the catalogue holds no API price on {day}");
    Ok(apis)
}

/// The page's own choice, a small closed model, the cheapest host of the same model.
fn always<'a>(offers: &[&'a ApiPrice], model: &str, mix: Mix, usage: ApiUse) -> Vec<&'a ApiPrice> {
    let default = match Scenario::default().api {
        ApiChoice::Listed(id) => offers.iter().find(|price| price.id() == id),
        ApiChoice::Own { .. } => None,
    };
    let small = offers.iter().find(|price| price.baseline == Baseline::Comparable);
    let request = |price: &ApiPrice| Tariff::of(price).request(mix, usage).value();
    let same = offers.iter().filter(|price| is_same_model(price, model));
    let same = same.min_by(|a, b| request(a).total_cmp(&request(b)));
    let mut chosen: Vec<&ApiPrice> = Vec::new();
    for price in [default, small, same].into_iter().flatten() {
        if !chosen.contains(price) {
            chosen.push(price);
        }
    }
    chosen
}

/// The offer of this id, or the only one whose id or name has this part.
fn find<'a>(wanted: &str, offers: &[&'a ApiPrice]) -> anyhow::Result<&'a ApiPrice> {
    if let Some(exact) = offers.iter().find(|price| price.id() == wanted) {
        return Ok(exact);
    }
    let part = wanted.to_lowercase();
    let has =
        |price: &&&ApiPrice| price.id().to_lowercase().contains(&part) || price.name.to_lowercase().contains(&part);
    let found: Vec<&&ApiPrice> = offers.iter().filter(has).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let hint = "`collector prices check` lists every offer; a price of your own is `--api-price IN/OUT`";
            Err(Hinted::new(format!("no API of the catalogue is called `{wanted}`"), hint).into())
        }
        several => {
            let ids: Vec<String> = several.iter().map(|price| price.id()).collect();
            let message = format!("`--api {wanted}` may be any of {} offers", several.len());
            Err(Hinted::new(message, format!("it is one of {}", ids.join(", "))).into())
        }
    }
}

fn listed(price: &ApiPrice, catalogue: &Catalogue, day: Date, model: &str, usage: ApiUse) -> Api {
    let (days, stale) = age(price, day);
    let stale = if stale { ", stale" } else { "" };
    let (input, output) = (price.usd_per_1m_input, price.usd_per_1m_output);
    let mut notes = vec![format!(
        "{}: {} / {} USD per 1M input / output tokens, read {}, {days} days ago{stale}; {}",
        price.name,
        input.value(),
        output.value(),
        price.read_on,
        price.source
    )];
    for other in differing(&catalogue.prices.api, price, day) {
        notes.push(format!(
            "{}: another source says {} / {}, read {}; {}",
            price.name,
            other.usd_per_1m_input.value(),
            other.usd_per_1m_output.value(),
            other.read_on,
            other.source
        ));
    }
    let tariff = Tariff::of(price);
    if usage.batch > 0.0 && !tariff.has_batch() {
        notes.push(format!("{}: has no batch price; its batches cost the list price here", price.name));
    }
    if usage.cached > 0.0 && price.usd_per_1m_cached_input.is_none() {
        notes.push(format!("{}: has no price for cached input; it costs the list price here", price.name));
    }
    Api { id: Some(price.id()), name: price.name.clone(), stands: Some(stands_as(price, model)), tariff, notes }
}

/// A price such as `0.45/0.45`.
fn own(text: &str) -> anyhow::Result<Api> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|usd| (0.0..=100_000.0).contains(usd));
    let prices = text.split_once('/').and_then(|(input, output)| Some((number(input)?, number(output)?)));
    let (input, output) = prices.ok_or_else(|| {
        let message = format!("`--api-price {text}` is not two prices from 0 to 100000 USD per 1M tokens");
        Hinted::new(message, "write input and output, as in `--api-price 0.45/0.45`")
    })?;
    let (input, output) = (UsdPerMillion::new(input), UsdPerMillion::new(output));
    Ok(Api {
        id: None,
        name: format!("your API at {}/{}", format::usd_per_million(input), format::usd_per_million(output)),
        stands: None,
        tariff: Tariff::plain(input, output),
        notes: Vec::new(),
    })
}
