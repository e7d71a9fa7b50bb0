//! What an MTA says: each packet parsed into a typed value, or refused.

use super::flags::{Actions, Protocol};
use super::frame::Frame;
use super::macros::{Pairs, Stage};
use bytes::Bytes;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// Most strings in one packet: an address and its ESMTP parameters, or names and values of macros.
pub const STRINGS_MAX: usize = 1024;

/// Largest packet of macros, in octets; larger ones are refused because they are kept.
pub const MACROS_MAX: usize = 65_535;

/// A command of the MTA. Strings are octets without a charset, as the client sent them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `O`: what the MTA can do.
    Negotiate(Offer),
    /// `D`: macros for the command that follows; no stage if its letter is unknown.
    Macros(Option<Stage>, Box<[(Bytes, Bytes)]>),
    /// `C`: a client connected.
    Connect(Client),
    /// `H`: HELO or EHLO with its argument.
    Helo(Bytes),
    /// `M`: MAIL FROM.
    Mail(Path),
    /// `R`: RCPT TO.
    Rcpt(Path),
    /// `T`: DATA.
    Data,
    /// `L`: a header field, its value as on the wire.
    Header(Bytes, Bytes),
    /// `N`: the header is over.
    EndOfHeaders,
    /// `B`: a piece of the body.
    Body(Bytes),
    /// `E`: the message is over; old MTAs send the last piece of the body with it.
    EndOfMessage(Bytes),
    /// `A`: the message goes no further.
    Abort,
    /// `Q`: the connection ends.
    Quit,
    /// `K`: the connection ends, and another one follows on the same socket.
    QuitNewConnection,
    /// `U`: an SMTP command that the MTA does not know.
    Unknown(Bytes),
}

/// What the MTA offers in the negotiation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Highest protocol version.
    pub version: u32,
    /// What a filter may do.
    pub actions: Actions,
    /// What the MTA can leave out.
    pub protocol: Protocol,
}

/// Who connected to the MTA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The verified host name, or the address in brackets if there is none.
    pub host: Bytes,
    /// Where the client is.
    pub peer: Peer,
}

/// The address of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Peer {
    /// The MTA does not know it.
    Unknown,
    /// Over IP; an IPv4 address mapped into IPv6 is given as IPv4. The port is 0 for mail submitted on the host itself.
    Inet(IpAddr, u16),
    /// Through a socket file.
    Unix(Bytes),
    /// Something else: family letter, port and address as the MTA sent them.
    Other(u8, u16, Bytes),
}

/// An envelope address and the ESMTP parameters behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The address in the client's spelling, mostly in angle brackets; `<>` is the null sender.
    pub address: Bytes,
    /// Parameters in the client's spelling and order, such as `SIZE=1000`.
    pub parameters: Vec<Bytes>,
}

impl Command {
    /// Parses a packet.
    pub fn parse(frame: Frame) -> Result<Self, CommandError> {
        let Frame { letter, payload } = frame;
        let bad = |why| CommandError { letter, why };
        Ok(match letter {
            b'B' => Self::Body(payload),
            b'E' => Self::EndOfMessage(payload),
            b'T' => Self::Data,
            b'N' => Self::EndOfHeaders,
            b'A' => Self::Abort,
            b'Q' => Self::Quit,
            b'K' => Self::QuitNewConnection,
            // The small ones are copied, or what a filter keeps of them would hold the whole read buffer.
            _ => Self::parse_text(letter, &Bytes::copy_from_slice(&payload)).map_err(bad)?,
        })
    }

    fn parse_text(letter: u8, payload: &Bytes) -> Result<Self, Malformed> {
        Ok(match letter {
            b'O' => Self::Negotiate(Offer::parse(payload)?),
            b'D' => macros(payload)?,
            b'C' => Self::Connect(Client::parse(payload)?),
            b'H' if payload.is_empty() => Self::Helo(Bytes::new()),
            b'H' => Self::Helo(one(payload)?),
            b'M' => Self::Mail(Path::parse(payload)?),
            b'R' => Self::Rcpt(Path::parse(payload)?),
            b'L' => {
                let [name, value] =
                    <[Bytes; 2]>::try_from(strings(payload)?).map_err(|_| Malformed::Strings)?;
                Self::Header(name, value)
            }
            b'U' => Self::Unknown(one(payload)?),
            _ => return Err(Malformed::Letter),
        })
    }
}

impl Offer {
    fn parse(payload: &[u8]) -> Result<Self, Malformed> {
        let word = |at: usize| -> Result<u32, Malformed> {
            let rest = payload.get(at..).ok_or(Malformed::Short)?;
            rest.first_chunk()
                .map(|octets| u32::from_be_bytes(*octets))
                .ok_or(Malformed::Short)
        };
        Ok(Self {
            version: word(0)?,
            actions: Actions::from_bits(word(4)?),
            protocol: Protocol::from_bits(word(8)?),
        })
    }
}

