//! lm-evaluation-harness results: the score of each top-level task, with metric, filter, shots and standard error.
//!
//! Subtasks of a group are left out: the group's own score stands for them. Metrics that are no share of right
//! answers (perplexity, errors and the like, where less is better) are named and left out.

use serde_json::{Map, Value};

use crate::date::Date;
use crate::import::evaluation::Evaluation;
use crate::import::object::{Object, value};
use crate::import::{FileContents, FirstValue, ImportError, Importer, Tool};
use crate::measure::quality::TaskScore;

static TOOL: Tool = Tool {
    name: "lm-evaluation-harness",
    slug: "lm-evaluation-harness",
    example: "results_2026-11-22T10-00-00.json",
    definitions: &[],
};

/// Reads the results files of lm-evaluation-harness.
pub struct LmEval;

impl Importer for LmEval {
    fn tool(&self) -> &'static Tool {
        &TOOL
    }

    fn recognizes(&self, first: &FirstValue) -> bool {
        first.has("results") && (first.has("n-shot") || first.has("lm_eval_version") || first.has("versions"))
    }

    fn parse(&self, file: &str, text: &str) -> Result<FileContents, ImportError> {
        let value = value(file, text)?;
        let object = Object::of(file, &value)?;
        let Some(results) = object.needed("results")?.as_object() else {
            return Err(object.wrong("results", "is not an object of tasks"));
        };
        let harness = Harness { object: &object, results };
        let (mut scores, mut skipped) = (Vec::new(), Vec::new());
        for task in harness.top_level_tasks() {
            harness.scores_of(task, &mut scores, &mut skipped)?;
        }
        if scores.is_empty() {
            return Err(object.wrong("results", "has no score between 0 and 1 of a top-level task"));
        }
        scores.sort_by(|a, b| (&a.task, &a.metric, &a.filter).cmp(&(&b.task, &b.metric, &b.filter)));
        let text = |field: &str| object.get(field).and_then(Value::as_str).map(str::to_owned);
        let evaluation = Evaluation {
            file: file.into(),
            tool: &TOOL,
            version: text("lm_eval_version"),
            model: text("model_name"),
            date: object.number("date")?.map(|seconds| Date::from_unix_seconds(seconds as i64)),
            scores,
            skipped,
        };
        Ok(FileContents { evaluations: vec![evaluation], ..FileContents::default() })
    }
}

/// The parts of a results file that say what a score is about.
struct Harness<'a> {
    object: &'a Object<'a>,
    results: &'a Map<String, Value>,
}

impl<'a> Harness<'a> {
    /// Tasks that are no subtask of a group.
    fn top_level_tasks(&self) -> impl Iterator<Item = &'a str> {
        let groups = self.object.get("group_subtasks").and_then(Value::as_object);
        let subtasks: Vec<&str> = groups
            .into_iter()
            .flat_map(Map::values)
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        self.results.keys().map(String::as_str).filter(move |task| !subtasks.contains(task))
    }

    fn scores_of(&self, task: &str, scores: &mut Vec<TaskScore>, skipped: &mut Vec<String>) -> Result<(), ImportError> {
        let metrics = self.results.get(task).and_then(Value::as_object);
        for (key, value) in metrics.into_iter().flatten() {
            // `exact_match,strict-match`; keys without a comma describe the task.
            let Some((metric, filter)) = key.split_once(',') else { continue };
            if metric.ends_with("_stderr") {
                continue;
            }
            let field = || format!("results.{task}.{key}");
            let score = match value.as_f64() {
                Some(score) => score,
                None if is_not_finite(value) => f64::NAN,
                None => return Err(self.object.wrong(&field(), format!("is `{value}`; expected a number"))),
            };
            if !(0.0..=1.0).contains(&score) || self.less_is_better(task, metric) {
                skipped.push(format!("{task} {key}"));
                continue;
            }
            // The harness writes "N/A" where it has no standard error.
            let stderr = metrics.and_then(|metrics| metrics.get(&format!("{metric}_stderr,{filter}"))?.as_f64());
            scores.push(TaskScore {
                task: task.into(),
                metric: metric.into(),
                filter: filter.into(),
                shots: self.shots(task, 0),
                score,
                stderr,
                samples: self.samples(task, key),
            });
        }
        Ok(())
    }

    /// Whether a low value is a good one; where the file does not say, known by its name.
    fn less_is_better(&self, task: &str, metric: &str) -> bool {
        let map = self.object.get("higher_is_better").and_then(|map| map.get(task)?.get(metric)?.as_bool());
        let named = || matches!(metric, "bits_per_byte" | "brier_score") || metric.ends_with("perplexity");
        map.map_or_else(named, |higher| !higher)
    }

    /// Worked examples of a task; of a group when all its subtasks have the same number.
    fn shots(&self, task: &str, depth: usize) -> Option<u32> {
        let own = self.object.get("n-shot").and_then(|shots| shots.get(task)?.as_u64());
        if let Some(own) = own {
            return u32::try_from(own).ok();
        }
        // A file could name a group within itself; real groups are two or three deep.
        if depth > 8 {
            return None;
        }
        let mut shots = self.subtasks(task).map(|subtask| self.shots(subtask, depth + 1));
        let first = shots.next()??;
        shots.all(|other| other == Some(first)).then_some(first)
    }

    /// Questions asked of a task under one `metric,filter`.
    fn samples(&self, task: &str, key: &str) -> Option<u64> {
        let effective = self.object.get("n-samples").and_then(|samples| samples.get(task)?.get("effective")?.as_u64());
        let result = self.results.get(task);
        effective
            .or_else(|| result?.get("sample_count")?.get(key)?.as_u64())
            .or_else(|| result?.get("sample_len")?.as_u64())
    }

    fn subtasks(&self, task: &str) -> impl Iterator<Item = &'a str> {
        let subtasks = self.object.get("group_subtasks").and_then(|groups| groups.get(task)?.as_array());
        subtasks.into_iter().flatten().filter_map(Value::as_str)
    }
}

