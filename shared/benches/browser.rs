//! How long one evaluation of the whole model and one simulated sweep take in a browser. It only measures: `make bench-model`
//! judges.
#![cfg(target_arch = "wasm32")]

mod workload;

use std::hint::black_box;

use shared::economics::model::evaluate;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Microseconds of one round: long beside the browser's clock, which ticks in tenths of a millisecond.
const ROUND: f64 = 1e5;
/// Rounds of which the median counts. Before them the browser has compiled the code as far as it does.
const ROUNDS: usize = 15;

#[wasm_bindgen_test]
fn evaluation() {
    let tariffs = workload::tariffs();
    for (name, case) in workload::cases() {
        say(name, || drop(black_box(evaluate(black_box(&case), black_box(&tariffs)))));
    }
    let requests = workload::requests();
    for (name, simulation) in workload::simulations(&requests) {
        say(name, || drop(black_box(black_box(&simulation).sweep(&workload::STREAMS))));
    }
}

/// Says the lowest, the middle and the highest of all rounds, in microseconds.
fn say(name: &str, once: impl Fn()) {
    let clock = web_sys::window().and_then(|window| window.performance()).expect("a browser has a clock");
    // Microseconds of one of so many.
    let took = |times: u32| {
        let start = clock.now();
        for _ in 0..times {
            once();
        }
        (clock.now() - start) * 1000.0 / f64::from(times)
    };
    let times = (ROUND / took(50)).ceil() as u32;
    took(times);
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| took(times)).collect();
    rounds.sort_by(f64::total_cmp);
    console_log!("{name}: {:.1} {:.1} {:.1} us", rounds[0], rounds[ROUNDS / 2], rounds[ROUNDS - 1]);
}
