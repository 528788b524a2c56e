//! Where each datum lies on the picture, for the overlay above it: hovering, clicking and dragging.
//!
//! Draws nothing and knows no pointer events.

use crate::chart::RuleAt;
use crate::chart::geometry::{Rect, Spot};
use crate::chart::scale::{Axis, Scale};

/// Greatest distance at which the pointer selects a point, in CSS pixels.
const REACH: f64 = 32.0;

/// Greatest distance at which the pointer takes hold of a draggable rule, in CSS pixels.
const GRIP: f64 = 12.0;

/// One datum on the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its place in CSS pixels from the top left.
    pub at: Spot,
    /// The area that selects this datum, such as its row; `None`: only its neighbourhood.
    pub area: Option<Rect>,
    /// The number of its series: a line, a row, a row of cells, or a single callout.
    pub group: usize,
    /// What the overlay shows.
    pub tip: Vec<String>,
    /// Which explanation a click opens, if any.
    pub opens: Option<String>,
}

/// A rule that can be dragged.
#[derive(Debug, Clone, PartialEq)]
pub struct Handle {
    /// The name under which a drag is reported, as in [`crate::chart::Rule::handle`].
    pub name: String,
    /// Its value.
    pub value: RuleAt,
    /// The centre of its knob in CSS pixels.
    pub at: Spot,
}

/// The plot's rectangle and the axes that fill it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The plot in CSS pixels.
    pub plot: Rect,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
}

impl Plane {
    /// The horizontal position of a value, in CSS pixels.
    #[must_use]
    pub fn x_px(&self, value: f64) -> f64 {
        self.plot.left + self.x.share(value) * self.plot.width()
    }

    /// The vertical position of a value, in CSS pixels; named rows count from the top, values from the bottom.
    #[must_use]
    pub fn y_px(&self, value: f64) -> f64 {
        let share = self.y.share(value);
        match self.y.scale {
            Scale::Category(_) => self.plot.top + share * self.plot.height(),
            Scale::Linear | Scale::Log => self.plot.bottom - share * self.plot.height(),
        }
    }

    /// The position of a pair of values.
    #[must_use]
    pub fn spot(&self, x: f64, y: f64) -> Spot {
        Spot { x: self.x_px(x), y: self.y_px(y) }
    }
}

/// What an overlay needs to know about a drawn chart.
#[derive(Debug, Clone, PartialEq)]
pub struct HitMap {
    /// The plot and its axes.
    pub plane: Plane,
    /// Every datum, in drawing order.
    pub hits: Vec<Hit>,
    /// Every rule that can be dragged.
    pub handles: Vec<Handle>,
}

impl HitMap {
    /// The datum at the pointer: the nearest whose area holds it, else the nearest within reach.
    #[must_use]
    pub fn nearest(&self, x: f64, y: f64) -> Option<&Hit> {
        let pointer = Spot { x, y };
        let distance = |hit: &Hit| (hit.at.x - x).hypot(hit.at.y - y);
        let nearer = |one: &&Hit, two: &&Hit| distance(one).total_cmp(&distance(two));
        let inside = |hit: &&Hit| hit.area.is_some_and(|area| area.contains(pointer));
        let within = |hit: &&Hit| hit.area.is_none() && distance(hit) <= REACH;
        let point = self.hits.iter().filter(within).min_by(nearer);
        point.or_else(|| self.hits.iter().filter(inside).min_by(nearer))
    }

    /// The draggable rule under the pointer, if any.
    #[must_use]
    pub fn handle_at(&self, x: f64, y: f64) -> Option<&Handle> {
        let plot = self.plane.plot.grown(GRIP);
        let distance = |handle: &Handle| match handle.value {
            RuleAt::X(_) => (handle.at.x - x).abs(),
            RuleAt::Y(_) => (handle.at.y - y).abs(),
        };
        let near = self.handles.iter().filter(|handle| plot.contains(Spot { x, y }) && distance(handle) <= GRIP);
        near.min_by(|one, two| distance(one).total_cmp(&distance(two)))
    }

    /// The x value at a horizontal position, clamped to the axis.
    #[must_use]
    pub fn x_value_at(&self, px: f64) -> f64 {
        let Plane { plot, x, .. } = &self.plane;
        x.value_at(((px - plot.left) / plot.width()).clamp(0.0, 1.0))
    }

    /// The y value at a vertical position, clamped to the axis.
    #[must_use]
    pub fn y_value_at(&self, px: f64) -> f64 {
        let Plane { plot, y, .. } = &self.plane;
        let from_top = ((px - plot.top) / plot.height()).clamp(0.0, 1.0);
        match y.scale {
            Scale::Category(_) => y.value_at(from_top),
            Scale::Linear | Scale::Log => y.value_at(1.0 - from_top),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> HitMap {
        let plot = Rect { left: 50.0, top: 20.0, right: 250.0, bottom: 120.0 };
        let x = Axis::log("", 1.0, 100.0, |v| v.to_string());
        let y = Axis::linear("", 0.0, 10.0, |v| v.to_string());
        let plane = Plane { plot, x, y };
        let hit =
            |x: f64, y: f64, area| Hit { at: plane.spot(x, y), area, group: 1, tip: vec![x.to_string()], opens: None };
        let hits = vec![hit(1.0, 0.0, None), hit(10.0, 5.0, None), hit(100.0, 10.0, None)];
        let knob = Spot { x: plane.x_px(10.0), y: plot.bottom };
        let handles = vec![Handle { name: "demand".into(), value: RuleAt::X(10.0), at: knob }];
        HitMap { plane, hits, handles }
    }

    #[test]
    fn nearest_is_the_closest_within_reach() {
        let map = map();
        assert_eq!(map.nearest(155.0, 65.0).map(|hit| hit.tip[0].as_str()), Some("10"));
        assert_eq!(map.nearest(245.0, 25.0).map(|hit| hit.tip[0].as_str()), Some("100"));
        assert_eq!(map.nearest(100.0, 30.0), None);
    }

    #[test]
    fn a_row_is_meant_anywhere_in_it() {
        let mut map = map();
        map.hits[0].area = Some(Rect { left: 0.0, top: 100.0, right: 300.0, bottom: 130.0 });
        assert_eq!(map.nearest(290.0, 129.0).map(|hit| hit.tip[0].as_str()), Some("1"));
    }

    #[test]
    fn a_place_turns_back_into_its_value() {
        let map = map();
        assert!((map.x_value_at(map.plane.x_px(37.0)) - 37.0).abs() < 1e-9);
        assert!((map.y_value_at(map.plane.y_px(3.7)) - 3.7).abs() < 1e-9);
        assert!((map.x_value_at(9999.0) - 100.0).abs() < 1e-9, "held within the axis");
    }

    #[test]
    fn a_handle_is_gripped_along_its_whole_rule() {
        let map = map();
        assert_eq!(map.handle_at(156.0, 30.0).map(|handle| handle.name.as_str()), Some("demand"));
        assert_eq!(map.handle_at(180.0, 30.0), None);
    }
}
