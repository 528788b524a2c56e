//! litellm's `model_prices_and_context_window.json`: USD per token of thousands of models, into rows.
//!
//! Read are input, output, cache and batch prices, the tiers of long prompts, the day a model is withdrawn, and the
//! page litellm names as its source. Images, audio, searches, and prices of faster or slower service are not.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::catalogue::price_list::{Taken, Terms, Unreadable, guessed_baseline, per_million, plausible};
use shared::date::Date;
use shared::store::prices::{ApiPrice, LongContext};
use shared::units::UsdPerMillion;

const EXPECTED: &str = "expected litellm's model_prices_and_context_window.json: an object of models, each with \
                        `input_cost_per_token` and `output_cost_per_token`";
/// Not a model: it explains the fields.
const SPECIMEN: &str = "sample_spec";
const INPUT: &str = "input_cost_per_token";
const OUTPUT: &str = "output_cost_per_token";
const CACHED: &str = "cache_read_input_token_cost";
const CACHE_WRITE: &str = "cache_creation_input_token_cost";

/// Their word for a provider, ours, and its name for people.
const PROVIDERS: [(&str, &str, &str); 19] = [
    ("openai", "openai", "OpenAI"),
    ("anthropic", "anthropic", "Anthropic"),
    ("gemini", "google", "Google"),
    ("bedrock", "aws-bedrock", "AWS Bedrock"),
    ("bedrock_converse", "aws-bedrock", "AWS Bedrock"),
    ("cerebras", "cerebras", "Cerebras"),
    ("cloudflare", "cloudflare", "Cloudflare"),
    ("databricks", "databricks", "Databricks"),
    ("deepinfra", "deepinfra", "DeepInfra"),
    ("deepseek", "deepseek", "DeepSeek"),
    ("fireworks_ai", "fireworks", "Fireworks"),
    ("groq", "groq", "Groq"),
    ("mistral", "mistral", "Mistral"),
    ("nebius", "nebius", "Nebius"),
    ("novita", "novita", "Novita"),
    ("nscale", "nscale", "Nscale"),
    ("ovhcloud", "ovhcloud", "OVHcloud"),
    ("together_ai", "together", "Together"),
    ("xai", "xai", "xAI"),
];

/// The models of a file, by the names they have there.
///
/// # Errors
/// When it is not such a file.
pub fn models(file: &str, text: &str) -> Result<Map<String, Value>, Unreadable> {
    let json = serde_json::from_str(text);
    let json: Value = json.map_err(|error| Unreadable::new(format!("`{file}` is no JSON: {error}"), EXPECTED))?;
    let Value::Object(mut models) = json else {
        return Err(Unreadable::new(format!("`{file}` is JSON, but no object of models"), EXPECTED));
    };
    models.remove(SPECIMEN);
    if !models.values().any(|model| model.get(INPUT).is_some()) {
        return Err(Unreadable::new(format!("no model of `{file}` has `{INPUT}`"), EXPECTED));
    }
    Ok(models)
}

/// The row of one model.
///
/// # Errors
/// When a field that is read holds something else than it should.
pub fn row(file: &str, key: &str, model: &Value, terms: &Terms) -> Result<Taken<ApiPrice>, Unreadable> {
    let entry = Entry { file, key, model };
    let (Some(input), Some(output)) = (entry.price(INPUT)?, entry.price(OUTPUT)?) else {
        return Ok(Taken::LeftOut(format!("`{key}` has no price for prompt and output tokens")));
    };
    if input == 0.0 && output == 0.0 {
        return Ok(Taken::LeftOut(format!("`{key}` costs 0, which the list also says where it knows no price")));
    }
    let to = entry.date("deprecation_date")?;
    if let Some(to) = to.filter(|to| *to <= terms.read_on) {
        return Ok(Taken::LeftOut(format!("`{key}` was withdrawn on {to}")));
    }
    let (provider, provider_name, name) = entry.names()?;
    let named = entry.text("source")?.filter(|source| source.starts_with("https://"));
    let source = terms.source.clone().or_else(|| named.map(str::to_owned)).unwrap_or_else(|| terms.list.clone());
    Ok(Taken::Row(Box::new(ApiPrice {
        provider_name: provider_name.map(str::to_owned),
        provider,
        model: name.to_owned(),
        name: name.rsplit('/').next().unwrap_or(name).to_owned(),
        baseline: guessed_baseline(name),
        open_weights: None,
        usd_per_1m_input: UsdPerMillion::new(input),
        usd_per_1m_cached_input: entry.price(CACHED)?.map(UsdPerMillion::new),
        usd_per_1m_cache_write: entry.price(CACHE_WRITE)?.map(UsdPerMillion::new),
        usd_per_1m_output: UsdPerMillion::new(output),
        usd_per_1m_batch_input: entry.price(&format!("{INPUT}_batches"))?.map(UsdPerMillion::new),
        usd_per_1m_batch_output: entry.price(&format!("{OUTPUT}_batches"))?.map(UsdPerMillion::new),
        long_context: entry.long_context(output)?,
        platform_fee: terms.fee(),
        from: terms.read_on,
        to,
        read_on: terms.read_on,
        via: (source != terms.list).then(|| terms.list.clone()),
        source,
    })))
}

