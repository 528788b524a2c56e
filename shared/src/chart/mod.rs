//! A chart as plain data: what to draw, with every tick, range and word already decided.
//!
//! Knows no domain word and chooses no colour: a `Tone` is a role that `theme.rs` turns into a colour.
//! A spec becomes a scene (`layout.rs`), which is painted on a canvas (`draw.rs`) or written as SVG (`svg`).

mod above;
mod annotations;
mod axes;
mod blocks;
pub mod data;
pub mod draw;
mod frame;
pub mod geometry;
mod header;
pub mod hit_map;
mod labels;
pub mod layout;
mod marks;
pub mod order;
mod rows;
pub mod scale;
pub mod scene;
pub mod series;
mod sizes;
mod stroke;
#[cfg(feature = "svg")]
pub mod svg;
pub mod text;
pub mod theme;
pub mod walk;

use crate::chart::scale::Axis;

/// One figure, ready to draw. Comparable, so that an unchanged figure is never drawn again.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSpec {
    /// Stable name: file name, anchor and test id, such as `cost-per-million`.
    pub id: String,
    /// The finding, in a sentence without a full stop.
    pub title: String,
    /// Unit and conditions, one line.
    pub subtitle: String,
    /// Where the numbers come from, one line under the plot.
    pub source: String,
    /// A text that says what the picture says, for those who cannot see it.
    pub alt: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The other horizontal axis that makes sense: linear for log, log for linear.
    pub other_x: Option<Axis>,
    /// The other vertical axis that makes sense.
    pub other_y: Option<Axis>,
    /// Shaded stretches behind everything else, in x.
    pub stretches: Vec<Stretch>,
    /// The data, back to front.
    pub marks: Vec<Mark>,
    /// Lines across the plot at one value.
    pub rules: Vec<Rule>,
    /// Named points, such as a crossing.
    pub callouts: Vec<Callout>,
    /// Entries of the key, in reading order; empty when direct labels say it all.
    pub key: Vec<KeyEntry>,
}

/// The role of a colour. Never the only carrier of a meaning: shape, dash and label say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// The thing the chart is about (a burnt orange).
    Accent,
    /// A lighter or second form of the accent.
    AccentSoft,
    /// Its honest rival (a teal).
    Rival,
    /// Everything else: slate, 0 darkest to 3 lightest.
    Slate(u8),
    /// A limit that is broken or a warning.
    Alert,
}

/// How a line is stroked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// An unbroken line.
    Solid,
    /// Long dashes.
    Dashed,
    /// Dots.
    Dotted,
}

/// The shape at each point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// No marker.
    None,
    /// A filled disc.
    Filled,
    /// A ring.
    Hollow,
    /// A filled square.
    FilledSquare,
    /// An empty square.
    HollowSquare,
}

/// One datum with what hovering over it says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Point {
    /// Position on the x axis, in the axis' unit.
    pub x: f64,
    /// Position on the y axis, in the axis' unit.
    pub y: f64,
    /// What the overlay shows: lines of text, the last of them what the number rests on.
    /// A point without a tip only bends its line: it is no datum.
    pub tip: Vec<String>,
    /// Which explanation a click opens, if any.
    pub opens: Option<String>,
    /// A few letters beside its marker, where there is room; empty for none.
    pub label: String,
    /// Colour role of its marker, where that is not its line's.
    pub tone: Option<Tone>,
}

/// A drawn thing.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A line through points, with a direct label at its end.
    Line {
        /// The data, in x order.
        points: Vec<Point>,
        /// Name of the series, written at its last point.
        label: String,
        /// Colour role.
        tone: Tone,
        /// Dash pattern.
        stroke: Stroke,
        /// Shape at each point.
        marker: Marker,
        /// Line width in CSS pixels.
        width: f64,
    },
    /// A point with an interval in x, on a category row.
    Interval {
        /// Row, counted from the top.
        row: usize,
        /// The middle.
        point: Point,
        /// The lower end, if there is an interval.
        low: Option<f64>,
        /// The upper end, if there is an interval.
        high: Option<f64>,
        /// The value as text, written to the right of the interval.
        value_label: String,
        /// Colour role.
        tone: Tone,
        /// Shape of the middle.
        marker: Marker,
    },
    /// The area between two curves.
    Band {
        /// Name of the series; that of a line when it goes with it. Empty for none.
        label: String,
        /// x, low, high; in x order.
        points: Vec<(f64, f64, f64)>,
        /// Colour role.
        tone: Tone,
        /// Solid tint or hatch.
        fill: Fill,
    },
    /// A bar on a named row from a base value to each of two ends, on whichever side those lie.
    Bars {
        /// Row, counted from the top.
        row: usize,
        /// Where both begin.
        base: f64,
        /// Their ends in x, each with its tone; their labels are written there.
        ends: [Point; 2],
        /// How they are filled.
        fill: Fill,
    },
    /// A grid of coloured cells: a heat map around 0.
    Cells {
        /// What the values are, with their unit; heads their column in tables.
        name: String,
        /// Edges of the columns in x, one more than there are columns; on named columns -0.5, 0.5, …
        x_edges: Vec<f64>,
        /// Edges of the rows in y, one more than there are rows.
        y_edges: Vec<f64>,
        /// Row by row, as many as columns times rows.
        cells: Vec<Cell>,
        /// Colour role of strengths below 0, and of those above.
        tones: [Tone; 2],
    },
}

/// One cell of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What it stands for.
    pub value: f64,
    /// How strong its colour is: -1 the first tone at its fullest, 0 the background, 1 the second tone. A line parts
    /// the cells of one side from those of the other.
    pub strength: f64,
    /// Where it is, what hovering says, and what is written in it where there is room.
    pub point: Point,
    /// Whether it is outlined: you are here.
    pub here: bool,
}

/// How an area is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Filled.
    Solid,
    /// Outline with a tint.
    Outline,
    /// Diagonal lines.
    Hatched,
}

/// A shaded stretch of the x axis, with a word at its top.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// A word at its top; empty for none.
    pub label: String,
    /// Colour role.
    pub tone: Tone,
}

/// A line across the whole plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Across which axis' value it stands.
    pub at: RuleAt,
    /// What it says.
    pub label: String,
    /// Colour role.
    pub tone: Tone,
    /// Dash pattern.
    pub stroke: Stroke,
    /// Where a drag of this rule is reported, if it can be dragged.
    pub handle: Option<String>,
}

/// The value a rule stands at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RuleAt {
    /// A vertical line at this x.
    X(f64),
    /// A horizontal line at this y.
    Y(f64),
}

/// A named point in the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Callout {
    /// The point.
    pub point: Point,
    /// What is written beside it.
    pub label: String,
    /// Label of the series it belongs to, with which it is hidden; empty for none.
    pub of: String,
    /// Colour role.
    pub tone: Tone,
}

/// One entry of the key above the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyEntry {
    /// Its words.
    pub label: String,
    /// Colour role.
    pub tone: Tone,
    /// Dash pattern of the sample.
    pub stroke: Stroke,
    /// Shape on the sample.
    pub marker: Marker,
}
