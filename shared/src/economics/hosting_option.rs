//! What every hosting option owns: its checks, its bill as a function of volume, and the parameters that only it has.

use crate::economics::bill::{Bill, Line};
use crate::economics::breakeven::BillCurve;
use crate::economics::demand::Demand;
use crate::economics::fleet::{Extras, Fleet, Scaling};
use crate::economics::invalid::Invalid;
use crate::economics::parameter::Parameter;
use crate::economics::serverless::Depths;
use crate::economics::staircase::{Staircase, planned_capacity};
use crate::units::{RequestsPerSecond, UsdPerHour};

/// A way to pay for replicas: its checks, its bill and the parameters that only it has.
///
/// The model is generic over it, so that a program which knows one option carries no other.
pub trait HostingOption: Clone {
    /// Its bill as a function of volume.
    type Curve: BillCurve;

    /// Whether every value is possible.
    ///
    /// # Errors
    /// The first that lies outside its range.
    fn check(&self) -> Result<(), Invalid>;

    /// The bill as a function of volume.
    fn curve(&self, load: &Load) -> Self::Curve;

    /// What a month at a volume takes of replicas. `rate` is q'.
    fn month(&self, curve: &Self::Curve, volume: f64, rate: RequestsPerSecond) -> ReplicaMonth;

    /// P at full load: an hour of one replica, as paid on average for this bill, with `storage` USD an hour where storage
    /// is each replica's own.
    fn hourly_at_full_load(&self, bill: &Bill, storage: f64) -> UsdPerHour;

    /// Value of a parameter. `None` where this option has no such parameter.
    fn parameter(&self, parameter: Parameter) -> Option<f64>;

    /// Sets a parameter that it has; `factor` is the new value over the old one.
    fn set_parameter(&mut self, parameter: Parameter, value: f64, factor: f64);

    /// Range of a parameter. `None` where this option has no such parameter.
    fn parameter_range(&self, parameter: Parameter) -> Option<(f64, f64)>;
}

/// What replicas are to serve, and under which conditions.
#[derive(Debug, Clone, Copy)]
pub struct Load<'a> {
    /// Requests, and when they come.
    pub demand: &'a Demand,
    /// q': requests a second of the demanded mix at full load of one replica.
    pub rate: RequestsPerSecond,
    /// Requests a second that one replica completes at each batch depth.
    pub depths: &'a Depths,
    /// How many replicas there are.
    pub fleet: &'a Fleet,
    /// What is paid beside them.
    pub extras: &'a Extras,
}

impl Load<'_> {
    /// The bill of a fleet whose replicas cost `rent` USD a month without storage, and `per_request` USD a request.
    #[must_use]
    pub fn fleet_curve(&self, scaling: Scaling, rent: f64, per_request: f64) -> Staircase {
        Staircase {
            slots: scaling.slots(&self.demand.shape),
            capacity: planned_capacity(self.fleet.headroom.value(), self.rate),
            minimum: self.fleet.minimum,
            spare: self.fleet.spare,
            committed: 0,
            committed_rent: 0.0,
            rent: rent + self.extras.storage_per_replica(),
            per_request: per_request + self.extras.egress_per_request(),
            fixed: self.extras.fixed_per_month().value(),
        }
    }
}

/// What a month takes of replicas.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaMonth {
    /// Lines of the bill that pay for them.
    pub lines: Vec<Line>,
    /// Replicas in the busiest hour.
    pub most: u64,
    /// Replicas paid for on average.
    pub mean: f64,
    /// How many times storage is paid.
    pub storages: f64,
    /// Mean requests in a batch. `None` for fleets, which do not depend on it.
    pub batch_depth: Option<f64>,
}

impl ReplicaMonth {
    /// Of a fleet of whole replicas, each with its storage.
    #[must_use]
    pub fn of_fleet(stairs: &Staircase, volume: f64, lines: Vec<Line>) -> Self {
        let mean = stairs.mean_paid(volume);
        let most = stairs.most_replicas(volume).max(stairs.committed);
        Self { lines, most, mean, storages: mean, batch_depth: None }
    }
}
