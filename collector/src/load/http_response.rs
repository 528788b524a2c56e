//! A parser of HTTP/1.1 responses whose bytes arrive in arbitrary pieces: status, headers, and the body without framing.
//!
//! Does no IO. Interim responses (1xx) are skipped; a body ends by length, by chunks, or with the connection.

use httparse::{EMPTY_HEADER, Status};

/// Most headers, and most bytes of them, that a server may send.
const HEADERS: usize = 64;
const HEAD_BYTES: usize = 64 * 1024;
/// Longest line that gives a chunk's size, extensions included.
const SIZE_LINE_BYTES: usize = 1024;

/// Status and headers of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// The status code.
    pub status: u16,
    /// `content-type`, in lower case; empty when there is none.
    pub content_type: String,
    /// Whether the connection can carry another request afterwards.
    pub keeps_alive: bool,
}

/// Parses the bytes of a response as they arrive.
#[derive(Debug, Default)]
pub struct ResponseReader {
    head: Option<ResponseHead>,
    pending: Vec<u8>,
    body: Body,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Body {
    #[default]
    Unknown,
    Length(u64),
    UntilClose,
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailer,
    Done,
}

/// The bytes are not an HTTP response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotHttp(String);

fn wrong<T>(why: impl Into<String>) -> Result<T, NotHttp> {
    Err(NotHttp(why.into()))
}

impl ResponseReader {
    /// The head, once it is complete.
    #[must_use]
    pub fn head(&self) -> Option<&ResponseHead> {
        self.head.as_ref()
    }

    /// Whether the whole response was read.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.body == Body::Done
    }

    /// Takes bytes and gives those of the body, in pieces and with the head, to `take`.
    ///
    /// # Errors
    /// When they are not an HTTP response.
    pub fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(&ResponseHead, &[u8])) -> Result<(), NotHttp> {
        if let Some(head) = self.head.take() {
            let read = self.feed_body(bytes, &mut |piece| take(&head, piece));
            self.head = Some(head);
            return read;
        }
        self.pending.extend_from_slice(bytes);
        while self.head.is_none() {
            let Some(length) = self.parse_head()? else { return Ok(()) };
            self.pending.drain(..length);
        }
        let rest = std::mem::take(&mut self.pending);
        self.feed(&rest, take)
    }

    /// The connection ended.
    ///
    /// # Errors
    /// When the response was not over.
    pub fn close(&mut self) -> Result<(), NotHttp> {
        match self.body {
            Body::Done => Ok(()),
            Body::UntilClose => {
                self.body = Body::Done;
                Ok(())
            }
            Body::Unknown => wrong("the connection closed before an answer"),
            _ => wrong("the connection closed in the middle of an answer"),
        }
    }

    /// Reads the head out of what is pending; gives its length. An interim one leaves `head` empty.
    fn parse_head(&mut self) -> Result<Option<usize>, NotHttp> {
        let mut headers = [EMPTY_HEADER; HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let length = match response.parse(&self.pending) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) if self.pending.len() > HEAD_BYTES => return wrong("the answer's head never ends"),
            Ok(Status::Partial) => return Ok(None),
            Err(error) => return wrong(format!("the answer is not HTTP: {error}")),
        };
        let status = response.code.unwrap_or(0);
        if (100..200).contains(&status) && status != 101 {
            return Ok(Some(length));
        }
        let text = |name: &str| {
            let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
            std::str::from_utf8(found.value).ok().map(|value| value.trim().to_ascii_lowercase())
        };
        let connection = text("connection").unwrap_or_default();
        let closes =
            connection.contains("close") || (response.version == Some(0) && !connection.contains("keep-alive"));
        self.body = match (text("transfer-encoding"), text("content-length")) {
            _ if status == 204 || status == 304 => Body::Done,
            (Some(coding), _) if coding == "chunked" => Body::ChunkSize,
            (Some(coding), _) => return wrong(format!("transfer encoding `{coding}` was not asked for")),
            (None, Some(length)) => match length.parse() {
                Ok(0) => Body::Done,
                Ok(length) => Body::Length(length),
                Err(_) => return wrong(format!("content length `{length}` is not a number")),
            },
            (None, None) => Body::UntilClose,
        };
        self.head = Some(ResponseHead {
            status,
            content_type: text("content-type").unwrap_or_default(),
            keeps_alive: !closes && self.body != Body::UntilClose,
        });
        Ok(Some(length))
    }

    fn feed_body(&mut self, mut bytes: &[u8], body: &mut impl FnMut(&[u8])) -> Result<(), NotHttp> {
        while !bytes.is_empty() {
            match self.body {
                Body::Unknown => return wrong("there is no head"),
                Body::Done => return wrong("bytes came after the end of the answer"),
                Body::UntilClose => {
                    body(bytes);
                    return Ok(());
                }
                Body::Length(left) => {
                    let (ours, rest) = split(bytes, left);
                    body(ours);
                    let left = left - ours.len() as u64;
                    self.body = if left == 0 { Body::Done } else { Body::Length(left) };
                    bytes = rest;
                }
                Body::Chunk(left) => {
                    let (ours, rest) = split(bytes, left);
                    body(ours);
                    let left = left - ours.len() as u64;
                    self.body = if left == 0 { Body::ChunkEnd } else { Body::Chunk(left) };
                    bytes = rest;
                }
                Body::ChunkSize | Body::ChunkEnd | Body::Trailer => {
                    let Some(end) = memchr::memchr(b'\n', bytes) else {
                        self.pending.extend_from_slice(bytes);
                        if self.pending.len() > SIZE_LINE_BYTES {
                            return wrong("a chunk's size line never ends");
                        }
                        return Ok(());
                    };
                    let (line, rest) = (&bytes[..end], &bytes[end + 1..]);
                    bytes = rest;
                    // Most lines lie whole in one read; only a cut one is put together.
                    if self.pending.is_empty() {
                        self.body = after_line(self.body, line)?;
                    } else {
                        self.pending.extend_from_slice(line);
                        self.body = after_line(self.body, &self.pending)?;
                        self.pending.clear();
                    }
                }
            }
        }
        Ok(())
    }
}

