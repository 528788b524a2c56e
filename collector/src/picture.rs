//! A chart as an SVG document and as a PNG image, the same on every machine.
//!
//! The PNG is rendered from the SVG with the bundled font only: the machine's fonts are never looked at.
//! Writes no file and decides nothing about the chart.

use anyhow::Context as _;
use plotters_svg::SVGBackend;
use resvg::{tiny_skia, usvg};
use shared::chart::ChartSpec;
use shared::chart::draw::{BOTTOM_TO_BASELINE, Surface, draw, preferred_height};
use shared::chart::text::FONT_STACK;
use shared::chart::theme::Theme;

/// Inter 4.001, cut down to Latin, Greek and common signs; under the SIL Open Font License (`fonts/OFL.txt`).
const FONT_FAMILY: &str = "Inter";
const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.ttf");

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
    Ok(format!("{}{}", head(spec, &surface), shorter(body)))
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
    let tree = usvg::Tree::from_str(svg, &options).context("failed to read the SVG")?;
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

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}
