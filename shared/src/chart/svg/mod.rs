//! A chart as SVG: a document of its own, or an element of a page that follows the page's theme.
//!
//! Both are one writer (`writer.rs`) over the scene that the canvas paints; no position is decided here.

pub mod markup;
pub mod palette;
mod path_data;
mod writer;

use std::fmt;

use crate::chart::ChartSpec;
use crate::chart::layout::{arrange, is_empty, preferred_height};
use crate::chart::svg::markup::escape;
use crate::chart::svg::palette::Palette;
use crate::chart::text::FONT_STACK;
use crate::chart::theme::Theme;

pub use crate::chart::svg::writer::TextFit;

/// The font that a document asks for first: the one whose widths the layout knows.
pub const FONT_FAMILY: &str = "Inter";

/// Why a chart has no SVG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SvgError {
    /// The chart has no data.
    Empty,
    /// The two themes of an element give different shapes, not only different colours.
    ThemesDiffer,
}

impl fmt::Display for SvgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SvgError::Empty => "the chart has nothing to draw",
            SvgError::ThemesDiffer => "the light and the dark drawing differ in more than colours",
        })
    }
}

impl std::error::Error for SvgError {}

/// The SVG document of a chart in one theme, `width` CSS pixels wide and of the chart's preferred height.
///
/// # Errors
///
/// [`SvgError::Empty`] when the chart has nothing to draw.
pub fn document(spec: &ChartSpec, theme: &Theme, width: f64, fit: TextFit) -> Result<String, SvgError> {
    let height = height(spec, width)?;
    let shapes = arrange(spec, theme, width, height).shapes;
    let body = writer::write(shapes.iter().zip(&shapes), fit, |colour, _| colour.hex()).join("\n");
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FONT_FAMILY}, {FONT_STACK}\" fill=\"none\">\n\
         <title>{}</title>\n<desc>{}</desc>\n{body}\n</svg>\n",
        escape(&spec.title),
        escape(&spec.alt),
    ))
}

/// The SVG element of a chart for a page that has a light and a dark theme: its colours are CSS variables of `palette`.
///
/// `width` is in CSS pixels; `class` becomes the element's class.
///
/// # Errors
///
/// [`SvgError::Empty`] when the chart has nothing to draw, [`SvgError::ThemesDiffer`] when the themes change its shapes.
pub fn element(spec: &ChartSpec, class: &str, width: f64, palette: &mut Palette) -> Result<String, SvgError> {
    let height = height(spec, width)?;
    let [light, dark] = [Theme::light(), Theme::dark()].map(|theme| arrange(spec, &theme, width, height).shapes);
    if !writer::same_but_colours(&light, &dark) {
        return Err(SvgError::ThemesDiffer);
    }
    let colour = |light, dark| palette.variable(light, dark);
    let body = writer::write(light.iter().zip(&dark), TextFit::Estimated, colour).concat();
    let alt = escape(&spec.alt);
    Ok(format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{alt}\" fill=\"none\">{body}</svg>"
    ))
}

/// The preferred height of a chart that has data, in whole CSS pixels.
fn height(spec: &ChartSpec, width: f64) -> Result<f64, SvgError> {
    if is_empty(spec) { Err(SvgError::Empty) } else { Ok(preferred_height(spec, width)) }
}
