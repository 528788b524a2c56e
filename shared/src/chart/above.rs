//! The text between the key and the plot: title of the y axis, labels of vertical rules, labels of stretches.
//!
//! Places it without overlaps. The rules themselves are drawn with the plot.

use crate::chart::geometry::{Rect, Spot};
use crate::chart::scene::{Anchor, Face, Scene};
use crate::chart::sizes::Sizes;
use crate::chart::text::{self, Weight};
use crate::chart::theme::{STRETCH_SHADE, Theme};
use crate::chart::{ChartSpec, Rule, RuleAt};

/// Height of a line of labels above the plot.
const LINE: f64 = 17.0;

/// Height of the label of a stretch.
const STRIP_LINE: f64 = 14.0;

/// A text and its position in x.
#[derive(Debug, Clone, PartialEq)]
struct Label {
    words: String,
    left: f64,
    width: f64,
}

impl Label {
    fn right(&self) -> f64 {
        self.left + self.width
    }

    fn covers(&self, x: f64) -> bool {
        self.left - 3.0 < x && x < self.right() + 3.0
    }
}

/// The label of a rule; its line counts up from the plot.
#[derive(Debug, Clone, PartialEq)]
struct RuleLabel {
    rule: usize,
    x: f64,
    line: usize,
    label: Label,
}

/// The label of a stretch.
#[derive(Debug, Clone, PartialEq)]
struct StretchWord {
    stretch: usize,
    lines: Vec<String>,
    at: f64,
}

/// Everything between key and plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Above {
    y_words: Option<(Label, usize)>,
    rule_labels: Vec<RuleLabel>,
    lines: usize,
    stretch_words: Vec<StretchWord>,
    strip: f64,
}

impl Above {
    /// Finds the positions. Of `plot` only left and right are used; text stays within `outer`.
    #[must_use]
    pub fn of(spec: &ChartSpec, sizes: &Sizes, y_words: &str, plot: &Rect, outer: &Rect) -> Self {
        let x_px = |value: f64| plot.left + spec.x.share(value) * plot.width();
        let shown = |rule: &Rule| match rule.at {
            RuleAt::X(x) if spec.x.holds(x) => Some(x_px(x)),
            RuleAt::X(_) | RuleAt::Y(_) => None,
        };
        let rules: Vec<(usize, f64)> =
            spec.rules.iter().enumerate().filter_map(|(index, rule)| shown(rule).map(|x| (index, x))).collect();
        let mut rule_labels: Vec<RuleLabel> = Vec::new();
        for &(rule, x) in rules.iter().filter(|(rule, _)| !spec.rules[*rule].label.is_empty()) {
            let words = text::shorten(&spec.rules[rule].label, sizes.label, Weight::Bold, outer.width());
            let placed = place_rule_label(&words, x, &rules, &rule_labels, sizes, outer);
            rule_labels.push(RuleLabel { rule, x, line: placed.0, label: placed.1 });
        }
        let rule_lines = rule_labels.iter().map(|label| label.line + 1).max().unwrap_or(0);
        let y_label = (!y_words.is_empty()).then(|| {
            let words = text::shorten(y_words, sizes.tick, Weight::Regular, outer.width());
            let width = text::width(&words, sizes.tick, Weight::Regular);
            Label { words, left: outer.left, width }
        });
        let y_words = y_label.map(|label| {
            let apart = |other: &Label| other.left > label.right() + 12.0 || other.right() + 12.0 < label.left;
            let free = rule_labels.iter().all(|other| {
                let same_line = other.line == 0 && !apart(&other.label);
                let crossed = other.line > 0 && label.covers(other.x);
                !same_line && !crossed
            });
            // While a rule is dragged the plot must not jump, so nothing shares a line with a label that moves.
            let movable = spec.rules.iter().any(|rule| rule.handle.is_some());
            let line = if free && !movable { 0 } else { rule_lines };
            (label, line)
        });
        let lines = rule_lines.max(y_words.as_ref().map_or(0, |(_, line)| line + 1));
        let stretch_words = stretch_words(spec, sizes, plot);
        let tallest = stretch_words.iter().map(|word| word.lines.len()).max().unwrap_or(0);
        let strip = if tallest == 0 { 0.0 } else { tallest as f64 * STRIP_LINE + 8.0 };
        Self { y_words, rule_labels, lines, stretch_words, strip }
    }

