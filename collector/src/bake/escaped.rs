//! Text as html wants it: nothing in it is taken for a tag, an entity or the end of an attribute.

/// For between tags and for attributes in double quotes.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_taken_for_markup() {
        assert_eq!(escaped("<b title=\"R&D\">"), "&lt;b title=&quot;R&amp;D&quot;&gt;");
        assert_eq!(escaped("it's $5, at p99 ≤ 2 s"), "it's $5, at p99 ≤ 2 s");
    }
}
