//! The page's HTML: fills its marked elements, moves its style into it and adds its content security policy.
//!
//! Reads only the HTML that trunk's minifier writes. A marked element is empty or holds plain text; a marked `<meta>`
//! has no content of its own.

use crate::page_policy;
use crate::prerender::answer::{Answer, NEEDED};
use crate::printer::Hinted;

/// What marks an element.
const MARK: &str = " data-prerender=";
/// What only a prerendered page has.
const POLICY: &str = "http-equiv=\"Content-Security-Policy\"";

/// The page's html on its way.
#[derive(Debug)]
pub struct Document {
    html: String,
}

impl Document {
    /// A page as it was built.
    ///
    /// # Errors
    /// When it was prerendered before.
    pub fn built(html: String) -> Result<Self, Hinted> {
        if html.contains(POLICY) {
            return Err(refused("it has been prerendered already"));
        }
        Ok(Self { html })
    }

    /// Fills the marked elements, and adds the rules that their html needs.
    ///
    /// # Errors
    /// When a needed element is not there, or one is marked with what nothing is known about.
    pub fn fill(&mut self, answer: &Answer) -> Result<(), Hinted> {
        let mut found: Vec<String> = Vec::new();
        while let Some(at) = self.html.find(MARK) {
            found.push(self.fill_one(at, answer)?);
        }
        match NEEDED.iter().find(|needed| !found.iter().any(|name| name == *needed)) {
            Some(missing) => Err(refused(&format!("no element is marked data-prerender=\"{missing}\""))),
            None => Ok(()),
        }
    }

    fn fill_one(&mut self, at: usize, answer: &Answer) -> Result<String, Hinted> {
        let after = &self.html[at + MARK.len()..];
        let value = after.split([' ', '>', '/']).next().unwrap_or_default();
        let name = value.trim_matches(['"', '\'']).to_owned();
        let Some((_, part)) = answer.parts.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = answer.parts.iter().map(|(known, _)| *known).collect();
            return Err(refused(&format!("an element is marked `{name}`; known are {}", known.join(", "))));
        };
        let mark = at..at + MARK.len() + value.len();
        if self.html[..at].rfind('<').is_some_and(|open| self.html[open..].starts_with("<meta")) {
            self.html.replace_range(mark, &format!(" content=\"{part}\""));
            return Ok(name);
        }
        self.html.replace_range(mark, "");
        let Some(end) = tag_end(&self.html, at) else { return Err(refused("a tag of it has no end")) };
        let next = self.html[end..].find('<').map_or(self.html.len(), |next| end + next);
        self.html.replace_range(end..next, part);
        Ok(name)
    }

    /// Puts the linked style into the page, what `css` says after it, and gives the name of the file it was in.
    ///
    /// # Errors
    /// When the page does not link exactly one style, or it cannot be read.
    pub fn take_style_in(
        &mut self,
        css: &str,
        read: impl Fn(&str) -> anyhow::Result<String>,
    ) -> anyhow::Result<String> {
        let links = self.html.match_indices("<link ").filter_map(|(start, _)| {
            let end = tag_end(&self.html, start)?;
            let tag = &self.html[start..end];
            let is_style = tag.contains("rel=stylesheet") || tag.contains("rel=\"stylesheet\"");
            let href = is_style.then(|| attribute(tag, "href")).flatten()?;
            Some((start..end, href.trim_start_matches("./").to_owned()))
        });
        let [(place, name)] = &links.collect::<Vec<_>>()[..] else {
            return Err(refused("it does not link one style").into());
        };
        let style = format!("<style>{}{css}</style>", read(name)?.trim());
        self.html.replace_range(place.clone(), &style);
        Ok(name.clone())
    }

    /// The html with its policy, as early as may be: after the character set, which browsers look for in the first
    /// kilobyte only.
    ///
    /// # Errors
    /// When the page does not say its character set.
    pub fn sealed(self) -> Result<String, Hinted> {
        let start = self.html.find("<meta charset=").ok_or_else(|| refused("it does not say its character set"))?;
        let end = tag_end(&self.html, start).ok_or_else(|| refused("a tag of it has no end"))?;
        let policy = page_policy::for_document(&self.html);
        let (before, after) = self.html.split_at(end);
        Ok(format!("{before}<meta {POLICY} content=\"{policy}\">{after}"))
    }
}

