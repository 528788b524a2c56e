//! A made-up level and a result file around levels.

use shared::measure::distribution::Distribution;
use shared::measure::plan::{Arrival, Endpoint, Plan, Stop, Workload};
use shared::measure::summary::Level;
use shared::store::provenance::{Evidence, Provenance};
use shared::store::result_file::{Configuration, ResultFile, SCHEMA};
use shared::units::{Millis, Seconds};

pub fn level(load: Arrival) -> Level {
    Level {
        duration_s: Seconds::new(10.0),
        completed: 38,
        failed: 2,
        prompt_tokens: 3000,
        output_tokens: 1000,
        ttft_ms: Distribution { p50: Some(Millis::new(40.5)), p99: Some(Millis::new(90.0)), ..Distribution::default() },
        ..Level::of(load)
    }
}

pub fn result(levels: Vec<Level>) -> ResultFile {
    ResultFile {
        schema: SCHEMA,
        id: "mine".into(),
        evidence: Evidence::Measured,
        configuration: Configuration {
            model: "model".into(),
            model_name: "Model".into(),
            served_model: "org/my model".into(),
            quantization: "bf16".into(),
            hardware: "gpu".into(),
            hardware_name: "GPU".into(),
            gpu_count: 1,
            engine: "vllm".into(),
            engine_version: None,
            kernel: None,
        },
        provenance: Provenance {
            date: "2026-11-22".parse().unwrap(),
            tool: "collector 0.1.0".into(),
            source_url: None,
            licence: None,
            files: Vec::new(),
            base_url: None,
            server_version: None,
            client: None,
            server_config: Default::default(),
            notes: Vec::new(),
        },
        plan: Some(Plan {
            benchmark: "b".into(),
            endpoint: Endpoint::ChatCompletions,
            workload: Workload::Named { name: "b".into() },
            levels: levels.iter().map(|level| level.load).collect(),
            stop: Stop::Requests(40),
            repeats: None,
            warmup_requests: None,
            seed: None,
            ignore_eos: None,
            temperature: None,
            conduct: None,
        }),
        levels,
        quality: Vec::new(),
        warnings: Vec::new(),
        found: None,
        certificate: None,
        definitions: Vec::new(),
    }
}
