//! Every printed formula recomputes (I9), for every way to pay and every way to use an API.

use crate::arithmetic;
use shared::economics::api_bill::{ApiUse, Tariff};
use shared::economics::cost::{Mix, TokenWeights};
use shared::economics::demand::{Demand, Hours, Shape};
use shared::economics::hosting::{Extras, Fleet, Hosting, Pods, Reserved, Scaling, Spot};
use shared::economics::model::{Case, Served, evaluate};
use shared::economics::ownership::Bought;
use shared::economics::serverless::{Depths, Serverless};
use shared::economics::terms::Terms;
use shared::explore::derivation::derivation;
use shared::measure::plan::Arrival;
use shared::measure::summary::Level;
use shared::units::{Fraction, RequestsPerSecond, Seconds, Usd, UsdPerHour, UsdPerKwh, UsdPerMillion};

fn level() -> Level {
    Level {
        duration_s: Seconds::new(64.69331264309585),
        completed: 256,
        prompt_tokens: 55_140,
        output_tokens: 48_442,
        ..Level::of(Arrival::ClosedLoop { concurrency: 32 })
    }
}

fn share(value: f64) -> Fraction {
    Fraction::new(value).expect("a share")
}

fn case() -> Case {
    let level = level();
    let mix = Mix::of(&level).expect("a level that served something");
    Case {
        served: Served {
            rate: level.request_rate(),
            mix,
            depths: Depths::new([(1.0, 0.2149), (32.0, level.request_rate().value())]),
            interval: None,
        },
        mix,
        weights: TokenWeights::default(),
        demand: Demand::flat(10_000.0),
        terms: Terms {
            hosting: Hosting::Pods(Pods::on_demand(UsdPerHour::new(0.27))),
            fleet: Fleet::default(),
            extras: Extras::default(),
        },
        api_use: ApiUse::default(),
    }
}

fn busy_day() -> Demand {
    let hours: Vec<f64> = (0..24).map(|hour| 1.0 + f64::from(hour % 7)).collect();
    Demand { requests_per_day: 912_345.0, shape: Shape::Hourly(Hours::new(&hours).expect("24 hours")) }
}

fn cases() -> Vec<(&'static str, Case)> {
    let price = UsdPerHour::new(0.27);
    let plain = case();
    let extras = Extras {
        storage_gb: 50.0,
        storage_usd_per_gb_month: 0.1,
        egress_kb_per_request: 3.0,
        egress_usd_per_gb: 0.05,
        engineer_share: 0.2,
        engineer_usd_per_year: 180_000.0,
        operations_per_month: 120.0,
        one_off: 900.0,
        one_off_months: 12.0,
    };
    let other_mix = Case { mix: Mix { input: 1000.0, cached: 400.0, output: 77.0 }, ..plain.clone() };
    let scaled = Terms {
        fleet: Fleet { scaling: Scaling::HOURLY, spare: 1, ..Fleet::default() },
        extras,
        ..plain.terms.clone()
    };
    let reserved = Pods { reserved: Some(Reserved { replicas: 3, discount: share(0.35) }), ..Pods::on_demand(price) };
    let spot = Pods { spot: Some(Spot { price: UsdPerHour::new(0.11), redo: 0.07 }), ..Pods::on_demand(price) };
    let workers =
        Serverless { usd_per_second: 0.00019, active: Some((1, 0.00013)), cold_start_s: 9.0, idle_timeout_s: 5.0 };
    let bought = Bought {
        capital: Usd::new(2400.0),
        residual: Usd::new(400.0),
        years: 3.0,
        interest: 0.08,
        idle_kw: 0.06,
        load_kw: 0.35,
        pue: 1.4,
        electricity: UsdPerKwh::new(0.12),
        colocation_per_month: Usd::new(40.0),
        maintenance: 0.03,
        spares: 0.02,
    };
    let hosted = |hosting| Terms { hosting, extras, ..plain.terms.clone() };
    let usage = ApiUse { cached: 0.6, written: 0.1, reasoning: 1.5, batch: 0.25 };
    vec![
        ("plain", plain.clone()),
        ("other mix, api in use", Case { api_use: usage, ..other_mix }),
        ("scaled by the hour", Case { terms: scaled, demand: busy_day(), ..plain.clone() }),
        ("reserved", Case { terms: hosted(Hosting::Pods(reserved)), demand: busy_day(), ..plain.clone() }),
        ("spot", Case { terms: hosted(Hosting::Pods(spot)), ..plain.clone() }),
        ("serverless", Case { terms: hosted(Hosting::Serverless(workers)), demand: busy_day(), ..plain.clone() }),
        ("bought", Case { terms: hosted(Hosting::Bought(bought)), ..plain.clone() }),
        (
            "bought without interest",
            Case { terms: hosted(Hosting::Bought(Bought { interest: 0.0, ..bought })), ..plain },
        ),
    ]
}

#[test]
fn every_worked_line_gives_its_number() {
    for (name, case) in cases() {
        let tariff = Tariff::plain(UsdPerMillion::new(2.5), UsdPerMillion::new(10.0));
        let evaluation = evaluate(&case, std::slice::from_ref(&tariff)).unwrap();
        let apis = [("GPT-4o", &tariff, &evaluation.apis[0])];
        let steps = derivation(&case, &evaluation, Some(&level()), &apis);
        assert!(steps.len() > 12, "{name}: {}", steps.len());
        for step in &steps {
            let computed = arithmetic::value(&step.worked);
            let off = (computed - step.value).abs();
            assert!(
                off <= 1e-9 * step.value.abs(),
                "{name}, {}: {} = {computed}, not {}",
                step.name,
                step.worked,
                step.value
            );
            assert!(step.value.is_finite() && !step.unit.is_empty() && !step.formula.is_empty());
        }
        let total = steps.iter().find(|step| step.name == "the monthly bill").unwrap();
        assert_eq!(total.value, evaluation.bill.total().value());
        assert!(steps.iter().any(|step| step.name.starts_with("GPT-4o: u*")), "{name}");
    }
}

#[test]
fn rates_are_those_of_the_result_file() {
    let case = case();
    let evaluation = evaluate(&case, &[]).unwrap();
    let steps = derivation(&case, &evaluation, Some(&level()), &[]);
    assert_eq!((steps[0].formula.as_str(), steps[0].worked.as_str()), ("R / T", "256 / 64.69331264309585"));
    // A rate that nobody measured at a level is not laid at one.
    let mut stated = case;
    stated.served.rate = RequestsPerSecond::new(1.0);
    let evaluation = evaluate(&stated, &[]).unwrap();
    assert!(derivation(&stated, &evaluation, Some(&level()), &[])[0].formula != "R / T");
}