    /// Height from the key down to the plot, with the labels of stretches.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.lines as f64 * LINE + self.gap() + self.strip
    }

    /// Height of the strip of stretch labels, directly above the plot.
    #[must_use]
    pub fn strip(&self) -> f64 {
        self.strip
    }

    /// The stretches whose label has no room: the key names them instead.
    #[must_use]
    pub fn unnamed_stretches(&self, spec: &ChartSpec) -> Vec<usize> {
        let named = |index: usize| self.stretch_words.iter().any(|word| word.stretch == index);
        let wordy = spec.stretches.iter().enumerate().filter(|(_, stretch)| !stretch.label.is_empty());
        wordy.map(|(index, _)| index).filter(|index| !named(*index)).collect()
    }

    /// Space below the labels: more where the topmost tick label is near.
    fn gap(&self) -> f64 {
        match (self.lines, self.strip > 0.0) {
            (0, _) => 0.0,
            (_, true) => 5.0,
            (_, false) => 9.0,
        }
    }

    /// The top of a vertical rule's line: its label, or the top of the stretches.
    #[must_use]
    pub fn rule_top(&self, plot: &Rect, rule: usize) -> f64 {
        let label = self.rule_labels.iter().find(|label| label.rule == rule);
        plot.top - self.strip - label.map_or(0.0, |label| self.gap() + label.line as f64 * LINE)
    }

    /// Writes everything above a plot.
    pub fn draw(&self, scene: &mut Scene, spec: &ChartSpec, theme: &Theme, sizes: &Sizes, plot: &Rect) {
        let base = plot.top - self.strip - self.gap();
        let baseline = |line: usize| base - line as f64 * LINE - 4.0;
        if let Some((label, line)) = &self.y_words {
            let face = Face { size: sizes.tick, weight: Weight::Regular, colour: theme.muted };
            scene.write(&label.words, Spot { x: label.left, y: baseline(*line) }, Anchor::Start, face);
        }
        for RuleLabel { rule, line, label, .. } in &self.rule_labels {
            let tone = spec.rules[*rule].tone;
            let face = Face { size: sizes.label, weight: Weight::Bold, colour: theme.words(tone) };
            scene.write(&label.words, Spot { x: label.left, y: baseline(*line) }, Anchor::Start, face);
        }
        for word in &self.stretch_words {
            let tone = spec.stretches[word.stretch].tone;
            let face = Face { size: sizes.tick, weight: Weight::Regular, colour: theme.words(tone) };
            let half = text::widest(&word.lines, sizes.tick, Weight::Regular) / 2.0 + 2.0;
            let top = plot.top - self.strip + 3.0;
            let bottom = top + word.lines.len() as f64 * STRIP_LINE + 3.0;
            let area = Rect { left: word.at - half, right: word.at + half, top, bottom };
            scene.fill(area, theme.stroke(tone).over(theme.background, STRETCH_SHADE), 1.0);
            for (index, line) in word.lines.iter().enumerate() {
                let y = plot.top - self.strip + 15.0 + index as f64 * STRIP_LINE;
                scene.write(line, Spot { x: word.at, y }, Anchor::Middle, face);
            }
        }
    }
}

/// The lowest free line for a rule's label, centred on the rule if it can be, else to one side of it.
fn place_rule_label(
    words: &str,
    x: f64,
    rules: &[(usize, f64)],
    placed: &[RuleLabel],
    sizes: &Sizes,
    outer: &Rect,
) -> (usize, Label) {
    let width = text::width(words, sizes.label, Weight::Bold);
    let held = |left: f64| left.min(outer.right - width).max(outer.left);
    let lefts = [x - width / 2.0, x - 4.0, x - width + 4.0].map(held);
    let candidates =
        (0..=placed.len()).flat_map(|line| lefts.map(|left| (line, Label { words: words.to_string(), left, width })));
    let free = |line: usize, label: &Label| {
        let others = rules.iter().filter(|(_, other)| (other - x).abs() > 0.5);
        let crossed = others.clone().any(|(_, other)| label.covers(*other));
        let blocked = placed.iter().any(|other| {
            let touching = label.left < other.label.right() + 12.0 && other.label.left < label.right() + 12.0;
            (other.line == line && touching) || (other.line < line && other.label.covers(x))
        });
        !crossed && !blocked
    };
    let fallback = || (placed.len(), Label { words: words.to_string(), left: lefts[0], width });
    candidates.into_iter().find(|(line, label)| free(*line, label)).unwrap_or_else(fallback)
}

/// The labels of the stretches that have room for them.
///
/// Independent of the rules: a label must not jump when a rule is dragged past it.
fn stretch_words(spec: &ChartSpec, sizes: &Sizes, plot: &Rect) -> Vec<StretchWord> {
    let px = |value: f64| plot.left + spec.x.share(value).clamp(0.0, 1.0) * plot.width();
    let mut words = Vec::new();
    for (stretch, entry) in spec.stretches.iter().enumerate() {
        let (left, right) = (px(entry.from), px(entry.to));
        let lines = text::wrap_evenly(&entry.label, sizes.tick, Weight::Regular, right - left - 10.0, 3);
        if !lines.is_empty() && !lines.iter().any(|line| line.ends_with('…')) {
            words.push(StretchWord { stretch, lines, at: (left + right) / 2.0 });
        }
    }
    words
}
