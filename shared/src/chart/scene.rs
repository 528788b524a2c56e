//! A picture as a list of simple shapes in CSS pixels, back to front, with final colours and texts.
//!
//! Written by `layout.rs`, painted by `draw.rs`, written as SVG by `svg`. Decides nothing.

use crate::chart::geometry::{Rect, Spot};
use crate::chart::hit_map::HitMap;
use crate::chart::text::{self, CAP_HEIGHT, DESCENT, Weight};
use crate::chart::theme::Rgb;

/// The horizontal alignment of a text at its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The text begins at its position.
    Start,
    /// The text is centred on its position.
    Middle,
    /// The text ends at its position.
    End,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// What is written.
    pub text: String,
    /// Where: x as the anchor says, y is the baseline.
    pub at: Spot,
    /// On which side of `at` the text lies.
    pub anchor: Anchor,
    /// Font size in CSS pixels.
    pub size: f64,
    /// Font weight.
    pub weight: Weight,
    /// Its colour.
    pub colour: Rgb,
}

impl Words {
    /// The estimated box of the text, from cap height to descent.
    #[must_use]
    pub fn bounds(&self) -> Rect {
        let width = text::width(&self.text, self.size, self.weight);
        let left = match self.anchor {
            Anchor::Start => self.at.x,
            Anchor::Middle => self.at.x - width / 2.0,
            Anchor::End => self.at.x - width,
        };
        let (top, bottom) = (self.at.y - CAP_HEIGHT * self.size, self.at.y + DESCENT * self.size);
        Rect { left, top, right: left + width, bottom }
    }
}

/// The look of a text: size, weight and colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// Font size in CSS pixels.
    pub size: f64,
    /// Font weight.
    pub weight: Weight,
    /// Colour.
    pub colour: Rgb,
}

/// A simple shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A stroked open line.
    Path {
        /// Its corners.
        points: Vec<Spot>,
        /// Its colour.
        colour: Rgb,
        /// Line width in CSS pixels.
        width: f64,
    },
    /// A filled polygon.
    Area {
        /// Its corners.
        points: Vec<Spot>,
        /// Its colour.
        colour: Rgb,
        /// 0 (invisible) to 1.
        opacity: f64,
    },
    /// A filled circle.
    Disc {
        /// Its centre.
        at: Spot,
        /// Its radius.
        radius: f64,
        /// Its colour.
        colour: Rgb,
    },
    /// A stroked circle.
    Ring {
        /// Its centre.
        at: Spot,
        /// Radius of the middle of the stroke.
        radius: f64,
        /// Its colour.
        colour: Rgb,
        /// Line width in CSS pixels.
        width: f64,
    },
    /// A line of text.
    Words(Words),
}

#[cfg(feature = "svg")]
impl Shape {
    /// Its colour.
    #[must_use]
    pub fn colour(&self) -> Rgb {
        let (Shape::Path { colour, .. }
        | Shape::Area { colour, .. }
        | Shape::Disc { colour, .. }
        | Shape::Ring { colour, .. }
        | Shape::Words(Words { colour, .. })) = self;
        *colour
    }

    /// Its colour, to be changed.
    pub fn colour_mut(&mut self) -> &mut Rgb {
        let (Shape::Path { colour, .. }
        | Shape::Area { colour, .. }
        | Shape::Disc { colour, .. }
        | Shape::Ring { colour, .. }
        | Shape::Words(Words { colour, .. })) = self;
        colour
    }
}

/// A whole picture, and where its data lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Behind everything.
    pub background: Rgb,
    /// Back to front.
    pub shapes: Vec<Shape>,
    /// Where the data lies.
    pub hits: HitMap,
}

impl Scene {
    /// Every line of text.
    pub fn words(&self) -> impl Iterator<Item = &Words> {
        self.shapes.iter().filter_map(|shape| match shape {
            Shape::Words(words) => Some(words),
            _ => None,
        })
    }

    /// Adds a filled box.
    pub fn fill(&mut self, area: Rect, colour: Rgb, opacity: f64) {
        self.shapes.push(Shape::Area { points: area.corners(), colour, opacity });
    }

    /// Adds a straight line.
    pub fn line(&mut self, from: Spot, to: Spot, colour: Rgb, width: f64) {
        self.shapes.push(Shape::Path { points: vec![from, to], colour, width });
    }

    /// Adds a hairline across, sharp on a whole pixel.
    pub fn across(&mut self, left: f64, right: f64, y: f64, colour: Rgb) {
        let y = sharp(y);
        self.line(Spot { x: left, y }, Spot { x: right, y }, colour, 1.0);
    }

    /// Adds a hairline down, sharp on a whole pixel.
    pub fn down(&mut self, x: f64, top: f64, bottom: f64, colour: Rgb) {
        let x = sharp(x);
        self.line(Spot { x, y: top }, Spot { x, y: bottom }, colour, 1.0);
    }

    /// Adds one line of text.
    pub fn write(&mut self, text: &str, at: Spot, anchor: Anchor, face: Face) {
        let Face { size, weight, colour } = face;
        self.shapes.push(Shape::Words(Words { text: text.to_string(), at, anchor, size, weight, colour }));
    }
}

/// The nearest place where a line one pixel wide covers exactly one row of pixels.
#[must_use]
pub fn sharp(place: f64) -> f64 {
    place.floor() + 0.5
}
