//! `collector breakeven`: from which demand on self-hosting costs less than each API, or that it never does.

use std::process::ExitCode;

use crate::cli::economics::BreakevenArgs;
use crate::printer::Printer;
use crate::report::{cost_json as json, cost_text as text};
use crate::resolve::cost_case::{CostCase, resolve};
use crate::results::table::{First, lines};
use shared::economics::breakeven::BreakEven;
use shared::economics::model::Evaluation;
use shared::explore::verdict::{ANY_VOLUME, Against, flips, reasons, sentence};
use shared::format;
use shared::units::{DAYS_PER_MONTH, SECONDS_PER_MONTH};

/// Stretches shown of one API; the others are counted.
const MOST_STRETCHES: usize = 6;

/// Tells where it breaks even.
///
/// # Errors
/// When the case cannot be resolved or computed with.
pub fn breakeven(args: &BreakevenArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let cost_case = resolve(&args.case)?;
    let evaluation = cost_case.evaluate()?;
    if args.case.output.json {
        let mut value = json::cost_case(&cost_case, &evaluation, args.case.explain);
        value["cost"] = json::costs(&evaluation);
        let mut apis = Vec::new();
        for (position, comparison) in evaluation.apis.iter().enumerate() {
            let mut api = json::api(&cost_case, position, comparison);
            api["decision"] =
                json::decision(&cost_case.decision(&evaluation, position)?, &cost_case.flips(&evaluation, position));
            apis.push(api);
        }
        value["apis"] = apis.into();
        out.data(json::text(&value));
        return Ok(ExitCode::SUCCESS);
    }
    text::heading(&cost_case, out);
    table(&cost_case, &evaluation, out);
    for (position, (api, comparison)) in cost_case.apis.iter().zip(&evaluation.apis).enumerate() {
        let decision = cost_case.decision(&evaluation, position)?;
        let against = Against { name: &api.name, stands: api.stands, comparison };
        out.data("");
        out.data(sentence(&cost_case.case, &evaluation, &decision, against));
        for reason in reasons(&cost_case.case, &evaluation, &decision, against) {
            out.data(format!("  {reason}"));
        }
        let first = comparison.break_even.as_ref().and_then(BreakEven::first);
        if let Some(first) = first.filter(|first| *first >= ANY_VOLUME) {
            out.data(format!(
                "  That is a mean of {} tokens per month, or {} requests per second.",
                format::short_count(first * cost_case.case.mix.total()),
                format::significant(first / SECONDS_PER_MONTH, 3)
            ));
        }
        let flips = flips(&cost_case.case, &cost_case.flips(&evaluation, position));
        if !flips.is_empty() {
            out.data(format!("  It flips with {}.", flips.join(", or ")));
        }
        if let Some(found) = comparison.break_even.as_ref().filter(|found| found.cheaper.len() > 1) {
            stretches(found, out);
        }
    }
    text::ending(&cost_case, &evaluation, &cost_case.all_notes(), args.case.explain, out);
    Ok(ExitCode::SUCCESS)
}

/// One row an API: what a request costs there, u*, and where self-hosting begins to cost less.
fn table(cost_case: &CostCase, evaluation: &Evaluation, out: &mut Printer) {
    let heads = ["API", "USD/1,000 requests", "u*", "cheaper from", "requests/month"];
    let mut rows = vec![heads.map(str::to_owned)];
    for (api, comparison) in cost_case.apis.iter().zip(&evaluation.apis) {
        let thousand = format::usd_per_thousand(comparison.request);
        let found = comparison.break_even.as_ref();
        let first = found.and_then(BreakEven::first);
        let dash = || "-".to_owned();
        let per_day = |month: f64| match month {
            _ if month < ANY_VOLUME => "any volume".to_owned(),
            _ => format!("{} per day", format::significant(month / DAYS_PER_MONTH, 4)),
        };
        let nowhere = || match found.and_then(|found| found.searched_to) {
            Some(to) => format!("not up to {}", per_day(to)),
            None => "never".to_owned(),
        };
        rows.push([
            api.name.clone(),
            thousand,
            found.map_or_else(dash, |found| format::percent_of(found.utilisation)),
            first.map_or_else(nowhere, per_day),
            first.filter(|first| *first >= ANY_VOLUME).map_or_else(dash, format::short_count),
        ]);
    }
    let own = format::usd_per_thousand(evaluation.full_load.per_request);
    out.data(format!(
        "1,000 requests cost {own} at full load. u* is that divided by the API's price: the break-even utilization of one\n\
         replica. `cheaper from` also includes idle hours, headroom and other costs."
    ));
    for line in lines(&rows, First::Left) {
        out.data(format!("  {line}"));
    }
}

/// Every stretch on which self-hosting costs less: the fleet is a staircase.
fn stretches(found: &BreakEven, out: &mut Printer) {
    let day = |month: f64| format::significant(month / DAYS_PER_MONTH, 4);
    let one = |(from, to): &(f64, Option<f64>)| match to {
        Some(to) => format!("{} to {}", day(*from), day(*to)),
        None => format!("{} and more", day(*from)),
    };
    let shown: Vec<String> = found.cheaper.iter().take(MOST_STRETCHES).map(one).collect();
    let more = match found.cheaper.len().saturating_sub(MOST_STRETCHES) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    out.data(format!("  Self-hosting is cheaper at these requests per day: {}{more}.", shown.join("; ")));
}
