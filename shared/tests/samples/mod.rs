//! Charts as rich as the real ones, with made-up numbers; for tests only.

use shared::chart::scale::{Axis, Scale, Tick};
use shared::chart::{
    Callout, Cell, ChartSpec, Fill, KeyEntry, Mark, Marker, Point, Rule, RuleAt, Stretch, Stroke, Tone,
};

/// Every sample.
pub fn all() -> Vec<ChartSpec> {
    vec![monthly_cost(), cost_per_million(), first_token(), retention(), columns(), tornado(), heat_map()]
}

fn point(x: f64, y: f64) -> Point {
    let tip = vec![format!("{x} at {y}"), "measured".into()];
    Point { x, y, tip, opens: Some("cost".into()), ..Point::default() }
}

fn line(label: &str, tone: Tone, stroke: Stroke, marker: Marker, points: Vec<Point>) -> Mark {
    Mark::Line { points, label: label.into(), tone, stroke, marker, width: 2.0 }
}

fn dollars(value: f64) -> String {
    if value >= 1e6 {
        format!("${}M", value / 1e6)
    } else if value >= 1e3 {
        format!("${}k", value / 1e3)
    } else {
        format!("${value}")
    }
}

fn counted(value: f64) -> String {
    if value >= 1e6 {
        format!("{}M", value / 1e6)
    } else if value >= 1e3 {
        format!("{}k", value / 1e3)
    } else {
        value.to_string()
    }
}

/// Lines on two log axes, with a staircase, crossings, stretches and a rule to drag.
pub fn monthly_cost() -> ChartSpec {
    let api = |per_chat: f64| vec![point(100.0, per_chat * 3000.0), point(1e6, per_chat * 3e7)];
    let mut stairs = Vec::new();
    for servers in 1..=9 {
        let (from, to) = (f64::from(servers - 1) * 110_000.0, f64::from(servers) * 110_000.0);
        stairs.push(point(from.max(100.0), 197.0 * f64::from(servers)));
        stairs.push(point(to, 197.0 * f64::from(servers)));
    }
    let stretch = |from, to, label: &str, tone| Stretch { from, to, label: label.into(), tone };
    let callout = |x, y, label: &str| Callout {
        point: point(x, y),
        label: label.into(),
        of: String::new(),
        tone: Tone::Slate(0),
    };
    let mut x = Axis::log("Chats a day", 100.0, 1e6, counted);
    x.high = 1e6;
    ChartSpec {
        id: "monthly-cost".into(),
        title: "Self-hosting is cheaper than GPT-4o from 2,700 chats a day, and never cheaper than DeepInfra".into(),
        subtitle: "Monthly cost in US dollars against demand; 215 tokens in and 189 out per chat".into(),
        source: "Measured on one RTX A5000 at $0.27 an hour, 2026-05-29; API prices as published on 2026-05-20".into(),
        alt: "Self-hosting crosses GPT-4o at 2,700 chats a day.".into(),
        x,
        y: Axis::log("US dollars a month", 0.3, 80_000.0, dollars),
        other_x: None,
        other_y: None,
        stretches: vec![
            stretch(100.0, 2_700.0, "GPT-4o wins", Tone::Slate(2)),
            stretch(2_700.0, 45_000.0, "self-hosting beats GPT-4o", Tone::AccentSoft),
            stretch(45_000.0, 1e6, "beats GPT-4o mini too", Tone::Accent),
        ],
        marks: vec![
            line("GPT-4o", Tone::Slate(0), Stroke::Solid, Marker::None, api(0.00243)),
            line("GPT-4o mini", Tone::Slate(1), Stroke::Dashed, Marker::None, api(0.000146)),
            line("Claude 3.5 Haiku", Tone::Slate(2), Stroke::Solid, Marker::None, api(0.00093)),
            line("Llama 3.1 8B at DeepInfra", Tone::Rival, Stroke::Solid, Marker::None, api(0.0000145)),
            line("Llama 3.1 8B at Together", Tone::Rival, Stroke::Dashed, Marker::None, api(0.000073)),
            line("Self-hosted, 1 to 9 A5000", Tone::Accent, Stroke::Solid, Marker::None, stairs),
        ],
        rules: vec![Rule {
            at: RuleAt::X(10_000.0),
            label: "you are here: 10,000".into(),
            tone: Tone::Slate(0),
            stroke: Stroke::Dashed,
            handle: Some("demand".into()),
        }],
        callouts: vec![callout(2_700.0, 197.0, "2,700 a day"), callout(45_000.0, 197.0, "45,000 a day")],
        key: Vec::new(),
    }
}

