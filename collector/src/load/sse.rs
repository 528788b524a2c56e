//! A parser of server-sent events whose bytes arrive in arbitrary pieces, as the HTML standard defines them.
//!
//! Knows nothing of JSON or of time. Lines end with LF, CRLF or CR; only these end a line, so U+2028 is text.

/// The name of an event without a name.
const MESSAGE: &str = "message";

/// One event of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<'a> {
    /// The event's name; `message` unless the stream says otherwise.
    pub name: &'a str,
    /// Its `data` lines, joined by line feeds.
    pub data: &'a str,
}

/// Takes bytes as they come and gives events as they complete. Its buffers are used again for every event.
#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    after_cr: bool,
    past_first_line: bool,
    fields: Fields,
}

/// The fields of the event that is being read.
#[derive(Debug, Default)]
struct Fields {
    name: String,
    data: String,
    has_data: bool,
}

/// The stream holds bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stream is not UTF-8")]
pub struct NotUtf8;

impl Parser {
    /// Feeds bytes and gives the events they complete to `take`.
    ///
    /// # Errors
    /// When a complete line is not UTF-8; a character cut in two by a read is not an error.
    pub fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Event<'_>)) -> Result<(), NotUtf8> {
        let mut rest = bytes;
        if self.after_cr && rest.first() == Some(&b'\n') {
            rest = &rest[1..];
        }
        if !bytes.is_empty() {
            self.after_cr = false;
        }
        while let Some(end) = memchr::memchr2(b'\n', b'\r', rest) {
            // Most lines lie whole in one read; only a cut one is put together.
            let line = if self.line.is_empty() {
                &rest[..end]
            } else {
                self.line.extend_from_slice(&rest[..end]);
                &self.line
            };
            let line = std::str::from_utf8(line).map_err(|_| NotUtf8)?;
            if let (Some(data), [b'\n', b'\n', ..]) = (self.fields.whole_event(line), &rest[end..]) {
                take(Event { name: MESSAGE, data });
                self.past_first_line = true;
                self.line.clear();
                rest = &rest[end + 2..];
                continue;
            }
            let first = !std::mem::replace(&mut self.past_first_line, true);
            self.fields.end_line(if first { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line }, &mut take);
            self.line.clear();
            let was_cr = rest[end] == b'\r';
            rest = &rest[end + 1..];
            if was_cr {
                match rest.first() {
                    Some(b'\n') => rest = &rest[1..],
                    Some(_) => {}
                    None => self.after_cr = true,
                }
            }
        }
        self.line.extend_from_slice(rest);
        Ok(())
    }
}

impl Fields {
    /// The data of a line that is a whole event when an empty line follows: most are, and need not be put together.
    fn whole_event<'a>(&self, line: &'a str) -> Option<&'a str> {
        let data = line.strip_prefix("data:").filter(|_| !self.has_data && self.name.is_empty())?;
        Some(data.strip_prefix(' ').unwrap_or(data))
    }

    fn end_line(&mut self, line: &str, take: &mut impl FnMut(Event<'_>)) {
        if line.is_empty() {
            self.dispatch(take);
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            "event" => value.clone_into(&mut self.name),
            // Comments have an empty field name; `id` and `retry` concern reconnecting, which a measurement never does.
            _ => {}
        }
    }

    fn dispatch(&mut self, take: &mut impl FnMut(Event<'_>)) {
        if std::mem::take(&mut self.has_data) {
            let name = if self.name.is_empty() { MESSAGE } else { &self.name };
            take(Event { name, data: &self.data });
        }
        self.name.clear();
        self.data.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RECORDED: [&str; 3] = [
        include_str!("../../tests/fixtures/vllm-0.32.0/chat.stream.http"),
        include_str!("../../tests/fixtures/vllm-0.32.0/completions.stream.http"),
        include_str!("../../tests/fixtures/vllm-0.32.0/completions.continuous-usage.stream.http"),
    ];

    /// Every awkward thing the standard allows, with text that other parsers trip over.
    const AWKWARD: &str = "\u{feff}: comment\r\ndata: a\u{2028}b\r\ndata:c\r\r\nevent: error\ndata: \u{1f980}é\n\n\
                           data\ndata:\n\nid: 7\n\n:keep-alive\n\ndata:  two spaces\r\rdata: cut";

    fn body(recorded: &str) -> &str {
        recorded.split_once("\r\n\r\n").map_or(recorded, |(_, body)| body)
    }

    /// Name and data of each event.
    fn parse<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<(String, String)> {
        let (mut parser, mut events) = (Parser::default(), Vec::new());
        for piece in pieces {
            parser.feed(piece, |event| events.push((event.name.to_owned(), event.data.to_owned()))).unwrap();
        }
        events
    }

    fn data(text: &str) -> Vec<String> {
        parse([text.as_bytes()]).into_iter().map(|(_, data)| data).collect()
    }

    #[test]
    fn the_standards_corners() {
        assert_eq!(data(AWKWARD), ["a\u{2028}b\nc", "\u{1f980}é", "\n", " two spaces"]);
        assert_eq!(parse([AWKWARD.as_bytes()])[1].0, "error");
        assert_eq!(data("data: one\n\ndata: two\n\n"), ["one", "two"]);
        assert_eq!(data("data: never ended\n"), Vec::<String>::new());
    }

    #[test]
    fn recorded_streams_end_with_their_mark() {
        for recorded in RECORDED {
            assert_eq!(data(body(recorded)).last().map(String::as_str), Some("[DONE]"));
        }
    }

    #[test]
    fn a_cut_at_any_byte_changes_nothing() {
        for text in RECORDED.map(body).into_iter().chain([AWKWARD]) {
            let whole = parse([text.as_bytes()]);
            for cut in 0..=text.len() {
                let (first, second) = text.as_bytes().split_at(cut);
                assert_eq!(parse([first, second]), whole, "cut at {cut}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error() {
        assert_eq!(Parser::default().feed(b"data: \xff\n\n", |_| {}), Err(NotUtf8));
    }

    proptest! {
        #[test]
        fn any_cuts_change_nothing(which in 0..4usize, sizes in proptest::collection::vec(0..40usize, 1..200)) {
            let text = if which == 3 { AWKWARD } else { body(RECORDED[which]) };
            let (mut rest, mut pieces) = (text.as_bytes(), Vec::new());
            for size in sizes {
                let (piece, after) = rest.split_at(size.min(rest.len()));
                pieces.push(piece);
                rest = after;
            }
            pieces.push(rest);
            prop_assert_eq!(parse(pieces), parse([text.as_bytes()]));
        }

        #[test]
        fn line_ends_are_alike(lines in proptest::collection::vec("[a-z: \u{e9}\u{2028}]{0,12}", 0..20)) {
            let with = |end: &str| parse([lines.iter().map(|line| format!("data:{line}{end}{end}")).collect::<String>().as_bytes()]);
            prop_assert_eq!(with("\n"), with("\r\n"));
            prop_assert_eq!(with("\n"), with("\r"));
        }
    }
}
