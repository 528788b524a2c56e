//! What the figures say: one statistic at a time, knees, fronts, cases that agree with the answer, pinned scenarios,
//! currencies.

use crate::made_up::library;
use crate::scenario;
use shared::chart::data::{csv, table};
use shared::chart::{ChartSpec, Mark, Tone};
use shared::economics::model::evaluate;
use shared::explore::answer::answer;
use shared::explore::case::case;
use shared::explore::figures::{Figure, cost_per_million, figure, monthly_cost};
use shared::explore::library::wanted;
use shared::explore::scenario::View;

fn drawn(which: Figure, query: &str) -> ChartSpec {
    figure(which, &library(), &scenario(query)).unwrap_or_else(|why| panic!("{query} {which:?}: {why}"))
}

fn series(which: Figure, query: &str) -> Vec<String> {
    drawn(which, query).series().into_iter().map(|series| series.label).collect()
}

#[test]
fn a_case_comes_to_the_numbers_of_the_answer() {
    let queries = [
        "",
        "day=700000&gpu=0.34",
        "use=0.35&run=awq",
        "use=0.95",
        "in=512&out=64&rho=2",
        "own=0.4,1.2",
        "ops=3000&peak=2.5&day=400000",
        "cached=0.6&written=0.1&think=2&batch=0.25",
        "api=novita/tiny&room=0.5",
    ];
    for query in queries {
        let (library, scenario) = (library(), scenario(query));
        let answer = answer(&library, &scenario).unwrap();
        let (case, tariff) = case(&library, &scenario).unwrap();
        let evaluation = evaluate(&case, &[tariff]).unwrap();
        let close = |what: &str, one: f64, two: f64| {
            assert!((one / two - 1.0).abs() < 1e-9, "{query}: {what} {one} against {two}");
        };
        close("bill", evaluation.bill.total().value(), answer.bill.total.value());
        close("per million", evaluation.per_million.value(), answer.per_million.value());
        close("full load", evaluation.full_load.per_million.value(), answer.per_million_full.value());
        close("API", evaluation.apis[0].monthly.value(), answer.api.monthly.value());
        let first =
            |found: &Option<shared::economics::breakeven::BreakEven>| found.as_ref().and_then(|found| found.first());
        match (first(&evaluation.apis[0].break_even), first(&answer.api.break_even)) {
            (Some(one), Some(two)) => close("break-even", one, two),
            (one, two) => assert_eq!(one, two, "{query}"),
        }
    }
}

#[test]
fn latency_shows_the_median_and_the_statistic_that_was_chosen() {
    assert_eq!(series(Figure::Ttft, "")[..2], ["BF16 p99 (published)", "BF16 p50 (published)"]);
    assert_eq!(series(Figure::Ttft, "pct=p50"), ["BF16 p50 (published)", "AWQ-INT4 p50 (published, no Marlin)"]);
    let why = figure(Figure::Ttft, &library(), &scenario("pct=p90&ttft=any")).unwrap_err();
    assert_eq!(why, "This run does not hold the p90 of its TTFT; it holds p50 and p99.");
}

#[test]
fn a_limit_is_a_line_to_drag_and_levels_over_it_are_told() {
    let spec = drawn(Figure::Tpot, "tpot=25");
    assert_eq!(spec.rules[0].handle.as_deref(), Some("tpot-limit"));
    assert!(spec.title.ends_with("no measured level keeps p99 TPOT within 25 ms"), "{}", spec.title);
    let Some(Mark::Line { points, .. }) = spec.marks.last() else { panic!("a line") };
    assert!(points.iter().all(|point| point.tone == Some(Tone::Alert) && point.tip[1].contains("over the target")));
    assert!(drawn(Figure::Itl, "tpot=25").rules.is_empty());
}

