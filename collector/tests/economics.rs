//! `cost`, `breakeven`, `bill` and `sensitivity` as a reader runs them: on the published runs, on quoted numbers, on
//! nonsense.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

#[path = "../../shared/tests/explore/arithmetic.rs"]
mod arithmetic;
mod folder;

use folder::{Folder, Said};
use serde_json::Value;
use shared::explore::answer::answer;
use shared::explore::library::Library;
use shared::explore::query::decode;
use shared::store::index::Index;
use shared::store::result_file::ResultFile;

/// The published BF16 sweep, as somebody would name it.
const RUN: &str = "--result results/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16";
/// A day on which the published run's GPU price and the APIs' prices hold.
const DAY: &str = "--today 2026-11-22";

fn run(command: &str) -> Said {
    let day = if command.contains("--today") { "" } else { DAY };
    let results = if command.contains("--throughput") { "" } else { "--results results" };
    Folder::at_repository().run(&format!("{command} {results} {day}"))
}

fn says(command: &str, parts: &[&str]) {
    let said = run(command);
    assert!(said.ok, "{command}: {}", said.talk);
    for part in parts {
        assert!(said.data.contains(part), "{command}: no `{part}` in\n{}", said.data);
    }
}

fn json(command: &str) -> Value {
    let said = run(&format!("{command} --json"));
    assert!(said.ok, "{command}: {}", said.talk);
    serde_json::from_str(&said.data).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
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

#[test]
fn one_a5000_against_gpt_4o() {
    let command = &format!("breakeven {RUN} --slo ttft:p99<2s --api openai/gpt-4o --gpu-price 0.27 --headroom 1");
    says(
        command,
        &[
            "level 32: 32 streams, 8.0 waves of requests; p99 TTFT 1.53 s of 2 s",
            "0.78 %",
            "2,666 per day",
            "Serve: at 10,000",
        ],
    );
    let api = &json(command)["apis"][0];
    let found = &api["break_even"];
    assert!((number(&found["utilisation"]) - 0.0078).abs() < 5e-5);
    assert!((number(&found["first"]["requests_per_day"]) - 2666.0).abs() < 0.5);
    assert_eq!((&found["never"], &api["decision"]["verdict"]), (&false.into(), &"Serve".into()));
}

#[test]
fn the_same_model_elsewhere_is_never_dearer() {
    let api = "deepinfra/meta-llama/Meta-Llama-3.1-8B-Instruct";
    let command = &format!("breakeven {RUN} --slo ttft:p99<2s --api {api} --gpu-price 0.27 --headroom 1");
    says(command, &["119 %", "never", "Never at this target: at full load a request costs 1.2 times"]);
    assert_eq!(json(command)["apis"][0]["break_even"]["never"], true);
}

#[test]
fn operations_take_three_replicas_against_gpt_4o_mini() {
    let command = &format!(
        "breakeven {RUN} --slo ttft:p99<2s --api openai/gpt-4o-mini --gpu-price 0.27 --headroom 1 --operations 3000"
    );
    says(command, &["24.6M", "with 3 replicas"]);
    let crossing = &json(command)["apis"][0]["break_even"]["crossings"][0];
    assert_eq!(crossing["replicas"], 3);
    assert!((number(&crossing["requests_per_month"]) / 1e6 - 24.6).abs() < 0.05);
}

#[test]
fn a_quoted_replica_that_serves_too_little_never_pays() {
    // 3,650 USD and 126.1M tokens a month.
    let command =
        "breakeven --gpu-price 5 --throughput 47.983 --input-tokens 500 --output-tokens 500 --api-price 0.45/0.45";
    says(command, &["never", "Never at this target", "(estimated)"]);
    let said = json(command);
    assert_eq!(said["apis"][0]["break_even"]["first"], Value::Null);
    assert!((number(&said["cost"]["full_load"]["usd_per_1m_total"]) - 3650.0 / 126.1).abs() < 0.01);
}

#[test]
fn every_level_has_its_cost() {
    says(
        &format!("cost {RUN}"),
        &["$0.863", "$0.0346", "<- used", "over target", "177 days ago, stale", "From 1 to 10, the split"],
    );
    let levels = json(&format!("cost {RUN} --gpu-price 0.27"))["levels"].clone();
    let costs: Vec<f64> = levels.as_array().unwrap().iter().map(|level| number(&level["usd_per_1m_output"])).collect();
    let expected = [1.4370, 0.3799, 0.1220, 0.0780, 0.0576];
    assert!(costs.iter().zip(expected).all(|(cost, expected)| (cost - expected).abs() < 5e-5), "{costs:?}");
}

#[test]
fn a_bill_has_its_lines_and_they_add_up() {
    for hosting in [
        "--spare-replicas 1 --storage-gb 50 --engineer-share 0.2",
        "--reserved-replicas 2 --reserved-discount 0.4 --autoscale",
        "--spot-price 0.11 --spot-redo 0.1",
        "--hosting serverless --active-workers 1",
        "--hosting bought --capital 2400 --residual 400 --colocation 40",
    ] {
        let bill = json(&format!("bill --demand saas-chatbot {hosting}"))["bill"].clone();
        let lines: f64 = bill["lines"].as_array().unwrap().iter().map(|line| number(&line["usd"])).sum();
        assert!((lines / number(&bill["usd_per_month"]) - 1.0).abs() < 1e-12, "{hosting}");
        assert!(number(&bill["usd_per_month"]) > 0.0 && number(&bill["utilisation"]) <= 1.0, "{hosting}");
    }
    says("bill --demand saas-chatbot --hosting serverless", &["workers starting", "mean batch size"]);
    says("bill --hosting bought --capital 2400", &["has paid for itself after 12.6 months"]);
    says(
        "bill --reserved-replicas 1 --reserved-discount 0.4",
        &["is cheaper for a replica that runs at least 60.0 % of the month"],
    );
    says("bill --demand developers --developers 10", &["for each of 10 developers", "assumed there, without a source"]);
}

#[test]
fn the_widest_bar_comes_first() {
    let said = json("sensitivity --api openai/gpt-4o-mini --by 0.3");
    let inputs = said["apis"][0]["inputs"].as_array().unwrap().clone();
    let swing = |bar: &Value| (number(&bar["outcome_at_high"]) - number(&bar["outcome_at_low"])).abs();
    assert!(inputs.windows(2).all(|pair| swing(&pair[0]) >= swing(&pair[1])));
    says("sensitivity --api openai/gpt-4o --on break-even", &["2,666 now", "no effect", "===|==="]);
}

#[test]
fn every_formula_that_is_printed_recomputes() {
    for hosting in ["", "--hosting serverless", "--hosting bought --capital 2400", "--demand developers --autoscale"] {
        let command = format!("bill {hosting} --operations 500 --api openai/gpt-4o --api-cached 0.5 --api-batch 0.2");
        for step in json(&format!("{command} --explain"))["formulas"].as_array().unwrap() {
            let (computed, value) = (arithmetic::value(step["worked"].as_str().unwrap()), number(&step["value"]));
            assert!((computed - value).abs() <= 1e-9 * value.abs(), "{hosting}: {step}");
        }
        says(&format!("{command} --explain"), &["(i - h - w) × p_in", "c_req / a_req", "a request as used"]);
    }
}

/// The results folder as the page loads it.
fn library() -> Library {
    let folder = Folder::at_repository();
    assert!(folder.exists("results/index.json"), "`collector index` writes it");
    let index: Index = serde_json::from_value(folder.json("results/index.json")).unwrap();
    let file = |path: &String| ResultFile::parse(&folder.read(&format!("results/{path}"))).unwrap();
    let files = index.results.iter().map(|entry| (entry.path.clone(), file(&entry.path))).collect();
    Library::new(index, files, "2026-11-22".parse().unwrap())
}

#[test]
fn the_page_behind_the_link_says_the_same() {
    let library = library();
    for flags in [
        "",
        "--requests-per-day 700000 --gpu-price 0.34 --headroom 0.65",
        "--operations 3000 --peak-to-mean 2.5 --api openai/gpt-4o-mini",
        "--input-tokens 512 --output-tokens 64 --output-weight 2 --api openai/gpt-4o",
        "--utilisation 0.35 --slo any --api-price 0.4/1.2",
        "--api openai/gpt-5 --api-cached 0.6 --api-batch 0.25 --api-reasoning 2",
    ] {
        let said = json(&format!("breakeven {RUN} {flags}"));
        let link = said["page"].as_str().unwrap();
        // These tests look from a fixed day, which no address says.
        let mut left_out = said["page_leaves_out"].as_array().unwrap().clone();
        left_out.retain(|what| what != "the prices of another day than today");
        assert!(left_out.is_empty(), "{flags}: {left_out:?}");
        let (scenario, ignored) = decode(link.split_once('?').map_or("", |(_, query)| query));
        assert_eq!(ignored, [], "{link}");
        let page = answer(&library, &scenario).unwrap();
        let close =
            |page: f64, here: &Value| assert!((page / number(here) - 1.0).abs() < 1e-9, "{link}: {page} {here}");
        let bill = json(&format!("bill {RUN} {flags}"));
        close(page.bill.total.value(), &bill["bill"]["usd_per_month"]);
        close(page.per_million.value(), &said["cost"]["as_used"]["usd_per_1m_total"]);
        let api = &said["apis"][0];
        close(page.api.monthly.value(), &api["usd_per_month"]);
        let found = page.api.break_even.as_ref().unwrap();
        close(found.utilisation, &api["break_even"]["utilisation"]);
        match found.first() {
            Some(first) => close(first, &api["break_even"]["first"]["requests_per_month"]),
            None => assert_eq!(api["break_even"]["never"], true, "{link}"),
        }
    }
}

#[test]
fn what_flags_replace_and_what_has_no_effect_is_said() {
    says(
        "bill --demand saas-chatbot --requests-per-day 3 --peak-to-mean 1",
        &["replaced by flags: its volume, its shape"],
    );
    says("bill --api-price 1/1 --api-cached 0.5", &["has no price of its own for cached input"]);
    says("bill --utilisation 0.9", &["raised to it", "(utilization pinned at 90.0 %)", "utilization 90.0 %"]);
    says("bill --spot-price 0.9", &["are cheaper at any running time"]);
    says("bill --hosting serverless", &["an assumption", "(estimated)"]);
    says("breakeven --operations 100000 --api-price 0.05/0.08", &["Self-hosting costs less from 1,"]);
    says("bill --hosting serverless --idle-timeout 3600 --requests-per-day 20000", &["workers waiting", "total"]);
    says("bill --api-cached 0.9 --api-cache-written 0.1", &["difference to self-hosting"]);
}

#[test]
fn nonsense_is_refused_by_its_flag() {
    refuses("cost --gpu-price 0", &["`--gpu-price` must be a number from 0.0001 to 10000, not 0"]);
    refuses("cost --gpu-price NaN", &["`--gpu-price`", "not NaN"]);
    refuses("cost --gpu-price=-1", &["`--gpu-price`", "not -1"]);
    refuses("breakeven --requests-per-day inf", &["`--requests-per-day`", "not inf"]);
    refuses("breakeven --requests-per-day 0", &["`--requests-per-day`"]);
    refuses("breakeven --headroom 1.5", &["`--headroom` must be a number from 0 to 1, not 1.5"]);
    refuses("breakeven --headroom 0", &["`--headroom` must be a number from 0.01 to 1, not 0"]);
    refuses("breakeven --peak-to-mean 0.5", &["`--peak-to-mean` must be a number from 1 to 24"]);
    refuses("breakeven --input-tokens=-5", &["`--input-tokens`"]);
    refuses("breakeven --cached-tokens 5000", &["`--cached-tokens`"]);
    refuses("breakeven --output-weight 0", &["`--output-weight`"]);
    refuses("breakeven --api-cached 0.9 --api-cache-written 0.2", &["`--api-cache-written`"]);
    refuses("breakeven --api-price 0.45", &["`--api-price 0.45` is not two prices"]);
    refuses("breakeven --api-price NaN/1", &["`--api-price NaN/1`"]);
    refuses("breakeven --api nobody/nothing", &["unknown API `nobody/nothing`"]);
    refuses("breakeven --api 8b-instruct", &["ambiguous API `8b-instruct`", "ovhcloud/Llama-3.1-8B-Instruct"]);
    refuses("breakeven --slo ttft:p98<2s", &["`--slo ttft:p98<2s`", "p98"]);
    refuses("breakeven --slo ttft:p99<10ms", &["meets the latency target", "lowest p99 TTFT 183 ms"]);
    refuses("breakeven --slo e2el:p99<10s", &["has the metric that `--slo e2el:p99<10s` limits"]);
    refuses("bill --hosting bought", &["needs --capital"]);
    refuses("bill --hosting bought --capital 100 --residual 200", &["`--residual`"]);
    refuses("bill --hosting serverless --cold-start NaN", &["`--cold-start`"]);
    refuses("bill --demand nobody", &["unknown demand `nobody`", "saas-chatbot"]);
    refuses("bill --count 4", &["`--count`"]);
    refuses("sensitivity --by 1", &["`--by` must be a number from 0.001 to 0.99, not 1"]);
    refuses("cost --result nowhere", &["unknown result file or run `nowhere`"]);
    refuses("cost --throughput 100 --gpu-price 1", &["needs the tokens of a request"]);
    refuses("cost --throughput 0 --gpu-price 1 --input-tokens 1 --output-tokens 1", &["`--throughput` must be"]);
    refuses("bill --hosting serverless --autoscale", &["`--autoscale` has no effect with `--hosting serverless`"]);
    refuses("bill --hosting bought --capital 1000 --spot-price 0.1", &["`--spot-price` has no effect"]);
    refuses("bill --capital 1000", &["`--capital` has no effect with `--hosting pods`", "give `--hosting bought`"]);
    refuses("bill --today 2024-01-01 --api-price 1/1", &["no dated price for --gpu-price of `rtx-a5000`"]);
    refuses("bill --utilisation 0", &["`--utilisation` must be a number from 0.0001 to 1, not 0"]);
    refuses("bill --requests-per-month 0", &["`--requests-per-month`"]);
    refuses("cost --throughput 1e300 --gpu-price 1 --input-tokens 1 --output-tokens 1", &["not 1e300"]);
    refuses("cost --throughput 100 --input-tokens 1 --output-tokens 1", &["give --gpu-price"]);
}

#[test]
fn a_run_can_be_named_and_a_folder_without_any_says_what_to_do() {
    let here = Folder::at_repository();
    let said = here.run(&format!("cost --result=a5000-awq --results results {DAY}"));
    assert!(
        said.data.contains("AWQ-INT4 on RTX A5000") && said.data.contains("did not run on Marlin"),
        "{}",
        said.data
    );
    let empty = Folder::new();
    empty.write("results/.keep", "");
    let said = empty.run("cost --results results");
    assert!(!said.ok && said.talk.contains("no measured or published run"), "{}", said.talk);
    assert!(said.talk.contains("hint: name a result file with --result"), "{}", said.talk);
}

#[test]
fn demand_files_and_hours_of_ones_own_are_read() {
    let folder = Folder::new();
    folder.write("hours.csv", "hour,requests\n0,100\n1,300\n");
    let path = folder.path("hours.csv");
    let said = json(&format!("bill {RUN} --demand {path}"));
    assert_eq!((number(&said["demand"]["requests_per_day"]), number(&said["demand"]["peak_to_mean"])), (4800.0, 1.5));
    folder.write("hours.csv", "0,many\n");
    let said = run(&format!("bill {RUN} --demand {path}"));
    assert!(!said.ok && said.talk.contains("hours.csv`: line 1: `many` is not a number"), "{}", said.talk);
}
