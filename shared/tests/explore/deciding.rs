//! The guided page: a scenario and its conditions, weighed and told.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use shared::advice::decide::{Answer, Kind, Need, decide};
use shared::economics::decision::{self as economics, Verdict};
use shared::economics::model::evaluate;
use shared::explore::case::case;
use shared::explore::decide::{Conditions, question};
use shared::explore::decided::{changes, reasons, sentence, told};
use shared::explore::view_model::derive;

use crate::made_up::library;
use crate::scenario;

/// The sentence, the reasons, what would change it, and the answer.
fn asked(query: &str, conditions: Conditions) -> (String, Vec<String>, Vec<String>, Answer) {
    let question = question(&library(), &scenario(query), &conditions, None).unwrap();
    let answer = decide(&question).unwrap();
    (sentence(&answer), reasons(&question, &answer), changes(&question, &answer), answer)
}

#[test]
fn a_scenario_is_weighed_with_its_reasons() {
    let (said, why, flips, answer) = asked("", Conditions::default());
    assert!(said.starts_with("Call "), "{said}");
    assert!(why.iter().any(|reason| reason.contains("A reservation at 40.0 % off")), "{why:?}");
    assert!(flips.iter().all(|flip| flip.contains("it flips with")) && !flips.is_empty(), "{flips:?}");
    // Pods by the hour cost what the page's bill says: $365 a month.
    let rent = answer.offers.iter().find(|offer| offer.kind == Kind::Rent).unwrap();
    assert!((rent.month.unwrap().value() - 365.0).abs() < 1e-9, "{rent:?}");
}

#[test]
fn conditions_rule_ways_out() {
    let (said, why, flips, _) = asked("", Conditions { may_leave: false, ..Conditions::default() });
    assert!(said.starts_with("Serve it yourself on") && flips.is_empty(), "{said}");
    assert!(why.iter().any(|reason| reason.contains("may not leave")), "{why:?}");
    let (said, why, ..) = asked("", Conditions { need: Need::Frontier, ..Conditions::default() });
    assert!(said.starts_with("Call Gpt-4o"), "{said}");
    assert!(why.iter().any(|reason| reason.contains("ruled out by quality")), "{why:?}");
}

#[test]
fn a_quote_for_buying_says_when_it_pays() {
    let (_, why, _, answer) = asked("", Conditions { buy_price: Some(5000.0), ..Conditions::default() });
    let months = answer.turns.payback_months.unwrap();
    assert!((13.0..16.0).contains(&months), "5,000 USD against 365 a month less power: {months}");
    assert!(why.iter().any(|reason| reason.contains("pays for itself after")), "{why:?}");
}

#[test]
fn a_target_that_is_not_held_leaves_the_apis() {
    let (said, _, _, answer) = asked("ttft=1", Conditions::default());
    assert!(said.starts_with("Call "), "{said}");
    let rent = answer.offers.iter().find(|offer| offer.kind == Kind::Rent).unwrap();
    assert!(rent.ruled_out.is_some(), "{rent:?}");
}

#[test]
fn every_way_is_told_with_what_it_rests_on() {
    let told = told(&library(), &scenario(""), &Conditions::default(), None).unwrap();
    let way = |name: &str| told.ways.iter().find(|way| way.name.starts_with(name)).unwrap();
    assert_eq!((way("pods").month.as_str(), way("pods").note.as_str()), ("$365", told.evidence.as_str()));
    assert_eq!(way("bought").month, "not known");
    assert!(!way("bought").may_be_taken && way("pods").may_be_taken);
}

/// The bill of the made-up folder is 365 USD a month; a price at which the API asks so many times that.
fn api_at(times: f64) -> String {
    let per_token = 365.0 * times / (10_000.0 * 365.0 / 12.0 * 300.0);
    format!("own={0:.6},{0:.6}", per_token * 1e6)
}

#[test]
fn headline_and_model_agree_on_what_is_too_close_to_say() {
    for (times, start) in [
        (0.5, "Pay the API"),
        (0.89, "Pay the API"),
        (0.905, "Too close to say"),
        (1.0, "Too close to say"),
        (1.105, "Too close to say"),
        // A host of the same model costs far less than both.
        (1.12, "Neither"),
        (2.0, "Neither"),
    ] {
        let (library, scenario) = (library(), scenario(&api_at(times)));
        let said = derive(&library, &scenario).verdict;
        assert!(said.starts_with(start), "{times}: {said}");
        let (case, tariff) = case(&library, &scenario).unwrap();
        let evaluation = evaluate(&case, std::slice::from_ref(&tariff)).unwrap();
        let verdict = economics::decide(&case, &evaluation, &tariff, &evaluation.apis[0]).unwrap().verdict;
        let expected = match start {
            "Pay the API" => Verdict::CallApi,
            "Too close to say" => Verdict::TooClose,
            _ => Verdict::SelfHost,
        };
        assert_eq!(verdict, expected, "{times}");
    }
}
