//! The colour of each role in light, in dark and in print.
//!
//! The only file with colour values.

use crate::chart::Tone;

/// Opacity of a shaded stretch.
pub const STRETCH_SHADE: f64 = 0.10;

/// Opacities of the strongest cell of a heat map: the first on which the ink can be read counts.
const FULLEST_CELLS: [f64; 4] = [0.55, 0.45, 0.35, 0.25];

/// A colour, 0 to 255 per channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// The colour as CSS writes it, such as `#b8500f`.
    #[must_use]
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Contrast with another colour as WCAG defines it: 1 (none) to 21 (black on white).
    #[must_use]
    pub fn contrast(self, other: Rgb) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour laid over another with the given opacity.
    #[must_use]
    pub fn over(self, below: Rgb, opacity: f64) -> Rgb {
        let mix = |top: u8, low: u8| (f64::from(top) * opacity + f64::from(low) * (1.0 - opacity)).round() as u8;
        Rgb(mix(self.0, below.0), mix(self.1, below.1), mix(self.2, below.2))
    }

    /// Relative luminance as WCAG defines it.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

/// One colour for lines and areas, one for words, per role: words need more contrast than strokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pair {
    stroke: Rgb,
    words: Rgb,
}

/// Every colour of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Behind everything.
    pub background: Rgb,
    /// Titles, values and row names.
    pub ink: Rgb,
    /// Subtitles, axis words, sources.
    pub muted: Rgb,
    /// Faint lines at ticks.
    pub gridline: Rgb,
    /// The hairline an axis is.
    pub axis: Rgb,
    accent: Pair,
    accent_soft: Pair,
    rival: Pair,
    slate: [Pair; 4],
    alert: Pair,
}

const fn pair(stroke: Rgb, words: Rgb) -> Pair {
    Pair { stroke, words }
}

const fn both(colour: Rgb) -> Pair {
    pair(colour, colour)
}

impl Theme {
    /// Dark words on white.
    #[must_use]
    pub fn light() -> Self {
        let accent = Rgb(0xb8, 0x4a, 0x0c);
        Self {
            background: Rgb(0xff, 0xff, 0xff),
            ink: Rgb(0x1b, 0x22, 0x2a),
            muted: Rgb(0x58, 0x64, 0x71),
            gridline: Rgb(0xe7, 0xea, 0xee),
            axis: Rgb(0x9a, 0xa5, 0xb1),
            accent: both(accent),
            accent_soft: pair(Rgb(0xd9, 0x78, 0x36), accent),
            rival: both(Rgb(0x0f, 0x76, 0x6e)),
            slate: [
                both(Rgb(0x2b, 0x36, 0x42)),
                both(Rgb(0x4a, 0x57, 0x65)),
                pair(Rgb(0x66, 0x73, 0x81), Rgb(0x5b, 0x67, 0x74)),
                pair(Rgb(0x86, 0x92, 0x9e), Rgb(0x5b, 0x67, 0x74)),
            ],
            alert: both(Rgb(0xb4, 0x23, 0x18)),
        }
    }

    /// Light words on near-black.
    #[must_use]
    pub fn dark() -> Self {
        let accent = Rgb(0xf0, 0x8a, 0x47);
        Self {
            background: Rgb(0x12, 0x16, 0x1b),
            ink: Rgb(0xe8, 0xec, 0xf0),
            muted: Rgb(0x9f, 0xab, 0xb8),
            gridline: Rgb(0x27, 0x2e, 0x37),
            axis: Rgb(0x5d, 0x69, 0x76),
            accent: both(accent),
            accent_soft: pair(Rgb(0xb8, 0x68, 0x33), accent),
            rival: both(Rgb(0x45, 0xbd, 0xb0)),
            slate: [
                both(Rgb(0xd5, 0xdc, 0xe3)),
                both(Rgb(0xae, 0xb9, 0xc4)),
                both(Rgb(0x8d, 0x9a, 0xa7)),
                pair(Rgb(0x6e, 0x7b, 0x88), Rgb(0x8d, 0x9a, 0xa7)),
            ],
            alert: both(Rgb(0xf9, 0x70, 0x66)),
        }
    }