fn refused(why: &str) -> Hinted {
    Hinted::new(
        format!("the page cannot be prerendered: {why}"),
        "build the page again with `make page`, which prerenders it; the marks are in index.html",
    )
}

/// Where the tag ends that holds this place; a `>` in quotes does not end it.
fn tag_end(html: &str, within: usize) -> Option<usize> {
    let mut quote = None;
    for (offset, letter) in html[within..].char_indices() {
        match (quote, letter) {
            (None, '>') => return Some(within + offset + 1),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

/// The value of an attribute that is written in a tag, quoted or not.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let value = tag.split_once(&format!(" {name}="))?.1;
    match value.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split(['"', '\'']).next(),
        None => value.split([' ', '>']).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>A</title>\
        <meta data-prerender=title property=og:description><style>b{top:0}</style>\
        <link href=./style-1.css rel=stylesheet></head><body><p data-prerender=question><h1 data-prerender=headline>Loading</h1>\
        <ul class=reasons data-prerender=\"reasons\" title=\"a > b\"></ul><div data-prerender=beside></div><div data-prerender=figure class=plot></div></body></html>";

    fn answer() -> Answer {
        let part = |name, html: &str| (name, html.to_owned());
        let parts = vec![
            part("title", "A &lt; B"),
            part("question", "or?"),
            part("headline", "A &lt; <b>B</b>"),
            part("reasons", "so"),
            part("beside", ""),
            part("figure", "<svg></svg>"),
        ];
        Answer { parts, css: ".x{top:1px}".into() }
    }

    fn prerendered(html: &str) -> anyhow::Result<String> {
        let mut document = Document::built(html.into())?;
        document.fill(&answer())?;
        document.take_style_in(".x{top:1px}", |name| Ok(format!("/*{name}*/")))?;
        Ok(document.sealed()?)
    }

    #[test]
    fn marked_elements_are_filled_and_the_marks_are_gone() {
        let html = prerendered(HTML).unwrap();
        assert!(html.contains("<h1>A &lt; <b>B</b></h1>"), "{html}");
        assert!(html.contains("<meta content=\"A &lt; B\" property=og:description>"), "{html}");
        assert!(
            html.contains("<ul class=reasons title=\"a > b\">so</ul><div></div><div class=plot><svg></svg></div>"),
            "{html}"
        );
        assert!(!html.contains("data-prerender"), "{html}");
    }

    #[test]
    fn the_style_is_in_the_page_with_the_rules_of_the_answer() {
        let html = prerendered(HTML).unwrap();
        assert!(html.contains("<style>/*style-1.css*/.x{top:1px}</style></head>"), "{html}");
        assert!(!html.contains("<link"), "{html}");
        assert!(prerendered(&HTML.replace("rel=stylesheet", "rel=icon")).is_err());
    }

    #[test]
    fn the_policy_stands_behind_the_character_set_and_is_that_of_the_header() {
        let html = prerendered(HTML).unwrap();
        let policy = page_policy::for_document(&html);
        assert_eq!(policy.matches("'sha256-").count(), 2);
        let wanted = format!("<meta charset=utf-8><meta {POLICY} content=\"{policy}\"><title>");
        assert!(html.contains(&wanted), "{html}");
        assert!(html.find("charset").unwrap() < 1024);
        assert!(page_policy::for_header(&html).starts_with(&policy));
    }

    #[test]
    fn a_page_is_prerendered_once() {
        let error = prerendered(&prerendered(HTML).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "the page cannot be prerendered: it has been prerendered already");
    }

    #[test]
    fn marks_that_are_missing_or_unknown_are_named() {
        let cases = [
            (HTML.replace("data-prerender=figure", "id=figure"), "no element is marked data-prerender=\"figure\""),
            (
                HTML.replace("data-prerender=figure", "data-prerender=figures"),
                "marked `figures`; known are title, question, headline, reasons, beside, figure",
            ),
        ];
        for (html, why) in cases {
            let error = prerendered(&html).unwrap_err();
            assert!(error.to_string().ends_with(why), "{error}");
        }
    }
}
