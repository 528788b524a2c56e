//! Rule: a flag of one meaning has one name, and every verb that takes a demand takes the same flags for it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod folder;

use std::collections::BTreeSet;

use clap::CommandFactory;
use collector::cli::Cli;
use folder::Folder;
use serde_json::Value;

/// Verbs that take a demand.
const VERBS: [&str; 6] = ["cost", "breakeven", "bill", "sensitivity", "size", "decide"];
const DEMAND: [&str; 11] = [
    "demand",
    "requests-per-day",
    "requests-per-month",
    "requests-per-second",
    "developers",
    "users",
    "count",
    "peak-to-mean",
    "input-tokens",
    "output-tokens",
    "cached-tokens",
];

/// The long names of a verb's flags under a heading.
fn flags(verb: &str, heading: &str) -> BTreeSet<String> {
    let cli = Cli::command();
    let verb = cli.find_subcommand(verb).unwrap();
    let under = verb.get_arguments().filter(|flag| flag.get_help_heading() == Some(heading));
    under.filter_map(|flag| flag.get_long().map(str::to_owned)).collect()
}

#[test]
fn every_verb_with_a_demand_takes_the_same_demand_target_and_price_flags() {
    for verb in VERBS {
        let mut demand = flags(verb, "Demand");
        // What only one kind of verb can be asked: a pinned replica needs a run, agents at once an engine.
        demand.retain(|flag| flag != "utilisation" && flag != "at-once");
        assert_eq!(demand, DEMAND.map(str::to_owned).into(), "{verb}");
        assert_eq!(flags(verb, "Latency target"), ["slo", "max-failures"].map(str::to_owned).into(), "{verb}");
        let hosting = flags(verb, "Hosting");
        assert!(hosting.contains("gpu-price") && hosting.contains("headroom"), "{verb}: {hosting:?}");
        // The size of a fleet does not depend on what else it costs.
        for heading in ["Serverless workers", "Bought replicas", "Other costs"] {
            let expected = if verb == "size" { BTreeSet::new() } else { flags("cost", heading) };
            assert_eq!(flags(verb, heading), expected, "{verb}: {heading}");
        }
    }
    assert!(flags("decide", "Bought replicas").contains("capital"));
}

#[test]
fn a_gpu_its_count_and_a_model_have_one_flag_each() {
    for verb in Cli::command().get_subcommands() {
        let shown: Vec<&str> =
            verb.get_arguments().flat_map(|flag| flag.get_long_and_visible_aliases()).flatten().collect();
        for old in ["hardware", "gpus", "model-config"] {
            assert!(!shown.contains(&old), "{} shows --{old}", verb.get_name());
        }
        // A server's name of its model is `--model` of a sweep.
        assert!(verb.get_name() == "sweep" || !shown.contains(&"model-slug"), "{}", verb.get_name());
    }
}

fn json(command: &str) -> Value {
    let said = Folder::at_repository().run(&format!("{command} --json --today 2026-11-22 --results results"));
    assert!(said.ok, "{command}: {}", said.talk);
    serde_json::from_str(&said.data).unwrap()
}

/// A demand means the same to a verb of the cost model and to one that sizes.
#[test]
fn every_way_to_give_a_demand_is_understood_alike() {
    let sized = |demand: &str| {
        let slow =
            "--model llama-3.1-8b --quantization bf16 --gpu a5000 --input-tokens 100 --output-tokens 20 --slo any";
        json(&format!("size {slow} {demand}"))["demand"].clone()
    };
    let billed = |demand: &str| json(&format!("bill {demand}"))["demand"].clone();
    for (one, other) in [
        ("--requests-per-second 0.5", "--requests-per-day 43200"),
        ("--requests-per-second 0.5 --peak-to-mean 4", "--requests-per-day 10800 --peak-to-mean 4"),
        ("--requests-per-month 1314000", "--requests-per-day 43200"),
        ("--users 5000", "--demand consumer-app --count 5000"),
    ] {
        assert_eq!(sized(one), sized(other), "size {one}");
        assert_eq!(billed(one), billed(other), "bill {one}");
    }
    assert_eq!(billed("--developers 7"), billed("--demand developers --developers 7"));
}

#[test]
fn a_given_price_counts_in_sizing_and_deciding() {
    let ask = "--model llama-3.1-8b --quantization bf16 --gpu rtx-a5000 --requests-per-day 1000 --slo any";
    let sized = json(&format!("size {ask} --gpu-price 2"));
    assert_eq!(sized["rows"][0]["usd_per_hour_of_a_replica"], 2.0);
    let offer = |flags: &str, name: &str| {
        let said = json(&format!("decide {ask} {flags}"));
        let found = said["offers"].as_array().unwrap().iter().find(|it| it["name"].as_str().unwrap().starts_with(name));
        found.unwrap()["usd_per_month"].as_f64().unwrap()
    };
    assert!((offer("--gpu-price 2", "pods") - 1460.0).abs() < 1e-6);
    let (four, two) = (offer("--capital 4800 --years 4", "bought"), offer("--capital 4800 --years 2", "bought"));
    assert!(two > four + 50.0, "{two} {four}");
    assert_eq!(offer("--capital 4800", "bought"), offer("--buy-price 4800", "bought"));
    let said = Folder::at_repository().run("size --model llama-3.1-8b --requests-per-day 1 --gpu-price 2");
    assert!(said.talk.contains("`--gpu-price` needs --gpu"), "{}", said.talk);
}
