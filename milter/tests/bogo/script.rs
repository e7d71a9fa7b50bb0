//! The language of scripts: turns with blanks between them, each a packet of the MTA and what must come back.
//!
//! | turn | meaning |
//! |---|---|
//! | `M=>c` | sends the usual MAIL, expects "continue" with no payload |
//! | `A` | sends an abort, expects nothing: whatever came would be taken for the next answer |
//! | `M:<x>\0=>c` | another payload; `\0 \n \r \s \xNN` are octets, `\s` a blank; `*65535` is so many `x` |
//! | `O:6/1ff/7f=>O:6/ff/7f` | versions and bits in hexadecimal |
//! | `raw:\x00\x00=>end` | octets without a frame; `end` is the end of the connection |
//! | `eof` | the MTA closes its side |
//! | `E=>b,b,c`, `E=>p+,c` | several packets; `p+` is one `p` or more; `b*9` has nine octets; `y:...` a payload |
//! | `message` | a whole message, each packet answered with "continue" |

use crate::mta::{ACTIONS, PROTOCOL, Packet, packet};

/// A whole message.
pub(crate) const MESSAGE: &str = "M=>c R=>c T=>c L=>c N=>c B=>c E=>c";

/// One turn: what is sent, and what is expected.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) text: String,
    pub(crate) send: Send,
    pub(crate) expected: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Send {
    Octets(Vec<u8>),
    Eof,
}

/// The turns of a script.
pub(crate) fn parse(script: &str) -> Vec<Turn> {
    let words = script.split_whitespace().flat_map(|word| match word {
        "message" => MESSAGE.split(' ').collect(),
        word => vec![word],
    });
    words.map(turn).collect()
}

fn turn(word: &str) -> Turn {
    let (send, expected) = word.split_once("=>").unwrap_or((word, ""));
    let expected = expected.split(',').filter(|one| !one.is_empty());
    Turn {
        text: word.chars().take(120).collect(),
        send: self::send(send),
        expected: expected.map(str::to_owned).collect(),
    }
}

fn send(word: &str) -> Send {
    if word == "eof" {
        return Send::Eof;
    }
    if let Some(octets) = word.strip_prefix("raw:") {
        return Send::Octets(unescaped(octets));
    }
    let letter = word.bytes().next().expect("a letter");
    Send::Octets(
        match word.get(1..).and_then(|rest| rest.strip_prefix(':')) {
            None => packet(letter, usual(letter)),
            Some(numbers) if letter == b'O' && numbers.contains('/') => {
                packet(letter, &offer(numbers))
            }
            Some(payload) => packet(letter, &unescaped(payload)),
        },
    )
}

/// The payload that a command has when nothing depends on it.
fn usual(letter: u8) -> &'static [u8] {
    const OFFER: &[u8] = &{
        let (a, b, c) = (
            6_u32.to_be_bytes(),
            ACTIONS.to_be_bytes(),
            PROTOCOL.to_be_bytes(),
        );
        [
            a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3], c[0], c[1], c[2], c[3],
        ]
    };
    match letter {
        b'O' => OFFER,
        b'D' => b"Mi\0Q1\0",
        b'C' => b"client.example\x004\x04\xd2192.0.2.1\0",
        b'H' => b"x\0",
        b'M' => b"<a>\0",
        b'R' => b"<b>\0",
        b'L' => b"A\0 b\0",
        b'B' => b"text\r\n",
        b'U' => b"FOO\0",
        _ => b"",
    }
}

/// Three numbers, and behind a `+` what follows them.
fn offer(numbers: &str) -> Vec<u8> {
    let (numbers, more) = numbers.split_once('+').unwrap_or((numbers, ""));
    let words = numbers.split('/').flat_map(|number| {
        u32::from_str_radix(number, 16)
            .expect("hexadecimal")
            .to_be_bytes()
    });
    words.chain(unescaped(more)).collect()
}

fn unescaped(text: &str) -> Vec<u8> {
    if let Some(count) = text.strip_prefix('*') {
        return vec![b'x'; count.parse().expect("a number")];
    }
    let mut octets = Vec::new();
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        if char != '\\' {
            octets.extend_from_slice(char.to_string().as_bytes());
            continue;
        }
        octets.push(match rest.next() {
            Some('0') => 0,
            Some('n') => b'\n',
            Some('r') => b'\r',
            Some('s') => b' ',
            Some('x') => {
                let digits: String = rest.by_ref().take(2).collect();
                u8::from_str_radix(&digits, 16).expect("hexadecimal")
            }
            other => panic!("no escape: {other:?} in {text}"),
        });
    }
    octets
}

/// A packet as a script would write it.
pub(crate) fn written(packet: &Packet) -> String {
    let (letter, payload) = packet;
    let name = char::from(*letter);
    match payload.as_slice() {
        [] => name.to_string(),
        numbers if *letter == b'O' && numbers.len() >= 12 => {
            let (numbers, more) = numbers.split_at(12);
            let words: Vec<String> = numbers
                .chunks(4)
                .map(|word| format!("{:x}", u32::from_be_bytes(word.try_into().expect("four"))))
                .collect();
            let more = if more.is_empty() {
                String::new()
            } else {
                format!("+{}", escaped(more))
            };
            format!("O:{}{more}", words.join("/"))
        }
        body if *letter == b'b' => format!("b*{}", body.len()),
        other => format!("{name}:{}", escaped(other)),
    }
}

fn escaped(octets: &[u8]) -> String {
    octets
        .escape_ascii()
        .to_string()
        .replace("\\x00", "\\0")
        .replace(' ', "\\s")
        .replace(',', "\\x2c")
}
