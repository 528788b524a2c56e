//! A chart as a PNG image, the same on every machine.
//!
//! Rendered from its SVG with the bundled font only: the machine's fonts are never looked at.
//! Writes no file and decides nothing about the chart.

use anyhow::Context as _;
use resvg::{tiny_skia, usvg};
use shared::chart::ChartSpec;
use shared::chart::svg::{self, FONT_FAMILY, loose};
use shared::chart::theme::Theme;

/// Inter 4.001, cut down to Latin, Greek and common signs; under the SIL Open Font License (`fonts/OFL.txt`).
const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.ttf");

/// Draws a chart as an SVG document `width` CSS pixels wide, as high as suits it.
///
/// # Errors
///
/// When the chart has nothing to draw.
pub fn svg(spec: &ChartSpec, theme: &Theme, width: f64) -> anyhow::Result<String> {
    svg::svg(spec, theme, width).with_context(|| format!("failed to draw chart `{}`", spec.id))
}

/// Renders an SVG document from [`svg()`] as a PNG, `scale` image pixels per CSS pixel.
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

#[cfg(test)]
mod tests {
    use super::*;
    use shared::chart::scale::Axis;
    use shared::chart::{Mark, Marker, Point, Stroke, Tone};

    fn chart() -> ChartSpec {
        let point = |x: f64, y: f64| Point { x, y, ..Point::default() };
        ChartSpec {
            id: "sample".into(),
            title: "Fast & <cheap>".into(),
            subtitle: "tokens a second".into(),
            source: "made up".into(),
            alt: "It rises.".into(),
            x: Axis::linear("streams", 0.0, 64.0, |v| v.to_string()),
            y: Axis::linear("tokens/s", 0.0, 2000.0, |v| v.to_string()),
            other_x: None,
            other_y: None,
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
