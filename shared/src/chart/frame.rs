//! Divides the area of a picture: margins, plot, and the text above and below it.
//!
//! Draws nothing. Of the marks only the room for their labels counts.

use crate::chart::above::Above;
use crate::chart::geometry::{Rect, Spot, visible_runs};
use crate::chart::header::Header;
use crate::chart::rows::{DRAWN, NAME_GAP, Rows};
use crate::chart::scale::{Axis, Scale, Tick};
use crate::chart::sizes::Sizes;
use crate::chart::text::{self, Weight};
use crate::chart::{ChartSpec, Mark, Point, RuleAt, Tone};

/// Gap between the end of a line and its label.
pub const END_GAP: f64 = 9.0;

/// Radius of the knob of a draggable rule.
pub const KNOB: f64 = 6.0;

/// Gap between the end of a bar and its value.
pub const VALUE_GAP: f64 = 6.0;

/// The division of a picture of a given width; only the plot's height is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Sizes of words and margins.
    pub sizes: Sizes,
    /// Width of the picture.
    pub width: f64,
    /// Title, subtitle, key.
    pub header: Header,
    /// What stands directly above the plot.
    pub above: Above,
    /// The named rows, if the y axis has them.
    pub rows: Option<Rows>,
    /// The label of each line mark, broken into lines; empty for other marks.
    pub end_labels: Vec<Vec<String>>,
    /// Left edge of the plot.
    pub left: f64,
    /// Right edge of the plot.
    pub right: f64,
    /// The ticks of the x axis that are written, with their words in lines.
    pub x_ticks: Vec<(f64, Vec<String>)>,
    /// The words of the x axis.
    pub x_words: Vec<String>,
    /// The source, broken into lines.
    pub source: Vec<String>,
}

impl Frame {
    /// Divides a picture of a given width.
    #[must_use]
    pub fn of(spec: &ChartSpec, width: f64) -> Self {
        let sizes = Sizes::of(width);
        let inner = width - 2.0 * sizes.pad;
        let rows = Rows::of(spec, &sizes, inner);
        let names = match &rows {
            Some(rows) if rows.column > 0.0 => rows.column + NAME_GAP,
            Some(_) => 0.0,
            None => y_tick_room(&spec.y, &sizes),
        };
        let left = sizes.pad + names;
        let end_labels: Vec<Vec<String>> = spec.marks.iter().map(|mark| end_label(mark, &sizes, inner)).collect();
        let room = width - sizes.pad - left;
        let right = left + plot_width(spec, &sizes, &end_labels, room);
        let strip = Rect { left, right, top: 0.0, bottom: 0.0 };
        let outer = Rect { left: sizes.pad, right: width - sizes.pad, ..strip };
        let y_words = spec.y.label.clone();
        let above = Above::of(spec, &sizes, &y_words, &strip, &outer);
        Self {
            sizes,
            width,
            header: Header::of(spec, &sizes, inner, &above.unnamed_stretches(spec)),
            above,
            rows,
            end_labels,
            left,
            right,
            x_ticks: x_ticks(&spec.x, &sizes, &strip),
            x_words: text::wrap_evenly(&spec.x.label.clone(), sizes.tick, Weight::Regular, inner, 2),
            source: text::wrap(&spec.source, sizes.source, Weight::Regular, inner, 3),
        }
    }

    /// The plot in a picture of a given height.
    #[must_use]
    pub fn plot(&self, height: f64) -> Rect {
        let top = self.sizes.pad + self.header.height(&self.sizes) + 12.0 + self.above.height();
        let bottom = (height - self.below()).max(top + 40.0);
        Rect { left: self.left, top, right: self.right, bottom }
    }

    /// The height at which the picture looks best.
    #[must_use]
    pub fn preferred_height(&self) -> f64 {
        let plot = match &self.rows {
            Some(rows) => rows.height(&self.sizes),
            None => ((self.right - self.left) * 0.58).clamp(230.0, 330.0),
        };
        (self.plot(0.0).top + plot + self.below()).ceil()
    }

    /// Distance from the plot down to the top of the words of the x axis.
    #[must_use]
    pub fn tick_room(&self) -> f64 {
        let lines = self.x_ticks.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        if lines == 0 { 4.0 } else { 9.0 + lines as f64 * self.sizes.tick * 1.2 }
    }

    fn below(&self) -> f64 {
        let words = self.x_words.len() as f64 * self.sizes.tick * 1.3;
        let source = self.source.len() as f64 * self.sizes.source * 1.35;
        let gap = |lines: &[String], gap: f64| if lines.is_empty() { 0.0 } else { gap };
        let end = self.sizes.pad - 2.0;
        self.tick_room() + gap(&self.x_words, 4.0) + words + gap(&self.source, 11.0) + source + end
    }
}

/// The last point of a line that is on the plot, as shares of both axes; y counts from the bottom.
#[must_use]
pub fn last_visible(spec: &ChartSpec, points: &[Point]) -> Option<Spot> {
    let shares: Vec<Spot> = points.iter().map(|p| Spot { x: spec.x.share(p.x), y: spec.y.share(p.y) }).collect();
    let whole = Rect { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 }.grown(1e-9);
    if let [only] = shares.as_slice() {
        return whole.contains(*only).then_some(*only);
    }
    visible_runs(&shares, &whole).last().and_then(|run| run.last().copied())
}

