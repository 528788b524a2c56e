//! The levels of a sweep as an aligned table for the terminal: one unit a column, named in its head.

use shared::format;
use shared::measure::summary::Level;
use shared::units::Millis;

use crate::results::table::{First, lines};

const HEADS: [[&str; 2]; 11] = [
    ["", "streams"],
    ["", "done"],
    ["", "failed"],
    ["requests", "/s"],
    ["total", "tok/s"],
    ["output", "tok/s"],
    ["TTFT p50", "ms"],
    ["TTFT p99", "ms"],
    ["TPOT p50", "ms"],
    ["TPOT p99", "ms"],
    ["", "waves"],
];

/// The table's lines, without a final line feed.
#[must_use]
pub fn table(levels: &[Level]) -> String {
    let mut heads: Vec<[String; HEADS.len()]> = (0..2).map(|line| HEADS.map(|head| head[line].to_owned())).collect();
    if levels.iter().any(|level| level.load.concurrency().is_none()) {
        heads[1][0] = "load".to_owned();
    }
    let rows: Vec<[String; HEADS.len()]> = heads.into_iter().chain(levels.iter().map(cells)).collect();
    lines(&rows, First::Right).join("\n")
}

fn cells(level: &Level) -> [String; HEADS.len()] {
    [
        level.load.concurrency().map_or_else(|| level.load.to_string(), |streams| streams.to_string()),
        level.completed.to_string(),
        level.failed.to_string(),
        decimals(level.request_rate().value(), 2),
        format::count(level.total_rate().value()),
        format::count(level.output_rate().value()),
        millis(level.ttft_ms.p50, 1),
        millis(level.ttft_ms.p99, 1),
        millis(level.tpot_ms.p50, 2),
        millis(level.tpot_ms.p99, 2),
        decimals(level.waves(), 1),
    ]
}

/// A fixed number of decimals, so that a column's points stand in line.
fn decimals(value: f64, places: usize) -> String {
    format!("{value:.places$}")
}

fn millis(time: Option<Millis>, places: usize) -> String {
    time.map_or_else(|| "-".to_owned(), |time| decimals(time.value(), places))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use shared::measure::plan::Arrival;
    use shared::measure::summary::{Distribution, summarise};
    use shared::units::Seconds;

    #[test]
    fn columns_are_aligned() {
        let level = |concurrency, completed, seconds| Level {
            duration_s: Seconds::new(seconds),
            completed,
            prompt_tokens: 55_140,
            output_tokens: 48_485,
            ttft_ms: Distribution::of([Millis::new(80.25), Millis::new(190.5)]),
            ..summarise(Arrival::ClosedLoop { concurrency }, &[])
        };
        let text = table(&[level(1, 256, 1180.2), level(64, 250, 47.78)]);
        expect![[r#"
                                   requests  total  output  TTFT p50  TTFT p99  TPOT p50  TPOT p99
            streams  done  failed        /s  tok/s   tok/s        ms        ms        ms        ms  waves
                  1   256       0      0.22     88      41     135.4     189.4         -         -  256.0
                 64   250       0      5.23  2,169   1,015     135.4     189.4         -         -    3.9"#]]
        .assert_eq(&text);
    }
}
