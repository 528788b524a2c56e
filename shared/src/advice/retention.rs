//! What quantising a model has cost others in quality: a range over published scores, never one number.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::catalogue::{Model, Retention};

/// Models count as of one size when neither has more parameters than this many times the other's.
const SAME_SIZE: f64 = 1.4;

/// Published scores of quantised models, each in percent of its baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Whose they are.
    pub of: Whose,
    /// How many scores.
    pub scores: usize,
    /// Evaluation tasks among them.
    pub tasks: usize,
    /// Sources they are from.
    pub sources: usize,
    /// The lowest, in percent.
    pub lowest: f64,
    /// The middle one, in percent.
    pub median: f64,
    /// The highest, in percent.
    pub highest: f64,
}

/// Whose scores stand for a model's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Its own.
    Own,
    /// Models of its family and size, by their files.
    Family(Vec<String>),
    /// Models of its size, by their files.
    Size(Vec<String>),
}

/// What is published of a model in a quantization; where nothing is, of models of its family and size, else of its size.
/// `None` where there is nothing of those either, and for the baseline itself.
#[must_use]
pub fn kept(
    published: &[Retention],
    models: &BTreeMap<String, Model>,
    model: &str,
    quantization: &str,
) -> Option<Kept> {
    let of = |wanted: &dyn Fn(&str) -> bool| -> Vec<&Retention> {
        published.iter().filter(|one| one.quantization == quantization && wanted(&one.model)).collect()
    };
    let own = of(&|name| name == model);
    if let Some(kept) = range(&own, Whose::Own) {
        return Some(kept);
    }
    let parameters = |name: &str| models.get(name).map(|model| model.parameters as f64);
    let size = parameters(model)?;
    let near = |name: &str| parameters(name).is_some_and(|its| (its / size).max(size / its) <= SAME_SIZE);
    let family = of(&|name| near(name) && family(name) == family(model));
    range(&family, Whose::Family(names(&family))).or_else(|| {
        let sized = of(&near);
        range(&sized, Whose::Size(names(&sized)))
    })
}

/// `llama` of `llama-3.1-8b-instruct`, `qwen` of `qwen2.5-7b-instruct`.
fn family(name: &str) -> &str {
    name.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default()
}

fn names(scores: &[&Retention]) -> Vec<String> {
    scores.iter().map(|one| one.model.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn range(scores: &[&Retention], of: Whose) -> Option<Kept> {
    let mut shares: Vec<f64> = scores.iter().map(|one| one.retention_percent).collect();
    shares.sort_by(f64::total_cmp);
    let (lowest, highest) = (*shares.first()?, *shares.last()?);
    let distinct = |what: fn(&Retention) -> &str| scores.iter().map(|one| what(one)).collect::<BTreeSet<_>>().len();
    let middle = shares.len() / 2;
    let median = if shares.len() % 2 == 1 { shares[middle] } else { shares[middle - 1].midpoint(shares[middle]) };
    Some(Kept {
        of,
        scores: shares.len(),
        tasks: distinct(|one| &one.task),
        sources: distinct(|one| &one.source),
        lowest,
        median,
        highest,
    })
}

impl Kept {
    /// The range in words, such as `86 to 102 %`; of one score, that one.
    #[must_use]
    pub fn range(&self) -> String {
        let percent = |share: f64| format!("{share:.1}");
        if self.lowest == self.highest {
            return format!("{} %", percent(self.lowest));
        }
        format!("{} to {} %", percent(self.lowest), percent(self.highest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::made_up::{llama, score};

    fn published() -> (Vec<Retention>, BTreeMap<String, Model>) {
        let scores = vec![
            score("llama-3.1-8b", "fp8", "MMLU", 99.5),
            score("llama-3.1-8b", "fp8", "GSM8K", 102.1),
            score("llama-3.1-8b", "fp8", "GSM8K", 97.4),
            score("qwen3-8b", "awq-int4", "MMLU", 98.4),
            score("llama-3.1-70b", "fp8", "MMLU", 99.9),
        ];
        let models = [("llama-3.1-8b", false), ("llama-3-8b", false), ("qwen3-8b", false), ("llama-3.1-70b", true)];
        (scores, models.map(|(name, large)| (name.to_owned(), llama(large, &[]))).into())
    }

    fn of(model: &str, quantization: &str) -> Option<Kept> {
        let (scores, models) = published();
        kept(&scores, &models, model, quantization)
    }

    #[test]
    fn scores_are_a_range_with_their_number() {
        let own = of("llama-3.1-8b", "fp8").unwrap();
        assert_eq!((own.of.clone(), own.scores, own.tasks, own.sources), (Whose::Own, 3, 2, 1));
        assert_eq!((own.lowest, own.median, own.highest), (97.4, 99.5, 102.1));
        assert_eq!(own.range(), "97.4 to 102.1 %");
        assert_eq!(of("llama-3.1-70b", "fp8").unwrap().range(), "99.9 %");
    }

    #[test]
    fn a_model_without_scores_has_those_of_its_like_and_says_so() {
        assert_eq!(of("llama-3-8b", "fp8").unwrap().of, Whose::Family(vec!["llama-3.1-8b".into()]));
        assert_eq!(of("llama-3-8b", "awq-int4").unwrap().of, Whose::Size(vec!["qwen3-8b".into()]));
        // A large model keeps more; a small one's scores say nothing of it.
        assert_eq!(of("llama-3.1-70b", "awq-int4"), None);
        assert_eq!(of("llama-3-8b", "nvfp4"), None);
        assert_eq!(of("unheard-of", "fp8"), None);
    }
}
