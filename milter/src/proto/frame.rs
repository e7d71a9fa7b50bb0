//! Packets: a length of four octets (big endian), a command letter, and the rest of that length as payload.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use std::fmt;

/// Largest payload that is accepted, in octets: the largest size class of the protocol (1 MiB less one).
pub const PAYLOAD_MAX: usize = (1 << 20) - 1;

/// Largest payload that is sent where nothing else was agreed on, in octets.
pub const SEND_MAX: usize = 65_535;

const LENGTH_OCTETS: usize = 4;

/// One packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The command letter.
    pub letter: u8,
    /// What follows it.
    pub payload: Bytes,
}

/// Cuts the stream of one connection into packets, however it was split on the way.
///
/// A length beyond the limit is refused as soon as it was read, before anything is allocated for it.
#[derive(Debug, Default)]
pub struct Deframer {
    buffer: BytesMut,
    past_first: bool,
}

impl Deframer {
    /// An empty one, at the start of a connection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds octets as they were received.
    pub fn push(&mut self, octets: &[u8]) {
        self.buffer.extend_from_slice(octets);
    }

    /// The buffer, for those who read a socket right into it. Only append.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// The next whole packet, `None` if more octets are needed.
    pub fn cut(&mut self) -> Result<Option<Frame>, FrameError> {
        let Some(length) = self.length()? else {
            return Ok(None);
        };
        if self.buffer.len() < LENGTH_OCTETS.saturating_add(length) {
            return Ok(None);
        }
        self.past_first = true;
        self.buffer.advance(LENGTH_OCTETS);
        let mut payload = self.buffer.split_to(length).freeze();
        let letter = payload.get_u8();
        Ok(Some(Frame { letter, payload }))
    }

    /// Whether nothing of an unfinished packet is held.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Gives the memory back if nothing is held.
    pub fn release(&mut self) {
        if self.buffer.is_empty() {
            self.buffer = BytesMut::new();
        }
    }

    /// The checked length of the packet at the front: letter and payload.
    fn length(&self) -> Result<Option<usize>, FrameError> {
        let Some(prefix) = self.buffer.first_chunk::<LENGTH_OCTETS>() else {
            return Ok(None);
        };
        let claimed = u32::from_be_bytes(*prefix);
        match usize::try_from(claimed) {
            Ok(0) => Err(FrameError::Empty),
            Ok(length) if length <= PAYLOAD_MAX.saturating_add(1) => Ok(Some(length)),
            _ => Err(self.too_long(*prefix)),
        }
    }

    fn too_long(&self, prefix: [u8; LENGTH_OCTETS]) -> FrameError {
        match Stranger::guess(prefix) {
            Some(stranger) if !self.past_first => FrameError::Stranger(stranger),
            _ => FrameError::TooLong(u32::from_be_bytes(prefix)),
        }
    }
}

/// Appends one packet whose payload is the parts joined. Who calls has checked that it is no longer than was agreed on.
pub(crate) fn put(out: &mut BytesMut, letter: u8, parts: &[&[u8]]) {
    let payload = parts
        .iter()
        .fold(0_usize, |sum, part| sum.saturating_add(part.len()));
    let length = u32::try_from(payload.saturating_add(1)).unwrap_or(u32::MAX);
    out.reserve(payload.saturating_add(LENGTH_OCTETS + 1));
    out.put_u32(length);
    out.put_u8(letter);
    for part in parts {
        out.put_slice(part);
    }
}

/// Another protocol that reached this port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stranger {
    /// HTTP, probably a browser or a health check.
    Http,
    /// SMTP, probably an MTA that relays to this port instead of attaching it as a milter.
    Smtp,
    /// TLS; the milter protocol has none.
    Tls,
    /// Some other text.
    Text,
}

impl Stranger {
    fn guess(prefix: [u8; LENGTH_OCTETS]) -> Option<Self> {
        const HTTP: [&[u8; 4]; 6] = [b"GET ", b"POST", b"HEAD", b"PUT ", b"OPTI", b"CONN"];
        const SMTP: [&[u8; 4]; 7] = [
            b"EHLO", b"HELO", b"LHLO", b"MAIL", b"NOOP", b"QUIT", b"XCLI",
        ];
        let upper = prefix.to_ascii_uppercase();
        let among = |known: &[&[u8; 4]]| known.iter().any(|word| upper == word.as_slice());
        match prefix {
            _ if among(&HTTP) => Some(Self::Http),
            _ if among(&SMTP) => Some(Self::Smtp),
            [0x16, 3, ..] => Some(Self::Tls),
            _ if prefix
                .iter()
                .all(|octet| matches!(octet, b' '..=b'~' | b'\r' | b'\n' | b'\t')) =>
            {
                Some(Self::Text)
            }
            _ => None,
        }
    }
}

/// Why the stream cannot be cut into packets any more. The connection must be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// A length of zero: not even a letter.
    Empty,
    /// A length beyond [`PAYLOAD_MAX`].
    TooLong(u32),
    /// The first octets are those of another protocol.
    Stranger(Stranger),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Empty => return f.write_str("a packet of length zero"),
            Self::TooLong(length) => {
                return write!(
                    f,
                    "a packet of {length} octets, more than {PAYLOAD_MAX} are not accepted"
                );
            }
            Self::Stranger(Stranger::Http) => "HTTP",
            Self::Stranger(Stranger::Smtp) => "SMTP",
            Self::Stranger(Stranger::Tls) => "TLS",
            Self::Stranger(Stranger::Text) => "text",
        };
        write!(
            f,
            "the client speaks {name}, but this is a milter port: attach it to the MTA as a milter"
        )
    }
}

impl std::error::Error for FrameError {}
