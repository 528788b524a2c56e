//! Demand in, replicas and the monthly bill out, for pods rented on demand around the clock.
//!
//! Hours provisioned are paid whether used or not: utilisation is a result here, never a factor of the bill.

use crate::units::{DAYS_PER_MONTH, Fraction, HOURS_PER_MONTH, RequestsPerSecond, SECONDS_PER_HOUR, Usd, UsdPerHour};

/// Requests wanted, evenly over the day or with a peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Mean requests a day.
    pub requests_per_day: f64,
    /// pi: rate at the peak over the mean rate; 1 is flat.
    pub peak_to_mean: f64,
}

impl Demand {
    /// Requests a month of 730 hours.
    #[must_use]
    pub fn per_month(self) -> f64 {
        self.requests_per_day * DAYS_PER_MONTH
    }

    /// Requests a day that make so many a month.
    #[must_use]
    pub fn from_month(requests: f64) -> Self {
        Self { requests_per_day: requests / DAYS_PER_MONTH, peak_to_mean: 1.0 }
    }
}

/// One kind of replica and how far it may be loaded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replica {
    /// P: its price.
    pub price: UsdPerHour,
    /// q': requests a second it serves at its operating point, for the demanded mix.
    pub rate: RequestsPerSecond,
    /// theta: the share of q' that one plans to use at the peak.
    pub headroom: Fraction,
}

impl Replica {
    /// F: a month of one replica, `730 * P`.
    #[must_use]
    pub fn monthly(self) -> Usd {
        Usd::new(self.price.value() * HOURS_PER_MONTH)
    }

    /// Requests a month that one replica could complete if it never idled: `q' * 3600 * 730`.
    #[must_use]
    pub fn full_load_per_month(self) -> f64 {
        self.rate.value() * SECONDS_PER_HOUR * HOURS_PER_MONTH
    }

    /// cap(n): requests a month that n replicas are planned for, `theta * n * q' * seconds / pi`.
    #[must_use]
    pub fn capacity_per_month(self, replicas: u64, peak_to_mean: f64) -> f64 {
        self.headroom.value() * replicas as f64 * self.full_load_per_month() / peak_to_mean
    }

    /// n: the fewest replicas, at least one, whose capacity holds the demand.
    #[must_use]
    pub fn needed(self, demand: Demand) -> u64 {
        let one = self.capacity_per_month(1, demand.peak_to_mean);
        // A demand of exactly n capacities must not need n + 1 for a rounding error.
        let exact = demand.per_month() / one;
        ((exact - 1e-9).ceil() as u64).max(1)
    }
}

/// A month of self-hosting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonthlyBill {
    /// Replicas paid for.
    pub replicas: u64,
    /// What they cost.
    pub total: Usd,
    /// U: the share of full load that the demand makes up.
    pub utilisation: f64,
}

/// The bill of fixed pods for a demand.
#[must_use]
pub fn monthly_bill(replica: Replica, demand: Demand) -> MonthlyBill {
    let replicas = replica.needed(demand);
    MonthlyBill {
        replicas,
        total: Usd::new(replicas as f64 * replica.monthly().value()),
        utilisation: demand.per_month() / (replicas as f64 * replica.full_load_per_month()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn replica(price: f64, rate: f64, headroom: f64) -> Replica {
        Replica {
            price: UsdPerHour::new(price),
            rate: RequestsPerSecond::new(rate),
            headroom: Fraction::new(headroom).unwrap(),
        }
    }

    fn demand(per_month: f64) -> Demand {
        Demand::from_month(per_month)
    }

    #[test]
    fn hours_provisioned_are_paid_whether_used_or_not() {
        let one = replica(0.27, 4.0, 1.0);
        let (idle, busy) = (monthly_bill(one, demand(100.0)), monthly_bill(one, demand(10_000_000.0)));
        assert_eq!((idle.replicas, idle.total, busy.total), (1, busy.total, Usd::new(197.10000000000002)));
        assert!(busy.utilisation > 90.0 * idle.utilisation);
    }

    #[test]
    fn a_developers_share_of_a_pod() {
        // Golden vector V10: 0.79 USD/h shared by four developers over 730 hours.
        assert!((replica(0.79, 1.0, 1.0).monthly().value() / 4.0 - 144.175).abs() < 1e-9);
    }

    #[test]
    fn exactly_full_replicas_need_no_further_one() {
        let one = replica(1.0, 3.3, 0.8);
        for replicas in 1..200 {
            assert_eq!(one.needed(demand(one.capacity_per_month(replicas, 1.0))), replicas);
        }
    }

    proptest! {
        /// I6: the bill is a non-decreasing step function of demand.
        #[test]
        fn more_demand_never_costs_less(a in 0.0..1e9f64, b in 0.0..1e9f64, rate in 0.01..50.0f64) {
            let one = replica(0.27, rate, 0.8);
            let (low, high) = (monthly_bill(one, demand(a.min(b))), monthly_bill(one, demand(a.max(b))));
            prop_assert!(low.total <= high.total);
            prop_assert!(high.utilisation <= 0.8 + 1e-9);
        }
    }
}
