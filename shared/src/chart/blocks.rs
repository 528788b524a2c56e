//! Bars on named rows and cells in a grid, with the text at bars and in cells.
//!
//! Lines, intervals and bands are in `marks.rs`.

use crate::chart::frame::VALUE_GAP;
use crate::chart::geometry::{Rect, Spot};
use crate::chart::marks::Stage;
use crate::chart::scene::{Anchor, Face};
use crate::chart::text::{self, Weight};
use crate::chart::theme::Rgb;
use crate::chart::{Cell, Fill, Point, Tone, stroke};

/// Height of a bar.
const BAR: f64 = 15.0;

/// Space around a text in a bar.
const INSIDE: f64 = 3.0;

impl Stage<'_> {
    /// Adds the two bars of a row, the longer one behind, and their labels.
    pub fn bars(&mut self, row: usize, base: f64, ends: &[Point; 2], fill: Fill) {
        let (plot, y) = (self.plane.plot, self.row_y(row));
        let held = |value: f64| self.plane.x_px(value).max(plot.left).min(plot.right);
        let from = held(base);
        self.scene.across(plot.left, plot.right, y, self.theme.gridline);
        let length = |point: &Point| (held(point.x) - from).abs();
        let longer_first = if length(&ends[0]) < length(&ends[1]) { [1, 0] } else { [0, 1] };
        let mut areas = [Rect { left: from, right: from, top: y - BAR / 2.0, bottom: y + BAR / 2.0 }; 2];
        for at in longer_first {
            let to = held(ends[at].x);
            areas[at] = Rect { left: from.min(to), right: from.max(to), ..areas[at] };
            let colour = self.theme.stroke(tone_of(&ends[at]));
            self.scene.fill(areas[at], self.theme.background, 1.0);
            stroke::area(self.scene, &areas[at].corners(), fill, colour, colour.over(self.theme.background, 0.6));
            if fill != Fill::Solid {
                stroke::outline(self.scene, &areas[at].grown(-0.5).corners(), colour, 1.0);
            }
            self.obstacles.boxes.push(areas[at]);
        }
        self.scene.down(from, y - BAR / 2.0 - 3.0, y + BAR / 2.0 + 3.0, self.theme.axis);
        let both = areas[0].left.min(areas[1].left)..areas[0].right.max(areas[1].right);
        for (at, point) in ends.iter().enumerate() {
            self.hit(point, Spot { x: held(point.x), y }, Some(row));
            let (own, other) = (held(point.x) - from, held(ends[1 - at].x) - from);
            let is_right = if own * other > 0.0 {
                // The shorter of two bars on one side has its label on the other side.
                let shorter = own.abs() < other.abs() || (own == other && at == 0);
                (own > 0.0) != shorter
            } else {
                own > 0.0 || (own == 0.0 && (other < 0.0 || (other == 0.0 && at == 1)))
            };
            self.bar_words(point, if is_right { both.end } else { both.start }, is_right, y, areas[at], fill);
        }
    }

    /// Writes the label of a bar beyond its end, or inside it at the edge of the picture.
    fn bar_words(&mut self, point: &Point, edge: f64, is_right: bool, y: f64, bar: Rect, fill: Fill) {
        let size = self.frame.sizes.tick;
        let width = text::width(&point.label, size, Weight::Regular);
        let left = if is_right { edge + VALUE_GAP } else { edge - VALUE_GAP - width };
        let room = (self.plane.plot.left, self.frame.width - self.frame.sizes.pad);
        let tone = tone_of(point);
        let (left, colour) = if left >= room.0 && left + width <= room.1 {
            (left, self.theme.words(tone))
        } else if bar.width() >= width + 2.0 * INSIDE {
            let left = if is_right { bar.right - INSIDE - width } else { bar.left + INSIDE };
            let behind = if fill == Fill::Solid { self.theme.stroke(tone) } else { self.theme.background };
            (left, self.readable_on(behind))
        } else {
            return;
        };
        let place = Rect { left, right: left + width, top: y - size * 0.5, bottom: y + size * 0.5 };
        if left >= bar.right || left + width <= bar.left {
            self.scene.fill(place.grown(1.5), self.theme.background, 1.0);
        }
        self.obstacles.boxes.push(place);
        let face = Face { size, weight: Weight::Regular, colour };
        self.scene.write(&point.label, Spot { x: left, y: y + size * 0.36 }, Anchor::Start, face);
    }

    /// Adds a grid of cells, a line where their sign changes, and an outline around the current cell.
    pub fn cells(&mut self, x_edges: &[f64], y_edges: &[f64], cells: &[Cell], tones: [Tone; 2]) {
        let columns = x_edges.len().saturating_sub(1).max(1);
        let x_px: Vec<f64> = x_edges.iter().map(|edge| self.plane.x_px(*edge)).collect();
        let y_px: Vec<f64> = y_edges.iter().map(|edge| self.plane.y_px(*edge)).collect();
        let area = |at: usize| {
            let (column, row) = (at % columns, at / columns);
            let sides = x_px.get(column).zip(x_px.get(column + 1)).zip(y_px.get(row).zip(y_px.get(row + 1)))?;
            let ((left, right), (one, two)) = sides;
            Some(Rect { left: *left, right: *right, top: one.min(*two), bottom: one.max(*two) })
        };
        let areas: Vec<Rect> = (0..cells.len()).map_while(area).collect();
        let size = self.frame.sizes.tick;
        for (at, (cell, area)) in cells.iter().zip(&areas).enumerate() {
            let tone = if cell.strength < 0.0 { tones[0] } else { tones[1] };
            let colour = self.theme.diverging(tone, cell.strength);
            self.scene.fill(area.grown(-0.5), colour, 1.0);
            let middle = Spot { x: (area.left + area.right) / 2.0, y: (area.top + area.bottom) / 2.0 };
            let width = text::width(&cell.point.label, size, Weight::Regular);
            if width + 2.0 <= area.width() && size + 2.0 <= area.height() {
                let face = Face { size, weight: Weight::Regular, colour: self.theme.ink };
                self.scene.write(&cell.point.label, Spot { y: middle.y + size * 0.36, ..middle }, Anchor::Middle, face);
            }
            self.hit_area(&cell.point, middle, Some(*area), at / columns);
        }
        for (at, area) in areas.iter().enumerate() {
            let parted = |other: usize| {
                cells.get(other).is_some_and(|other| (other.strength < 0.0) != (cells[at].strength < 0.0))
            };
            if (at + 1) % columns != 0 && parted(at + 1) {
                let x = area.right;
                self.scene.line(Spot { x, y: area.top }, Spot { x, y: area.bottom }, self.theme.ink, 2.0);
            }
            if at + columns < areas.len() && parted(at + columns) {
                // Rows may count from the top or from the bottom.
                let y = if areas[at + columns].top >= area.bottom - 0.5 { area.bottom } else { area.top };
                self.scene.line(Spot { x: area.left, y }, Spot { x: area.right, y }, self.theme.ink, 2.0);
            }
        }
        for (_, area) in cells.iter().zip(&areas).filter(|(cell, _)| cell.here) {
            stroke::outline(self.scene, &area.grown(-0.5).corners(), self.theme.background, 4.0);
            stroke::outline(self.scene, &area.grown(-1.0).corners(), self.theme.ink, 2.0);
        }
    }

    /// The ink or the background, whichever has more contrast.
    fn readable_on(&self, behind: Rgb) -> Rgb {
        let (ink, background) = (self.theme.ink, self.theme.background);
        if ink.contrast(behind) >= background.contrast(behind) { ink } else { background }
    }
}

fn tone_of(point: &Point) -> Tone {
    point.tone.unwrap_or(Tone::Accent)
}
