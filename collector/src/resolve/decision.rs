//! The inputs of `collector decide`: the cheapest fleet, its hosting options, and the APIs.

use crate::catalogue::Catalogue;
use crate::cli::sizing::{DecideArgs, QualityName};
use crate::resolve::capacity_query::ResolvedModel;
use crate::resolve::hosting::{HardwarePrices, waits};
use crate::resolve::input_error::{refused, share};
use shared::advice::capacity::{Capacity, Row};
use shared::advice::decide::{Need, Question};
use shared::advice::paid;
use shared::advice::sizing::SloOutcome;
use shared::advice::workload::Workload;
use shared::date::Date;
use shared::economics::cost::TokenWeights;
use shared::economics::hosting::{Fleet, Hosting, Pods};
use shared::economics::invalid::within;
use shared::economics::model::{Case, Served};
use shared::economics::ownership::Bought;
use shared::economics::serverless::{Depths, Serverless};
use shared::economics::terms::Terms;
use shared::units::{RequestsPerSecond, UsdPerHour};

/// The inputs of the decision, and the assumptions in them.
pub struct DecisionInputs {
    /// The question.
    pub question: Question,
    /// Assumptions and sources, one sentence each.
    pub notes: Vec<String>,
}

/// Builds the inputs around the cheapest fleet that meets the target.
///
/// # Errors
/// When a flag is out of range.
pub fn question(
    args: &DecideArgs,
    catalogue: &Catalogue,
    resolved: &ResolvedModel,
    workload: &Workload,
    best: Option<&Row>,
    day: Date,
) -> anyhow::Result<DecisionInputs> {
    let mut notes = Vec::new();
    let discount = share("reserved-discount", args.reserved_discount)?;
    let row = best.and_then(|row| Some((row.capacity, row.fleet?)));
    let replicas = row.map_or(1, |(_, fleet)| fleet.replicas);
    let price = row.and_then(|(capacity, _)| capacity.price).unwrap_or(UsdPerHour::new(1.0));
    let pods = Pods::on_demand(price);
    let hardware = row.map(|(capacity, _)| capacity.option.slug);
    let machine =
        HardwarePrices { catalogue, hardware, gpus: row.map_or(1, |(capacity, _)| capacity.option.gpus), day };
    let extras = machine.extras(&args.extras, &mut notes)?;
    let fleet = Fleet { headroom: workload.requirement.headroom, minimum: replicas, ..Fleet::default() };
    let case = Case {
        served: row.map_or_else(nothing, |(capacity, _)| served(capacity, workload)),
        mix: workload.mix,
        weights: TokenWeights::default(),
        demand: workload.demand.clone(),
        terms: Terms { hosting: Hosting::Pods(pods), fleet, extras },
        api_use: workload.usage,
    };
    let own = match row {
        Some((capacity, _)) if replicas > 1 => Ok(format!("{replicas} x {}", capacity.option.name())),
        Some((capacity, _)) => Ok(capacity.option.name()),
        None => Err("no GPU meets the target".into()),
    };
    let (serverless, bought) = match row {
        Some((capacity, _)) => (serverless(args, &machine, capacity), bought(args, &machine, capacity, &mut notes)?),
        None => (None, None),
    };
    if let Some(Serverless { cold_start_s, idle_timeout_s, .. }) = serverless {
        let assumed = if args.serverless.cold_start.is_none() { ", an assumption" } else { "" };
        notes.push(format!("serverless: {cold_start_s} s cold start{assumed}, {idle_timeout_s} s idle time-out"));
    }
    notes.push(format!(
        "reserved: {} discount; set it with --reserved-discount (default: the course's rule of thumb)",
        shared::format::percent(discount)
    ));
    let question = Question {
        case,
        pods,
        discount,
        serverless,
        bought,
        own,
        apis: paid::apis(&catalogue.prices.api, resolved.slug, day),
        need: match args.quality {
            QualityName::Open => Need::Open,
            QualityName::Comparable => Need::Comparable,
            QualityName::Frontier => Need::Frontier,
        },
        may_leave: !args.private,
    };
    Ok(DecisionInputs { question, notes })
}

/// What the replica serves: alone, and at the level up to which it holds.
fn served(capacity: &Capacity, workload: &Workload) -> Served {
    let SloOutcome::Met { alone, to, .. } = &capacity.outcome else { return nothing() };
    let rate = to.request_rate();
    let depths = Depths::new([(1.0, alone.value()), (f64::from(to.concurrency()), rate.value())]);
    Served { rate, mix: workload.mix, depths, interval: None }
}

/// A placeholder replica: where no GPU meets the target, only APIs are compared.
fn nothing() -> Served {
    let rate = RequestsPerSecond::new(1.0);
    let mix = shared::economics::cost::Mix { input: 1.0, cached: 0.0, output: 1.0 };
    Served { rate, mix, depths: Depths::new([(1.0, 1.0)]), interval: None }
}

/// The same replica as serverless workers; `None` where no price is given or known.
fn serverless(args: &DecideArgs, machine: &HardwarePrices, capacity: &Capacity) -> Option<Serverless> {
    let prices = &machine.catalogue.prices.gpu;
    let dated =
        || paid::serverless(prices, capacity.option.slug, machine.gpus, machine.day).map(|it| it.usd_per_second);
    let given = args.serverless.serverless_price.map(|usd| usd * f64::from(machine.gpus));
    let (cold_start_s, idle_timeout_s) = waits(&args.serverless);
    Some(Serverless { usd_per_second: given.or_else(dated)?, active: None, cold_start_s, idle_timeout_s })
}

/// The same replica bought, at the price given or the list price of its GPUs; `None` where a price or its power is unknown.
fn bought(
    args: &DecideArgs,
    machine: &HardwarePrices,
    capacity: &Capacity,
    notes: &mut Vec<String>,
) -> anyhow::Result<Option<Bought>> {
    let listed = capacity.option.gpu.list_price_usd.map(|usd| usd * f64::from(machine.gpus));
    let given = args.bought.capital.map(|usd| within("capital", usd, 1.0, 1e9).map_err(refused)).transpose()?;
    let Some(capital) = given.or(listed) else { return Ok(None) };
    let mut found = Vec::new();
    let Ok(bought) = machine.bought(&args.bought, capital, &mut found) else { return Ok(None) };
    if given.is_none() {
        notes
            .push("bought at the list price of the GPUs alone: a server comes on top; --capital sets the whole".into());
    }
    notes.extend(found);
    let Bought { years, interest, pue, .. } = bought;
    notes.push(format!("bought: {years} years of use, {interest} a year for capital, PUE {pue}"));
    Ok(Some(bought))
}
