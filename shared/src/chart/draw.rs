//! Paints a scene on a canvas, through plotters.
//!
//! The only file that knows plotters, and all it knows is the drawing trait: every position, dash and line break
//! is decided in `layout.rs`.
//!
//! The backend takes whole numbers only, so everything is drawn on a grid finer than the pixel and the caller scales
//! it down (`Surface::grid`).

use std::fmt;

use plotters::prelude::{DrawingBackend, FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle, TextStyle};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::chart::ChartSpec;
use crate::chart::geometry::Spot;
use crate::chart::hit_map::HitMap;
use crate::chart::layout;
use crate::chart::scene::{Anchor, Scene, Shape, Words};
use crate::chart::text::{FONT_STACK, Weight};
use crate::chart::theme::{Rgb, Theme};

pub use crate::chart::layout::preferred_height;

/// What is drawn on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Grid units per CSS pixel; whoever shows the result scales it down by as much.
    pub grid: u32,
    /// What font sizes are multiplied by: 1, or less where the font is wider than the layout expects.
    pub text_factor: f64,
}

impl Surface {
    /// A browser canvas; its context must be scaled by the device's pixel ratio over `grid`.
    #[must_use]
    pub fn canvas(width: f64, height: f64) -> Self {
        Self { width, height, grid: 8, text_factor: 1.0 }
    }
}

/// Why a chart was not drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DrawError {
    /// The chart has no data.
    Empty,
    /// The backend failed, with its own words.
    Backend(String),
}

impl fmt::Display for DrawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DrawError::Empty => write!(f, "the chart has nothing to draw"),
            DrawError::Backend(reason) => write!(f, "failed to draw the chart: {reason}"),
        }
    }
}

impl std::error::Error for DrawError {}

/// Draws a chart and says where its data lies.
///
/// # Errors
///
/// [`DrawError::Empty`] when no mark has data, [`DrawError::Backend`] when the backend cannot draw.
pub fn draw<DB: DrawingBackend>(
    spec: &ChartSpec,
    theme: &Theme,
    surface: &Surface,
    mut backend: DB,
) -> Result<HitMap, DrawError> {
    if layout::is_empty(spec) {
        return Err(DrawError::Empty);
    }
    let scene = layout::arrange(spec, theme, surface.width, surface.height);
    paint(&scene, surface, &mut backend)?;
    Ok(scene.hits)
}

fn paint<DB: DrawingBackend>(scene: &Scene, surface: &Surface, backend: &mut DB) -> Result<(), DrawError> {
    backend.ensure_prepared().map_err(failed)?;
    let grid = f64::from(surface.grid);
    let unit = |pixels: f64| (pixels * grid).round();
    let place = |spot: &Spot| (unit(spot.x) as i32, unit(spot.y) as i32);
    let length = |pixels: f64| unit(pixels).max(1.0) as u32;
    let pen =
        |colour: Rgb, width: f64| ShapeStyle { color: solid(colour, 1.0), filled: false, stroke_width: length(width) };
    for shape in &scene.shapes {
        let drawn = match shape {
            Shape::Path { points, colour, width } => backend.draw_path(points.iter().map(place), &pen(*colour, *width)),
            Shape::Area { points, colour, opacity } => {
                backend.fill_polygon(points.iter().map(place), &solid(*colour, *opacity))
            }
            Shape::Disc { at, radius, colour } => {
                backend.draw_circle(place(at), length(*radius), &solid(*colour, 1.0), true)
            }
            Shape::Ring { at, radius, colour, width } => {
                backend.draw_circle(place(at), length(*radius), &pen(*colour, *width), false)
            }
            Shape::Words(words) => {
                let at = Spot { x: words.at.x, y: words.at.y + words.size * BOTTOM_TO_BASELINE };
                backend.draw_text(&words.text, &text_style(words, surface), place(&at))
            }
        };
        drawn.map_err(failed)?;
    }
    backend.present().map_err(failed)
}

fn failed(error: impl fmt::Display) -> DrawError {
    DrawError::Backend(error.to_string())
}

/// Share of the font size between a `Bottom` anchor and the baseline: the font's descent.
const BOTTOM_TO_BASELINE: f64 = 0.25;

fn text_style(words: &Words, surface: &Surface) -> TextStyle<'static> {
    let weight = match words.weight {
        Weight::Regular => FontStyle::Normal,
        Weight::Bold => FontStyle::Bold,
    };
    let h_pos = match words.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let size = words.size * f64::from(surface.grid) * surface.text_factor;
    let font = FontDesc::new(FontFamily::Name(FONT_STACK), size, weight);
    TextStyle { font, color: solid(words.colour, 1.0).to_backend_color(), pos: Pos::new(h_pos, VPos::Bottom) }
}

fn solid(colour: Rgb, opacity: f64) -> RGBAColor {
    RGBAColor(colour.0, colour.1, colour.2, opacity)
}
