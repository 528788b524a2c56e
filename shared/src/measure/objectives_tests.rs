//! What objectives are read as, which mistakes are named, and which requests keep them.

use super::*;
use crate::measure::made_up::{failed, request};
use proptest::prelude::*;

fn read(text: &str) -> Objectives {
    text.parse().unwrap()
}

#[test]
fn each_kind_is_read_and_printed_as_written() {
    for text in ["ttft:p99<2s,tpot:p99<50ms,itl:p95<40ms,e2el:mean<10s", "ttft:p50<0.25s", "itl:p90<900us"] {
        assert_eq!(read(text).to_string(), text);
    }
    assert_eq!(read(" TTFT:P99 <= 2 s ,tpot:mean<1ms").to_string(), "ttft:p99<2s,tpot:mean<1ms");
    assert_eq!(read("itl:p90<900us").each()[0].limit(), Millis::new(0.9));
    assert_eq!(read("ttft:p99<2s").each()[0].limit(), Millis::new(2000.0));
}

#[test]
fn mistakes_are_named() {
    for (text, says) in [
        ("", "empty objective"),
        ("ttft:p99<2s,", "empty objective"),
        ("ttft<2s", "`ttft<2s` has no `:`"),
        ("ttft:p99=2s", "`ttft:p99=2s` has no `<`"),
        ("tfft:p99<2s", "`tfft` in `tfft:p99<2s` is no latency; it is one of ttft, tpot, itl, e2el"),
        ("ttft:p98<2s", "`p98` in `ttft:p98<2s` is no value; it is one of p50, p90, p95, p99, mean"),
        ("ttft:p99<2", "`2` in `ttft:p99<2` has no unit"),
        ("ttft:p99<2m", "has no unit; it is one of us, ms, s"),
        ("ttft:p99<-2s", "`-2` in `ttft:p99<-2s` is not a number above 0"),
        ("ttft:p99<infs", "is not a number above 0"),
        ("ttft:p99<2s,ttft:p99<1s", "`ttft:p99<1s` puts a second limit"),
    ] {
        let error = text.parse::<Objectives>().unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn a_request_is_good_when_all_its_own_values_keep_the_limits() {
    let objectives = read("ttft:p99<200ms,tpot:p99<20ms");
    let kept =
        [request(0, 200, 11, 20), request(0, 201, 11, 20), request(0, 100, 11, 21), failed(0), request(0, 100, 1, 0)]
            .map(|request| objectives.kept_by(&request));
    assert_eq!(kept, [true, false, false, false, true]);
}

#[test]
fn a_level_meets_an_objective_at_its_percentile() {
    let with_slow = |slow: usize| -> Vec<RequestRecord> {
        (0..100).map(|n| request(0, if n < slow { 900 } else { 100 }, 5, 10)).collect()
    };
    let met = |text: &str, records: &[RequestRecord]| read(text).judge(records).met;
    assert!(met("ttft:p99<0.5s", &with_slow(1)) && !met("ttft:p99<0.5s", &with_slow(2)));
    assert!(met("ttft:p90<0.5s", &with_slow(10)) && !met("ttft:p90<0.5s", &with_slow(11)));
    // 2 x 900 and 98 x 100 have a mean of 116.
    assert!(met("ttft:mean<116ms", &with_slow(2)) && !met("ttft:mean<115ms", &with_slow(2)));
    assert!(!met("ttft:p99<10s", &[]));
}

#[test]
fn failures_count_against_every_objective() {
    let mut records: Vec<RequestRecord> = (0..98).map(|_| request(0, 100, 5, 10)).collect();
    records.extend([failed(0), failed(0)]);
    let met = |text: &str| read(text).judge(&records).met;
    assert_eq!(
        [met("ttft:p99<1s"), met("ttft:p95<1s"), met("itl:p99<1s"), met("itl:p95<1s"), met("ttft:mean<1s")],
        [false, true, false, true, false]
    );
    let goodput = read("ttft:p95<1s").goodput(&records, Seconds::new(4.0));
    assert_eq!((goodput.good, goodput.sent, goodput.requests_per_s.value(), goodput.met), (98, 100, 24.5, true));
}

proptest! {
    #[test]
    fn what_is_printed_reads_the_same(
        parts in proptest::collection::btree_map((0usize..4, 0usize..5), (1e-6..1e6f64, 0usize..3), 1..6)
    ) {
        let parts = parts.into_iter().map(|((metric, statistic), (value, unit))| Objective {
            metric: METRICS[metric].1,
            statistic: STATISTICS[statistic].1,
            limit: Limit { value, unit: UNITS[unit].1 },
        });
        let objectives = Objectives(parts.collect());
        prop_assert_eq!(objectives.to_string().parse::<Objectives>().unwrap(), objectives);
    }

    #[test]
    fn a_looser_limit_never_loses_a_good_request(limit in 1u32..2000, more in 0u32..500, ttfts in proptest::collection::vec(1u64..2500, 1..50)) {
        let records: Vec<RequestRecord> = ttfts.into_iter().map(|ttft| request(0, ttft, 3, 5)).collect();
        let tight = read(&format!("ttft:p90<{limit}ms")).judge(&records);
        let loose = read(&format!("ttft:p90<{}ms", limit + more)).judge(&records);
        prop_assert!(tight.good <= loose.good && tight.met <= loose.met);
    }
}

#[test]
fn tokens_a_second_are_a_time_per_token_the_other_way_round() {
    let both: Objectives = "ttft:p50<2s, tps:p50>20".parse().unwrap();
    assert_eq!((both.each()[1].metric, both.each()[1].limit()), (Metric::Tpot, Millis::new(50.0)));
    assert_eq!(both.to_string(), "ttft:p50<2s,tps:p50>20");
    let refused = |text: &str| text.parse::<Objectives>().unwrap_err();
    assert_eq!(refused("tps:p50<20"), "`tps:p50<20` has no `>`; tokens a second are asked for like `tps:p50>20`");
    assert_eq!(refused("tps:p50>0"), "`0` in `tps:p50>0` is not a number above 0");
    assert_eq!(refused("tpot:p50<50ms,tps:p50>20"), "`tps:p50>20` puts a second limit on the same value");
}
