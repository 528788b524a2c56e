//! One replica on demand around the clock, and as many of them as a demand takes: the simplest fleet there is.
//!
//! What the page shows at once. Every other way to pay is `hosting`'s; both are a `staircase`.

use crate::economics::demand::{Demand, Slot};
use crate::economics::staircase::{Staircase, planned_capacity};
use crate::units::{Fraction, HOURS_PER_MONTH, RequestsPerSecond, SECONDS_PER_HOUR, Usd, UsdPerHour};

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

/// A month of self-hosting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonthlyBill {
    /// Replicas paid for.
    pub replicas: u64,
    /// What they cost, with what is paid every month beside them.
    pub total: Usd,
    /// U: the share of full load that the demand makes up.
    pub utilisation: f64,
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
        full_load_per_month(self.rate)
    }

    /// cap(n): requests a month that n replicas are planned for, `theta * n * q' * seconds / pi`.
    #[must_use]
    pub fn capacity_per_month(self, replicas: u64, peak_to_mean: f64) -> f64 {
        replicas as f64 * planned_capacity(self.headroom.value(), self.rate) / peak_to_mean
    }

    /// What a fleet of them costs at any volume: at least one, as many as the peak takes, all month, and `fixed` beside.
    #[must_use]
    pub fn staircase(self, peak_to_mean: f64, fixed: Usd) -> Staircase {
        Staircase {
            slots: vec![Slot { weight: peak_to_mean, share: 1.0 }],
            capacity: planned_capacity(self.headroom.value(), self.rate),
            minimum: 1,
            spare: 0,
            committed: 0,
            committed_rent: 0.0,
            rent: self.monthly().value(),
            per_request: 0.0,
            fixed: fixed.value(),
        }
    }
}

/// Requests a month at a rate that is never less: `q * 3600 * 730`.
#[must_use]
pub fn full_load_per_month(rate: RequestsPerSecond) -> f64 {
    rate.value() * SECONDS_PER_HOUR * HOURS_PER_MONTH
}

/// The bill of fixed pods for a demand, with `fixed` USD a month beside them: `n * 730 * P + fixed`.
///
/// ```
/// use shared::economics::demand::Demand;
/// use shared::economics::replica::{Replica, monthly_bill};
/// use shared::units::{Fraction, RequestsPerSecond, Usd, UsdPerHour};
/// let (price, rate) = (UsdPerHour::new(1.0), RequestsPerSecond::new(1.0));
/// let replica = Replica { price, rate, headroom: Fraction::ONE };
/// // Half of what one replica could do is paid as one whole replica.
/// let bill = monthly_bill(replica, &Demand::flat(43_200.0), Usd::new(0.0));
/// assert_eq!((bill.replicas, bill.total.value(), bill.utilisation), (1, 730.0, 0.5));
/// ```
#[must_use]
pub fn monthly_bill(replica: Replica, demand: &Demand, fixed: Usd) -> MonthlyBill {
    let stairs = replica.staircase(demand.shape.peak_to_mean(), fixed);
    let volume = demand.per_month();
    let replicas = stairs.most_replicas(volume);
    MonthlyBill {
        replicas,
        total: Usd::new(stairs.bill(volume)),
        utilisation: volume / (replicas as f64 * replica.full_load_per_month()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOTHING: Usd = Usd::new(0.0);

    fn replica(price: f64, rate: f64, headroom: f64) -> Replica {
        Replica {
            price: UsdPerHour::new(price),
            rate: RequestsPerSecond::new(rate),
            headroom: Fraction::new(headroom).unwrap(),
        }
    }

    fn bill(replica: Replica, per_month: f64) -> MonthlyBill {
        monthly_bill(replica, &Demand::from_month(per_month), NOTHING)
    }

    #[test]
    fn hours_provisioned_are_paid_whether_used_or_not() {
        let one = replica(0.27, 4.0, 1.0);
        let (idle, busy) = (bill(one, 100.0), bill(one, 10_000_000.0));
        assert_eq!((idle.replicas, idle.total, busy.total), (1, busy.total, Usd::new(197.10000000000002)));
        assert!(busy.utilisation > 90.0 * idle.utilisation);
    }

    #[test]
    fn a_developers_share_of_a_pod() {
        // Golden vector V10: 0.79 USD/h shared by four developers over 730 hours.
        assert!((replica(0.79, 1.0, 1.0).monthly().value() / 4.0 - 144.175).abs() < 1e-9);
    }

    proptest! {
        /// I6: the bill is a non-decreasing step function of demand.
        #[test]
        fn more_demand_never_costs_less(a in 0.0..1e9f64, b in 0.0..1e9f64, rate in 0.01..50.0f64) {
            let one = replica(0.27, rate, 0.8);
            let (low, high) = (bill(one, a.min(b)), bill(one, a.max(b)));
            prop_assert!(low.total <= high.total);
            prop_assert!(high.utilisation <= 0.8 + 1e-9);
        }
    }
}
