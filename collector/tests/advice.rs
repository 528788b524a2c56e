//! `estimate`, `size` and `decide` as a reader runs them: on the catalogue, on the published runs, on nonsense.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod folder;

use folder::{Folder, Said};
use serde_json::Value;

fn run(command: &str) -> Said {
    Folder::at_repository().run(&format!("{command} --results results --today 2026-11-22"))
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

const TEAM: &str = "size --developers 8 --slo ttft:p50<2s,tps:p50>20 --model qwen3-coder-30b";

#[test]
fn a_team_of_eight_is_sized_on_every_gpu_with_the_cheapest_first() {
    let said = json(TEAM);
    let rows = said["rows"].as_array().unwrap();
    let months: Vec<f64> = rows.iter().filter_map(|row| row["fleet"]["usd_per_month"].as_f64()).collect();
    assert!(months.len() >= 6, "{months:?}");
    assert!(months.is_sorted(), "{months:?}");
    for row in rows {
        assert_eq!(row["evidence"], "estimated", "nobody has published this demand: {row}");
        let fleet = &row["fleet"];
        let Some(replicas) = fleet["replicas"].as_f64() else { continue };
        let held = fleet["streams_per_replica"].as_f64().unwrap() * replicas;
        assert!(held >= 8.0, "eight at once on {held}: {row}");
        let hour = row["usd_per_hour_of_a_replica"].as_f64().unwrap();
        assert!((fleet["usd_per_month"].as_f64().unwrap() / (hour * 730.0 * replicas) - 1.0).abs() < 1e-9);
        assert!(row["records_behind_the_band"].as_u64().unwrap() >= 8, "{row}");
    }
    let teams = said["teams"].as_array().unwrap();
    let each: Vec<f64> = teams.iter().map(|team| team["usd_per_person_month"].as_f64().unwrap()).collect();
    assert!(each.first().unwrap() > each.last().unwrap(), "one developer alone costs most: {each:?}");
}

#[test]
fn where_the_first_one_stops_is_said() {
    let said = run(TEAM);
    assert!(said.ok, "{}", said.talk);
    for part in ["target  ttft:p50<2s,tps:p50>20", "serves up to", "estimated", "no price known"] {
        assert!(said.data.contains(part), "no `{part}` in\n{}", said.data);
    }
}

#[test]
fn a_published_run_comes_before_an_estimate() {
    let said = json("size --requests-per-second 3 --model llama-3.1-8b --quantization bf16 --gpu rtx-a5000");
    let row = &said["rows"][0];
    assert_eq!((&row["evidence"], &row["fleet"]["replicas"]), (&"published".into(), &1.into()));
    assert!(row["source"].as_str().unwrap().ends_with("a5000-bf16.json"), "{row}");
    // Level 32 of the sweep keeps 2 s, and serves 3.957 requests a second.
    assert!((row["holds"]["requests_per_s"].as_f64().unwrap() - 3.957).abs() < 1e-3, "{row}");
    // Its other run did not run on Marlin, so it says nothing of AWQ on Marlin.
    let said = json("size --requests-per-second 3 --model llama-3.1-8b --quantization awq-int4 --gpu rtx-a5000");
    assert_eq!(said["rows"][0]["evidence"], "estimated");
}

#[test]
fn awq_on_marlin_is_a_band_beside_what_the_first_kernel_did() {
    let said = run("estimate --gpu rtx-a5000 --model llama-3.1-8b --quantization awq-int4");
    assert!(said.ok, "{}", said.talk);
    for part in ["on RTX A5000 (estimated)", "published*", "not Marlin but", "the range of 80 % of"] {
        assert!(said.data.contains(part), "no `{part}` in\n{}", said.data);
    }
    let said = json("estimate --gpu rtx-a5000 --model llama-3.1-8b --quantization awq-int4");
    let levels = said["ways"][0]["levels"].as_array().unwrap();
    assert_eq!(levels.len(), 5);
    for level in levels {
        let rate = level["output_tokens_per_s"].as_f64().unwrap();
        let [low, high] = [0, 1].map(|end| level["band"][end].as_f64().unwrap());
        assert!(low < rate && rate < high, "{level}");
    }
}

#[test]
fn a_draft_model_helps_one_stream_and_not_a_full_batch() {
    let base = "estimate --gpu h100-sxm --model llama-3.1-8b --quantization bf16 --concurrency 1,256 --requests 512";
    let rates = |command: &str| -> Vec<f64> {
        let levels = json(command)["ways"][0]["levels"].as_array().unwrap().clone();
        levels.iter().map(|level| level["output_tokens_per_s"].as_f64().unwrap()).collect()
    };
    let (plain, drafted) = (rates(base), rates(&format!("{base} --draft-tokens 4 --acceptance 0.7")));
    let gain = |at: usize| drafted[at] / plain[at];
    assert!(gain(0) > 1.3, "{plain:?} {drafted:?}");
    assert!(gain(1) < gain(0), "{plain:?} {drafted:?}");
}

#[test]
fn little_is_called_and_what_may_not_leave_is_served() {
    let ask = "decide --demand saas-chatbot --model llama-3.1-8b --gpu rtx-a5000 --gpu l40s";
    let said = json(ask);
    assert!(said["answer"].as_str().unwrap().starts_with("Call Llama 3.1 8B"), "{}", said["answer"]);
    assert!(!said["changes"].as_array().unwrap().is_empty());
    let private = json(&format!("{ask} --private"));
    assert!(private["answer"].as_str().unwrap().starts_with("Serve it yourself on"), "{}", private["answer"]);
    let frontier = json(&format!("{ask} --quality=frontier"));
    let offers = frontier["offers"].as_array().unwrap();
    let own = offers.iter().find(|offer| offer["name"].as_str().unwrap().starts_with("pods")).unwrap();
    assert!(own["ruled_out"].as_str().unwrap().contains("not good enough"), "{own}");
    // Every month of pods is their hours: one A5000 at 0.27 USD.
    assert!((own["usd_per_month"].as_f64().unwrap() - 197.1).abs() < 1e-6, "{own}");
}

#[test]
fn what_cannot_be_is_said_and_not_computed() {
    refuses("size --developers 8 --model llama-9", &["unknown model `llama-9`", "llama-3-8b-instruct"]);
    refuses("size --developers 8 --model qwen2.5-7b", &["do not fit", "32768 tokens"]);
    refuses(
        "size --requests-per-second 5 --model llama-3.1-405b --gpu rtx-a5000",
        &["no GPU meets", "weights do not fit"],
    );
    refuses(
        "size --requests-per-second 5 --model llama-3.1-8b --slo ttft:p99<1ms --gpu rtx-a5000",
        &["no GPU meets", "nearest: "],
    );
    refuses("size --model llama-3.1-8b", &["no demand given"]);
    refuses("size --requests-per-second 5 --model llama-3.1-8b --gpu h100", &["h100-sxm-80gb", "h100-pcie-80gb"]);
    refuses(
        "size --requests-per-second 5 --model llama-3.1-8b --quantization int5",
        &["unknown quantization `int5` (--quantization)", "awq-int4"],
    );
    refuses("estimate --gpu mi300x --model llama-3.1-8b --quantization awq-int4", &["cannot serve", "no kernel"]);
    refuses("estimate --gpu l4 --model llama-3.3-70b --quantization bf16 --gpus 3", &["`--gpu-count 3`"]);
    refuses("estimate --gpu l4 --model llama-3.1-8b --input-tokens 200000", &["do not fit"]);
}
