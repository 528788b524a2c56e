//! The one percentile, the one mean and the one standard deviation of the project.
//!
//! Nothing here guesses: no samples give `None`, never 0 or NaN.

pub mod counted;
pub mod random;
#[cfg(feature = "observations")]
pub mod spread;

/// Samples in ascending order, all of them finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Sorted(Vec<f64>);

impl Sorted {
    /// Sorts the samples; anything not finite is left out.
    #[must_use]
    pub fn new(samples: impl IntoIterator<Item = f64>) -> Self {
        let mut samples: Vec<f64> = samples.into_iter().filter(|sample| sample.is_finite()).collect();
        samples.sort_by(f64::total_cmp);
        Self(samples)
    }

    /// The samples, lowest first.
    #[must_use]
    pub fn samples(&self) -> &[f64] {
        &self.0
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The `q` quantile, `q` in 0 to 1, by linear interpolation between closest ranks
    /// (numpy's default, Hyndman and Fan type 7). `None` for no samples or a `q` outside.
    ///
    /// ```
    /// use shared::stats::Sorted;
    /// assert_eq!(Sorted::new([1.0, 2.0]).quantile(0.5), Some(1.5));
    /// assert_eq!(Sorted::new([]).quantile(0.5), None);
    /// ```
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if self.0.is_empty() || !(0.0..=1.0).contains(&q) {
            return None;
        }
        let rank = q * (self.0.len() - 1) as f64;
        let below = self.0[rank.floor() as usize];
        let above = self.0[rank.ceil() as usize];
        Some(below + (above - below) * rank.fract())
    }

    /// The arithmetic mean. `None` for no samples.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.0.iter().sum::<f64>() / self.0.len() as f64)
    }

    /// The population standard deviation (divisor n, numpy's default). `None` for no samples.
    #[must_use]
    pub fn standard_deviation(&self) -> Option<f64> {
        let mean = self.mean()?;
        let squares: f64 = self.0.iter().map(|sample| (sample - mean).powi(2)).sum();
        Some((squares / self.0.len() as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn agrees_with_numpy() {
        // numpy.percentile([15, 20, 35, 40, 50], [5, 30, 40, 99]) = 16, 23, 29, 49.6
        let samples = Sorted::new([50.0, 15.0, 40.0, 20.0, 35.0]);
        let quantiles = [0.05, 0.30, 0.40, 0.99].map(|q| samples.quantile(q).unwrap());
        for (ours, numpy) in quantiles.into_iter().zip([16.0, 23.0, 29.0, 49.6]) {
            assert!((ours - numpy).abs() < 1e-12, "{ours} {numpy}");
        }
        // numpy.std([2, 4, 4, 4, 5, 5, 7, 9]) = 2
        assert_eq!(Sorted::new([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).standard_deviation(), Some(2.0));
    }

    #[test]
    fn nothing_gives_nothing() {
        let none = Sorted::new([f64::NAN]);
        assert_eq!((none.count(), none.mean(), none.standard_deviation()), (0, None, None));
        assert_eq!(Sorted::new([1.0]).quantile(1.5), None);
    }

    proptest! {
        #[test]
        fn quantiles_stay_within_and_never_fall(
            samples in proptest::collection::vec(-1e9..1e9f64, 1..60), a in 0.0..=1.0f64, b in 0.0..=1.0f64
        ) {
            let sorted = Sorted::new(samples);
            let (low, high) = (sorted.quantile(a.min(b)).unwrap(), sorted.quantile(a.max(b)).unwrap());
            prop_assert!(low <= high);
            prop_assert!(sorted.samples()[0] <= low && high <= *sorted.samples().last().unwrap());
        }
    }
}
