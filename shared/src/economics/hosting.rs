//! Every way to pay for replicas: pods on demand, reserved or spot, serverless workers, machines one owns; how the
//! fleet follows the demand; and what is paid beside them.
//!
//! Only terms and their checks; what a month comes to is `bill`'s.

use crate::economics::invalid::{Invalid, within};
use crate::economics::ownership::Bought;
use crate::economics::serverless::Serverless;
use crate::units::{Fraction, MONTHS_PER_YEAR, Usd, UsdPerHour};

/// How replicas are paid for.
#[derive(Debug, Clone, PartialEq)]
pub enum Hosting {
    /// By the hour, as long as they run.
    Pods(Pods),
    /// By the second, while they work.
    Serverless(Serverless),
    /// Once, and then for power and room.
    Bought(Bought),
}

/// Rented replicas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pods {
    /// P: USD for an hour of one whole replica on demand.
    pub price: UsdPerHour,
    /// Replicas that are reserved.
    pub reserved: Option<Reserved>,
    /// The others' terms, when they may be taken away.
    pub spot: Option<Spot>,
}

/// Replicas paid for all month at a discount, used or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reserved {
    /// How many.
    pub replicas: u64,
    /// d: what the reservation takes off the price on demand.
    pub discount: Fraction,
}

/// Replicas that the provider may take away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// P_s: USD for an hour of one whole replica.
    pub price: UsdPerHour,
    /// Work done twice because it was interrupted, as a share of all work.
    pub redo: f64,
}

/// How many replicas run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fleet {
    /// theta: the share of q' that is planned for.
    pub headroom: Fraction,
    /// n_min: replicas that always run.
    pub minimum: u64,
    /// n_spare: replicas beyond those that the load needs, for when one fails.
    pub spare: u64,
    /// Whether it follows the demand.
    pub scaling: Scaling,
}

/// Whether a fleet follows the demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaling {
    /// As many as the busiest hour takes, all month.
    Fixed,
    /// As many as each hour takes.
    Hourly,
}

impl Default for Fleet {
    fn default() -> Self {
        let headroom = Fraction::new(0.8).unwrap_or(Fraction::ONE);
        Self { headroom, minimum: 1, spare: 0, scaling: Scaling::Fixed }
    }
}

/// What is paid beside replicas.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Extras {
    /// Storage of each replica, GB; of a serverless endpoint, of the endpoint.
    pub storage_gb: f64,
    /// USD for a gigabyte and a month.
    pub storage_usd_per_gb_month: f64,
    /// Data sent out for each request, kB.
    pub egress_kb_per_request: f64,
    /// USD for a gigabyte sent out.
    pub egress_usd_per_gb: f64,
    /// Share of one engineer's time.
    pub engineer_share: f64,
    /// What that engineer costs a year, USD.
    pub engineer_usd_per_year: f64,
    /// Other operations, USD a month.
    pub operations_per_month: f64,
    /// What is paid once, USD.
    pub one_off: f64,
    /// Months over which that is spread.
    pub one_off_months: f64,
}

/// kB in a GB, as networks count.
const KB_PER_GB: f64 = 1e3 * 1e3;

impl Extras {
    /// Itself, once every value is possible.
    ///
    /// # Errors
    /// When a value lies outside its range.
    pub fn checked(&self) -> Result<&Self, Invalid> {
        within("storage_gb", self.storage_gb, 0.0, 1e9)?;
        within("storage_price", self.storage_usd_per_gb_month, 0.0, 1e3)?;
        within("egress_kb", self.egress_kb_per_request, 0.0, 1e9)?;
        within("egress_price", self.egress_usd_per_gb, 0.0, 1e3)?;
        within("engineer_share", self.engineer_share, 0.0, 1000.0)?;
        within("engineer_salary", self.engineer_usd_per_year, 0.0, 1e8)?;
        within("operations", self.operations_per_month, 0.0, 1e9)?;
        within("one_off", self.one_off, 0.0, 1e10)?;
        if self.one_off > 0.0 {
            within("one_off_months", self.one_off_months, 0.1, 600.0)?;
        }
        Ok(self)
    }

    /// Storage of one replica, USD a month.
    #[must_use]
    pub fn storage_per_replica(&self) -> f64 {
        self.storage_gb * self.storage_usd_per_gb_month
    }

    /// GB sent out for one request.
    #[must_use]
    pub fn egress_gb_per_request(&self) -> f64 {
        self.egress_kb_per_request / KB_PER_GB
    }

    /// The engineer, USD a month: `share * salary / 12`.
    #[must_use]
    pub fn engineer_per_month(&self) -> f64 {
        self.engineer_share * self.engineer_usd_per_year / MONTHS_PER_YEAR
    }

