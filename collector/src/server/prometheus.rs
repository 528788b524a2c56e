//! A parser of Prometheus' text format. A line that is not a sample is skipped: a page is never rejected for one.
//!
//! Our own because the crate there is does not take a colon in a name, and vLLM's names all have one.

/// One line of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricSample<'a> {
    /// Its name, such as `vllm:prompt_tokens_total`.
    pub name: &'a str,
    labels: Vec<(&'a str, String)>,
    /// Its value.
    pub value: f64,
}

impl MetricSample<'_> {
    /// A label's value.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, value)| value.as_str())
    }
}

/// The page's samples with a finite value, in order.
pub fn samples(page: &str) -> impl Iterator<Item = MetricSample<'_>> {
    page.lines().filter(|line| !line.starts_with('#')).filter_map(sample)
}

fn sample(line: &str) -> Option<MetricSample<'_>> {
    let line = line.trim();
    let end = line.find(|c: char| c == '{' || c.is_whitespace())?;
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (Vec::new(), rest),
    };
    // A timestamp or an exemplar may follow.
    let value: f64 = rest.split_whitespace().next()?.parse().ok()?;
    (!name.is_empty() && value.is_finite()).then_some(MetricSample { name, labels, value })
}

/// Labels up to the closing brace, and what follows it.
fn labels(mut rest: &str) -> Option<(Vec<(&str, String)>, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches([',', ' ']);
        if let Some(after) = rest.strip_prefix('}') {
            return Some((labels, after));
        }
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = quoted(after)?;
        labels.push((name.trim(), value));
        rest = after;
    }
}

/// A value up to its closing quote, escapes undone, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_the_format_allows() {
        let page = "# HELP a:b c\n# TYPE a:b counter\na:b{x=\"1\",y=\"q\\\"}, \\\\ \\n\"} 1.5e3 1700000000\nplain 7\n\
                    a:b{} 2 # {trace=\"1\"} 0.5\nbroken{x=\"1\nnone\nnan NaN\n";
        let found: Vec<MetricSample<'_>> = samples(page).collect();
        assert_eq!(
            found.iter().map(|s| (s.name, s.value)).collect::<Vec<_>>(),
            [("a:b", 1500.0), ("plain", 7.0), ("a:b", 2.0)]
        );
        assert_eq!((found[0].label("y"), found[0].label("z")), (Some("q\"}, \\ \n"), None));
    }

    proptest! {
        #[test]
        fn no_page_is_too_odd(page in "[a-z:{}=\",\\\\ 0-9.#\n\u{e9}]{0,200}") {
            let _ = samples(&page).count();
        }
    }
}
