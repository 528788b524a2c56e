//! Serve or call, in words: the answer in a sentence, its reasons, and what would change it.

use crate::advice::decide::{Answer, Kind, Need, Offer, Question, decide};
use crate::economics::decision::Verdict;
use crate::explore::decide::{Conditions, question};
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::explore::verdict;
use crate::format;
use crate::store::provenance::Evidence;
use crate::units::Usd;

/// Everything the guided page says.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The answer.
    pub sentence: String,
    /// What the ways of one's own rest on, such as `published`.
    pub evidence: String,
    /// Every way, those that may be taken first.
    pub ways: Vec<Way>,
    /// APIs that ask more than those told.
    pub more_apis: usize,
    /// Why.
    pub reasons: Vec<String>,
    /// What would change it.
    pub changes: Vec<String>,
}

/// One way to get the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Its name.
    pub name: String,
    /// USD a month, or that it is not known.
    pub month: String,
    /// What it rests on, or why it is ruled out.
    pub note: String,
    /// Whether it may be taken.
    pub may_be_taken: bool,
}

/// APIs told at most.
const MOST_APIS: usize = 6;

/// What the guided page says of a scenario under its conditions. `watts` is the board power of one of the run's GPUs.
///
/// # Errors
/// A sentence, when nothing is known of the scenario's run or its inputs cannot be computed with.
pub fn told(
    library: &Library,
    scenario: &Scenario,
    conditions: &Conditions,
    watts: Option<f64>,
) -> Result<Told, String> {
    let question = question(library, scenario, conditions, watts)?;
    let answer = decide(&question).map_err(|invalid| invalid.to_string())?;
    let run = library.run(scenario).map_or(Evidence::Estimated, |run| run.file.evidence);
    let (mut ways, mut apis) = (Vec::new(), 0);
    for offer in &answer.offers {
        let called = matches!(offer.kind, Kind::Call(_));
        apis += usize::from(called);
        if called && apis > MOST_APIS {
            continue;
        }
        ways.push(way(offer, run));
    }
    Ok(Told {
        sentence: sentence(&answer),
        evidence: run.word().into(),
        ways,
        more_apis: apis.saturating_sub(MOST_APIS),
        reasons: reasons(&question, &answer),
        changes: changes(&question, &answer),
    })
}

fn way(offer: &Offer, run: Evidence) -> Way {
    let note = match (&offer.ruled_out, offer.kind) {
        (Some(why), _) => format!("ruled out: {why}"),
        (None, _) if offer.month.is_none() => "no price".into(),
        (None, Kind::Call(_)) => "list price".into(),
        // What the run says is its throughput; terms by the second or of buying are assumptions on top.
        (None, Kind::Rent) => run.word().into(),
        (None, _) => run.max(Evidence::Estimated).word().into(),
    };
    let month = offer.month.map_or("not known".into(), format::usd);
    Way { name: offer.name.clone(), month, note, may_be_taken: offer.ruled_out.is_none() && offer.month.is_some() }
}

/// From so many months on, a payback is longer than anyone knows their demand.
const LONG_PAYBACK: f64 = 24.0;

/// `Call DeepInfra's Llama 3.1 8B: $31.20 a month. Pods by the hour, RTX A5000, cost $197.`
#[must_use]
pub fn sentence(answer: &Answer) -> String {
    let Some(best) = answer.best() else {
        return "Nothing of this list may be taken: ease a condition, or raise the target.".into();
    };
    let month = |offer: &Offer| format::usd(offer.month.unwrap_or(Usd::new(0.0)));
    let verb = if matches!(best.kind, Kind::Call(_)) { "Call" } else { "Serve it yourself on" };
    let other = answer.offers.iter().find(|offer| {
        let is_called = matches!(offer.kind, Kind::Call(_));
        offer.ruled_out.is_none() && offer.month.is_some() && is_called != matches!(best.kind, Kind::Call(_))
    });
    let first = format!("{verb} {}: {} a month.", best.name, month(best));
    match other {
        None => first,
        Some(other) => {
            let is_close = answer.against.as_ref().is_some_and(|pair| pair.decision.verdict == Verdict::TooClose);
            let near = if is_close { ", which is too close to say" } else { "" };
            format!("{first} The cheapest {} is {}: {}{near}.", side(other), other.name, month(other))
        }
    }
}

fn side(offer: &Offer) -> &'static str {
    if matches!(offer.kind, Kind::Call(_)) { "API" } else { "way of one's own" }
}

/// Why, each in a sentence.
#[must_use]
pub fn reasons(question: &Question, answer: &Answer) -> Vec<String> {
    let mut reasons = Vec::new();
    let turns = &answer.turns;
    if question.own.is_ok() && question.need == Need::Open {
        reasons.push(format!(
            "The demand keeps {} busy to {} of full load.",
            if question.case.terms.fleet.minimum > 1 { "the fleet" } else { "one replica" },
            format::percent_of(turns.utilisation)
        ));
        reasons.push(format!(
            "A reservation at {} off pays where a replica runs more than {} of the month; pods that serve a steady demand \
             run all of it, but it binds for the term.",
            format::percent(question.discount),
            format::percent_of(turns.reserve_from)
        ));
        reasons.push(serverless(question, answer));
        reasons.push(match turns.payback_months {
            Some(months) if months > LONG_PAYBACK => format!(
                "Bought, it pays for itself after {} months, which is longer than most know their demand: rent.",
                format::amount(months.round())
            ),
            Some(months) => {
                format!(
                    "Bought, it pays for itself after {} months of renting as many.",
                    format::amount(months.round())
                )
            }
            None if question.bought.is_some() => {
                "Bought, it never pays for itself: running it costs more than the rent.".into()
            }
            None => "What it costs to buy is not known.".into(),
        });
    }
    if question.need != Need::Open {
        reasons.push("The open model is ruled out by quality, which no price makes up for.".into());
    }
    if !question.may_leave {
        reasons
            .push("APIs are ruled out because prompts may not leave; rented pods are somebody's machines, too.".into());
    }
    reasons
}

/// Workers by the second against pods, as both come out.
fn serverless(question: &Question, answer: &Answer) -> String {
    let month = |kind: Kind| answer.offers.iter().find(|offer| offer.kind == kind).and_then(|offer| offer.month);
    let (Some(workers), Some(pods)) = (month(Kind::Serverless), month(Kind::Rent)) else {
        return "No price by the second is known for this replica.".into();
    };
    let share = answer.turns.pod_from.map_or("some".into(), format::percent_of);
    if workers < pods {
        return format!(
            "Workers by the second cost less than pods: they stop between requests, and are busy less than {share} of the time."
        );
    }
    let at_once = question.case.served.depths.deepest();
    format!(
        "Workers by the second cost more than pods: one that serves few of the {} requests it could serve at once is paid as \
         if it were full. They pay while they are busy less than {share} of the time.",
        format::amount(at_once)
    )
}

/// What would change it, each in a sentence.
#[must_use]
pub fn changes(question: &Question, answer: &Answer) -> Vec<String> {
    let Some(against) = &answer.against else { return Vec::new() };
    let api = question.apis.get(against.api).map_or("", |api| api.name.as_str());
    let flips = verdict::flips(&against.case, &against.flips);
    flips.into_iter().map(|flip| format!("Between one's own and {api} it flips with {flip}.")).collect()
}
