//! A CSV of hourly requests: a row an hour, one number in it, or the hour and the number.
//!
//! Hours that are missing from it are refused where the first column shows them; they are never filled in.

use std::path::Path;

use anyhow::Context;
use csv::{ReaderBuilder, StringRecord, Trim};

use crate::printer::{Hinted, counted};
use shared::date::Date;
use shared::economics::demand::Hours;
use shared::units::{HOURS_PER_DAY, SECONDS_PER_HOUR};

/// Most requests that an hour may ask for.
const MOST_REQUESTS: f64 = 1e12;

/// Requests a day, and the hours they come in.
///
/// The sum of the rows gives the volume: their mean times 24. Blank lines and lines that begin with `#` do not count, nor
/// does a first line of words.
///
/// # Errors
/// When the file cannot be read, has no row, a row has neither one nor two columns, its last is not a number of requests,
/// an hour does not follow the one before, or no hour has any request.
pub fn read_csv(path: &Path) -> anyhow::Result<(f64, Hours)> {
    read_as(path, &path.display().to_string())
}

/// As [`read_csv`], with the name that messages call the file by.
pub(super) fn read_as(path: &Path, name: &str) -> anyhow::Result<(f64, Hours)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("failed to read `{name}`"))?;
    let asked = parse(&text, name)?;
    let mean = asked.iter().sum::<f64>() / asked.len() as f64;
    if mean == 0.0 {
        anyhow::bail!("`{name}`: there is no request in any of its hours");
    }
    let hours = Hours::new(&asked).with_context(|| format!("`{name}`"))?;
    Ok((mean * HOURS_PER_DAY, hours))
}

/// The requests of each hour.
fn parse(text: &str, name: &str) -> anyhow::Result<Vec<f64>> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut asked = Vec::new();
    let mut before: Option<String> = None;
    let mut columns = None;
    let mut row = StringRecord::new();
    while reader.read_record(&mut row)? {
        let line = || line_of(text, reader.position().byte());
        // A line of blanks.
        if row.iter().all(str::is_empty) && row.len() == 1 {
            continue;
        }
        if columns.is_some_and(|columns| columns != row.len()) || row.len() > 2 {
            let columns = columns.map_or("one or two columns are read".to_owned(), |before| format!("not {before}"));
            anyhow::bail!("`{name}`: line {}: the row has {}, {columns}", line(), counted(row.len(), "column"));
        }
        let first_row = columns.replace(row.len()).is_none();
        if first_row && row.iter().all(is_word) {
            continue;
        }
        let written = row.get(row.len() - 1).unwrap_or_default();
        let number = written.parse().ok().filter(|requests| (0.0..=MOST_REQUESTS).contains(requests));
        let Some(requests) = number else {
            anyhow::bail!("`{name}`: line {}: `{written}` is not a number of requests", line());
        };
        if let Some(hour) = row.get(0).filter(|_| row.len() == 2) {
            if let Some(before) = before.filter(|before| !may_follow(before, hour)) {
                let message = format!("`{name}`: line {}: the hour `{hour}` does not follow `{before}`", line());
                let hint = "every hour has a row, with 0 where there was no request; times are best in UTC";
                return Err(Hinted::new(message, hint).into());
            }
            before = Some(hour.to_owned());
        }
        asked.push(requests);
    }
    if asked.is_empty() {
        anyhow::bail!("`{name}`: there is no row with a number of requests");
    }
    Ok(asked)
}

/// The line that ends at a byte. The reader's own line is where it began to look, above blank lines and comments.
fn line_of(text: &str, end: u64) -> usize {
    let read = &text.as_bytes()[..text.len().min(end as usize)];
    read.trim_ascii_end().iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Whether a cell is of a header: `requests`, not `1O`, nor `NaN`, which is a number of a kind.
fn is_word(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_alphabetic() || c == '_') && cell.parse::<f64>().is_err()
}

/// Whether one hour can come after another. What is neither a count nor a time like `2026-11-22T07:00` is not judged.
fn may_follow(before: &str, hour: &str) -> bool {
    let (Some(before), Some(hour)) = (count_of(before), count_of(hour)) else { return true };
    let Some(next) = hour.checked_sub(before) else { return false };
    // Hours in order, seconds since 1970, or a day that begins anew, counted from 0 or from 1.
    next == 1 || next == SECONDS_PER_HOUR as i64 || (before, hour) == (23, 0) || (before, hour) == (24, 1)
}