/// Points on a log axis, nine rows, one with an interval.
pub fn cost_per_million() -> ChartSpec {
    let rows: [(&str, f64, Tone, Marker); 9] = [
        ("Llama 3.1 8B at DeepInfra", 0.036, Tone::Rival, Marker::Hollow),
        ("Self-hosted, AWQ, fully used", 0.062, Tone::Accent, Marker::Filled),
        ("Self-hosted, BF16, fully used", 0.096, Tone::Accent, Marker::Filled),
        ("Llama 3.1 8B at Together", 0.18, Tone::Rival, Marker::Hollow),
        ("Self-hosted, BF16, on an H100 (estimate)", 0.21, Tone::AccentSoft, Marker::HollowSquare),
        ("GPT-4o mini", 0.361, Tone::Slate(2), Marker::Hollow),
        ("Self-hosted, BF16, at your demand", 1.6, Tone::Accent, Marker::Filled),
        ("Claude 3.5 Haiku", 2.3, Tone::Slate(2), Marker::Hollow),
        ("GPT-4o", 6.02, Tone::Slate(2), Marker::Hollow),
    ];
    let mark = |(row, (_, value, tone, marker)): (usize, &(&str, f64, Tone, Marker))| Mark::Interval {
        row,
        point: point(*value, row as f64),
        low: (row == 4).then_some(0.15),
        high: (row == 4).then_some(0.31),
        value_label: format!("${value}"),
        tone: *tone,
        marker: *marker,
    };
    let entry = |label: &str, tone, stroke, marker| KeyEntry { label: label.into(), tone, stroke, marker };
    ChartSpec {
        id: "cost-per-million".into(),
        title: "A busy A5000 costs a third of GPT-4o mini per token; an idle one four times as much".into(),
        subtitle: "US dollars per million tokens in total, prompt and output weighted as in the workload".into(),
        source: "results/llama-3.1-8b-bf16/a5000-1gpu/load/2026-05-29.json; prices of 2026-05-20".into(),
        alt: "Nine offers from cheapest to dearest.".into(),
        x: Axis::log("US dollars per million tokens", 0.02, 8.0, dollars),
        y: Axis::categories("", rows.iter().map(|row| row.0.to_string()).collect()),
        other_x: None,
        other_y: None,
        stretches: Vec::new(),
        marks: rows.iter().enumerate().map(mark).collect(),
        rules: vec![Rule {
            at: RuleAt::X(0.361),
            label: "GPT-4o mini".into(),
            tone: Tone::Slate(1),
            stroke: Stroke::Dotted,
            handle: None,
        }],
        callouts: Vec::new(),
        key: vec![
            entry("measured", Tone::Accent, Stroke::Solid, Marker::FilledSquare),
            entry("published price", Tone::Slate(2), Stroke::Solid, Marker::HollowSquare),
            entry("estimated", Tone::AccentSoft, Stroke::Dashed, Marker::None),
        ],
    }
}

