//! The verdict in one sentence, its reasons, and what would flip it.
//!
//! Says who wins and by how much; never ranks models of different quality without saying so.

use crate::economics::decision::{Decision, SavingRange, Verdict};
use crate::economics::flips::Flip;
use crate::economics::hosting::Hosting;
use crate::economics::model::{Case, Comparison, Evaluation};
use crate::economics::sensitivity::Parameter;
use crate::explore::knobs;
use crate::format;
use crate::units::{DAYS_PER_MONTH, Usd};

/// Flips told at most: the nearest ones.
const MOST_FLIPS: usize = 3;

/// A break-even below so many requests a month is one at any volume.
pub const ANY_VOLUME: f64 = 1.0;

/// One API that a case is held against.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// Its name for people.
    pub name: &'a str,
    /// How its model stands to ours, as in `frontier model`; `None` for a price that the reader gave.
    pub stands: Option<&'a str>,
    /// What it asks for the same requests.
    pub comparison: &'a Comparison,
}

/// `Serve`, `Call` or `Too close to say`.
#[must_use]
pub const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::SelfHost => "Serve",
        Verdict::CallApi => "Call",
        Verdict::TooClose => "Too close to say",
    }
}

/// `Serve: at 10,000 requests a day self-hosting costs $197 a month, $542 less than GPT-4o ($739).`
#[must_use]
pub fn sentence(case: &Case, evaluation: &Evaluation, decision: &Decision, against: Against) -> String {
    let usd = |value: f64| format::usd(Usd::new(value));
    let day = format::significant(case.demand.requests_per_day, 4);
    let side = if decision.saving >= 0.0 { "less" } else { "more" };
    format!(
        "{}: at {day} requests a day self-hosting costs {} a month, {} {side} than {} ({}).",
        word(decision.verdict),
        format::usd(evaluation.bill.total()),
        usd(decision.saving.abs()),
        against.name,
        format::usd(against.comparison.monthly)
    )
}

/// Why, each in a sentence.
#[must_use]
pub fn reasons(case: &Case, evaluation: &Evaluation, decision: &Decision, against: Against) -> Vec<String> {
    let mut reasons = vec![break_even(case, evaluation, against.comparison)];
    reasons.push(format!(
        "{} used to {} of full load.",
        match evaluation.bill.most_replicas {
            0 | 1 => "The replica is".to_owned(),
            n => format!("Up to {} replicas are", format::count(n as f64)),
        },
        format::percent_of(evaluation.bill.utilisation)
    ));
    let fixed = case.terms.extras.fixed_per_month();
    if fixed.value() > 0.0 {
        let total = evaluation.bill.total().value();
        reasons.push(format!(
            "{} of the bill, {}, is paid beside the replicas.",
            format::percent_of(fixed.value() / total),
            format::usd(fixed)
        ));
    }
    reasons.extend(decision.range.map(range));
    if decision.near {
        reasons
            .push("The two bills differ by less than 10 %, which prices and throughput do from week to week.".into());
    }
    if let Some(stands) = against.stands.filter(|stands| *stands != "same model") {
        reasons.push(format!("{} is {}{stands}: quality is not compared here.", against.name, article(stands)));
    }
    reasons
}

fn article(words: &str) -> &'static str {
    if words.starts_with("another") { "" } else { "a " }
}

/// What the saving may be, and why that is not known better.
fn range(range: SavingRange) -> String {
    let from = match (range.from_repeats, range.from_weights) {
        (true, true) => "With the repeats' 95 % interval, and with an output token weighing 1 to 10 input tokens",
        (true, false) => "With the 95 % interval of the repeats",
        (false, _) => "With an output token weighing 1 to 10 input tokens, since this mix was not measured",
    };
    let usd = |value: f64| format::usd(Usd::new(value.abs()));
    let high = range.high;
    match range.low {
        None => format!("{from}, it is not known what self-hosting costs: the runs differ too much."),
        Some(low) if low == high => format!("{from}, the difference is the same."),
        Some(low) if low >= 0.0 => format!("{from}, self-hosting saves {} to {} a month.", usd(low), usd(high)),
        Some(low) if high <= 0.0 => format!("{from}, self-hosting costs {} to {} more a month.", usd(high), usd(low)),
        Some(low) => format!("{from}, self-hosting costs {} more to {} less a month.", usd(low), usd(high)),
    }
}

/// Where self-hosting begins to cost less, or that it never does.
#[must_use]
pub fn break_even(case: &Case, evaluation: &Evaluation, comparison: &Comparison) -> String {
    let Some(found) = &comparison.break_even else {
        return "A free API costs less at any volume.".into();
    };
    let Some(first) = found.first() else {
        let times = comparison_times(evaluation, comparison);
        return match found.searched_to {
            Some(to) => format!("No break-even up to {} requests a day; further was not searched.", day(to)),
            None if found.utilisation >= 1.0 => {
                format!("Never at this target: at full load a request costs {times} times what the API asks.")
            }
            None => format!(
                "Never as planned: a request costs as much at {} of full load, and that is more than the fleet is \
                 planned for.",
                format::percent_of(found.utilisation)
            ),
        };
    };
    let replicas = found.crossings.first().map_or(evaluation.bill.most_replicas, |crossing| crossing.replicas);
    let with = match (&case.terms.hosting, replicas) {
        (Hosting::Serverless(_), _) => String::new(),
        (_, 1) => " with one replica".into(),
        (_, n) => format!(" with {} replicas", format::count(n as f64)),
    };
    let mut said = match first {
        _ if first < ANY_VOLUME => "Self-hosting costs less from the first request on".to_owned(),
        _ => {
            let month = format::short_count(first);
            format!("Self-hosting costs less from {} requests a day ({month} a month){with}", day(first))
        }
    };
    match (found.stays_cheaper_past(), found.dearer_past()) {
        (Some(stays), _) if stays > first => {
            said += &format!(", is dearer in between, and costs less for good past {} a day", day(stays));
        }
        (None, Some(ends)) => said += &format!(", and more again for good past {} a day", day(ends)),
        (None, None) => said += "; where it stays so lies beyond what was searched",
        (Some(_), _) => {}
    }
    said + "."
}

