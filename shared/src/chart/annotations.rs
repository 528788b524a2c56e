//! Annotations: labels at line ends, rules with their knobs, callouts.
//!
//! Drawn after the marks, which they must not cover; `labels.rs` finds the positions.

use crate::chart::frame::{KNOB, end_label_left, label_weight, last_visible};
use crate::chart::geometry::{Rect, Spot, clip};
use crate::chart::hit_map::{Handle, Plane};
use crate::chart::labels::{EndBox, around, leader, spread};
use crate::chart::marks::Stage;
use crate::chart::scene::{Anchor, Face, Shape, sharp};
use crate::chart::text::{self, Weight};
use crate::chart::theme::{Rgb, STRETCH_SHADE};
use crate::chart::{Callout, Mark, Rule, RuleAt, Stretch, Tone, stroke};

/// Radius of the ring around a callout's point.
const RING: f64 = 6.0;

/// A line's label before it is written.
struct EndLabel<'a> {
    lines: &'a [String],
    tone: Tone,
    weight: Weight,
    end: Spot,
}

impl Stage<'_> {
    /// Adds the lines of all rules, behind the data.
    pub fn draw_rules(&mut self) {
        let plot = self.plane.plot;
        for (index, rule) in self.spec.rules.iter().enumerate() {
            let Some(at) = self.rule_place(rule) else { continue };
            let run = match rule.at {
                RuleAt::X(_) => {
                    [Spot { x: at.x, y: plot.bottom }, Spot { x: at.x, y: self.frame.above.rule_top(&plot, index) }]
                }
                RuleAt::Y(_) => [Spot { x: plot.left, y: at.y }, Spot { x: plot.right, y: at.y }],
            };
            stroke::stroke(self.scene, &run, rule.stroke, self.theme.stroke(rule.tone), 1.5);
            self.obstacles.add_run(&run);
        }
    }

    /// Adds the knobs of draggable rules, above the data.
    pub fn draw_knobs(&mut self) {
        for rule in &self.spec.rules {
            let (Some(name), Some(at)) = (&rule.handle, self.rule_place(rule)) else { continue };
            let colour = self.theme.stroke(rule.tone);
            self.scene.shapes.push(Shape::Disc { at, radius: KNOB + 1.5, colour: self.theme.background });
            self.scene.shapes.push(Shape::Disc { at, radius: KNOB, colour });
            self.obstacles.boxes.push(Rect { left: at.x, right: at.x, top: at.y, bottom: at.y }.grown(KNOB + 2.0));
            self.scene.hits.handles.push(Handle { name: name.clone(), value: rule.at, at });
        }
    }

    /// Writes the name of each line at its end.
    pub fn write_end_labels(&mut self) {
        let (plot, size) = (self.plane.plot, self.frame.sizes.label);
        let line_height = size * 1.16;
        let mut labels: Vec<EndLabel> = Vec::new();
        for (mark, lines) in self.spec.marks.iter().zip(&self.frame.end_labels) {
            let Mark::Line { points, tone, .. } = mark else { continue };
            let Some(end) = last_visible(self.spec, points).filter(|_| !lines.is_empty()) else { continue };
            let end = Spot { x: plot.left + end.x * plot.width(), y: plot.bottom - end.y * plot.height() };
            labels.push(EndLabel { lines, tone: *tone, weight: label_weight(mark), end });
        }
        let boxes: Vec<EndBox> = labels
            .iter()
            .map(|label| {
                let left = end_label_left(self.spec, label.end.x, plot.right);
                let right = left + text::widest(label.lines, size, label.weight);
                EndBox { left, right, wish: label.end.y, height: label.lines.len() as f64 * line_height + 3.0 }
            })
            .collect();
        // Beside the plot a label may hang below its base line, in the plot it would be crossed out.
        let inside = boxes.iter().any(|place| place.left < plot.right);
        let middles = spread(&boxes, plot.top - 4.0, if inside { plot.bottom - 1.0 } else { plot.bottom + 6.0 });
        for ((label, place), middle) in labels.iter().zip(&boxes).zip(middles) {
            let beside = Rect {
                left: place.left,
                right: place.right,
                top: middle - place.height / 2.0,
                bottom: middle + place.height / 2.0,
            };
            let area = if place.right < plot.right { self.clear_of_lines(beside, label.end) } else { beside };
            if area == beside && (middle - label.end.y).abs() > place.height / 2.0 {
                let from = Spot { x: label.end.x + 3.0, ..label.end };
                let to = Spot { x: place.left - 2.0, y: middle };
                self.scene.line(from, to, self.theme.stroke(label.tone), 1.0);
            }
            let in_plot = label.end.x < plot.right - 2.0;
            self.words_at(area, label.lines, label.weight, label.tone, in_plot);
        }
    }

    /// A place near a line's end that covers no line, where the one beside it would; itself where there is none better.
    fn clear_of_lines(&self, beside: Rect, end: Spot) -> Rect {
        if self.obstacles.cost(&beside) == Some(0.0) {
            return beside;
        }
        let near = around(end, beside.width(), beside.height()).filter(|(_, price)| *price < 32.0);
        let places = near.map(|(place, price)| (place, price, ())).chain([(beside, 4.0, ())]);
        self.obstacles.best(places, &self.plane.plot.grown(-2.0)).map_or(beside, |(place, ())| place)
    }

    /// Writes the few letters of points that have some, where they touch nothing.
    pub fn write_point_labels(&mut self) {
        let (plot, size) = (self.plane.plot, self.frame.sizes.tick);
        let labelled = self.spec.marks.iter().filter_map(|mark| match mark {
            Mark::Line { points, tone, .. } => Some((points, *tone)),
            _ => None,
        });
        for (points, tone) in labelled {
            for point in points.iter().filter(|point| !point.label.is_empty()) {
                let at = self.plane.spot(point.x, point.y);
                let lines = [point.label.clone()];
                let width = text::width(&point.label, size, Weight::Regular);
                let near = around(at, width, size)
                    .filter(|(place, _)| (place.left - at.x).hypot(place.top - at.y) < 30.0 + width);
                let places = near.map(|(place, price)| (place, price, ()));
                if let Some((place, ())) = self.obstacles.best(places, &plot.grown(-1.0)).filter(|_| plot.contains(at))
                {
                    self.words_at(place, &lines, Weight::Regular, point.tone.unwrap_or(tone), true);
                }
            }
        }
    }

    /// Writes the labels of horizontal rules, on the line where it is free.
    pub fn write_rule_labels(&mut self) {
        let (plot, size) = (self.plane.plot, self.frame.sizes.label);
        for rule in &self.spec.rules {
            let (RuleAt::Y(_), Some(at)) = (rule.at, self.rule_place(rule)) else { continue };
            let lines = text::wrap_evenly(&rule.label, size, Weight::Regular, plot.width() * 0.9, 2);
            let (width, height) = (text::widest(&lines, size, Weight::Regular), lines.len() as f64 * size * 1.16);
            let room = plot.width() - width - 8.0;
            let shares = [0.0, 1.0, 0.25, 0.5, 0.75].into_iter().enumerate();
            let places = shares.flat_map(|(rank, share)| {
                let left = plot.left + 4.0 + share * room;
                [at.y - height - 3.0, at.y + 3.0].map(|top| {
                    let place = Rect { left, right: left + width, top, bottom: top + height };
                    (place, rank as f64 + if top > at.y { 2.0 } else { 0.0 }, ())
                })
            });
            // The rule itself passes close by every place, which costs all of them the same.
            if let Some((place, ())) = self.obstacles.best(places, &plot.grown(3.0)) {
                self.words_at(place, &lines, Weight::Regular, rule.tone, true);
            }
        }
    }

    /// Adds the ring of each callout, and its name where there is room for it.
    pub fn draw_callouts(&mut self) {
        let shown: Vec<(&Callout, Spot)> = self
            .spec
            .callouts
            .iter()
            .map(|callout| (callout, self.plane.spot(callout.point.x, callout.point.y)))
            .filter(|(_, at)| self.plane.plot.grown(0.01).contains(*at))
            .collect();
        for (callout, at) in &shown {
            let colour = self.theme.stroke(callout.tone);
            self.scene.shapes.push(Shape::Disc { at: *at, radius: RING - 2.0, colour: self.theme.background });
            self.scene.shapes.push(Shape::Ring { at: *at, radius: RING - 1.0, colour, width: 2.0 });
            self.obstacles.boxes.push(Rect { left: at.x, right: at.x, top: at.y, bottom: at.y }.grown(RING));
            self.groups += 1;
            self.hit_area(&callout.point, *at, None, 0);
        }
        for (callout, at) in shown {
            self.write_callout(callout, at);
        }
    }

    fn write_callout(&mut self, callout: &Callout, at: Spot) {
        let (plot, size) = (self.plane.plot, self.frame.sizes.label);
        let mut places = Vec::new();
        for (price, room) in [(0.0, 170.0), (6.0, 110.0), (12.0, 74.0)] {
            let lines = text::wrap_evenly(&callout.label, size, Weight::Regular, room, 3);
            let cut = lines.iter().any(|line| line.ends_with('…'));
            let (width, height) = (text::widest(&lines, size, Weight::Regular), lines.len() as f64 * size * 1.16);
            if !cut && !lines.is_empty() {
                let candidates = around(at, width, height);
                places.extend(candidates.map(|(place, own)| (place, own + price, lines.clone())));
            }
        }
        // A label far from its point is led there: never through another label, across few lines.
        let places = places.into_iter().filter_map(|(place, price, lines)| {
            let leader = leader(at, &place);
            let long = (leader.1.x - leader.0.x).hypot(leader.1.y - leader.0.y) > 14.0;
            let crossed = price + 18.0 * self.obstacles.crossings(leader) as f64;
            (!self.obstacles.blocks(leader)).then_some((place, crossed, (lines, long.then_some(leader))))
        });
        let Some((place, (lines, leader))) = self.obstacles.best(places, &plot.grown(-2.0)) else { return };
        if let Some((from, to)) = leader {
            self.scene.line(from, to, self.theme.stroke(callout.tone), 1.0);
            self.obstacles.add_run(&[from, to]);
        }
        self.words_at(place, &lines, Weight::Regular, callout.tone, true);
    }

    /// Writes lines of text into a box, left-aligned, and keeps later labels off it.
    fn words_at(&mut self, area: Rect, lines: &[String], weight: Weight, tone: Tone, halo: bool) {
        let size = self.frame.sizes.label;
        let crossed = self.obstacles.segments.iter().any(|&(from, to)| clip(from, to, &area).is_some());
        if halo && crossed {
            self.scene.fill(area.grown(1.5), self.ground(area), 0.85);
        }
        let face = Face { size, weight, colour: self.theme.words(tone) };
        let line_height = size * 1.16;
        let top = (area.top + area.bottom - lines.len() as f64 * line_height) / 2.0;
        for (index, line) in lines.iter().enumerate() {
            let y = top + (index as f64 + 0.5) * line_height + size * 0.36;
            self.scene.write(line, Spot { x: area.left, y }, Anchor::Start, face);
        }
        self.obstacles.boxes.push(area);
    }

    /// The colour behind a place in the plot: the background, or the shade of the stretch it lies in.
    fn ground(&self, area: Rect) -> Rgb {
        let x = (area.left + area.right) / 2.0;
        let holds = |stretch: &&Stretch| self.plane.x_px(stretch.from) <= x && x <= self.plane.x_px(stretch.to);
        let background = self.theme.background;
        let stretch = self.spec.stretches.iter().find(holds);
        stretch.map_or(background, |stretch| self.theme.stroke(stretch.tone).over(background, STRETCH_SHADE))
    }

    /// Where a rule's knob is: at the foot of a vertical rule, at the right end of a horizontal one.
    fn rule_place(&self, rule: &Rule) -> Option<Spot> {
        let Plane { plot, x, y } = self.plane;
        match rule.at {
            RuleAt::X(value) => x.holds(value).then(|| Spot { x: sharp(self.plane.x_px(value)), y: plot.bottom }),
            RuleAt::Y(value) => y.holds(value).then(|| Spot { x: plot.right, y: sharp(self.plane.y_px(value)) }),
        }
    }
}
