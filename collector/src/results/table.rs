//! A table for the terminal: columns as wide as their widest cell, two spaces between.
//!
//! Formats no number: cells come as text.

/// On which side the first column stands; the others stand right, as numbers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// Names, set to the left.
    Left,
    /// A number like the others.
    Right,
}

/// The lines of a table, heads among its rows.
#[must_use]
pub fn lines<const COLUMNS: usize>(rows: &[[String; COLUMNS]], first: First) -> Vec<String> {
    let widths: [usize; COLUMNS] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; COLUMNS]| {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| match (column, first) {
            (0, First::Left) => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_under_one_another() {
        let rows = [["name", "count"], ["a", "1"], ["longer", "1,000"]].map(|row| row.map(str::to_owned));
        assert_eq!(lines(&rows, First::Left), ["name    count", "a           1", "longer  1,000"]);
        assert_eq!(lines(&rows, First::Right), ["  name  count", "     a      1", "longer  1,000"]);
    }
}
