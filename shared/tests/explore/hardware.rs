//! What the view Hardware says: four GPUs of the catalogue at made-up prices.

use std::sync::Arc;

use expect_test::{Expect, expect};
use shared::advice::workload::Workload;
use shared::explore::hardware::fit::fits;
use shared::explore::hardware::plan::Plan;
use shared::explore::hardware::size::{Sized, search, told, wanted};
use shared::explore::library::Library;
use shared::explore::scenario::Scenario;
use shared::store::catalogue::Catalogue;
use shared::store::index::{Entry, Index, SCHEMA};
use shared::store::prices::{GpuPrice, Tier};
use shared::store::provenance::Evidence;
use shared::store::result_file::ResultFile;
use shared::units::UsdPerHour;

const CATALOGUE: &str = include_str!("../../../results/catalogue.json");
const BF16: &str = include_str!("../../../results/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json");

/// The catalogue with these GPUs alone.
fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::parse(CATALOGUE).expect("the catalogue");
    catalogue.gpus.retain(|slug, _| PRICES.iter().any(|(known, _)| known == slug));
    assert_eq!(catalogue.gpus.len(), PRICES.len());
    catalogue
}

const PRICES: [(&str, f64); 4] =
    [("rtx-4090", 0.34), ("rtx-a5000", 0.27), ("h100-sxm-80gb", 2.69), ("mi300x-192gb", 0.0)];

fn library() -> Library {
    let today = "2026-06-01".parse().expect("a date");
    let price = |(hardware, usd): (&str, f64)| GpuPrice {
        provider: "made up".into(),
        hardware: hardware.into(),
        tier: Tier::OnDemand,
        usd_per_hour: UsdPerHour::new(usd),
        min_gpus: None,
        from: today,
        to: None,
        read_on: today,
        source: "made up".into(),
        via: None,
    };
    let file = ResultFile::parse(BF16).expect("a result");
    let entry = Entry::of(&file, file.path(), String::new());
    let index = Index {
        schema: SCHEMA,
        results: vec![entry],
        api_prices: Vec::new(),
        gpu_prices: PRICES.into_iter().filter(|(_, usd)| *usd > 0.0).map(price).collect(),
        presets: Vec::new(),
    };
    Library::new(index, vec![(file.path(), file)], today)
}

fn sized(plan: &str) -> Sized {
    let (catalogue, library, scenario) = (catalogue(), library(), Scenario::default());
    let (plan, ignored) = Plan::read(plan);
    assert_eq!(ignored, Vec::<String>::new());
    let asking: Workload = plan.asking(&catalogue, &library, &scenario).expect("a demand");
    let runs: Vec<(String, Arc<ResultFile>)> =
        library.files.iter().filter(|(path, _)| wanted(&library, &plan).contains(path)).cloned().collect();
    let found = search(&catalogue, &library, &plan, &asking, &runs).expect("a model").finished();
    told(&found, &plan, &asking, &catalogue.models[&plan.model].name, &scenario)
}

fn says(plan: &str, expected: Expect) {
    expected.assert_eq(&sized(plan).headline);
}

#[test]
fn the_sentence_answers_at_once() {
    let coder = "m:qwen3-coder-30b-a3b-instruct~dev:8~slo:ttft:p50<2s,tps:p50>20";
    says(
        coder,
        expect![
            "Eight developers with agents on Qwen3 Coder 30B A3B Instruct need four RTX 4090 for $993 a month, $124 each; the next is eight RTX A5000 for $1,580."
        ],
    );
    says(
        "rps:20~slo:instant~in:500~out:200",
        expect![
            "20 requests a second on Llama 3.1 8B Instruct need nine RTX 4090 for $2,230 a month; the next is 17 RTX A5000 for $3,350."
        ],
    );
    says(
        "dev:1~slo:batch",
        expect![
            "One developer with an agent on Llama 3.1 8B Instruct needs one RTX A5000 for $197 a month; the next is one RTX 4090 for $248."
        ],
    );
    says(
        "rps:1~slo:ttft:p99<1ms",
        expect![
            "No GPU of known price holds this target for one request a second on Llama 3.1 8B Instruct. Nearest is 8 x Instinct MI300X: a single request has p99 TTFT 23.5 ms, limit 1 ms. Raise the target, ask for fewer tokens, or choose smaller weights."
        ],
    );
}

