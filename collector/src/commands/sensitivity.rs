//! `collector sensitivity`: the effect of each input on the result, as a tornado chart.

use std::process::ExitCode;

use serde_json::json;

use crate::cli::economics::{OutcomeName, SensitivityArgs};
use crate::printer::Printer;
use crate::report::{cost_json as json, cost_text as text};
use crate::resolve::cost_case::resolve;
use crate::resolve::input_error::refused;
use crate::results::table::{First, lines};
use shared::economics::hosting::Hosting;
use shared::economics::sensitivity::{Bar, Outcome, Parameter, tornado};
use shared::explore::knobs;
use shared::format;

/// Characters of the widest bar.
const WIDTH: usize = 16;

/// Turns every input.
///
/// # Errors
/// When the case cannot be resolved or computed with.
pub fn sensitivity(args: &SensitivityArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let cost_case = resolve(&args.case)?;
    let evaluation = cost_case.evaluate()?;
    let outcome = match args.on {
        OutcomeName::Saving => Outcome::Saving,
        OutcomeName::Bill => Outcome::Bill,
        OutcomeName::BreakEven => Outcome::BreakEven,
        OutcomeName::PerMillion => Outcome::PerMillion,
    };
    // What self-hosting itself costs does not depend on the API.
    let own = matches!(outcome, Outcome::Bill | Outcome::PerMillion);
    let mut turned = Vec::new();
    for api in &cost_case.apis {
        let base = outcome.of(&cost_case.case, &api.tariff).map_err(refused)?;
        let mut bars = tornado(&cost_case.case, &api.tariff, outcome, args.by).map_err(refused)?;
        if own {
            bars.retain(|bar| !is_of_api(bar.parameter));
        }
        turned.push((base, bars));
        if own {
            break;
        }
    }
    if args.case.output.json {
        let mut value = json::cost_case(&cost_case, &evaluation, args.case.explain);
        value["outcome"] = knobs::outcome_name(outcome).into();
        value["turned_by"] = args.by.into();
        let each = cost_case.apis.iter().zip(&turned);
        value["apis"] = each
            .map(|(api, (base, bars))| {
                json!({
                    "name": (!own).then_some(&api.name), "base": base, "inputs": bars.iter().map(bar_json).collect::<serde_json::Value>(),
                })
            })
            .collect();
        out.data(json::text(&value));
        return Ok(ExitCode::SUCCESS);
    }
    text::heading(&cost_case, out);
    for (position, (api, (base, bars))) in cost_case.apis.iter().zip(&turned).enumerate() {
        if position > 0 {
            out.data("");
        }
        picture(outcome, args.by, &api.name, *base, bars, &cost_case.case.terms.hosting, out);
    }
    let notes = if own { cost_case.notes.clone() } else { cost_case.all_notes() };
    text::ending(&cost_case, &evaluation, &notes, args.case.explain, out);
    Ok(ExitCode::SUCCESS)
}

/// Whether an input is the API's.
fn is_of_api(knob: Parameter) -> bool {
    matches!(
        knob,
        Parameter::ApiInput
            | Parameter::ApiOutput
            | Parameter::ApiCached
            | Parameter::ApiBatch
            | Parameter::ApiReasoning
    )
}

fn bar_json(bar: &Bar) -> serde_json::Value {
    json!({
        "input": knobs::name(bar.parameter), "base": bar.base, "low": bar.ends.0, "high": bar.ends.1,
        "outcome_at_low": bar.outcomes.0, "outcome_at_high": bar.outcomes.1,
    })
}

/// The tornado of one API: the widest bar first, each from its low end to its high end around the middle.
fn picture(
    outcome: Outcome,
    by: f64,
    name: &str,
    base: Option<f64>,
    bars: &[Bar],
    hosting: &Hosting,
    out: &mut Printer,
) {
    let against = if matches!(outcome, Outcome::Saving | Outcome::BreakEven) {
        format!(" against {name}")
    } else {
        String::new()
    };
    out.data(format!(
        "{}{against}: {} now; each input changed by {} (fractions by percentage points):",
        capitalised(knobs::outcome_name(outcome)),
        knobs::outcome_value(outcome, base),
        format::percent_of(by)
    ));
    let widest =
        bars.iter().flat_map(|bar| offs(bar, base)).filter(|off| off.is_finite()).fold(0.0, |a: f64, b| a.max(b.abs()));
    let moving: Vec<&Bar> = bars.iter().filter(|bar| bar.swing() > 0.0).collect();
    let mut rows = vec![["input", "low", "high", "result at low", "result at high", ""].map(str::to_owned)];
    for bar in &moving {
        let value = |value| knobs::outcome_value(outcome, value);
        rows.push([
            knobs::name(bar.parameter).to_owned(),
            knobs::value(bar.parameter, bar.ends.0, hosting),
            knobs::value(bar.parameter, bar.ends.1, hosting),
            value(bar.outcomes.0),
            value(bar.outcomes.1),
            drawn(offs(bar, base), widest),
        ]);
    }
    let drawn_last = lines(&rows, First::Left);
    for line in drawn_last {
        out.data(format!("  {line}"));
    }
    let still: Vec<&str> = bars.iter().filter(|bar| bar.swing() == 0.0).map(|bar| knobs::name(bar.parameter)).collect();
    if !still.is_empty() {
        out.data(format!("  no effect: {}", still.join(", ")));
    }
}

/// How far each end lies from the base; infinitely where there is none.
fn offs(bar: &Bar, base: Option<f64>) -> [f64; 2] {
    let off = |end: Option<f64>| end.zip(base).map_or(f64::INFINITY, |(end, base)| end - base);
    [off(bar.outcomes.0), off(bar.outcomes.1)]
}

/// `      ====|==      `: what is less than the base left of the middle, what is more right of it.
fn drawn(offs: [f64; 2], widest: f64) -> String {
    let half = WIDTH / 2;
    let length = |off: f64| {
        let share = if off.is_finite() { off.abs() / widest.max(f64::MIN_POSITIVE) } else { 1.0 };
        ((share * half as f64).round() as usize).min(half)
    };
    let side = |is_left: bool| {
        let on_side = offs.iter().filter(|off| off.is_finite() && (**off < 0.0) == is_left && **off != 0.0);
        on_side.map(|off| length(*off)).max().unwrap_or(0)
    };
    let (left, right) = (side(true), side(false));
    let beyond = if offs.iter().any(|off| off.is_infinite()) { " …none" } else { "" };
    format!("{}{}|{}{}{beyond}", " ".repeat(half - left), "=".repeat(left), "=".repeat(right), " ".repeat(half - right))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_lie_on_their_side_of_the_middle() {
        assert_eq!(drawn([-10.0, 5.0], 10.0).trim_end(), "========|====");
        assert_eq!(drawn([5.0, 10.0], 10.0).trim(), "|========");
        assert!(drawn([f64::INFINITY, 1.0], 10.0).ends_with("none"));
    }
}
