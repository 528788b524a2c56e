//! Monthly bills against volume: our staircase, each API a line, crossings named, winning stretches shaded.
//!
//! Both axes are logarithmic and say so.

use crate::chart::scale::Axis;
use crate::chart::{Callout, ChartSpec, Mark, Marker, Point, Rule, RuleAt, Stretch, Stroke, Tone};
use crate::economics::pricing;
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::explain::{api_key, api_name};
use crate::explore::figures::{conditions, marks, source_with_prices};
use crate::explore::headline::same_model_name;
use crate::explore::library::Library;
use crate::format;
use crate::store::provenance::Evidence;
use crate::units::{DAYS_PER_MONTH, Usd};

/// More steps than this are drawn as the line they look like.
const MOST_STEPS: u64 = 200;

/// The figure.
pub(super) fn monthly_cost(library: &Library, answer: &Answer) -> ChartSpec {
    let extent = Extent::of(answer);
    let lines = answer.compared();
    let mut drawn: Vec<Mark> = lines.iter().filter_map(|api| api_line(answer, api, &extent)).collect();
    drawn.push(staircase(answer, &extent));
    let name = api_name(&answer.api);
    let title = match answer.api.dearer_from() {
        Some(first) => format!(
            "Self-hosting beats {name} from {} requests a day{}",
            format::significant(first, 3),
            same_model_too(answer)
        ),
        None => format!("Self-hosting beats {name} at no volume"),
    };
    let mix = answer.mix;
    let subtitle = format!(
        "{}; {} in / {} out tokens a request",
        conditions(answer.run),
        format::count(mix.input),
        format::count(mix.output)
    );
    ChartSpec {
        id: "monthly-cost".into(),
        alt: format!(
            "{title}. At {} requests a day self-hosting costs {} a month, {name} {}.",
            format::significant(answer.demand.requests_per_day, 5),
            format::usd(answer.bill.total),
            format::usd(answer.api.monthly)
        ),
        title,
        subtitle,
        source: source_with_prices(library, answer),
        x: extent.x.clone(),
        y: extent.y.clone(),
        stretches: stretches(answer, &extent),
        marks: drawn,
        rules: vec![Rule {
            at: RuleAt::X(answer.demand.requests_per_day),
            label: format!("at {} a day", format::significant(answer.demand.requests_per_day, 3)),
            tone: Tone::Slate(0),
            stroke: Stroke::Dashed,
            handle: Some("demand".into()),
        }],
        callouts: lines.iter().filter_map(|api| crossing(api, &extent)).collect(),
        key: Vec::new(),
    }
}

/// `, the same model at DeepInfra at no volume`, where that is so and is not what the title says already.
fn same_model_too(answer: &Answer) -> String {
    let same = answer.same_model().filter(|api| api.dearer_from().is_none());
    same.map_or(String::new(), |api| format!(", {} at no volume", same_model_name(api)))
}

/// Both axes, wide enough for the demand, one replica's capacity and its bill.
struct Extent {
    x: Axis,
    y: Axis,
}

impl Extent {
    fn of(answer: &Answer) -> Self {
        let day = answer.demand.requests_per_day;
        let capacity = per_day(answer.replica.capacity_per_month(1, answer.demand.shape.peak_to_mean()));
        let one = answer.replica.monthly().value() + answer.fixed.value();
        let x = Axis::log(
            "requests a day",
            (day / 4.0).min(capacity / 2000.0),
            (day * 4.0).max(capacity * 6.0),
            format::short_count,
        );
        let top = (answer.bill.total.value() * 4.0).max(one * 30.0).max(answer.api.monthly.value() * 1.5);
        let y = Axis::log("USD a month", one / 30.0, top, format::short_usd);
        Self { x, y }
    }
}

fn per_day(per_month: f64) -> f64 {
    per_month / DAYS_PER_MONTH
}

fn tone(answer: &Answer, api: &ApiAnswer) -> Tone {
    let model = &answer.run.file.configuration.model;
    match api.record {
        Some(record) if pricing::is_same_model(record, model) => Tone::Rival,
        _ if api_key(api) == api_key(&answer.api) => Tone::Slate(0),
        _ => Tone::Slate(1),
    }
}

