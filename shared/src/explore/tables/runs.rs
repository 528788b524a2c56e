//! Every run that may be shown, as a table; the searchable list of all results is `explore::runs`.

use super::{Cell, Row, Table};
use crate::explore::explain::RESULTS;
use crate::explore::library::{Library, is_yours};
use crate::explore::scenario::Scenario;
use crate::format;
use crate::store::index::Entry;

/// The table.
#[must_use]
pub fn runs(library: &Library, scenario: &Scenario) -> Table {
    let chosen = library.run(scenario).map(|run| &run.entry.path);
    let row = |entry: &Entry| {
        let in_use = chosen == Some(&entry.path);
        let streams: Vec<String> = entry.concurrency.iter().map(ToString::to_string).collect();
        let peak = entry.peak_total_tokens_per_s;
        let file = match is_yours(entry) {
            true => Cell::Words("yours".into()),
            false => Cell::Link { text: "raw file".into(), to: format!("{RESULTS}{}", entry.path) },
        };
        Row {
            key: entry.id.clone(),
            in_use,
            cells: vec![
                Cell::Words(entry.configuration.name()),
                Cell::Words(entry.configuration.replica_name()),
                Cell::Evidence(entry.evidence, entry.date.to_string()),
                Cell::Number(streams.join(", ")),
                Cell::Number(peak.map_or("not measured".into(), |rate| format::significant(rate, 3))),
                file,
                if in_use { Cell::Words("in use".into()) } else { Cell::Choose { run: entry.id.clone() } },
            ],
        }
    };
    let columns = ["Model", "Hardware", "Evidence", "Streams", "Peak total tokens/s", "File", "Choice"];
    let mut table = Table::of("runs", "Runs", &columns);
    table.rows = library.choices(scenario).map(row).collect();
    table
}
