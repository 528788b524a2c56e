//! The arithmetic of self-hosting against an API: what is saved a month, and from which volume on.

use super::{Explanation, Input, api, api_name, demand_input, gpu_input, rate_input, replicas_input};
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::library::Library;
use crate::format;
use crate::units::{DAYS_PER_MONTH, HOURS_PER_MONTH};

/// What a month of self-hosting costs less than an API; below 0 it costs more.
pub(super) fn saving(library: &Library, answer: &Answer, api: &ApiAnswer, id: &str) -> Explanation {
    let (theirs, ours) = (api.monthly.value(), answer.bill.total.value());
    let value = theirs - ours;
    let mut inputs = vec![
        computed("A month on the API", theirs, &format!("api/{}", super::api_key(api))),
        computed("A month of self-hosting", ours, "bill"),
        gpu_input(library, answer),
        replicas_input(answer),
    ];
    inputs.extend(prices(library, answer, api));
    Explanation::of(
        id,
        format!("What self-hosting saves a month against {}", api_name(api)),
        format!("{value} USD a month"),
        answer.evidence,
    )
    .worked("a month on the API - a month of self-hosting", format!("{theirs} - {ours} = {value}"))
    .from(inputs)
    .note(if value < 0.0 {
        "Below 0: self-hosting costs more."
    } else {
        "The models may differ: quality is not in it."
    })
}

fn computed(name: &str, usd: f64, by: &str) -> Input {
    Input { name: name.into(), value: format!("{usd} USD"), source: format!("computed; open `{by}`"), link: None }
}

/// The API's own prices, without what is the reader's.
fn prices(library: &Library, answer: &Answer, api: &ApiAnswer) -> Vec<Input> {
    let mut inputs = api::inputs(library, answer, api);
    inputs.retain(|input| input.value.ends_with("USD per 1M"));
    inputs
}

/// From which volume on self-hosting costs less, with every crossing; or why it never does.
pub(super) fn break_even(library: &Library, answer: &Answer, api: &ApiAnswer, id: &str) -> Option<Explanation> {
    let found = api.break_even.as_ref()?;
    let request = api.request.value();
    let fixed = answer.fixed.value();
    let title = format!("Requests a day from which self-hosting costs less than {}", api_name(api));
    let mut inputs = vec![gpu_input(library, answer), rate_input(answer)];
    inputs.extend(prices(library, answer, api));
    let crossing = |replicas: u64, at: f64| {
        let price = answer.replica_price.value();
        format!(
            "({replicas} × {HOURS_PER_MONTH} × {price} + {fixed}) / {request} / {DAYS_PER_MONTH} = {}",
            at / DAYS_PER_MONTH
        )
    };
    let Some(first) = found.crossings.first() else {
        let full = answer.per_request_full.value();
        return Some(
            Explanation::of(
                id,
                title,
                format!("{} times the API's price: {}", found.utilisation, api.never()),
                answer.evidence,
            )
            .worked(
                "a request at full load / a request on the API; above 1 self-hosting never costs less",
                format!("{full} / {request} = {}", found.utilisation),
            )
            .from(inputs)
            .note(format!("A replica costs {} a month.", format::usd(answer.replica.monthly()))),
        );
    };
    let value = first.requests_per_month / DAYS_PER_MONTH;
    let mut explanation = Explanation::of(id, title, format!("{value} requests a day"), answer.evidence)
        .worked(
            "(replicas × 730 h × price an hour + what is paid beside them) / a request on the API / days a month",
            crossing(first.replicas, first.requests_per_month),
        )
        .from({
            inputs.push(demand_input(answer));
            inputs
        })
        .note(format!(
            "One replica costs {} a month; each further one is a step, so that there can be several crossings. Self-hosting \
             costs less {}.",
            format::usd(answer.replica.monthly()),
            api.cheaper_words()
        ));
    explanation.also = found
        .crossings
        .iter()
        .skip(1)
        .take(MOST_CROSSINGS)
        .map(|at| crossing(at.replicas, at.requests_per_month))
        .collect();
    Some(explanation)
}

/// Crossings told beside the first.
const MOST_CROSSINGS: usize = 8;
