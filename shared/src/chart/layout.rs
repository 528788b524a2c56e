//! Lays out a chart: its specification becomes a scene, back to front.
//!
//! Pure: the same chart, colours and size give the same scene. `draw.rs` and `svg` show it.

use crate::chart::axes::{draw_axes, draw_base, draw_grid};
use crate::chart::frame::Frame;
use crate::chart::geometry::{Rect, Spot};
use crate::chart::hit_map::{HitMap, Plane};
use crate::chart::labels::Obstacles;
use crate::chart::marks::Stage;
use crate::chart::scene::Scene;
use crate::chart::theme::{STRETCH_SHADE, Theme};
use crate::chart::{ChartSpec, Mark};

/// The preferred height of a chart for a width, in CSS pixels.
#[must_use]
pub fn preferred_height(spec: &ChartSpec, width: f64) -> f64 {
    Frame::of(spec, width).preferred_height()
}

/// Whether the chart has no data.
#[must_use]
pub fn is_empty(spec: &ChartSpec) -> bool {
    spec.marks.iter().all(|mark| match mark {
        Mark::Line { points, .. } => points.is_empty(),
        Mark::Band { points, .. } => points.is_empty(),
        Mark::Cells { cells, .. } => cells.is_empty(),
        Mark::Interval { .. } | Mark::Bars { .. } => false,
    })
}

/// The scene of a chart.
#[must_use]
pub fn arrange(spec: &ChartSpec, theme: &Theme, width: f64, height: f64) -> Scene {
    let frame = Frame::of(spec, width);
    let plane = Plane { plot: frame.plot(height), x: spec.x.clone(), y: spec.y.clone() };
    let hits = HitMap { plane: plane.clone(), hits: Vec::new(), handles: Vec::new() };
    let mut scene = Scene { background: theme.background, shapes: Vec::new(), hits };
    scene.fill(Rect { left: 0.0, top: 0.0, right: width, bottom: height }, theme.background, 1.0);
    draw_stretches(&mut scene, spec, theme, &frame, &plane);
    draw_grid(&mut scene, theme, &frame, &plane);
    draw_base(&mut scene, theme, &plane);

    let (frame, plane) = (&frame, &plane);
    let mut stage =
        Stage { spec, theme, frame, plane, scene: &mut scene, obstacles: &mut Obstacles::default(), groups: 0 };
    stage.draw_rules();
    stage.draw_marks();
    stage.draw_knobs();
    stage.write_end_labels();
    stage.write_rule_labels();
    stage.draw_callouts();
    stage.write_point_labels();

    let corner = Spot { x: frame.sizes.pad, y: frame.sizes.pad };
    frame.header.draw(&mut scene, spec, theme, &frame.sizes, corner);
    frame.above.draw(&mut scene, spec, theme, &frame.sizes, &plane.plot);
    if let Some(rows) = &frame.rows {
        rows.draw_names(&mut scene, theme, &frame.sizes, &plane.plot, frame.sizes.pad);
    }
    draw_axes(&mut scene, theme, frame, plane, height);
    scene
}

/// Adds the shaded stretches, up to the top of their labels.
fn draw_stretches(scene: &mut Scene, spec: &ChartSpec, theme: &Theme, frame: &Frame, plane: &Plane) {
    let plot = plane.plot;
    for stretch in &spec.stretches {
        let held = |value: f64| plane.x_px(value).max(plot.left).min(plot.right);
        let (left, right) = (held(stretch.from), held(stretch.to));
        if right > left {
            let area = Rect { left, right, top: plot.top - frame.above.strip(), bottom: plot.bottom };
            scene.fill(area, theme.stroke(stretch.tone), STRETCH_SHADE);
        }
    }
}
