//! Any bytes, cut anywhere, as an answer: the reader never panics, and a cut changes nothing but what a cut stream means.
#![no_main]

use collector::load::incoming_response::record;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, u16, bool)| {
    let (mut bytes, cut, stream) = input;
    if stream {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        bytes.splice(0..0, head.iter().copied());
    }
    let (one, other) = bytes.split_at(usize::from(cut).min(bytes.len()));
    assert_eq!(record([one, other]).completed(), record([bytes.as_slice()]).completed());
});