#[test]
fn a_row_tells_how_its_numbers_come_about() {
    let sized = sized("dev:16~slo:ttft:p50<2s,tps:p50>20~m:qwen3-coder-30b-a3b-instruct");
    let first = &sized.rows[0];
    expect!["4 x RTX 4090: FP8 | 8 concurrent | 2 to 3 | $1,990 to $2,980 | $124 | $0.236 | 7.82 %"]
        .assert_eq(&format!("{}: {}", first.name, first.cells.join(" | ")));
    expect![[r#"
        One replica serves up to 8 concurrent requests, limited by KV cache memory.
        Replicas: 16 at once / 8 a replica = 2, rounded up.
        A month: 2 × $1.36/h × 730 h = $1,990.
        Each developer: $1,990 / 16 = $124.
        1M total tokens: $1,990 / (121,667 requests a month × 69,220 tokens) × 1,000,000 = $0.236.
        Estimated from data sheets. Of 126 published records of its kind, four in five ran at 0.85 to 1.4 times what is estimated; replicas and money show that range."#]].assert_eq(&first.arithmetic.join("\n"));
    expect!["One replica of 4 x RTX 4090 serves up to 8 concurrent requests, limited by KV cache memory."]
        .assert_eq(&sized.stop);
    assert_eq!(first.cells.len() + 2, sized.columns.len());
    assert_eq!(sized.rows.len() + sized.not.len(), PRICES.len());
    let team = sized.teams.unwrap();
    assert_eq!(team.rows.iter().position(|row| row.in_use), Some(4));
}

#[test]
fn a_run_of_requests_alike_says_more_than_an_estimate() {
    let sized = sized("rps:1~slo:ttft:p99<2s~q:bf16");
    let a5000 = sized.rows.iter().find(|row| row.key == "rtx-a5000").unwrap();
    assert_eq!(a5000.evidence, Evidence::Published);
    assert!(a5000.arithmetic.last().unwrap().contains("a5000-bf16.json"), "{:?}", a5000.arithmetic);
}

#[test]
fn a_change_of_the_target_changes_the_ranking() {
    let first = |plan: &str| sized(plan).rows.into_iter().map(|row| (row.name, row.cells)).collect::<Vec<_>>();
    assert_ne!(first("rps:20~slo:chat"), first("rps:20~slo:instant"));
}

#[test]
fn what_cannot_be_asked_is_said() {
    let (catalogue, library, scenario) = (catalogue(), library(), Scenario::default());
    let why = |text: &str| {
        let (plan, _) = Plan::read(text);
        let asking = plan.asking(&catalogue, &library, &scenario).unwrap();
        let found = search(&catalogue, &library, &plan, &asking, &[]);
        found.unwrap_err()
    };
    assert!(why("m:nobodys").contains("no model `nobodys`"));
    assert!(why("rps:1~in:500000").contains("Ask for fewer tokens"));
    let page = Plan::read("page:").0.asking(&catalogue, &library, &scenario);
    assert!(page.unwrap_err().contains("Choose another demand"), "there is no API to compare with, so no answer");
    assert!(fits(&catalogue, &Plan::read("m:nobodys").0).unwrap_err().contains("Choose one of the list"));
}

#[test]
fn memory_is_filled_and_what_does_not_fit_is_said() {
    let fit = |text: &str| fits(&catalogue(), &Plan::read(text).0).unwrap();
    let usual = fit("");
    expect!["Llama 3.1 8B Instruct in BF16 with four contexts of 8,192 tokens fits 4 of 4 GPUs; the smallest is RTX 4090, with 1.39 GiB free."].assert_eq(&usual.headline);
    let a5000 = usual.rows.iter().find(|row| row.key == "rtx-a5000").unwrap();
    expect!["15.0 | 1.41 | 4.00 | 1.39 | 44,112 | 44,112 | 5"].assert_eq(&a5000.cells.join(" | "));
    for row in &usual.rows {
        let sum: f64 = row.parts.iter().map(|part| part.share).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{}: {sum}", row.name);
    }
    let large = fit("m:llama-3.3-70b-instruct~q:bf16~tp:2");
    expect!["Llama 3.3 70B Instruct in BF16 with four contexts of 8,192 tokens fits 1 of 4 groups of two; the smallest is 2 x Instinct MI300X, with 100 GiB free on each."].assert_eq(&large.headline);
    let too_small = large.rows.iter().find(|row| row.key == "rtx-4090").unwrap();
    assert!(!too_small.fits && too_small.why.contains("too little for the weights"), "{}", too_small.why);
    assert!(fit("ctx:200000").rows.iter().all(|row| row.why.contains("no such context")));
}
