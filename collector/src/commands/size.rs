//! `collector size`: for every GPU whether it holds a latency target, how many it takes, and what they cost.

use std::process::ExitCode;

use serde_json::json;

use crate::catalogue::Catalogue;
use crate::cli::sizing::SizeArgs;
use crate::printer::{Hinted, Printer};
use crate::report::fleet_json::row as row_json;
use crate::resolve::capacity_query::{Capacities, capacities, gpus, model, prices, runs, slo, workload};
use crate::results::table::{First, lines};
use crate::today::today;
use shared::advice::capacity::{Row, rank};
use shared::advice::sizing::SloOutcome;
use shared::advice::targets;
use shared::advice::text::{ranged, replica_capacity, stop, teams, why_not};
use shared::advice::workload::Workload;
use shared::format;

/// Tells which GPUs hold.
///
/// # Errors
/// When a flag names nothing that is known, the model takes no such context, or no GPU meets the target.
pub fn size(args: &SizeArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::load(args.output.configs.as_deref())?;
    let day = args.output.today.unwrap_or_else(today);
    let resolved = model(&catalogue, &args.capacity.model)?;
    let workload = workload(&catalogue, &args.capacity, None)?;
    let gpus = gpus(&catalogue, &args.capacity.gpu)?;
    let prices = prices(&catalogue, &args.capacity, day)?;
    let scan = runs(&args.capacity.results)?;
    let found = capacities(&catalogue, &resolved, &gpus, &workload, &prices, &scan, day)?;
    let rows = rank(&found.all, &workload.requirement);
    let words = targets::words(slo(&args.capacity));
    if args.output.json {
        let value = json!({
            "model": resolved.slug, "target": words, "demand": workload.words,
            "rows": rows.iter().map(row_json).collect::<Vec<_>>(),
            "no_way": found.none.iter().map(|(gpu, why)| json!({"gpu": gpu.0, "why": why.words()})).collect::<Vec<_>>(),
            "teams": teams(&found.all, &workload).into_iter().map(|(people, row)| json!({
                "people": people, "gpu": row.capacity.option.slug, "gpus": row.capacity.option.gpus,
                "usd_per_person_month": row.fleet.and_then(|fleet| fleet.per_person).map(|usd| usd.value()),
            })).collect::<Vec<_>>(),
        });
        out.data(crate::report::cost_json::text(&value));
        return Ok(ExitCode::SUCCESS);
    }
    if rows.iter().all(|row| row.fleet.is_none()) {
        return Err(nothing_holds(&rows, &found, &words));
    }
    out.data(format!("{} for {}", resolved.model.name, workload.words));
    out.data(format!("  target  {words}"));
    out.data("");
    holding(&rows, &workload, out);
    not_holding(&rows, &found, out);
    by_team(&found, &workload, out);
    notes(&rows, &workload, &found, out);
    Ok(ExitCode::SUCCESS)
}

/// The GPUs that meet the target, the cheapest first.
fn holding(rows: &[Row], workload: &Workload, out: &mut Printer) {
    let person = if workload.person.is_empty() { String::new() } else { format!("per {}", workload.person) };
    let heads =
        ["", "weights", "per replica", "replicas", "USD/month", &person, "USD/1M tokens", "utilization", "evidence"];
    let mut table = vec![heads.map(str::to_owned)];
    let mut position = 0;
    for row in rows {
        let Some(fleet) = row.fleet else { continue };
        position += 1;
        let option = &row.capacity.option;
        table.push([
            format!("{position:>2}. {}", option.name()),
            option.quantization.name().to_owned(),
            replica_capacity(&workload.requirement, &fleet),
            ranged(row, &fleet, |fleet| fleet.replicas.to_string()),
            ranged(row, &fleet, |fleet| format::amount(fleet.month.value().round())),
            fleet.per_person.map_or(String::new(), format::usd),
            format::usd_per_million(fleet.per_million),
            format::percent_of(fleet.utilisation),
            row.capacity.evidence.word().to_owned(),
        ]);
    }
    for line in lines(&table, First::Left) {
        out.data(format!("  {line}"));
    }
}

/// The GPUs that do not, and why.
fn not_holding(rows: &[Row], found: &Capacities, out: &mut Printer) {
    let mut lines: Vec<String> = rows
        .iter()
        .filter(|row| row.fleet.is_none())
        .map(|row| {
            let option = &row.capacity.option;
            format!("{} ({}): {}", option.name(), option.quantization.name(), why_not(row))
        })
        .collect();
    lines.extend(found.none.iter().map(|((_, gpu), why)| format!("{}: {}", gpu.name, why.words())));
    if lines.is_empty() {
        return;
    }
    out.data("");
    out.data("Not ranked:");
    for line in lines {
        out.data(format!("  - {line}"));
    }
}

/// What each developer costs as the team grows.
fn by_team(found: &Capacities, workload: &Workload, out: &mut Printer) {
    let teams = teams(&found.all, workload);
    if teams.is_empty() {
        return;
    }
    out.data("");
    out.data(format!(
        "USD per month and {}, by team size, on the cheapest option that meets the target:",
        workload.person
    ));
    let heads = ["", "each", "total", "option"].map(str::to_owned);
    let rows = teams.iter().filter_map(|(people, row)| {
        let fleet = row.fleet?;
        let option = &row.capacity.option;
        let on = format!("{} x {} ({})", fleet.replicas, option.name(), option.quantization.name());
        Some([
            format::amount(*people),
            fleet.per_person.map_or(String::new(), format::usd),
            format::usd(fleet.month),
            on,
        ])
    });
    let table: Vec<[String; 4]> = std::iter::once(heads).chain(rows).collect();
    for line in lines(&table, First::Right) {
        out.data(format!("  {line}"));
    }
}

fn notes(rows: &[Row], workload: &Workload, found: &Capacities, out: &mut Printer) {
    out.data("");
    out.data("Assumptions and sources:");
    if let Some(first) = rows.first() {
        let (name, stop) = (first.capacity.option.name(), stop(first));
        out.data(format!("  - One replica of {name} {stop}."));
        if let Some(source) = &first.capacity.source {
            out.data(format!("  - Its levels are {}: {source}.", first.capacity.evidence.word()));
        }
    }
    if rows.iter().any(|row| row.band.is_some()) {
        out.data(
            "  - Estimated rows are not measured: a roofline model and a simulated engine (docs/estimator.md). Ranges:",
        );
        out.data("    the estimation error of 80 % of the published records of that kind of GPU.");
    }
    out.data(format!("  - {}", found.prices));
    if !workload.assumed.is_empty() {
        out.data(format!("  - Assumed in the demand, without a source: {}.", workload.assumed.join(", ")));
    }
    if workload.traffic.cached.value() > 0.0 {
        let share = format::percent(workload.traffic.cached);
        out.data(format!("  - Assumed prefix cache hit rate: {share} of each prompt, at any concurrency."));
    }
}

fn nothing_holds(rows: &[Row], found: &Capacities, target: &str) -> anyhow::Error {
    let nearest = rows.iter().find(|row| matches!(row.capacity.outcome, SloOutcome::NeverMet { .. }));
    let hint = match (nearest, rows.first(), found.none.first()) {
        (Some(row), ..) => format!("nearest: {}: {}; relax the target", row.capacity.option.name(), why_not(row)),
        (_, Some(row), _) => format!("{}: {}", row.capacity.option.name(), why_not(row)),
        (_, _, Some(((_, gpu), why))) => format!("{}: {}", gpu.name, why.words()),
        _ => "choose another GPU".into(),
    };
    Hinted::new(format!("no GPU meets the latency target ({target})"), hint).into()
}
