//! The monthly bill: golden vectors, its lines against its stretches, every way to pay.

use proptest::prelude::*;

use super::*;
use crate::economics::breakeven::BillCurve;
use crate::economics::demand::{Hours, Shape};
use crate::economics::hosting::{AnyCurve, Pods, Reserved, Scaling, Spot};
use crate::economics::made_up::bought;
use crate::economics::serverless::Serverless;
use crate::units::{Fraction, SECONDS_PER_HOUR, UsdPerRequest};

const RATE: RequestsPerSecond = RequestsPerSecond::new(850.0 / 512.0);

fn share(value: f64) -> Fraction {
    Fraction::new(value).unwrap()
}

fn pods(price: f64) -> Terms {
    Terms {
        hosting: Hosting::Pods(Pods::on_demand(UsdPerHour::new(price))),
        fleet: Fleet { headroom: Fraction::ONE, ..Fleet::default() },
        extras: Extras::default(),
    }
}

fn depths() -> Depths {
    Depths::new([(1.0, 0.3), (4.0, 0.9), (16.0, RATE.value())])
}

fn bill(terms: &Terms, demand: &Demand) -> Bill {
    terms.bill(demand, RATE, &terms.curve(demand, RATE, &depths()))
}

fn usd(bill: &Bill, item: Item) -> f64 {
    bill.lines.iter().filter(|line| line.item == item).map(|line| line.usd().value()).sum()
}

fn close(value: f64, expected: f64) -> bool {
    (value - expected).abs() <= 1e-9 * expected.abs().max(1.0)
}

/// Twelve quiet hours and twelve with three times as many requests.
fn day_and_night() -> Shape {
    let hours: Vec<f64> = (0..24).map(|hour| if hour < 12 { 0.5 } else { 1.5 }).collect();
    Shape::Hourly(Hours::new(&hours).unwrap())
}

#[test]
fn one_pod_all_month() {
    // V8 in a month of 730 h instead of 30 days: 1e6 requests of 512 tokens on one pod of 1.58 USD/h.
    let month = bill(&pods(1.58), &Demand::from_month(1e6));
    assert!(close(month.total().value(), 1.58 * 730.0));
    assert!((month.utilisation - 167.320_26 / 730.0).abs() < 1e-6, "{}", month.utilisation);
    // Over 720 h the same pod is used to 23.239 %, and its 1,137.60 USD are 2.221875 USD per 1M tokens.
    assert!((month.utilisation * 730.0 / 720.0 - 0.232_39).abs() < 1e-5);
    assert!(close(month.total().value() * 720.0 / 730.0 / 512.0, 2.221_875));
}

#[test]
fn a_months_work_in_gpu_hours() {
    // V7: 1e6 requests of 512 tokens at 850 tokens a second are 602,352.94 s, 167.3203 h, 264.366 USD at 1.58 USD/h.
    let seconds = 1e6 / RATE.value();
    assert!((seconds - 602_352.941_176).abs() < 1e-3);
    assert!((seconds / SECONDS_PER_HOUR * 1.58 - 264.366).abs() < 5e-4);
}

#[test]
fn utilisation_never_multiplies_the_bill() {
    let (half, full) = (0.5 * full_load_per_month(RATE), full_load_per_month(RATE));
    let (half, full) = (bill(&pods(1.0), &Demand::from_month(half)), bill(&pods(1.0), &Demand::from_month(full)));
    assert_eq!(half.total(), full.total());
    assert!(close(half.utilisation, 0.5) && close(full.utilisation, 1.0));
}

#[test]
fn a_fixed_fleet_is_paid_for_its_peak_and_a_scaled_one_for_each_hour() {
    // The mean fills 1.2 replicas, the peak 1.8, the night 0.6.
    let demand = Demand { shape: day_and_night(), ..Demand::from_month(1.2 * full_load_per_month(RATE)) };
    let fixed = bill(&pods(1.0), &demand);
    assert!(close(fixed.total().value(), 2.0 * 730.0) && fixed.most_replicas == 2);
    let scaled = Terms { fleet: Fleet { scaling: Scaling::HOURLY, ..pods(1.0).fleet }, ..pods(1.0) };
    let scaled = bill(&scaled, &demand);
    assert!(close(scaled.total().value(), 1.5 * 730.0) && close(scaled.utilisation, 0.8), "{scaled:?}");
}

