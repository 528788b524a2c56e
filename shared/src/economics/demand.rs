//! Demand: how many requests are wanted, and how they are spread over the hours.
//!
//! Only that; how many replicas serve it is `staircase`'s. Latency decides what one replica may serve, not demand.

use crate::economics::invalid::{Invalid, within};
use crate::units::{DAYS_PER_MONTH, HOURS_PER_DAY, HOURS_PER_MONTH, RequestsPerSecond, SECONDS_PER_HOUR};

/// Requests wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Mean requests a day.
    pub requests_per_day: f64,
    /// How they are spread over time.
    pub shape: Shape,
}

/// How requests are spread over time.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Evenly.
    Flat,
    /// pi: the busiest hour's rate over the mean rate, from 1 to 24. Where every hour counts, as for an autoscaled
    /// fleet, the day is taken to be a [`bell`].
    PeakToMean(f64),
    /// Hour by hour.
    Hourly(Hours),
}

/// Hours of a day, a week or any other stretch, each with its rate over the mean rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours(Vec<f64>);

/// Hours that are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slot {
    /// Their rate over the mean rate.
    pub weight: f64,
    /// Their share of the time; all slots make 1.
    pub share: f64,
}

impl Hours {
    /// From what each hour asks, in any unit: requests, users, percent.
    ///
    /// # Errors
    /// When there is no hour, one is negative or not a number, or all are 0.
    ///
    /// ```
    /// use shared::economics::demand::Hours;
    /// let hours = Hours::new(&[0.0, 30.0, 60.0]).unwrap();
    /// assert_eq!(hours.weights(), [0.0, 1.0, 2.0]);
    /// assert!(Hours::new(&[0.0, 0.0]).is_err());
    /// ```
    pub fn new(asked: &[f64]) -> Result<Self, Invalid> {
        within("demand_hours", asked.len() as f64, 1.0, 100_000.0)?;
        for hour in asked {
            within("demand_hour", *hour, 0.0, 1e12)?;
        }
        let mean = asked.iter().sum::<f64>() / asked.len() as f64;
        within("demand_mean_hour", mean, f64::MIN_POSITIVE, 1e12)?;
        Ok(Self(asked.iter().map(|hour| hour / mean).collect()))
    }

    /// Each hour's rate over the mean rate.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.0
    }
}

impl Shape {
    /// pi: the busiest hour's rate over the mean rate.
    #[must_use]
    pub fn peak_to_mean(&self) -> f64 {
        match self {
            Self::Flat => 1.0,
            Self::PeakToMean(ratio) => *ratio,
            Self::Hourly(hours) => hours.0.iter().copied().fold(1.0, f64::max),
        }
    }

    /// Hours that are alike, the quietest first; their shares make 1 and their weighted mean is 1.
    #[must_use]
    pub fn slots(&self) -> Vec<Slot> {
        let mut weights = match self {
            Self::Flat => vec![1.0],
            Self::PeakToMean(ratio) => bell(*ratio),
            Self::Hourly(hours) => hours.0.clone(),
        };
        weights.sort_by(f64::total_cmp);
        let share = 1.0 / weights.len() as f64;
        let mut slots: Vec<Slot> = Vec::new();
        for weight in weights {
            match slots.last_mut() {
                Some(slot) if slot.weight == weight => slot.share += share,
                _ => slots.push(Slot { weight, share }),
            }
        }
        slots
    }
}

/// A day of 24 hours with one peak: `((1 + cos) / 2)^k`, k such that the busiest hour has `ratio` times the mean rate.
///
/// A shape we chose, for when only the peak is known: smooth, one peak a day, any ratio from 1 (flat) to 24 (one hour).
#[must_use]
pub fn bell(ratio: f64) -> Vec<f64> {
    let day = |k: f64| -> Vec<f64> {
        let hour = |h: u32| (std::f64::consts::TAU * f64::from(h) / HOURS_PER_DAY).cos();
        // The quietest hour is not quite 0, whose power would jump from 1 to 0 beside k = 0.
        (0..24).map(|h| ((1.0 + hour(h)) / 2.0).max(1e-6).powf(k)).collect()
    };
    let mean = |day: &[f64]| day.iter().sum::<f64>() / HOURS_PER_DAY;
    let (mut low, mut high) = (0.0, 1e4);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        // The busiest hour is 1, so that its rate over the mean is 1 over the mean.
        if 1.0 / mean(&day(middle)) < ratio { low = middle } else { high = middle }
    }
    let day = day(low);
    let mean = mean(&day);
    day.into_iter().map(|hour| hour / mean).collect()
}

