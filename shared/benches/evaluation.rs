//! How long one evaluation of the whole model and one simulated sweep take here. It only measures: `make bench-model` judges.

mod workload;

use criterion::{Criterion, criterion_group, criterion_main};
use shared::economics::model::evaluate;
use std::hint::black_box;

fn evaluation(criterion: &mut Criterion) {
    let tariffs = workload::tariffs();
    for (name, case) in workload::cases() {
        criterion.bench_function(name, |bencher| bencher.iter(|| evaluate(black_box(&case), black_box(&tariffs))));
    }
    let requests = workload::requests();
    for (name, simulation) in workload::simulations(&requests) {
        criterion.bench_function(name, |bencher| bencher.iter(|| black_box(&simulation).sweep(&workload::STREAMS)));
    }
}

criterion_group!(benches, evaluation);
criterion_main!(benches);
