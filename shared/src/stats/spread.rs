//! How sure a mean or a share is: sample standard deviation, coefficient of variation, Student's t and Wilson intervals.

/// The standard normal distribution's 97.5 % quantile.
const Z: f64 = 1.959_963_984_540_054;

/// Student's t, 97.5 % quantile, for 1 to 30 degrees of freedom
/// (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, to more digits).
const T_975: [f64; 30] = [
    12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157, 2.228_139,
    2.200_985, 2.178_813, 2.160_369, 2.144_787, 2.131_450, 2.119_905, 2.109_816, 2.100_922, 2.093_024, 2.085_963,
    2.079_614, 2.073_873, 2.068_658, 2.063_899, 2.059_539, 2.055_529, 2.051_831, 2.048_407, 2.045_230, 2.042_272,
];

/// Student's t, 97.5 % quantile: half of a 95 % confidence interval, in standard errors. `None` for no degree of freedom.
///
/// Up to 30 degrees from a table, above by the expansion in Abramowitz and Stegun, 26.7.5 (right to six digits there).
#[must_use]
pub fn student_t_975(degrees: usize) -> Option<f64> {
    if let Some(value) = T_975.get(degrees.checked_sub(1)?) {
        return Some(*value);
    }
    let n = degrees as f64;
    let z = |power: i32| Z.powi(power);
    let first = (z(3) + Z) / 4.0;
    let second = (5.0 * z(5) + 16.0 * z(3) + 3.0 * Z) / 96.0;
    let third = (3.0 * z(7) + 19.0 * z(5) + 17.0 * z(3) - 15.0 * Z) / 384.0;
    let fourth = (79.0 * z(9) + 776.0 * z(7) + 1482.0 * z(5) - 1920.0 * z(3) - 945.0 * Z) / 92_160.0;
    Some(Z + first / n + second / n.powi(2) + third / n.powi(3) + fourth / n.powi(4))
}

/// Mean of several values and how far it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanOf {
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation (divisor n - 1). `None` for fewer than two values.
    pub std: Option<f64>,
    /// Coefficient of variation: that over the mean. `None` as well where the mean is 0.
    pub cv: Option<f64>,
    /// Half width of the mean's 95 % confidence interval: t x std / sqrt(n).
    pub half_width_95: Option<f64>,
}

/// Mean, sample standard deviation, CV and 95 % half width. `None` for no values.
///
/// ```
/// let of = shared::stats::spread::mean_of(&[10.0, 12.0, 14.0]).unwrap();
/// assert_eq!((of.mean, of.std), (12.0, Some(2.0)));
/// ```
#[must_use]
pub fn mean_of(values: &[f64]) -> Option<MeanOf> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let std = (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt());
    let cv = std.filter(|_| mean != 0.0).map(|std| std / mean.abs());
    let t = student_t_975(values.len() - 1);
    let half_width_95 = std.zip(t).map(|(std, t)| t * std / n.sqrt());
    Some(MeanOf { mean, std, cv, half_width_95 })
}

/// Wilson's score interval of a share, 95 %: `(low, high)`. `None` for no trials or more hits than trials.
///
/// Wilson, 1927, without continuity correction. Unlike the usual interval it stays within 0 and 1 and does not
/// shrink to a point when all or none hit.
///
/// ```
/// let (low, high) = shared::stats::spread::wilson_95(95, 100).unwrap();
/// assert!((low - 0.8882).abs() < 1e-4 && (high - 0.9785).abs() < 1e-4);
/// ```
#[must_use]
pub fn wilson_95(hits: u64, trials: u64) -> Option<(f64, f64)> {
    if trials == 0 || hits > trials {
        return None;
    }
    let (n, square) = (trials as f64, Z * Z);
    let share = hits as f64 / n;
    let middle = share + square / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    let whole = 1.0 + square / n;
    // The ends are known where all or none hit; rounding must not push them outside.
    let low = if hits == 0 { 0.0 } else { ((middle - half) / whole).max(0.0) };
    let high = if hits == trials { 1.0 } else { ((middle + half) / whole).min(1.0) };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn student_t_is_the_tables() {
        // scipy.stats.t.ppf(0.975, n)
        let known = [(1, 12.706_204_736), (2, 4.302_652_730), (9, 2.262_157_163), (30, 2.042_272_456)];
        let above = [(31, 2.039_513_446), (40, 2.021_075_390), (60, 2.000_297_822), (120, 1.979_930_405)];
        for (degrees, expected) in known.into_iter().chain(above) {
            let found = student_t_975(degrees).unwrap();
            assert!((found - expected).abs() < 1e-6, "{degrees}: {found} {expected}");
        }
        assert_eq!(student_t_975(0), None);
    }

    #[test]
    fn spread_needs_two_values() {
        let one = mean_of(&[3.0]).unwrap();
        assert_eq!((one.mean, one.std, one.cv, one.half_width_95), (3.0, None, None, None));
        assert_eq!(mean_of(&[]), None);
        // numpy.std([980, 1000, 1020], ddof=1) = 20; t(2) = 4.302653
        let of = mean_of(&[980.0, 1000.0, 1020.0]).unwrap();
        assert_eq!((of.mean, of.std, of.cv), (1000.0, Some(20.0), Some(0.02)));
        assert!((of.half_width_95.unwrap() - 4.302_653 * 20.0 / 3f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn wilson_is_statsmodels() {
        // statsmodels.stats.proportion.proportion_confint(hits, trials, method="wilson")
        for (hits, trials, low, high) in [
            (0, 10, 0.0, 0.277_533),
            (10, 10, 0.722_467, 1.0),
            (95, 100, 0.888_249_9, 0.978_463_7),
            (1, 2, 0.094_531, 0.905_469),
        ] {
            let found = wilson_95(hits, trials).unwrap();
            assert!((found.0 - low).abs() < 1e-4 && (found.1 - high).abs() < 1e-4, "{hits}/{trials}: {found:?}");
        }
        assert_eq!((wilson_95(0, 0), wilson_95(3, 2)), (None, None));
    }

    proptest! {
        #[test]
        fn t_falls_towards_the_normal(degrees in 1usize..5000) {
            let (here, next) = (student_t_975(degrees).unwrap(), student_t_975(degrees + 1).unwrap());
            prop_assert!(here > next && next > Z);
        }

        #[test]
        fn wilson_holds_the_share(trials in 1u64..100_000, part in 0.0..=1.0f64) {
            let hits = (trials as f64 * part) as u64;
            let (low, high) = wilson_95(hits, trials).unwrap();
            let share = hits as f64 / trials as f64;
            prop_assert!((0.0..=share + 1e-12).contains(&low) && (share - 1e-12..=1.0).contains(&high));
        }
    }
}
