//! `collector bill`: the monthly bill of self-hosting line by line, and the same requests on APIs.

use std::process::ExitCode;

use serde_json::json;

use crate::cli::economics::BillArgs;
use crate::printer::Printer;
use crate::report::{cost_json as json, cost_text as text};
use crate::resolve::cost_case::{CostCase, resolve};
use crate::results::table::{First, lines};
use shared::decimal::rounded;
use shared::economics::bill::Bill;
use shared::economics::hosting::Hosting;
use shared::economics::model::Evaluation;
use shared::economics::ownership::{break_even_commitment, payback_months};
use shared::economics::serverless::pod_utilisation;
use shared::explore::knobs;
use shared::format;
use shared::units::{Fraction, HOURS_PER_MONTH, Usd, UsdPerHour};

/// Tells what a month costs.
///
/// # Errors
/// When the case cannot be resolved or computed with.
pub fn bill(args: &BillArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let cost_case = resolve(&args.case)?;
    let evaluation = cost_case.evaluate()?;
    if args.case.output.json {
        let mut value = json::cost_case(&cost_case, &evaluation, args.case.explain);
        value["bill"] = json::bill(&cost_case, &evaluation);
        value["cost"] = json::costs(&evaluation);
        let apis = evaluation.apis.iter().enumerate();
        value["apis"] = apis.map(|(position, comparison)| json::api(&cost_case, position, comparison)).collect();
        value["simple_payback"] = payback(&cost_case, &evaluation.bill)
            .map_or(serde_json::Value::Null, |months| json!({ "months": months, "never": months.is_none() }));
        out.data(json::text(&value));
        return Ok(ExitCode::SUCCESS);
    }
    text::heading(&cost_case, out);
    own(&cost_case, &evaluation.bill, out);
    hosted(&cost_case, &evaluation.bill, out);
    apis(&cost_case, &evaluation, out);
    text::ending(&cost_case, &evaluation, &cost_case.all_notes(), args.case.explain, out);
    Ok(ExitCode::SUCCESS)
}

fn own(cost_case: &CostCase, bill: &Bill, out: &mut Printer) {
    let mut rows = vec![["self-hosting, per month", "quantity", "unit", "USD/unit", "USD"].map(str::to_owned)];
    rows.extend(bill.lines.iter().map(|line| {
        let (name, unit) = knobs::item(line.item);
        let each = if line.unit_price < 0.01 {
            format!("{:.8}", line.unit_price)
        } else {
            format::significant(line.unit_price, 4)
        };
        [name.to_owned(), quantity(line.quantity), unit.to_owned(), each, cents(line.usd().value())]
    }));
    rows.push(["total".into(), String::new(), String::new(), String::new(), cents(bill.total().value())]);
    for line in lines(&rows, First::Left) {
        out.data(line);
    }
    out.data("");
    let batch = bill.batch_depth.map_or(String::new(), |depth| {
        format!(", mean batch size {} in a running worker", format::significant(depth, 3))
    });
    out.data(format!(
        "{} at peak, {} on average; utilization {}{batch}.",
        plural(bill.most_replicas as f64, "replica"),
        format::amount(bill.mean_replicas),
        format::percent_of(bill.utilisation)
    ));
    if let Some(heads) = cost_case.heads {
        let each = cents(bill.total().value() / heads.count);
        out.data(format!("{each} USD per month for each of {}.", plural(heads.count, heads.who.word())));
    }
}

