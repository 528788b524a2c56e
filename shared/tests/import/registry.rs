//! Every importer has a fixture that it alone recognizes, and its place in docs/import.md.

use shared::import::{FirstValue, IMPORTERS};

use crate::{FIXTURES, read};

const DOCS: &str = include_str!("../../../docs/import.md");

/// The tools in the first column of the table under a heading, as the docs write their names, without code marks.
fn tools_in_table(heading: &str) -> Vec<String> {
    let (_, section) = DOCS.split_once(&format!("\n## {heading}\n")).unwrap();
    let table = section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let first_cell = |row: &str| row.trim_start_matches('|').split('|').next().unwrap_or_default().replace('`', "");
    table.skip(2).map(first_cell).map(|cell| cell.trim().to_owned()).collect()
}

#[test]
fn each_fixture_is_recognized_by_its_importer_alone() {
    for fixture in FIXTURES.iter() {
        let first = FirstValue::of(&fixture.text).unwrap();
        let found: Vec<&str> =
            IMPORTERS.iter().filter(|importer| importer.recognizes(&first)).map(|found| found.tool().slug).collect();
        assert_eq!(found, [fixture.importer.tool().slug], "{}", fixture.name);
        assert!(!read(&fixture.text).unwrap().is_empty(), "{}", fixture.name);
    }
}

#[test]
fn each_importer_has_a_fixture_and_names_of_its_own() {
    for (at, importer) in IMPORTERS.iter().enumerate() {
        let tool = importer.tool();
        assert!(FIXTURES.iter().any(|fixture| fixture.importer.tool() == tool), "no fixture of {}", tool.name);
        let path_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(tool.slug.chars().all(path_part) && !tool.example.is_empty(), "{}", tool.name);
        for other in &IMPORTERS[at + 1..] {
            let other = other.tool();
            assert!(tool.name != other.name && !other.slug.starts_with(tool.slug), "{} {}", tool.name, other.name);
        }
    }
}

#[test]
fn the_docs_tell_of_each_tool_what_is_read_and_what_differs() {
    let read = tools_in_table("What is read");
    let differ = tools_in_table("Which definitions differ");
    for importer in IMPORTERS {
        let tool = importer.tool();
        let has = |table: &[String]| table.iter().any(|cell| cell.starts_with(tool.name));
        assert!(has(&read), "docs/import.md, “What is read”: no row of {}", tool.name);
        assert_eq!(
            has(&differ),
            !tool.definitions.is_empty(),
            "docs/import.md, “Which definitions differ”: {}",
            tool.name
        );
    }
}
