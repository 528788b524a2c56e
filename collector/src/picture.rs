//! A chart as an SVG document and as a PNG image, the same on every machine.
//!
//! The PNG is rendered from the SVG with the bundled font only: the machine's fonts are never looked at.
//! Writes no file and decides nothing about the chart.

use std::fmt::Write as _;

use anyhow::Context as _;
use plotters_svg::SVGBackend;
use resvg::{tiny_skia, usvg};
use shared::chart::ChartSpec;
use shared::chart::draw::{BOTTOM_TO_BASELINE, Surface, draw, preferred_height};
use shared::chart::text::{self, FONT_STACK, Weight};
use shared::chart::theme::Theme;

/// Inter 4.001, cut down to Latin, Greek and common signs; under the SIL Open Font License (`fonts/OFL.txt`).
const FONT_FAMILY: &str = "Inter";
const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.ttf");

/// How a viewer makes words as wide as they are told to be.
const SQUEEZED: &str = "lengthAdjust=\"spacingAndGlyphs\"";

/// Draws a chart as an SVG document `width` CSS pixels wide, as high as suits it.
///
/// # Errors
///
/// When the chart has nothing to draw.
pub fn svg(spec: &ChartSpec, theme: &Theme, width: f64) -> anyhow::Result<String> {
    let surface = Surface::svg(width, preferred_height(spec, width));
    let mut drawn = String::new();
    draw(spec, theme, &surface, SVGBackend::with_string(&mut drawn, surface.grid_size()))
        .with_context(|| format!("failed to draw chart `{}`", spec.id))?;
    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    Ok(format!("{}{}", head(spec, &surface), held(&shorter(body))))
}

/// Renders an SVG document from [`svg`] as a PNG, `scale` image pixels per CSS pixel.
///
/// # Errors
///
/// When `svg` is not an SVG document or the image would be empty.
pub fn png(svg: &str, scale: f32) -> anyhow::Result<Vec<u8>> {
    let mut options = usvg::Options { font_family: FONT_FAMILY.into(), ..usvg::Options::default() };
    let fonts = options.fontdb_mut();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(SEMIBOLD.to_vec());
    fonts.set_sans_serif_family(FONT_FAMILY);
    let tree = usvg::Tree::from_str(&loose(svg), &options).context("failed to read the SVG")?;
    let pixels = |length: f32| (length * scale).ceil() as u32;
    let (width, height) = (pixels(tree.size().width()), pixels(tree.size().height()));
    let mut image = tiny_skia::Pixmap::new(width, height)
        .with_context(|| format!("failed to make an image of {width} by {height} pixels"))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut image.as_mut());
    image.encode_png().context("failed to encode the PNG")
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
fn loose(svg: &str) -> String {
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
    use shared::chart::scale::Axis;
    use shared::chart::{Mark, Marker, Point, Stroke, Tone};

    fn chart() -> ChartSpec {
        let point = |x: f64, y: f64| Point { x, y, tip: Vec::new(), opens: None };
        ChartSpec {
            id: "sample".into(),
            title: "Fast & <cheap>".into(),
            subtitle: "tokens a second".into(),
            source: "made up".into(),
            alt: "It rises.".into(),
            x: Axis::linear("streams", 0.0, 64.0, |v| v.to_string()),
            y: Axis::linear("tokens/s", 0.0, 2000.0, |v| v.to_string()),
            stretches: Vec::new(),
            marks: vec![Mark::Line {
                points: vec![point(1.0, 45.0), point(64.0, 1900.0)],
                label: "BF16".into(),
                tone: Tone::Accent,
                stroke: Stroke::Solid,
                marker: Marker::Filled,
                width: 2.0,
            }],
            rules: Vec::new(),
            callouts: Vec::new(),
            key: Vec::new(),
        }
    }

    #[test]
    fn the_document_is_in_css_pixels_over_a_fine_grid_and_says_what_it_shows() {
        let svg = svg(&chart(), &Theme::light(), 320.0).expect("drawn");
        assert!(svg.contains(" width=\"320\" ") && svg.contains(" viewBox=\"0 0 2560 "), "{svg}");
        assert!(svg.contains("<title>Fast &amp; &lt;cheap&gt;</title>\n<desc>It rises.</desc>"));
        assert_eq!(svg.matches("<svg").count(), 1);
        assert_eq!(svg.matches("font-family").count(), 1);
        assert!(!svg.contains("0.5ex"));
    }

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

    #[test]
    fn the_image_has_the_asked_size_and_shows_words() {
        let document = svg(&chart(), &Theme::light(), 320.0).expect("drawn");
        let image = png(&document, 2.0).expect("rendered");
        assert_eq!(&image[1..4], b"PNG");
        assert_eq!(u32::from_be_bytes([image[16], image[17], image[18], image[19]]), 640);
        let mut in_words = false;
        let wordless: String = document
            .lines()
            .filter(|line| {
                let skip = in_words || line.starts_with("<text");
                in_words = skip && !line.starts_with("</text");
                !skip
            })
            .collect();
        let bare = png(&wordless, 2.0).expect("rendered");
        assert!(image.len() > bare.len() + 2_000, "the bundled font was found: {} against {}", image.len(), bare.len());
    }

    #[test]
    fn an_empty_chart_is_an_error_that_names_it() {
        let error = svg(&ChartSpec { marks: Vec::new(), ..chart() }, &Theme::light(), 320.0).expect_err("empty");
        assert!(error.to_string().contains("`sample`"));
    }
}
