//! How long one evaluation of the whole model takes in a browser. It only measures: `make bench-model` judges.
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
    let clock = web_sys::window().and_then(|window| window.performance()).expect("a browser has a clock");
    let tariffs = workload::tariffs();
    for (name, case) in workload::cases() {
        // Microseconds of one evaluation, over so many.
        let took = |evaluations: u32| {
            let start = clock.now();
            for _ in 0..evaluations {
                let _ = black_box(evaluate(black_box(&case), black_box(&tariffs)));
            }
            (clock.now() - start) * 1000.0 / f64::from(evaluations)
        };
        let evaluations = (ROUND / took(50)).ceil() as u32;
        took(evaluations);
        let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| took(evaluations)).collect();
        rounds.sort_by(f64::total_cmp);
        console_log!("{name}: {:.1} {:.1} {:.1} us", rounds[0], rounds[ROUNDS / 2], rounds[ROUNDS - 1]);
    }
}
