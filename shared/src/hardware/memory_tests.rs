//! Memory held against vLLM: its published logs, and what its own sizing computes for the same shapes and bytes.

use super::*;
use crate::hardware::estimate::{Deployment, Estimator};
use crate::hardware::machine::made_up::{A5000, H100};
use crate::hardware::quantization::Quantization;
use crate::hardware::shape::made_up::{LLAMA_8B, MIXTRAL};
use crate::store::constants::Constants;

/// Llama 3 70B.
const LLAMA_70B: Shape = Shape {
    layers: 80.0,
    hidden: 8192.0,
    attention_width: 8192.0,
    attention_heads: 64,
    kv_heads: 8,
    kv_numbers: 163_840.0,
    feed_forward: 28_672.0,
    common: 68_452_352_000.0,
    head: 1_050_673_152.0,
    embedding: 1_050_673_152.0,
    max_context: 8192,
    ..LLAMA_8B
};
/// gpt-oss 20b, as far as its cache goes: every other layer looks back 128 tokens.
const GPT_OSS: Shape =
    Shape { layers: 24.0, kv_numbers: 24_576.0, sliding_share: 0.5, window: 128.0, max_context: 131_072, ..LLAMA_8B };
/// Gemma 3 27B, likewise: 52 of 62 layers look back 1,024 tokens.
const GEMMA: Shape =
    Shape { layers: 62.0, kv_heads: 16, kv_numbers: 253_952.0, sliding_share: 52.0 / 62.0, window: 1024.0, ..LLAMA_8B };
/// DeepSeek V3, likewise: one vector of 576 numbers a layer, which every GPU holds.
const DEEPSEEK: Shape = Shape { layers: 61.0, attention_heads: 128, kv_heads: 1, kv_numbers: 61.0 * 576.0, ..LLAMA_8B };

/// A card of 48 GB.
const A6000: Machine = Machine { memory: 47.3 * GIB, ..A5000 };

fn on(machine: Machine, shape: Shape, bytes_per_weight: f64) -> Layout {
    Layout {
        machine,
        shape,
        bytes_per_weight,
        kv_bytes: 2.0,
        tensor_parallel: 1,
        pipeline_parallel: 1,
        utilization: DEFAULT_UTILIZATION,
        batching: Batching::of(&machine),
    }
}

fn gib(bytes: f64) -> f64 {
    bytes / GIB
}

#[test]
fn the_kv_cache_is_of_kv_heads_not_of_attention_heads() {
    // V11: Llama-3-8B in bf16. With its 32 attention heads it would come out four times too big.
    let model = Attention { layers: 32, kv_heads: 8, head_size: 128 };
    assert_eq!(model.kv_bytes_per_token(2), 131_072);
    assert_eq!(16 * 4096 * model.kv_bytes_per_token(2), 8 << 30);
    let as_if_none_were_shared = Attention { kv_heads: 32, ..model };
    assert_eq!(as_if_none_were_shared.kv_bytes_per_token(2), 4 * 131_072);
    assert_eq!(on(A5000, LLAMA_8B, 2.0).fit().kv_per_token, 131_072.0);
}

#[test]
fn activations_are_those_of_vllms_log() {
    // Issue 10517, vLLM 0.6 on an RTX 3090, Llama 3.1 8B: peak less weights was 2.07, 2.99 and 0.06 GiB for a step of
    // 20,000, 29,000 and 512 tokens. It did not draw tokens while it measured.
    for (batched_tokens, logged) in [(20_000, 2.07), (29_000, 2.99), (512, 0.06)] {
        let batching = Batching { block_tokens: 16, batched_tokens, sequences: 1 };
        let computed = gib(Layout { batching, ..on(A5000, LLAMA_8B, 2.0) }.activations());
        assert!((computed - logged).abs() < 0.011, "{batched_tokens} tokens: {computed:.3} GiB, logged {logged}");
    }
    // Issue 13061, vLLM 0.7 on two RTX 4090, DeepSeek R1 Distill Qwen 14B, steps of 2,048 tokens: 0.19 GiB a GPU.
    let qwen_14b = Shape { hidden: 5120.0, feed_forward: 13_824.0, ..LLAMA_8B };
    let batching = Batching { block_tokens: 16, batched_tokens: 2048, sequences: 1 };
    let computed = gib(Layout { tensor_parallel: 2, batching, ..on(A5000, qwen_14b, 2.0) }.activations());
    assert!((computed - 0.19).abs() < 0.06, "{computed:.3} GiB");
}

