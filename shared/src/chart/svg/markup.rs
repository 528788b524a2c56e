//! Escapes text for SVG and HTML, so that no part of it is read as a tag, an entity or the end of an attribute.

/// Text that may stand between tags and in attributes in double quotes.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_taken_for_markup() {
        assert_eq!(escape("<b title=\"R&D\">"), "&lt;b title=&quot;R&amp;D&quot;&gt;");
        assert_eq!(escape("it's $5, at p99 ≤ 2 s"), "it's $5, at p99 ≤ 2 s");
    }
}
