//! Every number opens, and what it opens recomputes to what it says.

use shared::explore::explain::{Explanation, open};
use shared::explore::library::Library;
use shared::explore::tables::{Cell, all};
use shared::explore::{query, user_files};
use shared::store::provenance::Evidence;

use crate::made_up::library;
use crate::{arithmetic, scenario};

/// What is read from a file and not computed.
const MEASURED: [&str; 6] = ["ttft", "tpot", "itl", "e2el", "quality", "api-price"];

/// Every id that a cell of a table opens.
fn opened(library: &Library, query: &str) -> Vec<String> {
    let tables = all(library, &scenario(query));
    let cells = tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells);
    let opens = cells.filter_map(|cell| match cell {
        Cell::Money { opens, .. } | Cell::Opens { opens, .. } => Some(opens.clone()),
        _ => None,
    });
    opens.collect()
}

#[track_caller]
fn recomputes(line: &str, what: &str) -> String {
    let (left, right) = line.rsplit_once(" = ").unwrap_or_else(|| panic!("{what}: {line}"));
    let (computed, shown) = (arithmetic::value(left), arithmetic::value(right));
    let near = (computed - shown).abs() <= 1e-9 * shown.abs().max(1e-9);
    assert!(near, "{what}: {line} is {computed}");
    right.to_owned()
}

fn sound(explanation: &Explanation, what: &str) {
    let bare = explanation.id.strip_prefix("pinned/").unwrap_or(&explanation.id);
    let kind = bare.split('/').next().unwrap_or_default();
    if !MEASURED.contains(&kind) {
        let right = recomputes(&explanation.worked, what);
        assert!(explanation.value.starts_with(&format!("{right} ")), "{what}: {}", explanation.value);
    }
    explanation.also.iter().for_each(|line| drop(recomputes(line, what)));
    assert!(!explanation.formula.is_empty() && !explanation.title.is_empty(), "{what}");
    assert!(!explanation.inputs.is_empty(), "{what}");
    assert!(explanation.inputs.iter().all(|input| !input.source.is_empty()), "{what}");
    assert!(explanation.to_text().lines().count() > 3, "{what}");
}

#[test]
fn every_number_opens_arithmetic_that_recomputes() {
    let queries = [
        "",
        "day=700000&gpu=0.34",
        "use=0.35&run=awq",
        "in=512&out=64&rho=2",
        "own=0.4,1.2",
        "ttft=any&pct=p50",
        "ttft=50",
        "ops=3000&peak=2.5&day=400000",
        "cached=0.6&written=0.1&think=2&batch=0.25",
        "own=0.01,0.01",
        "vs=gpu%3D0.4%26run%3Dawq&cur=EUR,0.92",
        "rehearsals=1&run=rehearsed",
    ];
    for query in queries {
        let library = library();
        let mut ids = opened(&library, query);
        assert!(ids.len() > 30, "{query}: {}", ids.len());
        ids.extend(["bill", "replicas", "utilisation", "gpu-price", "requests/8"].map(str::to_owned));
        for id in ids {
            let what = format!("{query} {id}");
            let explanation = open(&library, &scenario(query), &id).unwrap_or_else(|| panic!("{what} opens nothing"));
            assert_eq!(explanation.id, id, "{what}");
            sound(&explanation, &what);
        }
    }
}

#[test]
fn the_repositorys_own_results_open_and_recompute() {
    let index = include_str!("../../../results/index.json");
    let parsed = shared::store::index::Index::parse(index).unwrap();
    let mut library = Library::new(parsed, Vec::new(), "2026-11-22".parse().unwrap());
    // The version of the data is the hash of the index itself.
    let version = shared::explore::provenance::of(&library, &scenario("")).data;
    assert_eq!(version.index_sha256, shared::store::hash::sha256_hex(index.as_bytes()));
    let texts = [
        include_str!("../../../results/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json"),
        include_str!("../../../results/llama-3.1-8b-instruct-awq-int4/rtx-a5000-1gpu/sharegpt/a5000-awq.json"),
    ];
    for text in texts {
        let file = shared::store::result_file::ResultFile::parse(text).unwrap();
        library.files.push((file.path(), std::sync::Arc::new(file)));
    }
    for query in ["", "run=a5000-awq&ops=500", "in=1000&out=50&vs=day%3D500"] {
        for id in opened(&library, query) {
            let what = format!("{query} {id}");
            sound(&open(&library, &scenario(query), &id).unwrap_or_else(|| panic!("{what} opens nothing")), &what);
        }
    }
}

#[test]
fn what_is_read_from_a_file_says_where_and_how_it_is_defined() {
    let found = open(&library(), &scenario(""), "ttft/8/p99").unwrap();
    assert_eq!(found.value, "900 ms");
    assert_eq!(found.worked, "levels[1].ttft_ms.p99 = 900");
    assert!(found.formula.starts_with("first token - sending the request"), "{}", found.formula);
    let input = &found.inputs[0];
    assert_eq!(input.source, "published 2026-05-01, bf16.json, sha256 0123456789ab");
    assert!(input.link.as_deref().is_some_and(|link| link.starts_with("results/tiny-bf16/")), "{input:?}");
    let names: Vec<&str> = found.inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(names[1..], ["Duration", "Requests completed", "Waves"]);
}

