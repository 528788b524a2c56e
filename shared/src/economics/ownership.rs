//! A bought replica: what owning it costs a year, and when that has paid for itself.
//!
//! The annuity is the capital recovery factor of engineering economics (Park, Contemporary Engineering Economics,
//! chapter 3); power, PUE and colocation as in inferecon's levelised cost.

use crate::economics::bill::{Bill, Item, Line};
use crate::economics::fleet::Scaling;
use crate::economics::hosting_option::{HostingOption, Load, ReplicaMonth};
use crate::economics::invalid::{Invalid, within};
use crate::economics::parameter::Parameter;
use crate::economics::staircase::Staircase;
use crate::units::{
    Fraction, HOURS_PER_MONTH, MONTHS_PER_YEAR, RequestsPerSecond, SECONDS_PER_HOUR, Usd, UsdPerHour, UsdPerKwh,
};

/// Range of what a replica costs to buy, USD.
const LEAST_CAPITAL: f64 = 1.0;
const MOST_CAPITAL: f64 = 1e9;
/// Range of the years that it is used.
const LEAST_YEARS: f64 = 0.1;
const MOST_YEARS: f64 = 30.0;
/// Highest price of electricity.
const MOST_USD_PER_KWH: f64 = 10.0;
/// Highest price of room and connection, USD a month.
const MOST_COLOCATION: f64 = 1e7;

/// One replica that one owns: its GPUs, its share of server and network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bought {
    /// C: what it costs to buy.
    pub capital: Usd,
    /// S_n: what it is sold for at the end.
    pub residual: Usd,
    /// n: years it is used.
    pub years: f64,
    /// r: what the capital costs a year, as a share.
    pub interest: f64,
    /// Power it draws without load, kW.
    pub idle_kw: f64,
    /// Power it draws at full load, kW.
    pub load_kw: f64,
    /// PUE: power of the whole room over power of the machines.
    pub pue: f64,
    /// Price of electricity.
    pub electricity: UsdPerKwh,
    /// Space and connection, USD a month.
    pub colocation_per_month: Usd,
    /// Repairs, as a share of the capital a year.
    pub maintenance: f64,
    /// Spare parts, as a share of the capital a year.
    pub spares: f64,
}

/// A year of owning one replica, in USD.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearOfOwning {
    /// Capital and what it costs, less what is left at the end.
    pub capital: f64,
    /// Electricity without load.
    pub idle_power: f64,
    /// Electricity that load adds, at full load all year.
    pub load_power: f64,
    /// Space and connection.
    pub colocation: f64,
    /// Repairs.
    pub maintenance: f64,
    /// Spare parts.
    pub spares: f64,
}

/// Capital recovery factor: the share of a sum that n equal yearly payments at interest r come to,
/// `r (1+r)^n / ((1+r)^n - 1)`; `1/n` without interest.
///
/// ```
/// use shared::economics::ownership::capital_recovery;
/// assert!((capital_recovery(0.10, 4.0) - 0.3154708).abs() < 5e-8);
/// assert_eq!(capital_recovery(0.0, 4.0), 0.25);
/// ```
#[must_use]
pub fn capital_recovery(interest: f64, years: f64) -> f64 {
    if interest == 0.0 {
        return 1.0 / years;
    }
    let growth = (1.0 + interest).powf(years);
    interest * growth / (growth - 1.0)
}

impl Bought {
    /// What a year costs: `(C - S_n/(1+r)^n) CRF`, power `kW PUE USD/kWh 8760`, colocation, maintenance, spares.
    #[must_use]
    pub fn year(&self) -> YearOfOwning {
        let left = self.residual.value() / (1.0 + self.interest).powf(self.years);
        let hours = HOURS_PER_MONTH * MONTHS_PER_YEAR;
        let power = |kw: f64| kw * self.pue * self.electricity.value() * hours;
        YearOfOwning {
            capital: (self.capital.value() - left) * capital_recovery(self.interest, self.years),
            idle_power: power(self.idle_kw),
            load_power: power(self.load_kw - self.idle_kw),
            colocation: self.colocation_per_month.value() * MONTHS_PER_YEAR,
            maintenance: self.maintenance * self.capital.value(),
            spares: self.spares * self.capital.value(),
        }
    }

    /// An hour of it at a utilisation: `annual / 8760`, where power is `idle + (load - idle) U`.
    #[must_use]
    pub fn hourly(&self, utilisation: Fraction) -> UsdPerHour {
        let year = self.year();
        let annual = year.standing() + year.load_power * utilisation.value();
        UsdPerHour::new(annual / (HOURS_PER_MONTH * MONTHS_PER_YEAR))
    }

