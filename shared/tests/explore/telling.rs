//! The tables: groups, marks, columns, two scenarios side by side, and money in the reader's currency.

use shared::explore::tables::{self, Cell, Table};
use shared::explore::view_model::derive;

use crate::made_up::library;
use crate::scenario;

fn row<'a>(table: &'a Table, key: &str) -> Vec<&'a str> {
    let row = table.rows.iter().find(|row| row.key == key).unwrap_or_else(|| panic!("{key} in {table:#?}"));
    row.cells.iter().map(Cell::text).collect()
}

#[test]
fn every_row_has_a_cell_a_column() {
    for query in ["", "own=1,2", "ttft=50", "vs=gpu%3D1", "rehearsals=1&run=rehearsed", "pct=mean"] {
        for table in tables::all(&library(), &scenario(query)) {
            for row in &table.rows {
                assert_eq!(row.cells.len(), table.columns.len(), "{query} {} {}", table.id, row.key);
            }
            assert!(table.groups.iter().all(|(place, _)| *place < table.rows.len()), "{query} {}", table.id);
        }
    }
}

#[test]
fn self_hosting_is_told_by_kind_of_token_and_by_request() {
    let table = tables::cost(&library(), &scenario(""));
    assert_eq!(row(&table, "per-million-input"), ["1M input tokens", "$2.00", "$0.116"]);
    assert_eq!(row(&table, "per-million-output"), ["1M output tokens", "$8.00", "$0.463"]);
    assert_eq!(row(&table, "per-million"), ["1M total tokens", "$4.00", "$0.231"]);
    assert_eq!(row(&table, "per-thousand-requests"), ["1,000 requests", "$1.20", "$0.0694"]);
}

#[test]
fn apis_are_grouped_by_how_they_stand() {
    let table = tables::apis(&library(), &scenario("own=1,2"));
    let groups: Vec<&str> = table.groups.iter().map(|(_, name)| name.split([':', ',']).next().unwrap()).collect();
    assert_eq!(groups, ["Your price", "The same model", "Comparable", "Frontier models"]);
    assert_eq!(row(&table, "own").last(), Some(&"set by you"));
    assert_eq!(
        row(&table, "openai/small"),
        [
            "Small",
            "$0.15",
            "$0.60",
            "$0.30",
            "$0.09",
            "$27.4",
            "-$338",
            "from 133,000 to 138,000, from 267,000 to 276,000, …, from 3,730,000 requests a day (28 stretches)",
            "2026-05-01 (1 day ago)"
        ]
    );
    let mut old = library();
    old.today = "2026-09-01".parse().unwrap();
    let table = tables::apis(&old, &scenario(""));
    assert!(
        matches!(&table.rows[0].cells[8], Cell::Dated { stale: true, text, .. } if text.ends_with("days ago, stale)"))
    );
}

#[test]
fn levels_show_the_statistic_that_is_limited_and_mark_what_breaks_it() {
    let table = tables::levels(&library(), &scenario("pct=p99&ttft=2000&tpot=25"));
    assert_eq!(table.columns[5..9], ["TTFT p50", "TTFT p99", "TPOT p50", "TPOT p99"]);
    let slow = row(&table, "level/32");
    assert_eq!((slow[2], slow[6], slow[8]), ("3.13", "3 s (over target)", "30 ms (over target)"));
    assert_eq!((slow[9], slow[12]), ("19 ms", "6 s"));
    let unsaid = tables::levels(&library(), &scenario("pct=p90&ttft=any"));
    assert_eq!(row(&unsaid, "level/32")[6], "not measured");
    assert!(matches!(&table.rows[2].cells[6], Cell::Opens { broken: true, .. }));
    assert_eq!(tables::levels(&library(), &scenario("pct=p50")).columns[5..7], ["TTFT mean", "TTFT p50"]);
}

#[test]
fn quality_tells_points_percent_and_interval() {
    let table = tables::quality(&library(), &scenario(""));
    assert_eq!(
        row(&table, "awq MMLU, 5-shot acc"),
        ["MMLU, 5-shot acc", "66.0 %", "62.0 %", "93.9 %", "92.3 to 95.6 %", "-4.0 points", "lower, beyond noise"]
    );
    let mut without = library();
    without.files.iter_mut().for_each(|(_, file)| std::sync::Arc::make_mut(file).quality.clear());
    assert!(tables::quality(&without, &scenario("")).note.starts_with("No unquantised run"));
}

#[test]
fn a_correct_answer_has_its_cost_and_interval() {
    let table = tables::correct(&library(), &scenario(""));
    assert_eq!(
        row(&table, "bf16/mmlu,acc,none,5"),
        ["MMLU, 5-shot acc", "66.0 %", "$1.82", "$1.80 to $1.84", "$0.105"]
    );
    assert_eq!(table.groups.len(), 2);
}

#[test]
fn two_scenarios_stand_side_by_side() {
    assert_eq!(tables::comparison(&library(), &scenario("")), None);
    let table = tables::comparison(&library(), &scenario("gpu=1&vs=run%3Dawq%26day%3D5000")).unwrap();
    assert_eq!(
        row(&table, "comparison/gpu-price"),
        ["GPU price an hour", "$1.00/h", "$0.50/h", "$0.50 more (2.0 times as much)"]
    );
    assert_eq!(row(&table, "comparison/mix")[3], "the same");
    assert_eq!(row(&table, "comparison/run")[3], "another");
    assert_eq!(
        row(&table, "comparison/monthly"),
        ["Self-hosting a month", "$730", "$365", "$365 more (2.0 times as much)"]
    );
    assert_eq!(row(&table, "comparison/demand")[1..], ["10,000", "5,000", "5,000 more (2.0 times as much)"]);
    let table = tables::comparison(&library(), &scenario("vs=ttft%3D50")).unwrap();
    assert_eq!(row(&table, "comparison/monthly")[2..], ["no answer", "another"]);
    assert!(table.note.starts_with("Pinned: This hardware does not hold the target"), "{}", table.note);
}

#[test]
fn money_is_told_in_the_readers_currency_and_typed_prices_in_usd() {
    let query = "cur=EUR,0.5";
    let view = derive(&library(), &scenario(query));
    assert!(view.title.contains("at $0.5 an hour running Tiny 1B, BF16 costs EUR 183 a month"), "{}", view.title);
    let price = view.controls.iter().find(|control| control.id.key() == "gpu-price").unwrap();
    assert_eq!(price.text, "$0.50/h");
    assert_eq!(row(&tables::cost(&library(), &scenario(query)), "per-million")[1], "EUR 2.00");
    let table = tables::apis(&library(), &scenario(query));
    assert_eq!(table.columns[5], "EUR a month");
    assert_eq!(derive(&library(), &scenario("")).title, derive(&library(), &scenario("view=runs")).title);
}
