//! An MTA that offers no silence, so that every command has an answer that can be looked at.

use crate::support::PATIENCE;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Answers to everything, the blank behind the colon kept, and skip.
pub(crate) const TODAY: u32 = 0x10_047F;

/// The same of an MTA that takes one blank off.
pub(crate) const BEFORE: u32 = 0x7F;

/// Letter and payload.
pub(crate) type Packet = (u8, Vec<u8>);

/// A connection.
pub(crate) struct Talk(TcpStream);

impl Talk {
    /// Connects and negotiates.
    pub(crate) fn open(address: &str, protocol: u32) -> Talk {
        let address = address.strip_prefix("inet:").unwrap_or(address);
        let stream = TcpStream::connect(address).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("a deadline");
        stream.set_nodelay(true).expect("a socket");
        let mut talk = Talk(stream);
        let offer = [6, 0x1FF, protocol].map(u32::to_be_bytes).concat();
        assert_eq!(talk.ask(b'O', &offer).0, b'O');
        talk
    }

    /// Says who the client is: its port is 0 for mail of the host itself.
    pub(crate) fn client(&mut self, address: &str, port: u16) {
        let port = port.to_be_bytes();
        let told = [
            address.as_bytes(),
            b"\x004",
            &port,
            address.as_bytes(),
            b"\0",
        ]
        .concat();
        assert_eq!(self.letter(b'C', &told), 'c');
        assert_eq!(self.letter(b'H', b"client.example.com\0"), 'c');
    }

    pub(crate) fn tell(&mut self, letter: u8, payload: &[u8]) {
        let length = u32::try_from(payload.len() + 1).expect("a length");
        let packet = [&length.to_be_bytes(), [letter].as_slice(), payload].concat();
        self.0.write_all(&packet).expect("written");
    }

    pub(crate) fn ask(&mut self, letter: u8, payload: &[u8]) -> Packet {
        self.tell(letter, payload);
        self.hear()
    }

    /// The letter of the answer.
    pub(crate) fn letter(&mut self, letter: u8, payload: &[u8]) -> char {
        char::from(self.ask(letter, payload).0)
    }

    /// Sender and recipients; gives the letters of the answers to the recipients.
    pub(crate) fn envelope(&mut self, recipients: &[&str]) -> String {
        assert_eq!(self.letter(b'M', b"<a@example.com>\0"), 'c');
        recipients
            .iter()
            .map(|recipient| self.letter(b'R', format!("{recipient}\0").as_bytes()))
            .collect()
    }

    /// Header and body, the body in pieces of this size; everything is answered with "continue".
    pub(crate) fn content(&mut self, fields: &[(&str, &[u8])], body: &[u8], size: usize) {
        assert_eq!(self.letter(b'T', b""), 'c');
        for (name, value) in fields {
            let field = [name.as_bytes(), b"\0", value, b"\0"].concat();
            assert_eq!(self.letter(b'L', &field), 'c');
        }
        assert_eq!(self.letter(b'N', b""), 'c');
        for piece in body.chunks(size) {
            assert_eq!(self.letter(b'B', piece), 'c');
        }
    }

    /// The end: every packet but signs of progress, the last word included.
    pub(crate) fn end(&mut self) -> Vec<Packet> {
        self.tell(b'E', b"");
        let mut packets = Vec::new();
        loop {
            let packet = self.hear();
            let last = b"cadrty".contains(&packet.0);
            if packet.0 != b'p' {
                packets.push(packet);
            }
            if last {
                return packets;
            }
        }
    }

    pub(crate) fn hear(&mut self) -> Packet {
        let mut head = [0; 5];
        self.0.read_exact(&mut head).expect("an answer");
        let [a, b, c, d, letter] = head;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).expect("a length");
        let mut payload = vec![0; length - 1];
        self.0.read_exact(&mut payload).expect("an answer");
        (letter, payload)
    }
}

/// The letters of some packets.
pub(crate) fn letters(packets: &[Packet]) -> String {
    packets
        .iter()
        .map(|(letter, _)| char::from(*letter))
        .collect()
}
