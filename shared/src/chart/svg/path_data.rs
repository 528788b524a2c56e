//! The data of an SVG path, in its shortest form: relative steps in tenths of a pixel, no needless sign or dot.

use std::fmt::Write as _;

use crate::chart::geometry::Spot;

/// A number rounded to a tenth, in its shortest form: `12`, `0.5` as `.5`.
#[must_use]
pub fn number(value: f64) -> String {
    of_tenths(tenths(value))
}

/// The `d` of a path through several lines, one after the other.
#[derive(Debug, Default)]
pub struct PathData {
    text: String,
    /// Where the pen is, in tenths of a pixel: steps are between rounded places, so errors do not add up.
    pen: (i64, i64),
}

impl PathData {
    /// Adds a line through these corners.
    pub fn line(&mut self, corners: &[Spot]) {
        let places = corners.iter().map(|spot| (tenths(spot.x), tenths(spot.y)));
        for (index, place) in places.enumerate() {
            let step = (place.0 - self.pen.0, place.1 - self.pen.1);
            match step {
                // The first place is the same relative or not.
                _ if index == 0 => self.step('m', &[step.0, step.1]),
                (0, 0) => {}
                (x, 0) => self.step('h', &[x]),
                (0, y) => self.step('v', &[y]),
                (x, y) => self.step('l', &[x, y]),
            }
            self.pen = place;
        }
    }

    /// Closes the last line: joins its end to its beginning. Nothing may follow.
    pub fn close(&mut self) {
        self.text.push('z');
    }

    /// The path's `d` attribute.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn step(&mut self, command: char, numbers: &[i64]) {
        self.text.push(command);
        for (index, tenths) in numbers.iter().enumerate() {
            let gap = if index > 0 && *tenths >= 0 { " " } else { "" };
            let _ = write!(self.text, "{gap}{}", of_tenths(*tenths));
        }
    }
}

fn tenths(value: f64) -> i64 {
    (value * 10.0).round() as i64
}

fn of_tenths(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, part) => format!("{sign}.{part}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let texts = [12.0, 12.34, 0.5, -0.5, -3.04, 0.04].map(number);
        assert_eq!(texts, ["12", "12.3", ".5", "-.5", "-3", "0"]);
    }

    #[test]
    fn lines_are_steps_from_where_the_pen_is() {
        let mut path = PathData::default();
        path.line(&[(10.0, 20.0), (15.5, 20.0), (15.5, 10.0), (15.5, 10.0), (16.0, 9.0)].map(|(x, y)| Spot { x, y }));
        path.line(&[(0.0, 0.0), (1.0, 1.0)].map(|(x, y)| Spot { x, y }));
        assert_eq!(path.text(), "m10 20h5.5v-10l.5-1m-16-9l1 1");
    }

    #[test]
    fn rounding_does_not_add_up() {
        let mut path = PathData::default();
        let corners: Vec<Spot> = (0..=100).map(|step| Spot { x: f64::from(step) * 0.06, y: 0.0 }).collect();
        path.line(&corners);
        assert_eq!(path.pen, (60, 0));
    }
}
