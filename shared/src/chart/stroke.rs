//! Dashes, dots, hatching and markers, cut into simple shapes: the canvas is painted with solid strokes only.
//!
//! Decides no position.

use crate::chart::geometry::{Rect, Spot};
use crate::chart::order::ascending;
use crate::chart::scene::{Scene, Shape};
use crate::chart::theme::Rgb;
use crate::chart::{Fill, Marker, Stroke};

/// Pixels between two lines of a hatch, measured along x.
const HATCH_STEP: f64 = 7.0;

/// Adds a line through `run` in the given stroke.
pub fn stroke(scene: &mut Scene, run: &[Spot], stroke: Stroke, colour: Rgb, width: f64) {
    let pieces = match stroke {
        Stroke::Solid => vec![run.to_vec()],
        Stroke::Dashed => dashes(run, 4.0 + 1.5 * width, 2.0 + 1.5 * width),
        Stroke::Dotted => dashes(run, width.max(1.2), 1.5 + 1.2 * width),
    };
    for points in pieces {
        scene.shapes.push(Shape::Path { points, colour, width });
    }
}

/// `run` cut into pieces `on` long with gaps `off` long; corners within a piece are kept.
#[must_use]
pub fn dashes(run: &[Spot], on: f64, off: f64) -> Vec<Vec<Spot>> {
    let mut pieces: Vec<Vec<Spot>> = Vec::new();
    let (mut drawing, mut left) = (true, on);
    let mut piece: Vec<Spot> = run.first().copied().into_iter().collect();
    for pair in run.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.x - from.x).hypot(to.y - from.y);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let share = done / length;
            let here = Spot { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
            if drawing {
                piece.push(here);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![here];
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
        left -= length - done;
        if drawing {
            piece.push(to);
        }
    }
    if drawing && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

/// Adds an area in the given fill; a hatch may be fainter than the area's colour.
pub fn area(scene: &mut Scene, corners: &[Spot], fill: Fill, colour: Rgb, hatching: Rgb) {
    let tint = |opacity| Shape::Area { points: corners.to_vec(), colour, opacity };
    match fill {
        Fill::Solid => scene.shapes.push(tint(1.0)),
        Fill::Outline => scene.shapes.push(tint(0.12)),
        Fill::Hatched => {
            scene.shapes.push(tint(0.08));
            for (from, to) in hatch(corners) {
                scene.line(from, to, hatching, 1.1);
            }
        }
    }
}

/// Adds the outline of an area, its corners closed.
pub fn outline(scene: &mut Scene, corners: &[Spot], colour: Rgb, width: f64) {
    // The first side is drawn twice, so that the first corner is joined like the others.
    let points = corners.iter().chain(corners.iter().take(2)).copied().collect();
    scene.shapes.push(Shape::Path { points, colour, width });
}

/// Lines that rise to the right across a polygon.
fn hatch(corners: &[Spot]) -> Vec<(Spot, Spot)> {
    let sums = || corners.iter().map(|spot| spot.x + spot.y);
    let (low, high) = (sums().fold(f64::INFINITY, f64::min), sums().fold(f64::NEG_INFINITY, f64::max));
    if !(low.is_finite() && high.is_finite()) {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let mut sum = (low / HATCH_STEP).ceil() * HATCH_STEP;
    while sum < high {
        let mut crossings: Vec<Spot> = Vec::new();
        for (index, from) in corners.iter().enumerate() {
            let to = corners[(index + 1) % corners.len()];
            let (start, end) = (from.x + from.y - sum, to.x + to.y - sum);
            if (start < 0.0) != (end < 0.0) {
                let share = start / (start - end);
                crossings.push(Spot { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) });
            }
        }
        let places: Vec<f64> = crossings.iter().map(|crossing| crossing.x).collect();
        let order = ascending(&places);
        lines.extend(order.chunks_exact(2).map(|pair| (crossings[pair[0]], crossings[pair[1]])));
        sum += HATCH_STEP;
    }
    lines
}

/// Adds a marker; a hollow one covers the line beneath it.
pub fn marker(scene: &mut Scene, marker: Marker, at: Spot, radius: f64, colour: Rgb) {
    let background = scene.background;
    let square = |half: f64| Rect { left: at.x, top: at.y, right: at.x, bottom: at.y }.grown(half).corners();
    match marker {
        Marker::None => {}
        Marker::Filled => {
            scene.shapes.push(Shape::Disc { at, radius: radius + 1.0, colour: background });
            scene.shapes.push(Shape::Disc { at, radius, colour });
        }
        Marker::Hollow => {
            scene.shapes.push(Shape::Disc { at, radius: radius + 0.5, colour: background });
            scene.shapes.push(Shape::Ring { at, radius: radius - 0.3, colour, width: 1.7 });
        }
        Marker::FilledSquare => {
            scene.shapes.push(Shape::Area { points: square(radius * 0.9 + 1.0), colour: background, opacity: 1.0 });
            scene.shapes.push(Shape::Area { points: square(radius * 0.9), colour, opacity: 1.0 });
        }
        Marker::HollowSquare => {
            scene.shapes.push(Shape::Area { points: square(radius * 0.9), colour: background, opacity: 1.0 });
            outline(scene, &square(radius * 0.9 - 0.6), colour, 1.7);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_keep_their_length_round_a_corner() {
        let run = [(0.0, 0.0), (5.0, 0.0), (5.0, 20.0)].map(|(x, y)| Spot { x, y });
        let pieces = dashes(&run, 8.0, 4.0);
        assert_eq!(pieces.len(), 3);
        assert_eq!(pieces[0].len(), 3, "the first dash goes round the corner");
        assert_eq!(pieces[1][0], Spot { x: 5.0, y: 7.0 });
        assert_eq!(pieces[1][1], Spot { x: 5.0, y: 15.0 });
    }

    #[test]
    fn hatching_stays_in_the_area() {
        let area = Rect { left: 10.0, top: 10.0, right: 60.0, bottom: 24.0 };
        let lines = hatch(&area.corners());
        assert!(lines.len() > 8);
        let around = area.grown(1e-6);
        assert!(lines.iter().all(|(from, to)| around.contains(*from) && around.contains(*to)));
    }
}
