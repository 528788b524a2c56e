//! A chart as an SVG document, the same wherever it is made.
//!
//! Drawn through plotters like everything else; here its output is made smaller and its words keep their room.

use std::fmt::Write as _;

use plotters_svg::SVGBackend;

use crate::chart::ChartSpec;
use crate::chart::draw::{BOTTOM_TO_BASELINE, DrawError, Surface, draw, preferred_height};
use crate::chart::text::{self, FONT_STACK, Weight};
use crate::chart::theme::Theme;

/// The font that is asked for first: the one whose widths the layout knows.
pub const FONT_FAMILY: &str = "Inter";

/// How a viewer makes words as wide as they are told to be.
const SQUEEZED: &str = "lengthAdjust=\"spacingAndGlyphs\"";

/// Draws a chart as an SVG document `width` CSS pixels wide, as high as suits it.
///
/// # Errors
///
/// [`DrawError::Empty`] when the chart has nothing to draw.
pub fn svg(spec: &ChartSpec, theme: &Theme, width: f64) -> Result<String, DrawError> {
    let surface = Surface::svg(width, preferred_height(spec, width));
    let mut drawn = String::new();
    draw(spec, theme, &surface, SVGBackend::with_string(&mut drawn, surface.grid_size()))?;
    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    Ok(format!("{}{}", head(spec, &surface), held(&shorter(body))))
}

/// The opening tag in CSS pixels over the fine grid, and what a screen reader says.
fn head(spec: &ChartSpec, surface: &Surface) -> String {
    let (grid_width, grid_height) = surface.grid_size();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {grid_width} {grid_height}\" \
         role=\"img\" font-family=\"{FONT_FAMILY}, {}\">\n<title>{}</title>\n<desc>{}</desc>\n",
        surface.width,
        surface.height,
        escaped(FONT_STACK),
        escaped(&spec.title),
        escaped(&spec.alt),
    )
}

/// The drawn shapes without what every one of them repeats; baselines no longer depend on the font.
fn shorter(body: &str) -> String {
    let family = format!(" font-family=\"{}\"", escaped(FONT_STACK));
    let baseline = format!("dy=\"-{BOTTOM_TO_BASELINE}em\"");
    body.replace(&family, "")
        .replace("dy=\"-0.5ex\"", &baseline)
        .replace("font-weight=\"bold\"", "font-weight=\"600\"")
        .replace(" opacity=\"1\"", "")
        .replace(" text-anchor=\"start\"", "")
        .replace(" \"/>", "\"/>")
}

/// The same words, each told how wide it may be: a viewer without Inter squeezes its own letters into the room that
/// the layout gave them, instead of running over the edge.
fn held(body: &str) -> String {
    let mut out = String::with_capacity(body.len() * 5 / 4);
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("<text ") {
        out.push_str(before);
        out.push_str("<text ");
        let end = after.find("</text>").unwrap_or(after.len());
        let (element, left) = after.split_at(end);
        match (element.split_once('>'), font_size(element)) {
            (Some((attributes, words)), Some(size)) => {
                let weight = if attributes.contains("font-weight") { Weight::Bold } else { Weight::Regular };
                let width = text::width(&plain(words.trim()), size, weight).round();
                let _ = write!(out, "{attributes} textLength=\"{width}\" {SQUEEZED}>{words}");
            }
            _ => out.push_str(element),
        }
        rest = left;
    }
    out.push_str(rest);
    out
}

/// The document without those widths: with Inter at hand its own are right, and the layout's are estimates.
#[must_use]
pub fn loose(svg: &str) -> String {
    let mut parts = svg.split(" textLength=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once(&format!(" {SQUEEZED}")).map_or(part, |(_, after)| after))
}

fn font_size(element: &str) -> Option<f64> {
    element.split_once("font-size=\"")?.1.split_once('"')?.0.parse().ok()
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_room_in_any_font() {
        let words = "<text x=\"1\" font-size=\"100\" fill=\"#000000\">\nA &lt; B\n</text>";
        let wide = text::width("A < B", 100.0, Weight::Regular).round();
        let expected =
            words.replace("\">\n", &format!("\" textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\">\n"));
        let all = held(&format!("<g/>{words}<g/>{words}"));
        assert_eq!(all, format!("<g/>{expected}<g/>{expected}"));
        assert_eq!(loose(&all), format!("<g/>{words}<g/>{words}"));
    }
}
