//! Samples that occurred several times: the same mean, deviation and percentiles without writing each out.

/// Values in ascending order, each with how many samples there are up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    values: Vec<(f64, u64)>,
    /// Samples up to and with the value of the same index.
    up_to: Vec<u64>,
}

impl Counted {
    /// Sorts values with their counts; anything not finite and what did not occur is left out.
    #[must_use]
    pub fn new(mut values: Vec<(f64, u64)>) -> Self {
        values.retain(|(value, count)| value.is_finite() && *count > 0);
        // Durations come in ascending runs, which a stable sort merges.
        values.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut total = 0;
        let mut count = |count: u64| {
            total += count;
            total
        };
        let up_to = values.iter().map(|(_, times)| count(*times)).collect();
        Self { values, up_to }
    }

    /// How many samples there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.up_to.last().copied().unwrap_or(0)
    }

    /// The `q` quantile, as [`super::Sorted::quantile`] has it.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if self.values.is_empty() || !(0.0..=1.0).contains(&q) {
            return None;
        }
        let rank = q * (self.count() - 1) as f64;
        let at = |rank: f64| self.values[self.up_to.partition_point(|up_to| *up_to <= rank as u64)].0;
        let (below, above) = (at(rank.floor()), at(rank.ceil()));
        Some(below + (above - below) * rank.fract())
    }

    /// The arithmetic mean. `None` for no samples.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let sum: f64 = self.values.iter().map(|(value, count)| value * *count as f64).sum();
        (!self.values.is_empty()).then(|| sum / self.count() as f64)
    }

    /// The population standard deviation. `None` for no samples.
    #[must_use]
    pub fn standard_deviation(&self) -> Option<f64> {
        let mean = self.mean()?;
        let squares: f64 = self.values.iter().map(|(value, count)| (value - mean).powi(2) * *count as f64).sum();
        Some((squares / self.count() as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Sorted;
    use proptest::prelude::*;

    #[test]
    fn nothing_gives_nothing() {
        let none = Counted::new(vec![(1.0, 0), (f64::NAN, 3)]);
        assert_eq!((none.count(), none.mean(), none.quantile(0.5), none.standard_deviation()), (0, None, None, None));
    }

    proptest! {
        #[test]
        fn counting_is_the_same_as_writing_out(
            values in proptest::collection::vec((0.0..1e3f64, 0..9u64), 1..40), q in 0.0..=1.0f64
        ) {
            let out = values.iter().flat_map(|(value, count)| std::iter::repeat_n(*value, *count as usize));
            let (counted, sorted) = (Counted::new(values.clone()), Sorted::new(out));
            prop_assert_eq!(counted.count(), sorted.count() as u64);
            prop_assert_eq!(counted.quantile(q), sorted.quantile(q));
            for (ours, theirs) in [
                (counted.mean(), sorted.mean()),
                (counted.standard_deviation(), sorted.standard_deviation()),
            ] {
                let near = ours.zip(theirs).is_none_or(|(ours, theirs)| (ours - theirs).abs() < 1e-9);
                prop_assert!(near && ours.is_some() == theirs.is_some());
            }
        }
    }
}
