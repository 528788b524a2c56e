//! Draws the data: lines, intervals and bands as shapes, with their places in the hit map.
//!
//! Writes the values at intervals; bars and cells are in `blocks.rs`, labels in the plot in `annotations.rs`.

use crate::chart::frame::{Frame, VALUE_GAP};
use crate::chart::geometry::{Rect, Spot, visible_runs};
use crate::chart::hit_map::{Hit, Plane};
use crate::chart::labels::Obstacles;
use crate::chart::rows::DRAWN;
use crate::chart::scene::{Anchor, Face, Scene};
use crate::chart::text::{self, Weight};
use crate::chart::theme::Theme;
use crate::chart::{ChartSpec, Fill, Mark, Marker, Point, Stroke, Tone, stroke};

/// Radius of a marker.
const MARKER: f64 = 4.0;

/// The state that every drawing step shares.
pub struct Stage<'a> {
    /// The chart.
    pub spec: &'a ChartSpec,
    /// Its colours.
    pub theme: &'a Theme,
    /// The division of the picture.
    pub frame: &'a Frame,
    /// The plot.
    pub plane: &'a Plane,
    /// The picture so far.
    pub scene: &'a mut Scene,
    /// What later labels must avoid.
    pub obstacles: &'a mut Obstacles,
    /// Series so far, for walking from datum to datum.
    pub groups: usize,
}