struct Entry<'a> {
    file: &'a str,
    key: &'a str,
    model: &'a Value,
}

impl<'a> Entry<'a> {
    /// USD per million tokens. `null` is what an absent field is.
    fn price(&self, field: &str) -> Result<Option<f64>, Unreadable> {
        let Some(value) = self.field(field) else { return Ok(None) };
        let number = value.as_f64().ok_or_else(|| self.wrong(field, "is no number"))?;
        let per_token = plausible(number).map_err(|why| self.wrong(field, why))?;
        Ok(Some(per_million(per_token)))
    }

    fn text(&self, field: &str) -> Result<Option<&'a str>, Unreadable> {
        let Some(value) = self.field(field) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.wrong(field, "is no text"))
    }

    fn date(&self, field: &str) -> Result<Option<Date>, Unreadable> {
        let Some(text) = self.text(field)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.wrong(field, "is no date like 2026-11-22"))
    }

    /// Our word for the provider, its name for people where we know it, and the provider's name for the model.
    fn names(&self) -> Result<(String, Option<&'static str>, &'a str), Unreadable> {
        let theirs = self.text("litellm_provider")?;
        let theirs = theirs.or_else(|| self.key.split_once('/').map(|(first, _)| first)).unwrap_or("unknown");
        let known = PROVIDERS.iter().find(|(word, ..)| *word == theirs);
        let prefix = format!("{theirs}/");
        let name = self.key.strip_prefix(&prefix).unwrap_or(self.key);
        let name = name.strip_prefix("accounts/fireworks/models/").unwrap_or(name);
        let ours = known.map_or_else(|| theirs.replace('_', "-"), |(_, ours, _)| (*ours).to_owned());
        Ok((ours, known.map(|(.., people)| *people), name))
    }

    /// `input_cost_per_token_above_200k_tokens` and its like, whatever the threshold.
    fn long_context(&self, output: f64) -> Result<Vec<LongContext>, Unreadable> {
        let threshold = |field: &String| -> Option<u64> {
            field.strip_prefix(INPUT)?.strip_prefix("_above_")?.strip_suffix("k_tokens")?.parse().ok()
        };
        let fields = self.model.as_object().into_iter().flat_map(Map::keys);
        let thresholds: BTreeSet<u64> = fields.filter_map(threshold).collect();
        let mut tiers = Vec::new();
        for thousands in thresholds {
            let price = |field: &str| self.price(&format!("{field}_above_{thousands}k_tokens"));
            let Some(input) = price(INPUT)? else { continue };
            tiers.push(LongContext {
                above_prompt_tokens: thousands * 1000,
                usd_per_1m_input: UsdPerMillion::new(input),
                usd_per_1m_cached_input: price(CACHED)?.map(UsdPerMillion::new),
                usd_per_1m_cache_write: price(CACHE_WRITE)?.map(UsdPerMillion::new),
                usd_per_1m_output: UsdPerMillion::new(price(OUTPUT)?.unwrap_or(output)),
            });
        }
        Ok(tiers)
    }

    fn field(&self, field: &str) -> Option<&'a Value> {
        self.model.get(field).filter(|value| !value.is_null())
    }

    fn wrong(&self, field: &str, why: &str) -> Unreadable {
        let value = self.model.get(field).unwrap_or(&Value::Null);
        let message = format!("`{}`: model `{}`: `{field}` is `{value}`, which {why}", self.file, self.key);
        Unreadable::new(message, "prices of litellm are USD for one token, such as 1.5e-07")
    }
}

#[cfg(test)]
#[path = "litellm_tests.rs"]
mod tests;
