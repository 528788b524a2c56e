//! Writes the shapes of a scene as SVG elements.
//!
//! Decides no position and no colour: positions are those of the scene, to a tenth of a pixel.

use crate::chart::scene::{Anchor, Shape, Words};
use crate::chart::svg::markup::escape;
use crate::chart::svg::path_data::{PathData, number};
use crate::chart::text::{self, Weight};
use crate::chart::theme::Rgb;

/// Whether each text is fitted to the width that the layout estimated for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFit {
    /// Fitted (`textLength`): the viewer's font may be wider than the one the layout knows, and would run over the edge.
    Estimated,
    /// As wide as the font makes it: for a renderer that has the font.
    Font,
}

/// The elements of shapes in two themes (or one theme twice); `name` gives the text of a colour.
pub fn write<'a>(
    shapes: impl Iterator<Item = (&'a Shape, &'a Shape)>,
    fit: TextFit,
    mut name: impl FnMut(Rgb, Rgb) -> String,
) -> Vec<String> {
    let mut elements = Vec::new();
    let mut shapes = shapes.peekable();
    while let Some((light, dark)) = shapes.next() {
        let name = name(light.colour(), dark.colour());
        elements.push(match light {
            Shape::Path { points, width, .. } => {
                let mut path = PathData::default();
                path.line(points);
                // Lines of one look that follow each other, such as dashes, are one path.
                while let Some((Shape::Path { points, .. }, _)) =
                    shapes.next_if(|(next, next_dark)| look(next) == look(light) && next_dark.colour() == dark.colour())
                {
                    path.line(points);
                }
                format!("<path stroke=\"{name}\"{}d=\"{}\"/>", stroke_width(*width), path.text())
            }
            Shape::Area { points, opacity, .. } => {
                let mut path = PathData::default();
                path.line(points);
                path.close();
                let opacity = if *opacity < 1.0 { format!(" opacity=\"{opacity}\"") } else { String::new() };
                format!("<path fill=\"{name}\"{opacity} d=\"{}\"/>", path.text())
            }
            Shape::Disc { at, radius, .. } => {
                let (x, y, r) = (number(at.x), number(at.y), number(*radius));
                format!("<circle fill=\"{name}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>")
            }
            Shape::Ring { at, radius, width, .. } => {
                let (x, y, r) = (number(at.x), number(at.y), number(*radius));
                format!("<circle stroke=\"{name}\"{}cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>", stroke_width(*width))
            }
            Shape::Words(words) => text_element(words, &name, fit),
        });
    }
    elements
}

/// Whether two drawings have the same shapes, whatever their colours.
#[must_use]
pub fn same_but_colours(one: &[Shape], two: &[Shape]) -> bool {
    let colourless = |shape: &Shape| {
        let mut shape = shape.clone();
        *shape.colour_mut() = Rgb(0, 0, 0);
        shape
    };
    one.len() == two.len() && one.iter().zip(two).all(|(one, two)| colourless(one) == colourless(two))
}

fn text_element(words: &Words, colour: &str, fit: TextFit) -> String {
    let anchor = match words.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let weight = match words.weight {
        Weight::Regular => "",
        Weight::Bold => " font-weight=\"600\"",
    };
    let length = match fit {
        TextFit::Font => String::new(),
        TextFit::Estimated => {
            let width = text::width(&words.text, words.size, words.weight).round();
            format!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", number(width))
        }
    };
    let (size, x, y) = (number(words.size), number(words.at.x), number(words.at.y));
    let text = escape(&words.text);
    format!("<text fill=\"{colour}\" font-size=\"{size}\"{weight}{anchor} x=\"{x}\" y=\"{y}\"{length}>{text}</text>")
}

/// The attribute with the spaces around it, unless it is what SVG takes anyway.
fn stroke_width(width: f64) -> String {
    match number(width).as_str() {
        "1" => " ".into(),
        width => format!(" stroke-width=\"{width}\" "),
    }
}

/// Colour and width of a line; `None` for other shapes.
fn look(shape: &Shape) -> Option<(Rgb, f64)> {
    match shape {
        Shape::Path { colour, width, .. } => Some((*colour, *width)),
        Shape::Area { .. } | Shape::Disc { .. } | Shape::Ring { .. } | Shape::Words(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::geometry::Spot;
    use crate::chart::svg::palette::Palette;

    const LIGHT: Rgb = Rgb(0, 0, 0);
    const DARK: Rgb = Rgb(255, 255, 255);

    fn dash(from: f64, colour: Rgb) -> Shape {
        Shape::Path { points: vec![Spot { x: from, y: 1.0 }, Spot { x: from + 2.0, y: 1.0 }], colour, width: 2.0 }
    }

    fn word(text: &str, colour: Rgb) -> Shape {
        let at = Spot { x: 3.0, y: 4.5 };
        Shape::Words(Words { text: text.into(), at, anchor: Anchor::End, size: 12.5, weight: Weight::Bold, colour })
    }

    fn themed(light: &[Shape], dark: &[Shape]) -> String {
        let mut palette = Palette::default();
        write(light.iter().zip(dark), TextFit::Estimated, |light, dark| palette.variable(light, dark)).concat()
    }

    #[test]
    fn dashes_of_a_line_are_one_path() {
        let dashes = |colour| [dash(0.0, colour), dash(4.0, colour)];
        let svg = themed(&dashes(LIGHT), &dashes(DARK));
        assert_eq!(svg, "<path stroke=\"var(--f0)\" stroke-width=\"2\" d=\"m0 1h2m2 0h2\"/>");
    }

    #[test]
    fn lines_that_differ_in_the_dark_stay_apart() {
        let svg = themed(&[dash(0.0, LIGHT), dash(4.0, LIGHT)], &[dash(0.0, DARK), dash(4.0, LIGHT)]);
        assert_eq!(svg.matches("<path").count(), 2, "{svg}");
        assert!(svg.contains("var(--f0)") && svg.contains("var(--f1)"), "{svg}");
    }

    #[test]
    fn text_is_escaped_and_fitted_unless_the_font_is_known() {
        let words = [word("R&D", LIGHT)];
        let written = |fit| write(words.iter().zip(&words), fit, |colour, _| colour.hex()).concat();
        let start =
            "<text fill=\"#000000\" font-size=\"12.5\" font-weight=\"600\" text-anchor=\"end\" x=\"3\" y=\"4.5\"";
        assert_eq!(written(TextFit::Font), format!("{start}>R&amp;D</text>"));
        let wide = text::width("R&D", 12.5, Weight::Bold).round();
        let fitted = format!("{start} textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\">R&amp;D</text>");
        assert_eq!(written(TextFit::Estimated), fitted);
    }

    #[test]
    fn drawings_that_differ_in_more_than_colours_are_known() {
        assert!(same_but_colours(&[dash(0.0, LIGHT)], &[dash(0.0, DARK)]));
        for dark in [vec![dash(1.0, DARK)], vec![word("a", DARK)], vec![]] {
            assert!(!same_but_colours(&[dash(0.0, LIGHT)], &dark));
        }
    }
}
