//! What lies inside whatever the fuzzer finds, attached as a file: no panic, nothing beyond the bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use tamis_corpus::make::encode::base64_lines;
use tamis_sanitize::inside::{Bounds, Budget, Holder, InMemory, open};
use tamis_sanitize::{Event, Limits, Needs, Reader};

fuzz_target!(|content: &[u8]| {
    let message = format!("Content-Transfer-Encoding: base64\r\n\r\n{}", base64_lines(content));
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(message.as_bytes());
    while reader.next() != Event::NeedInput {}
    let reading = reader.finish();
    let mut bounds = Bounds::default();
    bounds.bytes = 8 << 20;
    let mut budget = Budget::new(bounds);
    let size = content.len() as u64;
    let found = open(&Holder::of(reading.map().root()), &mut Cursor::new(content), size, &InMemory, &mut budget);
    let inside = found.expect("memory does not fail");
    assert!(inside.members.len() <= bounds.members as usize);
});
