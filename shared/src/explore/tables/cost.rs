//! What self-hosting costs: a million tokens of each kind, a request, a thousand of them, at full load and as used.

use super::{Cell, Row, Table, in_currency};
use crate::economics::cost::split_request;
use crate::explore::answer::{Answer, told};
use crate::explore::explain::of_request;
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::format;
use crate::units::{Usd, UsdPerRequest};

/// The table; without rows when nobody knows a price.
#[must_use]
pub fn cost(library: &Library, scenario: &Scenario) -> Table {
    in_currency(scenario, || {
        let mut table = Table::of("cost", "What self-hosting costs", &["", "As used", "At full load"]);
        if let Some(answer) = told(library, scenario) {
            table.rows = rows(&answer);
            table.note = note(&answer);
        }
        table
    })
}

fn rows(answer: &Answer) -> Vec<Row> {
    let (used, full) = (of_request(answer, false), of_request(answer, true));
    let split = |request| split_request(request, answer.mix, answer.weights);
    let row = |key: &str, name: &str, used: String, full: String| Row {
        key: key.into(),
        in_use: false,
        cells: vec![Cell::Words(name.into()), Cell::money(used, key), Cell::money(full, format!("{key}-full"))],
    };
    let one = |request: UsdPerRequest| format::usd(Usd::new(request.value()));
    vec![
        row(
            "per-million-input",
            "1M input tokens",
            format::usd_per_million(split(used).input),
            format::usd_per_million(split(full).input),
        ),
        row(
            "per-million-output",
            "1M output tokens",
            format::usd_per_million(split(used).output),
            format::usd_per_million(split(full).output),
        ),
        row(
            "per-million",
            "1M total tokens",
            format::usd_per_million(answer.per_million),
            format::usd_per_million(answer.per_million_full),
        ),
        row("per-request", "A request", one(used), one(full)),
        row("per-thousand-requests", "1,000 requests", format::usd_per_thousand(used), format::usd_per_thousand(full)),
    ]
}

fn note(answer: &Answer) -> String {
    format!(
        "As used is {} of full load. Input and output share a request's cost by their work: an output token counts as {} \
         input tokens, which is a model.",
        format::percent_of(answer.bill.utilisation),
        format::significant(answer.weights.output_to_prompt, 2)
    )
}
