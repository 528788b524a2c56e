//! Positions of labels inside and beside the plot, without overlaps.
//!
//! Labels at line ends are pushed apart in y; a label beside a point takes the best of several positions.

use crate::chart::geometry::{Rect, Spot, clip, cross};
use crate::chart::order::ascending;

/// Distance from the point to the start of its leader: just outside its ring and the box around that.
const CLEAR_OF_RING: f64 = 9.0;

/// What a label must avoid.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Obstacles {
    /// Boxes that must not be touched: other labels, rings, knobs.
    pub boxes: Vec<Rect>,
    /// Lines that should not be crossed.
    pub segments: Vec<(Spot, Spot)>,
}

impl Obstacles {
    /// Adds every segment of a line.
    pub fn add_run(&mut self, run: &[Spot]) {
        self.segments.extend(run.windows(2).map(|pair| (pair[0], pair[1])));
    }

    /// The cost of a position: the length of line under it, in CSS pixels; `None` when it touches a box.
    #[must_use]
    pub fn cost(&self, place: &Rect) -> Option<f64> {
        let around = place.grown(2.0);
        if self.boxes.iter().any(|other| other.overlaps(&around)) {
            return None;
        }
        let under =
            |&(from, to): &(Spot, Spot)| clip(from, to, &around).map_or(0.0, |(a, b)| (b.x - a.x).hypot(b.y - a.y));
        Some(self.segments.iter().map(under).sum())
    }

    /// Whether a leader runs through a label or a ring.
    #[must_use]
    pub fn blocks(&self, leader: (Spot, Spot)) -> bool {
        self.boxes.iter().any(|other| clip(leader.0, leader.1, other).is_some())
    }

    /// How many lines a leader crosses.
    #[must_use]
    pub fn crossings(&self, leader: (Spot, Spot)) -> usize {
        self.segments.iter().filter(|&&segment| cross(segment, leader)).count()
    }

    /// The cheapest of several positions within `bounds`, each with a price of its own; `None` when none is free.
    #[must_use]
    pub fn best<T>(&self, places: impl IntoIterator<Item = (Rect, f64, T)>, bounds: &Rect) -> Option<(Rect, T)> {
        let mut best: Option<(f64, Rect, T)> = None;
        for (place, price, carried) in places {
            // Lines under it only increase its price.
            let beaten = |total: f64| best.as_ref().is_some_and(|(lowest, ..)| total >= *lowest);
            if beaten(price) || !bounds.encloses(&place) {
                continue;
            }
            let Some(total) = self.cost(&place).map(|cost| cost * 6.0 + price) else { continue };
            if !beaten(total) {
                best = Some((total, place, carried));
            }
        }
        best.map(|(_, place, carried)| (place, carried))
    }
}

/// A label beside the end of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EndBox {
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Its preferred middle.
    pub wish: f64,
    /// Its height.
    pub height: f64,
}

/// The middles of labels pushed apart within `low..high`, as near to the preferred ones as order and room allow.
///
/// Labels that share no x do not push each other.
#[must_use]
pub fn spread(labels: &[EndBox], low: f64, high: f64) -> Vec<f64> {
    let mut middles: Vec<f64> = labels.iter().map(|label| label.wish).collect();
    let mut open: Vec<usize> = (0..labels.len()).collect();
    while let Some(first) = open.pop() {
        let mut group = vec![first];
        let mut grown = true;
        while grown {
            let touches = |&index: &usize| {
                let one = &labels[index];
                group.iter().any(|&other| one.left < labels[other].right && labels[other].left < one.right)
            };
            let (joining, rest): (Vec<usize>, Vec<usize>) = open.iter().copied().partition(touches);
            grown = !joining.is_empty();
            group.extend(joining);
            open = rest;
        }
        let wishes: Vec<f64> = group.iter().map(|&label| labels[label].wish).collect();
        let group: Vec<usize> = ascending(&wishes).into_iter().map(|place| group[place]).collect();
        spread_column(labels, &group, low, high, &mut middles);
    }
    middles
}

/// Labels that touch are merged into blocks, each centred on the mean preferred middle of its labels.
fn spread_column(labels: &[EndBox], column: &[usize], low: f64, high: f64, middles: &mut [f64]) {
    struct Block {
        members: Vec<usize>,
        top: f64,
        height: f64,
    }
    let place = |members: &[usize], height: f64| {
        let mut offset = 0.0;
        let mut wish = 0.0;
        for &index in members {
            wish += labels[index].wish - offset - labels[index].height / 2.0;
            offset += labels[index].height;
        }
        (wish / members.len() as f64).min(high - height).max(low)
    };
    let mut blocks: Vec<Block> = Vec::new();
    for &index in column {
        let height = labels[index].height;
        let mut block = Block { members: vec![index], top: place(&[index], height), height };
        while let Some(before) = blocks.pop_if(|before| before.top + before.height > block.top) {
            let members = [before.members, block.members].concat();
            let height = before.height + block.height;
            block = Block { top: place(&members, height), members, height };
        }
        blocks.push(block);
    }
    for block in blocks {
        let mut top = block.top;
        for index in block.members {
            middles[index] = top + labels[index].height / 2.0;
            top += labels[index].height;
        }
    }
}

