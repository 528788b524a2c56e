//! The switches of a chart: hidden series, and linear or log axes.
//!
//! Returns a changed spec; draws nothing and stores no choice.

use crate::chart::{ChartSpec, Mark, Marker, Stroke, Tone};

/// One named series, as a list of switches shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name, as written at its line.
    pub label: String,
    /// Colour role.
    pub tone: Tone,
    /// Dash pattern.
    pub stroke: Stroke,
    /// Shape at its points.
    pub marker: Marker,
}

impl Mark {
    /// The name of the series a mark belongs to; empty for none. Rows and cells are named by their axis.
    #[must_use]
    pub fn series(&self) -> &str {
        match self {
            Mark::Line { label, .. } | Mark::Band { label, .. } => label,
            Mark::Interval { .. } | Mark::Bars { .. } | Mark::Cells { .. } => "",
        }
    }
}

impl ChartSpec {
    /// Every named series once, the most important first: marks are drawn back to front.
    #[must_use]
    pub fn series(&self) -> Vec<Series> {
        let mut all: Vec<Series> = Vec::new();
        for mark in self.marks.iter().rev() {
            let series = match mark {
                Mark::Line { label, tone, stroke, marker, .. } => {
                    Series { label: label.clone(), tone: *tone, stroke: *stroke, marker: *marker }
                }
                Mark::Band { label, tone, .. } => {
                    Series { label: label.clone(), tone: *tone, stroke: Stroke::Solid, marker: Marker::None }
                }
                _ => continue,
            };
            match all.iter_mut().find(|other| other.label == series.label) {
                // A line represents its series better than the band around it.
                Some(other) if matches!(mark, Mark::Line { .. }) => *other = series,
                Some(_) => {}
                None => all.push(series),
            }
        }
        all.retain(|series| !series.label.is_empty());
        all
    }

    /// The same chart without the series of these names, their callouts included. Its axes stay as they are.
    #[must_use]
    pub fn without(&self, hidden: &[String]) -> Self {
        let is_hidden = |name: &str| !name.is_empty() && hidden.iter().any(|other| other == name);
        let mut shown = self.clone();
        shown.marks.retain(|mark| !is_hidden(mark.series()));
        shown.callouts.retain(|callout| !is_hidden(&callout.of));
        shown
    }

    /// The same chart on its other horizontal axis, its other vertical axis, or both, where it has one.
    #[must_use]
    pub fn with_other_axes(&self, x: bool, y: bool) -> Self {
        let mut turned = self.clone();
        for (wanted, axis, other) in [(x, &mut turned.x, &mut turned.other_x), (y, &mut turned.y, &mut turned.other_y)]
        {
            if let (true, Some(other)) = (wanted, other) {
                std::mem::swap(axis, other);
            }
        }
        turned
    }
}
