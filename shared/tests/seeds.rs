//! Every number that docs/cost-model.md shows as computed, computed: its examples, and the recomputed numbers of the
//! texts this project grew from. A number must stand on its line of the page, to the digits shown there.

use shared::economics::api_bill::{ApiUse, Tariff};
use shared::economics::cost::{self, Mix, TokenWeights};
use shared::economics::demand::{Demand, Shape, Slot};
use shared::economics::hosting::{Extras, Fleet, Hosting, Pods, Scaling};
use shared::economics::model::{Case, Evaluation, Served, evaluate};
use shared::economics::operating_point::{LatencyTarget, OperatingPoint, interpolated, operating_point, served};
use shared::economics::ownership::{Bought, break_even_commitment, payback_months};
use shared::economics::pricing::of_replica;
use shared::economics::replica::Replica;
use shared::economics::serverless::{self, Depths, Serverless};
use shared::economics::terms::Terms;
use shared::hardware::memory::Attention;
use shared::measure::quality::{Retention, TaskScore};
use shared::measure::summary::Level;
use shared::store::provenance::Warning;
use shared::store::result_file::ResultFile;
use shared::units::{
    DAYS_PER_MONTH, Fraction, Millis, RequestsPerSecond, TokensPerSecond, Usd, UsdPerHour, UsdPerKwh, UsdPerMillion,
};

const PAGE: &str = include_str!("../../docs/cost-model.md");
const BF16: &str = include_str!("../../results/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json");
const AWQ: &str = include_str!("../../results/llama-3.1-8b-instruct-awq-int4/rtx-a5000-1gpu/sharegpt/a5000-awq.json");
const MODEL: &str = include_str!("../../configs/models/llama-3.1-8b-instruct.toml");

/// The A5000 of the published sweep, USD an hour.
const A5000: UsdPerHour = UsdPerHour::new(0.27);
/// RunPod's two GPUs of the 70B model, and what its serverless workers ask for both, USD a second.
const TWO_ADAS: UsdPerHour = UsdPerHour::new(1.58);
const TWO_FLEX: f64 = 2.0 * 0.00053;
/// The course's question 5: tokens of a request.
const QUESTION: Mix = Mix { input: 500.0, cached: 0.0, output: 200.0 };

/// The lines of the page that a number may stand on: a row of its last table by its name, or a section by its number.
fn lines(place: &str) -> &'static str {
    if place.starts_with("## ") {
        let at = PAGE.find(&format!("\n{place}")).expect("a section of the page") + 1;
        return PAGE[at..].split("\n## ").next().expect("its text");
    }
    PAGE.lines().find(|line| line.starts_with(&format!("| {place} |"))).expect("a row of the page")
}

/// Whether a number stands in a text as a whole: 2.9 does not stand in 12.9, nor in 2.96 or 2,900.
fn stands_in(text: &str, number: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(number).any(|(at, _)| {
        let before: Vec<char> = text[..at].chars().rev().take(2).collect();
        let after: Vec<char> = text[at + number.len()..].chars().take(2).collect();
        let goes_on = |near: &[char]| matches!(near.first(), Some('.' | ',')) && digit(near.get(1).copied());
        !digit(before.first().copied()) && !digit(after.first().copied()) && !goes_on(&before) && !goes_on(&after)
    })
}

/// Each number, as the page has it, is what the code says, to its last digit.
fn check(place: &str, numbers: &[(&str, f64)]) {
    for (shown, value) in numbers {
        let plain = shown.replace(',', "");
        let decimals = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        assert_eq!(format!("{value:.decimals$}"), plain, "{place}");
        assert!(stands_in(lines(place), shown), "docs/cost-model.md, {place}: no {shown} there");
    }
}

fn share(value: f64) -> Fraction {
    Fraction::new(value).expect("a share")
}

fn file(text: &str) -> ResultFile {
    ResultFile::parse(text).expect("a published result")
}

fn two_seconds() -> LatencyTarget {
    LatencyTarget::p99_ttft(Some(Millis::new(2000.0)))
}

/// The levels of the published BF16 sweep, and what it serves where p99 TTFT stays within 2 s.
fn published() -> (Vec<Level>, Served) {
    let levels = file(BF16).levels;
    let OperatingPoint::At(level) = operating_point(&levels, &two_seconds()) else { panic!("a level holds it") };
    let served = served(&levels, level).expect("something was served");
    (levels, served)
}

