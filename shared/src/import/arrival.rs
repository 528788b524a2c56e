//! Arrivals of requests, where several tools write them alike.

use crate::import::error::{ImportError, Remedy};
use crate::import::object::Object;
use crate::measure::plan::Arrival;

/// Gamma-distributed gaps at a rate; `field` has their shape. A shape of 1, and none, is Poisson.
pub(super) fn gamma(rate: f64, object: &Object, field: &str) -> Result<Arrival, ImportError> {
    let burstiness = if object.get(field).is_some() { object.positive(field, "")? } else { 1.0 };
    Ok(if burstiness == 1.0 { Arrival::Poisson { rate } } else { Arrival::Gamma { rate, burstiness } })
}

/// A run without a concurrency limit in `field` and without a request rate.
pub(super) fn unlimited(object: &Object, field: &str) -> ImportError {
    let why =
        "is null: the run had no concurrency limit, so it is not a level of a sweep; run it with --max-concurrency";
    object.wrong(field, why).remedy(Remedy::LimitConcurrency)
}

/// The note that a concurrency limit delayed requests which arrive at a rate.
pub(super) fn limit_note(load: Arrival, streams: Option<u64>) -> Option<String> {
    let streams = streams.filter(|_| load.concurrency().is_none())?;
    Some(format!(
        "at {load}, the client limited concurrency to {streams} streams; further requests waited in the client"
    ))
}
