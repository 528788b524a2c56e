//! `fit` and `advise` as a reader runs them: on the catalogue's GPUs and models, against a recorded server, on nonsense.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod folder;

use collector::catalogue::Catalogue;
use collector::server::metrics_reading::MetricsReading;
use folder::{Folder, Said};
use serde_json::Value;
use shared::hardware::machine::Machine;
use shared::hardware::memory::{Batching, Layout};
use shared::hardware::shape::Shape;

fn run(command: &str) -> Said {
    Folder::at_repository().run(command)
}

fn json(command: &str) -> Value {
    let said = run(&format!("{command} --json"));
    assert!(said.ok, "{command}: {}", said.talk);
    serde_json::from_str(&said.data).unwrap()
}

fn refuses(command: &str, parts: &[&str]) {
    let said = run(command);
    assert!(!said.ok, "{command} was taken:\n{}", said.data);
    for part in parts {
        assert!(said.talk.contains(part), "{command}: no `{part}` in\n{}", said.talk);
    }
    assert!(said.talk.starts_with("error: ") && said.talk.contains("\nhint: "), "{command}: {}", said.talk);
    assert_eq!(said.data, "", "{command}");
}

/// No line is wider than a terminal, and each says what it is worth.
fn says(command: &str, parts: &[&str]) {
    let said = run(command);
    assert!(said.ok, "{command}: {}", said.talk);
    for part in parts {
        assert!(said.data.contains(part), "{command}: no `{part}` in\n{}", said.data);
    }
    assert!(said.data.contains("estimated"), "{command}:\n{}", said.data);
    for line in said.data.lines().filter(|line| !line.contains("https://")) {
        assert!(line.chars().count() <= 100, "{command}: {} characters: {line}", line.chars().count());
    }
}

#[test]
fn the_recorded_server_holds_what_is_computed() {
    let page = include_str!("fixtures/vllm-0.32.0/metrics.txt");
    let reading = MetricsReading::parse(page);
    let told = |key: &str| -> f64 { reading.cache()[key].parse().unwrap() };
    let catalogue = Catalogue::load(None).unwrap();
    let machine = Machine::of(&catalogue.hardware["rtx-a5000"]);
    // The model that ran there: 4 layers, 8 heads over 4 KV heads of 32, in bf16.
    let llama = &catalogue.models["llama-3.1-8b-instruct"];
    let tiny = Shape { layers: 4.0, kv_heads: 4, attention_heads: 8, kv_numbers: 1024.0, ..Shape::of(llama) };
    let layout = Layout {
        machine,
        shape: tiny,
        bytes_per_weight: 2.0,
        kv_bytes: 2.0,
        tensor_parallel: 1,
        pipeline_parallel: 1,
        utilization: 0.92,
        batching: Batching { block_tokens: told("block_size") as u32, ..Batching::of(&machine) },
    };
    // VLLM_CPU_KVCACHE_SPACE was 1, so the page says `kv_cache_memory_bytes="1073741824"`.
    assert!(page.contains("kv_cache_memory_bytes=\"1073741824\""));
    let fit = layout.with_room(1_073_741_824.0);
    assert_eq!(fit.blocks as f64, told("num_gpu_blocks"));
    assert_eq!(fit.kv_tokens(2048) as f64, told("kv_cache_size_tokens"));
    assert_eq!(fit.concurrent(2048), told("kv_cache_max_concurrency"));
}

#[test]
fn a_gpus_memory_adds_up_part_by_part() {
    let command = "fit --model llama-3.1-8b-instruct --gpu rtx-a5000 --quantization awq-int4 --context 8192";
    says(command, &["weights", "activations", "KV cache", "longest context", "of 8,192 tokens"]);
    let fit = &json(command)["fit"];
    let bytes = |part: &str| fit["bytes_per_gpu"][part].as_f64().unwrap();
    let parts: f64 = ["weights", "activations", "engine", "kv_cache"].map(bytes).iter().sum();
    assert!((parts / bytes("usable") - 1.0).abs() < 1e-12);
    assert!((bytes("usable") / bytes("visible") - 0.92).abs() < 1e-12);
    assert_eq!(fit["kv_bytes_per_token_per_gpu"], 131_072.0);
    assert_eq!(fit["kv_cache_tokens"].as_u64().unwrap() / 8192, fit["most_concurrent"].as_u64().unwrap());
}

