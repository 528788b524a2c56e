//! The monthly bill of self-hosting, line by line, and the same bill at any other volume.
//!
//! Hours provisioned are paid whether used or not: utilisation is a result here, never a factor of the bill.

use crate::units::Usd;

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

    /// USD of one of what some lines count, on average. `None` where they count nothing.
    #[must_use]
    pub fn mean_unit_price(&self, of: impl Fn(Item) -> bool) -> Option<f64> {
        let sum = |value: fn(&Line) -> f64| self.lines.iter().filter(|line| of(line.item)).map(value).sum::<f64>();
        let quantity = sum(|line| line.quantity);
        (quantity > 0.0).then(|| sum(|line| line.usd().value()) / quantity)
    }
}
