//! Leaping against stepping, the level against its definitions, and the simulation against the estimator.

use proptest::prelude::*;

use super::*;
use crate::hardware::benchmark::{Benchmark, Load, Spread};
use crate::hardware::estimate::{Deployment, Estimator, Lengths};
use crate::hardware::machine::made_up::A5000;
use crate::hardware::profile::made_up::modest;
use crate::hardware::quantization::Quantization;
use crate::hardware::requests::{fixed, sharegpt};
use crate::hardware::shape::Shape;
use crate::hardware::shape::made_up::LLAMA_8B;
use crate::measure::record::{Instant, Outcome, RequestRecord, TokenEvent};
use crate::measure::summary::summarise;
use crate::store::constants::Constants;

fn estimator(shape: Shape) -> Estimator {
    let deployment = Deployment::usual(A5000, shape, Quantization::AwqInt4, 1).unwrap();
    Estimator::new(deployment, &Constants::PRIOR).unwrap()
}

/// All numbers of a distribution.
fn numbers(distribution: &Distribution) -> Vec<f64> {
    let Distribution { count, mean, std, min, p50, p90, p95, p99, max, .. } = distribution;
    let times = [mean, std, min, p50, p90, p95, p99, max].into_iter().flatten().map(|time| time.value());
    times.chain(count.iter().map(|count| *count as f64)).collect()
}

/// Whether two levels agree, in counts exactly and in times to this share or to a picosecond.
fn agree(one: &Level, other: &Level, within: f64) -> Result<(), String> {
    let counts = |level: &Level| {
        (
            level.completed,
            level.failed,
            level.prompt_tokens,
            level.output_tokens,
            level.cached_prompt_tokens,
            level.server,
        )
    };
    if counts(one) != counts(other) {
        return Err(format!("{:?} {:?}", counts(one), counts(other)));
    }
    let times = |level: &Level| {
        let mut all = vec![level.duration_s.value()];
        all.extend([&level.ttft_ms, &level.tpot_ms, &level.itl_ms, &level.e2el_ms].into_iter().flat_map(numbers));
        all
    };
    let (one, other) = (times(one), times(other));
    let near = |a: &f64, b: &f64| (a - b).abs() <= within * a.abs().max(b.abs()) + 1e-9;
    let all = one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| near(a, b));
    if all { Ok(()) } else { Err(format!("{one:?}\n{other:?}")) }
}

fn profiles() -> impl Strategy<Value = Profile> {
    let sliding = Shape { sliding_share: 0.5, window: 90.0, ..LLAMA_8B };
    let base = prop_oneof![
        (0.001..0.03f64, 0.0..1e-4f64, 0.0..1e-6f64, 500.0..9000.0f64).prop_map(|(base, sequence, kv, prefill)| {
            Profile {
                step_base_s: base,
                step_per_sequence_s: sequence,
                step_per_kv_token_s: kv,
                prefill_tokens_per_s: prefill,
                ..Profile::instant()
            }
        }),
        Just(Profile::of(estimator(LLAMA_8B))),
        Just(Profile::of(estimator(sliding))),
        Just(Profile::instant()),
    ];
    let capacities = prop_oneof![Just(34_000_u64), 100..1500_u64];
    (base, capacities, 1..12_usize, 1..300_u64, 0.0..0.1f64).prop_map(|(base, capacity, seats, budget, outside)| {
        Profile {
            kv_capacity_tokens: capacity,
            max_num_seqs: seats,
            max_num_batched_tokens: budget,
            outside_s: outside,
            ..base
        }
    })
}

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let one = (0..250_u64, 0..120_u64).prop_map(|(prompt, output)| Request { prompt, output });
    proptest::collection::vec(one, 0..40)
}

proptest! {
    #[test]
    fn leaping_equals_stepping(
        profile in profiles(), requests in requests(), streams in 0..20u32, rate in 0.2..40.0f64,
        cached in 0.0..=1.0f64, seed in 0..100u64
    ) {
        let leaping = Simulation { cached: Fraction::new(cached).unwrap(), ..Simulation::new(profile, &requests) };
        let stepping = Simulation { leaps: false, ..leaping };
        for (one, other) in [
            (leaping.closed(streams), stepping.closed(streams)),
            (leaping.poisson(rate, seed), stepping.poisson(rate, seed)),
        ] {
            prop_assert_eq!(agree(&one, &other, 1e-9), Ok(()));
        }
    }
}

