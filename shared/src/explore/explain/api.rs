//! The arithmetic of an API's bill: a month of the demand, and a million tokens of its mix.

use super::{Explanation, Input, api_name, demand_input, mix_input, price_source, web_link};
use crate::economics::api_bill::ApiUse;
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::library::Library;
use crate::store::provenance::Evidence;
use crate::units::TOKENS_PER_PRICE_UNIT;

/// A month of the demand on an API.
pub(super) fn month(library: &Library, answer: &Answer, api: &ApiAnswer, id: &str) -> Explanation {
    let requests = answer.demand.per_month();
    let (formula, worked) = request_formula(answer, api);
    Explanation {
        id: id.into(),
        title: format!("A month of the same requests: {}", api_name(api)),
        value: format!("{} USD a month", api.monthly.value()),
        evidence: evidence(api),
        formula: format!("requests a month × ({formula}) / 1,000,000"),
        worked: format!("{requests} × ({worked}) / {TOKENS_PER_PRICE_UNIT} = {}", api.monthly.value()),
        inputs: inputs(library, answer, api),
        note: (answer.api_use == ApiUse::default())
            .then(|| "List price: no batch discount, no cached input, no reasoning tokens.".into()),
    }
}

/// A million tokens of the mix on an API.
pub(super) fn million(library: &Library, answer: &Answer, api: &ApiAnswer, id: &str) -> Explanation {
    let (formula, worked) = request_formula(answer, api);
    Explanation {
        id: id.into(),
        title: format!("1M total tokens of the same mix: {}", api_name(api)),
        value: format!("{} USD per 1M total tokens", api.per_million.value()),
        evidence: evidence(api),
        formula: format!("({formula}) / (input + output tokens)"),
        worked: format!("({worked}) / {} = {}", answer.mix.total(), api.per_million.value()),
        inputs: inputs(library, answer, api),
        note: None,
    }
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

fn inputs(library: &Library, answer: &Answer, api: &ApiAnswer) -> Vec<Input> {
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
