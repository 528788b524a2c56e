//! Serve or call; and if serve, rent, reserve, serverless or buy: what each costs a month for a demand, which are ruled out,
//! and what would change the answer.
//!
//! The arithmetic is `economics`'; here is what is compared with what.

use crate::economics::api_bill::Tariff;
use crate::economics::decision::{self, Decision};
use crate::economics::flips::{Flip, flips};
use crate::economics::hosting::{Hosting, Pods, Reserved};
use crate::economics::invalid::Invalid;
use crate::economics::model::{Case, evaluate, monthly_bill};
use crate::economics::ownership::{Bought, break_even_commitment, payback_months};
use crate::economics::serverless::{Serverless, pod_utilisation};
use crate::store::prices::Baseline;
use crate::units::{Fraction, Usd};

/// How good answers must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The open model is good enough.
    Open,
    /// They must be those of a small closed model at least.
    Comparable,
    /// They must be those of a frontier model.
    Frontier,
}

impl Need {
    /// All of them, the least demanding first.
    pub const ALL: [Self; 3] = [Self::Open, Self::Comparable, Self::Frontier];

    /// Its word in links.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Comparable => "comparable",
            Self::Frontier => "frontier",
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// An API that may be called.
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    /// For people.
    pub name: String,
    /// How its model stands to ours.
    pub baseline: Baseline,
    /// Whether it serves the very model.
    pub same_model: bool,
    /// What it asks.
    pub tariff: Tariff,
}

/// Everything that is weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The demand on a replica that holds the target, on pods by the hour.
    pub case: Case,
    /// Its pods.
    pub pods: Pods,
    /// What a reservation takes off.
    pub discount: Fraction,
    /// The same replica by the second, where that has a price.
    pub serverless: Option<Serverless>,
    /// The same replica bought, where that has a price.
    pub bought: Option<Bought>,
    /// Whether a replica can be rented at all within the target; else why not.
    pub own: Result<String, String>,
    /// APIs.
    pub apis: Vec<Api>,
    /// How good answers must be.
    pub need: Need,
    /// Whether prompts may leave for somebody else's API.
    pub may_leave: bool,
}

/// A way to get the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An API, by its place in the question.
    Call(usize),
    /// Pods by the hour.
    Rent,
    /// Pods for a term.
    Reserve,
    /// Workers by the second.
    Serverless,
    /// A machine of one's own.
    Buy,
}

/// One way, with what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Which.
    pub kind: Kind,
    /// For people.
    pub name: String,
    /// USD a month; `None` where that is not known.
    pub month: Option<Usd>,
    /// Why it is ruled out, if it is.
    pub ruled_out: Option<String>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Every way: those that may be taken first, the cheapest of them first.
    pub offers: Vec<Offer>,
    /// The cheapest way of one's own against the cheapest API that may be called.
    pub against: Option<Against>,
    /// The facts that rent, reserve, serverless and buy turn on.
    pub turns: Turns,
}

/// The cheapest way of one's own against the cheapest API.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    /// The way of one's own.
    pub kind: Kind,
    /// Its case.
    pub case: Case,
    /// The API, by its place in the question.
    pub api: usize,
    /// Which to take.
    pub decision: Decision,
    /// What would flip it, the nearest first.
    pub flips: Vec<Flip>,
}

/// What the ways of one's own turn on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turns {
    /// Share of full load that the demand is.
    pub utilisation: f64,
    /// Share of the month from which on a reservation pays.
    pub reserve_from: f64,
    /// Share of the time from which on a pod costs less than a worker by the second.
    pub pod_from: Option<f64>,
    /// Months after which a bought replica has paid for itself; `None`: never, or no price.
    pub payback_months: Option<f64>,
}

impl Answer {
    /// The cheapest way that may be taken.
    #[must_use]
    pub fn best(&self) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.ruled_out.is_none() && offer.month.is_some())
    }
}

