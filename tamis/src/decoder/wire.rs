//! What is said between the program and a process that opens containers: frames of a tag, a length and a payload.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Tag {
    /// From the process: how it is confined.
    Ready = b'R',
    /// A new message begins: how many milliseconds it may take.
    Message = b'M',
    /// A part is to be opened: its holder; its content follows.
    Part = b'P',
    /// A piece of the content.
    Content = b'C',
    /// The content is complete.
    End = b'E',
    /// From the process: what lay in the part, or which failure of the disk kept it from looking.
    Inside = b'I',
    /// Try what is not allowed.
    Try = b'T',
    /// From the process: what came of it.
    Tried = b'D',
}

impl Tag {
    const ALL: [Tag; 8] = [
        Tag::Ready,
        Tag::Message,
        Tag::Part,
        Tag::Content,
        Tag::End,
        Tag::Inside,
        Tag::Try,
        Tag::Tried,
    ];

    fn of(octet: u8) -> io::Result<Tag> {
        let known = Self::ALL.into_iter().find(|tag| *tag as u8 == octet);
        known.ok_or_else(|| garbled("a frame of no known kind"))
    }
}

/// Octets of content in one frame.
pub(super) const PIECE: usize = 64 << 10;
/// Octets of the longest frame: everything that was found in one part.
const LONGEST: u32 = 64 << 20;

/// Sends a frame.
pub(super) fn send(to: &mut impl Write, tag: Tag, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len())
        .ok()
        .filter(|length| *length <= LONGEST);
    let length = length.ok_or_else(|| garbled("a frame that is too long"))?;
    let [a, b, c, d] = length.to_be_bytes();
    to.write_all(&[tag as u8, a, b, c, d])?;
    to.write_all(payload)
}

/// Sends a value.
pub(super) fn send_value(to: &mut impl Write, tag: Tag, value: &impl Serialize) -> io::Result<()> {
    send(to, tag, &serde_json::to_vec(value)?)
}

/// The next frame; none if the other side is gone.
pub(super) fn receive(from: &mut impl Read) -> io::Result<Option<(Tag, Vec<u8>)>> {
    let mut first = [0];
    let got = loop {
        match from.read(&mut first) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            got => break got?,
        }
    };
    if got == 0 {
        return Ok(None);
    }
    let [tag] = first;
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > LONGEST {
        return Err(garbled("a frame that is too long"));
    }
    // No more than a piece at once for a length that was only claimed.
    let likely = usize::try_from(length).unwrap_or(PIECE).min(PIECE);
    let mut payload = Vec::with_capacity(likely);
    let read = from.take(u64::from(length)).read_to_end(&mut payload)?;
    if read as u64 != u64::from(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some((Tag::of(tag)?, payload)))
}

/// The value of the next frame, which has to be of this kind.
pub(super) fn receive_value<T: DeserializeOwned>(from: &mut impl Read, tag: Tag) -> io::Result<T> {
    match receive(from)? {
        Some((found, payload)) if found == tag => Ok(serde_json::from_slice(&payload)?),
        Some(_) => Err(garbled("another frame than was awaited")),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

pub(super) fn garbled(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
