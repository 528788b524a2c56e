//! Settings: what is passed, what is left out, and that every reason stands on numbers of this case.

use std::collections::BTreeMap;

use super::*;
use crate::advice::fitting::MemoryRequirement;
use crate::advice::made_up::{a5000, asked_long, h100, knowing, llama, query};
use crate::advice::quantization_choice::rank;
use crate::hardware::memory::Fit;
use crate::store::catalogue::{Gpu, Model};

/// The settings of one quantization, and its fit.
fn of(query: &QuantizationQuery, one: Quantization, prefix_tokens: u32) -> (Vec<Setting>, Fit) {
    let models = BTreeMap::new();
    let known = knowing(&models);
    let ranking = rank(query, &known);
    let choice = ranking.choices.iter().find(|choice| choice.quantization == one).unwrap();
    (settings(query, &known, choice, prefix_tokens), choice.fit)
}

fn line(query: &QuantizationQuery, one: Quantization) -> String {
    flags(&of(query, one, 0).0).join(" ")
}

fn reason(query: &QuantizationQuery, one: Quantization, about: &str) -> String {
    let found = of(query, one, 0).0.into_iter().find(|setting| setting.about == about);
    found.unwrap_or_else(|| panic!("nothing about {about}")).reason
}

fn small(gpu: &Gpu, model: &Model, concurrency: Option<u64>, then: impl FnOnce(&QuantizationQuery)) {
    then(&QuantizationQuery { most_gpus: 1, ..query(gpu, model, concurrency) });
}

#[test]
fn no_flag_forces_a_kernel_that_is_slow() {
    let model = llama(false, &["awq-int4", "gptq-int4", "fp8"]);
    small(&a5000(), &model, None, |query| {
        for one in [Quantization::AwqInt4, Quantization::GptqInt4] {
            let line = line(query, one);
            assert!(line.contains("--linear-backend marlin") && !line.contains("--quantization"), "{line}");
        }
        assert!(!line(query, Quantization::Fp8).contains("--quantization"));
        assert!(line(query, Quantization::Bf16).starts_with("--dtype bfloat16"));
    });
    // Hopper has Machete before Marlin.
    small(&h100(), &model, None, |query| {
        assert!(!line(query, Quantization::AwqInt4).contains("marlin"));
    });
    small(&h100(), &llama(false, &[]), None, |query| {
        assert!(line(query, Quantization::Fp8).contains("--quantization fp8_per_channel"));
    });
}

#[test]
fn so_many_sequences_are_let_in_as_the_cache_holds() {
    let model = llama(false, &["fp8"]);
    small(&a5000(), &model, None, |query| {
        let (settings, fit) = of(query, Quantization::Bf16, 0);
        let held = fit.most_concurrent(1000);
        assert!((2..256).contains(&held));
        let words = flags(&settings).join(" ");
        assert!(words.contains(&format!("--max-num-seqs {held}")), "{words}");
    });
    // Never more than vLLM would by itself.
    small(&h100(), &model, None, |query| {
        let short =
            QuantizationQuery { requirement: MemoryRequirement { request: Some(32), ..query.requirement }, ..*query };
        assert!(line(&short, Quantization::Fp8).contains("--max-num-seqs 1024"));
    });
}

#[test]
fn the_longest_context_is_what_is_asked_or_what_holds() {
    let model = llama(false, &[]);
    small(&a5000(), &model, None, |query| {
        assert!(line(query, Quantization::Bf16).contains("--max-model-len 4096"));
        let long =
            QuantizationQuery { requirement: MemoryRequirement { context: 131_072, ..query.requirement }, ..*query };
        let longest = of(&long, Quantization::Bf16, 0).1.longest_context();
        assert!(longest < 131_072);
        assert!(line(&long, Quantization::Bf16).contains(&format!("--max-model-len {longest}")));
        assert!(reason(&long, Quantization::Bf16, "max-model-len").contains("of the 131,072 asked for"));
    });
}

