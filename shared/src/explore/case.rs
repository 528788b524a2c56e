//! A scenario as a case of the whole cost model: what sensitivity and everything else beyond the quick answer start from.
//!
//! Decides nothing of its own: level, price, mix and demand are the answer's, so both come to the same numbers.

use crate::economics::api_bill::Tariff;
use crate::economics::hosting::{Extras, Fleet, Hosting, Pods};
use crate::economics::model::{Case, Served};
use crate::economics::operating_point::served;
use crate::economics::serverless::Depths;
use crate::economics::terms::Terms;
use crate::explore::answer::{Answer, answer};
use crate::explore::headline::no_answer;
use crate::explore::library::Library;
use crate::explore::scenario::{ApiChoice, Scenario};

/// The case of a scenario, and the tariff of the API it is held against.
///
/// # Errors
/// The reason, as a sentence, when the scenario has no answer.
pub fn case(library: &Library, scenario: &Scenario) -> Result<(Case, Tariff), String> {
    let answer = answer(library, scenario).map_err(|reason| no_answer(scenario, &reason))?;
    Ok(case_of(&answer, scenario))
}

/// The case of a scenario whose answer is known.
#[must_use]
pub fn case_of(answer: &Answer, scenario: &Scenario) -> (Case, Tariff) {
    let level = answer.level;
    let measured = Served {
        rate: level.request_rate(),
        mix: answer.measured_mix,
        depths: Depths::new([(f64::from(level.concurrency()), level.request_rate().value())]),
        interval: None,
    };
    let terms = Terms {
        hosting: Hosting::Pods(Pods::on_demand(answer.replica_price)),
        // The answer's headroom is raised where utilisation is pinned beyond it.
        fleet: Fleet { headroom: answer.replica.headroom, ..Fleet::default() },
        extras: Extras { operations_per_month: answer.fixed.value(), ..Extras::default() },
    };
    let case = Case {
        served: served(&answer.run.file.levels, level).unwrap_or(measured),
        mix: answer.mix,
        weights: answer.weights,
        demand: answer.demand.clone(),
        terms,
        api_use: answer.api_use,
    };
    let tariff = match (answer.api.record, &scenario.api) {
        (Some(record), _) => Tariff::of(record),
        (None, ApiChoice::Own { input, output }) => Tariff::plain(*input, *output),
        (None, ApiChoice::Listed(_)) => Tariff::plain(answer.api.prices.input, answer.api.prices.output),
    };
    (case, tariff)
}