/// One A5000 with the published sweep, on demand, at so many requests a day.
fn case(requests_per_day: f64, mix: Mix) -> Case {
    Case {
        served: published().1,
        mix,
        weights: TokenWeights::default(),
        demand: Demand::flat(requests_per_day),
        terms: Terms {
            hosting: Hosting::Pods(Pods::on_demand(A5000)),
            fleet: Fleet::default(),
            extras: Extras::default(),
        },
        api_use: ApiUse::default(),
    }
}

fn evaluated(case: &Case, input: f64, output: f64) -> Evaluation {
    evaluate(case, &[tariff(input, output)]).expect("a case that can be computed")
}

fn tariff(input: f64, output: f64) -> Tariff {
    Tariff::plain(UsdPerMillion::new(input), UsdPerMillion::new(output))
}

/// USD per 1M tokens of a price an hour and a rate; and, since it is its own inverse, the rate of a price per 1M.
fn per_million(price: f64, rate: f64) -> f64 {
    cost::per_million_total(UsdPerHour::new(price), TokensPerSecond::new(rate), Fraction::ONE).expect("a rate").value()
}

/// From how many requests a day on self-hosting costs less.
fn first_per_day(evaluation: &Evaluation) -> f64 {
    evaluation.apis[0].break_even.as_ref().and_then(|found| found.first()).expect("a crossing") / DAYS_PER_MONTH
}

fn flex(usd_per_second: f64) -> Serverless {
    Serverless { usd_per_second, active: None, cold_start_s: 0.0, idle_timeout_s: 0.0 }
}

#[test]
fn examples_of_a_level() {
    let (levels, at) = published();
    let peak = levels.last().expect("levels");
    let total = |used: f64| cost::per_million_total(A5000, peak.total_rate(), share(used)).expect("a rate").value();
    check("## 1.", &[("2,168.6", peak.total_rate().value()), ("0.034585", total(1.0)), ("0.043231", total(0.8))]);
    let between = interpolated(&levels, &two_seconds()).expect("a faster level");
    let way = [("3.9571", at.rate.value()), ("36.6", between.share * 100.0), ("4.4697", between.rate.value())];
    check("## 2.", &way);
    let slow = peak.ttft_ms.p99.expect("a percentile").value() / 1000.0;
    check("## 2.", &[("2.82", slow)]);
    let request = cost::per_request(A5000, at.rate).expect("a rate");
    let split = cost::split_request(request, at.mix, TokenWeights::default());
    let other = evaluated(&case(50_000.0, QUESTION), 0.15, 0.60);
    check(
        "## 3.",
        &[
            ("0.0000189531", request.value()),
            ("0.0195", split.input.value()),
            ("0.0780", split.output.value()),
            ("2.9596", other.rate.value()),
            ("0.0000253411", other.full_load.per_request.value()),
        ],
    );
    check("## 4.", &[("3.9571", at.rate.value()), ("8.09", 32.0 / at.rate.value())]);
}

#[test]
fn examples_of_a_month() {
    let flat = case(50_000.0, QUESTION);
    let mut peaked = flat.clone();
    peaked.demand.shape = Shape::PeakToMean(5.0);
    assert_eq!(evaluated(&peaked, 1.0, 1.0).bill.most_replicas, 2);
    peaked.terms.fleet.scaling = Scaling::HOURLY;
    let used = evaluated(&flat, 1.0, 1.0).bill.utilisation * 100.0;
    let mean = evaluated(&peaked, 1.0, 1.0).bill.mean_replicas;
    check("## 4.", &[("0.579", flat.demand.mean_rate().value()), ("19.6", used), ("1.125", mean)]);

    let workers = |requests_per_day: f64| {
        let mut case = case(requests_per_day, published().1.mix);
        let waits = Serverless { cold_start_s: 20.0, idle_timeout_s: 5.0, ..flex(0.00019) };
        case.terms.hosting = Hosting::Serverless(waits);
        let bill = evaluated(&case, 1.0, 1.0).bill;
        (bill.total().value(), bill.batch_depth.expect("workers have one"))
    };
    let (few, many) = (workers(1000.0), workers(10_000.0));
    let pod = evaluated(&case(10_000.0, QUESTION), 1.0, 1.0).bill.total().value();
    let used = serverless::pod_utilisation(A5000, 0.00019).expect("a price") * 100.0;
    check(
        "## 5.",
        &[("129.40", few.0), ("1.03", few.1), ("406.86", many.0), ("1.30", many.1), ("197.10", pod), ("39.5", used)],
    );
    let machine = Bought {
        capital: Usd::new(30_000.0),
        residual: Usd::new(6000.0),
        years: 4.0,
        interest: 0.10,
        idle_kw: 0.91,
        load_kw: 0.91,
        pue: 1.3,
        electricity: UsdPerKwh::new(0.10),
        colocation_per_month: Usd::new(150.0),
        maintenance: 0.0,
        spares: 0.0,
    };
    let rent = Replica { price: UsdPerHour::new(3.49), rate: RequestsPerSecond::new(1.0), headroom: Fraction::ONE };
    let running = machine.running_per_month(Fraction::ONE);
    let payback = payback_months(machine.capital, rent.monthly(), running).expect("it pays");
    check("## 5.", &[("1.2566", machine.hourly(Fraction::ONE).value()), ("13.0", payback)]);
}

