//! Rule: a GPU and a model have one lookup. Every verb that takes one accepts the same spellings and flags.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod folder;

use folder::Folder;

const GPUS: [&str; 5] = ["rtx-a5000", "RTX_A5000", "a5000", "rtx-a5", "Rtx-A5000"];
const MODELS: [&str; 5] = [
    "llama-3.1-8b-instruct",
    "llama-3.1-8b",
    "Llama-3.1-8B-Instruct",
    "meta-llama/Llama-3.1-8B-Instruct",
    "llama-3.1-8b-inst",
];
const SHORT: &str = "--input-tokens 64 --output-tokens 16";

/// A verb with its other flags, and the flag that names the model.
fn verbs() -> Vec<(String, &'static str)> {
    let of_model = |rest: String| (rest, "--model");
    vec![
        of_model("fit --quantization bf16 --json".into()),
        of_model("advise --json".into()),
        of_model(format!("estimate --quantization bf16 --concurrency 1 --requests 8 {SHORT} --json")),
        of_model(format!("size --quantization bf16 --requests-per-second 0.1 {SHORT} --slo any --json")),
        of_model(format!("decide --quantization bf16 --requests-per-second 0.1 {SHORT} --slo any --json")),
        of_model("rehearse --run-id r --dry-run".into()),
        of_model(
            "import bench.json --quantization bf16 --evidence measured --gpu-price 1 --replace --json --out out".into(),
        ),
        ("sweep --run-id r --dataset random --dry-run".into(), "--model-slug"),
    ]
}

fn bench() -> Folder {
    let folder = Folder::new();
    let text = r#"{"date": "20260301-120000", "endpoint_type": "openai", "model_id": "org/model", "num_prompts": 4,
        "request_rate": "inf", "max_concurrency": 2, "duration": 1.0, "completed": 4,
        "total_input_tokens": 400, "total_output_tokens": 100, "median_ttft_ms": 40.0, "p99_ttft_ms": 90.0}"#;
    folder.write("bench.json", text);
    folder
}

#[test]
fn every_verb_accepts_the_same_spellings() {
    let folder = bench();
    for (verb, model_flag) in verbs() {
        let said = |gpu: &str, model: &str| {
            let said = folder.run(&format!("{verb} {gpu} {model_flag} {model}"));
            assert!(said.ok, "{verb} {gpu} {model}: {}", said.talk);
            said.data
        };
        let usual = said("--gpu rtx-a5000", MODELS[0]);
        for gpu in GPUS {
            assert_eq!(said(&format!("--gpu {gpu}"), MODELS[0]), usual, "{verb} --gpu {gpu}");
        }
        for model in MODELS {
            assert_eq!(said("--hardware rtx-a5000", model), usual, "{verb} {model_flag} {model}");
        }
    }
}

#[test]
fn every_verb_refuses_an_unknown_name_alike() {
    let folder = bench();
    // A sweep may measure what the catalogue does not have.
    for (verb, _) in verbs().into_iter().filter(|(_, flag)| *flag == "--model") {
        for (given, message) in [
            ("--gpu rtx-a50000 --model llama-3.1-8b", "unknown GPU `rtx-a50000` (--gpu)\nhint: did you mean"),
            ("--gpu h100 --model llama-3.1-8b", "ambiguous GPU `h100` (--gpu)\nhint: give one of h100-nvl-94gb, "),
            ("--gpu a5000 --model llama-3.1-8c", "unknown model `llama-3.1-8c` (--model)\nhint: did you mean"),
        ] {
            let said = folder.run(&format!("{verb} {given}"));
            assert!(!said.ok && said.talk.contains(message), "{verb} {given}: {}", said.talk);
        }
    }
}

#[test]
fn old_flags_still_work() {
    let folder = bench();
    for (verb, old) in [
        ("fit --quantization bf16", "--model-config llama-3.1-8b --hardware a5000 --gpus 1"),
        ("advise", "--model-slug llama-3.1-8b --hardware a5000 --gpus 1"),
        (
            "estimate --quantization bf16 --concurrency 1 --requests 4",
            "--model-slug llama-3.1-8b --hardware a5000 --gpus 1",
        ),
        ("rehearse --run-id r --dry-run", "--model-config llama-3.1-8b --hardware a5000 --gpus 1"),
        (
            "import bench.json --quantization bf16 --evidence measured --out out",
            "--model-slug llama-3.1-8b --hardware a5000 --gpus 1",
        ),
        ("sweep --run-id r --dataset random --dry-run", "--model-config llama-3.1-8b --hardware a5000 --gpus 1"),
    ] {
        let said = folder.run(&format!("{verb} {old}"));
        assert!(said.ok, "{verb} {old}: {}", said.talk);
    }
}
