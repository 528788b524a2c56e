//! Which quantization comes first where, and that no number stands without what it rests on.

use std::collections::BTreeMap;

use super::*;
use crate::advice::made_up::{a5000, asked_long, gpu, h100, knowing, llama, mi300x, query, score};

const ALL: [&str; 6] = ["fp8", "int8", "awq-int4", "gptq-int4", "nvfp4", "gguf-q4"];

fn order(gpu: &Gpu, model: &Model, concurrency: Option<u64>) -> Vec<&'static str> {
    let ranking = rank(&query(gpu, model, concurrency), &knowing(&BTreeMap::new()));
    ranking.choices.iter().map(|choice| choice.quantization.word()).collect()
}

#[test]
fn eight_bit_floats_come_first_where_tensor_cores_have_them_and_much_is_asked() {
    assert_eq!(order(&h100(), &llama(false, &ALL), Some(256))[0], "fp8");
    assert_eq!(order(&mi300x(), &llama(true, &ALL), Some(64))[0], "fp8");
    // On two cards where four bits would do with one: over their own link that is worth it.
    assert_eq!(order(&h100(), &llama(true, &ALL), Some(64))[0], "fp8");
    let ada = gpu("L40S", Some("8.9"), 48.0, 864.0, (362.0, Some(733.0)));
    assert_eq!(order(&ada, &llama(false, &ALL), Some(64))[0], "fp8");
}

#[test]
fn four_bits_come_first_where_reading_the_weights_takes_the_time() {
    let model = llama(false, &ALL);
    assert_eq!(order(&a5000(), &model, Some(1))[..2], ["awq-int4", "gptq-int4"]);
    let ada = gpu("RTX 4090", Some("8.9"), 24.0, 1008.0, (165.2, Some(330.0)));
    assert_eq!(order(&ada, &model, Some(4))[0], "awq-int4");
    // A card that would need a second one for anything wider.
    let ranking = rank(&query(&a5000(), &llama(true, &ALL), Some(1)), &knowing(&BTreeMap::new()));
    assert_eq!(ranking.choices[0].quantization, Quantization::AwqInt4);
}

#[test]
fn blackwell_has_its_own_four_bits() {
    let mut blackwell = gpu("B200", Some("10.0"), 180.0, 7700.0, (2250.0, Some(4500.0)));
    blackwell.fp4_dense_tflops = Some(9000.0);
    let model = llama(true, &ALL);
    let ranking = rank(&query(&blackwell, &model, Some(64)), &knowing(&BTreeMap::new()));
    let place = |word: &str| ranking.choices.iter().position(|choice| choice.quantization.word() == word);
    assert!(place("nvfp4") < place("awq-int4"), "{:?}", order(&blackwell, &model, Some(64)));
    // vLLM has no 8-bit integers there.
    assert_eq!(ranking.without_kernel, [Quantization::Int8]);
}

#[test]
fn what_nobody_publishes_comes_after_what_one_can_run_now() {
    let model = llama(false, &["gptq-int4"]);
    let order = order(&a5000(), &model, Some(1));
    assert!(order.iter().position(|it| *it == "gptq-int4") < order.iter().position(|it| *it == "awq-int4"));
    let known = BTreeMap::new();
    let h100 = h100();
    let ranking = rank(&query(&h100, &model, None), &knowing(&known));
    let of = |word: &str| ranking.choices.iter().find(|it| it.quantization.word() == word).unwrap();
    assert_eq!(of("fp8").checkpoint, Checkpoint::WhileLoading("meta/llama".into()));
    assert_eq!(of("awq-int4").checkpoint, Checkpoint::Unknown);
    assert_eq!(of("bf16").checkpoint, Checkpoint::Published("meta/llama".into()));
    // On Ampere vLLM has no kernel to quantise for while it loads.
    let a5000 = a5000();
    let ranking = rank(&query(&a5000, &model, None), &knowing(&known));
    assert!(
        ranking.choices.iter().any(|it| it.quantization == Quantization::Fp8 && it.checkpoint == Checkpoint::Unknown)
    );
}

