//! The answers as JSON: plain numbers with their unit in the key.
//!
//! docs/cost-model.md lists the keys; new ones may be added, those that are there keep their meaning.

use serde_json::{Value, json};

use crate::resolve::cost_case::CostCase;
use shared::economics::breakeven::BreakEven;
use shared::economics::decision::Decision;
use shared::economics::flips::Flip;
use shared::economics::model::{Comparison, Evaluation};
use shared::explore::derivation::Step;
use shared::explore::knobs;
use shared::units::{DAYS_PER_MONTH, SECONDS_PER_MONTH};

/// What all four verbs tell: what was asked, what it rests on, and the formulas when they were asked for.
#[must_use]
pub fn cost_case(cost_case: &CostCase, evaluation: &Evaluation, explain: bool) -> Value {
    let case = &cost_case.case;
    let run = cost_case.replica.run.as_ref();
    let mut value = json!({
        "evidence": cost_case.evidence.word(),
        "run": run.map(|run| json!({ "id": run.file.id, "path": run.path, "sha256": run.sha256 })),
        "operating_point": {
            "slo": cost_case.slo,
            "how": cost_case.replica.how,
            "concurrency": cost_case.replica.level.as_ref().map(|level| level.concurrency()),
            "requests_per_s": case.served.rate.value(),
            "requests_per_s_of_this_mix": evaluation.rate.value(),
        },
        "request": { "input_tokens": case.mix.input, "cached_tokens": case.mix.cached, "output_tokens": case.mix.output },
        "demand": {
            "requests_per_day": case.demand.requests_per_day,
            "requests_per_month": case.demand.per_month(),
            "peak_to_mean": case.demand.shape.peak_to_mean(),
        },
        "weights": { "rho": case.weights.output_to_prompt, "kappa": case.weights.cached_to_prompt },
        "prices_of": cost_case.day.to_string(),
        "notes": cost_case.all_notes(),
        "page": cost_case.link.url,
        "page_leaves_out": cost_case.link.left_out,
    });
    if explain {
        value["formulas"] = formulas(cost_case, evaluation);
    }
    value
}

fn formulas(cost_case: &CostCase, evaluation: &Evaluation) -> Value {
    let step = |step: Step| {
        json!({
            "name": step.name, "formula": step.formula, "worked": step.worked, "value": step.value, "unit": step.unit,
        })
    };
    cost_case.derivation(evaluation).into_iter().map(step).collect()
}

/// What tokens and requests cost.
#[must_use]
pub fn costs(evaluation: &Evaluation) -> Value {
    let full = &evaluation.full_load;
    json!({
        "full_load": {
            "usd_per_hour": full.price.value(),
            "usd_per_request": full.per_request.value(),
            "usd_per_1m_total": full.per_million.value(),
            "usd_per_1m_input": full.split.input.value(),
            "usd_per_1m_cached_input": full.split.cached.value(),
            "usd_per_1m_output": full.split.output.value(),
        },
        "as_used": {
            "usd_per_request": evaluation.per_request.value(),
            "usd_per_1m_total": evaluation.per_million.value(),
            "utilisation": evaluation.bill.utilisation,
        },
    })
}

/// The monthly bill.
#[must_use]
pub fn bill(cost_case: &CostCase, evaluation: &Evaluation) -> Value {
    let bill = &evaluation.bill;
    let line = |line: &shared::economics::bill::Line| {
        let (item, unit) = knobs::item(line.item);
        json!({ "item": item, "quantity": line.quantity, "unit": unit, "usd_each": line.unit_price, "usd": line.usd().value() })
    };
    let heads = cost_case.heads.map(|heads| {
        json!({ "who": heads.who.word(), "count": heads.count, "usd_each_per_month": bill.total().value() / heads.count })
    });
    json!({
        "usd_per_month": bill.total().value(),
        "replicas_at_peak": bill.most_replicas,
        "replicas_on_average": bill.mean_replicas,
        "utilisation": bill.utilisation,
        "mean_batch_depth": bill.batch_depth,
        "lines": bill.lines.iter().map(line).collect::<Value>(),
        "per_head": heads,
    })
}

/// One API's side.
#[must_use]
pub fn api(cost_case: &CostCase, position: usize, comparison: &Comparison) -> Value {
    let api = &cost_case.apis[position];
    json!({
        "api": api.id,
        "name": api.name,
        "stands_as": api.stands,
        "usd_per_request": comparison.request.value(),
        "usd_per_month": comparison.monthly.value(),
        "usd_per_1m_total": comparison.per_million.value(),
        "break_even": comparison.break_even.as_ref().map(|found| break_even(cost_case, found)),
    })
}

fn break_even(cost_case: &CostCase, found: &BreakEven) -> Value {
    let tokens = cost_case.case.mix.total();
    let volume = |month: f64| {
        json!({
            "requests_per_day": month / DAYS_PER_MONTH,
            "requests_per_month": month,
            "tokens_per_month": month * tokens,
            "requests_per_s": month / SECONDS_PER_MONTH,
        })
    };
    json!({
        "utilisation": found.utilisation,
        "never": found.is_never(),
        "first": found.first().map(volume),
        "stays_cheaper_past": found.stays_cheaper_past().map(volume),
        "crossings": found.crossings.iter().map(|at| json!({
            "replicas": at.replicas, "requests_per_month": at.requests_per_month, "usd_per_month": at.bill.value(),
        })).collect::<Value>(),
        "cheaper_requests_per_month": found.cheaper.iter().map(|(from, to)| json!([from, to])).collect::<Value>(),
        "searched_to_requests_per_month": found.searched_to,
    })
}

/// A decision, and what would flip it.
#[must_use]
pub fn decision(decision: &Decision, flips: &[Flip]) -> Value {
    let flip = |flip: &Flip| json!({ "input": knobs::name(flip.parameter), "from": flip.from, "to": flip.to });
    json!({
        "verdict": shared::explore::verdict::word(decision.verdict),
        "usd_saved_per_month": decision.saving,
        "range_usd_per_month": decision.range.map(|range| json!([range.low, range.high])),
        "flips": flips.iter().map(flip).collect::<Value>(),
    })
}

/// A value as indented JSON.
#[must_use]
pub fn text(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
