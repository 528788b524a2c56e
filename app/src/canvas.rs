//! Paints a chart on a canvas, sharp on every screen, and hands back where its data lies.

use plotters_canvas::CanvasBackend;
use shared::chart::ChartSpec;
use shared::chart::draw::{Surface, draw, preferred_height};
use shared::chart::hit_map::HitMap;
use shared::chart::theme::Theme;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Paints a chart as wide as asked, in CSS pixels.
///
/// # Errors
/// A sentence for the reader when it cannot be drawn.
pub fn paint(canvas: &HtmlCanvasElement, spec: &ChartSpec, dark: bool, width: f64) -> Result<HitMap, String> {
    let theme = if dark { Theme::dark() } else { Theme::light() };
    let surface = Surface::canvas(width, preferred_height(spec, width));
    let ratio = leptos::prelude::window().device_pixel_ratio().max(1.0);
    canvas.set_width((surface.width * ratio).round() as u32);
    canvas.set_height((surface.height * ratio).round() as u32);
    let style = canvas.style();
    let _ = style.set_property("height", &format!("{}px", surface.height));
    let context = canvas.get_context("2d").ok().flatten().and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok());
    let context = context.ok_or("This browser has no canvas to draw on.")?;
    let scale = ratio / f64::from(surface.grid);
    let _ = context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0);
    let backend = CanvasBackend::with_canvas_object(canvas.clone()).ok_or("This browser has no canvas to draw on.")?;
    draw(spec, &theme, &surface, backend).map_err(|error| error.to_string())
}
