//! Cost of 1M tokens: self-hosting as used and at full load, beside the same model, small closed and frontier APIs.
//!
//! A point a row on a log axis; a bar would pretend that the axis has a zero.

use crate::chart::order::ascending;
use crate::chart::scale::Axis;
use crate::chart::{ChartSpec, KeyEntry, Mark, Marker, Point, Stroke, Tone};
use crate::economics::pricing;
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::explain::{api_key, api_name};
use crate::explore::figures::{marks, source_with_prices};
use crate::explore::library::Library;
use crate::format;
use crate::store::prices::Baseline;

/// APIs shown of one group; the chosen one always is.
const MOST_OF_A_GROUP: usize = 4;

struct Row {
    name: String,
    value: f64,
    band: Option<(f64, f64)>,
    tip: Vec<String>,
    opens: String,
    tone: Tone,
    marker: Marker,
}

/// The figure.
pub(super) fn cost_per_million(library: &Library, answer: &Answer) -> ChartSpec {
    let rows: Vec<Row> = own_rows(answer).into_iter().chain(api_rows(answer)).collect();
    let ends =
        |row: &Row| [row.value, row.band.map_or(row.value, |band| band.0), row.band.map_or(row.value, |band| band.1)];
    let all: Vec<f64> = rows.iter().flat_map(ends).filter(|value| *value > 0.0 && value.is_finite()).collect();
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(0.0, f64::max);
    let x = Axis::log("USD per 1M total tokens", low * 0.8, high * 2.5, format::short_usd);
    let title = title(answer);
    let marks = rows.iter().enumerate().map(|(row, data)| Mark::Interval {
        row,
        point: Point { x: data.value, y: row as f64, tip: data.tip.clone(), opens: Some(data.opens.clone()) },
        low: data.band.map(|band| band.0),
        high: data.band.map(|band| band.1),
        value_label: format::usd_per_million(crate::units::UsdPerMillion::<crate::units::Total>::new(data.value)),
        tone: data.tone,
        marker: data.marker,
    });
    let alt: Vec<String> = rows.iter().map(|row| row.tip.join(", ")).collect();
    ChartSpec {
        id: "cost-per-million".into(),
        subtitle: format!(
            "{} in / {} out tokens a request; idle hours are paid for",
            format::count(answer.mix.input),
            format::count(answer.mix.output)
        ),
        source: source_with_prices(library, answer),
        alt: format!("{title}. {}", alt.join("; ")),
        title,
        x,
        y: Axis::categories("", rows.iter().map(|row| row.name.clone()).collect()),
        stretches: Vec::new(),
        marks: marks.collect(),
        rules: Vec::new(),
        callouts: Vec::new(),
        key: key(answer),
    }
}

/// What each colour and shape stands for, and on what it rests.
fn key(answer: &Answer) -> Vec<KeyEntry> {
    let entry = |label: String, tone, marker| KeyEntry { label, tone, stroke: Stroke::Solid, marker };
    let (_, marker, tone) = marks(answer.evidence, Tone::Accent);
    let marker = if marker == Marker::None { Marker::Hollow } else { marker };
    vec![
        entry(format!("self-hosted ({})", answer.evidence), tone, marker),
        entry("same model on an API (list price)".into(), Tone::Rival, Marker::HollowSquare),
        entry("closed model (list price)".into(), Tone::Slate(0), Marker::Hollow),
    ]
}

fn title(answer: &Answer) -> String {
    let Some(same) = answer.same_model() else {
        return "Nobody in the catalogue hosts the same model".into();
    };
    let provider = same.record.map_or("", |record| record.seller());
    let ratio = answer.per_million_full.value() / same.per_million.value();
    if ratio < 1.0 {
        format!(
            "At full load a token costs {} times less than at {provider}, as used it need not",
            format::times(1.0 / ratio)
        )
    } else {
        format!(
            "Even at full load a token costs {} times what {provider} asks for the same model",
            format::times(ratio)
        )
    }
}

fn own_rows(answer: &Answer) -> Vec<Row> {
    let (_, marker, tone) = marks(answer.evidence, Tone::Accent);
    let marker = if marker == Marker::None { Marker::Hollow } else { marker };
    let busy = format::percent_of(answer.bill.utilisation);
    let word = answer.evidence.word();
    let band = answer.per_million_band.map(|(low, high)| (low.value(), high.value()));
    let used = Row {
        name: format!("Self-hosted, {} used", busy.replace(' ', "\u{a0}")),
        value: answer.per_million.value(),
        band,
        tip: vec![
            "Self-hosted, as used".into(),
            format!("{} per 1M total tokens", format::usd_per_million(answer.per_million)),
            format!("{busy} of full load ({word})"),
        ],
        opens: "per-million".into(),
        tone,
        marker,
    };
    let full = Row {
        name: "Self-hosted, full load".into(),
        value: answer.per_million_full.value(),
        band: None,
        tip: vec![
            "Self-hosted, never idle".into(),
            format!("{} per 1M total tokens", format::usd_per_million(answer.per_million_full)),
            format!("{} streams ({word})", answer.level.concurrency()),
        ],
        opens: "per-million-full".into(),
        tone,
        marker,
    };
    vec![used, full]
}

fn api_rows(answer: &Answer) -> Vec<Row> {
    let model = &answer.run.file.configuration.model;
    let chosen = api_key(&answer.api);
    let same = |api: &ApiAnswer| api.record.is_some_and(|record| pricing::is_same_model(record, model));
    let of = |api: &ApiAnswer, baseline| api.record.is_some_and(|record| record.baseline == baseline);
    let mut rows = Vec::new();
    if answer.api.record.is_none() {
        rows.push(api_row(answer, &answer.api, Tone::Slate(0)));
    }
    for (tone, baseline) in
        [(Tone::Rival, None), (Tone::Slate(1), Some(Baseline::Comparable)), (Tone::Slate(0), Some(Baseline::Frontier))]
    {
        let belongs = |api: &&ApiAnswer| baseline.map_or_else(|| same(api), |baseline| of(api, baseline));
        let group: Vec<&ApiAnswer> = answer.apis.iter().filter(belongs).collect();
        let costs: Vec<f64> = group.iter().map(|api| api.per_million.value()).collect();
        let group = ascending(&costs).into_iter().map(|place| group[place]);
        let shown = group.enumerate().filter(|(rank, api)| *rank < MOST_OF_A_GROUP || api_key(api) == chosen);
        rows.extend(shown.map(|(_, api)| api_row(answer, api, tone)));
    }
    rows
}

fn api_row(answer: &Answer, api: &ApiAnswer, tone: Tone) -> Row {
    let stands =
        api.record.map_or("your price", |record| pricing::stands_as(record, &answer.run.file.configuration.model));
    Row {
        name: match api.record.map(|record| record.baseline) {
            Some(Baseline::Comparable) => format!("{}, small", api_name(api)),
            Some(Baseline::Frontier) => format!("{}, frontier", api_name(api)),
            Some(Baseline::HostedOpenModel) | None => api_name(api),
        },
        value: api.per_million.value(),
        band: None,
        tip: vec![
            format!("{} ({stands})", api_name(api)),
            format!("{} per 1M total tokens", format::usd_per_million(api.per_million)),
            answer.price_words(api).into(),
        ],
        opens: format!("api-million/{}", api_key(api)),
        tone,
        marker: if tone == Tone::Rival { Marker::HollowSquare } else { Marker::Hollow },
    }
}