#[test]
fn more_memory_is_taken_only_where_that_holds_what_is_asked() {
    let model = llama(false, &[]);
    small(&a5000(), &model, None, |query| {
        assert!(line(query, Quantization::Bf16).contains("--gpu-memory-utilization 0.92"));
        let held = of(query, Quantization::Bf16, 0).1.most_concurrent(1000);
        let one_more = QuantizationQuery {
            requirement: MemoryRequirement { concurrency: Some(held + 1), ..query.requirement },
            ..*query
        };
        assert!(line(&one_more, Quantization::Bf16).contains("--gpu-memory-utilization 0.95"));
        let many_more = QuantizationQuery {
            requirement: MemoryRequirement { concurrency: Some(held * 9), ..query.requirement },
            ..*query
        };
        assert!(line(&many_more, Quantization::Bf16).contains("--gpu-memory-utilization 0.92"));
        // Eight bits hold twice as many, and that is said, not done.
        let twice = QuantizationQuery {
            requirement: MemoryRequirement { concurrency: Some(held * 2 - 1), ..query.requirement },
            ..*query
        };
        assert!(reason(&twice, Quantization::Bf16, "kv-cache-dtype").contains("fp8 would"));
        assert!(!line(&twice, Quantization::Bf16).contains("--kv-cache-dtype"));
        let eight = QuantizationQuery {
            requirement: MemoryRequirement { kv: KvPrecision::Fp8, ..twice.requirement },
            ..*query
        };
        assert!(line(&eight, Quantization::Bf16).contains("--kv-cache-dtype fp8"));
    });
}

#[test]
fn gpus_are_shared_only_where_one_does_not_hold_it() {
    let (small, large, h100) = (llama(false, &[]), llama(true, &[]), h100());
    assert!(!line(&query(&h100, &small, Some(4)), Quantization::Bf16).contains("--tensor-parallel-size"));
    assert!(line(&query(&h100, &large, Some(4)), Quantization::Bf16).contains("--tensor-parallel-size 2"));
    assert!(
        reason(&asked_long(&h100, &large, None), Quantization::Bf16, "tensor-parallel-size").contains("4 make more")
    );
    // 30 heads over 6 do not divide among 4 GPUs.
    let odd = Model { attention_heads: 30, kv_heads: 6, ..llama(true, &[]) };
    let line = line(&asked_long(&a5000(), &odd, Some(32)), Quantization::AwqInt4);
    assert!(line.contains("--tensor-parallel-size 2 --pipeline-parallel-size 2"), "{line}");
}

#[test]
fn prefixes_are_cached_where_prompts_share_any() {
    let (a5000, model) = (a5000(), llama(false, &[]));
    let query = query(&a5000, &model, None);
    assert!(line(&query, Quantization::Bf16).contains("--no-enable-prefix-caching"));
    let settings = of(&query, Quantization::Bf16, 200).0;
    assert!(flags(&settings).contains(&"--enable-prefix-caching".to_owned()));
    assert!(settings.iter().any(|setting| setting.reason.contains("25.0 % of a prompt's work")));
}

#[test]
fn drafting_pays_for_one_stream_and_less_for_many() {
    let (h100, model) = (h100(), llama(false, &[]));
    let models = BTreeMap::new();
    let known = knowing(&models);
    let query = query(&h100, &model, Some(256));
    let ranking = rank(&query, &known);
    let [alone, loaded] = drafting(&query, &known, &ranking.choices[0]).unwrap();
    assert!(alone.gain.0 > 1.2 && alone.gain.1 > alone.gain.0);
    assert!(loaded.gain.0 < alone.gain.0 && loaded.gain.1 < alone.gain.1, "{loaded:?}");
    assert!(reason(&query, Quantization::Bf16, "speculative-config").contains("at 256"));
    // It needs a drafter that nobody named, so it is never passed.
    assert!(!line(&query, Quantization::Bf16).contains("speculative"));
}

#[test]
fn every_setting_says_why_and_where() {
    let (a5000, model) = (a5000(), llama(false, &["awq-int4"]));
    for setting in of(&query(&a5000, &model, Some(16)), Quantization::AwqInt4, 100).0 {
        assert!(setting.reason.len() > 20 && setting.source.starts_with("https://docs.vllm.ai/"), "{setting:?}");
    }
}