/// Weighs them.
///
/// # Errors
/// When the case cannot be computed with.
pub fn decide(question: &Question) -> Result<Answer, Invalid> {
    let evaluation = evaluate(&question.case, &tariffs(question))?;
    let mut offers: Vec<Offer> = Vec::new();
    for (position, (api, comparison)) in question.apis.iter().zip(&evaluation.apis).enumerate() {
        offers.push(Offer {
            kind: Kind::Call(position),
            name: api.name.clone(),
            month: Some(comparison.monthly),
            ruled_out: not_called(question, api),
        });
    }
    let mut hosted: Vec<(Kind, Case)> = Vec::new();
    for (kind, hosting) in hostings(question) {
        let case = hosting.map(|hosting| with_hosting(&question.case, hosting));
        let month = case.as_ref().map(|case| monthly_bill(case).map(|bill| bill.total())).transpose()?;
        let ruled_out = question.own.as_ref().err().cloned().or_else(|| not_served(question));
        let place = question.own.as_ref().map_or_else(|_| String::new(), |place| format!(", {place}"));
        if let (Some(case), None) = (case, &ruled_out) {
            hosted.push((kind, case));
        }
        offers.push(Offer { kind, name: format!("{}{place}", name(kind)), month, ruled_out });
    }
    offers.sort_by(|a, b| order(a).partial_cmp(&order(b)).unwrap_or(std::cmp::Ordering::Equal));
    let taken = |called: bool| {
        let mut may = offers.iter().filter(|offer| offer.ruled_out.is_none() && offer.month.is_some());
        may.find(|offer| matches!(offer.kind, Kind::Call(_)) == called).map(|offer| offer.kind)
    };
    let (own, called) = (taken(false), taken(true));
    let own = own.and_then(|own| hosted.into_iter().find(|(kind, _)| *kind == own));
    let against = match (own, called) {
        (Some((kind, case)), Some(Kind::Call(api))) => {
            let tariff = &question.apis[api].tariff;
            let evaluation = evaluate(&case, std::slice::from_ref(tariff))?;
            let asked = &evaluation.apis[0];
            let decision = decision::decide(&case, &evaluation, tariff, asked)?;
            let flips = flips(&case, tariff, asked);
            Some(Against { kind, case, api, decision, flips })
        }
        _ => None,
    };
    Ok(Answer { offers, against, turns: turns(question, evaluation.bill.utilisation) })
}

fn tariffs(question: &Question) -> Vec<Tariff> {
    question.apis.iter().map(|api| api.tariff.clone()).collect()
}

/// The ways of one's own, each with its terms where these are known.
fn hostings(question: &Question) -> [(Kind, Option<Hosting>); 4] {
    let replicas = question.case.terms.fleet.minimum;
    let reserved = Some(Reserved { replicas, discount: question.discount });
    [
        (Kind::Rent, Some(Hosting::Pods(question.pods))),
        (Kind::Reserve, Some(Hosting::Pods(Pods { reserved, ..question.pods }))),
        (Kind::Serverless, question.serverless.map(Hosting::Serverless)),
        (Kind::Buy, question.bought.map(Hosting::Bought)),
    ]
}

fn with_hosting(case: &Case, hosting: Hosting) -> Case {
    let mut case = case.with_hosting(hosting);
    // Workers come as they are needed; a fleet that always runs is what they do without.
    if matches!(case.terms.hosting, Hosting::Serverless(_)) {
        case.terms.fleet.minimum = 0;
    }
    case
}

const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Call(_) => "call",
        Kind::Rent => "pods by the hour",
        Kind::Reserve => "reserved pods",
        Kind::Serverless => "serverless workers",
        Kind::Buy => "bought",
    }
}

fn not_called(question: &Question, api: &Api) -> Option<String> {
    let good = match question.need {
        Need::Open => true,
        Need::Comparable => api.baseline != Baseline::HostedOpenModel,
        Need::Frontier => api.baseline == Baseline::Frontier,
    };
    match () {
        () if !question.may_leave => Some("prompts may not leave".into()),
        () if !good => Some("its answers are not good enough".into()),
        () if api.baseline == Baseline::HostedOpenModel && !api.same_model => Some("another open model".into()),
        () => None,
    }
}

fn not_served(question: &Question) -> Option<String> {
    (question.need != Need::Open).then(|| "the open model's answers are not good enough".into())
}

/// What may be taken, then what costs nobody knows, then what is ruled out; the cheapest first.
fn order(offer: &Offer) -> (bool, bool, f64) {
    (offer.ruled_out.is_some(), offer.month.is_none(), offer.month.map_or(0.0, Usd::value))
}

fn turns(question: &Question, utilisation: f64) -> Turns {
    let pod = question.pods.price;
    let used = Fraction::new(utilisation.clamp(0.0, 1.0)).unwrap_or(Fraction::ONE);
    let running = question.bought.map(|bought| bought.running_per_month(used));
    let rent = Usd::new(pod.value() * crate::units::HOURS_PER_MONTH);
    Turns {
        utilisation,
        reserve_from: break_even_commitment(question.discount),
        pod_from: question.serverless.and_then(|terms| pod_utilisation(pod, terms.usd_per_second)),
        payback_months: question
            .bought
            .zip(running)
            .and_then(|(bought, running)| payback_months(bought.capital, rent, running)),
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
