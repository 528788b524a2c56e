//! Gridlines, axis lines, tick labels, and the text at and below the x axis.
//!
//! Decides no position: the frame divides the picture, the plane maps the values.

use crate::chart::frame::{Frame, thinned};
use crate::chart::geometry::Spot;
use crate::chart::hit_map::Plane;
use crate::chart::scale::{Scale, Tick};
use crate::chart::scene::{Anchor, Face, Scene};
use crate::chart::text::{self, Weight};
use crate::chart::theme::Theme;

/// Adds gridlines, behind the data.
pub fn draw_grid(scene: &mut Scene, theme: &Theme, frame: &Frame, plane: &Plane) {
    let plot = plane.plot;
    if !matches!(plane.x.scale, Scale::Category(_)) {
        for (at, _) in &frame.x_ticks {
            scene.down(plane.x_px(*at), plot.top, plot.bottom, theme.gridline);
        }
    }
    for tick in y_ticks(frame, plane) {
        scene.across(plot.left, plot.right, plane.y_px(tick.at), theme.gridline);
    }
}

/// Adds axis lines, the text at the axes, and the source.
pub fn draw_axes(scene: &mut Scene, theme: &Theme, frame: &Frame, plane: &Plane, picture_height: f64) {
    let (plot, sizes) = (plane.plot, &frame.sizes);
    let face = Face { size: sizes.tick, weight: Weight::Regular, colour: theme.muted };
    for tick in y_ticks(frame, plane) {
        let at = Spot { x: plot.left - 8.0, y: plane.y_px(tick.at) + sizes.tick * 0.36 };
        scene.write(&tick.label, at, Anchor::End, face);
    }
    for (at, lines) in &frame.x_ticks {
        for (index, line) in lines.iter().enumerate() {
            let half = text::width(line, sizes.tick, Weight::Regular) / 2.0;
            let (low, high) = (sizes.pad.min(plot.left), frame.width - sizes.pad);
            let x = plane.x_px(*at).min(high - half).max(low + half);
            let y = plot.bottom + 8.0 + (index as f64 * 1.2 + 0.85) * sizes.tick;
            scene.write(line, Spot { x, y }, Anchor::Middle, face);
        }
    }
    let mut top = plot.bottom + frame.tick_room() + 4.0;
    for line in &frame.x_words {
        let half = text::width(line, sizes.tick, Weight::Regular) / 2.0;
        let (low, high) = (sizes.pad + half, frame.width - sizes.pad - half);
        let x = ((plot.left + plot.right) / 2.0).min(high).max(low);
        scene.write(line, Spot { x, y: top + 0.95 * sizes.tick }, Anchor::Middle, face);
        top += sizes.tick * 1.3;
    }
    let source = Face { size: sizes.source, ..face };
    let lines = frame.source.len() as f64 * sizes.source * 1.35;
    let mut y = (picture_height - sizes.pad + 2.0 - lines).max(top + 11.0);
    for line in &frame.source {
        scene.write(line, Spot { x: sizes.pad, y: y + sizes.source }, Anchor::Start, source);
        y += sizes.source * 1.35;
    }
}

/// Adds the axis lines: a base line under values, a left edge for rows.
pub fn draw_base(scene: &mut Scene, theme: &Theme, plane: &Plane) {
    let plot = plane.plot;
    match plane.y.scale {
        Scale::Category(_) => scene.down(plot.left, plot.top, plot.bottom, theme.axis),
        Scale::Linear | Scale::Log => scene.across(plot.left, plot.right, plot.bottom, theme.axis),
    }
}

/// The ticks of the y axis whose labels fit above each other.
fn y_ticks<'a>(frame: &Frame, plane: &'a Plane) -> Vec<&'a Tick> {
    let needed = frame.sizes.tick * 1.9;
    let far = |pair: &[&Tick]| (plane.y_px(pair[0].at) - plane.y_px(pair[1].at)).abs() >= needed;
    thinned(&plane.y, |ticks| ticks.windows(2).all(far))
}
