//! A table for the terminal: columns as wide as their widest cell, numbers to the right.
//!
//! Formats no number: cells come as text.

/// The lines of a table: first column to the left, the others to the right, two spaces between.
#[must_use]
pub fn lines<const COLUMNS: usize>(head: [&str; COLUMNS], rows: &[[String; COLUMNS]]) -> Vec<String> {
    let head = head.map(str::to_owned);
    let all = || std::iter::once(&head).chain(rows);
    let widths: [usize; COLUMNS] =
        std::array::from_fn(|column| all().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; COLUMNS]| {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_under_one_another() {
        let rows = [["a".to_owned(), "1".to_owned()], ["longer".to_owned(), "1,000".to_owned()]];
        assert_eq!(lines(["name", "count"], &rows), ["name    count", "a           1", "longer  1,000"]);
    }
}
