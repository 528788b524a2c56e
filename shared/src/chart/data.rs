//! The data of a chart as a table, CSV and JSON, with every digit.
//!
//! One row per datum, in drawing order. Knows no unit: the columns are named after the axes.

use serde::{Serialize, Serializer};

use crate::chart::scale::{Axis, Scale};
use crate::chart::{Cell, ChartSpec, Mark, Point};

/// A chart's data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataTable {
    /// Column names, one per value of a row.
    pub columns: Vec<String>,
    /// One row per datum.
    pub rows: Vec<Vec<Value>>,
}

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Nothing,
    /// A text.
    Words(String),
    /// A number.
    Number {
        /// With every digit.
        value: f64,
        /// Rounded for a screen.
        text: String,
    },
}

impl Value {
    /// A number; `None` gives no value.
    #[must_use]
    pub fn number(value: f64) -> Self {
        if value.is_finite() { Self::Number { value, text: short(value) } } else { Self::Nothing }
    }

    fn words(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Words(text.into()) }
    }

    /// For a screen.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Nothing => "",
            Self::Words(text) | Self::Number { text, .. } => text,
        }
    }

    /// For a file: all digits.
    fn full(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Words(text) => text.clone(),
            Self::Number { value, .. } => value.to_string(),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_none(),
            Self::Words(text) => serializer.serialize_str(text),
            Self::Number { value, .. } => serializer.serialize_f64(*value),
        }
    }
}

/// One datum, before it becomes a row.
struct Datum<'a> {
    series: &'a str,
    x: Value,
    y: Value,
    value: Value,
    ends: [Value; 2],
    tip: &'a [String],
}

/// The data of a chart, without columns that are empty in every row.
#[must_use]
pub fn table(spec: &ChartSpec) -> DataTable {
    let data: Vec<Datum> = spec.marks.iter().flat_map(|mark| data_of(spec, mark)).chain(callouts(spec)).collect();
    let named = spec.marks.iter().find_map(|mark| match mark {
        Mark::Cells { name, .. } => Some(name.clone()),
        _ => None,
    });
    let (x, y) = (heading(&spec.x, "Column"), heading(&spec.y, "Row"));
    let columns = ["Series".into(), x, y, named.unwrap_or_default(), "Low".into(), "High".into(), "Rests on".into()];
    let row = |datum: Datum| {
        let rests_on = datum.tip.last().map_or(Value::Nothing, |last| Value::words(last));
        let [low, high] = datum.ends;
        [Value::words(datum.series), datum.x, datum.y, datum.value, low, high, rests_on]
    };
    let rows: Vec<[Value; 7]> = data.into_iter().map(row).collect();
    let used: Vec<usize> = (0..columns.len()).filter(|at| rows.iter().any(|row| row[*at] != Value::Nothing)).collect();
    DataTable {
        columns: used.iter().map(|at| columns[*at].clone()).collect(),
        rows: rows.iter().map(|row| used.iter().map(|at| row[*at].clone()).collect()).collect(),
    }
}

/// The data of a chart as CSV (RFC 4180), with all digits.
#[must_use]
pub fn csv(spec: &ChartSpec) -> String {
    let DataTable { columns, rows } = table(spec);
    let line = |fields: Vec<String>| fields.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(",") + "\r\n";
    let rows = rows.iter().map(|row| line(row.iter().map(Value::full).collect()));
    std::iter::once(line(columns.clone())).chain(rows).collect()
}

/// A field quoted as in RFC 4180.
fn quoted(field: &str) -> String {
    let plain = !field.contains([',', '"', '\r', '\n']);
    if plain { field.into() } else { format!("\"{}\"", field.replace('"', "\"\"")) }
}

fn data_of<'a>(spec: &ChartSpec, mark: &'a Mark) -> Vec<Datum<'a>> {
    let nothing = || [Value::Nothing, Value::Nothing];
    match mark {
        Mark::Line { points, label, .. } => {
            let told = points.iter().filter(|point| !point.tip.is_empty());
            told.map(|point| at(spec, label, point, nothing())).collect()
        }
        Mark::Interval { point, low, high, .. } => {
            let end = |end: &Option<f64>| end.map_or(Value::Nothing, Value::number);
            vec![at(spec, "", point, [end(low), end(high)])]
        }
        Mark::Band { points, label, .. } => {
            let datum = |&(x, low, high): &(f64, f64, f64)| Datum {
                series: label,
                x: value(&spec.x, x),
                y: Value::Nothing,
                value: Value::Nothing,
                ends: [Value::number(low), Value::number(high)],
                tip: &[],
            };
            points.iter().map(datum).collect()
        }
        Mark::Bars { ends, .. } => ends.iter().map(|end| at(spec, &end.label, end, nothing())).collect(),
        Mark::Cells { cells, .. } => {
            let datum =
                |cell: &'a Cell| Datum { value: Value::number(cell.value), ..at(spec, "", &cell.point, nothing()) };
            cells.iter().map(datum).collect()
        }
    }
}

fn callouts(spec: &ChartSpec) -> impl Iterator<Item = Datum<'_>> {
    spec.callouts.iter().map(|callout| at(spec, &callout.label, &callout.point, [Value::Nothing, Value::Nothing]))
}

fn at<'a>(spec: &ChartSpec, series: &'a str, point: &'a Point, ends: [Value; 2]) -> Datum<'a> {
    Datum {
        series,
        x: value(&spec.x, point.x),
        y: value(&spec.y, point.y),
        value: Value::Nothing,
        ends,
        tip: &point.tip,
    }
}

/// A position on an axis: a number, or the name of a row or column.
fn value(axis: &Axis, position: f64) -> Value {
    match &axis.scale {
        Scale::Linear | Scale::Log => Value::number(position),
        Scale::Category(names) => {
            names.get(position.max(0.0).round() as usize).map_or(Value::Nothing, |name| Value::words(name))
        }
    }
}

/// The title of an axis, without its scale.
fn heading(axis: &Axis, nameless: &str) -> String {
    let words = axis.label.trim_end_matches(" (log scale)");
    if words.is_empty() { nameless.into() } else { words.into() }
}

/// Up to four digits, thousands apart: `2,170`, `0.03458`.
fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let whole_digits = value.abs().log10().floor() as i32 + 1;
    let text = format!("{value:.*}", (4 - whole_digits).max(0) as usize);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::from(sign);
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_get_short_numbers() {
        let cases = [(2169.6, "2,170"), (0.034_584_869, "0.03458"), (1_234_567.0, "1,234,567"), (-12.5, "-12.5")];
        for (value, text) in cases {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
    }
}
