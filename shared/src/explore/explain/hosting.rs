//! The arithmetic of self-hosting beside its bill: tokens of a kind, a request, replicas, utilisation, the GPU's price.

use super::{
    Explanation, Input, demand_input, gpu_input, mix_input, price_source, rate_input, replicas_input, web_link,
};
use crate::economics::cost::split_request;
use crate::explore::answer::Answer;
use crate::explore::library::Library;
use crate::format;
use crate::store::provenance::Evidence;
use crate::units::{HOURS_PER_MONTH, SECONDS_PER_HOUR, TOKENS_PER_PRICE_UNIT, UsdPerRequest};

/// A number by its id; with `-full` behind it at full load, without as used.
pub(super) fn number(library: &Library, answer: &Answer, id: &str) -> Option<Explanation> {
    let (kind, full) = id.strip_suffix("-full").map_or((id, false), |kind| (kind, true));
    match kind {
        "per-million-input" => Some(of_kind(library, answer, id, full, "input")),
        "per-million-output" => Some(of_kind(library, answer, id, full, "output")),
        "per-request" => Some(request(library, answer, id, full, 1.0)),
        "per-thousand-requests" => Some(request(library, answer, id, full, 1000.0)),
        "replicas" if !full => Some(replicas(library, answer)),
        "utilisation" if !full => Some(utilisation(answer)),
        "gpu-price" if !full => Some(gpu_price(library, answer)),
        _ => None,
    }
}

/// What a request costs, at full load or as used.
#[must_use]
pub fn of_request(answer: &Answer, full: bool) -> UsdPerRequest {
    if full {
        answer.per_request_full
    } else {
        UsdPerRequest::new(answer.bill.total.value() / answer.demand.per_month())
    }
}

/// A request's cost in symbols and numbers.
pub(super) fn request_formula(answer: &Answer, full: bool) -> (&'static str, String) {
    if full {
        let (price, rate) = (answer.replica_price.value(), answer.replica.rate.value());
        ("price an hour / 3600 / requests a second", format!("{price} / {SECONDS_PER_HOUR} / {rate}"))
    } else {
        let (bill, month) = (answer.bill.total.value(), answer.demand.per_month());
        ("monthly cost / requests a month", format!("{bill} / {month}"))
    }
}

pub(super) fn when(full: bool) -> &'static str {
    if full { "at full load" } else { "as used" }
}

/// What goes into a request's cost.
pub(super) fn request_inputs(library: &Library, answer: &Answer, full: bool) -> Vec<Input> {
    let mut inputs = vec![gpu_input(library, answer), rate_input(answer)];
    if !full {
        inputs.extend([replicas_input(answer), demand_input(answer)]);
    }
    inputs
}

fn request(library: &Library, answer: &Answer, id: &str, full: bool, many: f64) -> Explanation {
    let (formula, worked) = request_formula(answer, full);
    let value = of_request(answer, full).value() * many;
    let (name, unit, times) = if many > 1.0 {
        ("1,000 requests", "USD per 1,000 requests", format!(" × {many}"))
    } else {
        ("a request", "USD a request", String::new())
    };
    let mut inputs = request_inputs(library, answer, full);
    inputs.push(mix_input(answer));
    Explanation::of(id, format!("Cost of {name}, {}", when(full)), format!("{value} {unit}"), answer.evidence)
        .worked(format!("{formula}{}", if many > 1.0 { " × 1,000" } else { "" }), format!("{worked}{times} = {value}"))
        .from(inputs)
}