    /// Black on white with firmer lines, for paper and for readers who ask for high contrast.
    #[must_use]
    pub fn print() -> Self {
        Self {
            background: Rgb(0xff, 0xff, 0xff),
            ink: Rgb(0x00, 0x00, 0x00),
            muted: Rgb(0x33, 0x3a, 0x42),
            gridline: Rgb(0xd5, 0xd9, 0xde),
            axis: Rgb(0x4a, 0x57, 0x65),
            accent: both(Rgb(0x93, 0x38, 0x06)),
            accent_soft: pair(Rgb(0xb8, 0x4a, 0x0c), Rgb(0x93, 0x38, 0x06)),
            rival: both(Rgb(0x0b, 0x55, 0x4f)),
            slate: [
                both(Rgb(0x10, 0x16, 0x1d)),
                both(Rgb(0x33, 0x3a, 0x42)),
                both(Rgb(0x4a, 0x57, 0x65)),
                both(Rgb(0x58, 0x64, 0x71)),
            ],
            alert: both(Rgb(0x8f, 0x14, 0x0c)),
        }
    }

    /// The colour of lines, markers and areas of a role.
    #[must_use]
    pub fn stroke(&self, tone: Tone) -> Rgb {
        self.pair(tone).stroke
    }

    /// The colour of words of a role.
    #[must_use]
    pub fn words(&self, tone: Tone) -> Rgb {
        self.pair(tone).words
    }

    /// The colour of a cell: the background at strength 0, a tone at -1 or 1, always light enough (in dark: dark enough)
    /// for the ink to be read on it.
    #[must_use]
    pub fn diverging(&self, tone: Tone, strength: f64) -> Rgb {
        let cell = |opacity: f64| self.stroke(tone).over(self.background, opacity);
        let readable = |opacity: &f64| self.ink.contrast(cell(*opacity)) >= 4.6;
        let fullest = FULLEST_CELLS.into_iter().find(readable).unwrap_or(0.2);
        cell(fullest * strength.abs().min(1.0))
    }

    fn pair(&self, tone: Tone) -> Pair {
        match tone {
            Tone::Accent => self.accent,
            Tone::AccentSoft => self.accent_soft,
            Tone::Rival => self.rival,
            Tone::Slate(step) => self.slate[usize::from(step).min(self.slate.len() - 1)],
            Tone::Alert => self.alert,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TONES: [Tone; 8] = [
        Tone::Accent,
        Tone::AccentSoft,
        Tone::Rival,
        Tone::Slate(0),
        Tone::Slate(1),
        Tone::Slate(2),
        Tone::Slate(3),
        Tone::Alert,
    ];

    fn themes() -> [(&'static str, Theme); 3] {
        [("light", Theme::light()), ("dark", Theme::dark()), ("print", Theme::print())]
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((Rgb(0, 0, 0).contrast(Rgb(255, 255, 255)) - 21.0).abs() < 1e-9);
        assert!((Rgb(0x77, 0x77, 0x77).contrast(Rgb(255, 255, 255)) - 4.48).abs() < 0.01);
    }

    #[test]
    fn words_are_readable_on_the_background_and_on_every_shade() {
        for (name, theme) in themes() {
            for words in TONES.map(|tone| theme.words(tone)).into_iter().chain([theme.ink, theme.muted]) {
                let contrast = words.contrast(theme.background);
                assert!(contrast >= 4.5, "{name}: {} has {contrast:.2}", words.hex());
            }
            // A word on a shaded stretch has the stretch's own tone or the ink.
            for tone in TONES {
                let shade = theme.stroke(tone).over(theme.background, STRETCH_SHADE);
                for words in [theme.words(tone), theme.ink, theme.muted] {
                    let contrast = words.contrast(shade);
                    assert!(contrast >= 4.5, "{name}: {} on {tone:?} has {contrast:.2}", words.hex());
                }
            }
        }
    }

    #[test]
    fn words_in_a_cell_are_readable_at_every_strength() {
        for (name, theme) in themes() {
            for tone in TONES {
                for strength in [-1.0, -0.5, 0.0, 0.3, 0.8, 1.0, 3.0] {
                    let contrast = theme.ink.contrast(theme.diverging(tone, strength));
                    assert!(contrast >= 4.5, "{name}: {tone:?} at {strength} has {contrast:.2}");
                }
            }
        }
    }

    #[test]
    fn strokes_stand_out_from_the_background() {
        for (name, theme) in themes() {
            for tone in TONES {
                let contrast = theme.stroke(tone).contrast(theme.background);
                assert!(contrast >= 3.0, "{name}: {tone:?} has {contrast:.2}");
            }
        }
    }
}
