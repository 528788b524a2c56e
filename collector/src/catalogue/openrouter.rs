//! OpenRouter's answer to `GET /api/v1/models`: USD per token as text, into rows.
//!
//! Read are prompt, completion and cache prices. Images, searches and prices per request are not. A price of -1 is
//! OpenRouter's way to say that it varies.

use serde_json::Value;

use crate::catalogue::price_list::{Taken, Terms, Unreadable, guessed_baseline, per_million, plausible};
use shared::decimal;
use shared::store::prices::ApiPrice;
use shared::units::UsdPerMillion;

/// Where the answer comes from.
pub const SOURCE: &str = "https://openrouter.ai/api/v1/models";
/// What paying for credits by card adds to a bill; its least fee of 0.80 USD is left aside. Source:
/// <https://openrouter.ai/docs/faq.md>.
pub const PLATFORM_FEE: f64 = 0.055;
const EXPECTED: &str = "expected the answer of https://openrouter.ai/api/v1/models: an object with `data`, a list of \
                        models, each with `id` and `pricing`";
const VARIES: f64 = -1.0;

/// The models of a file, by their ids.
///
/// # Errors
/// When it is not such a file.
pub fn models(file: &str, text: &str) -> Result<Vec<(String, Value)>, Unreadable> {
    let json = serde_json::from_str(text);
    let mut json: Value = json.map_err(|error| Unreadable::new(format!("`{file}` is no JSON: {error}"), EXPECTED))?;
    let Some(Value::Array(models)) = json.get_mut("data").map(Value::take) else {
        return Err(Unreadable::new(format!("`{file}` has no list `data`"), EXPECTED));
    };
    let named = models.into_iter().enumerate().map(|(position, model)| {
        let id = model.get("id").and_then(Value::as_str).map(str::to_owned);
        let missing = || Unreadable::new(format!("`{file}`: `data[{position}]` has no `id`"), EXPECTED);
        Ok((id.ok_or_else(missing)?, model))
    });
    named.collect()
}

/// The row of one model.
///
/// # Errors
/// When a field that is read holds something else than it should.
pub fn row(file: &str, id: &str, model: &Value, terms: &Terms) -> Result<Taken<ApiPrice>, Unreadable> {
    let price = |field: &str| price(file, id, model, field);
    let (Some(input), Some(output)) = (price("prompt")?, price("completion")?) else {
        return Ok(Taken::LeftOut(format!("`{id}` has no price for prompt and output tokens")));
    };
    if input == VARIES || output == VARIES {
        return Ok(Taken::LeftOut(format!("the price of `{id}` varies with the model that answers")));
    }
    if input == 0.0 && output == 0.0 {
        return Ok(Taken::LeftOut(format!("`{id}` costs 0, and is limited")));
    }
    let name = model.get("name").and_then(Value::as_str).unwrap_or(id);
    let cache = |usd: Option<f64>| usd.filter(|usd| *usd >= 0.0).map(UsdPerMillion::new);
    let source = terms.source.clone().unwrap_or_else(|| SOURCE.to_owned());
    Ok(Taken::Row(Box::new(ApiPrice {
        provider: "openrouter".into(),
        provider_name: Some("OpenRouter".into()),
        model: id.to_owned(),
        name: format!("{name} at OpenRouter"),
        baseline: guessed_baseline(id),
        open_weights: None,
        usd_per_1m_input: UsdPerMillion::new(input),
        usd_per_1m_cached_input: cache(price("input_cache_read")?),
        usd_per_1m_cache_write: cache(price("input_cache_write")?),
        usd_per_1m_output: UsdPerMillion::new(output),
        usd_per_1m_batch_input: None,
        usd_per_1m_batch_output: None,
        long_context: Vec::new(),
        platform_fee: terms.fee(),
        from: terms.read_on,
        to: None,
        read_on: terms.read_on,
        via: None,
        source,
    })))
}

/// USD per million tokens, or [`VARIES`].
fn price(file: &str, id: &str, model: &Value, field: &str) -> Result<Option<f64>, Unreadable> {
    let Some(value) = model.get("pricing").and_then(|pricing| pricing.get(field)).filter(|value| !value.is_null())
    else {
        return Ok(None);
    };
    let wrong = |why: &str| {
        let message = format!("`{file}`: model `{id}`: `pricing.{field}` is `{value}`, which {why}");
        Unreadable::new(message, "prices of OpenRouter are USD for one token, as text, such as \"0.00000015\"")
    };
    let number = match value {
        Value::String(text) => decimal::read(text).or_else(|| text.parse().ok()),
        other => other.as_f64(),
    };
    match number.ok_or_else(|| wrong("is no number"))? {
        VARIES => Ok(Some(VARIES)),
        usd => plausible(usd).map(|usd| Some(per_million(usd))).map_err(wrong),
    }
}

#[cfg(test)]
#[path = "openrouter_tests.rs"]
mod tests;
