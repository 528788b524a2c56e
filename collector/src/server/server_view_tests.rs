//! Readings of made-up pages: what rose, what fell, what is missing, and who else was there.

use super::*;
use crate::load::openai_stream::{RequestFailure, Transcript};
use shared::measure::record::FailureKind;

const RECORDED: &str = include_str!("../../tests/fixtures/vllm-0.32.0/metrics.txt");

fn sample(from: u64, to: u64, page: &str) -> TimedReading {
    TimedReading { from: Instant(from), to: Instant(to), reading: MetricsReading::parse(page) }
}

fn load(running: u32, waiting: u32, kv: f64) -> String {
    format!("vllm:num_requests_running {running}\nvllm:num_requests_waiting {waiting}\nvllm:kv_cache_usage_perc {kv}\n")
}

fn counted(queries: u32, hits: u32, ttft: (f64, u32)) -> String {
    format!(
        "vllm:prefix_cache_queries_total {queries}\nvllm:prefix_cache_hits_total {hits}\n\
         vllm:time_to_first_token_seconds_sum {}\nvllm:time_to_first_token_seconds_count {}\n",
        ttft.0, ttft.1
    )
}

fn view_of(before: &str, after: &str, samples: Vec<TimedReading>, own: &InFlight) -> Option<ServerView> {
    let taken = TakenReadings { samples, unanswered: 1 };
    view(
        LevelReadings { before: &MetricsReading::parse(before), after: &MetricsReading::parse(after), taken: &taken },
        own,
        0,
    )
}

/// So many requests, all from 10 to 20.
fn own(requests: usize) -> InFlight {
    let request = || Transcript::sent_at(Instant(10)).fail(RequestFailure::new(FailureKind::Empty, ""), Instant(20));
    InFlight::of(&std::iter::repeat_with(request).take(requests).collect::<Vec<_>>())
}

#[test]
fn gauges_are_summed_up_and_counters_subtracted() {
    let samples = vec![sample(11, 12, &load(2, 0, 0.2)), sample(13, 14, &load(4, 1, 0.4))];
    let seen = view_of(&counted(100, 50, (1.0, 10)), &counted(300, 52, (3.0, 20)), samples, &own(5)).unwrap();
    assert_eq!((seen.samples, seen.unanswered, seen.foreign_requests), (2, 1, Some(0)));
    assert_eq!(seen.running, Some(Gauge { mean: 3.0, min: 2.0, max: 4.0 }));
    assert_eq!(seen.waiting, Some(Gauge { mean: 0.5, min: 0.0, max: 1.0 }));
    assert!((seen.kv_cache_usage.unwrap().mean - 0.3).abs() < 1e-12);
    assert_eq!(seen.prefix_hit_rate.map(Fraction::value), Some(0.01));
    assert_eq!((seen.mean_ttft_ms, seen.mean_queue_ms), (Some(Millis::new(200.0)), None));
    assert!(seen.missing.contains(&"request_queue_time_seconds".to_owned()), "{:?}", seen.missing);
    assert!(seen.fell.is_empty());
}

#[test]
fn a_server_that_began_anew_is_reported_and_nothing_subtracted() {
    let seen = view_of(&counted(900, 50, (9.0, 90)), &counted(300, 60, (3.0, 20)), Vec::new(), &own(1)).unwrap();
    assert_eq!(seen.fell, ["prefix_cache_queries", "time_to_first_token_seconds"]);
    assert_eq!((seen.prefix_hit_rate, seen.mean_ttft_ms, seen.foreign_requests), (None, None, None));
}

#[test]
fn whoever_else_is_served_shows() {
    let found = |samples, own: &InFlight| view_of("", &load(0, 0, 0.0), samples, own).unwrap().foreign_requests;
    // Three of ours were in flight from 10 to 20; the server has five.
    assert_eq!(found(vec![sample(15, 16, &load(3, 2, 0.1))], &own(3)), Some(2));
    assert_eq!(found(vec![sample(15, 16, &load(3, 0, 0.1))], &own(3)), Some(0));
    // A page that was asked for while ours ran and came after may still count them.
    assert_eq!(found(vec![sample(19, 30, &load(3, 0, 0.1))], &own(3)), Some(0));
    assert_eq!(found(vec![sample(25, 30, &load(3, 0, 0.1))], &own(3)), Some(3));
    assert_eq!(found(vec![sample(15, 16, "vllm:prompt_tokens_total 3\n")], &own(3)), None);
}

#[test]
fn a_recorded_page_against_itself_rose_by_nothing() {
    let seen = view_of(RECORDED, RECORDED, Vec::new(), &own(0)).unwrap();
    assert_eq!((seen.prefix_hit_rate, seen.mean_ttft_ms, seen.mean_e2el_ms), (None, None, None));
    assert!(seen.missing.is_empty() && seen.fell.is_empty());
    let fresh = view_of("vllm:prompt_tokens_total 0\n", RECORDED, Vec::new(), &own(0)).unwrap();
    assert!((fresh.mean_ttft_ms.unwrap().value() - 135.592_937_469_482_4).abs() < 1e-9);
    assert_eq!(view_of("", "", Vec::new(), &own(0)), None);
}