impl Stage<'_> {
    /// Adds every mark, back to front.
    pub fn draw_marks(&mut self) {
        for mark in &self.spec.marks {
            self.groups += 1;
            match mark {
                Mark::Line { points, tone, stroke, marker, width, .. } => {
                    self.line(points, *tone, *stroke, *marker, *width);
                }
                Mark::Interval { row, point, low, high, value_label, tone, marker } if DRAWN => {
                    let y = self.row_y(*row);
                    self.interval(*row, y, point, [*low, *high], value_label, *tone, *marker);
                }
                Mark::Band { points, tone, fill, .. } => self.band(points, *tone, *fill),
                Mark::Bars { row, base, ends, fill } if DRAWN => self.bars(*row, *base, ends, *fill),
                Mark::Cells { x_edges, y_edges, cells, tones, .. } if DRAWN => {
                    self.cells(x_edges, y_edges, cells, *tones);
                    self.groups += y_edges.len();
                }
                Mark::Interval { .. } | Mark::Bars { .. } | Mark::Cells { .. } => {}
            }
        }
    }

    pub fn row_y(&self, row: usize) -> f64 {
        match &self.frame.rows {
            Some(rows) => rows.mark_y(&self.plane.plot, &self.frame.sizes, row),
            None => self.plane.y_px(row as f64),
        }
    }

    fn line(&mut self, points: &[Point], tone: Tone, dash: Stroke, marker: Marker, width: f64) {
        let colour = self.theme.stroke(tone);
        let spots: Vec<Spot> = points.iter().map(|point| self.plane.spot(point.x, point.y)).collect();
        for run in visible_runs(&spots, &self.plane.plot.grown(0.01)) {
            stroke::stroke(self.scene, &run, dash, colour, width);
            self.obstacles.add_run(&run);
        }
        for (point, at) in points.iter().zip(spots) {
            if self.plane.plot.grown(0.01).contains(at) {
                let colour = point.tone.map_or(colour, |tone| self.theme.stroke(tone));
                stroke::marker(self.scene, marker, at, MARKER, colour);
                if marker != Marker::None {
                    let across = [Spot { x: at.x - MARKER, ..at }, Spot { x: at.x + MARKER, ..at }];
                    self.obstacles.add_run(&across);
                }
                self.hit(point, at, None);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one mark")]
    fn interval(
        &mut self,
        row: usize,
        y: f64,
        point: &Point,
        ends: [Option<f64>; 2],
        value: &str,
        tone: Tone,
        marker: Marker,
    ) {
        let plot = self.plane.plot;
        let at = Spot { x: self.plane.x_px(point.x), y };
        let colour = self.theme.stroke(tone);
        self.scene.across(plot.left, plot.right, y, self.theme.gridline);
        let held = |value: f64| self.plane.x_px(value).max(plot.left).min(plot.right);
        let [low, high] = ends.map(|end| held(end.unwrap_or(point.x)));
        if high > low {
            self.scene.line(Spot { x: low, y }, Spot { x: high, y }, colour, 2.0);
            for x in [low, high] {
                self.scene.line(Spot { x, y: y - 4.5 }, Spot { x, y: y + 4.5 }, colour, 2.0);
            }
        }
        if plot.grown(0.01).contains(at) {
            stroke::marker(self.scene, marker, at, MARKER + 1.0, colour);
            self.hit(point, at, Some(row));
        }
        let (left, right) = (low.min(at.x - MARKER), high.max(at.x + MARKER));
        self.obstacles.boxes.push(Rect { left, right, top: y - 5.0, bottom: y + 5.0 });
        self.value(value, right + VALUE_GAP + 2.0, left, y, tone);
    }

    /// Writes a value right of its mark, or left of it where the picture ends.
    fn value(&mut self, label: &str, right_of: f64, left_of: f64, y: f64, tone: Tone) {
        if label.is_empty() {
            return;
        }
        let size = self.frame.sizes.label;
        let weight = if tone == Tone::Accent { Weight::Bold } else { Weight::Regular };
        let face = Face { size, weight, colour: self.theme.ink };
        let width = text::width(label, size, weight);
        let fits = right_of + width <= self.frame.width - self.frame.sizes.pad + 1.0;
        let left = if fits { right_of } else { (left_of - VALUE_GAP - width).max(self.plane.plot.left + 4.0) };
        let place = Rect { left, right: left + width, top: y - size * 0.5, bottom: y + size * 0.5 };
        self.scene.fill(place.grown(2.0), self.theme.background, 1.0);
        self.obstacles.boxes.push(place);
        self.scene.write(label, Spot { x: left, y: y + size * 0.36 }, Anchor::Start, face);
    }

    fn band(&mut self, points: &[(f64, f64, f64)], tone: Tone, fill: Fill) {
        let plot = self.plane.plot;
        let held = |x: f64, y: f64| {
            let spot = self.plane.spot(x, y);
            let within = |value: f64, low: f64, high: f64| value.max(low).min(high);
            Spot { x: within(spot.x, plot.left, plot.right), y: within(spot.y, plot.top, plot.bottom) }
        };
        let upper = points.iter().map(|&(x, _, high)| held(x, high));
        let lower = points.iter().rev().map(|&(x, low, _)| held(x, low));
        let corners: Vec<Spot> = upper.chain(lower).collect();
        // A band lies behind lines: its tint is light, whatever its fill.
        let fill = if fill == Fill::Solid { Fill::Outline } else { fill };
        let colour = self.theme.stroke(tone);
        stroke::area(self.scene, &corners, fill, colour, colour.over(self.theme.background, 0.45));
    }

    /// Remembers where a datum lies; in a row, the row's whole breadth means it.
    pub fn hit(&mut self, point: &Point, at: Spot, row: Option<usize>) {
        let area = row.map(|row| {
            let band = match &self.frame.rows {
                Some(rows) => rows.area(&self.plane.plot, row),
                None => self.plane.plot,
            };
            Rect { left: 0.0, right: self.frame.width, ..band }
        });
        self.hit_area(point, at, area, 0);
    }

    /// Remembers where a datum lies and what means it; `line` counts the series within its mark.
    pub fn hit_area(&mut self, point: &Point, at: Spot, area: Option<Rect>, line: usize) {
        if !point.tip.is_empty() {
            let Point { tip, opens, .. } = point;
            let group = self.groups + line;
            self.scene.hits.hits.push(Hit { at, area, group, tip: tip.clone(), opens: opens.clone() });
        }
    }
}