#[test]
fn retention_says_how_its_interval_comes_about() {
    let found = open(&library(), &scenario(""), "retention/awq/mmlu,acc,none,5").unwrap();
    assert_eq!(found.worked, "0.62 / 0.66 = 0.9393939393939393");
    assert_eq!(found.also.len(), 3);
    assert!(found.note.unwrap().contains("delta method"));
}

#[test]
fn nothing_opens_what_is_not_there() {
    for id in ["", "bills", "level/9", "ttft/8/p42", "itl/8/p90", "api/no", "quality/awq/none", "pinned/bill", "level/"]
    {
        assert_eq!(open(&library(), &scenario(""), id), None, "{id}");
    }
}

#[test]
fn what_makes_a_number_less_is_marked() {
    let mut library = library();
    let marks =
        |library: &Library, query: &str, id: &str| open(library, &scenario(query), id).unwrap().marks.join("; ");
    assert_eq!(marks(&library, "", "bill"), "");
    assert!(marks(&library, "rehearsals=1&run=rehearsed", "bill").contains("says nothing about a GPU"));
    library.today = "2026-12-01".parse().unwrap();
    assert!(
        marks(&library, "", "bill").starts_with("stale price: Price of one replica, cloud on-demand, read 2026-05-01")
    );
    assert!(marks(&library, "", "api/openai/small").contains("stale price: Input price"));
    let text = include_str!("../fixtures/import/vllm-bench-serve-0.32.0.json");
    let run = user_files::read(&[("a.json".into(), text.into())], library.today).remove(0).unwrap();
    user_files::add(&mut library, &run);
    let query = format!("run={}&gpu=1&ttft=any", run.entry.id);
    let found = open(&library, &scenario(&query), "throughput/8").unwrap();
    assert!(found.marks[0].starts_with("yours: "), "{:?}", found.marks);
    assert!(found.inputs.iter().all(|input| input.link.is_none()));
    let found = open(&library, &scenario(&query), "tpot/8/p99").unwrap();
    assert!(found.note.unwrap().starts_with("vllm bench serve defines it so: (E2EL - TTFT)"));
}

#[test]
fn another_currency_is_the_last_line_and_nothing_else() {
    let (plain, euro) = (scenario("day=700000"), scenario("day=700000&cur=EUR,0.5"));
    for id in ["bill", "per-million", "per-million-input", "saving/openai/small", "api/openai/gpt-4o"] {
        let (usd, other) = (open(&library(), &plain, id).unwrap(), open(&library(), &euro, id).unwrap());
        let line = other.currency.clone().unwrap();
        assert!(line.starts_with("= ") && line.ends_with(" at 0.5 EUR a USD, as you set it"), "{id} {line}");
        assert!(other.to_text().ends_with(&line));
        assert_eq!(Explanation { currency: None, ..other }, usd, "{id}");
    }
    assert_eq!(
        open(&library(), &euro, "bill").unwrap().currency.unwrap(),
        "= EUR 1,100 at 0.5 EUR a USD, as you set it"
    );
    let prices = open(&library(), &euro, "api-price/openai/gpt-4o").unwrap().currency.unwrap();
    assert_eq!(prices, "= EUR 1.25 and EUR 5.00 at 0.5 EUR a USD, as you set it");
    assert_eq!(open(&library(), &euro, "utilisation").unwrap().currency, None);
}

#[test]
fn a_pinned_scenario_opens_its_own_numbers() {
    let (decoded, _) = query::decode("gpu=2&vs=gpu%3D1");
    let value = |id: &str| open(&library(), &decoded, id).unwrap().value;
    assert_eq!((value("bill").as_str(), value("pinned/bill").as_str()), ("1460 USD a month", "730 USD a month"));
    assert_eq!(open(&library(), &decoded, "gpu-price").unwrap().evidence, Evidence::Estimated);
}

#[test]
fn where_a_scenarios_numbers_come_from_is_one_value() {
    let scenario = scenario("day=5000&cur=EUR,0.5");
    let found = shared::explore::provenance::of(&library(), &scenario);
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!((json["query"].as_str(), json["evidence"].as_str()), (Some("day=5000&cur=EUR,0.5"), Some("published")));
    assert_eq!(json["runs"][0]["sha256"], "0123456789abcdef");
    assert_eq!(json["runs"][1]["warnings"][0].as_str().map(|text| text.starts_with("Marlin kernels")), Some(true));
    assert_eq!(json["gpu_price"]["read_on"], "2026-05-01");
    assert_eq!(json["api_prices"].as_array().map(Vec::len), Some(3));
    assert_eq!((json["currency"]["code"].as_str(), json["data"]["newest"].as_str()), (Some("EUR"), Some("2026-05-01")));
    assert_eq!(found.data.index_sha256.len(), 64);
    // Another file of the reader's own is no other data.
    let mut with_own = library();
    let text = include_str!("../fixtures/import/vllm-bench-serve-0.32.0.json");
    let run = user_files::read(&[("a.json".into(), text.into())], with_own.today).remove(0).unwrap();
    user_files::add(&mut with_own, &run);
    assert_eq!(shared::explore::provenance::of(&with_own, &scenario).data, found.data);
    // Without an answer there is less to say, and no failure.
    let none = shared::explore::provenance::of(&with_own, &query::decode(&format!("run={}", run.entry.id)).0);
    assert_eq!((none.evidence, none.runs.len(), none.gpu_price), (None, 1, None));
    assert!(none.runs[0].file.starts_with("yours/"));
}
