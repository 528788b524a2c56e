//! The colours of an SVG element in both themes, as CSS variables that follow the page's theme.

use std::fmt::Write as _;

use crate::chart::theme::Rgb;

/// Pairs of a light and a dark colour, each named by its place.
#[derive(Debug, Default)]
pub struct Palette {
    pairs: Vec<(Rgb, Rgb)>,
}

impl Palette {
    /// The CSS variable of a pair, as an attribute or a rule uses it.
    pub fn variable(&mut self, light: Rgb, dark: Rgb) -> String {
        let known = self.pairs.iter().position(|pair| *pair == (light, dark));
        let place = known.unwrap_or_else(|| {
            self.pairs.push((light, dark));
            self.pairs.len() - 1
        });
        format!("var(--f{place})")
    }

    /// The CSS rules that set the variables below `selector`: to the light colours, to the dark ones where the system
    /// prefers them, and to those of the reader's choice, which the root element has in `data-theme`.
    #[must_use]
    pub fn css(&self, selector: &str) -> String {
        let values = |colour: fn(&(Rgb, Rgb)) -> Rgb| {
            self.pairs.iter().enumerate().fold(String::new(), |mut css, (place, pair)| {
                let _ = write!(css, "--f{place}:{};", colour(pair).hex());
                css
            })
        };
        let (light, dark) = (values(|pair| pair.0), values(|pair| pair.1));
        format!(
            "{selector}{{{light}}}:root[data-theme=dark] {selector}{{{dark}}}\
             @media (prefers-color-scheme:dark){{:root:not([data-theme]) {selector}{{{dark}}}}}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: (Rgb, Rgb) = (Rgb(0, 0, 0), Rgb(255, 255, 255));

    #[test]
    fn a_colour_that_differs_in_the_dark_has_a_name_of_its_own() {
        let mut palette = Palette::default();
        assert_eq!(palette.variable(INK.0, INK.1), "var(--f0)");
        assert_eq!(palette.variable(INK.0, Rgb(9, 9, 9)), "var(--f1)");
        assert_eq!(palette.variable(INK.0, INK.1), "var(--f0)");
    }

    #[test]
    fn every_theme_has_every_colour() {
        let mut palette = Palette::default();
        palette.variable(INK.0, INK.1);
        assert_eq!(
            palette.css(".it"),
            ".it{--f0:#000000;}:root[data-theme=dark] .it{--f0:#ffffff;}\
             @media (prefers-color-scheme:dark){:root:not([data-theme]) .it{--f0:#ffffff;}}"
        );
    }
}