#[test]
fn examples_of_a_break_even() {
    let mut flat = case(50_000.0, QUESTION);
    let small = evaluated(&flat, 0.15, 0.60);
    check("## 6.", &[("0.000195", small.apis[0].request.value()), ("296.56", small.apis[0].monthly.value())]);
    let hosted = evaluated(&flat, 0.03, 0.05).apis[0].break_even.clone().expect("a comparison");
    assert_eq!(hosted.first(), None, "never");
    let used = small.apis[0].break_even.as_ref().expect("a comparison").utilisation * 100.0;
    check("## 7.", &[("13.0", used), ("33,231", first_per_day(&small)), ("1.014", hosted.utilisation)]);
    flat.terms.extras.operations_per_month = 3000.0;
    let found = evaluated(&flat, 0.15, 0.60).apis[0].break_even.clone().expect("a comparison");
    assert_eq!(found.crossings[0].replicas, 3);
    let per_day = |requests: Option<f64>| requests.expect("a volume") / DAYS_PER_MONTH;
    check(
        "## 7.",
        &[
            ("605,488", per_day(found.first())),
            ("613,707", per_day(found.cheaper[0].1)),
            ("638,719", per_day(found.stays_cheaper_past())),
        ],
    );
}

#[test]
fn example_of_a_correct_answer() {
    let at = published().1;
    let request = cost::per_request(A5000, at.rate).expect("a rate");
    let quality = file(BF16).quality;
    let gsm8k = quality.iter().find(|score| score.filter == "flexible-extract").expect("a score");
    let correct = cost::per_correct_answer(request, gsm8k.score, gsm8k.stderr).expect("some were correct");
    check("## 8.", &[("0.785", gsm8k.score), ("0.0000241538", correct.usd.value())]);
}

#[test]
fn the_first_readme_of_forge() {
    let (levels, at) = published();
    let peak = levels.last().expect("levels");
    let half = Mix { input: 500_000.0, cached: 0.0, output: 500_000.0 };
    let blend = tariff(2.5, 10.0).request(half, ApiUse::default()).value();
    let headline = per_million(0.27, 5200.0);
    check("F1", &[("0.0144", headline), ("10,714", per_million(0.27, 0.007))]);
    let times = [("6.25", blend), ("893", blend / 0.007), ("433", blend / headline)];
    check("F2", &times);
    check("F2", &[("10,320", per_million(0.27, blend / 860.0))]);
    let same = |rate: RequestsPerSecond, mix: Mix| {
        let own = cost::per_request(A5000, rate).expect("a rate").value();
        tariff(2.5, 10.0).request(mix, ApiUse::default()).value() / own
    };
    let at_peak = per_million(0.27, peak.total_rate().value());
    let of_peak = same(peak.request_rate(), Mix::of(peak).expect("requests"));
    check("F3", &[("181", blend / at_peak), ("173.8", of_peak), ("128.3", same(at.rate, at.mix))]);
    let awq = file(AWQ).peak().expect("levels").total_rate().value();
    let bf16 = peak.total_rate().value();
    check("F4", &[("0.47", awq / bf16), ("1,017.3", awq), ("2,168.6", bf16)]);

    let score = |score: f64| TaskScore {
        task: "one".into(),
        metric: "acc".into(),
        filter: "none".into(),
        shots: Some(5),
        score,
        stderr: None,
        samples: None,
    };
    let kept = [(0.681, 0.669), (0.819, 0.800), (0.789, 0.778)]
        .map(|(baseline, quantised)| Retention::of(&score(baseline), &score(quantised)).expect("comparable"));
    let percent = |retention: &Retention| retention.ratio * 100.0;
    check("F5", &[("98.2", percent(&kept[0])), ("97.7", percent(&kept[1])), ("98.6", percent(&kept[2]))]);
    let lost = kept.iter().map(|retention| 100.0 - percent(retention)).sum::<f64>() / 3.0;
    let points = kept.iter().map(|retention| -retention.points()).sum::<f64>() / 3.0;
    check("F6", &[("1.83", lost), ("1.40", points)]);
    check("F7", &[("0.0432", at_peak / 0.8), ("0.0346", at_peak)]);
    check("Z1", &[("0.034585", at_peak)]);
}

