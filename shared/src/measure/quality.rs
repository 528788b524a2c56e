//! Scores of an evaluation task, and how much of the baseline's score a quantised model keeps.
//!
//! A drop is told in points and as a ratio, never mixed; a ratio comes with its interval.

use serde::{Deserialize, Serialize};

/// The score of one task under one metric and filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskScore {
    /// Name in lm-evaluation-harness, such as `gsm8k`.
    pub task: String,
    /// Metric, such as `exact_match`.
    pub metric: String,
    /// Answer filter, such as `flexible-extract`; `none` where the task has no filter.
    pub filter: String,
    /// Worked examples in the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shots: Option<u32>,
    /// The score, 0 to 1.
    pub score: f64,
    /// Its standard error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stderr: Option<f64>,
    /// Questions asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
}

impl TaskScore {
    /// Whether two scores may be compared: same task, metric, filter and number of shots.
    #[must_use]
    pub fn comparable(&self, other: &Self) -> bool {
        (&self.task, &self.metric, &self.filter, self.shots) == (&other.task, &other.metric, &other.filter, other.shots)
    }
}

/// What a quantised model keeps of its baseline on one task.
#[derive(Debug, Clone, PartialEq)]
pub struct Retention {
    /// The baseline's score.
    pub baseline: TaskScore,
    /// The quantised model's score.
    pub quantised: TaskScore,
    /// quantised / baseline.
    pub ratio: f64,
    /// 95 % interval of the ratio, when both standard errors are known and the quantised score is above 0.
    pub interval: Option<(f64, f64)>,
}

impl Retention {
    /// Retention of one task, with the 95 % interval by the delta method on the log ratio:
    /// ratio * exp(+-1.96 * sqrt((se_q/q)^2 + (se_b/b)^2)).
    ///
    /// The two runs asked the same questions, so the true interval is narrower; per-sample logs would tell.
    /// A score of 0 has the ratio 0, and no interval: there is no logarithm of 0. `None` when the scores are not
    /// comparable or the baseline's is 0.
    #[must_use]
    pub fn of(baseline: &TaskScore, quantised: &TaskScore) -> Option<Self> {
        if !baseline.comparable(quantised) || baseline.score <= 0.0 || quantised.score < 0.0 {
            return None;
        }
        let ratio = quantised.score / baseline.score;
        let errors = baseline.stderr.zip(quantised.stderr).filter(|_| quantised.score > 0.0);
        let interval = errors.map(|(of_baseline, of_quantised)| {
            let spread = (of_baseline / baseline.score).hypot(of_quantised / quantised.score);
            (ratio * (-1.96 * spread).exp(), ratio * (1.96 * spread).exp())
        });
        Some(Self { baseline: baseline.clone(), quantised: quantised.clone(), ratio, interval })
    }

    /// quantised - baseline, in percentage points.
    #[must_use]
    pub fn points(&self) -> f64 {
        (self.quantised.score - self.baseline.score) * 100.0
    }

    /// Whether 1 lies within the interval: the difference may be noise. `None` without an interval.
    #[must_use]
    pub fn within_noise(&self) -> Option<bool> {
        self.interval.map(|(low, high)| low <= 1.0 && 1.0 <= high)
    }
}

/// Retention of every task both models have, in the quantised model's order.
#[must_use]
pub fn retention(baseline: &[TaskScore], quantised: &[TaskScore]) -> Vec<Retention> {
    quantised
        .iter()
        .filter_map(|score| Retention::of(baseline.iter().find(|candidate| candidate.comparable(score))?, score))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(filter: &str, score: f64, stderr: f64) -> TaskScore {
        TaskScore {
            task: "gsm8k".into(),
            metric: "exact_match".into(),
            filter: filter.into(),
            shots: Some(5),
            score,
            stderr: Some(stderr),
            samples: Some(1319),
        }
    }

    #[test]
    fn the_filter_decides_whether_quality_fell() {
        // Scores that the same two runs gave under the two filters of one task.
        let strict = Retention::of(&score("strict-match", 0.70508, 0.01256), &score("strict-match", 0.72024, 0.01236));
        let flexible =
            Retention::of(&score("flexible-extract", 0.78469, 0.01132), &score("flexible-extract", 0.75208, 0.01189));
        let (strict, flexible) = (strict.unwrap(), flexible.unwrap());
        assert!((strict.ratio - 1.0215).abs() < 1e-4 && strict.within_noise() == Some(true));
        assert!((flexible.ratio - 0.9584).abs() < 1e-4);
        assert!((flexible.points() + 3.261).abs() < 1e-3);
        let (low, high) = flexible.interval.unwrap();
        assert!(low < 0.93 && high < 1.0, "{low} {high}");
    }

    #[test]
    fn a_score_of_nothing_is_kept_and_told() {
        let kept = retention(&[score("none", 0.7, 0.01)], &[score("none", 0.0, 0.0)]);
        assert_eq!((kept[0].ratio, kept[0].interval, kept[0].within_noise()), (0.0, None, None));
        assert!(Retention::of(&score("none", 0.0, 0.0), &score("none", 0.7, 0.01)).is_none());
    }

    #[test]
    fn other_filters_are_not_compared() {
        let pairs = retention(&[score("strict-match", 0.7, 0.01)], &[score("flexible-extract", 0.7, 0.01)]);
        assert!(pairs.is_empty());
    }
}
