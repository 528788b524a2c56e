//! `collector cost`: what tokens and requests cost at every level of a run, and as used.

use std::process::ExitCode;

use serde_json::json;

use crate::cli::economics::CostArgs;
use crate::printer::Printer;
use crate::report::{cost_json as json, cost_text as text};
use crate::resolve::cost_case::{CostCase, resolve};
use crate::results::table::{First, lines};
use shared::economics::cost::{CorrectAnswer, TokenWeights, per_correct_answer, per_million_total, per_request, split};
use shared::economics::model::{Case, Evaluation, WEIGHT_BAND, evaluate};
use shared::format;
use shared::measure::quality::TaskScore;
use shared::measure::summary::Level;
use shared::units::{Fraction, TOKENS_PER_PRICE_UNIT, Usd, UsdPerHour, UsdPerMillion, UsdPerRequest};

/// Tells what it costs.
///
/// # Errors
/// When the case cannot be resolved or computed with.
pub fn cost(args: &CostArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let cost_case = resolve(&args.case)?;
    let evaluation = cost_case.evaluate()?;
    if args.case.output.json {
        let mut value = json::cost_case(&cost_case, &evaluation, args.case.explain);
        value["cost"] = json::costs(&evaluation);
        value["levels"] =
            levels(&cost_case).iter().map(|level| level_json(&cost_case, evaluation.full_load.price, level)).collect();
        value["rho_band"] = band(&cost_case.case)
            .map(|(low, high)| {
                json!({
                    "rho": [WEIGHT_BAND.0, WEIGHT_BAND.1],
                    "usd_per_1m_input": [low.full_load.split.input.value(), high.full_load.split.input.value()],
                    "usd_per_1m_output": [low.full_load.split.output.value(), high.full_load.split.output.value()],
                })
            })
            .unwrap_or_default();
        value["correct_answers"] = correct(&cost_case, &evaluation)
            .map(|(score, correct)| {
                json!({
                    "task": score.task, "metric": score.metric, "filter": score.filter, "shots": score.shots,
                    "accuracy": score.score, "usd_per_correct_answer": correct.usd.value(),
                "interval_95": correct.interval.map(|(low, high)| json!([low.value(), high.map(UsdPerRequest::value)])),
                })
            })
            .collect();
        out.data(json::text(&value));
        return Ok(ExitCode::SUCCESS);
    }
    text::heading(&cost_case, out);
    by_level(&cost_case, &evaluation, out);
    at_operating_point(&cost_case, &evaluation, out);
    correct_answers(&cost_case, &evaluation, out);
    text::ending(&cost_case, &evaluation, &cost_case.notes, args.case.explain, out);
    Ok(ExitCode::SUCCESS)
}

fn levels(cost_case: &CostCase) -> Vec<&Level> {
    cost_case.replica.run.as_ref().map_or_else(Vec::new, |run| run.file.levels.iter().collect())
}

/// A table of the levels as they were measured, each at full load.
fn by_level(cost_case: &CostCase, evaluation: &Evaluation, out: &mut Printer) {
    let levels = levels(cost_case);
    if levels.is_empty() {
        return;
    }
    let price = evaluation.full_load.price;
    let heads = ["level", "requests/s", "1M total", "1M input", "1M output", "1,000 requests", "p99 TTFT", ""];
    let rows = levels.into_iter().filter_map(|level| row(cost_case, price, level));
    let rows: Vec<[String; 8]> = std::iter::once(heads.map(str::to_owned)).chain(rows).collect();
    out.data("Levels as measured, at full load; USD per 1M tokens:");
    for line in lines(&rows, First::Right) {
        out.data(format!("  {line}"));
    }
    out.data("");
}

fn row(cost_case: &CostCase, price: UsdPerHour, level: &Level) -> Option<[String; 8]> {
    let split = split(price, level, cost_case.case.weights)?;
    let request = per_request(price, level.request_rate())?;
    let in_use = cost_case.replica.level.as_ref().is_some_and(|used| used.load == level.load);
    let mark = match cost_case.target.kept_by(level) {
        Some(true) if in_use => "<- used",
        Some(true) => "",
        Some(false) => "over target",
        None => "metric missing",
    };
    Some([
        level.concurrency().to_string(),
        format::significant(level.request_rate().value(), 3),
        format::usd_per_million(per_million_total(price, level.total_rate(), Fraction::ONE)?),
        format::usd_per_million(split.input),
        format::usd_per_million(split.output),
        format::usd_per_thousand(request),
        level.ttft_ms.p99.map_or("-".into(), format::millis),
        mark.to_owned(),
    ])
}

fn level_json(cost_case: &CostCase, price: UsdPerHour, level: &Level) -> serde_json::Value {
    json!({
        "concurrency": level.concurrency(),
        "requests_per_s": level.request_rate().value(),
        "usd_per_1m_total": per_million_total(price, level.total_rate(), Fraction::ONE).map(UsdPerMillion::value),
        "usd_per_1m_output": split(price, level, cost_case.case.weights).map(|split| split.output.value()),
        "usd_per_1m_input": split(price, level, cost_case.case.weights).map(|split| split.input.value()),
        "usd_per_request": per_request(price, level.request_rate()).map(|request| request.value()),
        "keeps_target": cost_case.target.kept_by(level),
    })
}

