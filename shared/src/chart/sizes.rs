//! Font sizes and margins for the width of a picture.

/// Font sizes and margins for the width of a picture, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    /// Whether the picture is narrow, as on a phone.
    pub narrow: bool,
    /// Empty border.
    pub pad: f64,
    /// Font size of the title.
    pub title: f64,
    /// Font size of the subtitle.
    pub subtitle: f64,
    /// Font size of labels, row names and the key.
    pub label: f64,
    /// Font size at the axes.
    pub tick: f64,
    /// Font size of the source.
    pub source: f64,
}

impl Sizes {
    /// The sizes for a width.
    #[must_use]
    pub fn of(width: f64) -> Self {
        if width < 480.0 {
            return Self {
                narrow: true,
                pad: 12.0,
                title: 16.0,
                subtitle: 12.5,
                label: 12.0,
                tick: 11.5,
                source: 11.0,
            };
        }
        Self { narrow: false, pad: 18.0, title: 18.0, subtitle: 13.5, label: 12.5, tick: 12.0, source: 11.5 }
    }
}
