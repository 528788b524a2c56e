//! The page's content security policy, computed from its HTML: resources of its own origin, and the inline scripts and
//! styles that the document has.
//!
//! The same policy in the document, for static hosts, and in the header that `collector explore` sends.

use base64::Engine;
use sha2::{Digest, Sha256};

/// The policy as a document can carry it.
///
/// Inline scripts and styles are allowed by their hash, so nothing put into the page later can run. Compiling wasm needs
/// its own word; so do style attributes, by which the program places what follows the pointer.
#[must_use]
pub fn for_document(html: &str) -> String {
    let own = |element| inline(html, element).map(allowed).collect::<Vec<_>>().concat();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{}; style-src-elem 'self'{}; \
         style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'none'",
        own("script"),
        own("style"),
    )
}

/// The same policy as a server sends it: only there may it also say who may frame the page.
#[must_use]
pub fn for_header(html: &str) -> String {
    format!("{}; frame-ancestors 'self'", for_document(html))
}

fn allowed(text: &str) -> String {
    format!(" 'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// The text between the tags of each such element that is written into the page.
fn inline<'a>(html: &'a str, element: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{element}"), format!("</{element}>"));
    let parts: Vec<&str> = html.split(open.as_str()).skip(1).collect();
    parts.into_iter().filter_map(move |after| {
        let (tag, rest) = after.split_once('>')?;
        let (text, _) = rest.split_once(close.as_str())?;
        let linked = tag.split_whitespace().any(|attribute| attribute.starts_with("src="));
        (!linked && !text.is_empty()).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inline_is_allowed_by_its_hash() {
        let html = "<style>p{color:red}</style><script src=\"a.js\"></script>\
                    <script type=\"module\">alert('Hello, world.');</script><script></script>";
        assert_eq!(inline(html, "script").collect::<Vec<_>>(), ["alert('Hello, world.');"]);
        assert_eq!(inline(html, "style").collect::<Vec<_>>(), ["p{color:red}"]);
        // The hash of that script in the CSP specification's own example.
        let policy = for_document(html);
        let hash = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        assert!(policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' {hash};")), "{policy}");
        assert!(policy.contains("style-src-elem 'self' 'sha256-"), "{policy}");
        assert_eq!(policy.matches("'unsafe-inline'").count(), 1, "{policy}");
    }

    #[test]
    fn header_and_document_agree() {
        let html = "<script>let a = 1;</script>";
        let header = for_header(html);
        assert_eq!(header.strip_suffix("; frame-ancestors 'self'"), Some(for_document(html).as_str()));
        assert!(!for_document(html).contains('"'), "it stands in an attribute");
    }
}
