//! Which hosting options there are: pods, serverless workers, machines one owns.
//!
//! Each option is one file with its terms, their ranges, its bill and its parameters.

mod pods;
mod serverless;

pub use pods::{Pods, Reserved, Spot};

pub use crate::economics::fleet::{Extras, Fleet, Scaling};
pub use crate::economics::hosting_option::{HostingOption, Load, ReplicaMonth};

use crate::economics::bill::Bill;
use crate::economics::breakeven::{BillCurve, BreakEven};
use crate::economics::invalid::Invalid;
use crate::economics::ownership::Bought;
use crate::economics::parameter::Parameter;
use crate::economics::serverless::Serverless;
use crate::economics::staircase::Staircase;
use crate::economics::workers::Workers;
use crate::units::{RequestsPerSecond, UsdPerHour, UsdPerRequest};

/// Any hosting option.
#[derive(Debug, Clone, PartialEq)]
pub enum Hosting {
    /// By the hour, as long as they run.
    Pods(Pods),
    /// By the second, while they work.
    Serverless(Serverless),
    /// Once, and then for power and room.
    Bought(Bought),
}

/// The bill of any hosting option as a function of volume.
#[derive(Debug, Clone)]
pub enum AnyCurve {
    /// A fleet of whole replicas.
    Fleet(Staircase),
    /// Workers that come and go.
    Workers(Workers),
}

/// The same of whichever option it is.
macro_rules! each {
    ($hosting:expr, $option:ident => $then:expr) => {
        match $hosting {
            Hosting::Pods($option) => $then,
            Hosting::Serverless($option) => $then,
            Hosting::Bought($option) => $then,
        }
    };
}

impl HostingOption for Hosting {
    type Curve = AnyCurve;

    fn check(&self) -> Result<(), Invalid> {
        each!(self, option => option.check())
    }

    fn curve(&self, load: &Load) -> AnyCurve {
        match self {
            Self::Pods(pods) => AnyCurve::Fleet(pods.curve(load)),
            Self::Bought(bought) => AnyCurve::Fleet(bought.curve(load)),
            Self::Serverless(terms) => AnyCurve::Workers(terms.curve(load)),
        }
    }

    fn month(&self, curve: &AnyCurve, volume: f64, rate: RequestsPerSecond) -> ReplicaMonth {
        match (self, curve) {
            (Self::Pods(pods), AnyCurve::Fleet(stairs)) => pods.month(stairs, volume, rate),
            (Self::Bought(bought), AnyCurve::Fleet(stairs)) => bought.month(stairs, volume, rate),
            (Self::Serverless(terms), AnyCurve::Workers(workers)) => terms.month(workers, volume, rate),
            // The curve of another option: its volume, paid by nobody.
            (_, AnyCurve::Fleet(stairs)) => ReplicaMonth::of_fleet(stairs, volume, Vec::new()),
            (_, AnyCurve::Workers(workers)) => workers.terms.month(workers, volume, rate),
        }
    }

    fn hourly_at_full_load(&self, bill: &Bill, storage: f64) -> UsdPerHour {
        each!(self, option => option.hourly_at_full_load(bill, storage))
    }

    fn parameter(&self, parameter: Parameter) -> Option<f64> {
        each!(self, option => option.parameter(parameter))
    }

    fn set_parameter(&mut self, parameter: Parameter, value: f64, factor: f64) {
        each!(self, option => option.set_parameter(parameter, value, factor));
    }

    fn parameter_range(&self, parameter: Parameter) -> Option<(f64, f64)> {
        each!(self, option => option.parameter_range(parameter))
    }
}

impl BillCurve for AnyCurve {
    fn at(&self, volume: f64) -> f64 {
        match self {
            Self::Fleet(stairs) => stairs.at(volume),
            Self::Workers(workers) => workers.at(volume),
        }
    }

    fn break_evens(&self, full_load: UsdPerRequest, apis: &[UsdPerRequest]) -> Vec<Option<BreakEven>> {
        match self {
            Self::Fleet(stairs) => stairs.break_evens(full_load, apis),
            Self::Workers(workers) => workers.break_evens(full_load, apis),
        }
    }
}