#[test]
fn llama_3_70b_needs_two_h100_in_16_bits() {
    let wanted = "--model llama-3-70b-instruct --gpu h100-sxm-80gb --quantization bf16";
    refuses(
        &format!("fit {wanted} --gpus 1"),
        &["Llama 3 70B", "is larger than 1 H100 SXM 80 GB", "131 GiB", "at least 2 of them (--gpu-count 2)"],
    );
    assert_eq!(json(&format!("fit {wanted}"))["fit"]["gpus"], 2);
    let eight = json(&format!("fit {wanted} --tensor-parallel 4 --pipeline-parallel 2"));
    assert_eq!((eight["fit"]["gpus"].as_u64(), eight["fit"]["tensor_parallel"].as_u64()), (Some(8), Some(4)));
}

#[test]
fn every_gpu_stands_in_the_table_the_narrowest_first() {
    let command = "fit --model llama-3.3-70b-instruct --quantization awq-int4 --concurrency 8";
    says(command, &["rtx-a6000", "mi300x-192gb", "no kernel", "tightest fit first"]);
    let table = json(command);
    let rows = table["gpus"].as_array().unwrap();
    assert_eq!(rows.len(), Catalogue::load(None).unwrap().hardware.len());
    let rooms: Vec<f64> = rows
        .iter()
        .filter(|row| row["candidate"]["holds"] == true)
        .map(|row| {
            let fit = &row["candidate"]["fit"];
            fit["gpus"].as_f64().unwrap() * fit["bytes_per_gpu"]["kv_cache"].as_f64().unwrap()
        })
        .collect();
    assert!(rooms.len() > 15 && rooms.is_sorted(), "{rooms:?}");
}

#[test]
fn without_gpu_and_quantisation_both_are_laid_out() {
    says("fit --model qwen2.5-7b-instruct", &["BF16", "NVFP4", "rtx-a4000", "`2x 18`"]);
    says("fit --model deepseek-v3 --context 4096", &["b200-180gb", " no"]);
    let found = json("fit --model qwen2.5-7b-instruct --gpu rtx-5090");
    let words: Vec<&str> =
        found["quantizations"].as_array().unwrap().iter().map(|one| one["quantization"].as_str().unwrap()).collect();
    assert_eq!(words, ["bf16", "fp8", "awq-int4", "gptq-int4", "nvfp4"]);
    says("fit --model qwen2.5-7b-instruct --gpu rtx-5090 --concurrency 512", &["too few concurrent"]);
}

#[test]
fn nonsense_is_refused_by_flag_and_value_with_what_to_do() {
    let model = "--model llama-3.1-8b-instruct";
    let all = format!("{model} --gpu rtx-a5000 --quantization bf16");
    refuses("fit --model lama-3.1-8b", &["unknown model `lama-3.1-8b` (--model)", "llama-3.1-8b-instruct"]);
    refuses(&format!("fit {model} --gpu rtx-a5001"), &["unknown GPU `rtx-a5001` (--gpu)", "did you mean", "rtx-a5000"]);
    refuses(&format!("advise {model} --gpu toaster"), &["unknown GPU `toaster` (--gpu)", "expected one of a10-24gb"]);
    refuses(&format!("fit {model} --context 200000"), &["`--context 200000`", "maximum context: 131,072 tokens"]);
    refuses(&format!("fit {all} --tensor-parallel 3"), &["`--tensor-parallel 3`", "1, 2, 4, 8, 16"]);
    refuses(&format!("fit {all} --pipeline-parallel 33"), &["`--pipeline-parallel 33`", "32 layers"]);
    refuses(&format!("fit {all} --tensor-parallel 4 --gpus 2"), &["`--gpu-count 2`", "the 4 GPUs of this layout"]);
    refuses(&format!("fit {model} --tensor-parallel 2"), &["`--tensor-parallel`", "--gpu and --quantization"]);
    refuses(&format!("fit {all} --gpu-memory-utilization 92"), &["`--gpu-memory-utilization 92`", "0.92"]);
    refuses(&format!("fit {model} --quantization int3"), &["unknown quantization `int3` (--quantization)", "awq-int4"]);
    refuses(&format!("fit {model} --quantization gguf-q4"), &["not for vLLM", "llama.cpp"]);
    let amd = format!("{model} --gpu mi300x-192gb --quantization awq-int4");
    refuses(&format!("fit {amd}"), &["does not run on Instinct MI300X", "bf16, fp8"]);
    refuses(&format!("advise {amd}"), &["does not run on Instinct MI300X"]);
    refuses("advise --model llama-3.1-405b-instruct --gpu rtx-a4000", &["is larger than 8 RTX A4000"]);
    refuses(
        &format!("advise {model} --gpu rtx-a5000 --context 512 --input-tokens 500 --output-tokens 100"),
        &["500 and 100 tokens", "--context"],
    );
}