/// Two series, two percentiles, ticks at powers of two, a target and an estimate.
pub fn first_token() -> ChartSpec {
    let concurrency = [1.0, 4.0, 16.0, 32.0, 64.0];
    let series = |values: [f64; 5]| concurrency.iter().zip(values).map(|(x, y)| point(*x, y)).collect::<Vec<_>>();
    let ticks = concurrency.map(|at| Tick { at, label: at.to_string() }).to_vec();
    let x = Axis { label: "Concurrent streams".into(), scale: Scale::Log, low: 0.9, high: 64.0, ticks };
    let band = vec![(1.0, 45.0, 90.0), (16.0, 95.0, 320.0), (64.0, 240.0, 1900.0)];
    ChartSpec {
        id: "first-token".into(),
        title: "BF16 keeps gaining to 64 streams; the tail does not".into(),
        subtitle: "Time to first token in milliseconds, RTX A5000, 300 prompts a level".into(),
        source: "Measured 2026-05-29".into(),
        alt: "The p99 of BF16 exceeds two seconds at 64 streams.".into(),
        x,
        y: Axis::log("Time to first token, ms", 45.0, 2_822.0, counted),
        other_x: None,
        other_y: None,
        stretches: Vec::new(),
        marks: vec![
            Mark::Band { label: String::new(), points: band, tone: Tone::Slate(3), fill: Fill::Hatched },
            line("BF16 p50", Tone::Accent, Stroke::Solid, Marker::Filled, series([48.0, 66.0, 120.0, 190.0, 330.0])),
            line("BF16 p99", Tone::Accent, Stroke::Dashed, Marker::Filled, series([70.0, 130.0, 420.0, 910.0, 2800.0])),
            line("AWQ p50", Tone::Rival, Stroke::Solid, Marker::Hollow, series([39.0, 60.0, 140.0, 230.0, 350.0])),
            line(
                "AWQ p99",
                Tone::Rival,
                Stroke::Dotted,
                Marker::HollowSquare,
                series([60.0, 150.0, 500.0, 800.0, 1500.0]),
            ),
        ],
        rules: vec![Rule {
            at: RuleAt::Y(2000.0),
            label: "target: p99 at most 2 s".into(),
            tone: Tone::Alert,
            stroke: Stroke::Dashed,
            handle: Some("target".into()),
        }],
        callouts: vec![Callout {
            point: point(32.0, 910.0),
            label: "in use: 32".into(),
            of: "BF16 p99".into(),
            tone: Tone::Accent,
        }],
        key: vec![
            KeyEntry {
                label: "BF16, measured".into(),
                tone: Tone::Accent,
                stroke: Stroke::Solid,
                marker: Marker::Filled,
            },
            KeyEntry {
                label: "AWQ, published".into(),
                tone: Tone::Rival,
                stroke: Stroke::Solid,
                marker: Marker::Hollow,
            },
            KeyEntry { label: "p99".into(), tone: Tone::Slate(1), stroke: Stroke::Dashed, marker: Marker::None },
        ],
    }
}

/// Intervals in rows.
pub fn retention() -> ChartSpec {
    let rows: [(&str, f64, f64, f64, Tone); 5] = [
        ("BF16 (reference)", 100.0, 100.0, 100.0, Tone::Slate(1)),
        ("FP8", 99.6, 98.4, 100.9, Tone::Rival),
        ("AWQ, 4 bit", 97.8, 96.1, 99.4, Tone::Accent),
        ("GPTQ, 4 bit", 96.9, 95.0, 98.8, Tone::Accent),
        ("GGUF Q3_K_M", 92.4, 90.6, 94.1, Tone::Slate(2)),
    ];
    let mark = |(row, (_, value, low, high, tone)): (usize, &(&str, f64, f64, f64, Tone))| Mark::Interval {
        row,
        point: point(*value, row as f64),
        low: Some(*low),
        high: Some(*high),
        value_label: format!("{value} %"),
        tone: *tone,
        marker: if row < 3 { Marker::Filled } else { Marker::Hollow },
    };
    ChartSpec {
        id: "retention".into(),
        title: "AWQ keeps 98 % of the quality at a third of the memory".into(),
        subtitle: "Share of the BF16 score kept, mean of five tasks, 95 % interval".into(),
        source: "lm-evaluation-harness 0.4.9, 2026-05-30".into(),
        alt: "Five quantisations with intervals.".into(),
        x: Axis::linear("Score kept, % of BF16", 90.0, 104.0, |v| format!("{v} %")),
        y: Axis::categories("", rows.iter().map(|row| row.0.to_string()).collect()),
        other_x: None,
        other_y: None,
        stretches: Vec::new(),
        marks: rows.iter().enumerate().map(mark).collect(),
        rules: vec![
            Rule {
                at: RuleAt::X(100.0),
                label: "BF16".into(),
                tone: Tone::Slate(1),
                stroke: Stroke::Solid,
                handle: None,
            },
            Rule {
                at: RuleAt::X(97.0),
                label: "acceptable".into(),
                tone: Tone::Alert,
                stroke: Stroke::Dashed,
                handle: None,
            },
        ],
        callouts: Vec::new(),
        key: Vec::new(),
    }
}

