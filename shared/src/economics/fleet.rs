//! How many replicas there are, whether they follow the demand, and what is paid beside them.

use crate::economics::demand::{Shape, Slot};
use crate::economics::invalid::{Invalid, within};
use crate::units::{Fraction, MONTHS_PER_YEAR, Usd};

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
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scaling {
    /// As many as the busiest hour takes, all month.
    Fixed,
    /// As many as each hour takes.
    Hourly(Hours),
}

/// How the hours of a demand's shape are told apart. A function and no call, so that a program whose fleets are all fixed
/// does not carry what only scaled ones need.
#[derive(Debug, Clone, Copy)]
pub struct Hours(fn(&Shape) -> Vec<Slot>);

/// There is one way to tell hours apart.
impl PartialEq for Hours {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Scaling {
    /// As many as each hour takes.
    pub const HOURLY: Self = Self::Hourly(Hours(Shape::slots));

    /// Hours that a fleet tells apart in a shape of demand.
    #[must_use]
    pub fn slots(self, shape: &Shape) -> Vec<Slot> {
        match self {
            Self::Fixed => vec![Slot { weight: shape.peak_to_mean(), share: 1.0 }],
            Self::Hourly(Hours(slots)) => slots(shape),
        }
    }
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

    /// What a request adds to the bill whatever the hosting: what is sent out, USD.
    #[must_use]
    pub fn egress_per_request(&self) -> f64 {
        self.egress_gb_per_request() * self.egress_usd_per_gb
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
    fn impossible_terms_are_refused_by_name() {
        let extras = Extras { engineer_share: -0.2, ..Extras::default() };
        assert_eq!(extras.checked().unwrap_err().field, "engineer_share");
        let fleet = Fleet { headroom: Fraction::new(0.0).unwrap(), ..Fleet::default() };
        assert_eq!(fleet.checked().unwrap_err().field, "headroom");
    }
}