/// What is particular to a way of paying, and how it stands to another one.
fn hosted(cost_case: &CostCase, bill: &Bill, out: &mut Printer) {
    let usd = |usd: f64| format::usd(Usd::new(usd));
    match &cost_case.case.terms.hosting {
        Hosting::Pods(pods) => {
            if let Some(reserved) = pods.reserved {
                out.data(format!(
                    "A reservation with {} discount is cheaper for a replica that runs at least {} of the month.",
                    format::percent(reserved.discount),
                    format::percent_of(break_even_commitment(reserved.discount))
                ));
            }
            let second = cost_case.worker_second;
            if let Some((second, share)) = second.and_then(|usd| Some((usd, pod_utilisation(pods.hourly(), usd)?))) {
                out.data(if share < 1.0 {
                    let share = format::percent_of(share);
                    format!("Serverless workers at ${second:.6} per second are cheaper below {share} running time.")
                } else {
                    format!("Serverless workers at ${second:.6} per second are cheaper at any running time.")
                });
            }
        }
        Hosting::Serverless(terms) => {
            let pod = cost_case.pod_hour.and_then(|pod| Some((pod, pod_utilisation(pod, terms.usd_per_second)?)));
            if let Some((pod, share)) = pod {
                let (pod, all) = (usd(pod.value()), format::percent_of(share));
                out.data(if share < 1.0 {
                    format!("A pod at {pod} per hour is cheaper than a worker that runs at least {all} of the time.")
                } else {
                    format!("A pod at {pod} per hour costs more than a worker that runs all the time.")
                });
            }
        }
        Hosting::Bought(_) => match payback(cost_case, bill) {
            Some(Some(months)) => out.data(format!(
                "Against renting at {} an hour, a bought replica has paid for itself after {} months (simple payback, without interest).",
                usd(cost_case.pod_hour.map_or(0.0, UsdPerHour::value)),
                format::significant(months, 3)
            )),
            Some(None) => out.data("Buying never pays back against renting: running it costs at least as much per month as renting."),
            None => out.data("Add --gpu-price to see the payback time against renting."),
        },
    }
}

/// Months until a bought replica has paid for itself against renting; outer none: nothing is bought or no rent is known.
fn payback(cost_case: &CostCase, bill: &Bill) -> Option<Option<f64>> {
    let (Hosting::Bought(bought), Some(rent)) = (&cost_case.case.terms.hosting, cost_case.pod_hour) else {
        return None;
    };
    let used = Fraction::new(bill.utilisation.clamp(0.0, 1.0)).unwrap_or(Fraction::ONE);
    let monthly = Usd::new(rent.value() * HOURS_PER_MONTH);
    Some(payback_months(bought.capital, monthly, bought.running_per_month(used)))
}

fn apis(cost_case: &CostCase, evaluation: &Evaluation, out: &mut Printer) {
    let total = evaluation.bill.total().value();
    let mut rows = vec![["API", "USD/1,000 requests", "USD/month", "difference to self-hosting"].map(str::to_owned)];
    for (api, comparison) in cost_case.apis.iter().zip(&evaluation.apis) {
        let monthly = comparison.monthly.value();
        let against = match monthly - total {
            0.0 => "the same".to_owned(),
            more if more > 0.0 => format!("{} more", cents(more)),
            less => format!("{} less", cents(-less)),
        };
        let thousand = format::usd_per_thousand(comparison.request);
        rows.push([api.name.clone(), thousand, cents(monthly), against]);
    }
    out.data("");
    for line in lines(&rows, First::Left) {
        out.data(line);
    }
}

/// Six digits, and none that says nothing.
fn quantity(value: f64) -> String {
    let value = rounded(value, 6);
    if value.fract() == 0.0 { format::count(value) } else { value.to_string() }
}

/// Dollars and cents with thousands separators; three digits where that is less than a dollar.
fn cents(usd: f64) -> String {
    if usd.abs() < 1.0 {
        return format::usd(Usd::new(usd)).replace('$', "");
    }
    let whole = (usd * 100.0).round() / 100.0;
    let cents = ((whole - whole.trunc()).abs() * 100.0).round();
    format!("{}.{cents:02}", format::count(whole.trunc()))
}

/// `one replica`, `8 developers`
fn plural(count: f64, thing: &str) -> String {
    if count == 1.0 { format!("one {thing}") } else { format!("{} {thing}s", format::amount(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_have_no_empty_digits() {
        assert_eq!([730.0, 0.2, 987_085.44, 304_166.67].map(quantity), ["730", "0.2", "987,085", "304,167"]);
    }

    #[test]
    fn bills_are_in_cents() {
        let cases = [(197.1, "197.10"), (1137.6, "1,137.60"), (0.034, "0.0340"), (1.999, "2.00"), (3000.0, "3,000.00")];
        for (usd, text) in cases {
            assert_eq!(cents(usd), text);
        }
    }
}