#[test]
fn the_known_log_of_an_rtx_3090_is_reproduced() {
    // The same issue: 23.58 GiB, of which 0.90, leave 3.81 GiB and 31,232 tokens. That vLLM did not yet set memory aside
    // for CUDA graphs, so its engine took what lies outside alone.
    let rtx_3090 = Machine { memory: 23.58 * GIB, ..A5000 };
    let batching = Batching { block_tokens: 16, batched_tokens: 20_000, sequences: 1 };
    let fit = Layout { utilization: 0.9, batching, ..on(rtx_3090, LLAMA_8B, 2.0) }.fit();
    let kv = fit.narrowest.kv + GRAPHS;
    assert!((gib(kv) - 3.81).abs() < 0.05, "{} GiB", gib(kv));
    let tokens = kv / fit.kv_per_token;
    assert!((tokens / 31_232.0 - 1.0).abs() < 0.02, "{tokens} tokens");
    // As vLLM 0.32 would start there: fewer tokens a step, graphs counted. Nobody has logged that.
    let now = on(rtx_3090, LLAMA_8B, 2.0).fit().narrowest;
    assert!((gib(now.activations + now.engine) - 1.41).abs() < 0.01, "{}", gib(now.activations + now.engine));
}

#[test]
fn the_estimators_room_is_about_the_same() {
    // It has one constant for what is neither weights nor cache, 1.1 GiB, fitted to throughput; here that is computed.
    let layout = on(A5000, LLAMA_8B, 0.531_25);
    let deployment = Deployment::usual(A5000, LLAMA_8B, Quantization::AwqInt4, 1).unwrap();
    let deployment = Deployment { memory_utilization: layout.utilization, ..deployment };
    let constants = Constants { activation_gib: 1.111, ..Constants::PRIOR };
    let room = Estimator::new(deployment, &constants).unwrap().kv_room();
    assert!((room / layout.fit().narrowest.kv - 1.0).abs() < 0.03, "{} GiB", gib(room));
}

#[test]
fn blocks_and_concurrency_are_those_of_vllms_own_sizing() {
    // vLLM 0.32.0's get_kv_cache_config_from_groups and get_max_concurrency_for_kv_cache_config for the same layers and
    // bytes, with 2,048 tokens in flight: room in GiB, context, blocks, concurrency.
    let two = |shape| Layout { tensor_parallel: 2, ..on(H100, shape, 2.0) };
    let cases = [
        (on(H100, LLAMA_8B, 2.0), 3.81, 20_000, 1950, 1.56),
        (Layout { kv_bytes: 1.0, ..on(H100, LLAMA_8B, 2.0) }, 3.81, 20_000, 3901, 3.1208),
        (two(LLAMA_70B), 20.0, 8192, 8192, 16.0),
        // Eight KV heads on sixteen GPUs: one each, twice over.
        (Layout { tensor_parallel: 16, ..on(H100, LLAMA_70B, 2.0) }, 20.0, 8192, 32_768, 64.0),
        (Layout { tensor_parallel: 8, ..on(H100, DEEPSEEK, 1.0) }, 20.0, 8192, 19_099, 37.302_734_375),
        (on(H100, GPT_OSS, 2.0), 20.0, 8192, 54_613, 84.149_460_708_782_74),
        (on(H100, GPT_OSS, 2.0), 20.0, 131_072, 54_613, 6.556_969_624_204_586),
        (on(H100, GEMMA, 2.0), 20.0, 32_768, 16_384, 5.110_417_966_313_163),
        (on(H100, GEMMA, 2.0), 20.0, 8192, 16_384, 9.810_778_443_113_772),
    ];
    for (layout, room, context, blocks, concurrent) in cases {
        let fit = layout.with_room(room * GIB);
        let held = fit.blocks as f64 / fit.blocks_in_flight(context, 2048) as f64;
        assert_eq!((fit.blocks, held), (blocks, concurrent), "{room} GiB, {context} tokens");
    }
}

#[test]
fn a_real_server_holds_what_is_computed() {
    // vLLM 0.32.0 on a CPU, a Llama of 4 layers and 4 KV heads of 32: what VLLM_CPU_KVCACHE_SPACE gave it, the block
    // size, its longest context, and of its page /metrics num_gpu_blocks and kv_cache_size_tokens.
    let tiny = Shape { layers: 4.0, kv_heads: 4, kv_numbers: 1024.0, max_context: 4096, ..LLAMA_8B };
    let servers = [
        (1.0, 128, 2048, 4096, 524_288),
        (2.0, 128, 4096, 8192, 1_048_576),
        // 1,000 tokens take 32 blocks, so 24 places of each sequence stay empty.
        (1.0, 32, 1000, 16_384, 512_000),
    ];
    for (room, block_tokens, context, blocks, tokens) in servers {
        let batching = Batching { block_tokens, ..Batching::of(&A5000) };
        let fit = Layout { batching, ..on(A5000, tiny, 2.0) }.with_room(room * GIB);
        assert_eq!((fit.blocks, fit.kv_tokens(context)), (blocks, tokens));
        assert_eq!(fit.kv_per_token * blocks as f64 * f64::from(block_tokens), room * GIB);
    }
}