/// A million tokens of one kind, when input and output share the cost of a request by their work.
fn of_kind(library: &Library, answer: &Answer, id: &str, full: bool, kind: &str) -> Explanation {
    let (formula, worked) = request_formula(answer, full);
    let (mix, weights) = (answer.mix, answer.weights);
    let (rho, kappa) = (weights.output_to_prompt, weights.cached_to_prompt);
    let split = split_request(of_request(answer, full), mix, weights);
    let is_input = kind == "input";
    let value = if is_input { split.input.value() } else { split.output.value() };
    let (prompt, prompt_worked) = match mix.cached > 0.0 {
        true => (
            "(input - cached + kappa × cached) / rho",
            format!("({} - {} + {kappa} × {}) / {rho}", mix.input, mix.cached, mix.cached),
        ),
        false => ("input / rho", format!("{} / {rho}", mix.input)),
    };
    let (by, by_worked) = if is_input { (" / rho", format!(" / {rho}")) } else { ("", String::new()) };
    let mut inputs = request_inputs(library, answer, full);
    inputs.push(mix_input(answer));
    inputs.push(Input {
        name: "rho, work of an output token".into(),
        value: format!("{rho} input tokens"),
        source: "set by you, or 4 unless set; it was not fitted".into(),
        link: None,
    });
    if mix.cached > 0.0 {
        inputs.push(Input {
            name: "kappa, work of a cached input token".into(),
            value: format!("{kappa} input tokens, {} of them a request", format::significant(mix.cached, 4)),
            source: "taken to be so; it was not fitted".into(),
            link: None,
        });
    }
    Explanation::of(
        id,
        format!("Cost of 1M {kind} tokens, {}", when(full)),
        format!("{value} USD per 1M {kind} tokens"),
        answer.evidence,
    )
    .worked(
        format!("{formula} × 1,000,000 / ({prompt} + output){by}"),
        format!("{worked} × {TOKENS_PER_PRICE_UNIT} / ({prompt_worked} + {}){by_worked} = {value}", mix.output),
    )
    .from(inputs)
    .note("A GPU has one price for all it does. Input and output share it by how much work they are, which is a model.")
}

fn replicas(library: &Library, answer: &Answer) -> Explanation {
    let (n, peak) = (answer.bill.replicas, answer.demand.shape.peak_to_mean());
    let (theta, rate) = (answer.replica.headroom.value(), answer.replica.rate.value());
    let unit = if n == 1 { "replica" } else { "replicas" };
    Explanation::of("replicas", "Replicas", format!("{n} {unit}"), answer.evidence)
        .worked(
            "requests a month × peak / (planned load × requests a second × 3600 × 730), rounded up, at least 1",
            format!(
                "max(1, ceil({} × {peak} / ({theta} × {rate} × {SECONDS_PER_HOUR} × {HOURS_PER_MONTH}))) = {n}",
                answer.demand.per_month()
            ),
        )
        .from(vec![
            demand_input(answer),
            Input {
                name: "Peak over mean".into(),
                value: peak.to_string(),
                source: "set by you; 1 unless set".into(),
                link: None,
            },
            Input {
                name: "Planned load".into(),
                value: format::percent(answer.replica.headroom),
                source: "set by you; 80 % unless set".into(),
                link: None,
            },
            rate_input(answer),
            gpu_input(library, answer),
        ])
}

fn utilisation(answer: &Answer) -> Explanation {
    let (n, rate, value) = (answer.bill.replicas, answer.replica.rate.value(), answer.bill.utilisation);
    Explanation::of("utilisation", "Utilisation", format!("{value} of full load"), answer.evidence)
        .worked(
            "requests a month / (replicas × requests a second × 3600 × 730)",
            format!(
                "{} / ({n} × {rate} × {SECONDS_PER_HOUR} × {HOURS_PER_MONTH}) = {value}",
                answer.demand.per_month()
            ),
        )
        .from(vec![demand_input(answer), replicas_input(answer), rate_input(answer)])
        .note("Hours are paid whether they are used or not: utilisation divides the requests, never the bill.")
}

fn gpu_price(library: &Library, answer: &Answer) -> Explanation {
    let value = answer.replica_price.value();
    let gpus = answer.run.file.configuration.gpu_count;
    let text = format!("{value} USD an hour and replica");
    let Some(record) = answer.gpu_price else {
        return Explanation::of("gpu-price", "Price of one replica", text, Evidence::Estimated)
            .worked("set by you", format!("{value} × 1 = {value}"))
            .from(vec![gpu_input(library, answer)]);
    };
    let source = price_source(&format!("{} {}", record.provider, record.tier), record, library.today);
    let of_one = record.usd_per_hour.value();
    Explanation::of("gpu-price", "Price of one replica", text, Evidence::Published)
        .worked("price of one GPU × GPUs of the replica", format!("{of_one} × {gpus} = {value}"))
        .from(vec![
            Input {
                name: format!("{}, an hour", record.hardware),
                value: format!("{of_one} USD"),
                source,
                link: web_link(&record.source),
            },
            Input {
                name: "GPUs of the replica".into(),
                value: gpus.to_string(),
                source: super::run_source(answer.run),
                link: super::file_link(answer.run),
            },
        ])
        .note(format!(
            "The cheapest offer by the hour that is known for this many of these GPUs; its source: {}.",
            record.source
        ))
}