fn split(bytes: &[u8], at_most: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(at_most).unwrap_or(usize::MAX).min(bytes.len()))
}

/// What follows a line of the chunked framing; the line is without its line feed.
fn after_line(state: Body, line: &[u8]) -> Result<Body, NotHttp> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match state {
        Body::ChunkEnd if line.is_empty() => Ok(Body::ChunkSize),
        Body::ChunkEnd => wrong("a chunk is longer than it says"),
        Body::Trailer => Ok(if line.is_empty() { Body::Done } else { Body::Trailer }),
        _ => {
            let size = line.split(|byte| *byte == b';').next().unwrap_or(line).trim_ascii();
            let digits = std::str::from_utf8(size).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
            match digits.and_then(|text| u64::from_str_radix(text, 16).ok()) {
                Some(0) => Ok(Body::Trailer),
                Some(size) => Ok(Body::Chunk(size)),
                None => wrong(format!("`{}` is not a chunk's size", String::from_utf8_lossy(size))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Head and body of a response fed in these pieces.
    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<(Option<ResponseHead>, Vec<u8>, bool), NotHttp> {
        let (mut reader, mut body) = (ResponseReader::default(), Vec::new());
        for piece in pieces {
            reader.feed(piece, |_, bytes| body.extend_from_slice(bytes))?;
        }
        Ok((reader.head.clone(), body, reader.is_done()))
    }

    #[track_caller]
    fn check(response: &str, status: u16, body: &str, keeps_alive: bool, done: bool) {
        let (head, got, is_done) = read([response.as_bytes()]).unwrap();
        let head = head.unwrap();
        assert_eq!((head.status, head.keeps_alive, is_done), (status, keeps_alive, done));
        assert_eq!(String::from_utf8(got).unwrap(), body);
    }

    const CHUNKED: &str = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream\r\nTransfer-Encoding: chunked\r\n\r\n\
                           5;x=y\r\nhello\r\n0A\r\n, the worl\r\n1\r\nd\r\n0\r\nX-Trailer: 1\r\n\r\n";

    #[test]
    fn bodies_end_in_three_ways() {
        check(CHUNKED, 200, "hello, the world", true, true);
        check("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 404, "no", true, true);
        check("HTTP/1.1 200 OK\r\n\r\nand so on", 200, "and so on", false, false);
        check("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", 200, "", false, true);
        check("HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nyes", 200, "yes", false, true);
    }

    #[test]
    fn what_is_not_http_is_said_so() {
        for (bytes, says) in [
            ("ftp\r\n\r\n", "not HTTP"),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", "`xyz` is not a chunk's size"),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n", "`` is not"),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n", "longer than it says"),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n", "`gzip`"),
            ("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "`-1`"),
            ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab", "after the end"),
        ] {
            let error = read([bytes.as_bytes()]).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_connection_that_ends_early_is_no_answer() {
        let closed = |bytes: &str| {
            let mut reader = ResponseReader::default();
            reader.feed(bytes.as_bytes(), |_, _| {}).unwrap();
            reader.close().is_ok()
        };
        let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel";
        assert_eq!((closed("HTTP/1.1 2"), closed(chunked), closed("HTTP/1.1 200 OK\r\n\r\nx")), (false, false, true));
    }

    #[test]
    fn it_may_be_cut_at_every_byte() {
        let whole = read([CHUNKED.as_bytes()]).unwrap();
        for cut in 0..CHUNKED.len() {
            let (one, other) = CHUNKED.as_bytes().split_at(cut);
            assert_eq!(read([one, other]).unwrap(), whole, "cut at {cut}");
        }
        assert_eq!(read(CHUNKED.as_bytes().chunks(1)).unwrap(), whole);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0..300usize) {
            let mut all = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
            all.extend(&bytes);
            for bytes in [&all, &bytes] {
                let (one, other) = bytes.split_at(at.min(bytes.len()));
                let _ = read([one, other]);
            }
        }
    }
}
