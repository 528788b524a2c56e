//! The monthly bill of self-hosting, line by line, and the same bill at any other volume.
//!
//! Hours provisioned are paid whether used or not: utilisation is a result here, never a factor of the bill.

use crate::economics::breakeven::{BreakEven, break_evens};
use crate::economics::demand::{Demand, Slot};
use crate::economics::hosting::{Extras, Fleet, Hosting, Pods, Scaling};
use crate::economics::ownership::{Bought, YearOfOwning};
use crate::economics::serverless::{Depths, MonthOfWorkers, Serverless};
use crate::economics::staircase::{Staircase, planned_capacity};
use crate::economics::workers::Workers;
use crate::units::{
    Fraction, HOURS_PER_MONTH, RequestsPerSecond, SECONDS_PER_HOUR, SECONDS_PER_MONTH, Usd, UsdPerHour, UsdPerRequest,
};

/// What a line of the bill is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// Hours of replicas on demand.
    OnDemand,
    /// Hours of reserved replicas, used or not.
    Reserved,
    /// Hours of replicas that may be taken away, with the work done twice.
    Spot,
    /// Seconds in which serverless workers run requests.
    Execution,
    /// Seconds in which they start.
    ColdStart,
    /// Seconds in which they wait for another request.
    IdleTimeout,
    /// Seconds of serverless workers that are always kept.
    ActiveWorkers,
    /// Months of owned replicas: their capital.
    Capital,
    /// Months of owned replicas: power without load.
    IdlePower,
    /// Requests on owned replicas: the power they add.
    LoadPower,
    /// Months of owned replicas: room and connection.
    Colocation,
    /// Months of owned replicas: repairs.
    Maintenance,
    /// Months of owned replicas: spare parts.
    SpareParts,
    /// Gigabytes kept for a month.
    Storage,
    /// Gigabytes sent out.
    Egress,
    /// An engineer's months.
    Engineer,
    /// Other operations.
    Operations,
    /// What was paid once, spread over its months.
    OneOff,
}

/// One line: so much of something at a price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// What for.
    pub item: Item,
    /// How much of it a month.
    pub quantity: f64,
    /// USD for one.
    pub unit_price: f64,
}

impl Line {
    /// What it comes to: quantity times price.
    #[must_use]
    pub fn usd(self) -> Usd {
        Usd::new(self.quantity * self.unit_price)
    }
}

/// A month of self-hosting.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill {
    /// Its lines; none that counts nothing.
    pub lines: Vec<Line>,
    /// Replicas in the busiest hour.
    pub most_replicas: u64,
    /// Replicas paid for on average.
    pub mean_replicas: f64,
    /// U: the demand over what the replicas paid for would serve at full load.
    pub utilisation: f64,
    /// Mean requests in a serverless worker's batch; of fleets nobody asks.
    pub batch_depth: Option<f64>,
}

impl Bill {
    /// All lines together.
    #[must_use]
    pub fn total(&self) -> Usd {
        Usd::new(self.lines.iter().fold(0.0, |sum, line| sum + line.usd().value()))
    }
}

/// How replicas are paid for, how many there are, and what comes beside.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// How replicas are paid for.
    pub hosting: Hosting,
    /// How many there are.
    pub fleet: Fleet,
    /// What comes beside.
    pub extras: Extras,
}

/// The bill as a function of volume, for one shape of demand and one replica.
#[derive(Debug, Clone)]
pub enum Bills {
    /// A fleet of whole replicas.
    Fleet(Staircase),
    /// Workers that come and go.
    Workers(Workers),
}

