//! Cost of self-hosting over cost of the API at other utilisations and GPU prices: where the answer turns around.
//!
//! The cell of the reader's own scenario holds exactly its utilisation and its price, so it says what the answer says.

use crate::chart::scale::Axis;
use crate::chart::{Cell, ChartSpec, KeyEntry, Mark, Marker, Point, Stroke, Tone};
use crate::decimal::rounded;
use crate::economics::cost;
use crate::economics::replica::Replica;
use crate::explore::answer::Answer;
use crate::explore::explain::api_name;
use crate::explore::figures::{conditions, source_with_prices};
use crate::explore::library::Library;
use crate::format;
use crate::units::{Total, UsdPerHour, UsdPerMillion, UsdPerRequest};

/// Utilisations of the columns; the nearest gives way to the reader's own.
const USED: [f64; 8] = [0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0];

/// GPU prices of the rows, as multiples of the reader's own.
const PRICES: [f64; 7] = [4.0, 2.5, 1.6, 1.0, 0.63, 0.4, 0.25];

/// So many times cheaper or dearer is the fullest colour.
const FULLEST: f64 = 16.0;

/// The figure.
///
/// # Errors
/// When the API costs nothing.
pub(super) fn draw(library: &Library, answer: &Answer) -> Result<ChartSpec, String> {
    let api = answer.api.per_million.value();
    let name = api_name(&answer.api);
    if api <= 0.0 {
        return Err(format!("{name} costs nothing, so there is nothing to compare with."));
    }
    let (here_used, here_price) = (answer.bill.utilisation, answer.replica_price.value());
    let used = columns(here_used);
    let prices = PRICES.map(|times| if times == 1.0 { here_price } else { rounded(here_price * times, 2) });
    let mut cells = Vec::with_capacity(used.len() * prices.len());
    for (row, price) in prices.into_iter().enumerate() {
        for (column, used) in used.into_iter().enumerate() {
            let own = per_million(answer, price, used);
            let ratio = own.value() / api;
            cells.push(Cell {
                value: ratio,
                strength: -(ratio.ln() / FULLEST.ln()).clamp(-1.0, 1.0),
                point: Point {
                    x: column as f64,
                    y: row as f64,
                    tip: vec![
                        format!(
                            "{} used at {}",
                            format::percent_of(used),
                            format::usd_per_hour(UsdPerHour::new(price))
                        ),
                        format!("self-hosting {} per 1M total tokens", format::usd_per_million(own)),
                        format!("{name} {}", format::usd_per_million(answer.api.per_million)),
                        answer.evidence.word().into(),
                    ],
                    label: short(ratio),
                    opens: (used == here_used && price == here_price).then(|| "per-million".into()),
                    ..Point::default()
                },
                here: used == here_used && price == here_price,
            });
        }
    }
    let edges = |count: usize| (0..=count).map(|edge| edge as f64 - 0.5).collect::<Vec<f64>>();
    let ratio_words = format!("cost of self-hosting over {name}'s");
    let entry = |label: String, tone, marker| KeyEntry { label, tone, stroke: Stroke::Solid, marker };
    let title = title(answer, &name);
    Ok(ChartSpec {
        id: "heat-map".into(),
        subtitle: format!("{}; {ratio_words}, per 1M total tokens ({})", conditions(answer.run), answer.evidence),
        source: source_with_prices(library, answer),
        alt: format!(
            "{title}. Outlined: {} used at {}.",
            format::percent_of(here_used),
            format::usd_per_hour(answer.replica_price)
        ),
        title,
        x: Axis::categories("utilisation, %", used.map(|used| rounded(used * 100.0, 2).to_string()).to_vec()),
        y: Axis::categories(
            &format!("GPU price, {} an hour", format::money_word()),
            prices.map(|price| rounded(format::shown(price), 3).to_string()).to_vec(),
        ),
        other_x: None,
        other_y: None,
        stretches: Vec::new(),
        marks: vec![Mark::Cells {
            name: ratio_words,
            x_edges: edges(used.len()),
            y_edges: edges(prices.len()),
            cells,
            tones: [Tone::Rival, Tone::Accent],
        }],
        rules: Vec::new(),
        callouts: Vec::new(),
        key: vec![
            entry("self-hosting costs less".into(), Tone::Accent, Marker::FilledSquare),
            entry(format!("{name} costs less"), Tone::Rival, Marker::FilledSquare),
            entry("you are here".into(), Tone::Slate(0), Marker::HollowSquare),
        ],
    })
}

/// The utilisations of the columns, the reader's own among them.
fn columns(here: f64) -> [f64; 8] {
    let far = |used: f64| (used / here.max(f64::MIN_POSITIVE)).ln().abs();
    let nearest = (0..USED.len()).min_by(|a, b| far(USED[*a]).total_cmp(&far(USED[*b])));
    let mut used = USED;
    if let Some(nearest) = nearest {
        used[nearest] = here;
    }
    used
}

/// What a million tokens cost when as many replicas as now, at another price, are used to another share.
fn per_million(answer: &Answer, price: f64, used: f64) -> UsdPerMillion<Total> {
    let replica = Replica { price: UsdPerHour::new(price), ..answer.replica };
    let replicas = answer.bill.replicas as f64;
    let bill = replicas * replica.monthly().value() + answer.fixed.value();
    let request = UsdPerRequest::new(bill / (used * replicas * replica.full_load_per_month()));
    cost::per_million_of_request(request, answer.mix).unwrap_or(answer.per_million)
}

/// As few letters as a narrow cell has room for: `0.27`, `4.4`, `130`.
fn short(ratio: f64) -> String {
    match ratio {
        _ if ratio < 0.01 => "<.01".into(),
        _ if ratio < 0.995 => format!("{ratio:.2}"),
        _ if ratio < 9.95 => format!("{ratio:.1}"),
        _ => format::short_count(rounded(ratio, 2)),
    }
}

fn title(answer: &Answer, name: &str) -> String {
    let price = format::usd_per_hour(answer.replica_price);
    let busiest = per_million(answer, answer.replica_price.value(), 1.0).value() / answer.api.per_million.value();
    if busiest >= 1.0 {
        return format!("At {price} self-hosting costs more than {name} however busy the GPU is");
    }
    let used = format::percent_of(answer.bill.utilisation);
    format!("At {price} self-hosting beats {name} from {} used on; now {used} are", format::percent_of(busiest))
}
