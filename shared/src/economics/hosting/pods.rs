//! Pods: replicas rented by the hour, on demand, reserved or spot.

use crate::economics::bill::{Bill, Item, Line};
use crate::economics::hosting_option::{HostingOption, Load, ReplicaMonth};
use crate::economics::invalid::{Invalid, within};
use crate::economics::parameter::Parameter;
use crate::economics::staircase::Staircase;
use crate::units::{Fraction, HOURS_PER_MONTH, RequestsPerSecond, UsdPerHour};

/// Range of a price of one replica, USD an hour.
const LEAST_USD_PER_HOUR: f64 = 0.0001;
const MOST_USD_PER_HOUR: f64 = 10_000.0;
/// Highest discount of a reservation.
const MOST_DISCOUNT: f64 = 0.99;
/// Highest share of work that is done twice on spot replicas.
const MOST_REDO: f64 = 10.0;

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

impl Pods {
    /// So much an hour, on demand.
    #[must_use]
    pub fn on_demand(price: UsdPerHour) -> Self {
        Self { price, reserved: None, spot: None }
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

impl HostingOption for Pods {
    type Curve = Staircase;

    fn check(&self) -> Result<(), Invalid> {
        within("gpu_price", self.price.value(), LEAST_USD_PER_HOUR, MOST_USD_PER_HOUR)?;
        if let Some(reserved) = self.reserved {
            within("reserved_replicas", reserved.replicas as f64, 0.0, 1e5)?;
            within("reserved_discount", reserved.discount.value(), 0.0, MOST_DISCOUNT)?;
        }
        if let Some(spot) = self.spot {
            within("spot_price", spot.price.value(), LEAST_USD_PER_HOUR, MOST_USD_PER_HOUR)?;
            within("spot_redo", spot.redo, 0.0, MOST_REDO)?;
        }
        Ok(())
    }

    fn curve(&self, load: &Load) -> Staircase {
        let storage = load.extras.storage_per_replica();
        Staircase {
            committed: self.reserved.map_or(0, |reserved| reserved.replicas),
            committed_rent: self.reserved_hourly().value() * HOURS_PER_MONTH + storage,
            ..load.fleet_curve(load.fleet.scaling, self.hourly().value() * HOURS_PER_MONTH, 0.0)
        }
    }

    fn month(&self, stairs: &Staircase, volume: f64, _: RequestsPerSecond) -> ReplicaMonth {
        let uncommitted = stairs.mean_uncommitted(volume);
        let reserved = Line {
            item: Item::Reserved,
            quantity: stairs.committed as f64 * HOURS_PER_MONTH,
            unit_price: self.reserved_hourly().value(),
        };
        let others = Line {
            item: if self.spot.is_some() { Item::Spot } else { Item::OnDemand },
            quantity: uncommitted * HOURS_PER_MONTH,
            unit_price: self.hourly().value(),
        };
        ReplicaMonth::of_fleet(stairs, volume, vec![reserved, others])
    }

    fn hourly_at_full_load(&self, bill: &Bill, storage: f64) -> UsdPerHour {
        let is_pod = |item| matches!(item, Item::OnDemand | Item::Reserved | Item::Spot);
        UsdPerHour::new(bill.mean_unit_price(is_pod).unwrap_or(self.hourly().value()) + storage)
    }

    fn parameter(&self, parameter: Parameter) -> Option<f64> {
        match parameter {
            // What is rented is what is varied: spot where there is spot.
            Parameter::HostingPrice => Some(self.spot.map_or(self.price, |spot| spot.price).value()),
            Parameter::ReservedDiscount => Some(self.reserved?.discount.value()),
            Parameter::SpotRedo => Some(self.spot?.redo),
            _ => None,
        }
    }

    fn set_parameter(&mut self, parameter: Parameter, value: f64, factor: f64) {
        match (parameter, &mut self.reserved, &mut self.spot) {
            (Parameter::HostingPrice, _, spot) => {
                self.price = UsdPerHour::new(self.price.value() * factor);
                if let Some(spot) = spot {
                    spot.price = UsdPerHour::new(spot.price.value() * factor);
                }
            }
            (Parameter::ReservedDiscount, Some(reserved), _) => {
                reserved.discount = Fraction::new(value.clamp(0.0, 1.0)).unwrap_or(Fraction::ONE);
            }
            (Parameter::SpotRedo, _, Some(spot)) => spot.redo = value.max(0.0),
            _ => {}
        }
    }

    fn parameter_range(&self, parameter: Parameter) -> Option<(f64, f64)> {
        match parameter {
            Parameter::HostingPrice => Some((LEAST_USD_PER_HOUR, MOST_USD_PER_HOUR)),
            Parameter::ReservedDiscount => Some((0.0, MOST_DISCOUNT)),
            Parameter::SpotRedo => Some((0.0, MOST_REDO)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interrupted_work_is_paid_twice() {
        let spot = Spot { price: UsdPerHour::new(0.10), redo: 0.05 };
        let pods = Pods { spot: Some(spot), ..Pods::on_demand(UsdPerHour::new(0.27)) };
        assert!((pods.hourly().value() - 0.105).abs() < 1e-12);
    }

    #[test]
    fn impossible_prices_are_refused_by_name() {
        let pods = |price| Pods::on_demand(UsdPerHour::new(price)).check().unwrap_err().to_string();
        assert_eq!(pods(0.0), "`gpu_price` must be a number from 0.0001 to 10000, not 0");
        assert_eq!(pods(-1.0), "`gpu_price` must be a number from 0.0001 to 10000, not -1");
        assert!(pods(f64::NAN).ends_with("not NaN") && pods(f64::INFINITY).ends_with("not inf"));
    }
}
