//! What the page says and draws, for a small made-up results folder.

mod arithmetic;
mod deciding;
mod derivation;
mod figures;
mod hardware;
mod made_up;
mod opening;
mod runs;
mod telling;
mod user_files;

use made_up::library;
use shared::explore::explain::open as explain;
use shared::explore::figures::{Figure, figure};
use shared::explore::query::decode;
use shared::explore::scenario::Scenario;
use shared::explore::tables;
use shared::explore::view_model::{View, derive};
use shared::store::provenance::Evidence;

fn scenario(query: &str) -> Scenario {
    let (scenario, ignored) = decode(query);
    assert_eq!(ignored, [], "{query}");
    scenario
}

fn view(query: &str) -> View {
    derive(&library(), &scenario(query))
}

fn says(query: &str, expected: &str) {
    assert_eq!(view(query).title, expected);
}

#[test]
fn the_sentence_says_what_wins_and_by_how_much() {
    says(
        "",
        "At 10,000 requests a day of 200 in and 100 out tokens, one GPU One at $0.5 an hour running Tiny 1B, BF16 costs $365 a month: 20 % less than Gpt-4o, 13 times more than Small, and at no volume less than the same model at Novita.",
    );
    says(
        "day=300000",
        "At 300,000 requests a day of 200 in and 100 out tokens, 3 × GPU One at $0.5 an hour running Tiny 1B, BF16 cost $1,100 a month: 13 times less than Gpt-4o, 33 % more than Small, and at no volume less than the same model at Novita.",
    );
    says(
        "run=awq&api=novita/tiny",
        "At 10,000 requests a day of 200 in and 100 out tokens, one GPU One at $0.5 an hour running Tiny 1B, AWQ-INT4 costs $365 a month: at no volume less than Tiny, and 13 times more than Small.",
    );
}

#[test]
fn what_is_paid_beside_the_gpus_and_how_an_api_is_used_is_said() {
    says(
        "ops=3000",
        "At 10,000 requests a day of 200 in and 100 out tokens, one GPU One at $0.5 an hour running Tiny 1B, BF16 costs $3,370 a month, $3,000 of it beside the GPUs: 7.4 times more than Gpt-4o, 123 times more than Small, and at no volume less than the same model at Novita.",
    );
    assert!(view("peak=2.5").title.starts_with("At 10,000 requests a day, 2.5 times the mean at the peak, of 200 in"));
    let title = view("cached=0.9&batch=0.5&think=3").title;
    assert!(
        title.ends_with(" (APIs with 90 % of input cached, 50 % in batches, 3 reasoning tokens an output token)."),
        "{title}"
    );
}

#[test]
fn no_level_holding_the_target_is_an_answer_too() {
    says(
        "ttft=50",
        "This hardware does not hold the target: no measured level keeps p99 TTFT within 50 ms. The lowest p99 TTFT measured is 100 ms. Raise the target, or choose another run.",
    );
    let view = view("ttft=50");
    let price = view.controls.iter().find(|control| control.id.key() == "gpu-price").unwrap();
    assert_eq!(price.field, "0.5", "the price is known whether a level holds or not");
    let levels = tables::levels(&library(), &scenario("ttft=50"));
    assert!(levels.rows.iter().all(|row| !row.in_use && matches!(row.cells[13], tables::Cell::Money { .. })));
    assert!(view.headline.is_err() && tables::apis(&library(), &scenario("ttft=50")).rows.is_empty());
}

#[test]
fn the_level_in_use_is_the_best_that_holds_the_target() {
    let in_use = |query: &str| {
        let rows = tables::levels(&library(), &scenario(query)).rows;
        rows.into_iter().filter(|row| row.in_use).map(|row| row.key).collect::<Vec<_>>()
    };
    assert_eq!(in_use(""), ["level/8"]);
    assert_eq!(in_use("ttft=any"), ["level/32"]);
}