#[test]
fn spare_and_standing_replicas_are_paid() {
    let fleet = Fleet { minimum: 2, spare: 1, ..pods(1.0).fleet };
    let month = bill(&Terms { fleet, ..pods(1.0) }, &Demand::flat(1.0));
    assert!(month.most_replicas == 3 && close(month.total().value(), 3.0 * 730.0));
}

#[test]
fn reserved_replicas_are_paid_idle_and_cost_less() {
    let reserved = Some(Reserved { replicas: 2, discount: share(0.4) });
    let terms =
        Terms { hosting: Hosting::Pods(Pods { reserved, ..Pods::on_demand(UsdPerHour::new(1.0)) }), ..pods(1.0) };
    let little = bill(&terms, &Demand::flat(1.0));
    assert!(close(usd(&little, Item::Reserved), 2.0 * 730.0 * 0.6) && usd(&little, Item::OnDemand) == 0.0);
    let much = bill(&terms, &Demand::from_month(2.5 * full_load_per_month(RATE)));
    assert!(close(usd(&much, Item::OnDemand), 730.0) && much.most_replicas == 3);
}

#[test]
fn spot_replicas_pay_for_work_done_twice() {
    let spot = Some(Spot { price: UsdPerHour::new(0.5), redo: 0.1 });
    let terms = Terms { hosting: Hosting::Pods(Pods { spot, ..Pods::on_demand(UsdPerHour::new(1.0)) }), ..pods(1.0) };
    assert!(close(usd(&bill(&terms, &Demand::flat(1.0)), Item::Spot), 0.55 * 730.0));
}

#[test]
fn owning_costs_what_its_hours_cost() {
    let terms = Terms { hosting: Hosting::Bought(bought()), ..pods(1.0) };
    let month = bill(&terms, &Demand::from_month(0.7 * full_load_per_month(RATE)));
    let hourly = bought().hourly(share(0.7)).value();
    assert!(close(month.total().value(), hourly * 730.0), "{} {}", month.total().value(), hourly * 730.0);
}

#[test]
fn machines_one_owns_do_not_go_away_at_night() {
    let fleet = Fleet { scaling: Scaling::HOURLY, ..pods(1.0).fleet };
    let terms = Terms { hosting: Hosting::Bought(bought()), fleet, ..pods(1.0) };
    let demand = Demand { shape: day_and_night(), ..Demand::from_month(1.2 * full_load_per_month(RATE)) };
    assert!(close(bill(&terms, &demand).mean_replicas, 2.0));
}

#[test]
fn storage_egress_and_operations_stand_on_the_bill() {
    let extras = Extras {
        storage_gb: 50.0,
        storage_usd_per_gb_month: 0.10,
        egress_kb_per_request: 2.0,
        egress_usd_per_gb: 0.05,
        engineer_share: 0.2,
        engineer_usd_per_year: 180_000.0,
        operations_per_month: 100.0,
        one_off: 1200.0,
        one_off_months: 12.0,
    };
    let month = bill(&Terms { extras, ..pods(1.0) }, &Demand::from_month(1e6));
    let parts =
        [Item::Storage, Item::Egress, Item::Engineer, Item::Operations, Item::OneOff].map(|item| usd(&month, item));
    let expected = [5.0, 0.1, 3000.0, 100.0, 100.0];
    assert!(parts.iter().zip(expected).all(|(part, expected)| close(*part, expected)), "{parts:?}");
}

#[test]
fn sparse_serverless_is_not_priced_at_saturated_throughput() {
    let workers = Serverless { usd_per_second: 0.001, active: None, cold_start_s: 0.0, idle_timeout_s: 0.0 };
    let terms = Terms { hosting: Hosting::Serverless(workers), ..pods(1.0) };
    let month = bill(&terms, &Demand::from_month(10_000.0));
    // Alone in the batch: 10,000 requests of 1/0.3 s, not of 1/1.66 s.
    assert!((usd(&month, Item::Execution) / (10_000.0 / 0.3 * 0.001) - 1.0).abs() < 0.02, "{month:?}");
    assert!(month.batch_depth.unwrap() < 1.05);
}

/// One of each way to pay.
fn hostings() -> impl Strategy<Value = Hosting> {
    let price = UsdPerHour::new(1.0);
    let some = Pods { reserved: Some(Reserved { replicas: 2, discount: share(0.3) }), ..Pods::on_demand(price) };
    let workers = Serverless { usd_per_second: 0.0006, active: None, cold_start_s: 8.0, idle_timeout_s: 5.0 };
    prop_oneof![
        Just(Hosting::Pods(Pods::on_demand(price))),
        Just(Hosting::Pods(some)),
        Just(Hosting::Bought(bought())),
        Just(Hosting::Serverless(workers)),
        Just(Hosting::Serverless(Serverless { active: Some((1, 0.0004)), ..workers })),
    ]
}