    /// What a month costs beside its capital, at a utilisation: what goes on being paid once it is bought.
    #[must_use]
    pub fn running_per_month(&self, utilisation: Fraction) -> Usd {
        let year = self.year();
        let running = year.standing() - year.capital + year.load_power * utilisation.value();
        Usd::new(running / MONTHS_PER_YEAR)
    }

    /// USD of electricity that one request adds, at q' requests a second at full load.
    #[must_use]
    pub fn power_per_request(&self, rate: RequestsPerSecond) -> f64 {
        (self.load_kw - self.idle_kw) * self.pue * self.electricity.value() / (SECONDS_PER_HOUR * rate.value())
    }
}

impl HostingOption for Bought {
    type Curve = Staircase;

    fn check(&self) -> Result<(), Invalid> {
        within("capital", self.capital.value(), LEAST_CAPITAL, MOST_CAPITAL)?;
        within("residual", self.residual.value(), 0.0, self.capital.value())?;
        within("years", self.years, LEAST_YEARS, MOST_YEARS)?;
        within("interest", self.interest, 0.0, 1.0)?;
        within("load_kw", self.load_kw, 0.0, 1e4)?;
        within("idle_kw", self.idle_kw, 0.0, self.load_kw)?;
        within("pue", self.pue, 1.0, 5.0)?;
        within("electricity", self.electricity.value(), 0.0, MOST_USD_PER_KWH)?;
        within("colocation", self.colocation_per_month.value(), 0.0, MOST_COLOCATION)?;
        within("maintenance", self.maintenance, 0.0, 1.0)?;
        within("spares", self.spares, 0.0, 1.0)?;
        Ok(())
    }

    /// Machines one owns do not come and go: the fleet is never scaled.
    fn curve(&self, load: &Load) -> Staircase {
        let rent = YearOfOwning::per_month(self.year().standing());
        load.fleet_curve(Scaling::Fixed, rent, self.power_per_request(load.rate))
    }

    fn month(&self, stairs: &Staircase, volume: f64, rate: RequestsPerSecond) -> ReplicaMonth {
        let (year, replicas) = (self.year(), stairs.mean_paid(volume));
        let standing = [
            (Item::Capital, year.capital),
            (Item::IdlePower, year.idle_power),
            (Item::Colocation, year.colocation),
            (Item::Maintenance, year.maintenance),
            (Item::SpareParts, year.spares),
        ];
        let monthly =
            standing.map(|(item, usd)| Line { item, quantity: replicas, unit_price: YearOfOwning::per_month(usd) });
        let power = Line { item: Item::LoadPower, quantity: volume, unit_price: self.power_per_request(rate) };
        ReplicaMonth::of_fleet(stairs, volume, monthly.into_iter().chain([power]).collect())
    }

    /// At full load it draws its full power.
    fn hourly_at_full_load(&self, _: &Bill, storage: f64) -> UsdPerHour {
        UsdPerHour::new(self.hourly(Fraction::ONE).value() + storage)
    }

    fn parameter(&self, parameter: Parameter) -> Option<f64> {
        Some(match parameter {
            Parameter::HostingPrice => self.capital.value(),
            Parameter::Years => self.years,
            Parameter::Interest => self.interest,
            Parameter::Residual => self.residual.value(),
            Parameter::Electricity => self.electricity.value(),
            Parameter::Colocation => self.colocation_per_month.value(),
            _ => return None,
        })
    }

    fn set_parameter(&mut self, parameter: Parameter, value: f64, factor: f64) {
        match parameter {
            Parameter::HostingPrice => {
                self.capital = Usd::new(self.capital.value() * factor);
                self.residual = Usd::new(self.residual.value() * factor);
            }
            Parameter::Years => self.years = value,
            Parameter::Interest => self.interest = value.max(0.0),
            Parameter::Residual => self.residual = Usd::new(value),
            Parameter::Electricity => self.electricity = UsdPerKwh::new(value),
            Parameter::Colocation => self.colocation_per_month = Usd::new(value),
            _ => {}
        }
    }

    fn parameter_range(&self, parameter: Parameter) -> Option<(f64, f64)> {
        Some(match parameter {
            Parameter::HostingPrice => (LEAST_CAPITAL, MOST_CAPITAL),
            Parameter::Years => (LEAST_YEARS, MOST_YEARS),
            Parameter::Interest => (0.0, 1.0),
            Parameter::Residual => (0.0, self.capital.value()),
            Parameter::Electricity => (0.0, MOST_USD_PER_KWH),
            Parameter::Colocation => (0.0, MOST_COLOCATION),
            _ => return None,
        })
    }
}

