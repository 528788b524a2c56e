//! Paints a chart on a canvas, sharp on every screen, and hands back where its data lies.

use std::sync::OnceLock;

use plotters_canvas::CanvasBackend;
use shared::chart::ChartSpec;
use shared::chart::draw::{Surface, draw};
use shared::chart::hit_map::HitMap;
use shared::chart::text::{self, FONT_STACK, Weight};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::theme::Look;

/// Text the font of this browser is measured with.
const SAMPLE: &str = "Self-hosting costs 1,234.56 USD per 1M total tokens at 64 streams";

/// How much smaller text must be drawn for it to be no wider than the layout takes it to be: a system's font can be
/// wider than the one whose widths the layout knows.
fn text_factor(context: &CanvasRenderingContext2d) -> f64 {
    // Asking costs more than a tenth of a drawing, and the answer stays the same.
    static KNOWN: OnceLock<f64> = OnceLock::new();
    *KNOWN.get_or_init(|| measured_text_factor(context))
}

fn measured_text_factor(context: &CanvasRenderingContext2d) -> f64 {
    let wider = |word: &str, weight| {
        context.set_font(&format!("{word} 100px {FONT_STACK}"));
        let real = context.measure_text(SAMPLE).map_or(0.0, |metrics| metrics.width());
        real / text::width(SAMPLE, 100.0, weight)
    };
    1.0 / wider("normal", Weight::Regular).max(wider("bold", Weight::Bold)).max(1.0)
}

/// A few lines more or less above a plot are no reason to move what stands below it, in CSS pixels.
const LINES: f64 = 60.0;

/// The height of a chart as wide as asked, in CSS pixels: the best one, or the one that the canvas has where that is
/// nearly as good. Another height moves everything below, which takes browsers longer than the picture.
#[must_use]
pub fn held_height(canvas: &HtmlCanvasElement, width: f64, best: f64) -> f64 {
    let now = f64::from(canvas.height()) / ratio();
    let is_as_wide = f64::from(canvas.width()) == (width * ratio()).round();
    if is_as_wide && (1.0..LINES).contains(&(now - best).abs()) { now } else { best }
}

fn ratio() -> f64 {
    leptos::prelude::window().device_pixel_ratio().max(1.0)
}

/// Paints a chart as wide and high as asked, in CSS pixels.
///
/// # Errors
/// A sentence for the reader when it cannot be drawn.
pub fn paint(canvas: &HtmlCanvasElement, spec: &ChartSpec, look: Look, size: (f64, f64)) -> Result<HitMap, String> {
    paint_at(canvas, spec, look, size, ratio())
}

/// Paints a chart as wide and high as asked, with so many pixels for each CSS pixel.
///
/// # Errors
/// A sentence for the reader when it cannot be drawn.
pub fn paint_at(
    canvas: &HtmlCanvasElement,
    spec: &ChartSpec,
    look: Look,
    (width, height): (f64, f64),
    ratio: f64,
) -> Result<HitMap, String> {
    let theme = look.theme();
    let (across, down) = ((width * ratio).round() as u32, (height * ratio).round() as u32);
    // Another size takes another bitmap, which is not made at every tick of a slider.
    if (canvas.width(), canvas.height()) != (across, down) {
        canvas.set_width(across);
        canvas.set_height(down);
    }
    let _ = canvas.style().set_property("height", &format!("{height}px"));
    let context = canvas.get_context("2d").ok().flatten().and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok());
    let context = context.ok_or("This browser has no canvas to draw on.")?;
    let surface = Surface { text_factor: text_factor(&context), ..Surface::canvas(width, height) };
    let scale = ratio / f64::from(surface.grid);
    let _ = context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0);
    let backend = CanvasBackend::with_canvas_object(canvas.clone()).ok_or("This browser has no canvas to draw on.")?;
    draw(spec, &theme, &surface, backend).map_err(|error| error.to_string())
}
