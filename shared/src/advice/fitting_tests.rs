//! Rows as somebody reads them: what fits comes first, and nothing is offered that no kernel runs.

use super::*;
use crate::advice::made_up::{a5000, h100, llama, mi300x, requirement};

#[test]
fn a_gpu_is_offered_what_its_kernels_run() {
    let words = |gpu: &Gpu, model: &Model| -> Vec<&str> {
        runnable(gpu, model).into_iter().map(|(one, _)| one.word()).collect()
    };
    let model = llama(false, &["gguf-q4"]);
    assert_eq!(words(&a5000(), &model), ["bf16", "fp8", "int8", "awq-int4", "gptq-int4", "nvfp4"]);
    assert_eq!(words(&mi300x(), &model), ["bf16", "fp8"]);
    // MXFP4 is for models that were published in it.
    assert_eq!(words(&mi300x(), &llama(false, &["mxfp4"])), ["bf16", "fp8", "mxfp4"]);
}

#[test]
fn as_few_gpus_are_taken_as_hold_what_is_wanted() {
    let model = llama(false, &[]);
    let on = |concurrency, request| {
        let requirement = MemoryRequirement { concurrency, request, ..requirement(8192) };
        let found = candidate(&a5000(), &model, Quantization::Bf16, &requirement, 8).unwrap();
        (found.holds, found.fit.map(|fit| fit.layout.gpus()))
    };
    assert_eq!(on(None, None), (true, Some(1)));
    assert_eq!(on(Some(64), None), (true, Some(4)));
    // Sixty-four short ones take less than sixty-four of the longest.
    assert_eq!(on(Some(64), Some(500)), (true, Some(1)));
    // Where nothing holds all of it, the fewest that hold one are shown.
    assert_eq!(on(Some(10_000), None), (false, Some(1)));
}

#[test]
fn a_context_that_does_not_fit_is_not_held_however_short_requests_are() {
    let model = llama(false, &[]);
    let long = MemoryRequirement { request: Some(100), concurrency: Some(4), ..requirement(131_072) };
    let found = candidate(&a5000(), &model, Quantization::Bf16, &long, 1).unwrap();
    assert!(!found.holds && found.fit.is_some());
}

#[test]
fn the_narrowest_comes_first_and_what_does_not_fit_last() {
    let model = llama(true, &[]);
    let gpus = [("a5000", a5000()), ("h100", h100()), ("mi300x", mi300x())];
    let rows = |one| {
        let gpus = gpus.iter().map(|(key, gpu)| (*key, gpu));
        let rows = on_every_gpu(gpus, &model, one, &requirement(8192), 4);
        rows.into_iter().map(|(key, _, found)| (key, found.is_some_and(|it| it.holds))).collect::<Vec<_>>()
    };
    assert_eq!(rows(Quantization::Bf16), [("h100", true), ("mi300x", true), ("a5000", false)]);
    assert_eq!(rows(Quantization::AwqInt4), [("a5000", true), ("h100", true), ("mi300x", false)]);
}