#[test]
fn a_model_published_in_eight_bits_loses_nothing_in_them() {
    let model = Model { hugging_face: "r/fp8".into(), ..llama(false, &["fp8"]) };
    let h100 = h100();
    let ranking = rank(&query(&h100, &model, None), &knowing(&BTreeMap::new()));
    let of = |one| ranking.choices.iter().find(|choice| choice.quantization == one).unwrap();
    assert!(of(Quantization::Fp8).is_as_published());
    assert_eq!(of(Quantization::Bf16).checkpoint, Checkpoint::Unknown);
}

#[test]
fn what_does_not_fit_is_said_and_not_ranked() {
    let (a5000, model) = (a5000(), llama(true, &ALL));
    let query = QuantizationQuery { most_gpus: 2, ..query(&a5000, &model, None) };
    let ranking = rank(&query, &knowing(&BTreeMap::new()));
    assert_eq!(ranking.too_large, [Quantization::Bf16, Quantization::Fp8, Quantization::Int8]);
    assert!(ranking.choices.iter().all(|choice| choice.fit.has_room()));
    assert_eq!(ranking.gguf.as_deref(), Some("r/gguf-q4"));
}

#[test]
fn more_gpus_are_taken_where_weights_leave_little_room_and_nobody_says_how_many_requests() {
    let (h100, model) = (h100(), llama(true, &["fp8"]));
    let known = BTreeMap::new();
    let sixteen_bits = |concurrency| {
        let ranking = rank(&asked_long(&h100, &model, concurrency), &knowing(&known));
        let found = ranking.choices.into_iter().find(|choice| choice.quantization == Quantization::Bf16).unwrap();
        (found.fewest_gpus, found.fit.layout.gpus())
    };
    assert_eq!(sixteen_bits(None), (2, 4));
    assert_eq!(sixteen_bits(Some(4)), (2, 2));
}

#[test]
fn no_more_streams_are_reckoned_with_than_hold_or_are_wanted() {
    let (a5000, model) = (a5000(), llama(false, &ALL));
    let known = BTreeMap::new();
    for concurrency in [None, Some(4), Some(100_000)] {
        let query = QuantizationQuery { most_gpus: 1, ..query(&a5000, &model, concurrency) };
        for choice in rank(&query, &knowing(&known)).choices {
            let streams = choice.loaded.unwrap().streams as u64;
            assert!(streams <= held(&query, &choice.fit) && streams <= concurrency.unwrap_or(u64::MAX));
            assert!(choice.holds == (concurrency != Some(100_000)));
        }
    }
}

#[test]
fn a_band_comes_from_the_fitted_file_and_from_nowhere_else() {
    let (a5000, model) = (a5000(), llama(false, &ALL));
    let query = query(&a5000, &model, Some(4));
    let models = BTreeMap::new();
    let bare = rank(&query, &knowing(&models));
    assert!(bare.choices.iter().all(|choice| choice.loaded.unwrap().range.is_none()));
    let band = crate::store::estimator::Band {
        gpus: "any".into(),
        kernel: "any".into(),
        records: 100,
        sources: 9,
        median: 0.1,
        p90: 0.3,
        low: 0.8,
        high: 1.2,
    };
    let file = EstimatorFile { records: 100, sources: 9, constants: Constants::PRIOR, bands: vec![band] };
    let fitted = rank(&query, &Known { estimator: Some(&file), ..knowing(&models) });
    let pace = fitted.choices[0].loaded.unwrap();
    assert_eq!(pace.range, Some((pace.output_rate * 0.8, pace.output_rate * 1.2)));
}

#[test]
fn a_request_fills_the_context_where_nobody_says() {
    assert_eq!(request(8192, None, None), (6144.0, 2048.0));
    assert_eq!(request(8192, Some(500), None), (500.0, 2048.0));
    assert_eq!(request(8192, None, Some(200)), (6144.0, 200.0));
    assert_eq!(request(100, None, Some(90)), (10.0, 90.0));
    assert_eq!(request(100, Some(95), None), (95.0, 5.0));
}

#[test]
fn published_scores_stand_beside_their_own_quantization() {
    let (a5000, model) = (a5000(), llama(false, &ALL));
    let retention = [score("llama", "fp8", "t", 99.5)];
    let models = BTreeMap::new();
    let ranking = rank(&query(&a5000, &model, None), &Known { retention: &retention, ..knowing(&models) });
    for choice in &ranking.choices {
        assert_eq!(choice.kept.is_some(), choice.quantization == Quantization::Fp8);
    }
}
