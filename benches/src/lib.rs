//! The numbers we promise: set-up shared by the benches.

use tamis_corpus::make::mailbag::mailbag;
use tamis_sanitize::{Event, Limits, Needs, Reader, Reading};

/// Octets that are pushed at a time, as they come from an MTA.
pub const CHUNK: usize = 65_535;

/// Synthetic mail: sizes and types as in real mail, the same each time. The largest messages are left out so that a run
/// stays short.
pub fn mail(count: usize, largest: usize) -> Vec<Vec<u8>> {
    mailbag(7, count)
        .filter(|message| message.len() <= largest)
        .collect()
}

/// Octets of all messages.
pub fn octets(mail: &[Vec<u8>]) -> u64 {
    mail.iter().map(|message| message.len() as u64).sum()
}

/// Reads a message to its end. Kept whole, so that profilers can count it alone.
#[inline(never)]
pub fn read(message: &[u8]) -> Reading {
    let mut reader = Reader::new(Needs::default(), Limits::default());
    for chunk in message.chunks(CHUNK) {
        reader.push(chunk);
        while reader.next() != Event::NeedInput {}
    }
    reader.finish()
}
