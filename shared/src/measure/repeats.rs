//! The runs of a level against each other: how much each figure varies, and how sure its mean is.
//!
//! The level's own numbers are those of all its runs together; this says what to think of them.

use crate::measure::observations::{Repeats, Spread};
use crate::measure::plan::Arrival;
use crate::measure::runs::Runs;
use crate::measure::summary::{Level, summarise};
use crate::stats::spread::mean_of;
use crate::units::Millis;

/// A figure's key, with its unit, and how a run's level gives it.
type Figure = (&'static str, fn(&Level) -> Option<f64>);

/// The figures that are compared. One that a run does not have is left out.
const FIGURES: [Figure; 6] = [
    ("output_tokens_per_s", |level| Some(level.output_rate().value())),
    ("requests_per_s", |level| Some(level.request_rate().value())),
    ("ttft_p50_ms", |level| level.ttft_ms.p50.map(Millis::value)),
    ("ttft_p99_ms", |level| level.ttft_ms.p99.map(Millis::value)),
    ("tpot_p50_ms", |level| level.tpot_ms.p50.map(Millis::value)),
    ("tpot_p99_ms", |level| level.tpot_ms.p99.map(Millis::value)),
];

/// The runs against each other. `None` for a level that was run once.
#[must_use]
pub fn of(load: Arrival, runs: &Runs) -> Option<Repeats> {
    if runs.count() < 2 {
        return None;
    }
    let levels: Vec<Level> = runs.each().map(|records| summarise(load, records)).collect();
    let spreads = FIGURES.iter().filter_map(|(figure, value)| {
        let values: Vec<f64> = levels.iter().map(value).collect::<Option<_>>()?;
        spread(figure, values)
    });
    Some(Repeats { runs: u32::try_from(runs.count()).unwrap_or(u32::MAX), spreads: spreads.collect() })
}

fn spread(figure: &str, values: Vec<f64>) -> Option<Spread> {
    // A run in which nothing completed has no rate.
    let of = mean_of(&values).filter(|of| of.mean.is_finite())?;
    Some(Spread { figure: figure.to_owned(), values, mean: of.mean, cv: of.cv, half_width_95: of.half_width_95 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::made_up::{request, streams};
    use crate::measure::record::RequestRecord;

    const LOAD: Arrival = Arrival::ClosedLoop { concurrency: 1 };

    fn at_pace(gap_ms: u64) -> Vec<RequestRecord> {
        (0..4).map(|n| request(n * (100 + 10 * gap_ms), 100, 11, gap_ms)).collect()
    }

    #[test]
    fn several_runs_are_one_level_of_all_their_requests() {
        let mut runs = Runs::one(streams(4, 20, 11));
        runs.push(streams(4, 10, 11));
        let level = summarise(Arrival::ClosedLoop { concurrency: 4 }, runs.records());
        assert_eq!((level.completed, level.output_tokens), (120, 120 * 11));
        assert!((level.duration_s.value() - 6.0).abs() < 1e-9);
        assert!((level.output_rate().value() - 220.0).abs() < 1e-9);
    }

    #[test]
    fn figures_vary_as_the_runs_did() {
        // 44 tokens in 0.8, 1.2 and 1.6 s.
        let mut runs = Runs::one(at_pace(10));
        runs.push(at_pace(20));
        runs.push(at_pace(30));
        let repeats = of(LOAD, &runs).unwrap();
        assert_eq!((repeats.runs, repeats.spreads.len()), (3, 6));
        let tpot = repeats.spreads.iter().find(|spread| spread.figure == "tpot_p50_ms").unwrap();
        assert_eq!((tpot.values.as_slice(), tpot.mean, tpot.cv), ([10.0, 20.0, 30.0].as_slice(), 20.0, Some(0.5)));
        assert!((tpot.half_width_95.unwrap() - 4.302_653 * 10.0 / 3f64.sqrt()).abs() < 1e-6);
        let rate = &repeats.spreads[0];
        assert!((rate.values[0] - 55.0).abs() < 1e-9 && (rate.values[2] - 27.5).abs() < 1e-9, "{rate:?}");
    }

    #[test]
    fn one_run_has_nothing_to_be_compared_with() {
        assert_eq!(of(LOAD, &Runs::one(at_pace(10))), None);
    }

    #[test]
    fn equal_runs_do_not_vary() {
        let mut runs = Runs::one(at_pace(10));
        runs.push(at_pace(10));
        let repeats = of(LOAD, &runs).unwrap();
        assert!(repeats.spreads.iter().all(|spread| spread.cv.unwrap() < 1e-9), "{repeats:?}");
    }
}
