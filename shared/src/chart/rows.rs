//! The rows of a chart with named rows: their names and the vertical positions of their marks.
//!
//! Knows no values: the horizontal position of a mark is decided in `marks.rs`.

use crate::chart::ChartSpec;
use crate::chart::geometry::{Rect, Spot};
use crate::chart::scale::Scale;
use crate::chart::scene::{Anchor, Face, Scene};
use crate::chart::sizes::Sizes;
use crate::chart::text::{self, Weight};
use crate::chart::theme::Theme;

/// Whether this build draws charts of named rows and of cells: the page's first program has none.
pub const DRAWN: bool = cfg!(feature = "rows");

/// Height of a mark with the space around it.
const MARK: f64 = 20.0;

/// Gap between a column of names and the plot.
pub const NAME_GAP: f64 = 10.0;

/// Rows with their names broken into lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    names: Vec<Vec<String>>,
    /// Whether names are above their rows instead of left of them: on narrow pictures with long names.
    over: bool,
    /// Width of the column of names, in CSS pixels; 0 when they are above the rows.
    pub column: f64,
}

impl Rows {
    /// The rows of a chart in a given width; `None` when its y axis has no named rows.
    #[must_use]
    pub fn of(spec: &ChartSpec, sizes: &Sizes, width: f64) -> Option<Self> {
        if !DRAWN {
            return None;
        }
        let Scale::Category(names) = &spec.y.scale else { return None };
        let broken = |room: f64, lines| -> Vec<Vec<String>> {
            names.iter().map(|name| text::wrap_evenly(name, sizes.label, Weight::Regular, room, lines)).collect()
        };
        let beside = broken(width * 0.34, 2);
        let column = beside.iter().map(|name| text::widest(name, sizes.label, Weight::Regular)).fold(0.0, f64::max);
        let cut = beside.iter().flatten().any(|line| line.ends_with('…'));
        let over = cut || (sizes.narrow && column > width * 0.27);
        if over {
            return Some(Self { names: broken(width, 1), over, column: 0.0 });
        }
        Some(Self { names: beside, over, column })
    }

    /// The preferred height of all rows, in CSS pixels.
    #[must_use]
    pub fn height(&self, sizes: &Sizes) -> f64 {
        let gap = if self.over { 11.0 } else { 9.0 };
        let beside = if self.over { 0.0 } else { self.tallest() as f64 * self.line(sizes) + 5.0 };
        self.names.len() as f64 * (self.content(sizes) + gap).max(beside)
    }

    /// The whole band of a row, across a given width.
    #[must_use]
    pub fn area(&self, plot: &Rect, row: usize) -> Rect {
        let band = plot.height() / self.names.len().max(1) as f64;
        let top = plot.top + row as f64 * band;
        Rect { left: plot.left, top, right: plot.right, bottom: top + band }
    }

    /// The vertical position of a row's mark, in CSS pixels.
    #[must_use]
    pub fn mark_y(&self, plot: &Rect, sizes: &Sizes, row: usize) -> f64 {
        let band = self.area(plot, row);
        (band.top + band.bottom + self.content(sizes)) / 2.0 - MARK / 2.0
    }

    /// Writes the names, from a left edge.
    pub fn draw_names(&self, scene: &mut Scene, theme: &Theme, sizes: &Sizes, plot: &Rect, left: f64) {
        let face = Face { size: sizes.label, weight: Weight::Regular, colour: theme.ink };
        for (row, lines) in self.names.iter().enumerate() {
            let band = self.area(plot, row);
            let middle = (band.top + band.bottom) / 2.0;
            let height = lines.len() as f64 * self.line(sizes);
            let top = if self.over { middle - self.content(sizes) / 2.0 } else { middle - height / 2.0 };
            for (index, line) in lines.iter().enumerate() {
                let y = top + (index as f64 + 0.5) * self.line(sizes) + sizes.label * 0.36;
                if self.over {
                    // Gridlines and rules pass behind a name that stands in the plot.
                    let right = left + text::width(line, sizes.label, Weight::Regular);
                    let area = Rect { left, right, top: y - sizes.label * 0.9, bottom: y + sizes.label * 0.3 };
                    scene.fill(area.grown(2.0), scene.background, 1.0);
                }
                scene.write(line, Spot { x: left, y }, Anchor::Start, face);
            }
        }
    }

    fn content(&self, sizes: &Sizes) -> f64 {
        MARK + if self.over { self.line(sizes) } else { 0.0 }
    }

    fn line(&self, sizes: &Sizes) -> f64 {
        sizes.label * 1.25
    }

    fn tallest(&self) -> usize {
        self.names.iter().map(Vec::len).max().unwrap_or(1)
    }
}