fn day(per_month: f64) -> String {
    format::significant(per_month / DAYS_PER_MONTH, 4)
}

fn comparison_times(evaluation: &Evaluation, comparison: &Comparison) -> String {
    let times = evaluation.full_load.per_request.value() / comparison.request.value();
    // Hardly more is still more.
    if times < 1.1 { format::significant(times, 4) } else { format::times(times) }
}

/// What would flip it, the nearest first.
#[must_use]
pub fn flips(case: &Case, flips: &[Flip]) -> Vec<String> {
    flips.iter().take(MOST_FLIPS).map(|one| flip(one, &case.terms.hosting)).collect()
}

fn flip(flip: &Flip, hosting: &Hosting) -> String {
    let way = if flip.to < flip.from { "below" } else { "above" };
    let name = match flip.parameter {
        Parameter::Demand => "demand",
        other => knobs::name(other),
    };
    let value = |value: f64| knobs::value(flip.parameter, value, hosting);
    format!("{name} {way} {} (now {})", value(flip.to), value(flip.from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economics::api_bill::Tariff;
    use crate::economics::decision::decide;
    use crate::economics::flips as turning;
    use crate::economics::hosting::{Pods, Reserved};
    use crate::economics::made_up::{plain, published};
    use crate::economics::model::evaluate;
    use crate::units::UsdPerHour;

    fn said(case: &Case, tariff: &Tariff) -> (String, Vec<String>, Vec<String>) {
        let evaluation = evaluate(case, std::slice::from_ref(tariff)).unwrap();
        let decision = decide(case, &evaluation, tariff, &evaluation.apis[0]).unwrap();
        let against = Against { name: "GPT-4o", stands: Some("frontier model"), comparison: &evaluation.apis[0] };
        let reasons = reasons(case, &evaluation, &decision, against);
        let flips = flips(case, &turning::flips(case, tariff, &evaluation.apis[0]));
        (sentence(case, &evaluation, &decision, against), reasons, flips)
    }

    #[test]
    fn serving_wins_and_says_why() {
        let (sentence, reasons, flips) = said(&published(), &plain(2.5, 10.0));
        assert_eq!(
            sentence,
            "Serve: at 10,000 requests a day self-hosting costs $197 a month, $542 less than GPT-4o ($739)."
        );
        assert_eq!(
            reasons,
            [
                "Self-hosting costs less from 2,666 requests a day (81.1k a month) with one replica.",
                "The replica is used to 2.92 % of full load.",
                "GPT-4o is a frontier model: quality is not compared here.",
            ]
        );
        assert_eq!(flips[0], "demand below 2,666 a day (now 10,000 a day)");
    }

    #[test]
    fn a_range_says_who_pays_more() {
        let said =
            |low: Option<f64>, high: f64| range(SavingRange { low, high, from_repeats: true, from_weights: false });
        assert!(said(Some(-2970.0), -601.0).ends_with(", self-hosting costs $601 to $2,970 more a month."));
        assert!(said(Some(-50.0), 20.0).ends_with(", self-hosting costs $50.00 more to $20.00 less a month."));
        assert!(said(Some(10.0), 10.0).ends_with(", the difference is the same."));
        assert!(said(None, 10.0).contains("it is not known"));
    }

    #[test]
    fn where_it_ends_up_dearer_is_said() {
        // Three replicas reserved at 60 % off beat a cheap API as long as they suffice.
        let mut case = published();
        let reserved = Some(Reserved { replicas: 3, discount: crate::units::Fraction::new(0.6).unwrap() });
        case.terms.hosting = Hosting::Pods(Pods { reserved, ..Pods::on_demand(UsdPerHour::new(0.27)) });
        case.demand.requests_per_day = 600_000.0;
        let (_, reasons, _) = said(&case, &plain(0.03, 0.03));
        assert!(reasons[0].contains("with 3 replicas, and more again for good past "), "{reasons:?}");
    }

    #[test]
    fn large_fixed_costs_are_no_never() {
        let mut case = published();
        // More replicas than one would walk to step by step.
        case.terms.extras.operations_per_month = 1e7;
        let (_, reasons, _) = said(&case, &plain(0.05, 0.08));
        assert!(reasons[0].starts_with("Self-hosting costs less from 47,"), "{reasons:?}");
    }

    #[test]
    fn never_is_an_answer() {
        let (sentence, reasons, _) = said(&published(), &plain(0.03, 0.05));
        assert!(sentence.starts_with("Call: "), "{sentence}");
        assert_eq!(reasons[0], "Never at this target: at full load a request costs 1.2 times what the API asks.");
        let mut case = published();
        case.terms.fleet.headroom = crate::units::Fraction::new(0.5).unwrap();
        let (_, reasons, _) = said(&case, &plain(0.05, 0.08));
        assert!(
            reasons[0].starts_with("Never as planned: a request costs as much at 73.2 % of full load"),
            "{reasons:?}"
        );
    }
}
