//! Cost of 1M tokens: self-hosting as used and at full load, beside the same model, small closed and frontier APIs.
//!
//! A point a row on a log axis; a bar would pretend that the axis has a zero. Of many APIs it shows those that matter:
//! the ones the answer is held against, and of each group the cheapest, the middle and the dearest.

use crate::chart::order::ascending;
use crate::chart::scale::Axis;
use crate::chart::{ChartSpec, KeyEntry, Mark, Marker, Point, Stroke, Tone};
use crate::economics::pricing;
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::explain::{api_key, api_name};
use crate::explore::figures::{marks, quantization, source_with_prices};
use crate::explore::library::Library;
use crate::format;
use crate::store::prices::Baseline;
use crate::units::{Total, UsdPerMillion};

struct Row {
    name: String,
    value: f64,
    band: Option<(f64, f64)>,
    tip: Vec<String>,
    opens: String,
    tone: Tone,
    marker: Marker,
}

/// The figure; a pinned scenario's cost is a row of its own.
pub(super) fn draw(library: &Library, answer: &Answer, pinned: Option<&Answer>) -> ChartSpec {
    let mut rows = own_rows(answer);
    rows.extend(pinned.map(pinned_row));
    let own = rows.len();
    rows.extend(api_rows(answer));
    let listed = rows[own..].iter().filter(|row| row.opens != "api-million/own").count();
    let ends =
        |row: &Row| [row.value, row.band.map_or(row.value, |band| band.0), row.band.map_or(row.value, |band| band.1)];
    let all = rows.iter().flat_map(ends).map(format::shown);
    let all: Vec<f64> = all.filter(|value| *value > 0.0 && value.is_finite()).collect();
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(0.0, f64::max);
    let label = format!("{} per 1M total tokens", format::money_word());
    let title = title(answer);
    let marks = rows.iter().enumerate().map(|(row, data)| Mark::Interval {
        row,
        point: Point {
            x: format::shown(data.value),
            y: row as f64,
            tip: data.tip.clone(),
            opens: (!data.opens.is_empty()).then(|| data.opens.clone()),
            ..Point::default()
        },
        low: data.band.map(|band| format::shown(band.0)),
        high: data.band.map(|band| format::shown(band.1)),
        value_label: format::usd_per_million(UsdPerMillion::<Total>::new(data.value)),
        tone: data.tone,
        marker: data.marker,
    });
    let alt: Vec<String> = rows.iter().map(|row| row.tip.join(", ")).collect();
    ChartSpec {
        id: "cost-per-million".into(),
        subtitle: format!(
            "{} in / {} out tokens a request; idle hours are paid for; {listed} of {} APIs",
            format::count(answer.mix.input),
            format::count(answer.mix.output),
            answer.apis.len()
        ),
        source: source_with_prices(library, answer),
        alt: format!("{title}. {}", alt.join("; ")),
        title,
        x: Axis::log(&label, low * 0.8, high * 2.5, format::short_usd),
        y: Axis::categories("", rows.iter().map(|row| row.name.clone()).collect()),
        other_x: Some(Axis::linear(&label, 0.0, high, format::short_usd)),
        other_y: None,
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
            format!("{busy} of full load"),
            word.into(),
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
            format::streams(answer.level.concurrency()),
            word.into(),
        ],
        opens: "per-million-full".into(),
        tone,
        marker,
    };
    vec![used, full]
}

/// What a pinned scenario costs, for its own requests.
fn pinned_row(pinned: &Answer) -> Row {
    let busy = format::percent_of(pinned.bill.utilisation);
    let price = format::usd_per_hour(pinned.replica_price);
    Row {
        name: format!("Pinned: {} at {price}, {} used", quantization(pinned.run), busy.replace(' ', "\u{a0}")),
        value: pinned.per_million.value(),
        band: None,
        tip: vec![
            format!(
                "Pinned: {} on {}",
                pinned.run.file.configuration.name(),
                pinned.run.file.configuration.replica_name()
            ),
            format!("{} per 1M total tokens", format::usd_per_million(pinned.per_million)),
            format!("{busy} of full load at {} requests a day", format::significant(pinned.demand.requests_per_day, 3)),
            pinned.evidence.word().into(),
        ],
        opens: String::new(),
        tone: Tone::Slate(2),
        marker: Marker::HollowSquare,
    }
}

fn api_rows(answer: &Answer) -> Vec<Row> {
    let model = &answer.run.file.configuration.model;
    let compared: Vec<String> = answer.compared().into_iter().map(api_key).collect();
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
        let telling = [0, group.len() / 2, group.len().saturating_sub(1)];
        let group = ascending(&costs).into_iter().map(|place| group[place]);
        let shown = group.enumerate().filter(|(rank, api)| telling.contains(rank) || compared.contains(&api_key(api)));
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
