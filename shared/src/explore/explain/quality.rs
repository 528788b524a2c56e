//! The arithmetic of quality: a score, how much of the baseline's it is, and what a correct answer costs.

use super::hosting::{of_request, request_formula, request_inputs, when};
use super::{Explanation, file_input};
use crate::economics::cost::per_correct_answer;
use crate::explore::answer::told;
use crate::explore::library::{Library, Run, is_baseline};
use crate::explore::scenario::Scenario;
use crate::explore::tables::task_name;
use crate::format;
use crate::measure::quality::{Retention, TaskScore};

/// The name a score is opened by, behind its run: task, metric, filter and shots.
#[must_use]
pub fn score_key(score: &TaskScore) -> String {
    let shots = score.shots.map_or("-".into(), |shots| shots.to_string());
    [&score.task, &score.metric, &score.filter, &shots].map(String::as_str).join(",")
}

/// `quality`, `retention`, `correct` or `correct-full` of a run's score: `<run>/<score>`.
pub(super) fn open(library: &Library, scenario: &Scenario, kind: &str, name: &str) -> Option<Explanation> {
    let (id, key) = name.split_once('/')?;
    let runs = library.siblings(scenario);
    let run = *runs.iter().find(|run| run.entry.id == id)?;
    let score = run.file.quality.iter().find(|score| score_key(score) == key)?;
    let id = format!("{kind}/{name}");
    match kind {
        "quality" => Some(quality(run, score, &id)),
        "retention" => {
            let baseline = *runs.iter().find(|run| is_baseline(run.entry) && !run.file.quality.is_empty())?;
            retention(baseline, run, score, &id)
        }
        _ => correct(library, scenario, run, score, &id),
    }
}

fn quality(run: Run, score: &TaskScore, id: &str) -> Explanation {
    let value = score.score;
    let mut explanation = Explanation::of(id, task_name(score), format!("{value} of the questions"), run.file.evidence)
        .worked("right answers / questions, as the harness scored them", format!("score = {value}"))
        .from(inputs(run, score, ""));
    if let Some(error) = score.stderr {
        explanation.also = vec![
            format!("{value} - 1.96 × {error} = {}", value - 1.96 * error),
            format!("{value} + 1.96 × {error} = {}", value + 1.96 * error),
        ];
        explanation.note = Some("The two last lines are the ends of the 95 % interval.".into());
    }
    explanation
}

fn retention(baseline: Run, run: Run, score: &TaskScore, id: &str) -> Option<Explanation> {
    let kept = baseline.file.quality.iter().find_map(|base| Retention::of(base, score))?;
    let (base, ours, value) = (kept.baseline.score, score.score, kept.ratio);
    let mut all = inputs(baseline, &kept.baseline, "Baseline's ");
    all.extend(inputs(run, score, "Quantised "));
    let mut explanation = Explanation::of(
        id,
        format!("How much of the baseline's score is kept: {}", task_name(score)),
        format!("{value} of the baseline's score"),
        run.file.evidence,
    )
    .worked("quantised score / baseline's score", format!("{ours} / {base} = {value}"))
    .from(all);
    explanation.also.push(format!("({ours} - {base}) × 100 = {}", kept.points()));
    if let Some(((low, high), (of_base, of_ours))) = kept.interval.zip(kept.baseline.stderr.zip(score.stderr)) {
        const E: f64 = std::f64::consts::E;
        let spread = format!("(({of_base} / {base}) ^ 2 + ({of_ours} / {ours}) ^ 2) ^ 0.5");
        explanation.also.push(format!("{value} × {E} ^ (-1.96 × {spread}) = {low}"));
        explanation.also.push(format!("{value} × {E} ^ (1.96 × {spread}) = {high}"));
        explanation.note = Some(
            "The second line is the difference in points. The last two are the ends of the 95 % interval, by the delta \
             method on the logarithm: ratio × exp(±1.96 × sqrt((se_q / q)² + (se_b / b)²)). Both models answered the same \
             questions, so the true interval is narrower."
                .into(),
        );
    }
    Some(explanation)
}

fn correct(library: &Library, scenario: &Scenario, run: Run, score: &TaskScore, id: &str) -> Option<Explanation> {
    let full = id.starts_with("correct-full/");
    let of_run = Scenario { run: Some(run.entry.id.clone()), ..scenario.clone() };
    let answer = told(library, &of_run)?;
    let found = per_correct_answer(of_request(&answer, full), score.score, score.stderr)?;
    let (formula, worked) = request_formula(&answer, full);
    let value = found.usd.value() * 1000.0;
    let mut all = request_inputs(library, &answer, full);
    all.extend(inputs(run, score, ""));
    let at = |accuracy: f64, usd: f64| format!("{worked} × 1000 / {accuracy} = {}", usd * 1000.0);
    let mut explanation = Explanation::of(
        id,
        format!("Cost of 1,000 correct answers, {}: {}", when(full), task_name(score)),
        format!("{value} USD per 1,000 correct answers"),
        answer.evidence,
    )
    .worked(format!("{formula} × 1,000 / score"), at(score.score, found.usd.value()))
    .from(all);
    if let Some(((low, high), error)) = found.interval.zip(score.stderr) {
        explanation.also.push(at((score.score + 1.96 * error).min(1.0), low.value()));
        explanation.also.extend(high.map(|high| at(score.score - 1.96 * error, high.value())));
    }
    Some(explanation.note(
        "A request of your mix is taken to be a question of the task; where its questions are longer, they cost more. \
         Further lines are the ends of the 95 % interval of the score.",
    ))
}

fn inputs(run: Run, score: &TaskScore, whose: &str) -> Vec<super::Input> {
    let mut inputs = vec![file_input(run, &format!("{whose}score"), score.score.to_string())];
    inputs.extend(score.stderr.map(|error| file_input(run, &format!("{whose}standard error"), error.to_string())));
    let asked = |samples: u64| file_input(run, &format!("{whose}questions"), format::count(samples as f64));
    inputs.extend(score.samples.map(asked));
    inputs
}
