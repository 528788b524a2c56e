//! The question of `collector decide`: the fleet that was sized, every way to pay for it, and the APIs.

use crate::catalogue::Catalogue;
use crate::cli::sizing::{DecideArgs, QualityName};
use crate::resolve::capacity_query::Asked;
use crate::resolve::input_error::{refused, share};
use shared::advice::asking::Asking;
use shared::advice::decide::{Need, Question};
use shared::advice::outlook::{Outlook, Row};
use shared::advice::paid::{self, COLD_START_S, INTEREST, PUE, YEARS};
use shared::advice::sizing::Holds;
use shared::date::Date;
use shared::economics::bill::Terms;
use shared::economics::cost::TokenWeights;
use shared::economics::hosting::{Extras, Fleet, Hosting, Pods};
use shared::economics::invalid::within;
use shared::economics::model::{Case, Served};
use shared::economics::ownership::Bought;
use shared::economics::pricing::on_day;
use shared::economics::serverless::Depths;
use shared::units::{RequestsPerSecond, Usd, UsdPerHour, UsdPerKwh};

/// The question, and what was taken for granted in it, each in a sentence.
pub struct Asks {
    /// The question.
    pub question: Question,
    /// What was assumed or taken from somewhere.
    pub notes: Vec<String>,
}

/// Puts the question together around the cheapest way that holds.
///
/// # Errors
/// When a flag says something that cannot be computed with.
pub fn question(
    args: &DecideArgs,
    catalogue: &Catalogue,
    asked: &Asked,
    asking: &Asking,
    best: Option<&Row>,
    day: Date,
) -> anyhow::Result<Asks> {
    let mut notes = Vec::new();
    let discount = share("reserved-discount", args.reserved_discount)?;
    let salary = within("engineer_salary", args.engineer_salary, 0.0, 1e8).map_err(refused)?;
    let extras = Extras {
        engineer_share: within("engineer_share", args.engineer_share, 0.0, 1000.0).map_err(refused)?,
        engineer_usd_per_year: salary,
        one_off_months: 24.0,
        ..Extras::default()
    };
    let row = best.and_then(|row| Some((row.outlook, row.fleet?)));
    let replicas = row.map_or(1, |(_, fleet)| fleet.replicas);
    let price = row.and_then(|(outlook, _)| outlook.price).unwrap_or(UsdPerHour::new(1.0));
    let pods = Pods::on_demand(price);
    let fleet = Fleet { headroom: asking.wanted.headroom, minimum: replicas, ..Fleet::default() };
    let case = Case {
        served: row.map_or_else(nothing, |(outlook, _)| served(outlook, asking)),
        mix: asking.mix,
        weights: TokenWeights::default(),
        demand: asking.demand.clone(),
        terms: Terms { hosting: Hosting::Pods(pods), fleet, extras },
        api_use: asking.usage,
    };
    let own = match row {
        Some((outlook, _)) if replicas > 1 => Ok(format!("{replicas} x {}", outlook.way.name())),
        Some((outlook, _)) => Ok(outlook.way.name()),
        None => Err("no GPU holds the target".into()),
    };
    let (serverless, bought) = match row {
        Some((outlook, _)) => (
            paid::serverless(&catalogue.prices.gpu, outlook.way.slug, outlook.way.gpus, day),
            bought(args, catalogue, outlook, day, &mut notes)?,
        ),
        None => (None, None),
    };
    if serverless.is_some() {
        let waits = paid::IDLE_TIMEOUT_S;
        notes.push(format!("serverless workers need {COLD_START_S} s to start, an assumption, and wait {waits} s"));
    }
    notes.push(format!(
        "a reservation takes {} off, as the course's rule of thumb has it; --reserved-discount changes it",
        shared::format::percent(discount)
    ));
    let question = Question {
        case,
        pods,
        discount,
        serverless,
        bought,
        own,
        apis: paid::apis(&catalogue.prices.api, asked.slug, day),
        need: match args.quality {
            QualityName::Open => Need::Open,
            QualityName::Comparable => Need::Comparable,
            QualityName::Frontier => Need::Frontier,
        },
        may_leave: !args.private,
    };
    Ok(Asks { question, notes })
}

/// What the replica serves: alone, and at the level up to which it holds.
fn served(outlook: &Outlook, asking: &Asking) -> Served {
    let Holds::Up { alone, to, .. } = &outlook.holds else { return nothing() };
    let rate = to.request_rate();
    let depths = Depths::new([(1.0, alone.value()), (f64::from(to.concurrency()), rate.value())]);
    Served { rate, mix: asking.mix, depths, interval: None }
}

/// A replica that is never asked: where none holds, the question still has its APIs.
fn nothing() -> Served {
    let rate = RequestsPerSecond::new(1.0);
    let mix = shared::economics::cost::Mix { input: 1.0, cached: 0.0, output: 1.0 };
    Served { rate, mix, depths: Depths::new([(1.0, 1.0)]), interval: None }
}

fn bought(
    args: &DecideArgs,
    catalogue: &Catalogue,
    outlook: &Outlook,
    day: Date,
    notes: &mut Vec<String>,
) -> anyhow::Result<Option<Bought>> {
    let gpus = f64::from(outlook.way.gpus);
    let listed = outlook.way.gpu.list_price_usd.map(|usd| usd * gpus);
    let given = args.buy_price.map(|usd| within("buy_price", usd, 1.0, 1e9).map_err(refused)).transpose()?;
    let Some(capital) = given.or(listed) else { return Ok(None) };
    let Some(watts) = outlook.way.gpu.tdp_w else { return Ok(None) };
    let price = on_day(&catalogue.prices.electricity, day).find(|price| price.region == "us-commercial");
    let Some(price) = price else { return Ok(None) };
    if given.is_none() {
        notes.push(
            "bought at the list price of the GPUs alone: a server comes on top; --buy-price gives the whole".into(),
        );
    }
    notes
        .push(format!("bought: {YEARS} years, {INTEREST} a year for capital, board power, PUE {PUE}; all assumptions"));
    Ok(Some(paid::bought(Usd::new(capital), f64::from(watts) * gpus, UsdPerKwh::new(price.usd_per_kwh.value()))))
}