#[test]
fn the_playbook_of_runpod() {
    let rate = per_million(2.99, 2.0);
    check("R1", &[("1.495", rate * 3600.0 / 1e6), ("415.3", rate)]);
    check("R2", &[("1.866", per_million(5.98, 890.0)), ("903", per_million(5.98, 1.84))]);
    check("R3", &[("0.387", per_million(2.37, 1700.0))]);
    check("R4", &[("3,484", per_million(0.74, 0.059))]);

    // 1M answers of 512 tokens at 850 tokens a second, all of them in full batches as the playbook has it.
    let all_day = [Slot { weight: 1.0, share: 1.0 }];
    let full = Depths::new([(1.0, 850.0 / 512.0)]);
    let seconds = serverless::month(1e6, &all_day, &full, Fraction::ONE, &flex(TWO_FLEX)).flex.execution;
    let (of_720, million) = (TWO_ADAS.value() * 24.0 * 30.0, 512.0);
    let one = Replica { price: TWO_ADAS, rate: RequestsPerSecond::new(850.0 / 512.0), headroom: Fraction::ONE };
    check("R5", &[("1,137.60", of_720), ("1,153.40", one.monthly().value())]);
    check("R6", &[("167.32", seconds / 3600.0)]);
    let as_pod = serverless::bill(TWO_ADAS.value() / 3600.0, seconds);
    let as_asked = serverless::bill(TWO_FLEX, seconds);
    check("R7", &[("264.37", as_pod), ("0.516", as_pod / million)]);
    check("R7", &[("638.49", as_asked), ("1.247", as_asked / million)]);
    let used = seconds / 3600.0 / 720.0 * 100.0;
    let for_claim = per_million(1.58, 850.0) / 2.90 * 100.0;
    check("R8", &[("2.22", of_720 / million), ("23.2", used), ("17.8", for_claim)]);
    check("R9", &[("76.8", (1.0 - as_pod / of_720) * 100.0), ("43.9", (1.0 - as_asked / of_720) * 100.0)]);
    let pod_from = |usd: f64| serverless::pod_utilisation(TWO_ADAS, usd).expect("a price") * 100.0;
    check("R10", &[("100", pod_from(TWO_ADAS.value() / 3600.0)), ("41.4", pod_from(TWO_FLEX))]);
    check("R10", &[("1.43", 1.0 / 0.70), ("1.54", 1.0 / 0.65)]);
}

#[test]
fn the_readme_of_developer_ai_lab() {
    let monthly = |price: UsdPerHour| {
        Replica { price, rate: RequestsPerSecond::new(1.0), headroom: Fraction::ONE }.monthly().value()
    };
    check("D1", &[("144.175", monthly(UsdPerHour::new(0.79)) / 4.0)]);
    check("D2", &[("30.4", 0.40 / 0.79 * 60.0)]);
    let eight = of_replica(UsdPerHour::new(3.625), 8);
    assert_eq!(eight, UsdPerHour::new(29.0));
    check("D3", &[("3.625", eight.value() / 8.0), ("21,170", monthly(eight))]);
    let volume = |usd| Extras { storage_gb: 1000.0, storage_usd_per_gb_month: usd, ..Extras::default() };
    check("D4", &[("50", volume(0.05).storage_per_replica()), ("70", volume(0.07).storage_per_replica())]);
}

