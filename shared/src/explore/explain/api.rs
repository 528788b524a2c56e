//! The arithmetic of an API's bill: a month of the demand, and a million tokens of its mix.

use super::{Explanation, Input, api_name, demand_input, mix_input, price_source, web_link};
use crate::economics::api_bill::ApiUse;
use crate::economics::pricing;
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::library::Library;
use crate::format;
use crate::store::provenance::Evidence;
use crate::units::TOKENS_PER_PRICE_UNIT;

/// A month of the demand on an API.
pub(super) fn month(library: &Library, answer: &Answer, api: &ApiAnswer, id: &str) -> Explanation {
    let requests = answer.demand.per_month();
    let (formula, worked) = request_formula(answer, api);
    let title = format!("A month of the same requests: {}", api_name(api));
    let value = api.monthly.value();
    let explanation = Explanation::of(id, title, format!("{value} USD a month"), evidence(api))
        .worked(
            format!("requests a month × ({formula}) / 1,000,000"),
            format!("{requests} × ({worked}) / {TOKENS_PER_PRICE_UNIT} = {value}"),
        )
        .from(inputs(library, answer, api));
    match answer.api_use == ApiUse::default() {
        true => explanation.note("List price: no batch discount, no cached input, no reasoning tokens."),
        false => explanation,
    }
}

/// A million tokens of the mix on an API.
pub(super) fn million(library: &Library, answer: &Answer, api: &ApiAnswer, id: &str) -> Explanation {
    let (formula, worked) = request_formula(answer, api);
    let title = format!("1M total tokens of the same mix: {}", api_name(api));
    let value = api.per_million.value();
    Explanation::of(id, title, format!("{value} USD per 1M total tokens"), evidence(api))
        .worked(
            format!("({formula}) / (input + output tokens)"),
            format!("({worked}) / {} = {value}", answer.mix.total()),
        )
        .from(inputs(library, answer, api))
}

/// A thousand requests of the mix on an API.
pub(super) fn thousand_requests(library: &Library, answer: &Answer, api: &ApiAnswer, id: &str) -> Explanation {
    let (formula, worked) = request_formula(answer, api);
    let title = format!("1,000 of the same requests: {}", api_name(api));
    let value = api.request.value() * 1000.0;
    Explanation::of(id, title, format!("{value} USD per 1,000 requests"), evidence(api))
        .worked(
            format!("({formula}) / 1,000,000 × 1,000"),
            format!("({worked}) / {TOKENS_PER_PRICE_UNIT} × 1000 = {value}"),
        )
        .from(inputs(library, answer, api))
}

/// What a million input tokens cost on an API, and beside it its other prices.
pub(super) fn price(library: &Library, answer: &Answer, api: &ApiAnswer, id: &str) -> Explanation {
    let mut inputs = inputs(library, answer, api);
    inputs.retain(|input| input.value.ends_with("USD per 1M"));
    let listed = if api.record.is_some() { "as its source says" } else { "as you set it" };
    let said = |name: &str, value: f64| format!("{name} price {listed} = {value}");
    let (input, output) = (api.prices.input.value(), api.prices.output.value());
    let mut explanation = Explanation::of(
        id,
        format!("Prices of {}", api_name(api)),
        format!("{input} USD per 1M input tokens, {output} USD per 1M output tokens"),
        evidence(api),
    )
    .worked("a price is not computed", format!("{}; {}", said("input", input), said("output", output)))
    .from(inputs);
    explanation.note = api.record.map(|record| {
        let others = pricing::differing(&library.index.api_prices, record, library.today);
        let long = record.long_context.first().map_or(String::new(), |long| {
            let above = format::count(long.above_prompt_tokens as f64);
            format!(" Prompts of more than {above} tokens have other prices.")
        });
        let differ = others.iter().map(|other| {
            let (input, output) = (other.usd_per_1m_input.value(), other.usd_per_1m_output.value());
            format!(" Another source says {input} / {output}: {}, read {}.", other.source, other.read_on)
        });
        format!("Holds from {}.{long}{}", record.from, differ.collect::<String>())
    });
    explanation
}

