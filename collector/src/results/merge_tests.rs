//! A level that several clients shared is the level that one client would have measured.

use super::*;
use crate::load::histogram;
use proptest::prelude::*;
use shared::measure::observe;
use shared::measure::record::{FailureKind, Instant, Outcome, RequestRecord, TokenEvent};
use shared::measure::runs::Runs;

/// A request sent after so many microseconds, with its time to first token and between tokens; perhaps it fails.
fn request(sent: u64, ttft: u64, tokens: u32, gap: u64, fails: bool) -> RequestRecord {
    let at = |micros: u64| Instant(micros * 1000);
    let events: Vec<TokenEvent> = (0..if fails { 0 } else { tokens })
        .map(|n| TokenEvent { at: at(sent + ttft + gap * u64::from(n)), tokens: 1 })
        .collect();
    RequestRecord {
        scheduled: at(sent),
        sent: at(sent),
        first_event: events.first().map(|event| event.at),
        first_answer: None,
        ended: events.last().map_or(at(sent + ttft), |event| event.at),
        events,
        prompt_tokens: Some(100 + u64::from(tokens)),
        cached_tokens: Some(1),
        output_tokens: None,
        exact_tokens: true,
        turn: 0,
        own_delay: None,
        server: None,
        outcome: match fails {
            true => Outcome::Failed { kind: FailureKind::ServerError, message: String::new() },
            false => Outcome::Completed { finish_reason: None },
        },
    }
}

fn measured(load: Arrival, records: Vec<RequestRecord>) -> Level {
    let first = records.iter().map(|record| record.sent.0).min().unwrap_or(0);
    let objectives: Objectives = "ttft:p90<400ms,e2el:mean<2s".parse().unwrap();
    let runs = Runs::one(records);
    let mut level = observe::level(load, &runs, Some(&objectives));
    histogram::fill(&mut level, runs.records());
    // Every client's clock counts from the same moment here; a level begins with its first request.
    level.observed.as_mut().unwrap().began_unix_ms = Some(1_700_000_000_000 + first / 1_000_000);
    level
}

fn whole(records: &[RequestRecord]) -> Level {
    measured(Arrival::ClosedLoop { concurrency: 8 }, records.to_vec())
}

fn joined(records: &[RequestRecord], of: u32) -> Joined {
    let own = Arrival::ClosedLoop { concurrency: 8 / of };
    let parts: Vec<Level> = (1..=of).map(|index| measured(own, Shard { index, of }.take(records.to_vec()))).collect();
    level(Arrival::ClosedLoop { concurrency: 8 }, &parts.iter().collect::<Vec<_>>()).unwrap()
}

fn close(a: Option<Millis>, b: Option<Millis>, relative: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a.value() - b.value()).abs() <= b.value() * relative + 0.000_6,
        (None, None) => true,
        _ => false,
    }
}

fn same(joined: &Distribution, whole: &Distribution) {
    assert_eq!((joined.count, joined.min, joined.max), (whole.count, whole.min, whole.max));
    assert_eq!(joined.hdr_us_base64, whole.hdr_us_base64);
    assert!(close(joined.mean, whole.mean, 1e-9) && close(joined.std, whole.std, 1e-6), "{joined:?} {whole:?}");
    for (ours, theirs) in
        [(joined.p50, whole.p50), (joined.p90, whole.p90), (joined.p95, whole.p95), (joined.p99, whole.p99)]
    {
        assert!(close(ours, theirs, 0.001), "{ours:?} {theirs:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn shards_joined_are_the_whole(
        sent in proptest::collection::vec((0u64..9_000_000, 600u64..900_000, 1u32..40, 600u64..50_000, 0u8..10), 8..120),
        of in prop_oneof![Just(1u32), Just(2), Just(4)]
    ) {
        let mut records: Vec<RequestRecord> =
            sent.into_iter().map(|(sent, ttft, tokens, gap, luck)| request(sent, ttft, tokens, gap, luck == 0)).collect();
        // Every client has something to tell.
        records.iter_mut().take(4).for_each(|record| *record = request(record.sent.0 / 1000, 5_000, 9, 1_000, false));
        let (all, Joined { level, overlap }) = (whole(&records), joined(&records, of));
        prop_assert_eq!((level.completed, level.failed, &level.failures), (all.completed, all.failed, &all.failures));
        prop_assert_eq!((level.prompt_tokens, level.output_tokens), (all.prompt_tokens, all.output_tokens));
        prop_assert_eq!((level.cached_prompt_tokens, level.exact_tokens), (all.cached_prompt_tokens, all.exact_tokens));
        same(&level.ttft_ms, &all.ttft_ms);
        same(&level.tpot_ms, &all.tpot_ms);
        same(&level.itl_ms, &all.itl_ms);
        same(&level.e2el_ms, &all.e2el_ms);
        // Windows are known to a millisecond; they may leave gaps that the whole does not have.
        prop_assert!(level.duration_s.value() <= all.duration_s.value() + 0.002);
        prop_assert!((0.0..=1.0).contains(&overlap) && (of > 1 || overlap > 0.999));
        let (ours, theirs) = (level.observed.unwrap().goodput.unwrap(), all.observed.unwrap().goodput.unwrap());
        prop_assert_eq!((ours.good, ours.sent, ours.met), (theirs.good, theirs.sent, theirs.met));
    }
}

#[test]
fn windows_that_overlap_in_part_are_told() {
    let at = |began: u64, seconds: f64| {
        let observed = Observations { began_unix_ms: Some(began), ..Observations::default() };
        let duration_s = Seconds::new(seconds);
        Level { duration_s, observed: Some(Box::new(observed)), ..Level::of(Arrival::ClosedLoop { concurrency: 1 }) }
    };
    let both = |a: &Level, b: &Level| {
        let joined = level(Arrival::ClosedLoop { concurrency: 2 }, &[a, b]).unwrap();
        (joined.level.duration_s.value(), joined.overlap)
    };
    assert_eq!(both(&at(1000, 10.0), &at(1000, 10.0)), (10.0, 1.0));
    assert_eq!(both(&at(1000, 8.0), &at(3000, 8.0)), (10.0, 0.6));
    assert_eq!(both(&at(1000, 2.0), &at(9000, 3.0)), (5.0, 0.0));
    assert_eq!(
        level(Arrival::ClosedLoop { concurrency: 2 }, &[&Level::of(Arrival::ClosedLoop { concurrency: 1 })]),
        None
    );
}

#[test]
fn parts_that_do_not_make_a_whole_are_named() {
    let shards = |all: &[(u32, u32)]| all.iter().map(|&(index, of)| Shard { index, of }).collect::<Vec<_>>();
    let why = |all| complete(&shards(all)).unwrap_err();
    assert_eq!(complete(&shards(&[(2, 2), (1, 2)])), Ok(()));
    assert_eq!(why(&[(1, 3), (3, 3)]), "part 2 of 3 is missing");
    assert_eq!(why(&[(1, 2), (1, 2), (2, 2)]), "part 1 of 2 is there more than once");
    assert_eq!(why(&[(1, 2), (2, 3)]), "one is a part of 2, another of 3");
}
