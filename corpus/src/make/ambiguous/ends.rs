//! Line ends and NUL (`le`), what is cut short (`tr`), preamble and epilogue (`pr`).

use super::{Draft, Slot, Trick, trick};
use crate::make::encode::uuencode;
use crate::random::Random;

pub(super) const TRICKS: &[Trick] = &[
    trick("le-all-lf", Slot::Ends, |d| {
        d.last.push(|_, m| replace(&m, b"\r\n", b"\n"));
    }),
    trick("le-all-cr", Slot::Ends, |d| {
        d.last.push(|_, m| replace(&m, b"\r\n", b"\r"));
    }),
    trick("le-all-crcrlf", Slot::Ends, |d| {
        d.last.push(|_, m| replace(&m, b"\r\n", b"\r\r\n"));
    }),
    trick("le-all-lfcr", Slot::Ends, |d| {
        d.last.push(|_, m| replace(&m, b"\r\n", b"\n\r"));
    }),
    trick("le-some", Slot::Ends, |d| {
        d.last.push(|random, m| some(random, &m));
    }),
    trick("le-header", Slot::Ends, |d| {
        d.last.push(|random, m| header(random, &m));
    }),
    trick("le-part-header", Slot::Ends, part_header),
    trick("le-nul", Slot::Ends, |d| d.last.push(nul)),
    trick("le-end-of-data", Slot::Ends, end_of_data),
    trick("tr-no-close", Slot::Edge, |d| {
        d.close = Some(b"\r\n".to_vec());
    }),
    trick("tr-no-line-end", Slot::Edge, |d| d.close = Some(Vec::new())),
    trick("tr-close-cut", Slot::Edge, |d| {
        d.close = Some([b"\r\n--", &d.boundary[..], b"-"].concat());
    }),
    trick("tr-anywhere", Slot::Ends, |d| d.last.push(cut)),
    trick("tr-ends-after-delimiter", Slot::Edge, |d| {
        d.close = Some([b"\r\n--", &d.boundary[..], b"\r\n"].concat());
    }),
    trick("pr-uuencode", Slot::Edge, edge_uuencode),
    trick("pr-part", Slot::Edge, edge_part),
    trick("pr-foreign-parts", Slot::Edge, foreign_parts),
    trick("pr-fields", Slot::Edge, edge_fields),
];

fn replace(message: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    let mut rest = message;
    while let Some((&first, after)) = rest.split_first() {
        if rest.starts_with(from) {
            out.extend_from_slice(to);
            rest = &rest[from.len()..];
        } else {
            out.push(first);
            rest = after;
        }
    }
    out
}

/// Some lines end otherwise.
fn some(random: &mut Random, message: &[u8]) -> Vec<u8> {
    let one_in = random.pick(&[2, 4, 10]);
    let other = random.pick::<&[u8]>(&[b"\n", b"\r", b"\r\r\n", b"\0\r\n"]);
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|octet| *octet == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) if random.one_in(one_in) => {
                out.extend_from_slice(text);
                out.extend_from_slice(other);
            }
            _ => out.extend_from_slice(line),
        }
    }
    out
}

/// The header of the message has one kind of line end, the body another.
fn header(random: &mut Random, message: &[u8]) -> Vec<u8> {
    let border = message
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap_or(0);
    let (head, body) = message.split_at(border + 2);
    if random.one_in(2) {
        [replace(head, b"\r\n", b"\n"), body.to_vec()].concat()
    } else {
        [head.to_vec(), replace(body, b"\r\n", b"\n")].concat()
    }
}

fn part_header(draft: &mut Draft) {
    let end = draft.random.pick::<&[u8]>(&[
        b"\r",
        b"\n",
        b"\r\r\n",
        b"\x0b",
        b"\n\r",
        b"\0\r\n",
        b"\xe2\x80\xa8",
    ]);
    draft.part.line_end = end.to_vec();
    draft.part.border = b"\r\n\r\n".to_vec();
}

/// A NUL somewhere in the first third, where the header is.
fn nul(random: &mut Random, mut message: Vec<u8>) -> Vec<u8> {
    let place = random.below(message.len() / 3);
    message.insert(place, 0);
    message
}

fn cut(random: &mut Random, mut message: Vec<u8>) -> Vec<u8> {
    let cut = random.below(message.len() / 4);
    message.truncate(message.len() - cut);
    message
}

/// A second message behind what a careless server takes for the end of the first.
fn end_of_data(draft: &mut Draft) {
    let dot = draft
        .random
        .pick(&["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r"]);
    let file = draft.file_part();
    let head = format!(
        "Hello\r\n{dot}MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nMIME-Version: 1.0\r\n"
    );
    draft.media_type = b"text/plain".to_vec();
    draft.parameters.clear();
    draft.body = Some([head.as_bytes(), &file].concat());
}

fn at_edge(draft: &mut Draft, text: &[u8]) {
    if draft.random.one_in(2) {
        draft.preamble = [text, b"\r\n"].concat();
    } else {
        draft.epilogue = [b"\r\n", text].concat();
    }
}

fn edge_uuencode(draft: &mut Draft) {
    let block = uuencode(&draft.load.content, draft.load.name);
    at_edge(draft, block.as_bytes());
}

/// A whole part where no part belongs, behind no delimiter.
fn edge_part(draft: &mut Draft) {
    let part = draft.file_part();
    at_edge(draft, &part);
}

/// Parts of a multipart that was never declared.
fn foreign_parts(draft: &mut Draft) {
    let part = draft.file_part();
    let delimiter = format!("--=_f{}\r\n", draft.token);
    let block = [
        delimiter.as_bytes(),
        b"Content-Type: text/plain\r\n\r\nforeign\r\n",
        delimiter.as_bytes(),
        &part,
        b"\r\n",
    ]
    .concat();
    at_edge(draft, &block);
}

fn edge_fields(draft: &mut Draft) {
    let text = draft.random.pick(&[
        "Note: this is text\r\n\r\nmore of it\r\n",
        "Content-Type: text/html\r\n\r\n<b>bold</b>\r\n",
        "-- \r\nsignature\r\n",
        "http://example.org/\r\n",
    ]);
    at_edge(draft, text.as_bytes());
}