    /// What is paid once, USD a month.
    #[must_use]
    pub fn one_off_per_month(&self) -> f64 {
        if self.one_off > 0.0 { self.one_off / self.one_off_months } else { 0.0 }
    }

    /// All that does not depend on replicas or requests, USD a month.
    #[must_use]
    pub fn fixed_per_month(&self) -> Usd {
        Usd::new(self.engineer_per_month() + self.operations_per_month + self.one_off_per_month())
    }
}

impl Fleet {
    /// Itself, once every value is possible.
    ///
    /// # Errors
    /// When a value lies outside its range.
    pub fn checked(&self) -> Result<&Self, Invalid> {
        within("headroom", self.headroom.value(), 0.01, 1.0)?;
        within("min_replicas", self.minimum as f64, 0.0, 1e5)?;
        within("spare_replicas", self.spare as f64, 0.0, 1e5)?;
        Ok(self)
    }
}

impl Pods {
    /// So much an hour, on demand.
    #[must_use]
    pub fn on_demand(price: UsdPerHour) -> Self {
        Self { price, reserved: None, spot: None }
    }

    /// Itself, once every value is possible.
    ///
    /// # Errors
    /// When a value lies outside its range.
    pub fn checked(&self) -> Result<&Self, Invalid> {
        within("gpu_price", self.price.value(), 0.0001, 10_000.0)?;
        if let Some(reserved) = self.reserved {
            within("reserved_replicas", reserved.replicas as f64, 0.0, 1e5)?;
            within("reserved_discount", reserved.discount.value(), 0.0, 0.99)?;
        }
        if let Some(spot) = self.spot {
            within("spot_price", spot.price.value(), 0.0001, 10_000.0)?;
            within("spot_redo", spot.redo, 0.0, 10.0)?;
        }
        Ok(self)
    }

    /// What an hour of a replica that is not reserved costs: on demand `P`, spot `P_s (1 + redo)`.
    #[must_use]
    pub fn hourly(&self) -> UsdPerHour {
        self.spot.map_or(self.price, |spot| UsdPerHour::new(spot.price.value() * (1.0 + spot.redo)))
    }

    /// What an hour of a reserved replica costs: `P (1 - d)`.
    #[must_use]
    pub fn reserved_hourly(&self) -> UsdPerHour {
        let discount = self.reserved.map_or(0.0, |reserved| reserved.discount.value());
        UsdPerHour::new(self.price.value() * (1.0 - discount))
    }
}

impl Hosting {
    /// Itself, once every value is possible.
    ///
    /// # Errors
    /// When a value lies outside its range.
    pub fn checked(&self) -> Result<&Self, Invalid> {
        match self {
            Self::Pods(pods) => pods.checked().map(|_| self),
            Self::Serverless(terms) => terms.checked().map(|_| self),
            Self::Bought(bought) => bought.checked().map(|_| self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engineers_share_is_a_fifth_of_a_salary() {
        // 20 % of 180,000 USD a year are the 3,000 USD a month of the golden break-evens.
        let extras = Extras { engineer_share: 0.2, engineer_usd_per_year: 180_000.0, ..Extras::default() };
        assert_eq!(extras.fixed_per_month(), Usd::new(3000.0));
    }

    #[test]
    fn what_is_paid_once_is_spread_over_its_months() {
        let extras = Extras { one_off: 12_000.0, one_off_months: 24.0, ..Extras::default() };
        assert_eq!(extras.fixed_per_month(), Usd::new(500.0));
        assert_eq!(Extras { one_off_months: 0.0, ..extras }.checked().unwrap_err().field, "one_off_months");
    }

    #[test]
    fn interrupted_work_is_paid_twice() {
        let spot = Spot { price: UsdPerHour::new(0.10), redo: 0.05 };
        let pods = Pods { spot: Some(spot), ..Pods::on_demand(UsdPerHour::new(0.27)) };
        assert!((pods.hourly().value() - 0.105).abs() < 1e-12);
    }

    #[test]
    fn impossible_terms_are_refused_by_name() {
        let pods = |price| Pods::on_demand(UsdPerHour::new(price)).checked().unwrap_err().to_string();
        assert_eq!(pods(0.0), "`gpu_price` must be a number from 0.0001 to 10000, not 0");
        assert_eq!(pods(-1.0), "`gpu_price` must be a number from 0.0001 to 10000, not -1");
        assert!(pods(f64::NAN).ends_with("not NaN") && pods(f64::INFINITY).ends_with("not inf"));
        let extras = Extras { engineer_share: -0.2, ..Extras::default() };
        assert_eq!(extras.checked().unwrap_err().field, "engineer_share");
        let fleet = Fleet { headroom: Fraction::new(0.0).unwrap(), ..Fleet::default() };
        assert_eq!(fleet.checked().unwrap_err().field, "headroom");
    }
}