/// A line over named columns, with a gap, on a linear axis.
pub fn columns() -> ChartSpec {
    let names = ["RTX A5000", "RTX 4090", "L40S", "A100 80 GB", "H100 SXM"].map(String::from).to_vec();
    let values = [2169.0, 3310.0, f64::NAN, 4100.0, 7900.0];
    let points = values.iter().enumerate().map(|(x, y)| point(x as f64, *y)).collect();
    ChartSpec {
        id: "hardware".into(),
        title: "Throughput by card".into(),
        subtitle: "Output tokens a second at 64 streams".into(),
        source: String::new(),
        alt: "Five cards.".into(),
        x: Axis::categories("", names),
        y: Axis::linear("Output tokens/s", 0.0, 8_000.0, counted),
        other_x: None,
        other_y: None,
        stretches: Vec::new(),
        marks: vec![line("", Tone::Accent, Stroke::Solid, Marker::Filled, points)],
        rules: Vec::new(),
        callouts: Vec::new(),
        key: Vec::new(),
    }
}

fn end(x: f64, row: usize, label: &str, tone: Tone) -> Point {
    Point { label: label.into(), tone: Some(tone), ..point(x, row as f64) }
}

/// Bars to both sides of a base, one of them with both ends on the same side, one that moves nothing.
pub fn tornado() -> ChartSpec {
    let rows: [(&str, [f64; 2], [&str; 2]); 4] = [
        ("Demand", [-80.0, 260.0], ["5,000 a day", "15,000 a day"]),
        ("Price of the hardware", [190.0, -10.0], ["$0.14/h", "$0.41/h"]),
        ("Requests a second a replica serves", [95.0, 110.0], ["2.0/s", "6.0/s"]),
        ("Planned load (headroom)", [90.0, 90.0], ["40 %", "100 %"]),
    ];
    let mark = |(row, (_, values, words)): (usize, &(&str, [f64; 2], [&str; 2]))| Mark::Bars {
        row,
        base: 90.0,
        ends: [end(values[0], row, words[0], Tone::Slate(2)), end(values[1], row, words[1], Tone::Accent)],
        fill: if row == 0 { Fill::Solid } else { Fill::Outline },
    };
    ChartSpec {
        id: "tornado".into(),
        title: "Demand moves the saving most".into(),
        subtitle: "US dollars a month saved; each input turned down and up by half".into(),
        source: "Made up".into(),
        alt: "Four bars.".into(),
        x: Axis::linear("US dollars a month", -200.0, 400.0, dollars),
        y: Axis::categories("Input", rows.iter().map(|row| row.0.to_string()).collect()),
        other_x: None,
        other_y: None,
        stretches: Vec::new(),
        marks: rows.iter().enumerate().map(mark).collect(),
        rules: Vec::new(),
        callouts: Vec::new(),
        key: Vec::new(),
    }
}

/// Twelve columns and five rows of cells around 0, one of them outlined.
pub fn heat_map() -> ChartSpec {
    let (columns, rows) = (12, 5);
    let edges = |count: usize| (0..=count).map(|edge| edge as f64 - 0.5).collect::<Vec<f64>>();
    let cell = |at: usize| {
        let (column, row) = (at % columns, at / columns);
        let value = column as f64 - 2.0 * row as f64 - 1.5;
        let label = format!("{value}");
        let point = Point { label, ..point(column as f64, row as f64) };
        Cell { value, strength: value / 10.0, point, here: at == 17 }
    };
    let names = |count: usize, unit: &str| (1..=count).map(|at| format!("{} {unit}", at * 8)).collect::<Vec<String>>();
    ChartSpec {
        id: "heat-map".into(),
        title: "The busier and the cheaper, the better".into(),
        subtitle: "US dollars saved".into(),
        source: "Made up".into(),
        alt: "Sixty cells.".into(),
        x: Axis::categories("utilisation", names(columns, "%")),
        y: Axis::categories("GPU price", names(rows, "USD/h")),
        other_x: None,
        other_y: None,
        stretches: Vec::new(),
        marks: vec![Mark::Cells {
            name: "US dollars saved".into(),
            x_edges: edges(columns),
            y_edges: edges(rows),
            cells: (0..columns * rows).map(cell).collect(),
            tones: [Tone::Rival, Tone::Accent],
        }],
        rules: Vec::new(),
        callouts: Vec::new(),
        key: Vec::new(),
    }
}