#[test]
fn llama_3_70b_does_not_fit_one_h100_in_16_bits() {
    let fit = on(H100, LLAMA_70B, 2.0).fit();
    assert!(gib(fit.narrowest.weights) > 131.0 && !fit.has_room());
    assert_eq!((fit.longest_context(), fit.most_concurrent(1)), (0, 0));
    let two = Layout { tensor_parallel: 2, ..on(H100, LLAMA_70B, 2.0) }.fit();
    assert_eq!(two.narrowest.weights, fit.narrowest.weights / 2.0);
    assert!(two.has_room());
}

#[test]
fn llama_3_70b_in_awq_leaves_room_on_two_cards_of_48_gb() {
    let fit = Layout { tensor_parallel: 2, ..on(A6000, LLAMA_70B, 0.531_25) }.fit();
    // 47.3 GiB, 92 % of them: 43.5; 18.9 of weights, 0.3 of activations and 1.1 of the engine; 23.2 are left.
    let shares = [fit.narrowest.weights, fit.narrowest.activations, fit.narrowest.engine, fit.narrowest.kv].map(gib);
    for (share, expected) in shares.into_iter().zip([18.89, 0.31, 1.1, 23.21]) {
        assert!((share - expected).abs() < 0.02, "{shares:?}");
    }
    // 160 KiB a token on each card.
    assert_eq!(fit.kv_per_token, 163_840.0);
    assert_eq!((fit.kv_tokens(8192), fit.most_concurrent(8192)), (152_160, 18));
    // One card alone would start, too, with a tenth of that.
    assert_eq!(on(A6000, LLAMA_70B, 0.531_25).fit().most_concurrent(8192), 1);
}

#[test]
fn mixtral_in_fp8_fits_80_gb() {
    let fit = on(H100, MIXTRAL, 1.0).fit();
    assert!((43.0..45.0).contains(&gib(fit.narrowest.weights)), "{}", gib(fit.narrowest.weights));
    assert!(fit.most_concurrent(8192) >= 20, "{}", fit.most_concurrent(8192));
    assert!(!on(H100, MIXTRAL, 2.0).fit().has_room());
}

#[test]
fn a_cache_of_8_bits_holds_twice_as_much() {
    let wide = on(A5000, LLAMA_8B, 2.0).fit();
    let narrow = Layout { kv_bytes: 1.0, ..wide.layout }.fit();
    assert!(narrow.blocks == 2 * wide.blocks || narrow.blocks == 2 * wide.blocks + 1);
}

#[test]
fn more_gpus_than_kv_heads_divide_the_cache_no_further() {
    let tokens = |tensor_parallel| Layout { tensor_parallel, ..on(A5000, LLAMA_8B, 2.0) }.fit().kv_per_token;
    assert_eq!([tokens(1), tokens(8), tokens(16)], [131_072.0, 16_384.0, 16_384.0]);
    // What divides no further is weights as well: the projections to keys and values.
    let [eight, sixteen] = [8, 16].map(|it| Layout { tensor_parallel: it, ..on(A5000, LLAMA_8B, 2.0) }.fit().narrowest);
    assert!(sixteen.weights > eight.weights / 2.0);
    let latent = |tensor_parallel| Layout { tensor_parallel, ..on(H100, DEEPSEEK, 1.0) }.fit().kv_per_token;
    assert_eq!(latent(8), latent(1));
}

#[test]
fn stages_share_layers_and_the_last_one_has_the_head() {
    let layout = Layout { pipeline_parallel: 4, ..on(A5000, Shape { layers: 34.0, ..LLAMA_8B }, 2.0) };
    assert_eq!(layout.stages(), [8.0, 9.0, 9.0, 8.0]);
    assert_eq!(Layout { pipeline_parallel: 2, ..layout }.stages(), [17.0, 17.0]);
    let three = Layout { pipeline_parallel: 3, ..layout };
    assert_eq!(three.stages(), [11.0, 12.0, 11.0]);
    // Together they hold every weight once.
    let all: f64 = three.stages().into_iter().enumerate().map(|(stage, layers)| three.weights(stage, layers)).sum();
    assert!((all / three.shape.weight_bytes(2.0) - 1.0).abs() < 1e-12);
}

#[test]
fn what_holds_is_what_is_said_to_hold() {
    for shape in [LLAMA_8B, GEMMA, GPT_OSS] {
        let fit = on(H100, shape, 1.0).fit();
        let longest = fit.longest_context();
        assert!(fit.most_concurrent(longest) >= 1);
        assert!(longest == shape.max_context || fit.most_concurrent(longest + 1) == 0, "{longest}");
        for sequences in [1, 3, 64] {
            let each = fit.longest_context_of(sequences);
            assert!(each == 0 || fit.most_concurrent(each) >= sequences, "{sequences} of {each}");
        }
    }
    // A sequence takes whole blocks.
    let fit = on(A5000, LLAMA_8B, 2.0).fit();
    assert_eq!((fit.blocks_of(1), fit.blocks_of(16), fit.blocks_of(17)), (1, 1, 2));
}