#[test]
fn a_level_of_few_waves_says_so() {
    let spec = drawn(Figure::Throughput, "");
    let Some(Mark::Line { points, .. }) = spec.marks.last() else { panic!("a line") };
    assert_eq!(points[0].tip[2], "100 requests, 100 waves");
    assert_eq!(points[2].tip[2], "100 requests, 3.1 waves: few waves, so ramp-up and drain weigh");
    assert!(spec.subtitle.ends_with("still rising at 32 streams: no knee"), "{}", spec.subtitle);
}

#[test]
fn what_a_user_sees_is_the_inverse_of_tpot() {
    for which in [Figure::PerGpu, Figure::PerDollar] {
        let spec = drawn(which, "pct=p50");
        let Some(Mark::Line { points, .. }) = spec.marks.last() else { panic!("a line") };
        assert!(points.iter().all(|point| (point.x - 50.0).abs() < 1e-9), "1000 / 20 ms");
        let Mark::Line { points: front, label, .. } = &spec.marks[0] else { panic!("a front") };
        assert_eq!((label.as_str(), front.len()), ("Pareto front", 1), "all users see the same, so the most wins");
    }
    // 30,000 tokens in 25 s at 0.5 USD an hour.
    let spec = drawn(Figure::PerDollar, "");
    let Some(Mark::Line { points, .. }) = spec.marks.last() else { panic!("a line") };
    assert!((points[2].y - 1200.0 * 3600.0 / 0.5).abs() < 1e-3);
}

#[test]
fn a_pinned_scenario_is_drawn_beside_the_readers() {
    let pinned = "vs=run%3Dawq%26gpu%3D0.7";
    let dashed =
        |spec: &ChartSpec| spec.marks.iter().any(|mark| mark.series().starts_with("pinned: AWQ-INT4 at $0.70/h"));
    assert!(dashed(&drawn(Figure::MonthlyCost, pinned)) && !dashed(&drawn(Figure::MonthlyCost, "")));
    let names = |spec: ChartSpec| table(&spec).rows.iter().map(|row| row[1].text().to_owned()).collect::<Vec<_>>();
    assert!(names(drawn(Figure::CostPerMillion, pinned))[2].starts_with("Pinned: AWQ-INT4 at $0.70/h"));
    for which in [Figure::Throughput, Figure::Ttft, Figure::Tpot] {
        assert!(series(which, pinned).iter().any(|name| name.starts_with("pinned: AWQ-INT4")), "{which:?}");
    }
    assert!(series(Figure::Throughput, "vs=day%3D5").iter().all(|name| !name.starts_with("pinned")), "the same run");
}

#[test]
fn the_pinned_scenarios_run_is_fetched_too() {
    let mut library = library();
    std::sync::Arc::make_mut(&mut library.index).results[0].configuration.hardware = "gpu-two".into();
    assert_eq!(wanted(&library.index, &scenario("run=bf16")).len(), 1);
    assert_eq!(wanted(&library.index, &scenario("run=bf16&vs=run%3Dawq")).len(), 2);
    assert_eq!(wanted(&library.index, &scenario("run=bf16&vs=day%3D5")).len(), 1);
}

#[test]
fn money_is_drawn_in_the_readers_currency() {
    for which in [
        Figure::MonthlyCost,
        Figure::CostPerMillion,
        Figure::CostPerCorrect,
        Figure::Tornado,
        Figure::HeatMap,
        Figure::PerDollar,
    ] {
        let (usd, euro) = (drawn(which, ""), drawn(which, "cur=EUR,0.5"));
        let labels = |spec: &ChartSpec| format!("{} {}", spec.x.label, spec.y.label);
        assert!(labels(&usd).contains("USD") && labels(&euro).contains("EUR"), "{which:?}: {}", labels(&euro));
        let text = format!("{euro:?}");
        assert!(!text.contains('$') && !text.contains("USD"), "{which:?} {text}");
    }
    let bill = |query: &str| table(&drawn(Figure::MonthlyCost, query)).rows.last().map(|row| row[2].clone());
    let number = |value| match value {
        Some(shared::chart::data::Value::Number { value, .. }) => value,
        other => panic!("{other:?}"),
    };
    assert!((number(bill("cur=EUR,0.5")) / number(bill("")) - 0.5).abs() < 1e-12);
}

