//! Serverless workers as a hosting option: their ranges, the lines of their bill, their parameters.
//!
//! What a worker bills is `serverless`'s, its bill at any volume `workers`'.

use crate::economics::bill::{Bill, Item, Line};
use crate::economics::demand::Slot;
use crate::economics::hosting_option::{HostingOption, Load, ReplicaMonth};
use crate::economics::invalid::{Invalid, within};
use crate::economics::parameter::Parameter;
use crate::economics::serverless::Serverless;
use crate::economics::workers::Workers;
use crate::units::{RequestsPerSecond, SECONDS_PER_HOUR, SECONDS_PER_MONTH, UsdPerHour};

/// Range of a price, USD a second.
const LEAST_USD_PER_SECOND: f64 = 1e-9;
const MOST_USD_PER_SECOND: f64 = 10.0;
/// Longest cold start, seconds.
const LONGEST_COLD_START_S: f64 = 36_000.0;
/// Longest idle time-out, seconds.
const LONGEST_IDLE_TIMEOUT_S: f64 = 86_400.0;
/// At most so many groups of alike hours are told apart for workers, whose bill bends with each.
const GROUPS: usize = 240;

impl HostingOption for Serverless {
    type Curve = Workers;

    fn check(&self) -> Result<(), Invalid> {
        within("serverless_price", self.usd_per_second, LEAST_USD_PER_SECOND, MOST_USD_PER_SECOND)?;
        within("cold_start", self.cold_start_s, 0.0, LONGEST_COLD_START_S)?;
        within("idle_timeout", self.idle_timeout_s, 0.0, LONGEST_IDLE_TIMEOUT_S)?;
        if let Some((workers, usd)) = self.active {
            within("active_workers", workers as f64, 0.0, 1e5)?;
            within("active_price", usd, LEAST_USD_PER_SECOND, MOST_USD_PER_SECOND)?;
        }
        Ok(())
    }

    fn curve(&self, load: &Load) -> Workers {
        Workers {
            terms: *self,
            slots: grouped(load.demand.shape.slots()),
            depths: load.depths.clone(),
            headroom: load.fleet.headroom,
            per_request: load.extras.egress_per_request(),
            fixed: load.extras.fixed_per_month().value() + load.extras.storage_per_replica(),
        }
    }

    /// An endpoint has one storage, however many workers it has.
    fn month(&self, workers: &Workers, volume: f64, _: RequestsPerSecond) -> ReplicaMonth {
        let month = workers.month(volume);
        let flex = [
            (Item::Execution, month.flex.execution),
            (Item::ColdStart, month.flex.cold_start),
            (Item::IdleTimeout, month.flex.idle),
        ];
        let flex = flex.map(|(item, quantity)| Line { item, quantity, unit_price: self.usd_per_second });
        let active = self.active.map_or(0.0, |(_, usd)| usd);
        let active = Line { item: Item::ActiveWorkers, quantity: month.active, unit_price: active };
        ReplicaMonth {
            lines: flex.into_iter().chain([active]).collect(),
            most: month.most,
            mean: (month.flex.total() + month.active) / SECONDS_PER_MONTH,
            storages: 1.0,
            batch_depth: Some(month.flex.depth).filter(|depth| *depth > 0.0),
        }
    }

    /// At full load a worker runs all the time, and its endpoint's storage is not its own.
    fn hourly_at_full_load(&self, bill: &Bill, _: f64) -> UsdPerHour {
        let is_worker =
            |item| matches!(item, Item::Execution | Item::ColdStart | Item::IdleTimeout | Item::ActiveWorkers);
        UsdPerHour::new(bill.mean_unit_price(is_worker).unwrap_or(self.usd_per_second) * SECONDS_PER_HOUR)
    }

    fn parameter(&self, parameter: Parameter) -> Option<f64> {
        match parameter {
            Parameter::HostingPrice => Some(self.usd_per_second),
            Parameter::ColdStart => Some(self.cold_start_s),
            Parameter::IdleTimeout => Some(self.idle_timeout_s),
            _ => None,
        }
    }

    fn set_parameter(&mut self, parameter: Parameter, value: f64, factor: f64) {
        match parameter {
            Parameter::HostingPrice => {
                self.usd_per_second *= factor;
                self.active = self.active.map(|(workers, usd)| (workers, usd * factor));
            }
            Parameter::ColdStart => self.cold_start_s = value,
            Parameter::IdleTimeout => self.idle_timeout_s = value,
            _ => {}
        }
    }

    fn parameter_range(&self, parameter: Parameter) -> Option<(f64, f64)> {
        match parameter {
            Parameter::HostingPrice => Some((LEAST_USD_PER_SECOND, MOST_USD_PER_SECOND)),
            Parameter::ColdStart => Some((0.0, LONGEST_COLD_START_S)),
            Parameter::IdleTimeout => Some((0.0, LONGEST_IDLE_TIMEOUT_S)),
            _ => None,
        }
    }
}

/// Hours of a long log in groups that are nearly alike, each with its mean; a day or a week stays as it is.
fn grouped(slots: Vec<Slot>) -> Vec<Slot> {
    let each = slots.len().div_ceil(GROUPS).max(1);
    let group = |slots: &[Slot]| {
        let share: f64 = slots.iter().map(|slot| slot.share).sum();
        Slot { weight: slots.iter().map(|slot| slot.weight * slot.share).sum::<f64>() / share, share }
    };
    if each == 1 { slots } else { slots.chunks(each).map(group).collect() }
}