#[test]
fn advice_names_a_quantisation_its_room_its_rate_and_what_it_keeps() {
    let command =
        "advise --model llama-3.1-8b-instruct --gpu rtx-a5000 --concurrency 4 --input-tokens 500 --output-tokens 200";
    says(
        command,
        &[
            "AWQ INT4: weights unpacked on the way (Marlin)",
            "86.4 to 102.1 % (16)",
            "only through a plugin",
            "--max-num-seqs",
            "vllm serve hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4",
        ],
    );
    let found = json(command);
    assert_eq!((&found["evidence"], &found["chosen"]), (&"estimated".into(), &"awq-int4".into()));
    for choice in found["choices"].as_array().unwrap() {
        assert!(choice["alone"]["output_tokens_per_s"].as_f64().unwrap() > 10.0);
        let kept = &choice["quality_kept"];
        assert!(kept.is_null() || (kept["scores"].as_u64() > Some(0) && kept["evidence"] == "published"), "{kept}");
    }
    assert!(found["settings"].as_array().unwrap().iter().all(|setting| setting["reason"].as_str().is_some()));
    says("advise --model llama-3-8b-instruct --gpu l4-24gb --quantization awq-int4", &["family"]);
}

#[test]
fn every_model_gets_advice_on_every_gpu_or_a_reason() {
    let catalogue = Catalogue::load(None).unwrap();
    for (name, model) in &catalogue.models {
        let context = model.max_context_tokens.min(8192);
        for gpu in ["rtx-a4000", "l40s-48gb", "h100-sxm-80gb", "b200-180gb", "mi300x-192gb"] {
            let said = run(&format!("advise --model {name} --gpu {gpu} --context {context} --concurrency 8"));
            assert!(said.ok || said.talk.contains("is larger than 8"), "{name} on {gpu}: {}", said.talk);
        }
    }
}

#[test]
fn a_config_that_is_written_is_one_of_the_catalogue() {
    let folder = Folder::new();
    let model = include_str!("../../configs/models/llama-3.1-8b-instruct.toml");
    folder.write("configs/models/llama-3.1-8b-instruct.toml", model);
    folder.write("configs/hardware/rtx-a5000.toml", include_str!("../../configs/hardware/rtx-a5000.toml"));
    let command = "advise --model llama-3.1-8b-instruct --gpu rtx-a5000 --concurrency 8 --configs configs --write configs/servers/mine.toml";
    let said = folder.run(command);
    assert!(said.ok, "{}", said.talk);
    let (catalogue, problems) = Catalogue::read(Some(folder.path("configs").as_ref())).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let server = &catalogue.servers["mine"];
    assert_eq!((server.engine.as_str(), server.model.as_str()), ("vllm", "llama-3.1-8b-instruct"));
    assert_eq!(server.engine_version.as_deref(), Some("0.32.0"));
    assert!(server.flags.contains(&"--max-model-len".to_owned()) && !server.flags.contains(&"awq".to_owned()));
    // Reasons are in the file, and a file that is there stays.
    assert!(folder.read("configs/servers/mine.toml").contains("# max-num-seqs: "));
    let again = folder.run(command);
    assert!(!again.ok && again.talk.contains("exists already"), "{}", again.talk);
}
