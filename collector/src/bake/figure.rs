//! A chart as inline SVG for the page: one drawing for both themes, its colours left to the page's style.
//!
//! Decides no position: the layout is that of the canvas, to a tenth of a pixel.

use std::fmt::Write as _;

use anyhow::{Context, ensure};

use crate::bake::escaped::escaped;
use crate::bake::palette::Palette;
use crate::bake::path_data::{PathData, number};
use shared::chart::ChartSpec;
use shared::chart::layout::{arrange, is_empty, preferred_height};
use shared::chart::scene::{Anchor, Shape, Words};
use shared::chart::text::{self, Weight};
use shared::chart::theme::{Rgb, Theme};

/// A chart drawn `width` CSS pixels wide, as an element of this class.
///
/// # Errors
/// When there is nothing to draw, or the two themes do not draw the same shapes.
pub fn svg(spec: &ChartSpec, class: &str, width: f64, palette: &mut Palette) -> anyhow::Result<String> {
    ensure!(!is_empty(spec), "the chart `{}` has nothing to draw", spec.id);
    let height = preferred_height(spec, width);
    let [light, dark] = [Theme::light(), Theme::dark()].map(|theme| arrange(spec, &theme, width, height).shapes);
    let body = body(&light, &dark, palette).with_context(|| format!("failed to draw the chart `{}`", spec.id))?;
    let (width, height) = (number(width), number(height));
    let alt = escaped(&spec.alt);
    Ok(format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{alt}\" fill=\"none\">{body}</svg>"
    ))
}

fn body(light: &[Shape], dark: &[Shape], palette: &mut Palette) -> anyhow::Result<String> {
    let same = light.len() == dark.len() && light.iter().zip(dark).all(|(one, other)| bare(one) == bare(other));
    ensure!(same, "its light and its dark drawing differ in more than colours");
    let mut out = String::new();
    let mut shapes = light.iter().zip(dark).peekable();
    while let Some((one, other)) = shapes.next() {
        let name = palette.name(colour(one), colour(other));
        match one {
            Shape::Path { points, width, .. } => {
                let mut path = PathData::default();
                path.line(points);
                // Lines of one look that follow each other, such as dashes, are one path.
                while let Some((Shape::Path { points, .. }, _)) =
                    shapes.next_if(|(next, dark)| look(next) == look(one) && colour(dark) == colour(other))
                {
                    path.line(points);
                }
                let d = path.text();
                let _ = write!(out, "<path stroke=\"{name}\"{}d=\"{d}\"/>", stroke_width(*width));
            }
            Shape::Area { points, opacity, .. } => {
                let mut path = PathData::default();
                path.line(points);
                path.close();
                let opacity = if *opacity < 1.0 { format!(" opacity=\"{opacity}\"") } else { String::new() };
                let _ = write!(out, "<path fill=\"{name}\"{opacity} d=\"{}\"/>", path.text());
            }
            Shape::Disc { at, radius, .. } => {
                let (x, y, r) = (number(at.x), number(at.y), number(*radius));
                let _ = write!(out, "<circle fill=\"{name}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>");
            }
            Shape::Ring { at, radius, width, .. } => {
                let (x, y, r) = (number(at.x), number(at.y), number(*radius));
                let width = stroke_width(*width);
                let _ = write!(out, "<circle stroke=\"{name}\"{width}cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>");
            }
            Shape::Words(words) => out.push_str(&written(words, &name)),
        }
    }
    Ok(out)
}

/// A line of text, told how wide it may be: with a wider font than the layout knows it would run over its neighbours.
fn written(words: &Words, colour: &str) -> String {
    let anchor = match words.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let weight = match words.weight {
        Weight::Regular => "",
        Weight::Bold => " font-weight=\"600\"",
    };
    let room = number(text::width(&words.text, words.size, words.weight).round());
    format!(
        "<text fill=\"{colour}\" font-size=\"{}\"{weight}{anchor} x=\"{}\" y=\"{}\" textLength=\"{room}\" \
         lengthAdjust=\"spacingAndGlyphs\">{}</text>",
        number(words.size),
        number(words.at.x),
        number(words.at.y),
        escaped(&words.text)
    )
}

/// As an attribute, unless it is what SVG takes anyway.
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

fn colour(shape: &Shape) -> Rgb {
    match shape {
        Shape::Path { colour, .. }
        | Shape::Area { colour, .. }
        | Shape::Disc { colour, .. }
        | Shape::Ring { colour, .. }
        | Shape::Words(Words { colour, .. }) => *colour,
    }
}

/// A shape without its colour.
fn bare(shape: &Shape) -> Shape {
    let mut bare = shape.clone();
    match &mut bare {
        Shape::Path { colour, .. }
        | Shape::Area { colour, .. }
        | Shape::Disc { colour, .. }
        | Shape::Ring { colour, .. }
        | Shape::Words(Words { colour, .. }) => *colour = Rgb(0, 0, 0),
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::chart::geometry::Spot;

    const LIGHT: Rgb = Rgb(0, 0, 0);
    const DARK: Rgb = Rgb(255, 255, 255);

    fn dash(from: f64, colour: Rgb) -> Shape {
        Shape::Path { points: vec![Spot { x: from, y: 1.0 }, Spot { x: from + 2.0, y: 1.0 }], colour, width: 2.0 }
    }

    fn word(text: &str, colour: Rgb) -> Shape {
        let at = Spot { x: 3.0, y: 4.5 };
        Shape::Words(Words { text: text.into(), at, anchor: Anchor::End, size: 12.5, weight: Weight::Bold, colour })
    }

    fn drawn(light: &[Shape], dark: &[Shape]) -> anyhow::Result<String> {
        body(light, dark, &mut Palette::default())
    }

    #[test]
    fn dashes_of_a_line_are_one_path() {
        let dashes = |colour| [dash(0.0, colour), dash(4.0, colour)];
        let svg = drawn(&dashes(LIGHT), &dashes(DARK)).unwrap();
        assert_eq!(svg, "<path stroke=\"var(--f0)\" stroke-width=\"2\" d=\"m0 1h2m2 0h2\"/>");
    }

    #[test]
    fn lines_that_differ_in_the_dark_stay_apart() {
        let svg = drawn(&[dash(0.0, LIGHT), dash(4.0, LIGHT)], &[dash(0.0, DARK), dash(4.0, LIGHT)]).unwrap();
        assert_eq!(svg.matches("<path").count(), 2, "{svg}");
        assert!(svg.contains("var(--f0)") && svg.contains("var(--f1)"), "{svg}");
    }

    #[test]
    fn words_are_escaped_and_keep_their_room() {
        let svg = drawn(&[word("R&D", LIGHT)], &[word("R&D", DARK)]).unwrap();
        let wide = text::width("R&D", 12.5, Weight::Bold).round();
        assert_eq!(
            svg,
            format!(
                "<text fill=\"var(--f0)\" font-size=\"12.5\" font-weight=\"600\" text-anchor=\"end\" x=\"3\" y=\"4.5\" \
                 textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\">R&amp;D</text>"
            )
        );
    }

    #[test]
    fn drawings_that_differ_in_more_than_colours_are_refused() {
        for dark in [vec![dash(1.0, DARK)], vec![word("a", DARK)], vec![]] {
            let error = drawn(&[dash(0.0, LIGHT)], &dark).unwrap_err();
            assert!(error.to_string().contains("differ in more than colours"));
        }
    }
}
