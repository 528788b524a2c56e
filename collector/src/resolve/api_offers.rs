//! The APIs that a case is held against: those that were named, or the three that always are.

use crate::catalogue::Catalogue;
use crate::cli::case_args::ApiArgs;
use crate::printer::Hinted;
use crate::resolve::hosting::aged;
use shared::date::Date;
use shared::economics::api_bill::{ApiUse, Tariff};
use shared::economics::cost::Mix;
use shared::economics::pricing::{api_prices, differing, is_same_model, stands_as};
use shared::explore::scenario::ApiChoice;
use shared::explore::scenario::Scenario;
use shared::format;
use shared::store::prices::{ApiPrice, Baseline};
use shared::units::UsdPerMillion;

/// One API.
#[derive(Debug, Clone)]
pub struct ApiOffer {
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
) -> anyhow::Result<Vec<ApiOffer>> {
    let offers = api_prices(&catalogue.prices.api, day);
    let api = |price: &ApiPrice| listed(price, catalogue, day, model, usage);
    let mut apis = Vec::new();
    let mut named: Vec<&ApiPrice> = Vec::new();
    for wanted in &args.api {
        let price = find(wanted, &offers, day)?;
        if !named.contains(&price) {
            named.push(price);
            apis.push(api(price));
        }
    }
    for price in &args.api_price {
        apis.push(own(price, usage)?);
    }
    if apis.is_empty() {
        apis.extend(always(&offers, model, mix, usage).into_iter().map(api));
    }
    if apis.is_empty() {
        let hint = "give a price of your own: `--api-price IN/OUT`";
        return Err(Hinted::new(format!("the catalogue holds no API price on {day}"), hint).into());
    }
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
fn find<'a>(wanted: &str, offers: &[&'a ApiPrice], day: Date) -> anyhow::Result<&'a ApiPrice> {
    let is = |text: &str| text.eq_ignore_ascii_case(wanted);
    let exact = |price: &&&ApiPrice| is(&price.id()) || is(&price.model) || is(&price.name);
    if let [one] = offers.iter().filter(exact).collect::<Vec<_>>().as_slice() {
        return Ok(one);
    }
    if wanted.is_empty() {
        return Err(Hinted::new("`--api` names nothing", "`collector prices check` lists every offer").into());
    }
    let part = wanted.to_lowercase();
    let has =
        |price: &&&ApiPrice| price.id().to_lowercase().contains(&part) || price.name.to_lowercase().contains(&part);
    let found: Vec<&&ApiPrice> = offers.iter().filter(has).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let hint = "`collector prices check` lists every offer; a price of your own is `--api-price IN/OUT`";
            Err(Hinted::new(format!("unknown API `{wanted}` (--api) on {day}"), hint).into())
        }
        several => {
            let ids: Vec<String> = several.iter().map(|price| price.id()).collect();
            let message = format!("ambiguous API `{wanted}` (--api): {} offers match", several.len());
            Err(Hinted::new(message, format!("it is one of {}", ids.join(", "))).into())
        }
    }
}

fn listed(price: &ApiPrice, catalogue: &Catalogue, day: Date, model: &str, usage: ApiUse) -> ApiOffer {
    let (input, output) = (price.usd_per_1m_input, price.usd_per_1m_output);
    let mut notes = vec![format!(
        "{}: {} / {} USD per 1M input / output tokens, {}; {}",
        price.name,
        input.value(),
        output.value(),
        aged(price, day),
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
    notes.extend(without_effect(&price.name, &tariff, usage));
    ApiOffer { id: Some(price.id()), name: price.name.clone(), stands: Some(stands_as(price, model)), tariff, notes }
}

/// Ways of use that an API has no price for, each in a sentence.
fn without_effect(name: &str, tariff: &Tariff, usage: ApiUse) -> Vec<String> {
    let prices = tariff.at(0.0);
    let parts = [
        (usage.batch > 0.0 && !tariff.has_batch(), "batches"),
        (usage.cached > 0.0 && prices.cached == prices.input, "cached input"),
        (usage.written > 0.0 && prices.cache_write == prices.input, "input written to its cache"),
    ];
    let missing = parts.into_iter().filter(|(is, _)| *is);
    missing
        .map(|(_, what)| format!("{name}: has no price of its own for {what}; it costs the list price here"))
        .collect()
}

/// A price such as `0.45/0.45`.
fn own(text: &str, usage: ApiUse) -> anyhow::Result<ApiOffer> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|usd| (0.0..=100_000.0).contains(usd));
    let prices = text.split_once('/').and_then(|(input, output)| Some((number(input)?, number(output)?)));
    let (input, output) = prices.ok_or_else(|| {
        let message = format!("`--api-price {text}` is not two prices from 0 to 100000 USD per 1M tokens");
        Hinted::new(message, "write input and output, as in `--api-price 0.45/0.45`")
    })?;
    let (input, output) = (UsdPerMillion::new(input), UsdPerMillion::new(output));
    let name = format!("your API at {}/{}", format::usd_per_million(input), format::usd_per_million(output));
    let tariff = Tariff::plain(input, output);
    Ok(ApiOffer { id: None, stands: None, notes: without_effect(&name, &tariff, usage), name, tariff })
}