/// An API's line, cut to the plot.
fn api_line(answer: &Answer, api: &ApiAnswer, extent: &Extent) -> Option<Mark> {
    let monthly = |day: f64| api.request.value() * day * DAYS_PER_MONTH;
    let day_at = |usd: f64| usd / (api.request.value() * DAYS_PER_MONTH);
    let from = extent.x.low.max(day_at(extent.y.low));
    let to = extent.x.high.min(day_at(extent.y.high));
    let point = |day: f64| Point {
        x: day,
        y: monthly(day),
        tip: vec![api_name(api), bill_at(monthly(day), day), answer.price_words(api).into()],
        opens: Some(format!("api/{}", api_key(api))),
    };
    let days = [from, answer.demand.requests_per_day, to];
    let mut days: Vec<f64> = days.into_iter().filter(|day| (from..=to).contains(day)).collect();
    days.dedup();
    (from < to).then(|| Mark::Line {
        points: days.into_iter().map(point).collect(),
        label: api_name(api),
        tone: tone(answer, api),
        stroke: Stroke::Solid,
        marker: Marker::None,
        width: 2.0,
    })
}

fn bill_at(usd: f64, day: f64) -> String {
    format!("{} a month at {} a day", format::usd(Usd::new(usd)), format::significant(day, 3))
}

/// Our bill: flat until the replicas are full, then a step up.
fn staircase(answer: &Answer, extent: &Extent) -> Mark {
    let replica = answer.replica;
    let capacity = |n: u64| per_day(replica.capacity_per_month(n, answer.demand.shape.peak_to_mean()));
    let bill = |n: u64| replica.monthly().value() * n as f64 + answer.fixed.value();
    let point = |day: f64, n: u64| Point {
        x: day,
        y: bill(n),
        tip: vec![
            format!("Self-hosting, {} × {}", n, answer.run.file.configuration.replica_name()),
            bill_at(bill(n), day),
            answer.evidence.word().into(),
        ],
        opens: Some("bill".into()),
    };
    let mut points = vec![point(extent.x.low, 1)];
    for n in 1..=MOST_STEPS {
        if n > 1 {
            points.push(point(capacity(n - 1), n));
        }
        if capacity(n) >= extent.x.high || bill(n + 1) > extent.y.high {
            points.push(point(extent.x.high.min(capacity(n)), n));
            break;
        }
        points.push(point(capacity(n), n));
    }
    let (stroke, _, tone) = marks(answer.evidence, Tone::Accent);
    Mark::Line {
        points,
        label: format!("self-hosting ({})", answer.evidence),
        tone,
        stroke,
        marker: Marker::None,
        width: if answer.evidence == Evidence::Rehearsal { 2.0 } else { 3.0 },
    }
}

/// The first crossing with an API, if it lies in the plot.
fn crossing(api: &ApiAnswer, extent: &Extent) -> Option<Callout> {
    let break_even = api.break_even.as_ref()?;
    let crossing = break_even.crossings.first()?;
    let day = per_day(crossing.requests_per_month);
    let shown = extent.x.holds(day) && extent.y.holds(crossing.bill.value());
    shown.then(|| Callout {
        point: Point {
            x: day,
            y: crossing.bill.value(),
            tip: vec![
                format!("Break-even with {}", api_name(api)),
                bill_at(crossing.bill.value(), day),
                format!("{} of full load", format::percent_of(break_even.utilisation)),
            ],
            opens: Some(format!("api/{}", api_key(api))),
        },
        label: format!("{} a day", format::significant(day, 3)),
        tone: Tone::Accent,
    })
}

/// Where self-hosting costs less than the chosen API.
fn stretches(answer: &Answer, extent: &Extent) -> Vec<Stretch> {
    let name = api_name(&answer.api);
    let cheaper = answer.api.break_even.iter().flat_map(|break_even| &break_even.cheaper);
    let inside = cheaper.filter_map(|(from, to)| {
        let from = per_day(*from).max(extent.x.low);
        let to = to.map_or(extent.x.high, per_day).min(extent.x.high);
        (from < to).then_some((from, to))
    });
    let mut shaded: Vec<Stretch> =
        inside.map(|(from, to)| Stretch { from, to, label: String::new(), tone: Tone::Accent }).collect();
    if let Some(widest) = shaded.iter_mut().max_by(|a, b| (a.to / a.from).total_cmp(&(b.to / b.from))) {
        widest.label = format!("cheaper than {name}");
    }
    shaded
}
