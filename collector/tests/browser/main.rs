//! The built page in a real browser, as its reader uses it. FORGE_DIST names the built page; without it they are skipped.
//!
//! After each test the console must be silent and every request must have gone to the page's own origin.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod page;
mod programs;
mod site;

use std::path::Path;

use browser::browse;
use page::Page;
use page::Step::{Down, FarUp, Undo, Up};
use site::{Results, Site, built_page, collector, published_results};

const FIGURES: [&str; 6] = ["monthly-cost", "cost-per-million", "throughput", "ttft", "tpot", "quality"];
const AWQ_FILE: &str = "llama-3.1-8b-instruct-awq-int4/rtx-a5000-1gpu/sharegpt/a5000-awq.json";

/// The published results, served by `collector explore`.
fn explore(dist: &Path) -> Site {
    Site::explore(dist, &published_results(), &[])
}

#[test]
fn the_first_load_answers_and_every_dollar_opens() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("").await;
        let headline = page.headline().await;
        assert!(headline.contains("GPT-4o") && headline.contains("RTX A5000"), "{headline}");
        assert!(page.says("evidence").await.starts_with("PUBLISHED 2026-05-29"));
        for figure in FIGURES {
            page.figure_is_painted(figure).await;
        }
        page.click_dollar("level/64").await;
        let value = page.explained_value().await;
        assert_eq!(value.split_whitespace().next(), Some("0.034584869629623705"), "{value}");
    });
}

#[test]
fn sliders_change_the_sentence_and_the_address_keeps_it() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("").await;
        assert_eq!(page.url_query().await, "");
        let first = page.headline().await;
        page.move_slider("demand", Up(3)).await;
        let busier = page.headline_after(&first).await;
        page.url_query_with("day=").await;
        page.move_slider("gpu-price", FarUp(2)).await;
        let dearer = page.headline_after(&busier).await;
        let query = page.url_query_with("gpu=").await;
        assert!(query.contains("day="), "{query}");
        page.reload().await;
        assert_eq!(page.headline_with("GPT-4o").await, dearer);
        page.second_tab().await;
        assert_eq!(page.headline_with("GPT-4o").await, dearer);
        assert_eq!(page.url_query().await, query);
        page.press("reset").await;
        assert_eq!(page.headline_after(&dearer).await, first);
    });
}

#[test]
fn the_link_can_be_copied() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("?day=20000").await;
        page.press("copy-link").await;
        page.says_with("copy-link", "copied").await;
    });
}

#[test]
fn a_number_in_the_sentence_can_be_typed() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("").await;
        page.set_in_sentence("demand", "25,000").await;
        let headline = page.headline_with("25,000").await;
        page.url_query_with("day=25000").await;
        page.set_in_sentence("demand", "lots").await;
        let complaint = page.complaint().await;
        assert!(complaint.contains("lots") && complaint.contains("number"), "{complaint}");
        assert_eq!(page.headline().await.replace("lots", "25,000"), headline);
        assert_eq!(page.url_query().await, "day=25000");
        assert_eq!(page.field("demand").await, "25000");
    });
}

#[test]
fn a_complaint_goes_when_the_number_is_right_again() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("").await;
        page.set_field("gpu-price", "free").await;
        page.complaint().await;
        page.set_field("gpu-price", "0.54").await;
        page.no_complaint().await;
        page.set_field("gpu-price", "free").await;
        page.complaint().await;
        page.move_slider("gpu-price", Up(1)).await;
        page.no_complaint().await;
    });
}

#[test]
fn another_run_and_another_price_change_the_comparison() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("").await;
        let first = page.headline().await;
        page.press_in_row("a5000-awq").await;
        page.headline_with("AWQ").await;
        page.press("warnings").await;
        page.says_with("warnings", "Marlin").await;
        page.url_query_with("run=a5000-awq").await;
        page.choose("run", "a5000-bf16").await;
        assert_eq!(page.headline_with("BF16").await, first);

        page.choose("api", "anthropic/claude-haiku-5-5").await;
        let claude = page.headline_after(&first).await;
        page.choose("api-inline", "openai/gpt-4o").await;
        assert_eq!(page.headline_after(&claude).await, first);

        page.choose("api", "own").await;
        page.set_field("own-input", "0.01").await;
        page.set_field("own-output", "0.02").await;
        page.url_query_with("own=0.01,0.02").await;
        let own = page.headline().await;
        assert!(own.contains("more than your"), "{own}");
        page.reload().await;
        assert_eq!(page.headline_with("your").await, own);
    });
}

