//! Monthly bills against volume: our staircase, each API a line, crossings named, winning stretches shaded.
//!
//! Both axes are logarithmic and say so.

use crate::chart::scale::Axis;
use crate::chart::{Callout, ChartSpec, Mark, Marker, Point, Rule, RuleAt, Stretch, Stroke, Tone};
use crate::economics::pricing;
use crate::explore::answer::{Answer, ApiAnswer};
use crate::explore::explain::{api_key, api_name};
use crate::explore::figures::{conditions, marks, quantization, source_with_prices};
use crate::explore::headline::same_model_name;
use crate::explore::library::Library;
use crate::format;
use crate::store::provenance::Evidence;
use crate::units::{DAYS_PER_MONTH, Usd};

/// More steps than this are drawn as the line they look like.
const MOST_STEPS: u64 = 200;

/// The figure; a pinned scenario's bill is drawn beside the reader's.
pub(super) fn draw(library: &Library, answer: &Answer, pinned: Option<&Answer>) -> ChartSpec {
    let extent = Extent::of(answer);
    let lines = answer.compared();
    let mut drawn: Vec<Mark> = lines.iter().map(|api| api_line(answer, api, &extent)).collect();
    drawn.extend(pinned.map(|pinned| staircase(pinned, &extent, true)));
    drawn.push(staircase(answer, &extent, false));
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
    let beside = pinned
        .map_or(String::new(), |pinned| format!(" The pinned scenario costs {}.", format::usd(pinned.bill.total)));
    ChartSpec {
        id: "monthly-cost".into(),
        alt: format!(
            "{title}. At {} requests a day self-hosting costs {} a month, {name} {}.{beside}",
            format::significant(answer.demand.requests_per_day, 5),
            format::usd(answer.bill.total),
            format::usd(answer.api.monthly)
        ),
        title,
        subtitle,
        source: source_with_prices(library, answer),
        stretches: stretches(answer, &extent),
        marks: drawn,
        rules: vec![Rule {
            at: RuleAt::X(answer.demand.requests_per_day),
            label: format!("at {} a day", format::significant(answer.demand.requests_per_day, 3)),
            tone: Tone::Slate(0),
            stroke: Stroke::Dashed,
            handle: Some("demand".into()),
        }],
        callouts: lines.iter().filter_map(|api| crossing(api, &extent, answer.evidence)).collect(),
        key: Vec::new(),
        x: extent.x,
        y: extent.y,
        other_x: Some(extent.linear_x),
        other_y: Some(extent.linear_y),
    }
}

/// `, the same model at DeepInfra at no volume`, where that is so and is not what the title says already.
fn same_model_too(answer: &Answer) -> String {
    let same = answer.same_model().filter(|api| api.dearer_from().is_none());
    same.map_or(String::new(), |api| format!(", {} at no volume", same_model_name(api)))
}

/// Both axes, wide enough for the demand, one replica's capacity and its bill; and linear ones around the demand and
/// the first crossing.
struct Extent {
    x: Axis,
    y: Axis,
    linear_x: Axis,
    linear_y: Axis,
}

impl Extent {
    fn of(answer: &Answer) -> Self {
        let day = answer.demand.requests_per_day;
        let capacity = capacity(answer, 1);
        let one = answer.replica.monthly().value() + answer.fixed.value();
        let x = Axis::log(
            "requests a day",
            (day / 4.0).min(capacity / 2000.0),
            (day * 4.0).max(capacity * 6.0),
            format::short_count,
        );
        let money = format!("{} a month", format::money_word());
        let top = (answer.bill.total.value() * 4.0).max(one * 30.0).max(answer.api.monthly.value() * 1.5);
        let y = Axis::log(&money, format::shown(one / 30.0), format::shown(top), format::short_usd);
        let near = answer.api.dearer_from().map_or(day, |from| day.max(from)) * 1.5;
        let highest = answer.bill.total.value().max(answer.api.request.value() * near * DAYS_PER_MONTH).max(one);
        let linear_x = Axis::linear("requests a day", 0.0, near, format::short_count);
        let linear_y = Axis::linear(&money, 0.0, format::shown(highest), format::short_usd);
        Self { x, y, linear_x, linear_y }
    }

    /// Volumes at which a straight line bends on a log axis: 1-1.5-2-3-5-7 of every power of ten.
    fn volumes(&self) -> Vec<f64> {
        let powers = self.x.low.log10().floor() as i32..=self.x.high.log10().ceil() as i32;
        let every = powers.flat_map(|power| [1.0, 1.5, 2.0, 3.0, 5.0, 7.0].map(|factor| factor * 10f64.powi(power)));
        every.filter(|day| self.x.holds(*day)).collect()
    }
}

