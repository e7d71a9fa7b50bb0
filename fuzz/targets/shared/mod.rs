//! What the targets that look inside have in common.
#![allow(dead_code, reason = "each target uses its own part of it")]

use std::io::Cursor;
use tamis_corpus::make::encode::base64_lines;
use tamis_sanitize::inside::{Bounds, Budget, Holder, InMemory, open};
use tamis_sanitize::{Event, Limits, Needs, Reader};

/// A name that an attachment has, and how its content begins.
pub type Start = (&'static str, &'static [u8]);

/// Looks into the input as it is, or behind one of these beginnings: its first octet says which.
pub fn among(starts: &[Start], input: &[u8]) {
    let Some((first, rest)) = input.split_first() else {
        return;
    };
    match starts.get(usize::from(*first)) {
        Some((name, start)) => look_into(name, &[start, rest].concat()),
        None => look_into(starts[usize::from(*first) % starts.len()].0, rest),
    }
}

/// Looks into an attachment: no panic, nothing beyond the bounds.
pub fn look_into(name: &str, content: &[u8]) {
    let message = format!(
        "Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        base64_lines(content)
    );
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(message.as_bytes());
    while reader.next() != Event::NeedInput {}
    let reading = reader.finish();
    let mut bounds = Bounds::default();
    bounds.bytes = 8 << 20;
    let mut budget = Budget::new(bounds);
    let size = content.len() as u64;
    let holder = Holder::of(reading.map().root());
    let found = open(
        &holder,
        &mut Cursor::new(content),
        size,
        &InMemory,
        &mut budget,
    );
    let inside = found.expect("memory does not fail");
    assert!(inside.members.len() <= bounds.members as usize);
}