/// What a correct answer costs at full load, for each score of the run.
fn correct<'a>(
    cost_case: &'a CostCase,
    evaluation: &Evaluation,
) -> impl Iterator<Item = (&'a TaskScore, CorrectAnswer)> {
    let request = evaluation.full_load.per_request;
    let scores = cost_case.replica.run.iter().flat_map(|run| &run.file.quality);
    scores.filter_map(move |score| Some((score, per_correct_answer(request, score.score, score.stderr)?)))
}

fn correct_answers(cost_case: &CostCase, evaluation: &Evaluation, out: &mut Printer) {
    let rows = correct(cost_case, evaluation).map(|(score, correct)| {
        let interval = correct.interval.map_or(String::new(), |(low, high)| {
            format!(
                "{} to {}",
                format::usd_per_thousand(low),
                high.map_or("any price".into(), format::usd_per_thousand)
            )
        });
        let shots = score.shots.map_or(String::new(), |shots| format!(", {shots}-shot"));
        let filter = if score.filter == "none" { String::new() } else { format!(" ({})", score.filter) };
        let task = format!("{}{shots} {}{filter}", score.task, score.metric);
        [task, format::percent_of(score.score), format::usd_per_thousand(correct.usd), interval]
    });
    let rows: Vec<[String; 4]> = rows.collect();
    if rows.is_empty() {
        return;
    }
    out.data("");
    out.data("USD per 1,000 correct answers at full load, one request of this mix per question:");
    let heads = ["task", "correct", "USD", "95 % interval"].map(str::to_owned);
    for line in lines(&[vec![heads], rows].concat(), First::Left) {
        out.data(format!("  {line}"));
    }
}

/// The same case with the smallest and the largest weight worth showing; none where one cannot be computed with.
fn band(case: &Case) -> Option<(Evaluation, Evaluation)> {
    let at = |output_to_prompt: f64| {
        let weights = TokenWeights { output_to_prompt, ..case.weights };
        evaluate(&Case { weights, ..case.clone() }, &[]).ok()
    };
    Some((at(WEIGHT_BAND.0)?, at(WEIGHT_BAND.1)?))
}

fn at_operating_point(cost_case: &CostCase, evaluation: &Evaluation, out: &mut Printer) {
    let (full, bill) = (&evaluation.full_load, &evaluation.bill);
    let mut rows = vec![
        ["", "at full load", "as used"].map(str::to_owned),
        [
            "1M total tokens".into(),
            format::usd_per_million(full.per_million),
            format::usd_per_million(evaluation.per_million),
        ],
        [
            "1,000 requests".into(),
            format::usd_per_thousand(full.per_request),
            format::usd_per_thousand(evaluation.per_request),
        ],
    ];
    let tokens = cost_case.case.mix;
    let used = |usd: f64| {
        // As used, the whole bill is split as a request at full load is.
        let factor = evaluation.per_request.value() / full.per_request.value();
        format::usd(Usd::new(usd * factor))
    };
    let mut kind = |name: &str, usd: f64| rows.push([name.into(), format::usd(Usd::new(usd)), used(usd)]);
    kind("1M input tokens", full.split.input.value());
    if tokens.cached > 0.0 {
        kind("1M cached input tokens", full.split.cached.value());
    }
    kind("1M output tokens", full.split.output.value());
    out.data("Cost at the operating point, for this mix:");
    for line in lines(&rows, First::Left) {
        out.data(format!("  {line}"));
    }
    out.data(format!(
        "As used: utilization {}, {} per month for {}M tokens.",
        format::percent_of(bill.utilisation),
        format::usd(bill.total()),
        format::significant(cost_case.case.demand.per_month() * tokens.total() / TOKENS_PER_PRICE_UNIT, 4)
    ));
    if let Some((low, high)) = band(&cost_case.case) {
        out.data(format!(
            "Weight of an output token: {} input tokens. From {} to {}, the split changes from {} / {} to {} / {} per 1M input / output.",
            format::amount(cost_case.case.weights.output_to_prompt),
            WEIGHT_BAND.0,
            WEIGHT_BAND.1,
            format::usd_per_million(low.full_load.split.input),
            format::usd_per_million(low.full_load.split.output),
            format::usd_per_million(high.full_load.split.input),
            format::usd_per_million(high.full_load.split.output),
        ));
    }
    if let Some((low, high)) = cost_case.case.served.interval {
        let cost = |rate| {
            evaluate(&cost_case.case.at_rate(rate), &[]).map(|it| format::usd_per_million(it.full_load.per_million))
        };
        if let (Ok(cheap), Ok(dear)) = (cost(high), cost(low)) {
            out.data(format!(
                "Repeats: 1M total tokens at full load cost {cheap} to {dear} (95 % interval of requests/s)."
            ));
        }
    }
}