#[test]
fn utilisation_never_multiplies_the_bill() {
    let bill = |query: &str| explain(&library(), &scenario(query), "bill").unwrap().value;
    assert_eq!(bill("use=0.1"), "365 USD a month");
    assert_eq!(bill("use=0.6"), "365 USD a month");
    let cost = |query: &str| explain(&library(), &scenario(query), "per-million").unwrap().value;
    let number = |text: String| text.split(' ').next().unwrap().parse::<f64>().unwrap();
    assert!((number(cost("use=0.1")) / number(cost("use=0.6")) - 6.0).abs() < 1e-9);
}

#[test]
fn another_mix_than_the_measured_one_is_an_estimate() {
    assert_eq!(view("").badge.unwrap(), (Evidence::Published, "PUBLISHED 2026-05-01".into()));
    assert_eq!(view("in=400").badge.unwrap().0, Evidence::Estimated);
    let note = explain(&library(), &scenario("in=400"), "per-million").unwrap().note.unwrap();
    assert!(note.contains("from 1 to 10"), "{note}");
}

#[test]
fn names_that_nothing_has_are_said() {
    let unknown = view("run=nobodys&api=no/model").unknown;
    assert!(unknown[0].starts_with("run “nobodys”") && unknown[1].starts_with("api “no/model”"), "{unknown:?}");
}

#[test]
fn rehearsals_are_hidden_and_never_stand_in_for_a_run() {
    let runs = |query: &str| view(query).runs.iter().map(|run| run.id.clone()).collect::<Vec<_>>();
    assert_eq!(runs(""), ["awq", "bf16"]);
    assert_eq!(runs("rehearsals=1"), ["awq", "bf16", "rehearsed"]);
    assert_eq!(view("rehearsals=1").title, view("").title);
    assert_eq!(view("rehearsals=1&run=rehearsed").badge.unwrap().0, Evidence::Rehearsal);
    assert_eq!(view("rehearsals=1&run=rehearsed&in=50").badge.unwrap().0, Evidence::Rehearsal);
}

#[test]
fn every_figure_draws_and_says_its_evidence() {
    for query in ["", "run=awq", "in=512", "ttft=any", "rehearsals=1&run=rehearsed", "day=3000000", "own=0.01,0.01"] {
        for which in Figure::ALL {
            let spec =
                figure(which, &library(), &scenario(query)).unwrap_or_else(|why| panic!("{query} {which:?}: {why}"));
            assert!(!spec.marks.is_empty() && !spec.alt.is_empty(), "{query} {which:?}");
            let text = format!("{spec:?}");
            let words = ["published", "estimated", "rehearsal"];
            assert!(words.iter().any(|word| text.contains(word)), "{query} {which:?}");
        }
    }
}

#[test]
fn a_figure_that_cannot_draw_says_why() {
    let mut library = library();
    library.files.iter_mut().for_each(|(_, file)| std::sync::Arc::make_mut(file).quality.clear());
    let why = figure(Figure::Quality, &library, &scenario("")).unwrap_err();
    assert!(why.starts_with("No unquantised run"), "{why}");
    assert!(
        figure(Figure::MonthlyCost, &library, &scenario("ttft=50")).unwrap_err().contains("does not hold the target")
    );
}

#[test]
fn a_score_of_nothing_is_drawn_as_lost() {
    let mut library = library();
    let quantised = library.files.iter_mut().filter(|(_, file)| file.configuration.quantization != "bf16");
    quantised.flat_map(|(_, file)| &mut std::sync::Arc::make_mut(file).quality).for_each(|score| score.score = 0.0);
    let spec = figure(Figure::Quality, &library, &scenario("")).unwrap();
    assert!(spec.title.contains("loses quality beyond noise"), "{}", spec.title);
}

#[test]
fn an_empty_folder_says_what_to_do() {
    let mut library = library();
    std::sync::Arc::make_mut(&mut library.index).results.clear();
    let view = derive(&library, &Scenario::default());
    assert!(view.title.starts_with("There is no measured or published run"), "{}", view.title);
}
