//! The data themselves: base64 (`b6`), quoted-printable (`qp`), and encodings of before MIME (`te`).

use super::{Draft, Slot, Trick, trick};
use crate::make::encode::{base64, quoted_printable, uuencode};
use std::fmt::Write as _;

pub(super) const TRICKS: &[Trick] = &[
    trick("b6-junk", Slot::Data, junk),
    trick("b6-chunks", Slot::Data, chunks),
    trick("b6-early-padding", Slot::Data, early_padding),
    trick("b6-padding", Slot::Data, padding),
    trick("b6-lines", Slot::Data, lines),
    trick("b6-url-safe", Slot::Data, url_safe),
    trick("b6-front", Slot::Data, front),
    trick("b6-trailer", Slot::Data, trailer),
    trick("b6-line-ends", Slot::Data, line_ends),
    trick("b6-twice", Slot::Data, |d| {
        let once = base64(&d.load.content);
        write(d, &base64(once.as_bytes()), 76, "\r\n");
    }),
    trick("qp-all-escaped", Slot::Data, |d| {
        let text = escaped(&d.load.content);
        qp(d, text);
    }),
    trick("qp-lower-case", Slot::Data, |d| {
        let text = escaped(&d.load.content).to_ascii_lowercase();
        qp(d, text);
    }),
    trick("qp-soft-blanks", Slot::Data, soft_blanks),
    trick("qp-bad-escape", Slot::Data, bad_escape),
    trick("qp-one-line", Slot::Data, |d| {
        let text = escaped(&d.load.content).replace("=\r\n", "");
        qp(d, text);
    }),
    trick("qp-soft-end", Slot::Data, |d| {
        let text = escaped(&d.load.content) + "=";
        qp(d, text);
    }),
    trick("qp-raw-octets", Slot::Data, raw_octets),
    trick("qp-soft-line-ends", Slot::Data, soft_line_ends),
    trick("te-uuencode", Slot::Data, uu),
    trick("te-yenc", Slot::Data, yenc),
];

/// Base64 in lines of so many characters, with the ending given.
fn write(draft: &mut Draft, text: &str, width: usize, end: &str) {
    let mut out = String::with_capacity(text.len() * 2);
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % width == 0 {
            out.push_str(end);
        }
        out.push(character);
    }
    draft.data = out.into_bytes();
}

fn junk(draft: &mut Draft) {
    let text = base64(&draft.load.content);
    let junk = draft.random.pick::<&[u8]>(&[
        b"!*.",
        b"\xe9",
        b"\0",
        b"-",
        b"\x01",
        b" ",
        b"(c)",
        b"%",
        b"\xc2\xa0",
        b"=20",
        b"\\",
        b"<br>",
        b"\r",
    ]);
    let every = draft.random.pick(&[3, 40, 76]);
    let mut out = Vec::new();
    for chunk in text.as_bytes().chunks(every) {
        out.extend_from_slice(chunk);
        out.extend_from_slice(junk);
        if every > 10 {
            out.extend_from_slice(b"\r\n");
        }
    }
    draft.data = out;
}

fn chunks(draft: &mut Draft) {
    let size = draft.random.pick(&[1, 2, 10, 40, 56]);
    let between = draft.random.pick(&["", "\r\n", "\r\n\r\n", " "]);
    let pieces: Vec<String> = draft.load.content.chunks(size).map(base64).collect();
    draft.data = pieces.join(between).into_bytes();
}

fn early_padding(draft: &mut Draft) {
    let first = draft.random.pick(&[1, 2, 4, 5, 40]);
    let pad = draft
        .random
        .pick(&["", "=", "==", "===\r\n", "====", "=\r\n=\r\n"]);
    let (head, tail) = draft
        .load
        .content
        .split_at(first.min(draft.load.content.len()));
    draft.data = format!("{}{pad}{}", base64(head), base64(tail)).into_bytes();
    let text = String::from_utf8_lossy(&draft.data).into_owned();
    if draft.random.one_in(2) {
        write(draft, &text, 76, "\r\n");
    }
}

fn padding(draft: &mut Draft) {
    let text = base64(&draft.load.content);
    let bare = text.trim_end_matches('=');
    let text = match draft.random.below(5) {
        0 => bare.to_owned(),
        1 => format!("{bare}="),
        2 => format!("{bare}===="),
        3 => format!("{}=", &bare[..bare.len().saturating_sub(1)]),
        _ => bare[..bare.len().saturating_sub(3)].to_owned(),
    };
    write(draft, &text, 76, "\r\n");
}

