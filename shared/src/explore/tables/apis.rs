//! Every API with the same requests, grouped by how its model stands to the one that is served.

use super::{Cell, Row, Table, in_currency};
use crate::economics::pricing;
use crate::explore::answer::{Answer, ApiAnswer, answer};
use crate::explore::explain::{age_words, api_key, api_name};
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::format;
use crate::units::Usd;

/// Groups, in their order: how a model stands, and the heading.
const GROUPS: [(&str, &str); 5] = [
    ("your price", "Your price"),
    ("same model", "The same model, hosted by others"),
    ("another open model", "Other open models, hosted by others: quality is not compared"),
    ("small closed model", "Comparable: small closed models; quality is not compared"),
    ("frontier model", "Frontier models: quality differs"),
];

/// The table; without rows when there is no answer.
#[must_use]
pub fn apis(library: &Library, scenario: &Scenario) -> Table {
    in_currency(scenario, || {
        let money = format::money_word();
        let mut table = Table::of("apis", "The same requests on an API", &[]);
        table.columns = [
            "Model".to_owned(),
            format!("{money} per 1M input"),
            format!("{money} per 1M output"),
            format!("{money} per 1M total, this mix"),
            format!("{money} per 1,000 requests"),
            format!("{money} a month"),
            "Self-hosting saves a month".to_owned(),
            "Self-hosting costs less".to_owned(),
            "Price read".to_owned(),
        ]
        .into();
        let Ok(answer) = answer(library, scenario) else { return table };
        let own = answer.api.record.is_none().then_some(&answer.api);
        let listed: Vec<&ApiAnswer> = own.into_iter().chain(&answer.apis).collect();
        for (stands, heading) in GROUPS {
            let of_group = listed.iter().filter(|api| stands_as(&answer, api) == stands);
            let place = table.rows.len();
            table.rows.extend(of_group.map(|api| row(library, &answer, api)));
            if table.rows.len() > place {
                table.groups.push((place, heading.to_owned()));
            }
        }
        table
    })
}

fn stands_as(answer: &Answer, api: &ApiAnswer) -> &'static str {
    let model = &answer.run.file.configuration.model;
    api.record.map_or("your price", |record| pricing::stands_as(record, model))
}

fn row(library: &Library, answer: &Answer, api: &ApiAnswer) -> Row {
    let key = api_key(api);
    let money = |text: String, kind: &str| Cell::money(text, format!("{kind}/{key}"));
    let saving = Usd::new(api.monthly.value() - answer.bill.total.value());
    let break_even = match &api.break_even {
        Some(_) => Cell::opens(api.cheaper_words(), format!("break-even/{key}")),
        None => Cell::Words("never: it is free".into()),
    };
    Row {
        in_use: key == api_key(&answer.api),
        cells: vec![
            Cell::Words(api_name(api)),
            money(format::usd_per_million(api.prices.input), "api-price"),
            money(format::usd_per_million(api.prices.output), "api-price"),
            money(format::usd_per_million(api.per_million), "api-million"),
            money(format::usd_per_thousand(api.request), "api-request"),
            money(format::usd(api.monthly), "api"),
            money(format::usd(saving), "saving"),
            break_even,
            read(library, api),
        ],
        key,
    }
}

fn read(library: &Library, api: &ApiAnswer) -> Cell {
    let Some(record) = api.record else { return Cell::Words("set by you".into()) };
    Cell::Dated {
        text: format!("{} ({})", record.read_on, age_words(record, library.today)),
        stale: pricing::age(record, library.today).1,
        to: record.source.starts_with("https://").then(|| record.source.clone()),
    }
}
