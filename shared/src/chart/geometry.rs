//! Points and boxes in CSS pixels, and cutting lines at a box.
//!
//! Plain arithmetic: knows no chart, no colour and no text.

/// A place on the picture, in CSS pixels from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Pixels from the left.
    pub x: f64,
    /// Pixels from the top.
    pub y: f64,
}

/// A box on the picture, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

impl Rect {
    /// The extent in x.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// The extent in y.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Whether a place lies inside, edges included.
    #[must_use]
    pub fn contains(&self, spot: Spot) -> bool {
        (self.left..=self.right).contains(&spot.x) && (self.top..=self.bottom).contains(&spot.y)
    }

    /// Whether another box lies fully inside, edges included.
    #[must_use]
    pub fn encloses(&self, other: &Rect) -> bool {
        other.left >= self.left && other.right <= self.right && other.top >= self.top && other.bottom <= self.bottom
    }

    /// Whether two boxes share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// The box moved outwards by `by` on every side (inwards when negative).
    #[must_use]
    pub fn grown(&self, by: f64) -> Rect {
        Rect { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// The four corners, clockwise from the top left.
    #[must_use]
    pub fn corners(&self) -> Vec<Spot> {
        [(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)]
            .map(|(x, y)| Spot { x, y })
            .to_vec()
    }
}

/// The part of a straight line that lies in a box (Liang and Barsky); `None` when all of it lies outside.
#[must_use]
pub fn clip(from: Spot, to: Spot, within: &Rect) -> Option<(Spot, Spot)> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    let edges = [
        (-dx, from.x - within.left),
        (dx, within.right - from.x),
        (-dy, from.y - within.top),
        (dy, within.bottom - from.y),
    ];
    for (toward, room) in edges {
        if toward == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if toward < 0.0 {
            enter = enter.max(room / toward);
        } else {
            leave = leave.min(room / toward);
        }
    }
    let at = |share: f64| Spot { x: from.x + share * dx, y: from.y + share * dy };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

/// The visible runs of a line through `points`: cut at the box, interrupted where a point is not finite.
#[must_use]
pub fn visible_runs(points: &[Spot], within: &Rect) -> Vec<Vec<Spot>> {
    let mut runs: Vec<Vec<Spot>> = Vec::new();
    for pair in points.windows(2) {
        let finite = pair.iter().all(|spot| spot.x.is_finite() && spot.y.is_finite());
        let Some((from, to)) = finite.then(|| clip(pair[0], pair[1], within)).flatten() else { continue };
        match runs.last_mut() {
            Some(run) if run.last() == Some(&from) => run.push(to),
            _ => runs.push(vec![from, to]),
        }
    }
    runs
}

/// Whether two straight lines cross at a point inside both.
#[must_use]
pub fn cross(one: (Spot, Spot), two: (Spot, Spot)) -> bool {
    let side = |line: (Spot, Spot), spot: Spot| {
        (line.1.x - line.0.x) * (spot.y - line.0.y) - (line.1.y - line.0.y) * (spot.x - line.0.x)
    };
    side(one, two.0) * side(one, two.1) < 0.0 && side(two, one.0) * side(two, one.1) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Rect = Rect { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };

    fn spots(pairs: &[(f64, f64)]) -> Vec<Spot> {
        pairs.iter().map(|&(x, y)| Spot { x, y }).collect()
    }

    #[test]
    fn a_line_is_cut_at_the_box() {
        let cut = clip(Spot { x: -10.0, y: 5.0 }, Spot { x: 20.0, y: 5.0 }, &BOX);
        assert_eq!(cut, Some((Spot { x: 0.0, y: 5.0 }, Spot { x: 10.0, y: 5.0 })));
        assert_eq!(clip(Spot { x: -10.0, y: 15.0 }, Spot { x: 20.0, y: 15.0 }, &BOX), None);
    }

    #[test]
    fn lines_cross_only_inside_both() {
        let spot = |x, y| Spot { x, y };
        let rising = (spot(0.0, 10.0), spot(10.0, 0.0));
        assert!(cross(rising, (spot(0.0, 0.0), spot(10.0, 10.0))));
        assert!(!cross(rising, (spot(0.0, 0.0), spot(4.0, 4.0))));
    }

    #[test]
    fn a_gap_in_the_data_is_a_gap_in_the_line() {
        let points = spots(&[(0.0, 0.0), (2.0, 2.0), (f64::NAN, 1.0), (5.0, 5.0), (6.0, 6.0)]);
        assert_eq!(visible_runs(&points, &BOX).len(), 2);
    }

    #[test]
    fn a_line_that_leaves_and_returns_is_two_runs() {
        let points = spots(&[(1.0, 5.0), (3.0, 15.0), (5.0, 5.0)]);
        assert_eq!(visible_runs(&points, &BOX).len(), 2);
    }
}