impl Terms {
    /// The bill as a function of volume: `rate` is q' of one replica, `depths` what it completes at each batch.
    #[must_use]
    pub fn bills(&self, demand: &Demand, rate: RequestsPerSecond, depths: &Depths) -> Bills {
        let (extras, headroom) = (&self.extras, self.fleet.headroom);
        let egress = self.egress_per_request();
        let fixed = extras.fixed_per_month().value();
        let (rent, committed, per_request) = match &self.hosting {
            Hosting::Pods(pods) => (pods.hourly().value() * HOURS_PER_MONTH, Some(pods), 0.0),
            Hosting::Bought(bought) => {
                (YearOfOwning::per_month(bought.year().standing()), None, bought.power_per_request(rate))
            }
            Hosting::Serverless(terms) => {
                return Bills::Workers(Workers {
                    terms: *terms,
                    slots: grouped(demand.shape.slots()),
                    depths: depths.clone(),
                    headroom,
                    per_request: egress,
                    fixed: fixed + extras.storage_per_replica(),
                });
            }
        };
        let reserved = committed.and_then(|pods| pods.reserved);
        let storage = extras.storage_per_replica();
        Bills::Fleet(Staircase {
            slots: match self.scaling() {
                Scaling::Fixed => vec![Slot { weight: demand.shape.peak_to_mean(), share: 1.0 }],
                Scaling::Hourly => demand.shape.slots(),
            },
            capacity: planned_capacity(headroom.value(), rate),
            minimum: self.fleet.minimum,
            spare: self.fleet.spare,
            committed: reserved.map_or(0, |reserved| reserved.replicas),
            committed_rent: committed.map_or(0.0, |pods| pods.reserved_hourly().value() * HOURS_PER_MONTH) + storage,
            rent: rent + storage,
            per_request: per_request + egress,
            fixed,
        })
    }

    /// Machines one owns do not come and go.
    fn scaling(&self) -> Scaling {
        if matches!(self.hosting, Hosting::Bought(_)) { Scaling::Fixed } else { self.fleet.scaling }
    }

