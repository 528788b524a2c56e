//! A row of `collector size` for programs.

use serde_json::{Value, json};

use shared::advice::capacity::Row;
use shared::advice::sizing::{Fleet, LimitedBy, SloOutcome};
use shared::economics::operating_point::Limit;
use shared::units::Millis;

/// The row.
#[must_use]
pub fn row(row: &Row) -> Value {
    let option = &row.capacity.option;
    json!({
        "gpu": option.slug,
        "gpus_per_replica": option.gpus,
        "quantization": option.quantization.word(),
        "evidence": row.capacity.evidence.word(),
        "source": row.capacity.source,
        "usd_per_hour_of_a_replica": row.capacity.price.map(|price| price.value()),
        "holds": slo_outcome(&row.capacity.outcome),
        "fleet": row.fleet.as_ref().map(fleet),
        "band": row.band.as_ref().map(|(best, worst)| json!({"as_fast_as_records": fleet(best), "as_slow": fleet(worst)})),
        "records_behind_the_band": option.band.map(|band| band.records),
    })
}

fn slo_outcome(outcome: &SloOutcome) -> Value {
    match outcome {
        SloOutcome::Met { to, stop, .. } => json!({
            "streams": to.concurrency(),
            "requests_per_s": to.request_rate().value(),
            "stop": match stop {
                LimitedBy::Breaks { streams, limit, found } => json!({"at_streams": streams, "limit": broken(limit, *found)}),
                LimitedBy::CacheFull { .. } => json!("kv cache full"),
                LimitedBy::NotReached { .. } => json!("not reached"),
            },
        }),
        SloOutcome::NeverMet { limit, found } => json!({"never": broken(limit, *found)}),
        SloOutcome::NotMeasured => json!("not measured"),
    }
}

fn broken(limit: &Limit, found: Millis) -> Value {
    json!({
        "metric": limit.metric.word(), "statistic": limit.statistic.word(),
        "limit_ms": limit.most.value(), "found_ms": found.value(),
    })
}

fn fleet(fleet: &Fleet) -> Value {
    json!({
        "replicas": fleet.replicas,
        "streams_per_replica": fleet.streams,
        "requests_per_s_per_replica": fleet.rate.value(),
        "usd_per_month": fleet.month.value(),
        "usd_per_person_month": fleet.per_person.map(|usd| usd.value()),
        "usd_per_1m_tokens": fleet.per_million.value(),
        "utilisation": fleet.utilisation,
    })
}
