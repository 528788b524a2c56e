//! Axes: the mapping from a value to a fraction of the plot, and 1-2-5 ticks.
//!
//! Pure arithmetic: no pixels, no drawing.

/// The scale of an axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Scale {
    /// Equal steps are equal lengths.
    Linear,
    /// Equal ratios are equal lengths; every value is above 0.
    Log,
    /// Rows or columns with names, in order; positions are 0, 1, 2, …
    Category(Vec<String>),
}

/// One tick of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Its value, in the axis' unit.
    pub at: f64,
    /// Its label.
    pub label: String,
}

/// One axis of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What is measured, with its unit; written at the axis.
    pub label: String,
    /// Its scale.
    pub scale: Scale,
    /// Lowest value shown.
    pub low: f64,
    /// Highest value shown.
    pub high: f64,
    /// Its ticks, in order.
    pub ticks: Vec<Tick>,
}

impl Axis {
    /// A linear axis from `low` to at least `high`, with ticks at 1-2-5 steps written by `write`.
    #[must_use]
    pub fn linear(label: &str, low: f64, high: f64, write: impl Fn(f64) -> String) -> Self {
        let step = nice_step((high - low) / 4.5);
        let first = (low / step).ceil() as i64;
        let last = (high / step).ceil() as i64;
        let ticks =
            (first..=last).map(|multiple| multiple as f64 * step).map(|at| Tick { at, label: write(at) }).collect();
        Self { label: label.into(), scale: Scale::Linear, low, high: last as f64 * step, ticks }
    }

    /// A log axis from `low` to `high`, widened to the next 1-2-5 value on both sides; its label says that it is log.
    ///
    /// Up to three decades every 1-2-5 value is a tick, beyond that only the powers of ten.
    /// `low` and `high` must be above 0; anything else gives an axis from 1 to 10.
    #[must_use]
    pub fn log(label: &str, low: f64, high: f64, write: impl Fn(f64) -> String) -> Self {
        let sane = low > 0.0 && high > low && high.is_finite();
        let (low, high) = if sane { (low, high) } else { (1.0, 10.0) };
        let all = one_two_five(low, high);
        let (low, high) = (all[0], all[all.len() - 1]);
        let wide = (high / low).log10() > 3.01;
        let ticks = all
            .into_iter()
            .filter(|value| !wide || is_power_of_ten(*value))
            .map(|at| Tick { at, label: write(at) })
            .collect();
        Self { label: format!("{label} (log scale)"), scale: Scale::Log, low, high, ticks }
    }

    /// Named rows, from the top (or columns, from the left).
    #[must_use]
    pub fn categories(label: &str, names: Vec<String>) -> Self {
        let high = names.len() as f64 - 0.5;
        Self { label: label.into(), scale: Scale::Category(names), low: -0.5, high, ticks: Vec::new() }
    }

    /// Where `value` lies between the low end (0) and the high end (1); outside values go beyond.
    #[must_use]
    pub fn share(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Log => (value / self.low).ln() / (self.high / self.low).ln(),
            Scale::Linear | Scale::Category(_) => (value - self.low) / (self.high - self.low),
        }
    }

    /// The value at a share of the axis: the inverse of [`Axis::share`].
    #[must_use]
    pub fn value_at(&self, share: f64) -> f64 {
        match self.scale {
            Scale::Log => self.low * ((self.high / self.low).ln() * share).exp(),
            Scale::Linear | Scale::Category(_) => self.low + share * (self.high - self.low),
        }
    }

    /// Whether a value lies on the axis, ends included.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `rough`.
fn nice_step(rough: f64) -> f64 {
    if !(rough > 0.0 && rough.is_finite()) {
        return 1.0;
    }
    let power = 10f64.powi(rough.log10().floor() as i32);
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * power >= rough * 0.999_999);
    factor.unwrap_or(10.0) * power
}

/// Every 1-2-5 value from the last at or below `low` to the first at or above `high`.
fn one_two_five(low: f64, high: f64) -> Vec<f64> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let every: Vec<f64> =
        (first..=last).flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor * 10f64.powi(power))).collect();
    let from = every.iter().rposition(|v| *v <= low * 1.000_001).unwrap_or(0);
    let to = every.iter().position(|v| *v >= high * 0.999_999).unwrap_or(every.len() - 1);
    every[from..=to.max(from + 1)].to_vec()
}

fn is_power_of_ten(value: f64) -> bool {
    (value.log10() - value.log10().round()).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(axis: &Axis) -> String {
        let ticks: Vec<&str> = axis.ticks.iter().map(|t| t.label.as_str()).collect();
        format!("{}..{}: {}", axis.low, axis.high, ticks.join(" "))
    }

    #[test]
    fn linear_ticks_stand_at_one_two_five() {
        assert_eq!(written(&Axis::linear("", 0.0, 2169.0, |v| v.to_string())), "0..2500: 0 500 1000 1500 2000 2500");
        assert_eq!(written(&Axis::linear("", 90.0, 104.0, |v| v.to_string())), "90..105: 90 95 100 105");
    }

    #[test]
    fn log_ticks_widen_to_one_two_five() {
        assert_eq!(
            written(&Axis::log("", 45.0, 2822.0, |v| v.to_string())),
            "20..5000: 20 50 100 200 500 1000 2000 5000"
        );
        assert_eq!(written(&Axis::log("", 3.0, 90_000.0, |v| v.to_string())), "2..100000: 10 100 1000 10000 100000");
    }

    #[test]
    fn share_and_value_are_inverse() {
        let axis = Axis::log("", 1.0, 1000.0, |v| v.to_string());
        assert!((axis.share(10.0) - 1.0 / 3.0).abs() < 1e-12);
        assert!((axis.value_at(axis.share(37.0)) - 37.0).abs() < 1e-9);
    }
}
