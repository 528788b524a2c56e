//! A chart as a PNG image, the same on every machine.
//!
//! Rendered from its SVG with the bundled font only: the machine's fonts are never looked at.
//! Writes no file and decides nothing about the chart.

use anyhow::Context as _;
use resvg::{tiny_skia, usvg};
use shared::chart::ChartSpec;
use shared::chart::svg::{FONT_FAMILY, TextFit, document};
use shared::chart::theme::Theme;

/// Inter 4.001, cut down to Latin, Greek and common signs; under the SIL Open Font License (`fonts/OFL.txt`).
const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.ttf");

/// The SVG document of a chart, `width` CSS pixels wide and of the chart's preferred height.
///
/// # Errors
///
/// When the chart has nothing to draw.
pub fn svg(spec: &ChartSpec, theme: &Theme, width: f64) -> anyhow::Result<String> {
    drawn(spec, theme, width, TextFit::Estimated)
}

/// The PNG image of a chart, `width` CSS pixels wide, with `scale` image pixels per CSS pixel.
///
/// # Errors
///
/// When the chart has nothing to draw or the image would be empty.
pub fn png(spec: &ChartSpec, theme: &Theme, width: f64, scale: f32) -> anyhow::Result<Vec<u8>> {
    rasterized(&drawn(spec, theme, width, TextFit::Font)?, scale)
}

fn drawn(spec: &ChartSpec, theme: &Theme, width: f64, fit: TextFit) -> anyhow::Result<String> {
    document(spec, theme, width, fit).with_context(|| format!("failed to draw chart `{}`", spec.id))
}

fn rasterized(svg: &str, scale: f32) -> anyhow::Result<Vec<u8>> {
    let mut options = usvg::Options { font_family: FONT_FAMILY.into(), ..usvg::Options::default() };
    let fonts = options.fontdb_mut();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(SEMIBOLD.to_vec());
    fonts.set_sans_serif_family(FONT_FAMILY);
    let tree = usvg::Tree::from_str(svg, &options).context("failed to read the SVG")?;
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
    fn the_document_is_in_css_pixels_and_says_what_it_shows() {
        let svg = svg(&chart(), &Theme::light(), 320.0).expect("drawn");
        assert!(svg.contains(" width=\"320\" ") && svg.contains(" viewBox=\"0 0 320 "), "{svg}");
        assert!(svg.contains("<title>Fast &amp; &lt;cheap&gt;</title>\n<desc>It rises.</desc>"));
        assert_eq!(svg.matches("<svg").count(), 1);
        assert_eq!(svg.matches("font-family").count(), 1);
        assert!(svg.contains("textLength"), "text keeps its room in any font");
    }

    #[test]
    fn the_image_has_the_asked_size_and_shows_words() {
        let image = png(&chart(), &Theme::light(), 320.0, 2.0).expect("rendered");
        assert_eq!(&image[1..4], b"PNG");
        assert_eq!(u32::from_be_bytes([image[16], image[17], image[18], image[19]]), 640);
        let document = svg(&chart(), &Theme::light(), 320.0).expect("drawn");
        let wordless: String = document.lines().filter(|line| !line.starts_with("<text")).collect();
        let bare = rasterized(&wordless, 2.0).expect("rendered");
        assert!(image.len() > bare.len() + 2_000, "the bundled font was found: {} against {}", image.len(), bare.len());
    }

    #[test]
    fn an_empty_chart_is_an_error_that_names_it() {
        let error = svg(&ChartSpec { marks: Vec::new(), ..chart() }, &Theme::light(), 320.0).expect_err("empty");
        assert!(error.to_string().contains("`sample`"));
    }
}
