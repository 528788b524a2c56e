//! How replicas are paid for, how many there are, and what comes beside: the bill of any demand follows.

use crate::economics::bill::{Bill, Item, Line};
use crate::economics::demand::Demand;
use crate::economics::fleet::{Extras, Fleet};
use crate::economics::hosting::Hosting;
use crate::economics::hosting_option::{HostingOption, Load, ReplicaMonth};
use crate::economics::replica::full_load_per_month;
use crate::economics::serverless::Depths;
use crate::units::{HOURS_PER_MONTH, RequestsPerSecond, UsdPerHour};

/// How replicas are paid for, how many there are, and what comes beside.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms<H = Hosting> {
    /// How replicas are paid for.
    pub hosting: H,
    /// How many there are.
    pub fleet: Fleet,
    /// What comes beside.
    pub extras: Extras,
}

impl<H: HostingOption> Terms<H> {
    /// The bill as a function of volume: `rate` is q' of one replica, `depths` what it completes at each batch.
    #[must_use]
    pub fn curve(&self, demand: &Demand, rate: RequestsPerSecond, depths: &Depths) -> H::Curve {
        self.hosting.curve(&Load { demand, rate, depths, fleet: &self.fleet, extras: &self.extras })
    }

    /// The bill of a demand, line by line.
    #[must_use]
    pub fn bill(&self, demand: &Demand, rate: RequestsPerSecond, curve: &H::Curve) -> Bill {
        let volume = demand.per_month();
        let ReplicaMonth { mut lines, most, mean, storages, batch_depth } = self.hosting.month(curve, volume, rate);
        let extras = &self.extras;
        lines.extend([
            Line {
                item: Item::Storage,
                quantity: storages * extras.storage_gb,
                unit_price: extras.storage_usd_per_gb_month,
            },
            Line {
                item: Item::Egress,
                quantity: extras.egress_gb_per_request() * volume,
                unit_price: extras.egress_usd_per_gb,
            },
            Line {
                item: Item::Engineer,
                quantity: extras.engineer_share,
                unit_price: Extras { engineer_share: 1.0, ..*extras }.engineer_per_month(),
            },
            Line { item: Item::Operations, quantity: 1.0, unit_price: extras.operations_per_month },
            Line { item: Item::OneOff, quantity: 1.0, unit_price: extras.one_off_per_month() },
        ]);
        // What is paid nothing for stays, when there is some of it: all of a fleet may be reserved for nothing.
        lines.retain(|line| line.quantity > 0.0 && (line.unit_price > 0.0 || line.item == Item::Reserved));
        let utilisation = if mean > 0.0 { volume / (mean * full_load_per_month(rate)) } else { 0.0 };
        Bill { lines, most_replicas: most, mean_replicas: mean, utilisation, batch_depth }
    }

    /// P at full load: an hour of one replica as paid on average for this bill, its storage with it.
    #[must_use]
    pub fn hourly_at_full_load(&self, bill: &Bill) -> UsdPerHour {
        self.hosting.hourly_at_full_load(bill, self.extras.storage_per_replica() / HOURS_PER_MONTH)
    }
}

#[cfg(test)]
#[path = "terms_tests.rs"]
mod tests;
