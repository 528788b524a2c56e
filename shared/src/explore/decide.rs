//! The guided page: the reader's scenario and a few conditions, as the question of `advice::decide`.

use crate::advice::decide::{Need, Question};
use crate::advice::paid;
use crate::decimal::tidy;
use crate::economics::hosting::{Hosting, Pods};
use crate::explore::answer::answer;
use crate::explore::case::case_of;
use crate::explore::headline::no_answer;
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::units::{Fraction, Usd, UsdPerHour, UsdPerKwh};

/// What a reader says beside the scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    /// How good answers must be.
    pub need: Need,
    /// Whether prompts may leave for somebody else's API.
    pub may_leave: bool,
    /// What a reservation takes off.
    pub discount: Fraction,
    /// What one replica costs to buy, USD; `None` where the reader has no quote.
    pub buy_price: Option<f64>,
}

impl Conditions {
    /// What a reservation takes off, in percent, as it is typed.
    #[must_use]
    pub fn percent_off(&self) -> String {
        tidy(self.discount.value() * 100.0).to_string()
    }

    /// The quote as it is typed; empty where there is none.
    #[must_use]
    pub fn quoted(&self) -> String {
        self.buy_price.map_or(String::new(), |usd| usd.to_string())
    }
}

/// The course's rule of thumb for a reservation of a year.
pub const USUAL_DISCOUNT: f64 = 0.4;
/// USD a kWh where the page has no price of it: US commercial users, 2026 (configs/prices/electricity.toml).
const ELECTRICITY: f64 = 0.146;
/// Watts of a GPU whose board power the page does not know.
const WATTS: f64 = 300.0;

impl Default for Conditions {
    fn default() -> Self {
        let discount = Fraction::new(USUAL_DISCOUNT).unwrap_or(Fraction::ZERO);
        Self { need: Need::Open, may_leave: true, discount, buy_price: None }
    }
}

/// The question. A target that the run does not hold leaves the APIs. `watts` is the board power of one of its GPUs, where
/// that is known.
///
/// # Errors
/// The reason, as a sentence, when nothing is known of the scenario's run.
pub fn question(
    library: &Library,
    scenario: &Scenario,
    conditions: &Conditions,
    watts: Option<f64>,
) -> Result<Question, String> {
    let (found, own) = match answer(library, scenario) {
        Ok(found) => {
            let place = found.run.file.configuration.replica_name();
            let fleet = if found.bill.replicas > 1 { format!("{} x {place}", found.bill.replicas) } else { place };
            (found, Ok(fleet))
        }
        Err(reason) => {
            let said = no_answer(scenario, &reason);
            let any = scenario.without_target();
            (answer(library, &any).map_err(|_| said.clone())?, Err(said))
        }
    };
    let (mut case, _) = case_of(&found, scenario);
    let configuration = &found.run.file.configuration;
    let gpus = configuration.gpu_count;
    let pods = Pods::on_demand(UsdPerHour::new(found.replica_price.value()));
    case.terms.hosting = Hosting::Pods(pods);
    case.terms.fleet.minimum = found.bill.replicas;
    let (index, day) = (&library.index, library.today);
    let bought = conditions
        .buy_price
        .map(|usd| paid::bought(Usd::new(usd), watts.unwrap_or(WATTS) * f64::from(gpus), UsdPerKwh::new(ELECTRICITY)));
    Ok(Question {
        case,
        pods,
        discount: conditions.discount,
        serverless: paid::serverless(&index.gpu_prices, &configuration.hardware, gpus, day),
        bought,
        own,
        apis: paid::apis(&index.api_prices, &configuration.model, day),
        need: conditions.need,
        may_leave: conditions.may_leave,
    })
}