impl Client {
    fn parse(payload: &Bytes) -> Result<Self, Malformed> {
        let end = payload
            .iter()
            .position(|octet| *octet == 0)
            .ok_or(Malformed::Unterminated)?;
        let host = payload.slice(..end);
        let rest = payload.slice(end.saturating_add(1)..);
        let peer = match rest.split_first() {
            None => return Err(Malformed::Short),
            Some((b'U', _)) => Peer::Unknown,
            Some((family, rest)) => {
                let (port, address) = rest.split_first_chunk::<2>().ok_or(Malformed::Short)?;
                Peer::parse(
                    *family,
                    u16::from_be_bytes(*port),
                    one(&Bytes::copy_from_slice(address))?,
                )
            }
        };
        Ok(Self { host, peer })
    }
}

impl Peer {
    fn parse(family: u8, port: u16, address: Bytes) -> Self {
        let text = std::str::from_utf8(&address).unwrap_or_default();
        let ip = match family {
            b'L' => return Self::Unix(address),
            b'4' => text.parse().ok(),
            b'6' => {
                let bare = if text
                    .get(..5)
                    .is_some_and(|start| start.eq_ignore_ascii_case("IPv6:"))
                {
                    text.get(5..).unwrap_or_default()
                } else {
                    text
                };
                bare.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
            }
            _ => None,
        };
        ip.map_or(Self::Other(family, port, address), |ip: IpAddr| {
            Self::Inet(ip.to_canonical(), port)
        })
    }

    /// The IP address, if the client has one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Inet(ip, _) => Some(*ip),
            _ => None,
        }
    }
}

impl Path {
    fn parse(payload: &Bytes) -> Result<Self, Malformed> {
        let mut strings = strings(payload)?;
        if strings.is_empty() {
            return Err(Malformed::Strings);
        }
        let parameters = strings.split_off(1);
        let address = strings.pop().ok_or(Malformed::Strings)?;
        Ok(Self {
            address,
            parameters,
        })
    }
}

/// A letter and pairs of strings. An odd string at the end and one without its end are left out, as they carry nothing
/// that could be misread; the packet has no answer that could report them.
fn macros(payload: &Bytes) -> Result<Command, Malformed> {
    if payload.len() > MACROS_MAX {
        return Err(Malformed::Excess);
    }
    let Some(letter) = payload.first() else {
        return Ok(Command::Macros(None, Pairs::default()));
    };
    let end = payload
        .iter()
        .rposition(|octet| *octet == 0)
        .map_or(1, |last| last.saturating_add(1));
    let strings = strings(&payload.slice(1..end.max(1)))?;
    let pairs = strings.chunks_exact(2).filter_map(|pair| match pair {
        [name, value] => Some((name.clone(), value.clone())),
        _ => None,
    });
    Ok(Command::Macros(Stage::of(*letter), pairs.collect()))
}

/// The strings of a payload, each ended by NUL.
fn strings(payload: &Bytes) -> Result<Vec<Bytes>, Malformed> {
    let mut strings = Vec::new();
    let mut rest = payload.clone();
    while !rest.is_empty() {
        if strings.len() == STRINGS_MAX {
            return Err(Malformed::Excess);
        }
        let end = rest
            .iter()
            .position(|octet| *octet == 0)
            .ok_or(Malformed::Unterminated)?;
        strings.push(rest.split_to(end));
        rest = rest.slice(1..);
    }
    Ok(strings)
}

fn one(payload: &Bytes) -> Result<Bytes, Malformed> {
    let [string] = <[Bytes; 1]>::try_from(strings(payload)?).map_err(|_| Malformed::Strings)?;
    Ok(string)
}

/// A packet that cannot be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandError {
    /// Its letter.
    pub letter: u8,
    /// What is wrong with it.
    pub why: Malformed,
}

/// What is wrong with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// No command has this letter.
    Letter,
    /// The payload ends too early.
    Short,
    /// A string does not end with NUL.
    Unterminated,
    /// Too few or too many strings.
    Strings,
    /// More than [`STRINGS_MAX`] strings or [`MACROS_MAX`] octets of macros.
    Excess,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            Malformed::Letter => "is unknown",
            Malformed::Short => "is too short",
            Malformed::Unterminated => "has a string without end",
            Malformed::Strings => "has too few or too many strings",
            Malformed::Excess => "is beyond the limits",
        };
        write!(f, "the command '{}' {why}", self.letter.escape_ascii())
    }
}

impl std::error::Error for CommandError {}