/// Candidate positions for a label around a point, nearest first, with their prices.
pub fn around(at: Spot, width: f64, height: f64) -> impl Iterator<Item = (Rect, f64)> {
    const SIDES: [(f64, f64, f64); 8] = [
        (1.0, -1.0, 0.0),
        (-1.0, -1.0, 1.0),
        (1.0, 1.0, 2.0),
        (-1.0, 1.0, 3.0),
        (0.0, -1.0, 2.0),
        (0.0, 1.0, 4.0),
        (1.0, 0.0, 3.0),
        (-1.0, 0.0, 4.0),
    ];
    [7.0, 14.0, 24.0, 38.0, 56.0, 80.0].into_iter().flat_map(move |distance| {
        SIDES.into_iter().map(move |(right, down, price)| {
            let x = at.x + right * (distance + width / 2.0);
            let y = at.y + down * (distance + height / 2.0);
            let (left, top) = (x - width / 2.0, y - height / 2.0);
            (Rect { left, top, right: left + width, bottom: top + height }, price + distance * 1.2)
        })
    })
}

/// The line from a ringed point to the nearest place of its label.
#[must_use]
pub fn leader(at: Spot, label: &Rect) -> (Spot, Spot) {
    let to = Spot { x: at.x.max(label.left).min(label.right), y: at.y.max(label.top).min(label.bottom) };
    let length = (to.x - at.x).hypot(to.y - at.y).max(1.0);
    let share = (CLEAR_OF_RING / length).min(1.0);
    (Spot { x: at.x + share * (to.x - at.x), y: at.y + share * (to.y - at.y) }, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spread_labels_never_touch_and_keep_their_order(wishes in prop::collection::vec(0.0..300.0f64, 1..12)) {
            let labels = column(&wishes);
            let middles = spread(&labels, 0.0, 300.0);
            for (one, a) in middles.iter().enumerate() {
                prop_assert!((5.0 - 1e-6..=295.0 + 1e-6).contains(a));
                for (two, b) in middles.iter().enumerate().skip(one + 1) {
                    prop_assert!((a - b).abs() >= 10.0 - 1e-6);
                    prop_assert!(wishes[one] == wishes[two] || (wishes[one] < wishes[two]) == (a < b));
                }
            }
        }
    }

    fn column(wishes: &[f64]) -> Vec<EndBox> {
        wishes.iter().map(|&wish| EndBox { left: 0.0, right: 50.0, wish, height: 10.0 }).collect()
    }

    #[test]
    fn labels_apart_stay_where_they_wish() {
        assert_eq!(spread(&column(&[20.0, 80.0]), 0.0, 100.0), vec![20.0, 80.0]);
    }

    #[test]
    fn labels_too_near_are_pushed_apart_evenly() {
        assert_eq!(spread(&column(&[50.0, 50.0, 51.0]), 0.0, 100.0), [40.0, 50.0, 60.0].map(|y| y + 1.0 / 3.0));
    }

    #[test]
    fn labels_stay_within_the_room() {
        assert_eq!(spread(&column(&[2.0, 3.0]), 0.0, 100.0), vec![5.0, 15.0]);
        assert_eq!(spread(&column(&[99.0, 98.0]), 0.0, 100.0), vec![95.0, 85.0]);
    }

    #[test]
    fn labels_beside_each_other_do_not_push() {
        let mut labels = column(&[50.0, 50.0]);
        labels[1].left = 60.0;
        labels[1].right = 90.0;
        assert_eq!(spread(&labels, 0.0, 100.0), vec![50.0, 50.0]);
    }

    #[test]
    fn the_best_place_is_free_and_crosses_no_line() {
        let mut obstacles = Obstacles::default();
        obstacles.add_run(&[Spot { x: 0.0, y: 100.0 }, Spot { x: 100.0, y: 0.0 }]);
        let bounds = Rect { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };
        let places = around(Spot { x: 50.0, y: 50.0 }, 30.0, 10.0).map(|(place, price)| (place, price, ()));
        let place = obstacles.best(places, &bounds).map(|(place, ())| place);
        assert!(place.is_some_and(|place| obstacles.cost(&place) == Some(0.0)), "{place:?}");
    }
}