/// A number of the model's own file.
fn of_model(key: &str) -> u64 {
    let line = MODEL.lines().find(|line| line.starts_with(&format!("{key} = "))).expect("a key of the model");
    line.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

#[test]
fn the_kv_cache_of_the_course_module() {
    let mib = |heads: &str| {
        let (layers, kv_heads, head_size) = (of_model("layers"), of_model(heads), of_model("head_dim"));
        Attention { layers, kv_heads, head_size }.kv_bytes_per_token(2) as f64 / 1024.0 / 1024.0
    };
    let (own, all, tokens) = (mib("kv_heads"), mib("attention_heads"), 16.0 * 4096.0);
    check("C1", &[("0.125", own), ("8", own * tokens / 1024.0), ("0.5", all), ("32", all * tokens / 1024.0)]);
}

#[test]
fn the_course_module() {
    let (levels, at) = published();
    let pipeline = evaluated(&case(10e6 / at.mix.total() * 24.0, at.mix), 1.0, 1.0).bill;
    let fleet = [("3", pipeline.most_replicas as f64), ("591.30", pipeline.total().value())];
    check("C2", &[("2,778", 10e6 / 3600.0), fleet[0], fleet[1]]);
    let alone =
        |level: &Level| cost::per_million_output(A5000, level.output_rate(), Fraction::ONE).expect("a rate").value();
    check("C3", &[("122", per_million(0.44, 1.0)), ("41", per_million(0.44, 3.0))]);
    check("C3", &[("1.85", alone(&levels[0])), ("0.100", alone(&levels[3]))]);
    check("C4", &[("60", break_even_commitment(share(0.4)) * 100.0)]);

    let mut users = case(50_000.0, QUESTION);
    let (output_only, both) = (evaluated(&users, 0.0, 5.0), evaluated(&users, 1.0, 5.0));
    let in_30_days = output_only.apis[0].request.value() * 50_000.0 * 30.0;
    let monthly = |evaluation: &Evaluation| evaluation.apis[0].monthly.value();
    check("C5", &[("1,500", in_30_days), ("1,521", monthly(&output_only)), ("2,281", monthly(&both))]);
    check("C6", &[("197.10", output_only.bill.total().value()), ("6,480", first_per_day(&output_only))]);
    check("C6", &[("19.6", output_only.bill.utilisation * 100.0)]);
    users.terms.extras = Extras { engineer_share: 0.2, engineer_usd_per_year: 180_000.0, ..Extras::default() };
    let staffed = evaluated(&users, 0.0, 5.0);
    check("C6", &[("3,197.10", staffed.bill.total().value()), ("105,110", first_per_day(&staffed))]);
}

#[test]
fn models_of_another_quality_are_named() {
    use shared::economics::pricing::stands_as;
    use shared::store::index::Index;

    let index: Index = serde_json::from_str(include_str!("../../results/index.json")).expect("an index");
    let of = |model: &str| index.api_prices.iter().find(|price| price.model == model).expect("a price");
    assert_eq!(stands_as(of("gpt-4o"), "llama-3.1-8b-instruct"), "frontier model");
    let hosted = index.api_prices.iter().find(|price| price.open_weights.is_some()).expect("a hosted open model");
    assert_eq!(stands_as(hosted, hosted.open_weights.as_deref().expect("a name")), "same model");
    assert_eq!(stands_as(hosted, "another"), "another open model");
}

#[test]
fn a_level_of_few_waves_is_flagged() {
    // 256 requests at 64 streams are four waves.
    let warnings = Warning::of_level(published().0.last().expect("levels"));
    assert_eq!(warnings, [Warning::FewWaves { concurrency: 64, waves: 4.0 }]);
}

#[test]
fn the_tests_that_the_page_names_are_there() {
    const TESTS: [&str; 10] = [
        include_str!("seeds.rs"),
        include_str!("../src/economics/api_bill_tests.rs"),
        include_str!("../src/economics/terms_tests.rs"),
        include_str!("../src/economics/cost_tests.rs"),
        include_str!("../src/economics/model_tests.rs"),
        include_str!("../src/economics/pricing.rs"),
        include_str!("../src/economics/serverless_tests.rs"),
        include_str!("../src/hardware/memory.rs"),
        include_str!("../src/hardware/memory_tests.rs"),
        include_str!("../src/measure/quality.rs"),
    ];
    let named = |line: &&str| line.starts_with("| ") && line.ends_with("` |");
    let rows: Vec<&str> = lines("## What public calculators").lines().filter(named).collect();
    assert!(rows.len() > 20, "the table was not found");
    for row in rows {
        let name = row.split('`').nth(1).expect("a name");
        let there = TESTS.iter().any(|file| {
            file.contains(&format!("#[test]\nfn {name}()")) || file.contains(&format!("#[test]\n    fn {name}()"))
        });
        assert!(there, "no test is named `{name}`");
    }
}