impl Demand {
    /// So many requests a day, evenly.
    #[must_use]
    pub fn flat(requests_per_day: f64) -> Self {
        Self { requests_per_day, shape: Shape::Flat }
    }

    /// So many requests a month of 730 hours, evenly.
    #[must_use]
    pub fn from_month(requests: f64) -> Self {
        Self::flat(requests / DAYS_PER_MONTH)
    }

    /// Requests a month of 730 hours.
    #[must_use]
    pub fn per_month(&self) -> f64 {
        self.requests_per_day * DAYS_PER_MONTH
    }

    /// lambda: the mean rate.
    #[must_use]
    pub fn mean_rate(&self) -> RequestsPerSecond {
        RequestsPerSecond::new(self.per_month() / (HOURS_PER_MONTH * SECONDS_PER_HOUR))
    }

    /// Itself, once it asks for something that can be asked.
    ///
    /// # Errors
    /// When a value lies outside its range.
    pub fn checked(&self) -> Result<&Self, Invalid> {
        within("requests_per_day", self.requests_per_day, 0.001, 1e12)?;
        if let Shape::PeakToMean(ratio) = self.shape {
            within("peak_to_mean", ratio, 1.0, 24.0)?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mean(slots: &[Slot]) -> f64 {
        slots.iter().map(|slot| slot.weight * slot.share).sum()
    }

    #[test]
    fn a_month_has_730_hours() {
        let demand = Demand::flat(24.0);
        assert_eq!((demand.per_month(), Demand::from_month(730.0).requests_per_day), (730.0, 24.0));
        assert!((demand.mean_rate().value() - 1.0 / 3600.0).abs() < 1e-15);
    }

    #[test]
    fn hours_that_are_alike_are_one_slot() {
        let day: Vec<f64> = (0..24).map(|hour| if (8..20).contains(&hour) { 3.0 } else { 1.0 }).collect();
        let slots = Shape::Hourly(Hours::new(&day).unwrap()).slots();
        assert_eq!(
            slots,
            [Slot { weight: 0.5, share: 0.5 }, Slot { weight: 1.5, share: 0.5 }]
                .map(|slot| Slot { share: slots[0].share, ..slot })
        );
        assert!((slots[0].share - 0.5).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_demand_is_refused_by_name() {
        let refused = |demand: Demand| demand.checked().unwrap_err().field;
        assert_eq!(refused(Demand::flat(0.0)), "requests_per_day");
        assert_eq!(refused(Demand::flat(f64::NAN)), "requests_per_day");
        assert_eq!(refused(Demand { shape: Shape::PeakToMean(0.9), ..Demand::flat(1.0) }), "peak_to_mean");
        assert_eq!(Hours::new(&[]).unwrap_err().field, "demand_hours");
        assert_eq!(Hours::new(&[1.0, -1.0]).unwrap_err().field, "demand_hour");
    }

    proptest! {
        #[test]
        fn a_bell_has_its_peak_and_its_mean(ratio in 1.0..24.0f64) {
            let shape = Shape::PeakToMean(ratio);
            let slots = shape.slots();
            prop_assert!((mean(&slots) - 1.0).abs() < 1e-9);
            let peak = slots.last().unwrap().weight;
            // One hour of 24 cannot quite reach 24 with any k.
            prop_assert!((peak / ratio - 1.0).abs() < 1e-6, "{peak} {ratio}");
        }

        #[test]
        fn slots_keep_the_mean(hours in proptest::collection::vec(0.0..1e6f64, 1..200)) {
            prop_assume!(hours.iter().sum::<f64>() > 0.0);
            let slots = Shape::Hourly(Hours::new(&hours).unwrap()).slots();
            prop_assert!((mean(&slots) - 1.0).abs() < 1e-9);
            prop_assert!((slots.iter().map(|slot| slot.share).sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