/// The widest plot that leaves room for every label to the right of its mark.
fn plot_width(spec: &ChartSpec, sizes: &Sizes, end_labels: &[Vec<String>], room: f64) -> f64 {
    let last_tick = spec.x.ticks.last().filter(|tick| spec.x.share(tick.at) > 0.97);
    let half_tick = last_tick.map_or(0.0, |tick| text::width(&tick.label, sizes.tick, Weight::Regular) / 2.0);
    let mut width = room - half_tick.min(24.0);
    for (mark, lines) in spec.marks.iter().zip(end_labels) {
        let (share, needed) = match mark {
            Mark::Line { points, .. } => {
                let end = last_visible(spec, points).map_or(0.0, |end| end.x);
                let words = text::widest(lines, sizes.label, label_weight(mark));
                let knob = has_knob_at_the_right(spec) && end > 0.0;
                let (end, gap) = if knob { (1.0, KNOB + 4.0) } else { (end, END_GAP) };
                (end, if lines.is_empty() { 0.0 } else { gap + words })
            }
            Mark::Interval { point, high, value_label, .. } if DRAWN => {
                let end = spec.x.share(high.unwrap_or(point.x).max(point.x));
                (end, value_room(value_label, sizes) + 6.0)
            }
            Mark::Bars { base, ends, .. } if DRAWN => {
                let far = ends.iter().filter(|end| end.x >= *base).max_by(|a, b| a.x.total_cmp(&b.x));
                let Some(far) = far else { continue };
                (spec.x.share(far.x), VALUE_GAP + text::width(&far.label, sizes.tick, Weight::Regular))
            }
            Mark::Interval { .. } | Mark::Bars { .. } | Mark::Band { .. } | Mark::Cells { .. } => continue,
        };
        if needed > 0.0 && share > 0.0 {
            width = width.min((room - needed) / share.min(1.0));
        }
    }
    width.max(room * 0.45)
}

/// Where the label of a line begins that ends here: clear of a knob at the plot's right edge.
#[must_use]
pub fn end_label_left(spec: &ChartSpec, end: f64, plot_right: f64) -> f64 {
    let beside = end + END_GAP;
    if has_knob_at_the_right(spec) { beside.max(plot_right + KNOB + 4.0) } else { beside }
}

fn has_knob_at_the_right(spec: &ChartSpec) -> bool {
    spec.rules.iter().any(|rule| rule.handle.is_some() && matches!(rule.at, RuleAt::Y(_)))
}

fn value_room(label: &str, sizes: &Sizes) -> f64 {
    if label.is_empty() { 0.0 } else { VALUE_GAP + text::width(label, sizes.label, Weight::Bold) }
}

/// The weight of a line's label: the accent is what the chart is about.
#[must_use]
pub fn label_weight(mark: &Mark) -> Weight {
    match mark {
        Mark::Line { tone: Tone::Accent, .. } => Weight::Bold,
        _ => Weight::Regular,
    }
}

fn end_label(mark: &Mark, sizes: &Sizes, inner: f64) -> Vec<String> {
    let Mark::Line { label, .. } = mark else { return Vec::new() };
    let room = if sizes.narrow { (inner * 0.29).max(84.0) } else { (inner * 0.26).min(180.0) };
    text::wrap_evenly(label, sizes.label, label_weight(mark), room, if sizes.narrow { 4 } else { 3 })
}

fn y_tick_room(axis: &Axis, sizes: &Sizes) -> f64 {
    let widths = axis.ticks.iter().map(|tick| text::width(&tick.label, sizes.tick, Weight::Regular));
    widths.fold(0.0, f64::max) + 8.0
}

/// The ticks of the x axis that can be written side by side, named columns with broken names.
fn x_ticks(axis: &Axis, sizes: &Sizes, plot: &Rect) -> Vec<(f64, Vec<String>)> {
    if let Scale::Category(names) = &axis.scale {
        let room = plot.width() / names.len().max(1) as f64 - 4.0;
        let broken = |name: &String| text::wrap_evenly(name, sizes.tick, Weight::Regular, room, 3);
        return names.iter().enumerate().map(|(index, name)| (index as f64, broken(name))).collect();
    }
    let fits = |ticks: &[&Tick]| {
        let span = |tick: &Tick| {
            let middle = plot.left + axis.share(tick.at) * plot.width();
            let half = text::width(&tick.label, sizes.tick, Weight::Regular) / 2.0;
            (middle - half, middle + half)
        };
        ticks.windows(2).all(|pair| span(pair[0]).1 + 12.0 <= span(pair[1]).0)
    };
    thinned(axis, fits).iter().map(|tick| (tick.at, vec![tick.label.clone()])).collect()
}

/// The most ticks that fit: all, else the powers of ten of a log axis, else every second, third, … of them.
#[must_use]
pub fn thinned(axis: &Axis, fits: impl Fn(&[&Tick]) -> bool) -> Vec<&Tick> {
    let on_axis: Vec<&Tick> = axis.ticks.iter().filter(|tick| axis.holds(tick.at)).collect();
    if fits(&on_axis) {
        return on_axis;
    }
    let power_of_ten = |tick: &&&Tick| (tick.at.log10() - tick.at.log10().round()).abs() < 1e-9;
    let powers: Vec<&Tick> = on_axis.iter().filter(power_of_ten).copied().collect();
    let candidates = if axis.scale == Scale::Log && powers.len() > 1 { powers } else { on_axis };
    let every = |step: usize| candidates.iter().step_by(step).copied().collect::<Vec<&Tick>>();
    (1..candidates.len()).map(every).find(|ticks| fits(ticks)).unwrap_or_default()
}
