//! Each warning, from a level made to deserve it; and which outlast a combination.

use super::*;
use shared::measure::observations::{Gauge, GpuTelemetry, Observations, ServerView};
use shared::measure::plan::Arrival;
use shared::measure::summary::{ServerCounts, summarise};
use shared::units::{Fraction, Seconds};

const RANDOM: Workload = Workload::Random { input_tokens: 8, output_tokens: 8 };
const NOTHING: ServerCounts = ServerCounts {
    completed: None,
    prompt_tokens: None,
    output_tokens: None,
    prefix_cache_hits: None,
    preemptions: None,
};

fn level(completed: u64, server: Option<ServerCounts>) -> Level {
    let empty = summarise(Arrival::ClosedLoop { concurrency: 4 }, &[]);
    Level {
        duration_s: Seconds::new(1.0),
        completed,
        prompt_tokens: 1000,
        output_tokens: 1000,
        exact_tokens: Some(Fraction::ONE),
        server,
        ..empty
    }
}

fn counts(output: u64, hits: u64) -> Option<ServerCounts> {
    Some(ServerCounts { output_tokens: Some(output), prefix_cache_hits: Some(hits), ..NOTHING })
}

fn observed(server: ServerView, gpu: GpuTelemetry) -> Level {
    let observed = Observations { server: Some(server), gpu: Some(gpu), ..Observations::default() };
    Level { observed: Some(Box::new(observed)), ..level(40, None) }
}

fn gpu(utilization: f64, clock: f64) -> GpuTelemetry {
    let gauge = |mean| Some(Gauge { mean, min: mean, max: mean });
    let gpu = Gpu {
        utilization_percent: gauge(utilization),
        sm_clock_mhz: gauge(clock),
        max_sm_clock_mhz: Some(2000.0),
        ..Gpu::default()
    };
    GpuTelemetry { gpus: vec![gpu], ..GpuTelemetry::default() }
}

#[test]
fn a_clean_level_has_none() {
    assert_eq!(level_warnings(&level(40, counts(1010, 10)), &RANDOM), []);
    assert_eq!(level_warnings(&level(40, None), &RANDOM), []);
    let quiet = ServerView { foreign_requests: Some(0), ..ServerView::default() };
    assert_eq!(level_warnings(&observed(quiet, gpu(99.0, 1700.0)), &RANDOM), []);
    let finished = Some(ServerCounts { completed: Some(42), preemptions: Some(0), ..NOTHING });
    // Two that failed here were finished there.
    assert_eq!(level_warnings(&Level { failed: 2, ..level(40, finished) }, &RANDOM).len(), 1);
}

#[test]
fn each_doubt_is_found() {
    let doubtful = Level { failed: 2, exact_tokens: Fraction::new(0.5).ok(), ..level(14, counts(1011, 11)) };
    let kinds: Vec<String> = level_warnings(&doubtful, &RANDOM).iter().map(ToString::to_string).collect();
    for (kind, word) in kinds.iter().zip(["failed", "4 waves", "server counted 1011", "1.1 %", "one per event"]) {
        assert!(kind.contains(word), "{kind}");
    }
    assert_eq!(kinds.len(), 5);
}

#[test]
fn prefix_hits_are_welcome_where_the_workload_is_about_them() {
    let hits = level(40, counts(1000, 500));
    let sharegpt = |turns| Workload::Sharegpt { file: "s.json".into(), sha256: None, turns };
    let shared = Workload::SharedPrefix { prefixes: 1, prefix_tokens: 9, input_tokens: 1, output_tokens: 1 };
    let trace = Workload::Trace { file: "t.jsonl".into(), sha256: None };
    for wanted in [sharegpt(Some(3)), shared, trace] {
        assert_eq!(level_warnings(&hits, &wanted), [], "{wanted:?}");
    }
    for unwanted in [RANDOM, sharegpt(None), sharegpt(Some(1))] {
        assert_eq!(level_warnings(&hits, &unwanted), [Warning::PrefixHits { concurrency: 4, share: 0.5 }]);
    }
}

#[test]
fn others_on_the_server_and_a_full_cache_are_doubts() {
    let shared = ServerView { foreign_requests: Some(3), ..ServerView::default() };
    let found = level_warnings(&observed(shared.clone(), GpuTelemetry::default()), &RANDOM);
    assert_eq!(found, [Warning::ForeignTraffic { concurrency: 4, requests: 3 }]);
    let finished = Some(ServerCounts { completed: Some(50), preemptions: Some(7), ..NOTHING });
    assert_eq!(
        level_warnings(&level(40, finished), &RANDOM),
        [
            Warning::ForeignTraffic { concurrency: 4, requests: 10 },
            Warning::Preemptions { concurrency: 4, preemptions: 7 }
        ]
    );
    let restarted = ServerView { fell: vec!["prompt_tokens".into()], ..ServerView::default() };
    let found = level_warnings(&observed(restarted, GpuTelemetry::default()), &RANDOM);
    assert!(matches!(&found[..], [Warning::Note { text }] if text.contains("prompt_tokens")), "{found:?}");
}

#[test]
fn a_busy_gpu_below_four_fifths_of_its_clock_is_a_doubt() {
    let found = |utilization, clock| level_warnings(&observed(ServerView::default(), gpu(utilization, clock)), &RANDOM);
    assert_eq!(found(99.0, 1500.0), [Warning::ClocksLow { concurrency: 4, share: 0.75 }]);
    // An idle GPU clocks down by itself.
    assert_eq!((found(10.0, 300.0), found(99.0, 1600.0)), (vec![], vec![]));
}

#[test]
fn conditions_of_a_run_outlast_a_combination_and_counts_do_not() {
    let kept = |warning: &Warning| [Combined::Repeats, Combined::Shards].map(|how| outlasts_combination(warning, how));
    let saturated = Warning::ClientSaturated { concurrency: 4, busy: 0.9, delay_ms: Millis::new(12.0) };
    for condition in [saturated, Warning::ClocksLow { concurrency: 4, share: 0.7 }] {
        assert_eq!(kept(&condition), [true, true], "{condition}");
    }
    for of_one_client in
        [Warning::ForeignTraffic { concurrency: 4, requests: 3 }, Warning::Note { text: "part 1 of 2".into() }]
    {
        assert_eq!(kept(&of_one_client), [true, false], "{of_one_client}");
    }
    assert_eq!(kept(&Warning::Failures { concurrency: 4, failed: 2 }), [false, false]);
}