#[test]
fn both_first_figures_stand_alone() {
    let (library, scenario) = (library(), scenario("cur=EUR,0.5"));
    assert_eq!(monthly_cost(&library, &scenario), figure(Figure::MonthlyCost, &library, &scenario));
    assert_eq!(cost_per_million(&library, &scenario), figure(Figure::CostPerMillion, &library, &scenario));
}

#[test]
fn the_cell_one_stands_in_says_what_the_answer_says() {
    for query in ["", "day=700000&gpu=0.34&ops=500", "use=0.35&run=awq", "api=novita/tiny"] {
        let spec = drawn(Figure::HeatMap, query);
        let Mark::Cells { cells, .. } = &spec.marks[0] else { panic!("cells") };
        let here: Vec<_> = cells.iter().filter(|cell| cell.here).collect();
        let (library, scenario) = (library(), scenario(query));
        let answer = answer(&library, &scenario).unwrap();
        let expected = answer.per_million.value() / answer.api.per_million.value();
        assert_eq!(here.len(), 1, "{query}");
        assert!((here[0].value / expected - 1.0).abs() < 1e-9, "{query}: {} {expected}", here[0].value);
        assert!(cells.iter().all(|cell| (cell.value < 1.0) == (cell.strength > 0.0)), "{query}");
    }
}

#[test]
fn the_tornado_stands_on_the_saving_of_the_answer() {
    let spec = drawn(Figure::Tornado, "");
    let (library, scenario) = (library(), scenario(""));
    let answer = answer(&library, &scenario).unwrap();
    let saving = answer.api.monthly.value() - answer.bill.total.value();
    for mark in &spec.marks {
        let Mark::Bars { base, ends, .. } = mark else { panic!("bars") };
        assert!((base - saving).abs() < 1e-9 && ends.iter().any(|end| end.x != *base));
    }
    assert!((1..=10).contains(&spec.marks.len()));
    assert!(spec.title.starts_with("Self-hosting saves $"), "{}", spec.title);
}

#[test]
fn a_correct_answer_costs_a_request_over_the_score() {
    let spec = drawn(Figure::CostPerCorrect, "");
    let (library, scenario) = (library(), scenario(""));
    let full = answer(&library, &scenario).unwrap().per_request_full.value();
    let Mark::Interval { point, low: Some(low), high: Some(high), .. } = &spec.marks[0] else { panic!("an interval") };
    assert!((point.x - full / 0.66 * 1000.0).abs() < 1e-12 && *low < point.x && point.x < *high);
    assert_eq!(spec.title, "BF16 gives the cheapest correct answer on every score");
    assert!(spec.subtitle.contains("an index"));
}

#[test]
fn every_figure_gives_its_data_and_belongs_to_a_part_of_the_page() {
    for which in Figure::ALL {
        let spec = drawn(which, "");
        let data = table(&spec);
        assert!(!data.rows.is_empty(), "{which:?}");
        let evidence = data.rows.iter().filter_map(|row| row.last()).all(|last| !last.text().is_empty());
        assert_eq!(
            (data.columns.last().map(String::as_str), evidence),
            (Some("Rests on"), true),
            "{which:?}: {data:?}"
        );
        assert_eq!(csv(&spec).lines().count(), data.rows.len() + 1, "{which:?}");
        assert_eq!(spec.id, which.id());
        assert_ne!(which.view(), View::Runs);
    }
}

#[test]
fn other_axes_draw_the_same_data() {
    for which in Figure::ALL {
        let spec = drawn(which, "");
        for (x, y) in [(true, false), (false, true), (true, true)] {
            let turned = spec.with_other_axes(x, y);
            assert_eq!(table(&turned).rows, table(&spec).rows, "{which:?}");
            assert!(turned.x.high > turned.x.low && turned.y.high > turned.y.low, "{which:?}");
        }
    }
}