/// Requests a day that so many replicas are planned for.
fn capacity(answer: &Answer, replicas: u64) -> f64 {
    per_day(answer.replica.capacity_per_month(replicas, answer.demand.shape.peak_to_mean()))
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

/// An API's line: told at every power of ten and at the demand; between them it only bends.
fn api_line(answer: &Answer, api: &ApiAnswer, extent: &Extent) -> Mark {
    let monthly = |day: f64| api.request.value() * day * DAYS_PER_MONTH;
    let here = answer.demand.requests_per_day;
    let point = |day: f64| {
        let told = day == here || (day.log10() - day.log10().round()).abs() < 1e-9;
        let tip = || vec![api_name(api), bill_at(monthly(day), day), answer.price_words(api).into()];
        Point {
            x: day,
            y: format::shown(monthly(day)),
            tip: if told { tip() } else { Vec::new() },
            opens: told.then(|| format!("api/{}", api_key(api))),
            ..Point::default()
        }
    };
    let volumes = extent.volumes();
    let below = volumes.iter().filter(|day| **day < here);
    let above = volumes.iter().filter(|day| **day > here);
    let days = below.chain([&here]).chain(above).copied();
    Mark::Line {
        points: std::iter::once(Point::default()).chain(days.map(point)).collect(),
        label: api_name(api),
        tone: tone(answer, api),
        stroke: Stroke::Solid,
        marker: Marker::None,
        width: 2.0,
    }
}

fn bill_at(usd: f64, day: f64) -> String {
    format!("{} a month at {} a day", format::usd(Usd::new(usd)), format::significant(day, 3))
}

/// The bill of replicas: flat until they are full, then a step up.
fn staircase(answer: &Answer, extent: &Extent, pinned: bool) -> Mark {
    let configuration = &answer.run.file.configuration;
    let bill = |n: u64| answer.replica.monthly().value() * n as f64 + answer.fixed.value();
    let who = if pinned { "Pinned: " } else { "Self-hosting, " };
    let point = |day: f64, n: u64| Point {
        x: day,
        y: format::shown(bill(n)),
        tip: vec![
            format!("{who}{n} × {}", configuration.replica_name()),
            bill_at(bill(n), day),
            answer.evidence.word().into(),
        ],
        opens: (!pinned).then(|| "bill".into()),
        ..Point::default()
    };
    let start = Point { x: 0.0, tip: Vec::new(), opens: None, ..point(0.0, 1) };
    let mut points = vec![start, point(extent.x.low.min(capacity(answer, 1)), 1)];
    for n in 1..=MOST_STEPS {
        if n > 1 {
            points.push(point(capacity(answer, n - 1), n));
        }
        points.push(point(extent.x.high.min(capacity(answer, n)), n));
        if capacity(answer, n) >= extent.x.high || format::shown(bill(n + 1)) > extent.y.high {
            break;
        }
    }
    let last = capacity(answer, MOST_STEPS);
    let beyond = extent.volumes().into_iter().filter(|day| *day > last).chain([extent.x.high]);
    if last < extent.x.high && points.len() as u64 >= 2 * MOST_STEPS {
        points.extend(beyond.map(|day| point(day, (day / capacity(answer, 1)).ceil() as u64)));
    }
    let (stroke, _, tone) = marks(answer.evidence, Tone::Accent);
    if pinned {
        let price = format::usd_per_hour(answer.replica_price);
        let label = format!("pinned: {} at {price} ({})", quantization(answer.run), answer.evidence);
        let (stroke, marker) = (Stroke::Dashed, Marker::None);
        return Mark::Line { points, label, tone: Tone::Slate(2), stroke, marker, width: 2.0 };
    }
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
fn crossing(api: &ApiAnswer, extent: &Extent, evidence: Evidence) -> Option<Callout> {
    let break_even = api.break_even.as_ref()?;
    let crossing = break_even.crossings.first()?;
    let day = per_day(crossing.requests_per_month);
    let bill = format::shown(crossing.bill.value());
    let holds = extent.x.holds(day) && extent.y.holds(bill);
    holds.then(|| Callout {
        point: Point {
            x: day,
            y: bill,
            tip: vec![
                format!("Break-even with {}", api_name(api)),
                bill_at(crossing.bill.value(), day),
                format!("{} of full load", format::percent_of(break_even.utilisation)),
                evidence.word().into(),
            ],
            opens: Some(format!("api/{}", api_key(api))),
            ..Point::default()
        },
        label: format!("{} a day", format::significant(day, 3)),
        of: api_name(api),
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