/// The same level from records: the scheduler driven by hand, all requests at the start.
fn recorded(profile: Profile, requests: &[Request]) -> Level {
    let mut scheduler = Scheduler::new(profile);
    for (request, id) in requests.iter().zip(0..) {
        scheduler.submit(id, request.prompt, request.output).unwrap();
    }
    let (mut now, mut events) = (0.0, vec![Vec::new(); requests.len()]);
    while let Some(step) = scheduler.step() {
        now += step.duration_s;
        for (id, _) in step.tokens {
            events[id as usize].push(TokenEvent { at: Instant((now * 1e9) as u64), tokens: 1 });
        }
    }
    let record = |(request, events): (&Request, Vec<TokenEvent>)| RequestRecord {
        scheduled: Instant(0),
        sent: Instant(0),
        first_event: None,
        first_answer: None,
        ended: events.last().unwrap().at,
        events,
        prompt_tokens: Some(request.prompt),
        cached_tokens: None,
        output_tokens: None,
        exact_tokens: true,
        turn: 0,
        own_delay: None,
        server: None,
        outcome: Outcome::Completed { finish_reason: None },
    };
    let records: Vec<RequestRecord> = requests.iter().zip(events).map(record).collect();
    summarise(Arrival::ClosedLoop { concurrency: requests.len() as u32 }, &records)
}

#[test]
fn a_level_is_what_its_records_would_amount_to() {
    let requests = sharegpt(40, 5);
    let profile = Profile { max_num_seqs: 16, ..modest() };
    let level = Simulation::new(profile, &requests).closed(40);
    let recorded = Level { server: level.server, ..recorded(profile, &requests) };
    // Records count whole nanoseconds, and a gap is some 30 milliseconds.
    assert_eq!(agree(&level, &recorded, 1e-6), Ok(()));
    assert_eq!((level.load, level.exact_tokens), (recorded.load, recorded.exact_tokens));
}

#[test]
fn a_sweep_comes_to_what_the_estimator_expects_of_such_a_benchmark() {
    let estimator = estimator(LLAMA_8B);
    let requests = sharegpt(256, 1);
    let lengths = Lengths { context: 362.0, ..Lengths::fixed(221.0, 199.0) };
    let levels = Simulation::new(Profile::of(estimator), &requests).sweep(&[1, 4, 16, 32, 64]);
    for level in &levels {
        let load = Load::Streams(f64::from(level.concurrency()));
        let benchmark = Benchmark { load, requests: Some(256.0), lengths, spread: Spread::ShareGpt, replicas: 1 };
        let (ours, expected) = (level.output_rate().value(), benchmark.output_rate(&estimator));
        assert!((ours / expected - 1.0).abs() < 0.03, "{}: {ours} {expected}", level.load);
    }
    assert!(levels.is_sorted_by(|one, other| one.output_rate().value() < other.output_rate().value()));
}

#[test]
fn lone_requests_wait_for_nobody() {
    let profile = Profile { outside_s: 0.02, ..modest() };
    let requests = fixed(3, 380, 2);
    let load = Arrival::Constant { rate: 0.1 };
    let level = Simulation::new(profile, &requests).open(load, &[0.0, 10.0, 20.0, 30.0]);
    let first = 0.02 + 0.027 + 60e-6 + 380.0 / 3800.0;
    assert_eq!((level.completed, level.load), (3, load));
    for time in [level.ttft_ms.min, level.ttft_ms.max] {
        assert!((time.unwrap().value() / 1000.0 - first).abs() < 1e-9, "{:?}", level.ttft_ms);
    }
    assert!((level.duration_s.value() - 20.0 - level.e2el_ms.max.unwrap().value() / 1000.0).abs() < 1e-9);
    let halved = Simulation { cached: Fraction::new(0.5).unwrap(), ..Simulation::new(profile, &requests) }.closed(1);
    assert!((halved.ttft_ms.max.unwrap().value() / 1000.0 - first + 0.05).abs() < 1e-9, "{:?}", halved.ttft_ms);
    assert_eq!((halved.cached_prompt_tokens, level.cached_prompt_tokens), (Some(570), None));
}

#[test]
fn what_can_never_fit_is_refused_and_the_stream_goes_on() {
    let profile = Profile { kv_capacity_tokens: 300, ..modest() };
    let mut requests = fixed(6, 20, 30);
    requests[2].prompt = 400;
    let level = Simulation::new(profile, &requests).closed(2);
    assert_eq!((level.completed, level.failed, level.output_tokens), (5, 1, 150));
    assert_eq!(level.failures.get(&FailureKind::ClientError), Some(&1));
    let nothing_fits = Simulation::new(Profile { kv_capacity_tokens: 0, ..profile }, &requests).closed(2);
    assert_eq!((nothing_fits.completed, nothing_fits.failed), (0, 6));
    assert!(nothing_fits.ttft_ms.is_empty() && nothing_fits.itl_ms.is_empty());
    let preempting = Simulation::new(profile, &fixed(8, 40, 100)).closed(8);
    assert!(preempting.server.unwrap().preemptions.unwrap() > 0 && preempting.completed == 8);
}

#[test]
fn nothing_to_send_is_an_empty_level() {
    let level = Simulation::new(modest(), &[]).closed(4);
    assert_eq!((level.completed, level.duration_s), (0, Seconds::new(0.0)));
    let requests = fixed(3, 5, 5);
    assert_eq!(Simulation::new(modest(), &requests).poisson(0.0, 1).completed, 0);
    let never = [f64::NAN, f64::INFINITY];
    assert_eq!(Simulation::new(modest(), &requests).open(Arrival::Trace { speed: 1.0 }, &never).completed, 0);
}
