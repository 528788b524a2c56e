//! Any bytes, cut anywhere, as an answer: the reader never panics, and a cut changes nothing but what a cut stream means.
#![no_main]

use collector::load::incoming::IncomingAnswer;
use collector::load::wire::Transcript;
use libfuzzer_sys::fuzz_target;
use shared::measure::record::{Instant, RequestRecord};

fn record<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> RequestRecord {
    let (mut answer, mut transcript) = (IncomingAnswer::default(), Transcript::sent_at(Instant(0)));
    for piece in pieces {
        if let Err(failure) = answer.take(piece, Instant(0), &mut transcript) {
            return transcript.fail(failure, Instant(0));
        }
    }
    let over = if answer.is_done() { Ok(()) } else { answer.end(&transcript) };
    match over.and_then(|()| answer.verdict()) {
        Ok(_) => transcript.close(Instant(0)),
        Err(failure) => transcript.fail(failure, Instant(0)),
    }
}

fuzz_target!(|input: (Vec<u8>, u16, bool)| {
    let (mut bytes, cut, stream) = input;
    if stream {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        bytes.splice(0..0, head.iter().copied());
    }
    let (one, other) = bytes.split_at(usize::from(cut).min(bytes.len()));
    assert_eq!(record([one, other]).completed(), record([bytes.as_slice()]).completed());
});