/// A listed price is published; the reader's own is an assumption.
fn evidence(api: &ApiAnswer) -> Evidence {
    if api.record.is_some() { Evidence::Published } else { Evidence::Estimated }
}

/// What a million requests cost, in symbols and in numbers; parts that change nothing are left out.
fn request_formula(answer: &Answer, api: &ApiAnswer) -> (String, String) {
    let (usage, prices, mix) = (answer.api_use, api.prices, answer.mix);
    let (mut input, mut output) = ("input tokens × input price".to_owned(), "output tokens".to_owned());
    let mut input_worked = format!("{} × {}", mix.input, prices.input.value());
    let mut output_worked = mix.output.to_string();
    if usage.cached + usage.written > 0.0 {
        input = "input tokens × (the rest × input price + cached × cached price + written × write price)".into();
        let rest = format!("(1 - {} - {}) × {}", usage.cached, usage.written, prices.input.value());
        let cached = format!("{} × {}", usage.cached, prices.cached.value());
        let written = format!("{} × {}", usage.written, prices.cache_write.value());
        input_worked = format!("{} × ({rest} + {cached} + {written})", mix.input);
    }
    if usage.reasoning > 0.0 {
        output += " × (1 + reasoning)";
        output_worked = format!("{} × (1 + {})", mix.output, usage.reasoning);
    }
    output += " × output price";
    output_worked = format!("{output_worked} × {}", prices.output.value());
    if usage.batch > 0.0 && api.batch != (1.0, 1.0) {
        let factor = |batched: f64| format!(" × (1 - {} × (1 - {batched}))", usage.batch);
        input += " × batch";
        output += " × batch";
        input_worked += &factor(api.batch.0);
        output_worked += &factor(api.batch.1);
    }
    let (sum, worked) = (format!("{input} + {output}"), format!("{input_worked} + {output_worked}"));
    if api.fee > 0.0 {
        (format!("({sum}) × (1 + fee)"), format!("({worked}) × (1 + {})", api.fee))
    } else {
        (sum, worked)
    }
}

/// What goes into an API's bill.
pub(super) fn inputs(library: &Library, answer: &Answer, api: &ApiAnswer) -> Vec<Input> {
    let (source, link) = match api.record {
        Some(record) => (price_source(&record.source, record, library.today), web_link(&record.source)),
        None => ("set by you".into(), None),
    };
    let price = |name: &str, value: f64| Input {
        name: name.into(),
        value: format!("{value} USD per 1M"),
        source: source.clone(),
        link: link.clone(),
    };
    let usage = answer.api_use;
    let chosen = |name: &str, value: f64| Input {
        name: name.into(),
        value: value.to_string(),
        source: "set by you".into(),
        link: None,
    };
    let mut inputs =
        vec![price("Input price", api.prices.input.value()), price("Output price", api.prices.output.value())];
    if usage.cached + usage.written > 0.0 {
        inputs.push(price("Price of cached input", api.prices.cached.value()));
        inputs.push(price("Price of input written to the cache", api.prices.cache_write.value()));
        inputs.push(chosen("Share of input cached", usage.cached));
        inputs.push(chosen("Share of input written to the cache", usage.written));
    }
    if usage.reasoning > 0.0 {
        inputs.push(chosen("Reasoning tokens an output token", usage.reasoning));
    }
    if usage.batch > 0.0 && api.batch != (1.0, 1.0) {
        inputs.push(chosen("Share of requests in batches", usage.batch));
        let batch = format!("{} of input, {} of output", api.batch.0, api.batch.1);
        inputs.push(Input { value: batch, ..price("Batch price over list price", 0.0) });
    }
    if api.fee > 0.0 {
        inputs.push(Input { value: api.fee.to_string(), ..price("Platform fee, a share of the bill", 0.0) });
    }
    inputs.extend([mix_input(answer), demand_input(answer)]);
    inputs
}