#[test]
fn figures_can_be_dragged_and_pointed_at() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("").await;
        let first = page.headline().await;
        page.drag("monthly-cost", 60.0).await;
        let moved = page.headline_after(&first).await;
        page.url_query_with("day=").await;
        let demand: f64 = page.field("demand").await.parse().unwrap();
        assert!(demand > 10_000.0, "{demand}: {moved}");
        let tip = page.tip("ttft").await;
        assert!(tip.contains("published"), "{tip}");
        let tip = page.tip("cost-per-million").await;
        assert!(tip.contains("published"), "{tip}");
    });
}

#[test]
fn a_target_that_nothing_holds_is_an_answer() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("").await;
        let first = page.headline().await;
        page.set_field("ttft-limit", "0.001").await;
        page.headline_with("does not hold the target").await;
        page.figure_says("monthly-cost", "does not hold the target").await;
        page.figure_is_painted("ttft").await;
        page.set_field("ttft-limit", "2").await;
        assert_eq!(page.headline_with("GPT-4o").await, first);
        page.figure_is_painted("monthly-cost").await;
    });
}

#[test]
fn what_a_link_says_wrongly_is_named_and_the_rest_holds() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("?colour=red&gpu=free&day=20000").await;
        page.headline_with("20,000").await;
        let ignored = page.says("ignored").await;
        assert!(ignored.contains("colour") && ignored.contains("gpu"), "{ignored}");
        assert!(!ignored.contains("day"), "{ignored}");
    });
}

#[test]
fn a_link_to_a_run_or_an_api_that_is_not_there_says_so() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("?run=nobodys-run&api=no/model").await;
        page.headline_with("RTX A5000").await;
        page.says_with("ignored", "run").await;
        page.says_with("ignored", "api").await;
    });
}

#[test]
fn a_result_that_cannot_be_read_is_named_and_the_rest_works() {
    let Some(dist) = built_page() else { return };
    let results = Results::copied();
    let sound = results.spoil(AWQ_FILE, "{\"schema\": 1, ");
    browse(&Site::files(&dist, results.path()), async |page| {
        page.open("").await;
        let partial = page.says_with("partial", "a5000-awq.json").await;
        assert!(!partial.contains("a5000-bf16"), "{partial}");
        let first = page.headline().await;
        page.figure_is_painted("ttft").await;
        page.move_slider("demand", Up(2)).await;
        page.headline_after(&first).await;
        results.spoil(AWQ_FILE, &sound);
        page.press_button("Try again").await;
        page.gone("partial").await;
        page.figure_is_painted("quality").await;
    });
}

#[test]
fn without_an_index_the_page_says_so_and_can_try_again() {
    let Some(dist) = built_page() else { return };
    let results = Results::copied();
    let index = results.path().join("index.json");
    let elsewhere = results.path().join("index.away");
    std::fs::rename(&index, &elsewhere).unwrap();
    let site = Site::files(&dist, results.path()).failing(&["results/index.json"]);
    browse(&site, async |page| {
        page.open("").await;
        assert!(page.shows("failed").await && !page.shows("headline").await);
        std::fs::rename(&elsewhere, &index).unwrap();
        page.press_button("Try again").await;
        page.headline_with("RTX A5000").await;
    });
}

#[test]
fn a_server_that_lost_its_results_is_told_apart() {
    let Some(dist) = built_page() else { return };
    let results = Results::copied();
    let site = Site::explore(&dist, results.path(), &[]).failing(&["results/index.json"]);
    drop(results);
    browse(&site, async |page| {
        page.open("").await;
        assert!(page.shows("failed").await);
        page.press_button("Try again").await;
        page.says_with("failed", "could not be loaded").await;
    });
}

