//! Text that the verbs of the cost model share: heading, notes, formulas, link.

use crate::printer::Printer;
use crate::resolve::cost_case::CostCase;
use shared::economics::model::Evaluation;
use shared::format;

/// The heading: what is served where at what price, at which level, from which file.
pub fn heading(cost_case: &CostCase, out: &mut Printer) {
    let word = cost_case.evidence.word();
    out.data(format!("{} ({word})", cost_case.heading()));
    out.data(format!("  operating point  {}", cost_case.replica.how));
    if let Some(source) = cost_case.source() {
        out.data(format!("  from             {source}"));
    }
    let (case, mix) = (&cost_case.case, cost_case.case.mix);
    let cached = if mix.cached > 0.0 { format!(" ({} cached)", format::amount(mix.cached)) } else { String::new() };
    out.data(format!(
        "  request          {} input{cached} and {} output tokens; {} requests per second per replica",
        format::amount(mix.input),
        format::amount(mix.output),
        format::significant(case.rate().value(), 4)
    ));
    let pinned =
        cost_case.pinned.map_or(String::new(), |share| format!(" (utilization pinned at {})", format::percent(share)));
    out.data(format!(
        "  demand           {} requests per day{}{pinned}",
        format::amount(case.demand.requests_per_day),
        match case.demand.shape.peak_to_mean() {
            1.0 => String::new(),
            peak => format!(", peak-to-mean {}", format::significant(peak, 3)),
        }
    ));
    out.data("");
}

/// What it rests on, formulas when they were asked for, and the link.
pub fn ending(cost_case: &CostCase, evaluation: &Evaluation, notes: &[String], explain: bool, out: &mut Printer) {
    if !notes.is_empty() {
        out.data("");
        out.data("Assumptions and sources:");
    }
    for note in notes {
        out.data(format!("  - {note}"));
    }
    if explain {
        out.data("");
        formulas(cost_case, evaluation, out);
    }
    out.data("");
    match &cost_case.link.url {
        Some(url) => out.data(format!("Same scenario on the page (`collector explore`): {url}")),
        None => out.data("No link: the page shows measured runs only."),
    }
    if !cost_case.link.left_out.is_empty() {
        out.data(format!("Not shown on the page: {}.", cost_case.link.left_out.join("; ")));
    }
}

/// Every number with its formula, the numbers in it, and what comes out.
fn formulas(cost_case: &CostCase, evaluation: &Evaluation, out: &mut Printer) {
    for step in cost_case.derivation(evaluation) {
        out.data(&step.name);
        out.data(format!("    {}", step.formula));
        out.data(format!("    {} = {} {}", step.worked, step.value, step.unit));
    }
}
