//! Keyboard navigation from datum to datum: along a series, and to the neighbouring series.
//!
//! Knows no keys: the page gives the direction.

use crate::chart::hit_map::{Hit, HitMap};

/// A direction of navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To the previous datum of the series.
    Left,
    /// To the next datum of the series.
    Right,
    /// To the series above, where that is nearest in x.
    Up,
    /// To the series below, where that is nearest in x.
    Down,
}

/// Distance below which two positions are equal, in CSS pixels: the grid is no finer.
const SAME: f64 = 0.25;

impl HitMap {
    /// The position (in [`HitMap::hits`]) of the datum a step away. `None` at the edge, and where there is no datum at all.
    ///
    /// From nowhere it begins at the top of rows and cells, else at the left of what the chart is about: the line drawn
    /// last.
    #[must_use]
    pub fn step(&self, from: Option<usize>, step: Step) -> Option<usize> {
        let Some(here) = from.and_then(|from| self.hits.get(from)) else { return self.first() };
        let others = self.hits.iter().enumerate().filter(|(at, _)| Some(*at) != from);
        match step {
            Step::Left | Step::Right => {
                let way = |hit: &Hit| if step == Step::Right { hit.at.x - here.at.x } else { here.at.x - hit.at.x };
                let along = others.filter(|(_, hit)| hit.group == here.group && way(hit) > SAME);
                along.min_by(|a, b| way(a.1).total_cmp(&way(b.1))).map(|(at, _)| at)
            }
            Step::Up | Step::Down => {
                let way = |hit: &Hit| if step == Step::Down { hit.at.y - here.at.y } else { here.at.y - hit.at.y };
                let aside = |hit: &Hit| (hit.at.x - here.at.x).abs();
                // Of every other series the datum nearest in x; of those, the next one up or down.
                let nearest = others.filter(|(_, hit)| {
                    let rivals = self.hits.iter().filter(|other| other.group == hit.group);
                    hit.group != here.group && rivals.map(aside).all(|other| aside(hit) <= other + SAME)
                });
                let beyond = nearest.filter(|(_, hit)| way(hit) > SAME);
                beyond.min_by(|a, b| way(a.1).total_cmp(&way(b.1))).map(|(at, _)| at)
            }
        }
    }

    fn first(&self) -> Option<usize> {
        let is_line = |group: usize| self.hits.iter().filter(|hit| hit.group == group).count() > 1;
        let lines = self.hits.iter().filter(|hit| hit.area.is_none() && is_line(hit.group));
        let Some(front) = lines.map(|hit| hit.group).max() else { return (!self.hits.is_empty()).then_some(0) };
        let along = self.hits.iter().enumerate().filter(|(_, hit)| hit.group == front);
        along.min_by(|a, b| a.1.at.x.total_cmp(&b.1.at.x)).map(|(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::geometry::{Rect, Spot};
    use crate::chart::hit_map::Plane;
    use crate::chart::scale::Axis;

    fn map(places: &[(usize, f64, f64)]) -> HitMap {
        let hit = |&(group, x, y): &(usize, f64, f64)| Hit {
            at: Spot { x, y },
            area: None,
            group,
            tip: vec!["a datum".into()],
            opens: None,
        };
        let axis = || Axis::linear("", 0.0, 100.0, |value| value.to_string());
        let plot = Rect { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };
        let plane = Plane { plot, x: axis(), y: axis() };
        HitMap { plane, hits: places.iter().map(hit).collect(), handles: Vec::new() }
    }

    #[test]
    fn along_a_line_and_to_its_neighbour() {
        let map = map(&[(1, 10.0, 20.0), (1, 50.0, 30.0), (2, 12.0, 80.0), (2, 48.0, 70.0), (2, 90.0, 60.0)]);
        assert_eq!(map.step(None, Step::Right), Some(2), "at the left of the line drawn last");
        assert_eq!((map.step(Some(2), Step::Right), map.step(Some(2), Step::Left)), (Some(3), None));
        assert_eq!((map.step(Some(3), Step::Up), map.step(Some(3), Step::Down)), (Some(1), None));
        assert_eq!(map.step(Some(1), Step::Down), Some(3));
        assert_eq!(map.step(Some(4), Step::Up), Some(1), "the nearest in x, however far");
    }

    #[test]
    fn every_datum_of_a_line_is_reached() {
        let map = map(&[(1, 30.0, 1.0), (1, 10.0, 9.0), (1, 20.0, 5.0)]);
        let mut walked = vec![map.step(None, Step::Right)];
        while let Some(next) = walked.last().copied().flatten() {
            walked.push(map.step(Some(next), Step::Right));
        }
        assert_eq!(walked, [Some(1), Some(2), Some(0), None]);
    }

    #[test]
    fn nothing_leads_nowhere() {
        assert_eq!(map(&[]).step(None, Step::Down), None);
    }
}
