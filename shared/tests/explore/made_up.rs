//! A small made-up results folder: two runs and a rehearsal on one GPU, three APIs, one GPU price.

use shared::date::Date;
use shared::explore::library::Library;
use shared::measure::plan::Arrival;
use shared::measure::quality::TaskScore;
use shared::measure::summary::{Distribution, Level};
use shared::store::index::{Entry, Index, SCHEMA};
use shared::store::prices::{ApiPrice, Baseline, GpuPrice, Tier};
use shared::store::provenance::{Evidence, Provenance, Warning};
use shared::store::result_file::{self, Configuration, ResultFile};
use shared::units::{Millis, Seconds, UsdPerHour, UsdPerMillion};

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// 100 requests of 200 in and 100 out tokens, in so many seconds.
fn level(concurrency: u32, duration_s: f64, p99_ttft: f64) -> Level {
    let spread = |p50: f64, p99: f64| Distribution {
        p50: Some(Millis::new(p50)),
        p99: Some(Millis::new(p99)),
        ..Distribution::default()
    };
    Level {
        duration_s: Seconds::new(duration_s),
        completed: 100,
        prompt_tokens: 20_000,
        output_tokens: 10_000,
        ttft_ms: spread(p99_ttft / 3.0, p99_ttft),
        tpot_ms: spread(20.0, 30.0),
        itl_ms: spread(19.0, 60.0),
        e2el_ms: spread(2000.0 + p99_ttft / 3.0, 3000.0 + p99_ttft),
        ..Level::of(Arrival::ClosedLoop { concurrency })
    }
}

fn score(score: f64) -> Vec<TaskScore> {
    let (task, metric, filter) = ("mmlu".into(), "acc".into(), "none".into());
    vec![TaskScore { task, metric, filter, shots: Some(5), score, stderr: Some(0.004), samples: Some(14_042) }]
}

fn run(id: &str, quantization: &str, evidence: Evidence, slower: f64, mmlu: f64) -> ResultFile {
    let published = evidence == Evidence::Published;
    let warnings = match quantization {
        "awq-int4" => vec![Warning::KernelNotUsed { wanted: "Marlin".into(), ran: "awq".into() }],
        _ => Vec::new(),
    };
    ResultFile {
        schema: result_file::SCHEMA,
        id: id.into(),
        evidence,
        configuration: Configuration {
            model: "tiny".into(),
            model_name: "Tiny 1B".into(),
            served_model: "someone/tiny".into(),
            quantization: quantization.into(),
            hardware: "gpu-one".into(),
            hardware_name: "GPU One".into(),
            gpu_count: 1,
            engine: "vllm".into(),
            engine_version: None,
            kernel: None,
        },
        provenance: Provenance {
            date: day("2026-05-01"),
            tool: "made up".into(),
            source_url: published.then(|| "https://example.org/some/repository/tree/main".into()),
            licence: published.then(|| "CC0".into()),
            files: Vec::new(),
            base_url: None,
            server_version: None,
            server_config: std::collections::BTreeMap::new(),
            client: None,
            notes: Vec::new(),
        },
        plan: None,
        levels: vec![level(1, 200.0 * slower, 100.0), level(8, 50.0 * slower, 900.0), level(32, 25.0 * slower, 3000.0)],
        quality: score(mmlu),
        warnings,
        found: None,
        certificate: None,
        definitions: Vec::new(),
    }
}

fn api(provider: &str, name: &str, baseline: Baseline, prices: (f64, f64)) -> ApiPrice {
    ApiPrice {
        provider: provider.into(),
        provider_name: (provider == "novita").then(|| "Novita".into()),
        model: name.to_lowercase(),
        name: name.into(),
        baseline,
        open_weights: (baseline == Baseline::HostedOpenModel).then(|| "tiny".into()),
        usd_per_1m_input: UsdPerMillion::new(prices.0),
        usd_per_1m_cached_input: None,
        usd_per_1m_cache_write: None,
        usd_per_1m_output: UsdPerMillion::new(prices.1),
        usd_per_1m_batch_input: None,
        usd_per_1m_batch_output: None,
        long_context: Vec::new(),
        platform_fee: None,
        from: day("2026-01-01"),
        to: None,
        read_on: day("2026-05-01"),
        source: "https://example.org/prices".into(),
        via: None,
    }
}

/// The folder, on 2026-05-02.
pub fn library() -> Library {
    let runs = [
        run("awq", "awq-int4", Evidence::Published, 2.0, 0.62),
        run("bf16", "bf16", Evidence::Published, 1.0, 0.66),
        run("rehearsed", "bf16", Evidence::Rehearsal, 0.1, 0.66),
    ];
    let files: Vec<(String, ResultFile)> = runs.into_iter().map(|run| (run.path(), run)).collect();
    let price = GpuPrice {
        provider: "cloud".into(),
        hardware: "gpu-one".into(),
        tier: Tier::OnDemand,
        usd_per_hour: UsdPerHour::new(0.5),
        min_gpus: None,
        from: day("2026-01-01"),
        to: None,
        read_on: day("2026-05-01"),
        source: "https://example.org/gpus".into(),
        via: None,
    };
    let index = Index {
        schema: SCHEMA,
        results: files.iter().map(|(path, run)| Entry::of(run, path.clone(), "0123456789abcdef".into())).collect(),
        api_prices: vec![
            api("novita", "Tiny", Baseline::HostedOpenModel, (0.02, 0.05)),
            api("openai", "Small", Baseline::Comparable, (0.15, 0.6)),
            api("openai", "Gpt-4o", Baseline::Frontier, (2.5, 10.0)),
        ],
        gpu_prices: vec![price],
        presets: Vec::new(),
    };
    Library::new(index, files, day("2026-05-02"))
}
