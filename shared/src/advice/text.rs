//! Capacity and fleets as text, the same on the terminal and on the page.

use crate::advice::capacity::{Capacity, Row, rank};
use crate::advice::sizing::{Busy, Fleet, LimitedBy, Requirement, SloOutcome};
use crate::advice::workload::Workload;
use crate::economics::operating_point::Limit;
use crate::format;
use crate::units::Millis;

/// Teams whose cost a developer is told, smallest first.
const TEAMS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// The capacity of one replica, in streams or requests per second as the demand is counted.
#[must_use]
pub fn replica_capacity(requirement: &Requirement, fleet: &Fleet) -> String {
    match requirement.busy {
        Busy::Streams(_) => format!("{} concurrent", fleet.streams),
        Busy::Rate(_) => format!("{}/s", format::significant(fleet.rate.value(), 3)),
    }
}

/// A number with its range in brackets: the estimation error.
pub fn ranged(row: &Row, fleet: &Fleet, tell: impl Fn(&Fleet) -> String) -> String {
    let here = tell(fleet);
    let Some((best, worst)) = row.band.as_ref() else { return here };
    let (low, high) = (tell(best), tell(worst));
    match () {
        () if low == high => here,
        () if low == here => format!("{low} to {high}"),
        () => format!("{here} ({low} to {high})"),
    }
}

/// Why an evaluated option is not ranked.
#[must_use]
pub fn why_not(row: &Row) -> String {
    match &row.capacity.outcome {
        SloOutcome::NeverMet { limit, found } => format!("a single request has {}", breaks(limit, *found)),
        SloOutcome::NotMeasured => "its runs lack the metric of the target".into(),
        SloOutcome::Met { to, .. } => format!("serves {} concurrent requests; no price known", to.concurrency()),
    }
}

/// `p50 TTFT 2.10 s, limit 2.00 s`.
#[must_use]
pub fn breaks(limit: &Limit, found: Millis) -> String {
    let (metric, statistic) = (limit.metric.word(), limit.statistic.word());
    format!("{statistic} {metric} {}, limit {}", format::millis(found), format::millis(limit.most))
}

/// The capacity of one replica and what limits it; empty where the target is not met.
#[must_use]
pub fn stop(row: &Row) -> String {
    let SloOutcome::Met { to, stop, .. } = &row.capacity.outcome else { return String::new() };
    let held = format!("serves up to {} concurrent requests", to.concurrency());
    match stop {
        LimitedBy::Breaks { streams, limit, found } => format!("{held}; at {streams}: {}", breaks(limit, *found)),
        LimitedBy::CacheFull { .. } => format!("{held}, limited by KV cache memory"),
        LimitedBy::NotReached { .. } => format!("{held}, the highest concurrency simulated"),
    }
}

/// The cheapest option for teams of several sizes; empty where the demand counts no people.
#[must_use]
pub fn teams<'a>(all: &'a [Capacity<'a>], workload: &Workload) -> Vec<(f64, Row<'a>)> {
    let Some(people) = workload.requirement.people else { return Vec::new() };
    let mut sizes = TEAMS.to_vec();
    if workload.person != "developer" {
        sizes = [0.25, 0.5, 1.0, 2.0, 4.0].map(|times| (people * times).round().max(1.0)).to_vec();
    } else if !sizes.contains(&people) {
        sizes.push(people);
        sizes.sort_by(f64::total_cmp);
    }
    let one = |size: f64| {
        let requirement = workload.requirement.of_people(size);
        rank(all, &requirement).into_iter().next().filter(|row| row.fleet.is_some()).map(|row| (size, row))
    };
    sizes.into_iter().filter_map(one).collect()
}
