//! The header of a picture: title, subtitle and key, broken into lines.
//!
//! Knows no axes and no marks.

use crate::chart::geometry::{Rect, Spot};
use crate::chart::scale::Scale;
use crate::chart::scene::{Anchor, Face, Scene};
use crate::chart::sizes::Sizes;
use crate::chart::text::{self, Weight};
use crate::chart::theme::{STRETCH_SHADE, Theme};
use crate::chart::{ChartSpec, KeyEntry, Marker, Tone, stroke};

/// Height of one row of the key.
const KEY_ROW: f64 = 19.0;

/// Width of a key's sample and the gap to its label.
const SAMPLE: f64 = 24.0;
const SAMPLE_GAP: f64 = 6.0;

/// Gap between two entries of the key.
const ENTRY_GAP: f64 = 18.0;

/// Title, subtitle and key as lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    title: Vec<String>,
    subtitle: Vec<String>,
    key: Vec<KeyPlace>,
    key_rows: usize,
}

/// What an entry of the key names: an entry of the chart, or a stretch whose label has no room.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Named {
    Entry(usize),
    Stretch(usize),
}

/// The position of an entry of the key.
#[derive(Debug, Clone, PartialEq)]
struct KeyPlace {
    names: Named,
    row: usize,
    left: f64,
    words: String,
}

impl Header {
    /// The header of a chart for a width; its key also names the stretches with the given indices.
    #[must_use]
    pub fn of(spec: &ChartSpec, sizes: &Sizes, width: f64, stretches: &[usize]) -> Self {
        let title = text::wrap_evenly(&spec.title, sizes.title, Weight::Bold, width, 4);
        let subtitle =
            text::wrap_evenly(&spec.subtitle, sizes.subtitle, Weight::Regular, width, if sizes.narrow { 4 } else { 3 });
        let (mut row, mut left) = (0, 0.0);
        let mut key = Vec::new();
        let entries = spec.key.iter().enumerate().map(|(index, entry)| (Named::Entry(index), &entry.label));
        let stretches = stretches.iter().map(|&index| (Named::Stretch(index), &spec.stretches[index].label));
        for (names, label) in entries.chain(stretches) {
            let room = width - SAMPLE - SAMPLE_GAP;
            let words = text::shorten(label, sizes.label, Weight::Regular, room);
            let needed = SAMPLE + SAMPLE_GAP + text::width(&words, sizes.label, Weight::Regular);
            if left > 0.0 && left + needed > width {
                (row, left) = (row + 1, 0.0);
            }
            key.push(KeyPlace { names, row, left, words });
            left += needed + ENTRY_GAP;
        }
        let key_rows = if key.is_empty() { 0 } else { row + 1 };
        Self { title, subtitle, key, key_rows }
    }

    /// Its height in CSS pixels.
    #[must_use]
    pub fn height(&self, sizes: &Sizes) -> f64 {
        self.key_top(sizes) + if self.key_rows > 0 { self.key_rows as f64 * KEY_ROW } else { 0.0 }
    }

    fn key_top(&self, sizes: &Sizes) -> f64 {
        let title = self.title.len() as f64 * sizes.title * 1.24;
        let subtitle = self.subtitle.len() as f64 * sizes.subtitle * 1.38;
        let gap = |there: bool, gap: f64| if there { gap } else { 0.0 };
        title + gap(!self.subtitle.is_empty(), 4.0) + subtitle + gap(self.key_rows > 0, 9.0)
    }

    /// Writes it with its top left corner at `corner`.
    pub fn draw(&self, scene: &mut Scene, spec: &ChartSpec, theme: &Theme, sizes: &Sizes, corner: Spot) {
        let mut y = corner.y;
        let title = Face { size: sizes.title, weight: Weight::Bold, colour: theme.ink };
        for line in &self.title {
            scene.write(line, Spot { x: corner.x, y: y + 0.95 * sizes.title }, Anchor::Start, title);
            y += sizes.title * 1.24;
        }
        y += 4.0;
        let subtitle = Face { size: sizes.subtitle, weight: Weight::Regular, colour: theme.muted };
        for line in &self.subtitle {
            scene.write(line, Spot { x: corner.x, y: y + 1.02 * sizes.subtitle }, Anchor::Start, subtitle);
            y += sizes.subtitle * 1.38;
        }
        let face = Face { size: sizes.label, weight: Weight::Regular, colour: theme.ink };
        let rows = matches!(spec.y.scale, Scale::Category(_));
        for place in &self.key {
            let middle = corner.y + self.key_top(sizes) + (place.row as f64 + 0.5) * KEY_ROW;
            let at = Spot { x: corner.x + place.left, y: middle };
            match place.names {
                Named::Entry(index) => sample(scene, theme, &spec.key[index], at, rows),
                Named::Stretch(index) => shade_sample(scene, theme, spec.stretches[index].tone, at),
            }
            let words = Spot { x: at.x + SAMPLE + SAMPLE_GAP, y: middle + sizes.label * 0.36 };
            scene.write(&place.words, words, Anchor::Start, face);
        }
    }
}

/// The sample before the label of a stretch: a piece of its shade with an edge.
fn shade_sample(scene: &mut Scene, theme: &Theme, tone: Tone, at: Spot) {
    let swatch = Rect { left: at.x, top: at.y - 5.0, right: at.x + SAMPLE, bottom: at.y + 5.0 };
    scene.fill(swatch, theme.stroke(tone), STRETCH_SHADE * 2.0);
    stroke::outline(scene, &swatch.grown(-0.5).corners(), theme.stroke(tone), 0.5);
}

/// The sample before the label of an entry: a piece of line with its marker; on a chart of rows the marker only.
fn sample(scene: &mut Scene, theme: &Theme, entry: &KeyEntry, at: Spot, rows: bool) {
    let colour = theme.stroke(entry.tone);
    let middle = Spot { x: at.x + SAMPLE / 2.0, y: at.y };
    if !rows || entry.marker == Marker::None {
        let ends = [Spot { x: at.x, y: at.y }, Spot { x: at.x + SAMPLE, y: at.y }];
        stroke::stroke(scene, &ends, entry.stroke, colour, 2.0);
    }
    stroke::marker(scene, entry.marker, middle, 4.0, colour);
}
