//! What a fleet may be paid by beside pods by the hour, and which APIs there are: from dated prices, with what is assumed
//! where nobody has asked.

use crate::advice::decide::Api;
use crate::date::Date;
use crate::economics::api_bill::Tariff;
use crate::economics::ownership::Bought;
use crate::economics::pricing::{api_prices, is_same_model, on_day};
use crate::economics::serverless::Serverless;
use crate::store::prices::{ApiPrice, Baseline, GpuPrice, Tier};
use crate::units::{SECONDS_PER_HOUR, Usd, UsdPerKwh};

/// Seconds a serverless worker is taken to need before it serves.
pub const COLD_START_S: f64 = 10.0;
/// Seconds a worker of RunPod's waits for another request.
pub const IDLE_TIMEOUT_S: f64 = 5.0;
/// Years a bought machine is used, and what its capital costs a year.
pub const YEARS: f64 = 4.0;
/// What its capital costs a year.
pub const INTEREST: f64 = 0.1;
/// Power of the room over power of the machines.
pub const PUE: f64 = 1.3;
/// Share of the board power that is drawn without load.
const IDLE_SHARE: f64 = 0.2;
const WATTS_PER_KW: f64 = 1000.0;

/// Workers of so many of these GPUs by the second, at the cheapest offer of a day; `None` without one.
#[must_use]
pub fn serverless(prices: &[GpuPrice], hardware: &str, gpus: u32, day: Date) -> Option<Serverless> {
    let flex = on_day(prices, day).filter(|price| price.hardware == hardware && price.tier == Tier::ServerlessFlex);
    let cheapest = flex.min_by(|a, b| a.usd_per_hour.value().total_cmp(&b.usd_per_hour.value()))?;
    Some(Serverless {
        usd_per_second: cheapest.usd_per_hour.value() / SECONDS_PER_HOUR * f64::from(gpus),
        active: None,
        cold_start_s: COLD_START_S,
        idle_timeout_s: IDLE_TIMEOUT_S,
    })
}

/// One replica that is bought: for so many USD, drawing so many watts at full load.
#[must_use]
pub fn bought(capital: Usd, watts: f64, electricity: UsdPerKwh) -> Bought {
    let load_kw = watts / WATTS_PER_KW;
    Bought {
        capital,
        residual: Usd::new(0.0),
        years: YEARS,
        interest: INTEREST,
        idle_kw: load_kw * IDLE_SHARE,
        load_kw,
        pue: PUE,
        electricity,
        colocation_per_month: Usd::new(0.0),
        maintenance: 0.0,
        spares: 0.0,
    }
}

/// Hosts of this very model, and the closed models; other open models are another question.
#[must_use]
pub fn apis(prices: &[ApiPrice], model: &str, day: Date) -> Vec<Api> {
    let is_asked = |price: &&ApiPrice| price.baseline != Baseline::HostedOpenModel || is_same_model(price, model);
    let api = |price: &ApiPrice| Api {
        name: price.name.clone(),
        baseline: price.baseline,
        same_model: is_same_model(price, model),
        tariff: Tariff::of(price),
    };
    api_prices(prices, day).into_iter().filter(is_asked).map(api).collect()
}