/// What stands for the `NaN` and `Infinity` that Python writes.
fn is_not_finite(value: &Value) -> bool {
    value.is_null() || matches!(value.as_str(), Some("inf" | "-inf"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up results file: a group of two, a task with two filters, a perplexity.
    const FILE: &str = r#"{
        "results": {
            "arithmetic": {"alias": "arithmetic", "exact_match,strict": 0.5, "exact_match_stderr,strict": 0.05,
                "exact_match,loose": 0.75, "exact_match_stderr,loose": "N/A"},
            "knowledge": {"alias": "knowledge", "sample_len": 30, "acc,none": 0.6, "acc_stderr,none": 0.01},
            "knowledge_history": {"alias": " - history", "acc,none": 0.5},
            "knowledge_law": {"alias": " - law", "acc,none": 0.7},
            "prose": {"word_perplexity,none": 11.5, "word_perplexity_stderr,none": "N/A"}
        },
        "group_subtasks": {"knowledge": ["knowledge_history", "knowledge_law"], "arithmetic": []},
        "n-shot": {"arithmetic": 8, "knowledge_history": 5, "knowledge_law": 5, "prose": 0},
        "n-samples": {"arithmetic": {"original": 200, "effective": 100}},
        "date": 1780092080.32, "model_name": "org/model", "lm_eval_version": "0.4.12", "a_key_of_tomorrow": 1
    }"#;

    fn parse(text: &str) -> Result<Evaluation, ImportError> {
        LmEval.parse("eval.json", text).map(|mut contents| contents.evaluations.remove(0))
    }

    #[test]
    fn top_level_tasks_have_scores_by_metric_and_filter() {
        let evaluation = parse(FILE).unwrap();
        let lines: Vec<String> = evaluation
            .scores
            .iter()
            .map(|s| {
                let (shots, stderr, samples) = (s.shots.unwrap_or(99), s.stderr.unwrap_or(9.0), s.samples.unwrap_or(0));
                format!("{} {} {} {} {shots} {stderr} {samples}", s.task, s.metric, s.filter, s.score)
            })
            .collect();
        assert_eq!(
            lines,
            [
                "arithmetic exact_match loose 0.75 8 9 100",
                "arithmetic exact_match strict 0.5 8 0.05 100",
                "knowledge acc none 0.6 5 0.01 30"
            ]
        );
        assert_eq!(evaluation.skipped, ["prose word_perplexity,none"]);
        assert_eq!(evaluation.date.unwrap().to_string(), "2026-05-29");
        assert_eq!(evaluation.model.as_deref(), Some("org/model"));
        assert_eq!(evaluation.version.as_deref(), Some("0.4.12"));
    }

    #[test]
    fn shots_that_differ_within_a_group_are_not_told() {
        let uneven = FILE.replace(r#""knowledge_law": 5"#, r#""knowledge_law": 0"#);
        assert_eq!(parse(&uneven).unwrap().scores[2].shots, None);
    }

    #[test]
    fn where_less_is_better_is_no_score() {
        let text = r#"{"results": {"a": {"acc,none": 0.5, "ter,none": 0.2, "perplexity,none": 0.9},
                "b": {"bits_per_byte,none": 0.7, "brier_score,none": 0.4, "byte_perplexity,none": 0.8, "f1,none": 0.3}},
            "higher_is_better": {"a": {"acc": true, "ter": false, "perplexity": true}}, "n-shot": {}}"#;
        let evaluation = parse(text).unwrap();
        let scores: Vec<&str> = evaluation.scores.iter().map(|score| score.metric.as_str()).collect();
        assert_eq!(scores, ["acc", "perplexity", "f1"]);
        let skipped = ["a ter,none", "b bits_per_byte,none", "b brier_score,none", "b byte_perplexity,none"];
        assert_eq!(evaluation.skipped, skipped);
    }

    #[test]
    fn what_is_not_finite_leaves_the_rest() {
        let text =
            r#"{"results": {"a": {"acc,none": 0.5, "acc_stderr,none": NaN, "f1,none": NaN, "x,none": -Infinity}}}"#;
        let evaluation = parse(text).unwrap();
        assert_eq!((evaluation.scores.len(), evaluation.scores[0].stderr), (1, None));
        assert_eq!(evaluation.skipped, ["a f1,none", "a x,none"]);
    }

    #[test]
    fn a_group_within_itself_ends() {
        let circle = FILE.replace(r#""arithmetic": []"#, r#""circle": ["circle"], "knowledge_law": ["knowledge_law"]"#);
        let circle = circle.replace(r#""knowledge_law": 5, "#, "");
        assert_eq!(parse(&circle).unwrap().scores[2].shots, None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let message = |text: &str| parse(text).unwrap_err().to_string();
        assert_eq!(message(r#"{"n-shot": {}}"#), "`eval.json`: `results` is missing");
        assert_eq!(message(r#"{"results": 3}"#), "`eval.json`: `results` is not an object of tasks");
        assert_eq!(
            message(r#"{"results": {"a": {"acc,none": "high"}}}"#),
            "`eval.json`: `results.a.acc,none` is `\"high\"`; expected a number"
        );
        assert_eq!(
            message(r#"{"results": {"prose": {"word_perplexity,none": 11.5}}}"#),
            "`eval.json`: `results` has no score between 0 and 1 of a top-level task"
        );
        assert!(message("{").starts_with("`eval.json`: is not JSON"));
    }
}