fn lines(draft: &mut Draft) {
    let text = base64(&draft.load.content);
    let width = draft.random.pick(&[1, 3, 5, 7, 61, 77, 99, 999, 5_000]);
    let end = draft.random.pick(&[
        "\r\n",
        "\r\n\r\n",
        " \r\n",
        "\r\n   ",
        "\t\r\n\t",
        "\r\n \r\n",
    ]);
    write(draft, &text, width, end);
}

fn url_safe(draft: &mut Draft) {
    let text = base64(&draft.load.content)
        .replace('+', "-")
        .replace('/', "_");
    write(draft, &text, 76, "\r\n");
}

/// Something in front of the data.
fn front(draft: &mut Draft) {
    let front = draft.random.pick(&[
        "\r\n\r\n",
        "=\r\n",
        "====\r\n",
        "data:application/octet-stream;base64,",
        "Content-Type: text/plain\r\n\r\n",
        "begin-base64 644 a.bin\r\n",
        "-----BEGIN FILE-----\r\n",
        "\u{feff}",
        "!\r\n",
        "QQ==\r\n",
    ]);
    let data = std::mem::take(&mut draft.data);
    draft.data = [front.as_bytes(), &data].concat();
}

fn trailer(draft: &mut Draft) {
    let trailer = draft.random.pick(&[
        "\r\n-- \r\na footer of a list\r\n",
        "\r\n====\r\n",
        "\r\n_______\r\nhttps://example.org/\r\n",
        "\r\nTVqQ",
        "\r\n\0",
        "=",
        "\r\n-----END FILE-----",
    ]);
    draft.data.extend_from_slice(trailer.as_bytes());
}

fn line_ends(draft: &mut Draft) {
    let text = base64(&draft.load.content);
    let end = draft
        .random
        .pick(&["\n", "\r", "\r\r\n", "\n\r", "\x0b", "\0\r\n"]);
    write(draft, &text, 76, end);
}

fn qp(draft: &mut Draft, text: impl Into<Vec<u8>>) {
    draft.part.field("Content-Transfer-Encoding").value = b"quoted-printable".to_vec();
    draft.data = text.into();
}

/// Every octet as an escape, 24 to a line.
fn escaped(octets: &[u8]) -> String {
    let mut text = String::new();
    for (index, octet) in octets.iter().enumerate() {
        if index > 0 && index % 24 == 0 {
            text.push_str("=\r\n");
        }
        let _ = write!(text, "={octet:02X}");
    }
    text
}

fn soft_blanks(draft: &mut Draft) {
    let blank = draft.random.pick(&["= \r\n", "=\t\r\n", "=  \t\r\n"]);
    let text = escaped(&draft.load.content).replace("=\r\n", blank);
    qp(draft, text);
}

fn bad_escape(draft: &mut Draft) {
    let bad = draft
        .random
        .pick(&["=ZZ", "=4", "==", "=\u{e9}", "= ", "=4G", "=%"]);
    let text = escaped(&draft.load.content);
    let place = text.find("=\r\n").unwrap_or(0);
    // In front of a picture it would be part of that for those who deliver it.
    let first = u8::from(!draft.load.forbidden).into();
    let text = match draft.random.below(3).max(first) {
        0 => format!("{bad}{text}"),
        1 => format!("{}{bad}{}", &text[..place], &text[place..]),
        _ => format!("{text}{bad}"),
    };
    qp(draft, text);
}

/// Control characters and octets above 127 stand as they are, as far as the line structure allows.
fn raw_octets(draft: &mut Draft) {
    let mut out = Vec::new();
    for (index, &octet) in draft.load.content.iter().enumerate() {
        if index % 60 == 59 {
            out.extend_from_slice(b"=\r\n");
        }
        if matches!(octet, b'\r' | b'\n' | b'=' | b' ' | b'\t') {
            out.extend_from_slice(format!("={octet:02X}").as_bytes());
        } else {
            out.push(octet);
        }
    }
    qp(draft, out);
}

fn soft_line_ends(draft: &mut Draft) {
    let end = draft
        .random
        .pick(&["=\n", "=\r", "=\r\r\n", "=\r\n\r\n", "=\x0b"]);
    let text = quoted_printable(&draft.load.content, false).replace("=\r\n", end);
    qp(draft, text);
}

fn uu(draft: &mut Draft) {
    let name = draft.random.pick(&[
        "x-uuencode",
        "x-uue",
        "uuencode",
        "uue",
        "x-uu",
        "X-UUENCODE",
    ]);
    draft.part.field("Content-Transfer-Encoding").value = name.into();
    draft.data = uuencode(&draft.load.content, draft.load.name).into_bytes();
}

fn yenc(draft: &mut Draft) {
    let name = draft.random.pick(&["x-yenc", "yenc", "8bit", "binary"]);
    draft.part.field("Content-Transfer-Encoding").value = name.into();
    draft.data = super::block::yenc(&draft.load.content, draft.load.name);
}
