//! The workload that a demand makes: its busiest hour, its month, and its requests.

use crate::advice::capacity::Traffic;
use crate::advice::sizing::{Busy, Requirement};
use crate::economics::api_bill::ApiUse;
use crate::economics::cost::Mix;
use crate::economics::demand::Demand;
use crate::economics::operating_point::LatencyTarget;
use crate::format::{amount, significant};
use crate::units::{DAYS_PER_MONTH, Fraction, HOURS_PER_DAY, SECONDS_PER_HOUR};

/// Mean tokens of a ShareGPT request, as vLLM's sampler keeps them.
pub const SHAREGPT: Mix = Mix { input: 221.0, cached: 0.0, output: 199.0 };

/// A demand with its latency target and headroom.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkloadInputs {
    /// Requests, and when they come.
    pub demand: Demand,
    /// Tokens of one.
    pub mix: Mix,
    /// How an API would get them.
    pub usage: ApiUse,
    /// How many people ask and the word for one of them, where they are counted.
    pub people: Option<(f64, String)>,
    /// Where each of them has an agent that sends again when its answer has ended: the share of them that wait for an
    /// answer at the same moment in the busiest hour.
    pub agents: Option<Fraction>,
    /// The share of what a replica serves that one plans to use at the peak.
    pub headroom: Fraction,
    /// What is to be kept.
    pub target: LatencyTarget,
    /// Keys of the demand's file that its author chose rather than found.
    pub assumed: Vec<String>,
}

/// A demand as a fleet sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// What a fleet must serve.
    pub requirement: Requirement,
    /// Its requests, and when they come.
    pub demand: Demand,
    /// Tokens of one.
    pub mix: Mix,
    /// How an API would get them.
    pub usage: ApiUse,
    /// The requests, as the simulated engine takes them.
    pub traffic: Traffic,
    /// In a sentence.
    pub words: String,
    /// The word for one of the people it counts; empty where it counts none.
    pub person: String,
    /// Keys of the demand's file that its author chose rather than found.
    pub assumed: Vec<String>,
}

impl WorkloadInputs {
    /// The workload of the busiest hour and of a month.
    #[must_use]
    pub fn workload(self) -> Workload {
        let (count, person) = self.people.map_or((None, String::new()), |(count, word)| (Some(count), word));
        let busy = match (self.agents, count) {
            (Some(share), Some(count)) => Busy::Streams((count * share.value()).max(1.0)),
            _ => Busy::Rate(
                self.demand.requests_per_day * self.demand.shape.peak_to_mean() / (HOURS_PER_DAY * SECONDS_PER_HOUR),
            ),
        };
        let mix = self.mix;
        let requirement = Requirement {
            busy,
            requests_per_month: self.demand.requests_per_day * DAYS_PER_MONTH,
            tokens: mix.total(),
            people: count,
            headroom: self.headroom,
            target: self.target,
        };
        let cached = Fraction::new((mix.cached / mix.input.max(1.0)).clamp(0.0, 1.0)).unwrap_or(Fraction::ONE);
        // An agent's prompts grow with its work; chats differ as ShareGPT's do.
        let varied_prompts = self.agents.is_none();
        let traffic = Traffic { input: mix.input, output: mix.output, cached, varied_prompts };
        let words = words(&requirement, &mix, self.agents, &person);
        let (demand, usage, assumed) = (self.demand, self.usage, self.assumed);
        Workload { requirement, demand, mix, usage, traffic, words, person, assumed }
    }
}

fn words(requirement: &Requirement, mix: &Mix, agents: Option<Fraction>, person: &str) -> String {
    let cached = if mix.cached > 0.0 { format!(" ({} of them cached)", amount(mix.cached)) } else { String::new() };
    let requests = format!("{}{cached} tokens in and {} out a request", amount(mix.input), amount(mix.output));
    match requirement.busy {
        Busy::Streams(streams) => {
            let count = requirement.people.unwrap_or(streams);
            let each = match amount(count).as_str() {
                "1" => format!("1 {person} with an agent"),
                several => format!("{several} {person}s with an agent each"),
            };
            let partly = agents.is_some_and(|share| share.value() < 1.0);
            let at_once = match () {
                () if partly => format!(", {} at once", amount(streams)),
                () if count > 1.0 => ", all at once".into(),
                () => String::new(),
            };
            format!("{each}{at_once}; {requests}")
        }
        Busy::Rate(rate) => {
            let people = requirement.people.map_or(String::new(), |people| format!("{} {person}s, ", amount(people)));
            let requests_a_second = if rate == 1.0 { "request a second" } else { "requests a second" };
            format!("{people}{} {requests_a_second} in the busiest hour; {requests}", significant(rate, 3))
        }
    }
}