fn terms() -> impl Strategy<Value = Terms> {
    let fleet = (0.3..1.0f64, 0u64..3, 0u64..2, any::<bool>()).prop_map(|(headroom, minimum, spare, hourly)| Fleet {
        headroom: share(headroom),
        minimum,
        spare,
        scaling: if hourly { Scaling::HOURLY } else { Scaling::Fixed },
    });
    let extras =
        (0.0..100.0f64, 0.0..5000.0f64, 0.0..20.0f64).prop_map(|(storage_gb, operations_per_month, kb)| Extras {
            storage_gb,
            storage_usd_per_gb_month: 0.07,
            operations_per_month,
            egress_kb_per_request: kb,
            egress_usd_per_gb: 0.05,
            ..Extras::default()
        });
    (hostings(), fleet, extras).prop_map(|(hosting, fleet, extras)| Terms { hosting, fleet, extras })
}

fn shapes() -> impl Strategy<Value = Shape> {
    let hours = proptest::collection::vec(0.1..10.0f64, 24).prop_map(|day| Shape::Hourly(Hours::new(&day).unwrap()));
    prop_oneof![Just(Shape::Flat), (1.0..6.0f64).prop_map(Shape::PeakToMean), hours]
}

proptest! {
    /// The lines add up to the bill as a function of volume, for every way to pay.
    #[test]
    fn lines_make_the_bill(terms in terms(), shape in shapes(), volume in 1.0..1e8f64) {
        let demand = Demand { shape, ..Demand::from_month(volume) };
        let bills = terms.curve(&demand, RATE, &depths());
        let month = terms.bill(&demand, RATE, &bills);
        prop_assert!(close(month.total().value(), bills.at(volume)), "{} {}", month.total().value(), bills.at(volume));
        prop_assert!(month.utilisation.is_finite() && month.lines.iter().all(|line| line.usd().value() > 0.0));
    }

    /// I6: more demand never costs less.
    #[test]
    fn more_demand_never_costs_less(terms in terms(), shape in shapes(), a in 1.0..1e8f64, b in 1.0..1e8f64) {
        let bills = terms.curve(&Demand { shape, ..Demand::flat(1.0) }, RATE, &depths());
        prop_assert!(bills.at(a.min(b)) <= bills.at(a.max(b)) * (1.0 + 1e-6));
    }

    /// I4: twice the price is twice the bill, where only replicas are paid.
    #[test]
    fn twice_the_price_is_twice_the_bill(shape in shapes(), price in 0.01..10.0f64, volume in 1.0..1e8f64) {
        let demand = Demand { shape, ..Demand::from_month(volume) };
        prop_assert!(close(bill(&pods(2.0 * price), &demand).total().value(), 2.0 * bill(&pods(price), &demand).total().value()));
    }

    /// I10 for every way to pay: at a crossing both bills are equal, inside a winning stretch ours is lower, outside not.
    #[test]
    fn crossings_are_where_the_bills_are_equal(terms in terms(), shape in shapes(), api in 1e-5..0.02f64, probe in 0.001..0.999f64) {
        let demand = Demand { shape, ..Demand::flat(1.0) };
        let bills = terms.curve(&demand, RATE, &depths());
        let found = bills.break_evens(UsdPerRequest::new(1e-4), &[UsdPerRequest::new(api)]).remove(0).unwrap();
        let near = if matches!(bills, AnyCurve::Workers(_)) { 2e-3 } else { 1e-7 };
        for crossing in found.crossings.iter().take(40) {
            let volume = crossing.requests_per_month;
            prop_assert!((bills.at(volume) / (api * volume) - 1.0).abs() < near, "at {volume}: {} {}", bills.at(volume), api * volume);
        }
        let mut end_before = 0.0;
        for (from, to) in found.cheaper.iter().take(40) {
            let outside = end_before + probe * (from - end_before);
            if outside > 1.0 {
                prop_assert!(bills.at(outside) >= api * outside * (1.0 - near), "outside at {outside}");
            }
            let inside = to.map_or(from * (1.0 + probe), |to| from + probe * (to - from));
            prop_assert!(bills.at(inside) <= api * inside * (1.0 + near), "inside at {inside}");
            end_before = to.unwrap_or(f64::INFINITY);
        }
    }
}
