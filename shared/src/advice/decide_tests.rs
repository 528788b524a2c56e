//! What is taken when, against months worked out by hand.

use super::*;
use crate::economics::api_bill::ApiUse;
use crate::economics::cost::{Mix, TokenWeights};
use crate::economics::demand::Demand;
use crate::economics::hosting::{Extras, Fleet};
use crate::economics::model::Served;
use crate::economics::serverless::Depths;
use crate::economics::terms::Terms;
use crate::units::{RequestsPerSecond, UsdPerHour, UsdPerKwh, UsdPerMillion};

fn api(name: &str, baseline: Baseline, usd: f64) -> Api {
    let tariff = Tariff::plain(UsdPerMillion::new(usd), UsdPerMillion::new(usd));
    Api { name: name.into(), baseline, same_model: baseline == Baseline::HostedOpenModel, tariff }
}

/// One replica of 4 requests a second at 0.27 USD/h; requests of 200 tokens; three APIs at 0.1, 0.5 and 5 USD per 1M.
fn question(requests_per_day: f64) -> Question {
    let (rate, mix) = (RequestsPerSecond::new(4.0), Mix { input: 100.0, cached: 0.0, output: 100.0 });
    let pods = Pods::on_demand(UsdPerHour::new(0.27));
    let terms = Terms { hosting: Hosting::Pods(pods), fleet: Fleet::default(), extras: Extras::default() };
    let case = Case {
        served: Served { rate, mix, depths: Depths::new([(1.0, 0.2), (32.0, 4.0)]), interval: None },
        mix,
        weights: TokenWeights::default(),
        demand: Demand::flat(requests_per_day),
        terms,
        api_use: ApiUse::default(),
    };
    Question {
        case,
        pods,
        discount: Fraction::new(0.4).unwrap(),
        serverless: Some(Serverless { usd_per_second: 0.00019, active: None, cold_start_s: 10.0, idle_timeout_s: 5.0 }),
        bought: Some(Bought {
            capital: Usd::new(2400.0),
            residual: Usd::new(0.0),
            years: 4.0,
            interest: 0.1,
            idle_kw: 0.05,
            load_kw: 0.23,
            pue: 1.3,
            electricity: UsdPerKwh::new(0.13),
            colocation_per_month: Usd::new(0.0),
            maintenance: 0.0,
            spares: 0.0,
        }),
        own: Ok("RTX A5000".into()),
        apis: vec![
            api("same model", Baseline::HostedOpenModel, 0.1),
            api("small", Baseline::Comparable, 0.5),
            api("frontier", Baseline::Frontier, 5.0),
        ],
        need: Need::Open,
        may_leave: true,
    }
}

fn kind(answer: &Answer) -> Kind {
    answer.best().unwrap().kind
}

#[test]
fn little_is_called_and_much_is_served() {
    // 10,000 a day are 61 M tokens a month: 6 USD at the host of the same model.
    let little = decide(&question(10_000.0)).unwrap();
    assert_eq!(kind(&little), Kind::Call(0));
    let month = little.best().unwrap().month.unwrap().value();
    assert!((month - 10_000.0 * 365.0 / 12.0 * 200.0 * 0.1e-6).abs() < 1e-6, "{month}");
    // 250,000 a day fill most of the replica, which reserved costs 118.26 USD; the host asks 152.
    let much = decide(&question(250_000.0)).unwrap();
    assert!(!matches!(kind(&much), Kind::Call(_)), "{:?}", much.best());
    assert!(much.turns.utilisation > 0.7, "{:?}", much.turns);
    let reserved = much.offers.iter().find(|offer| offer.kind == Kind::Reserve).unwrap();
    assert!((reserved.month.unwrap().value() - 0.6 * 0.27 * 730.0).abs() < 1e-9);
}

#[test]
fn what_is_not_good_enough_is_ruled_out_whatever_it_costs() {
    let need = |need| decide(&Question { need, ..question(10_000.0) }).unwrap();
    assert_eq!(kind(&need(Need::Comparable)), Kind::Call(1));
    let frontier = need(Need::Frontier);
    assert_eq!(kind(&frontier), Kind::Call(2));
    assert_eq!(frontier.offers.iter().filter(|offer| offer.ruled_out.is_some()).count(), 6);
    assert_eq!(frontier.against, None);
}

#[test]
fn prompts_that_may_not_leave_are_served() {
    let answer = decide(&Question { may_leave: false, ..question(10_000.0) }).unwrap();
    assert!(!matches!(kind(&answer), Kind::Call(_)));
    assert!(answer.offers.iter().filter(|offer| matches!(offer.kind, Kind::Call(_))).all(|it| it.ruled_out.is_some()));
}

#[test]
fn a_target_that_nothing_holds_leaves_the_apis() {
    let own = Err("no GPU holds the target".to_owned());
    let answer = decide(&Question { own, ..question(250_000.0) }).unwrap();
    assert_eq!(kind(&answer), Kind::Call(0));
    let both = Question { own: Err("no GPU holds the target".into()), may_leave: false, ..question(1.0) };
    assert_eq!(decide(&both).unwrap().best(), None);
}

#[test]
fn what_it_turns_on_is_told() {
    let turns = decide(&question(10_000.0)).unwrap().turns;
    assert!((turns.reserve_from - 0.6).abs() < 1e-12);
    assert!((turns.pod_from.unwrap() - 0.3947).abs() < 1e-4);
    // 197.1 USD of rent a month less power: some 13 months for 2,400 USD.
    let months = turns.payback_months.unwrap();
    assert!((12.0..13.5).contains(&months), "{months}");
    let dear = Question {
        bought: question(1.0).bought.map(|it| Bought { colocation_per_month: Usd::new(300.0), ..it }),
        ..question(1.0)
    };
    assert_eq!(decide(&dear).unwrap().turns.payback_months, None);
}