    /// The bill of a demand, line by line.
    #[must_use]
    pub fn bill(&self, demand: &Demand, rate: RequestsPerSecond, bills: &Bills) -> Bill {
        let volume = demand.per_month();
        let full_load = crate::economics::replica::full_load_per_month(rate);
        let mut lines = Vec::new();
        let (most_replicas, mean_replicas, batch_depth) = match bills {
            Bills::Fleet(stairs) => {
                let paid = stairs.committed as f64 + stairs.mean_uncommitted(volume);
                match &self.hosting {
                    Hosting::Pods(pods) => pod_lines(pods, stairs, volume, &mut lines),
                    Hosting::Bought(bought) => owned_lines(bought, paid, volume, rate, &mut lines),
                    Hosting::Serverless(_) => {}
                }
                lines.push(self.storage(paid));
                (stairs.most_replicas(volume).max(stairs.committed), paid, None)
            }
            Bills::Workers(workers) => {
                let month = workers.month(volume);
                worker_lines(&workers.terms, &month, &mut lines);
                lines.push(self.storage(1.0));
                let mean = (month.flex.total() + month.active) / SECONDS_PER_MONTH;
                (month.most, mean, Some(month.flex.depth).filter(|depth| *depth > 0.0))
            }
        };
        let extras = &self.extras;
        lines.extend([
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
        let utilisation = if mean_replicas > 0.0 { volume / (mean_replicas * full_load) } else { 0.0 };
        Bill { lines, most_replicas, mean_replicas, utilisation, batch_depth }
    }

    /// P at full load: an hour of one replica as paid on average for this bill, its storage with it. A machine one owns
    /// draws its full power then; a serverless worker runs all the time, and its endpoint's storage is not its own.
    #[must_use]
    pub fn hourly_at_full_load(&self, bill: &Bill) -> UsdPerHour {
        let storage = self.extras.storage_per_replica() / HOURS_PER_MONTH;
        match &self.hosting {
            Hosting::Bought(bought) => UsdPerHour::new(bought.hourly(Fraction::ONE).value() + storage),
            Hosting::Serverless(terms) => {
                let is_worker = |line: &&Line| {
                    matches!(line.item, Item::Execution | Item::ColdStart | Item::IdleTimeout | Item::ActiveWorkers)
                };
                let second = average(bill, is_worker).unwrap_or(terms.usd_per_second);
                UsdPerHour::new(second * SECONDS_PER_HOUR)
            }
            Hosting::Pods(pods) => {
                let is_pod = |line: &&Line| matches!(line.item, Item::OnDemand | Item::Reserved | Item::Spot);
                let hourly = average(bill, is_pod).unwrap_or(pods.hourly().value());
                UsdPerHour::new(hourly + storage)
            }
        }
    }

    /// What a request adds to the bill whatever the hosting: what is sent out.
    #[must_use]
    pub fn egress_per_request(&self) -> f64 {
        self.extras.egress_gb_per_request() * self.extras.egress_usd_per_gb
    }

    fn storage(&self, replicas: f64) -> Line {
        Line {
            item: Item::Storage,
            quantity: replicas * self.extras.storage_gb,
            unit_price: self.extras.storage_usd_per_gb_month,
        }
    }
}

/// At most so many groups of alike hours are told apart for workers, whose bill bends with each.
const GROUPS: usize = 240;

/// Hours of a long log in groups that are nearly alike, each with its mean; a day or a week stays as it is.
fn grouped(slots: Vec<Slot>) -> Vec<Slot> {
    let each = slots.len().div_ceil(GROUPS).max(1);
    let group = |slots: &[Slot]| {
        let share: f64 = slots.iter().map(|slot| slot.share).sum();
        Slot { weight: slots.iter().map(|slot| slot.weight * slot.share).sum::<f64>() / share, share }
    };
    if each == 1 { slots } else { slots.chunks(each).map(group).collect() }
}

/// USD of one of what some lines count, on average. `None` where they count nothing.
fn average(bill: &Bill, of: impl Fn(&&Line) -> bool) -> Option<f64> {
    let sum = |value: fn(&Line) -> f64| bill.lines.iter().filter(&of).map(value).sum::<f64>();
    let quantity = sum(|line| line.quantity);
    (quantity > 0.0).then(|| sum(|line| line.usd().value()) / quantity)
}

fn pod_lines(pods: &Pods, stairs: &Staircase, volume: f64, lines: &mut Vec<Line>) {
    lines.push(Line {
        item: Item::Reserved,
        quantity: stairs.committed as f64 * HOURS_PER_MONTH,
        unit_price: pods.reserved_hourly().value(),
    });
    lines.push(Line {
        item: if pods.spot.is_some() { Item::Spot } else { Item::OnDemand },
        quantity: stairs.mean_uncommitted(volume) * HOURS_PER_MONTH,
        unit_price: pods.hourly().value(),
    });
}

fn owned_lines(bought: &Bought, replicas: f64, volume: f64, rate: RequestsPerSecond, lines: &mut Vec<Line>) {
    let year = bought.year();
    let standing = [
        (Item::Capital, year.capital),
        (Item::IdlePower, year.idle_power),
        (Item::Colocation, year.colocation),
        (Item::Maintenance, year.maintenance),
        (Item::SpareParts, year.spares),
    ];
    let monthly =
        standing.map(|(item, usd)| Line { item, quantity: replicas, unit_price: YearOfOwning::per_month(usd) });
    lines.extend(monthly);
    lines.push(Line { item: Item::LoadPower, quantity: volume, unit_price: bought.power_per_request(rate) });
}

fn worker_lines(terms: &Serverless, month: &MonthOfWorkers, lines: &mut Vec<Line>) {
    let parts = [
        (Item::Execution, month.flex.execution),
        (Item::ColdStart, month.flex.cold_start),
        (Item::IdleTimeout, month.flex.idle),
    ];
    lines.extend(parts.map(|(item, quantity)| Line { item, quantity, unit_price: terms.usd_per_second }));
    let active = terms.active.map_or(0.0, |(_, usd)| usd);
    lines.push(Line { item: Item::ActiveWorkers, quantity: month.active, unit_price: active });
}

impl Bills {
    /// USD a month at a volume, in requests a month.
    #[must_use]
    pub fn at(&self, volume: f64) -> f64 {
        match self {
            Self::Fleet(stairs) => stairs.bill(volume),
            Self::Workers(workers) => workers.bill(volume),
        }
    }

    /// Where it is lower than each API's, in their order; `full_load` is c_req. `None` when no comparison has a meaning.
    #[must_use]
    pub fn break_evens(&self, full_load: UsdPerRequest, apis: &[UsdPerRequest]) -> Vec<Option<BreakEven>> {
        match self {
            Self::Fleet(stairs) => break_evens(stairs, full_load, apis),
            Self::Workers(workers) => workers.break_evens(full_load, apis),
        }
    }
}

#[cfg(test)]
#[path = "bill_tests.rs"]
mod tests;
