//! `collector decide`: serve or call; and if serve, rent, reserve, serverless or buy.

use std::process::ExitCode;

use serde_json::json;

use crate::catalogue::Catalogue;
use crate::cli::sizing::DecideArgs;
use crate::printer::Printer;
use crate::resolve::capacity_query::{capacities, gpus, model, prices, runs, slo, workload};
use crate::resolve::decision::question;
use crate::resolve::input_error::refused;
use crate::results::table::{First, lines};
use crate::today::today;
use shared::advice::capacity::{Row, rank};
use shared::advice::decide::{Answer, Offer, decide as weigh};
use shared::advice::targets;
use shared::explore::decided::{changes, reasons, sentence};
use shared::format;

/// APIs shown at most; the others are counted.
const MOST_APIS: usize = 6;

/// Tells which to take.
///
/// # Errors
/// When a flag names nothing that is known, or cannot be computed with.
pub fn decide(args: &DecideArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::load(args.output.configs.as_deref())?;
    let day = args.output.today.unwrap_or_else(today);
    let resolved = model(&catalogue, &args.capacity.model)?;
    let workload = workload(&catalogue, &args.capacity, Some(&args.api_use))?;
    let gpus = gpus(&catalogue, &args.capacity.gpu)?;
    let prices = prices(&catalogue, &args.capacity, day)?;
    let scan = runs(&args.capacity.results)?;
    let found = capacities(&catalogue, &resolved, &gpus, &workload, &prices, &scan, day)?;
    let rows = rank(&found.all, &workload.requirement);
    let best = rows.iter().find(|row| row.fleet.is_some());
    let inputs = question(args, &catalogue, &resolved, &workload, best, day)?;
    let answer = weigh(&inputs.question).map_err(refused)?;
    let (why, flips) = (reasons(&inputs.question, &answer), changes(&inputs.question, &answer));
    if args.output.json {
        out.data(crate::report::cost_json::text(&json!({
            "model": resolved.slug, "target": targets::words(slo(&args.capacity)), "demand": workload.words,
            "answer": sentence(&answer), "reasons": why, "changes": flips,
            "offers": answer.offers.iter().map(|offer| json!({
                "name": offer.name, "usd_per_month": offer.month.map(|usd| usd.value()), "ruled_out": offer.ruled_out,
            })).collect::<Vec<_>>(),
            "utilisation": answer.turns.utilisation,
            "evidence": best.map(|row| row.capacity.evidence.word()),
        })));
        return Ok(ExitCode::SUCCESS);
    }
    out.data(sentence(&answer));
    out.data("");
    out.data(format!("{} for {}", resolved.model.name, workload.words));
    out.data(format!("  target  {}", targets::words(slo(&args.capacity))));
    out.data("");
    table(&answer, best, out);
    section("Why:", &why, out);
    section("What would change the decision:", &flips, out);
    section("Assumptions and sources:", &inputs.notes, out);
    Ok(ExitCode::SUCCESS)
}

fn section(heading: &str, sentences: &[String], out: &mut Printer) {
    if sentences.is_empty() {
        return;
    }
    out.data("");
    out.data(heading);
    for sentence in sentences {
        out.data(format!("  - {sentence}"));
    }
}

fn table(answer: &Answer, best: Option<&Row>, out: &mut Printer) {
    let evidence = best.map_or("", |row| row.capacity.evidence.word());
    let called = |offer: &Offer| matches!(offer.kind, shared::advice::decide::Kind::Call(_));
    let mut table = vec![["", "USD/month", "throughput evidence"].map(str::to_owned)];
    let (mut shown, mut more) = (0, 0);
    for offer in &answer.offers {
        if called(offer) {
            shown += 1;
            if shown > MOST_APIS {
                more += 1;
                continue;
            }
        }
        let note = match (&offer.ruled_out, called(offer)) {
            (Some(why), _) => format!("no: {why}"),
            (None, true) => String::new(),
            (None, false) if offer.month.is_none() => "no price".into(),
            (None, false) => evidence.to_owned(),
        };
        table.push([offer.name.clone(), offer.month.map_or("unknown".into(), format::usd), note]);
    }
    for line in lines(&table, First::Left) {
        out.data(format!("  {line}"));
    }
    if more > 0 {
        out.data(format!("  {more} more expensive APIs not shown"));
    }
}