/// A folder with a tiny rehearsal named `trial`.
fn rehearsed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tiny = ["--concurrency", "1,4", "--num-prompts", "8", "--output-tokens", "8", "--run-id", "trial"];
    let done = collector().arg("rehearse").args(tiny).arg("--out").arg(folder.path()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    folder
}

#[test]
fn rehearsals_are_behind_their_switch() {
    let Some(dist) = built_page() else { return };
    let rehearsal = rehearsed();
    browse(&Site::explore(&dist, &published_results(), &[rehearsal.path()]), async |page| {
        page.open("?run=a5000-bf16").await;
        let first = page.headline().await;
        assert!(!page.shows("trial").await);
        page.press("rehearsals").await;
        page.says_with("trial", "REHEARSAL").await;
        page.url_query_with("rehearsals=1").await;
        page.press_in_row("trial").await;
        page.says_with("evidence", "REHEARSAL").await;
        page.url_query_with("run=trial").await;
        for figure in ["monthly-cost", "throughput", "ttft", "tpot"] {
            page.figure_is_painted(figure).await;
        }
        page.press("rehearsals").await;
        page.gone("trial").await;
        page.says_with("evidence", "PUBLISHED").await;
        assert_eq!(page.headline().await, first);
    });
}

#[test]
fn showing_rehearsals_leaves_the_answer_to_the_real_run() {
    let Some(dist) = built_page() else { return };
    let rehearsal = rehearsed();
    browse(&Site::explore(&dist, &published_results(), &[rehearsal.path()]), async |page| {
        page.open("").await;
        let first = page.headline().await;
        page.press("rehearsals").await;
        page.says_with("trial", "REHEARSAL").await;
        assert_eq!(page.headline().await, first);
        assert!(page.says("evidence").await.starts_with("PUBLISHED"));
    });
}

#[test]
fn on_a_phone_nothing_is_cut_off_and_the_controls_are_a_sheet() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.on_a_phone().await;
        page.open("").await;
        for figure in FIGURES {
            page.figure_is_painted(figure).await;
        }
        assert_eq!(page.overflow().await, 0.0);
        assert!(!page.shows("slider-demand").await);
        let first = page.headline().await;
        page.press_button("Change the assumptions").await;
        assert!(page.shows("slider-demand").await);
        page.move_slider("demand", Down(4)).await;
        page.headline_after(&first).await;
        page.press_button("Done").await;
        page.gone("slider-demand").await;
        assert_eq!(page.overflow().await, 0.0);
    });
}

#[test]
fn light_and_dark_follow_the_reader() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("").await;
        let light = page.background().await;
        page.system_prefers("dark").await;
        let dark = background_after(page, &light).await;
        page.system_prefers("light").await;
        assert_eq!(background_after(page, &dark).await, light);
        page.press("theme").await;
        assert_eq!(background_after(page, &light).await, dark);
        page.reload().await;
        page.says_with("theme", "dark").await;
        assert_eq!(page.background().await, dark);
        page.figure_is_painted("monthly-cost").await;
        page.press("theme").await;
        page.says_with("theme", "light").await;
        assert_eq!(background_after(page, &dark).await, light);
        page.press("theme").await;
        page.says_with("theme", "auto").await;
    });
}

async fn background_after(page: &Page, before: &str) -> String {
    page.until("another background", async || {
        let now = page.background().await;
        if now == before { Err(now) } else { Ok(now) }
    })
    .await
}

#[test]
fn escape_undoes_a_slider_and_closes_the_arithmetic() {
    let Some(dist) = built_page() else { return };
    browse(&explore(&dist), async |page| {
        page.open("").await;
        let first = page.headline().await;
        page.move_slider("gpu-price", Up(5)).await;
        let moved = page.headline_after(&first).await;
        page.move_slider("gpu-price", Undo).await;
        assert_eq!(page.headline_after(&moved).await, first);
        for _ in 0..2 {
            page.click_dollar("level/16").await;
            page.explained_value().await;
            page.escape().await;
            page.gone("explain").await;
        }
    });
}