/// Hours up to a time without a zone or in UTC; a bare number as it is.
fn count_of(cell: &str) -> Option<i64> {
    if let Ok(count) = cell.parse() {
        return Some(count);
    }
    let (date, time) = cell.split_at_checked(10)?;
    let time = time.strip_prefix(['T', ' '])?;
    let in_zone = time.contains(['+', '-']);
    let hour: i64 = time.get(..2)?.parse().ok()?;
    let day = date.parse::<Date>().ok()?.days();
    (!in_zone).then_some(day * HOURS_PER_DAY as i64 + hour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[f64]) {
        assert_eq!(parse(text, "hours.csv").unwrap(), expected, "of {text:?}");
    }

    fn refused(text: &str, expected: &str) {
        assert_eq!(parse(text, "hours.csv").unwrap_err().to_string(), format!("`hours.csv`: {expected}"));
    }

    #[test]
    fn one_column_or_two_with_or_without_a_header() {
        check("1\n2.5\n0\n", &[1.0, 2.5, 0.0]);
        check("requests\n1\n2\n", &[1.0, 2.0]);
        check("hour,requests\n0,10\n1,20", &[10.0, 20.0]);
        check("hour, requests\r\n2026-11-22T23:00Z, 10\r\n2026-11-23T00:00Z, 20\r\n", &[10.0, 20.0]);
        check("Mon 00,3\nMon 01,4\n", &[3.0, 4.0]);
        check("\u{feff}requests\n1e3\n", &[1000.0]);
        check("\"hour\",\"requests\"\n\"0\",\"7\"\n", &[7.0]);
    }

    #[test]
    fn blank_lines_and_comments_do_not_count() {
        check("# of March\n\nrequests\n  \n# night\n1\n\n2\n", &[1.0, 2.0]);
    }

    #[test]
    fn what_is_not_a_number_is_named_with_its_line() {
        refused("# of March\n\nhour,requests\n0,1\n\n# more\n1,abc\n", "line 7: `abc` is not a number of requests");
        refused("requests\r\n1\r\n\r\nx\r\n", "line 4: `x` is not a number of requests");
        refused("1O\n2\n", "line 1: `1O` is not a number of requests");
        refused("NaN\n", "line 1: `NaN` is not a number of requests");
        refused("1\n-1", "line 2: `-1` is not a number of requests");
        refused("1\ninf\n", "line 2: `inf` is not a number of requests");
        refused("0,1\n1,\n", "line 2: `` is not a number of requests");
        refused("0;1\n", "line 1: `0;1` is not a number of requests");
    }

    #[test]
    fn other_shapes_are_refused() {
        refused("", "there is no row with a number of requests");
        refused("hour,requests\n# none\n", "there is no row with a number of requests");
        refused("0,1\n2\n", "line 2: the row has 1 column, not 2");
        refused("0,1,2\n", "line 1: the row has 3 columns, one or two columns are read");
    }

    #[test]
    fn hours_follow_one_another() {
        check("22,1\n23,1\n0,1\n1,1\n", &[1.0; 4]);
        check("23,1\n24,1\n1,1\n", &[1.0; 3]);
        check("1700000000,1\n1700003600,1\n", &[1.0; 2]);
        check("2026-03-29T01:00+01:00,1\n2026-03-29T03:00+02:00,1\n", &[1.0; 2]);
        refused("0,1\n2,1\n", "line 2: the hour `2` does not follow `0`");
        refused(
            "2026-11-22 07:00,1\n2026-11-22 07:15,1\n",
            "line 2: the hour `2026-11-22 07:15` does not follow `2026-11-22 07:00`",
        );
        refused(
            "2026-11-22T07:00,1\n\n2026-11-23T07:00,1\n",
            "line 3: the hour `2026-11-23T07:00` does not follow `2026-11-22T07:00`",
        );
    }

    #[test]
    fn the_sum_gives_the_volume_and_the_rows_the_hours() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hours.csv");
        std::fs::write(&path, "0\n30\n60\n").unwrap();
        let (requests_per_day, hours) = read_csv(&path).unwrap();
        assert_eq!((requests_per_day, hours.weights()), (720.0, &[0.0, 1.0, 2.0][..]));
        std::fs::write(&path, "0\n0\n").unwrap();
        let refused = read_as(&path, "hours.csv").unwrap_err().to_string();
        assert_eq!(refused, "`hours.csv`: there is no request in any of its hours");
        assert_eq!(read_as(&folder.path().join("x"), "x.csv").unwrap_err().to_string(), "failed to read `x.csv`");
    }
}
