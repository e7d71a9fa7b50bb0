//! Files in text, as they were sent before MIME (`ne`): uuencode, xxencode, yEnc, `BinHex`, plain base64.

use super::{Draft, Slot, Trick, trick};
use crate::make::encode::{base64, base64_lines, uuencode};
use crate::make::zip::crc32;

pub(super) const TRICKS: &[Trick] = &[
    trick("ne-uuencode-in-text", Slot::Container, uuencode_in_text),
    trick("ne-xxencode-in-text", Slot::Container, |d| {
        let block = xxencode(&d.load.content, d.load.name);
        in_text(d, "text/plain", block.as_bytes());
    }),
    trick("ne-yenc-in-text", Slot::Container, |d| {
        let block = yenc(&d.load.content, d.load.name);
        in_text(d, "text/plain", &block);
    }),
    trick("ne-binhex-in-text", Slot::Container, |d| {
        let block = binhex(&d.load.content, d.load.name);
        in_text(d, "text/plain", block.as_bytes());
    }),
    trick("ne-base64-in-text", Slot::Container, base64_in_text),
];

fn uuencode_in_text(draft: &mut Draft) {
    let block = uuencode(&draft.load.content, draft.load.name);
    let block = match draft.random.below(5) {
        0 => block.replace("begin 644", "begin 0644"),
        1 => block.replace('`', " "),
        2 => block.trim_end_matches("end").to_owned(),
        3 => block.replace("begin 644 ", "begin 644  "),
        _ => block,
    };
    let media_type = draft
        .random
        .pick(&["text/plain", "text/html", "text/x-unknown"]);
    in_text(draft, media_type, block.as_bytes());
}

fn base64_in_text(draft: &mut Draft) {
    let data = base64_lines(&draft.load.content);
    let block = match draft.random.below(3) {
        0 => {
            draft.load.forbidden &= !draft.load.is_text();
            data
        }
        1 => format!("begin-base64 644 {}\r\n{data}\r\n====", draft.load.name),
        _ => format!(
            "Content-Type: application/octet-stream; name=\"{}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{data}",
            draft.load.name
        ),
    };
    in_text(draft, "text/plain", block.as_bytes());
}

/// Puts a block into a text part, or into the text of a message that is no multipart, or that has no MIME fields at all.
pub(super) fn in_text(draft: &mut Draft, media_type: &str, block: &[u8]) {
    let around = [b"See below.\r\n\r\n", block, b"\r\n\r\nThat is all.\r\n"].concat();
    match draft.random.below(3) {
        0 => {
            let head = format!("Content-Type: {media_type}\r\n\r\n");
            draft.entity = Some([head.as_bytes(), &around].concat());
        }
        1 => {
            draft.media_type = media_type.into();
            draft.parameters.clear();
            draft.body = Some(around);
        }
        _ => {
            draft.top.remove("MIME-Version");
            draft.top.remove("Content-Type");
            draft.body = Some(around);
        }
    }
}

/// A file in yEnc, with its lines of control.
pub(super) fn yenc(content: &[u8], name: &str) -> Vec<u8> {
    let mut out = format!("=ybegin line=128 size={} name={name}\r\n", content.len()).into_bytes();
    let mut column = 0;
    for octet in content {
        let shifted = octet.wrapping_add(42);
        let critical = matches!(shifted, 0 | b'\n' | b'\r' | b'=' | b'.');
        if critical {
            out.extend_from_slice(&[b'=', shifted.wrapping_add(64)]);
        } else {
            out.push(shifted);
        }
        column += 1;
        if column == 128 {
            out.extend_from_slice(b"\r\n");
            column = 0;
        }
    }
    let checksum = crc32(content);
    out.extend_from_slice(
        format!("\r\n=yend size={} crc32={checksum:08x}", content.len()).as_bytes(),
    );
    out
}

/// A file in xxencode: uuencode with an alphabet that survives EBCDIC.
fn xxencode(content: &[u8], name: &str) -> String {
    const ALPHABET: &[u8] = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut lines: Vec<String> = Vec::new();
    for line in uuencode(content, name).split("\r\n") {
        let digit =
            |character: u8| char::from(ALPHABET[usize::from(character.wrapping_sub(32) & 63)]);
        let framing = line.starts_with("begin") || line == "end";
        lines.push(if framing {
            line.to_owned()
        } else {
            line.bytes().map(digit).collect()
        });
    }
    lines.join("\r\n")
}

/// A file in `BinHex` 4.0 (RFC 1741): header, data fork, empty resource fork, each with its checksum, without run lengths.
fn binhex(content: &[u8], name: &str) -> String {
    const ALPHABET: &[u8] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
    let length = u32::try_from(content.len()).unwrap_or(0).to_be_bytes();
    let name_length = u8::try_from(name.len()).unwrap_or(0);
    let header = [
        &[name_length],
        name.as_bytes(),
        b"\0BINA????\0\0",
        &length,
        &[0; 4],
    ]
    .concat();
    let forks = [
        &header[..],
        &checksum(&header),
        content,
        &checksum(content),
        &checksum(b""),
    ]
    .concat();
    let escaped: Vec<u8> = forks
        .iter()
        .flat_map(|&octet| {
            if octet == 0x90 {
                vec![octet, 0]
            } else {
                vec![octet]
            }
        })
        .collect();
    let plain = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = base64(&escaped);
    let place = |digit: u8| plain.iter().position(|known| *known == digit);
    let text: String = digits
        .bytes()
        .filter_map(place)
        .map(|sextet| char::from(ALPHABET[sextet]))
        .collect();
    let lines: Vec<String> = format!(":{text}:")
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!(
        "(This file must be converted with BinHex 4.0)\r\n\r\n{}",
        lines.join("\r\n")
    )
}

/// The CRC of `BinHex`: CCITT, started with zero.
fn checksum(octets: &[u8]) -> [u8; 2] {
    let mut register = 0_u16;
    for octet in octets {
        register ^= u16::from(*octet) << 8;
        for _ in 0..8 {
            let carry = register & 0x8000 != 0;
            register <<= 1;
            if carry {
                register ^= 0x1021;
            }
        }
    }
    register.to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_xmodem() {
        assert_eq!(checksum(b"123456789"), [0x31, 0xc3]);
    }

    #[test]
    fn xxencode_differs_from_uuencode_in_its_alphabet_only() {
        assert_eq!(
            xxencode(b"Cat", "cat.txt"),
            "begin 644 cat.txt\r\n1Eq3o\r\n+\r\nend"
        );
    }

    #[test]
    fn yenc_escapes_what_a_line_must_not_have() {
        let block = yenc(&[214, 224, 19], "a");
        assert!(
            block.windows(6).any(|window| window == b"=@=J=}"),
            "{block:?}"
        );
    }
}