impl YearOfOwning {
    /// All that is paid whether it is used or not.
    #[must_use]
    pub fn standing(self) -> f64 {
        self.capital + self.idle_power + self.colocation + self.maintenance + self.spares
    }

    /// One of its parts, for a month.
    #[must_use]
    pub fn per_month(part: f64) -> f64 {
        part / MONTHS_PER_YEAR
    }
}

/// Months until a purchase has paid for itself: `C / (rent a month - own running cost a month)`. `None`: never, since
/// owning saves nothing a month.
///
/// ```
/// use shared::economics::ownership::payback_months;
/// use shared::units::Usd;
/// assert_eq!(payback_months(Usd::new(2400.0), Usd::new(197.1), Usd::new(77.1)), Some(20.0));
/// assert_eq!(payback_months(Usd::new(2400.0), Usd::new(50.0), Usd::new(77.1)), None);
/// ```
#[must_use]
pub fn payback_months(capital: Usd, rent: Usd, running: Usd) -> Option<f64> {
    let saved = rent.value() - running.value();
    (saved > 0.0).then(|| capital.value() / saved)
}

/// The share of a month that a replica must run for a reservation at discount `d` to pay: `1 - d`.
///
/// ```
/// use shared::economics::ownership::break_even_commitment;
/// use shared::units::Fraction;
/// assert_eq!(Fraction::new(0.25).map(break_even_commitment), Ok(0.75));
/// ```
#[must_use]
pub fn break_even_commitment(discount: Fraction) -> f64 {
    1.0 - discount.value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn h100() -> Bought {
        Bought {
            capital: Usd::new(30_000.0),
            residual: Usd::new(6_000.0),
            years: 4.0,
            interest: 0.10,
            idle_kw: 0.91,
            load_kw: 0.91,
            pue: 1.3,
            electricity: UsdPerKwh::new(0.10),
            colocation_per_month: Usd::new(150.0),
            maintenance: 0.0,
            spares: 0.0,
        }
    }

    #[test]
    fn capital_recovery_factor() {
        // V12.
        assert!((capital_recovery(0.10, 4.0) - 0.315_470_8).abs() < 5e-8);
    }

    #[test]
    fn an_h100_that_one_owns() {
        // 30,000 USD, 6,000 left after 4 years at 10 %, 0.91 kW, PUE 1.3, 0.10 USD/kWh, 1,800 USD a year of room.
        let year = h100().year();
        assert!((year.capital - 8171.299).abs() < 1e-3, "{year:?}");
        assert!((year.idle_power - 1036.308).abs() < 1e-3, "{year:?}");
        assert!((h100().hourly(Fraction::ONE).value() - 1.256_6).abs() < 5e-5);
    }

    #[test]
    fn load_costs_power_and_idling_costs_the_rest() {
        let card = Bought { idle_kw: 0.1, load_kw: 0.4, ..h100() };
        let idle = card.hourly(Fraction::new(0.0).unwrap()).value();
        let busy = card.hourly(Fraction::ONE).value();
        assert!((busy - idle - 0.3 * 1.3 * 0.10).abs() < 1e-12);
        // An hour at full load serves 3600 q requests, each of which adds its part of that.
        let added = card.power_per_request(RequestsPerSecond::new(2.0)) * 7200.0;
        assert!((added - (busy - idle)).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_bought_is_refused_by_name() {
        let refused = |bought: Bought| bought.check().unwrap_err().field;
        assert_eq!(refused(Bought { capital: Usd::new(0.0), ..h100() }), "capital");
        assert_eq!(refused(Bought { residual: Usd::new(40_000.0), ..h100() }), "residual");
        assert_eq!(refused(Bought { years: 0.0, ..h100() }), "years");
        assert_eq!(refused(Bought { pue: 0.9, ..h100() }), "pue");
        assert_eq!(refused(Bought { idle_kw: 1.0, ..h100() }), "idle_kw");
        assert_eq!(refused(Bought { interest: f64::INFINITY, ..h100() }), "interest");
    }

    #[test]
    fn a_reservation_pays_from_what_it_does_not_take_off() {
        // Reserved at 40 % off, as the course module says: it pays from 60 % of the month on.
        assert!((break_even_commitment(Fraction::new(0.4).unwrap()) - 0.6).abs() < 1e-12);
    }

    proptest! {
        /// The payments of an annuity, discounted, are worth the sum.
        #[test]
        fn payments_are_worth_the_capital(interest in 0.001..0.5f64, years in 1u32..30) {
            let payment = capital_recovery(interest, f64::from(years));
            let worth: f64 = (1..=years).map(|year| payment / (1.0 + interest).powi(year as i32)).sum();
            prop_assert!((worth - 1.0).abs() < 1e-9);
        }
    }
}
