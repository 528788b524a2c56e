//! The export to `vllm bench serve`: made-up levels, written and read again by hand.

use serde_json::{Map, Value, json};
use shared::export::vllm_bench::levels;
use shared::measure::observations::{Goodput, Observations};
use shared::measure::plan::Arrival;
use shared::measure::record::FailureKind;
use shared::store::definition::Definition;
use shared::store::provenance::Evidence;
use shared::units::RequestsPerSecond;

use crate::made_up::{level, result};

/// Where Forge's definitions differ from those of `vllm bench serve`, as every export of Forge's own numbers says.
const FORGE: &str = "ttft: ends at the first event that brings a token; tpot: from first to last token / (output tokens - \
                     1); itl: a value a token, not an event; e2el: ends at the last token";

#[test]
fn what_was_not_measured_is_left_out() {
    let exported = levels(&result(vec![level(Arrival::ClosedLoop { concurrency: 4 })]));
    let file = &exported.files[0];
    assert_eq!(file.name, "openai-chat-infqps-concurrency4-my_model-20261122-000000.json");
    let object: Map<String, Value> = serde_json::from_str(&file.text).unwrap();
    let expected = json!({
        "date": "20261122-000000", "endpoint_type": "openai-chat", "backend": "openai-chat", "label": null,
        "model_id": "org/my model", "num_prompts": 40, "request_rate": "inf", "burstiness": 1.0, "max_concurrency": 4,
        "duration": 10.0, "completed": 38, "failed": 2, "total_input_tokens": 3000, "total_output_tokens": 1000,
        "request_throughput": 3.8, "output_throughput": 100.0, "total_token_throughput": 400.0,
        "median_ttft_ms": 40.5, "p50_ttft_ms": 40.5, "p99_ttft_ms": 90.0,
        "forge_result": "mine", "forge_evidence": "measured", "forge_definitions": FORGE
    });
    assert_eq!(Value::Object(object), expected);
    assert!(exported.not_expressible.is_empty() && exported.skipped.is_empty());
}

#[test]
fn every_load_has_its_keys_and_a_name_of_its_own() {
    let loads = [
        Arrival::Poisson { rate: 2.5 },
        Arrival::Gamma { rate: 3.0, burstiness: 0.5 },
        Arrival::Constant { rate: 4.0 },
        Arrival::Ramp { from: 1.0, to: 10.0 },
        Arrival::Trace { speed: 8.0 },
    ];
    let exported = levels(&result(loads.map(level).to_vec()));
    let lines: Vec<String> = exported
        .files
        .iter()
        .map(|file| {
            let object: Value = serde_json::from_str(&file.text).unwrap();
            format!("{} {} {}", file.name.split("-my").next().unwrap(), object["request_rate"], object["burstiness"])
        })
        .collect();
    assert_eq!(
        lines,
        [
            "openai-chat-2.5qps 2.5 1.0",
            "openai-chat-3.0qps 3.0 0.5",
            "openai-chat-4.0qps 4.0 \"inf\"",
            "openai-chat-infqps-ramp1-10 \"inf\" \"inf\""
        ]
    );
    assert_eq!(exported.skipped, ["trace x 8: it followed a recorded trace"]);
}

#[test]
fn what_has_no_place_is_named() {
    let mut rich = level(Arrival::ClosedLoop { concurrency: 4 });
    rich.failures.insert(FailureKind::ServerError, 2);
    rich.cached_prompt_tokens = Some(7);
    rich.ttft_ms.count = Some(38);
    rich.observed = Some(Box::new(Observations {
        began_unix_ms: Some(1_795_327_412_685),
        goodput: Some(Goodput {
            objectives: "ttft:p99<2s".into(),
            good: 30,
            sent: 40,
            requests_per_s: RequestsPerSecond::new(3.0),
            met: false,
        }),
        ..Observations::default()
    }));
    let exported = levels(&result(vec![rich]));
    assert_eq!(
        exported.not_expressible,
        [
            "failures by kind",
            "prompt tokens from the prefix cache",
            "counts and histograms of latencies",
            "what else was observed"
        ]
    );
    let object: Value = serde_json::from_str(&exported.files[0].text).unwrap();
    assert_eq!((object["date"].as_str(), object["request_goodput"].as_f64()), (Some("20261122-060332"), Some(3.0)));
}

#[test]
fn definitions_go_with_the_numbers() {
    let words = |tool: &str, definitions: Vec<Definition>| {
        let mut result = result(vec![level(Arrival::ClosedLoop { concurrency: 4 })]);
        result.provenance.tool = tool.into();
        result.definitions = definitions;
        let object: Value = serde_json::from_str(&levels(&result).files[0].text).unwrap();
        object["forge_definitions"].as_str().map(str::to_owned)
    };
    let definition = |tool: &str| Definition { metric: "std".into(), tool: tool.into(), words: "of a sample".into() };
    assert_eq!(words("AIPerf 0.13.0", vec![definition("AIPerf")]), Some("AIPerf 0.13.0; std: of a sample".into()));
    assert_eq!(words("vllm bench serve", vec![definition("vllm bench serve")]), None);
    assert_eq!(words("vllm bench serve", Vec::new()), None);
    // Exported, imported and exported again.
    assert!(words("vllm bench serve", vec![definition("collector export")]).is_some());
    assert_eq!(words("collector 0.1.0", Vec::new()), Some(FORGE.into()));
}

#[test]
fn published_figures_keep_source_and_licence() {
    let mut published = result(vec![level(Arrival::ClosedLoop { concurrency: 4 })]);
    published.evidence = Evidence::Published;
    published.provenance.source_url = Some("https://example.org/run".into());
    published.provenance.licence = Some("CC0".into());
    let object: Value = serde_json::from_str(&levels(&published).files[0].text).unwrap();
    let told = ["forge_evidence", "forge_source", "forge_licence"].map(|key| object[key].as_str().unwrap());
    assert_eq!(told, ["published", "https://example.org/run", "CC0"]);
}
