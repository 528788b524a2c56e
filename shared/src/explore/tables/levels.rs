//! The chosen run, level by level: throughput, the four latencies, what breaks the target, USD at full load.

use super::{Cell, Row, Table, in_currency};
use crate::explore::answer::{Answer, told};
use crate::explore::explain::{level_cost, level_key, metric_key};
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::format;
use crate::measure::latency::{Metric, Statistic};
use crate::measure::summary::Level;

const METRICS: [Metric; 4] = [Metric::Ttft, Metric::Tpot, Metric::Itl, Metric::E2el];

/// The table; without rows when the run has no level.
#[must_use]
pub fn levels(library: &Library, scenario: &Scenario) -> Table {
    in_currency(scenario, || {
        let answer = told(library, scenario);
        let levels = library.run(scenario).map_or(&[][..], |run| &run.file.levels);
        let statistics = statistics(scenario);
        let mut table = Table::of("levels", "Every measured level", &["Streams", "Requests", "Waves"]);
        table.columns.extend(["Total tokens/s", "Output tokens/s"].map(str::to_owned));
        for metric in METRICS {
            table.columns.extend(statistics.map(|which| format!("{} {}", metric.word(), which.word())));
        }
        table.columns.push(format!("{} per 1M total tokens, full load", format::money_word()));
        table.rows = levels.iter().map(|level| row(level, scenario, answer.as_ref())).collect();
        table.note =
            "Waves are how often the streams were filled; below ten, start and end of a level weigh much.".into();
        table
    })
}

/// The median, and the value that the target is put on.
fn statistics(scenario: &Scenario) -> [Statistic; 2] {
    match scenario.statistic {
        Statistic::P50 => [Statistic::Mean, Statistic::P50],
        other => [Statistic::P50, other],
    }
}

fn row(level: &Level, scenario: &Scenario, answer: Option<&Answer>) -> Row {
    let (key, target) = (level_key(level), scenario.target());
    let held = target.kept_by(level) == Some(true);
    let in_use = held && answer.is_some_and(|answer| level_key(answer.level) == key);
    let used = if in_use { " (in use)" } else { "" };
    let name = level.load.concurrency().map_or(level.load.to_string(), |streams| streams.to_string());
    let requests = match level.failed {
        0 => Cell::Number(format::count(level.completed as f64)),
        failed => {
            let (completed, failed) = (format::count(level.completed as f64), format::count(failed as f64));
            Cell::Broken(format!("{completed}, {failed} failed"))
        }
    };
    let rate = |value: f64, kind: &str| Cell::opens(format::significant(value, 3), format!("{kind}/{key}"));
    let mut cells = vec![
        Cell::Words(format!("{name}{used}")),
        requests,
        Cell::Number(format::significant(level.waves(), 3)),
        rate(level.total_rate().value(), "throughput"),
        rate(level.output_rate().value(), "output-throughput"),
    ];
    for metric in METRICS {
        cells.extend(statistics(scenario).map(|which| latency(level, &key, metric, which, scenario)));
    }
    cells.push(match answer.and_then(|answer| level_cost(answer.replica_price, level)) {
        Some(cost) => Cell::money(format::usd_per_million(cost), format!("level/{key}")),
        None => Cell::Number("no price".into()),
    });
    Row { key: format!("level/{key}"), in_use, cells }
}

fn latency(level: &Level, key: &str, metric: Metric, which: Statistic, scenario: &Scenario) -> Cell {
    let Some(time) = which.of(metric.of(level)) else { return Cell::Number("not measured".into()) };
    let limits = scenario.target().limits;
    let broken = limits.iter().any(|limit| (limit.metric, limit.statistic) == (metric, which) && time > limit.most);
    let mark = if broken { " (over target)" } else { "" };
    Cell::Opens {
        text: format!("{}{mark}", format::millis(time)),
        opens: format!("{}/{key}/{}", metric_key(metric), which.word()),
        broken,
    }
}
