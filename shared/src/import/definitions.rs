//! Definitions of a tool's numbers, where they differ from Forge's for the same metric.
//!
//! Each tool's definitions are in its importer, Forge's in docs/methodology.md.

use crate::import::tool::Tool;
use crate::measure::distribution::Distribution;
use crate::measure::summary::Level;
use crate::store::definition::Definition;

/// The differing definitions of metrics that these levels have.
#[must_use]
pub fn of(tool: &Tool, levels: &[Level]) -> Vec<Definition> {
    let has = |metric: &str| levels.iter().any(|level| has_metric(level, metric));
    let stored = |(metric, words): &(&str, &str)| Definition {
        metric: (*metric).into(),
        tool: tool.name.into(),
        words: (*words).into(),
    };
    tool.definitions.iter().filter(|(metric, _)| has(metric)).map(stored).collect()
}

fn has_metric(level: &Level, metric: &str) -> bool {
    let all = [&level.ttft_ms, &level.tpot_ms, &level.itl_ms, &level.e2el_ms];
    let any = |has: fn(&Distribution) -> bool| all.into_iter().any(has);
    match metric {
        "ttft_ms" => !level.ttft_ms.is_empty(),
        "tpot_ms" => !level.tpot_ms.is_empty(),
        "itl_ms" => !level.itl_ms.is_empty(),
        "e2el_ms" => !level.e2el_ms.is_empty(),
        "steady_state" => level.steady_state.is_some(),
        "std" => any(|distribution| distribution.std.is_some()),
        "percentiles" => any(|distribution| distribution.p50.is_some() || distribution.p99.is_some()),
        "load" => level.load.concurrency().is_none(),
        _ => true,
    }
}
